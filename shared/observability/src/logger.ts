import { destination, type LoggerOptions, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';

export type Logger = PinoLogger;

/** Names of properties that never reach a log, wherever a caller put them. */
const SECRET_PATHS = [
  'password',
  'newPassword',
  'oldPassword',
  'accessToken',
  'refreshToken',
  'authorization',
  'idNumber',
  'phone',
  'variables',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

const CITIZEN_NUMBER = /\b\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]\b/g;
const MOBILE_NUMBER = /(?<![\w-])1[3-9]\d{9}(?![\w-])/g;

/** Blots out what looks like a citizen number or a mobile number inside free text, such as an error of the database. */
export function withoutPersonalNumbers(text: string): string {
  return text.replace(CITIZEN_NUMBER, '[id-number]').replace(MOBILE_NUMBER, '[phone]');
}

/**
 * A JSON logger for one process. `level` is pino's; secrets and personal numbers are blotted out. Lines are written while the process works
 * on, and what is left when it ends; a fatal line at once.
 */
export function createLogger(name: string, level = 'info'): Logger {
  const options: LoggerOptions = {
    name,
    level,
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
    serializers: {
      err: (error: Error & { code?: string }) => ({
        type: error.name,
        code: error.code,
        message: withoutPersonalNumbers(String(error.message)),
        stack: withoutPersonalNumbers(String(error.stack)),
      }),
    },
    hooks: {
      logMethod(args, method) {
        const cleaned = args.map((arg) => (typeof arg === 'string' ? withoutPersonalNumbers(arg) : arg));
        method.apply(this, cleaned as Parameters<typeof method>);
      },
    },
  };
  // Lines are gathered for a moment: writing each on its own costs more than making it.
  return pino(options, destination({ sync: false, minLength: 4_096, periodicFlush: 100 }));
}

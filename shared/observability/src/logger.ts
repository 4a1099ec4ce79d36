import {
  destination,
  type LoggerOptions,
  levels,
  type Logger as PinoLogger,
  pino,
  stdTimeFunctions,
} from 'pino';

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
 * A JSON logger for one process. `level` is pino's; secrets and personal numbers are blotted out.
 * Lines are written while the process works on, at most 100 ms after they were made; those from
 * `error` on at once, with all before them. What is left is written when the process ends, unless it
 * is killed (SIGKILL).
 */
export function createLogger(name: string, level = 'info'): Logger {
  // Lines are gathered for a moment: writing each on its own costs more than making it.
  const lines = destination({ sync: false, minLength: 4_096, periodicFlush: 100 });
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
      logMethod(args, method, ofLevel) {
        const cleaned = args.map((arg) => (typeof arg === 'string' ? withoutPersonalNumbers(arg) : arg));
        method.apply(this, cleaned as Parameters<typeof method>);
        if (ofLevel >= levels.values.error!) writeOut(lines);
      },
    },
  };
  if (level !== 'silent') writeOutOnSignals(lines);
  return pino(options, lines);
}

type Lines = ReturnType<typeof destination>;

/** A stream that nobody reads any more is no reason to fail. */
function writeOut(lines: Lines): void {
  try {
    lines.flushSync();
  } catch {
    // Nowhere to say so.
  }
}

const FATAL_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const written = new Set<Lines>();

/**
 * A signal that nobody else listens to ends the process without telling it: `exit` handlers, by which
 * pino writes out what is left, are not called then.
 */
function writeOutOnSignals(lines: Lines): void {
  written.add(lines);
  if (written.size > 1) return;
  for (const signal of FATAL_SIGNALS) {
    // First of all, so that whoever else listens, be it only once, is still to be seen.
    process.prependOnceListener(signal, () => {
      for (const each of written) writeOut(each);
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    });
  }
}

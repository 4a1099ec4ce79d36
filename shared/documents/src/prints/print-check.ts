import type { Clock } from '@junxian/calendar';
import { ANONYMOUS, scopeOf } from '@junxian/identity';
import type { Database, RateLimiter, ScopedTransaction } from '@junxian/persistence';
import { typedCode } from './verification-code';

/** How often one address may check codes: a hall shares an address, a guesser needs 2^80 tries. */
export const PRINT_CHECK_LIMIT = { attempts: 60, windowSeconds: 60 } as const;
/** Longer than any way to write a code. */
const LONGEST_TEXT = 100;

/** What a check says of a code: what is on record of the print that has it, or that none has. */
export type CheckedPrint<Facts extends object> = ({ genuine: true } & Facts) | { genuine: false };

export interface PrintCheckOptions<Facts extends object> {
  database: Pick<Database, 'read'>;
  limiter: Pick<RateLimiter, 'admit'>;
  clock: Clock;
  /** What the print with a code may tell anybody, read as anybody; undefined when no print has it. */
  find(tx: ScopedTransaction, code: string): Promise<Facts | undefined>;
}

/** Lets anybody check a print by the code on it. */
export class PrintCheck<Facts extends object> {
  constructor(private readonly options: PrintCheckOptions<Facts>) {}

  /**
   * What a code, as somebody typed it, stands for. A code that no print has takes the same way and the same time.
   * Throws RATE_LIMITED when the address has checked too often.
   */
  async verify(code: string, clientIp: string): Promise<CheckedPrint<Facts>> {
    const { database, limiter, clock, find } = this.options;
    await limiter.admit([{ key: `verify-print:${clientIp}`, limit: PRINT_CHECK_LIMIT }], clock.now());
    // What cannot be a code is looked up all the same.
    const wanted = typedCode(code.slice(0, LONGEST_TEXT)) ?? '';
    const found = await database.read(scopeOf(ANONYMOUS), (tx) => find(tx, wanted));
    return found === undefined ? { genuine: false } : { genuine: true, ...found };
  }
}

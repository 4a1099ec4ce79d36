import type { Clock } from '@junxian/calendar';
import { typedCode } from '@junxian/documents';
import { ANONYMOUS, scopeOf } from '@junxian/identity';
import type { Database } from '@junxian/persistence';
import type { RateLimiter } from '../public-accounts/rate-limit.service';
import { VERIFY_LIMIT } from './print.rules';
import { type VerifiedPrint, verifiedPrint } from './prints.store';

/** What a check of a code on a print says; everything else is null when no print has the code. */
export type PrintVerification =
  | ({ genuine: true } & VerifiedPrint)
  | ({ genuine: false } & { [Field in keyof VerifiedPrint]: null });

const NOT_GENUINE: PrintVerification = {
  genuine: false,
  kind: null,
  docNo: null,
  organisation: null,
  issuedOn: null,
  contentHash: null,
};

/** Lets anybody check a print by the code on it (PT-PRT-01). */
export class PrintVerifications {
  constructor(
    private readonly database: Database,
    private readonly limiter: RateLimiter,
    private readonly clock: Clock,
  ) {}

  /**
   * What the code on a print stands for: kind, number, issuer, date and hash, nothing of its text. A code that no print has
   * takes the same way and the same time. Throws RATE_LIMITED.
   */
  async verify(code: string, clientIp: string): Promise<PrintVerification> {
    await this.limiter.admit([{ key: `verify-print:${clientIp}`, limit: VERIFY_LIMIT }], this.clock.now());
    // What cannot be a code is looked up all the same.
    const wanted = typedCode(code.slice(0, 100)) ?? '';
    const found = await this.database.read(scopeOf(ANONYMOUS), (tx) => verifiedPrint(tx, wanted));
    return found === undefined ? NOT_GENUINE : { genuine: true, ...found };
  }
}

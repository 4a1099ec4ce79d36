import type { Clock } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import type { Database, RateLimit, ScopedTransaction } from '@junxian/persistence';
import type { CaseItem } from '../cases/case.types';
import type { RateLimiter } from '../public-accounts/rate-limit.service';
import { codeHolderScope } from '../service-scopes';
import type { Tracking } from '../tracking/tracking.service';
import type { EvaluationInput } from './evaluation.rules';
import { type EvaluationFacts, evaluate, evaluationFacts } from './evaluation.service';

/** Evaluations from one address: a hall with one line for many people still gets through. */
const PER_ADDRESS: RateLimit = { attempts: 20, windowSeconds: 60 };

/** Whoever followed an item by name and query code 查询码 may evaluate it without signing in. */
export class CodeHolderEvaluations {
  constructor(
    private readonly database: Database,
    private readonly tracking: Pick<Tracking, 'caseOfTrackingToken'>,
    private readonly limiter: RateLimiter,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores a round for the item that a tracking token was given for, in the scope of who holds its code. Throws
   * RATE_LIMITED, TRACKING_EXPIRED, NOT_FOUND for an anonymous item (followed through the account only, PT-PUB-17), and what
   * {@link evaluate} throws.
   */
  async evaluate(token: string, input: EvaluationInput, clientIp: string): Promise<CaseItem> {
    const at = this.clock.now();
    await this.limiter.admit([{ key: `evaluate:${clientIp}`, limit: PER_ADDRESS }], at);
    const caseItemId = await this.tracking.caseOfTrackingToken(token);
    const actor = {
      accountId: `case:${caseItemId}`,
      organisationId: null,
      regionCode: null,
      roles: [],
      operatorName: null,
    };
    return this.asHolder(caseItemId, 'write', async (tx) => {
      const item = await evaluate(
        tx,
        caseItemId,
        input,
        { actor, via: 'QUERY_CODE' },
        { at, today: this.clock.today() },
      );
      if (item.anonymous) throw refuse.notFound();
      return item;
    });
  }

  /** What is stored of an item's evaluation, read as the holder of its code; the caller has proved to be one. */
  facts(caseItemId: string): Promise<EvaluationFacts> {
    return this.asHolder(caseItemId, 'read', (tx) => evaluationFacts(tx, caseItemId));
  }

  private asHolder<T>(
    caseItemId: string,
    how: 'read' | 'write',
    work: (tx: ScopedTransaction) => Promise<T>,
  ): Promise<T> {
    return this.database[how](codeHolderScope(caseItemId), work);
  }
}

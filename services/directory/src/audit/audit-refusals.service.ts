import { isRefusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { RequestContext } from '@junxian/subgraph';
import { type AuditInput, auditActorOf, recordAudit } from './audit.service';

/**
 * Runs a mutation in one transaction and, when it is refused, records the refusal in another, since the
 * first is rolled back with everything in it. Rethrows what was thrown.
 */
export async function auditingRefusals<T>(
  context: RequestContext,
  attempt: Pick<AuditInput, 'action' | 'targetType' | 'targetId' | 'after'>,
  work: (tx: ScopedTransaction) => Promise<T>,
): Promise<T> {
  try {
    return await context.write(work);
  } catch (error) {
    if (isRefusal(error)) {
      await context.write((tx) =>
        recordAudit(tx, {
          ...attempt,
          after: { attempted: attempt.after, refusal: error.code },
          outcome: 'REFUSED',
          actor: auditActorOf(context),
          at: context.clock.now(),
        }),
      );
    }
    throw error;
  }
}

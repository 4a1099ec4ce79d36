import type { Reveal } from '@junxian/access';
import { isCitizenId } from '@junxian/identity';
import { type identityRevealed, recordEvents } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { RequestContext } from './request-context';

/**
 * Records that personal data were shown in full, by a service's event of it: one for each field of each person or row;
 * directory's audit log keeps them. The event says whose and which field, never the value. For `recordReveals` of a subgraph.
 */
export function revealsRecordedAs(definition: ReturnType<typeof identityRevealed>) {
  return async (
    tx: ScopedTransaction,
    reveals: readonly Reveal[],
    context: Pick<RequestContext, 'principal' | 'clock'>,
  ): Promise<void> => {
    const accountId = context.principal.accountId;
    if (accountId === null) throw new Error('a reveal without an account');
    const occurredAt = context.clock.now();
    await recordEvents(
      tx,
      definition,
      reveals.map(({ field, subject }) => ({
        aggregateId: subject,
        occurredAt,
        data: { citizenIds: isCitizenId(subject) ? [subject] : [], accountId, field },
      })),
    );
  };
}

import type { Reveal } from '@junxian/access';
import { isCitizenId } from '@junxian/identity';
import { PetitionsIdentityRevealed, recordEvents } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Context } from './context';

/**
 * Records that a petitioner's data were shown in full, one event for each field (PT-SEC-02); directory's audit log
 * keeps them. The event says whose and which field, never the value.
 */
export async function recordReveals(
  tx: ScopedTransaction,
  reveals: readonly Reveal[],
  context: Pick<Context, 'principal' | 'clock'>,
): Promise<void> {
  const accountId = context.principal.accountId;
  if (accountId === null) throw new Error('a reveal without an account');
  const occurredAt = context.clock.now();
  await recordEvents(
    tx,
    PetitionsIdentityRevealed,
    reveals.map(({ field, subject }) => ({
      aggregateId: subject,
      occurredAt,
      data: { citizenIds: isCitizenId(subject) ? [subject] : [], accountId, field },
    })),
  );
}

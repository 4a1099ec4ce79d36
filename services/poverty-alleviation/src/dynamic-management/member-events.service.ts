import { type EventOf, MemberChanged, recordEvents } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PerCapita, Trace } from '../households/household-files.service';

/** A member who moved, came, went or came back. */
export interface MemberMove {
  kind: EventOf<typeof MemberChanged>['data']['kind'];
  memberId: string;
  /** null for a person without a citizen number. */
  citizenId: string | null;
  fromHouseholdId: string | null;
  toHouseholdId: string | null;
  /** Code of the reason. */
  reason: string | null;
  /** Per-capita net income of the household that gains the member, or of the one that loses them to none. */
  perCapita: PerCapita;
  /** Where that household lies. */
  regionCode: string;
}

/** Records member.changed for each of these, once all is written. */
export async function announceMembers(
  tx: ScopedTransaction,
  moves: readonly MemberMove[],
  year: number,
  { now }: Pick<Trace, 'now'>,
): Promise<void> {
  await recordEvents(
    tx,
    MemberChanged,
    moves.map(
      ({ kind, memberId, citizenId, fromHouseholdId, toHouseholdId, reason, perCapita, regionCode }) => ({
        aggregateId: memberId,
        regionCode,
        occurredAt: now,
        data: {
          kind,
          memberId,
          ...(citizenId === null ? {} : { citizenId }),
          year,
          fromHouseholdId,
          toHouseholdId,
          reason,
          perCapitaBefore: perCapita.before,
          perCapitaAfter: perCapita.after,
        },
      }),
    ),
  );
}

import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Trace } from '../households/household-files.service';
import { insertRows, TRACE_COLUMNS } from '../insert-rows';
import type { Days } from './work-team.rules';
import { TEAM_SELECT, type TeamView } from './work-team-views.service';

/** A team that nobody else changes until the transaction ends. */
export type LockedTeam = TeamView & { regionEpoch: number };

/** What is kept of a team itself. */
export interface TeamValues extends Days {
  name: string;
  villageCode: string;
  dispatchUnitId: string;
}

/** A team of the caller's region, locked with all its members. Throws NOT_FOUND, STALE_VERSION. */
export async function lockTeam(
  tx: ScopedTransaction,
  id: string,
  expectedVersion: number | null | undefined,
  field: string,
): Promise<LockedTeam> {
  if (!isUuid(id)) throw refuse.notFound(field);
  const [team] = await tx.query<LockedTeam & Record<string, unknown>>(
    `SELECT ${TEAM_SELECT}, t.region_epoch AS "regionEpoch" FROM village_work_team t WHERE t.id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  if (team === undefined) throw refuse.notFound(field);
  if (team.version !== expectedVersion) throw refuse.staleVersion();
  return team;
}

/** Adds a team without members to a village of which codes `epoch` are held. */
export async function insertTeam(
  tx: ScopedTransaction,
  { name, villageCode, dispatchUnitId, startDate, endDate }: TeamValues,
  epoch: number,
  { actor, now }: Trace,
): Promise<LockedTeam> {
  const [team] = await tx.query<LockedTeam & Record<string, unknown>>(
    ...insertRows(
      'village_work_team AS t',
      ['region_code', 'region_epoch', 'name', 'dispatch_unit_id', 'start_date', 'end_date', ...TRACE_COLUMNS],
      [[villageCode, epoch, name.trim(), dispatchUnitId, startDate, endDate, actor, now, actor, now]],
      `RETURNING ${TEAM_SELECT}, t.region_epoch AS "regionEpoch"`,
    ),
  );
  return team!;
}

/** The team is the head of its members: whoever changes one gives it its next version. */
export async function touchTeam(tx: ScopedTransaction, id: string, { actor, now }: Trace): Promise<void> {
  await tx.query(
    'UPDATE village_work_team SET updated_by = $2, updated_at = $3, version = version + 1 WHERE id = $1',
    [id, actor, now],
  );
}

/** Throws STATE_CONFLICT when another team than `but` is stationed in the village on a day of the term (PA-WT-01). */
export async function refuseSecondTeam(
  tx: ScopedTransaction,
  { villageCode, startDate, endDate }: TeamValues,
  but: string | null,
): Promise<void> {
  const [other] = await tx.query<{ startDate: string; endDate: string }>(
    `SELECT start_date::text AS "startDate", end_date::text AS "endDate" FROM village_work_team
     WHERE region_code = $1 AND start_date <= $3 AND end_date >= $2 AND id IS DISTINCT FROM $4::uuid LIMIT 1`,
    [villageCode, startDate, endDate, but],
  );
  if (other === undefined) return;
  throw new Refusal(
    'STATE_CONFLICT',
    {
      zh: `该村 ${other.startDate} 至 ${other.endDate} 已有驻村工作队；请先修改该队的结束日期，或修改本队的任期`,
      en: `A team is stationed in this village from ${other.startDate} to ${other.endDate}; change the end of its term first, or the term of this one`,
    },
    { field: 'startDate' },
  );
}

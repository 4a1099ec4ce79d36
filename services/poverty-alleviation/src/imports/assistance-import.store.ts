import { groupBy, type ScopedTransaction } from '@junxian/persistence';
import {
  HELPER_SELECT,
  type HelperView,
  helperOf,
  UNIT_SELECT,
  type UnitView,
  unitOf,
} from '../assistance/pairing-views.service';
import {
  readTeamMembers,
  TEAM_SELECT,
  type TeamMemberView,
  type TeamView,
} from '../assistance/work-team-views.service';

export type StandingUnit = UnitView;

/** A team that is on file, with its members. */
export interface StandingTeam extends TeamView {
  members: readonly TeamMemberView[];
}

/** The units of the caller's region with these names or credit codes, locked in the order in which everybody locks several. */
export async function lockStandingUnits(
  tx: ScopedTransaction,
  { names, creditCodes }: { names: readonly string[]; creditCodes: readonly string[] },
): Promise<StandingUnit[]> {
  const rows = await tx.query<Record<string, unknown>>(
    `SELECT ${UNIT_SELECT} FROM assistance_unit u
     WHERE u.region_code >= $3 AND u.region_code < $4 AND u.deleted_at IS NULL
       AND (u.name = ANY($1::text[]) OR u.credit_code = ANY($2::text[]))
     ORDER BY u.id FOR NO KEY UPDATE`,
    [names, creditCodes, tx.scope.regionLow, tx.scope.regionHigh],
  );
  return rows.map(unitOf);
}

/** The helpers of the caller's region with these documents, by blind index. */
export async function readStandingHelpers(
  tx: ScopedTransaction,
  indexes: readonly string[],
): Promise<Map<string, HelperView>> {
  const rows = await tx.query<Record<string, unknown>>(
    `SELECT ${HELPER_SELECT} FROM responsible_helper h
     WHERE h.region_code >= $2 AND h.region_code < $3 AND h.deleted_at IS NULL AND h.id_number_index = ANY($1::text[])`,
    [indexes, tx.scope.regionLow, tx.scope.regionHigh],
  );
  return new Map(rows.map(helperOf).map((helper) => [helper.idNumberIndex, helper]));
}

/** The teams of these villages, each with its members, the earliest first. */
export async function readStandingTeams(
  tx: ScopedTransaction,
  villageCodes: readonly string[],
): Promise<StandingTeam[]> {
  const teams = await tx.query<TeamView & Record<string, unknown>>(
    `SELECT ${TEAM_SELECT} FROM village_work_team t WHERE t.region_code = ANY($1::text[]) ORDER BY t.start_date, t.id`,
    [villageCodes],
  );
  const members = await readTeamMembers(
    tx,
    teams.map(({ id }) => id),
  );
  const byTeam = groupBy(members, ({ teamId }) => teamId);
  return teams.map((team) => ({ ...team, members: byTeam.get(team.id) ?? [] }));
}

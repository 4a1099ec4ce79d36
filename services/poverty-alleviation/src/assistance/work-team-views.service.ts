import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import { decode, selectList } from '../record-fields';
import { TEAM_MEMBER, type TeamMemberValues } from './assistance-fields.rules';
import { listRange, type PageRequest } from './pairing-lists.service';

/** A village work team, as resolvers pass it on. */
export interface TeamView {
  id: string;
  villageCode: string;
  name: string;
  dispatchUnitId: string;
  startDate: string;
  /** The last day of its term. */
  endDate: string;
  version: number;
}

/** A member of a team. */
export interface TeamMemberView extends TeamMemberValues {
  id: string;
  teamId: string;
  version: number;
}

/** A village in a year. */
export interface VillageYear {
  villageCode: string;
  year: number;
}

type Row = Record<string, unknown>;

/** Select list of a team `t`. */
export const TEAM_SELECT = `t.id, t.region_code AS "villageCode", t.name, t.dispatch_unit_id AS "dispatchUnitId",
  t.start_date::text AS "startDate", t.end_date::text AS "endDate", t.version`;

/** The teams among these ids that lie in the caller's region. */
export function readTeams(tx: ScopedTransaction, ids: readonly string[]): Promise<TeamView[]> {
  return tx.query<TeamView & Row>(
    `SELECT ${TEAM_SELECT} FROM village_work_team t WHERE t.id = ANY($1::uuid[])`,
    [ids],
  );
}

/** The members of these teams, leaders first, then in the order of their terms. */
export async function readTeamMembers(
  tx: ScopedTransaction,
  teamIds: readonly string[],
): Promise<TeamMemberView[]> {
  const rows = await tx.query<Row>(
    `SELECT m.id, m.team_id AS "teamId", m.version, ${selectList(TEAM_MEMBER, 'm')} FROM work_team_member m
     WHERE m.team_id = ANY($1::uuid[]) ORDER BY m.is_leader DESC, m.start_date, m.id`,
    [teamIds],
  );
  return rows.map((row) => ({
    id: row.id as string,
    teamId: row.teamId as string,
    version: row.version as number,
    ...decode(TEAM_MEMBER, row),
  }));
}

/**
 * The teams that were stationed in these villages in a year, the earliest first: section 15 of the village record
 * 驻村工作队 (PA-VL-01).
 */
export function readTeamsOfVillages(
  tx: ScopedTransaction,
  keys: readonly VillageYear[],
): Promise<(TeamView & { year: number })[]> {
  return tx.query<TeamView & { year: number } & Row>(
    `SELECT asked.year, ${TEAM_SELECT} FROM unnest($1::text[], $2::int[]) AS asked (village_code, year)
     JOIN village_work_team t ON t.region_code = asked.village_code
       AND t.start_date <= make_date(asked.year, 12, 31) AND t.end_date >= make_date(asked.year, 1, 1)
     ORDER BY t.start_date, t.id`,
    [keys.map(({ villageCode }) => villageCode), keys.map(({ year }) => year)],
  );
}

/** The teams of the caller's region in which these helpers' terms have not ended by a day, each with its helper; the earliest first. */
export function readOpenTeamsOfHelpers(
  tx: ScopedTransaction,
  helperIds: readonly string[],
  day: string,
): Promise<(TeamView & { helperId: string })[]> {
  return tx.query<TeamView & { helperId: string } & Row>(
    `SELECT m.helper_id AS "helperId", ${TEAM_SELECT}
     FROM (SELECT DISTINCT helper_id, team_id FROM work_team_member WHERE helper_id = ANY($1::uuid[]) AND end_date >= $2::date) AS m
     JOIN village_work_team t ON t.id = m.team_id ORDER BY t.start_date, t.id`,
    [helperIds, day],
  );
}

/** One page of teams, by village; with a year those stationed on some day of it. Throws INVALID_INPUT on a bad cursor. */
export function teamPage(
  tx: ScopedTransaction,
  filter: PageRequest & { region?: string | null | undefined; year?: number | null | undefined },
): Promise<Page<TeamView>> {
  const { low, high } = listRange(tx.scope, filter.region);
  const parameters: unknown[] = [low, high];
  const where = ['t.region_code >= $1 AND t.region_code < $2'];
  if (filter.year != null) {
    const year = `$${parameters.push(filter.year)}`;
    where.push(`t.start_date <= make_date(${year}, 12, 31) AND t.end_date >= make_date(${year}, 1, 1)`);
  }
  return keysetPage<TeamView & Row>(tx, {
    select: TEAM_SELECT,
    from: 'village_work_team t',
    where,
    parameters,
    order: [
      { column: 't.region_code', key: 'villageCode' },
      { column: 't.id', key: 'id', type: 'uuid' },
    ],
    first: filter.first,
    after: filter.after,
  });
}

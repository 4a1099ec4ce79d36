import type { System } from '../support/system';

/** Tables of poverty alleviation whose rows operations are pointed at by id, and the entry of a target that gives it. */
const AIMED: Readonly<Record<string, string>> = {
  member: 'member',
  assistance_measure: 'measure',
  assistance_unit: 'unit',
  responsible_helper: 'helper',
  helper_pairing: 'helperPairing',
  unit_village_pairing: 'unitPairing',
  village_work_team: 'team',
  fund_allocation: 'allocation',
  fund_allocation_line: 'allocationLine',
  fund_arrival: 'arrival',
  fund_arrangement: 'arrangement',
  integrated_fund_report: 'integratedFund',
  project: 'project',
  public_disclosure: 'disclosure',
  to_do: 'toDo',
};

/** Where else a row is seen, as the rules of its room have it: who is helped, who receives, whose village it is. */
const ALSO_SEEN: Readonly<Record<string, string>> = {
  assistance_unit: `SELECT p.region_code FROM unit_village_pairing p WHERE p.unit_id = t.id
    UNION SELECT w.region_code FROM village_work_team w WHERE w.dispatch_unit_id = t.id
    UNION SELECT p.region_code FROM helper_pairing p JOIN responsible_helper h ON h.id = p.helper_id WHERE h.unit_id = t.id
    UNION SELECT m.region_code FROM work_team_member m JOIN responsible_helper h ON h.id = m.helper_id WHERE h.unit_id = t.id`,
  responsible_helper: `SELECT p.region_code FROM helper_pairing p WHERE p.helper_id = t.id
    UNION SELECT m.region_code FROM work_team_member m WHERE m.helper_id = t.id`,
  project: 'SELECT v.region_code FROM project_village v WHERE v.project_id = t.id',
  fund_allocation: 'SELECT l.region_code FROM fund_allocation_line l WHERE l.fund_allocation_id = t.id',
  fund_allocation_line: 'SELECT t.from_region_code',
};

/** What anybody may read: its ids are no secret. */
const PUBLIC = new Set(['public_disclosure']);

/** A row that an operation can be pointed at, and the regions whose officers may see it; null for everybody's. */
export interface PovertyRow {
  entry: string;
  id: string;
  regions: string[] | null;
}

const seenFrom = (table: string): string =>
  PUBLIC.has(table)
    ? 'NULL::text[]'
    : `ARRAY(SELECT t.region_code${ALSO_SEEN[table] === undefined ? '' : ` UNION ${ALSO_SEEN[table]}`})`;

/** One row of each kind that lies in a range of regions, the widest first. */
export function povertyRows(system: System, low: string, high: string): Promise<PovertyRow[]> {
  const parts = Object.entries(AIMED).map(
    ([table, entry]) =>
      `(SELECT '${entry}' AS entry, t.id::text, ${seenFrom(table)} AS regions FROM ${table} t
        WHERE t.region_code >= $1 AND t.region_code < $2 ORDER BY t.region_code, t.id LIMIT 1)`,
  );
  return system.adminQuery<PovertyRow>('poverty-alleviation', parts.join(' UNION ALL '), [low, high]);
}

/** The ids of all such rows, each with every region whose officers may see it. */
export function povertyIds(system: System): Promise<{ text: string; region: string }[]> {
  const parts = Object.keys(AIMED)
    .filter((table) => !PUBLIC.has(table))
    .map((table) => `SELECT t.id::text AS text, unnest(${seenFrom(table)}) AS region FROM ${table} t`);
  return system.adminQuery('poverty-alleviation', parts.join(' UNION ALL '));
}

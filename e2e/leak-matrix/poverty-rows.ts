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

/** What anybody may read: its ids are no secret. */
const PUBLIC = new Set(['public_disclosure']);

/** A row that an operation can be pointed at, and where it lies. */
export interface PovertyRow {
  entry: string;
  id: string;
  region: string;
}

/** One row of each kind that lies in a range of regions, the widest first. */
export function povertyRows(system: System, low: string, high: string): Promise<PovertyRow[]> {
  const parts = Object.entries(AIMED).map(
    ([table, entry]) =>
      `(SELECT '${entry}' AS entry, id::text, region_code AS region FROM ${table} WHERE region_code >= $1 AND region_code < $2 ORDER BY region_code, id LIMIT 1)`,
  );
  return system.adminQuery<PovertyRow>('poverty-alleviation', parts.join(' UNION ALL '), [low, high]);
}

/** The ids of all such rows with the regions whose officers may see them. */
export function povertyIds(system: System): Promise<{ text: string; region: string }[]> {
  const own = Object.keys(AIMED)
    .filter((table) => !PUBLIC.has(table))
    .map((table) => `SELECT id::text AS text, region_code AS region FROM ${table}`);
  // An allocation is seen by those who receive of it, and a line by those who gave it.
  const received = 'SELECT allocation_id::text, region_code FROM fund_allocation_line';
  const given = 'SELECT id::text, from_region_code FROM fund_allocation_line';
  return system.adminQuery('poverty-alleviation', [...own, received, given].join(' UNION ALL '));
}

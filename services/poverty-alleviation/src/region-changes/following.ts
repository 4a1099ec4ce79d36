import type { RegionMove } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import {
  type Assignment,
  codeAfter,
  defineRegionFollowing,
  inMove,
  MOVES,
  moveParameters,
  type SplitChange,
} from '@junxian/region-changes';
import { scopes } from '../service-scopes';
import {
  recountAllocationLines,
  recountArrangements,
  recountHouseholdFiles,
  recountInAllYears,
  recountNumbersOf,
  recountReports,
  recountVillages,
} from '../statistics/recounts.service';

/** How this service's rows follow region changes: a household moves with all that hangs on it. */
export const regionFollowing = defineRegionFollowing({
  scope: scopes.followRegionChanges(),
  tables: [
    // Before the households: whoever comes to a code counts there as of the village that has it now, also where codes are swapped.
    {
      name: 'poor_village',
      // The households of each are counted anew: some thousands in all, of one transaction.
      most: 10,
      parts: [
        {
          name: 'village_year_record',
          key: ['poor_village_id', 'year'],
          after: (tx, ids) => recountVillages(tx, ids, { households: true }),
        },
      ],
    },
    {
      name: 'household',
      parts: [
        {
          name: 'household_year_record',
          key: ['household_id', 'year'],
          alsoSet: { natural_village_code: codeAfter('t.natural_village_code') },
          // What they count for goes along: out of the old ancestors, into the new ones.
          after: recountHouseholdFiles,
        },
        { name: 'household_status_history' },
        {
          name: 'member',
          with: (households) =>
            `t.id IN (SELECT member_id FROM member_year_record WHERE household_id = ANY(${households}))`,
        },
        { name: 'member_year_record', key: ['member_id', 'year'], after: recountNumbersOf },
        { name: 'split_task', key: ['change_id', 'household_id'] },
        { name: 'assistance_measure' },
        { name: 'assistance_outcome', key: ['household_id', 'year'] },
        { name: 'helper_pairing' },
        { name: 'back_office_operation' },
        { name: 'to_do' },
        { name: 'dynamic_operation', key: ['operation_id', 'household_id'] },
        { name: 'population_change', key: ['change_id', 'household_id'] },
        { name: 'beneficiary_household' },
      ],
    },
    { name: 'county_year_record', after: (tx, ids) => recountInAllYears(tx, 'COUNTY', ids) },
    {
      name: 'natural_village',
      alsoSet: { code: codeAfter('t.code') },
      parts: [{ name: 'natural_village_year_record', key: ['natural_village_id', 'year'] }],
    },
    { name: 'village_history', alsoSet: { code: codeAfter('t.code') } },
    { name: 'fund_allocation' },
    {
      name: 'fund_allocation_line',
      columns: ['region_code', 'from_region_code'],
      parts: [{ name: 'fund_arrival' }],
      after: recountAllocationLines,
    },
    { name: 'fund_arrangement', after: recountArrangements },
    { name: 'fund_carry_in', after: (tx, ids) => recountInAllYears(tx, 'CARRY_IN', ids) },
    {
      name: 'integrated_fund_report',
      parts: [{ name: 'integrated_fund_line' }],
      after: recountReports,
    },
    { name: 'assistance_unit', parts: [{ name: 'responsible_helper', by: 'unit_id' }] },
    { name: 'unit_village_pairing' },
    { name: 'village_work_team', parts: [{ name: 'work_team_member', by: 'team_id' }] },
    {
      name: 'project',
      parts: [{ name: 'project_village' }],
      after: (tx, ids) => recountInAllYears(tx, 'PROJECT', ids),
    },
    { name: 'public_disclosure', parts: [{ name: 'disclosed_beneficiary', by: 'disclosure_id' }] },
  ],
  split: { setAside, takeAssigned },
  ended: moveCandidates,
  notFollowed: {
    'import_row.village_code':
      'rows that were staged before a change are not written; the import begins anew',
    'integrated_fund_report.reporter_code':
      'says of which county, as it was then, the money was; reports of merged counties are told apart by it',
    'project_serial.region_code': 'project numbers stay with the code they were given under',
    'print_snapshot.region_code': 'a printed form stays as it was printed',
    'household_serial.village_code':
      'numbers stay with the code they were given under, and are never used again',
    'export_log.region_code': 'says where whoever asked was at work then',
    'statistic_contribution.region_code': 'is counted anew with the row it is of',
    'statistic_counter.region_code': 'is the sum of the contributions',
  },
});

/** Puts a batch of a split region's households on the to-do list; their codes stay (DI-REG-08). */
async function setAside(
  tx: ScopedTransaction,
  { seq, changeId, to, ranges }: SplitChange,
  limit: number,
): Promise<number> {
  const rows = await tx.query(
    `WITH waiting AS (
       SELECT h.id FROM unnest($1::text[], $2::text[]) AS split (low, high)
       JOIN household h ON h.region_code >= split.low AND h.region_code < split.high
       WHERE h.region_epoch < $3 LIMIT $4),
     marked AS (
       UPDATE household h SET region_epoch = $3 FROM waiting WHERE h.id = waiting.id RETURNING h.id, h.region_code)
     INSERT INTO split_task (change_id, household_id, region_code, region_epoch, candidate_codes)
     SELECT $5::uuid, id, region_code, $3, $6::text[] FROM marked RETURNING household_id`,
    [ranges.map(({ low }) => low), ranges.map(({ high }) => high), seq, limit, changeId, to],
  );
  return rows.length;
}

/** Takes a batch of households of one split village that a person assigned to one successor. */
async function takeAssigned(tx: ScopedTransaction, now: Date, limit: number): Promise<Assignment | null> {
  const [assigned] = await tx.query<{ from: string; to: string; ids: string[] }>(
    `WITH oldest AS (
       SELECT region_code, assigned_code FROM split_task
       WHERE assigned_code IS NOT NULL AND moved_at IS NULL ORDER BY assigned_at LIMIT 1),
     taken AS (
       UPDATE split_task t SET moved_at = $1 FROM (
         SELECT change_id, household_id, region_code, assigned_code
         FROM split_task JOIN oldest USING (region_code, assigned_code) WHERE moved_at IS NULL LIMIT $2) AS batch
       WHERE t.change_id = batch.change_id AND t.household_id = batch.household_id
       RETURNING t.household_id, batch.region_code, batch.assigned_code)
     SELECT region_code AS "from", assigned_code AS "to", array_agg(household_id) AS ids
     FROM taken GROUP BY region_code, assigned_code`,
    [now, limit],
  );
  if (assigned === undefined) return null;
  const { from, to, ids } = assigned;
  await leaveNaturalVillages(tx, ids, from, now);
  return { root: 'household', ids, moves: [{ from, to, level: 'VILLAGE' }] };
}

/**
 * Takes the natural villages of a split village out of all records of households that leave it, as 8.7 does (PA-NV-03): they stay
 * where they are, and those of the successor are others, whatever their serials. Files are locked first, as everybody does.
 */
async function leaveNaturalVillages(
  tx: ScopedTransaction,
  householdIds: readonly string[],
  villageCode: string,
  now: Date,
): Promise<void> {
  await tx.query('SELECT FROM household WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [
    householdIds,
  ]);
  await tx.query(
    `UPDATE household_year_record SET natural_village_code = NULL, updated_by = $3, updated_at = $4, version = version + 1
     WHERE household_id = ANY($1::uuid[]) AND left(natural_village_code, 12) = $2`,
    [householdIds, villageCode, tx.scope.purpose ?? 'service', now],
  );
}

/**
 * Re-codes the successors named on the to-do list of split regions, wherever the households themselves
 * stand. Not repeatable: in the transaction that ends a change.
 */
async function moveCandidates(tx: ScopedTransaction, moves: readonly RegionMove[]): Promise<void> {
  await tx.query(
    `WITH ${MOVES}
     UPDATE split_task AS t SET candidate_codes = ARRAY(
       SELECT ${codeAfter('candidate.code')} FROM unnest(t.candidate_codes) WITH ORDINALITY AS candidate (code, place) ORDER BY place)
     WHERE assigned_code IS NULL
       AND EXISTS (SELECT FROM unnest(t.candidate_codes) AS candidate (code) JOIN move ON ${inMove('candidate.code')})`,
    moveParameters(moves),
  );
}

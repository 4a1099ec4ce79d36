import type { HouseholdPage } from '../src/households/household-list.service';
import type { SeedingClient } from './seed-households';

/** One custom-condition search of a county's households, by what it is about. */
export interface ConditionSearch {
  what: string;
  conditions: NonNullable<HouseholdPage['conditions']>;
}

/**
 * Condition searches from the cheapest to the dearest: what many households have, what few have, what hardly any has (the
 * whole county is looked at), and the same of their members.
 */
export const CONDITION_SEARCHES: readonly ConditionSearch[] = [
  {
    what: 'attribute and status, common',
    conditions: [
      { field: 'HOUSEHOLD_ATTRIBUTE', op: 'EQ', value: ['GENERAL_POOR', 'ALLOWANCE_POOR'] },
      { field: 'POVERTY_STATUS', op: 'EQ', value: ['UNEXITED'] },
    ],
  },
  { what: 'return year, rare', conditions: [{ field: 'RETURN_YEAR', op: 'EQ', value: ['2016'] }] },
  {
    what: 'income and relocation, hardly any',
    conditions: [
      { field: 'PER_CAPITA_NET_INCOME', op: 'LT', value: ['3100.00'] },
      { field: 'IS_RELOCATION_HOUSEHOLD', op: 'EQ', value: ['true'] },
      { field: 'HOUSEHOLD_NO', op: 'CONTAINS', value: ['none'] },
    ],
  },
  {
    what: 'closed households, hardly any',
    conditions: [{ field: 'FILE_STATUS', op: 'EQ', value: ['CLOSED', 'CLEARED'] }],
  },
  {
    what: 'member by age and sex, common',
    conditions: [
      { field: 'MEMBER_AGE', op: 'GTE', value: ['60'] },
      { field: 'MEMBER_SEX', op: 'EQ', value: ['FEMALE'] },
    ],
  },
  {
    what: 'member by age and health, hardly any',
    conditions: [
      { field: 'MEMBER_AGE', op: 'LT', value: ['60'] },
      { field: 'MEMBER_HEALTH', op: 'CONTAINS', value: ['SERIOUS_ILLNESS'] },
    ],
  },
  {
    what: 'outcome not recorded, common',
    conditions: [{ field: 'OUTCOME_HOUSING_SAFE', op: 'IS_NULL' }],
  },
  {
    what: 'outcome unsafe water, hardly any',
    conditions: [{ field: 'OUTCOME_WATER_SAFE', op: 'EQ', value: ['false'] }],
  },
];

/** One in so many, picked by a digest of a text: spread over the table, the same ones in every run. */
const oneIn = (many: number, text: string): string => `(hashtext(${text}) & 2147483647) % ${many} = 0`;

/**
 * Makes the seeded households differ as those of a county do: one in five hundred returned to poverty in 2016, nine in ten have their
 * outcome recorded, every fourth member is chronically ill; and what hardly any has: one in five thousand drinks unsafe water, was
 * closed or cleared this year, or has a head who is seriously ill.
 */
export async function seedVariety(client: SeedingClient): Promise<void> {
  const unsafeWater = oneIn(5000, `'water' || household_no`);
  const ill = oneIn(5000, `'illness' || person_no`);
  const statements = [
    `UPDATE household_year_record SET return_year = 2016, return_reason = '01' WHERE right(household_no, 3)::int % 500 = 7`,
    `INSERT INTO assistance_outcome (household_id, year, region_code, food_assured, clothing_assured, water_safe, water_difficulty, housing_safe,
       critical_illness_insured, compulsory_education_met, created_by, created_at, updated_by, updated_at)
     SELECT household_id, year, region_code, true, true, NOT ${unsafeWater}, false, true, true, true, created_by, created_at, updated_by, updated_at
     FROM household_year_record WHERE created_by = 'seed' AND (${unsafeWater} OR NOT ${oneIn(10, 'household_no')})`,
    `UPDATE member_year_record SET health = CASE WHEN ${ill} AND relation_to_head = '01' THEN '{03}' ELSE '{02}' END::text[]
     WHERE created_by = 'seed' AND (${ill} OR ${oneIn(4, 'person_no')})`,
    `UPDATE household SET file_status = CASE WHEN ${oneIn(2, 'household_no')} THEN 'CLOSED' ELSE 'CLEARED' END, closed_year = 2017
     WHERE created_by = 'seed' AND ${oneIn(5000, `'file' || household_no`)}`,
    `UPDATE household_year_record r SET closure_year = 2017
     FROM household h WHERE h.id = r.household_id AND h.created_by = 'seed' AND h.file_status = 'CLOSED'`,
  ];
  for (const statement of statements) await client.adminQuery(statement);
}

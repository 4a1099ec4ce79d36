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

/** Lets one in five hundred of the seeded households have returned to poverty in 2016. */
export async function seedReturns(client: SeedingClient): Promise<void> {
  await client.adminQuery(
    `UPDATE household_year_record SET return_year = 2016, return_reason = '01' WHERE right(household_no, 3)::int % 500 = 7`,
  );
}

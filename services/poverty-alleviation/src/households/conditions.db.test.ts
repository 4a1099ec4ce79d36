import { scopeOf } from '@junxian/identity';
import { keysetPage, type Page } from '@junxian/persistence';
import { rule, scenario } from '@junxian/test-kit';
import { seedHouseholds } from '../../bench/seed-households';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import {
  CONDITION_FIELDS,
  type ConditionKind,
  type ConditionOp,
  OPS_OF_KIND,
} from './condition-fields.rules';
import type { Condition } from './conditions.rules';
import { householdPageQuery } from './household-list.service';
import { copyYear } from './years.fixture';

const yunzhou = officer('140215000000', 'COUNTY', 'VIEWER');
const HOUSEHOLDS = 12;
let store: TestStore;
/** The number of each household, by its id. */
const numbers = new Map<string, number>();

/** Seeds twelve households, numbered 0…11, of two members each; every expectation below is written against this list. */
beforeAll(async () => {
  store = await openStore();
  await seedHouseholds(store, { count: HOUSEHOLDS, perVillage: HOUSEHOLDS, firstVillage: VILLAGES.yunzhou1 });
  for (const { id, n } of await store.adminQuery<{ id: string; n: number }>(
    'SELECT id, right(household_no, 2)::int - 1 AS n FROM household',
  )) {
    numbers.set(id, n);
  }
  const update = (set: string, numbers: readonly number[], table = 'household_year_record') =>
    store.adminQuery(
      `UPDATE ${table} SET ${set} WHERE household_id IN (
         SELECT id FROM household WHERE right(household_no, 2)::int - 1 = ANY($1::int[]))`,
      [numbers],
    );
  await update(`return_year = 2016, return_reason = '02'`, [1, 4, 7]);
  await update('return_year = 2017', [2]);
  await update(`other_causes = '{03,04}'`, [1, 5]);
  await update(`address = '演示镇 100% 演示_路'`, [3]);
  await update('per_capita_net_income = 3099.99', [0, 4]);
  await update('per_capita_net_income = NULL', [11]);
  await update(`benefit_end_month = '2017-06'`, [6]);
  await update(`relocated_date = '2016-05-01', is_relocation_household = true, mode = '02'`, [8]);
  await update('is_dilapidated_house = false', [9]);
  await update("is_dilapidated_house = true, dilapidated_grade = 'D'", [10]);
  await store.adminQuery(
    `INSERT INTO assistance_outcome (household_id, year, region_code, water_safe, created_by, created_at, updated_by, updated_at)
     SELECT id, 2017, region_code, false, 'test', now(), 'test', now() FROM household WHERE right(household_no, 2)::int - 1 = 5`,
  );
  // The head of 2 is a man of 80, his wife 30; in 3 it is the other way round.
  await update(
    `birth_date = CASE relation_to_head WHEN '01' THEN date '1937-12-31' ELSE date '1987-01-01' END, sex = CASE relation_to_head WHEN '01' THEN '1' ELSE '2' END`,
    [2],
    'member_year_record',
  );
  await update(
    `birth_date = CASE relation_to_head WHEN '01' THEN date '1987-01-01' ELSE date '1937-01-01' END, sex = CASE relation_to_head WHEN '01' THEN '1' ELSE '2' END`,
    [3],
    'member_year_record',
  );
  await update(
    `birth_date = '1990-01-01', sex = '1'`,
    [0, 1, 4, 5, 6, 7, 8, 9, 10, 11],
    'member_year_record',
  );
  await update(`health = '{02,04}'`, [6], 'member_year_record');
  await store.adminQuery(
    `UPDATE household SET file_status = 'CLOSED', closed_year = 2017 WHERE right(household_no, 2)::int - 1 = 10`,
  );
});
afterAll(() => store.close());

/** The numbers of the households a list finds, in its order. */
const found = async (...conditions: Condition[]): Promise<number[]> => {
  const page = await store.database.read(scopeOf(yunzhou), (tx) =>
    store.services.list.page(tx, yunzhou, { year: 2017, first: 100, conditions }),
  );
  return page.nodes.map(({ householdId }) => numbers.get(householdId)!);
};
const is = (field: string, op: ConditionOp, ...value: string[]): Condition => ({
  field,
  op,
  ...(value.length > 0 ? { value } : {}),
});
const OPEN = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11];
const without = (...closedOut: number[]) => OPEN.filter((n) => !closedOut.includes(n));

scenario(
  'poverty-alleviation',
  5,
  'return year = 2016 has no effect while it is only chosen; once added only such households show',
  async () => {
    // What the page merely chose is not in the list it sends.
    expect(await found()).toEqual(OPEN);
    expect(await found(is('RETURN_YEAR', 'EQ', '2016'))).toEqual([1, 4, 7]);
  },
);

rule('PA-QS-11', 'all conditions of the list hold at once, whatever their order', async () => {
  const [year, cause] = [is('RETURN_YEAR', 'EQ', '2016'), is('OTHER_CAUSES', 'CONTAINS', 'SCHOOLING')];
  expect(await found(cause)).toEqual([1, 5]);
  expect(await found(year, cause)).toEqual([1]);
  expect(await found(cause, year)).toEqual([1]);
  expect(await found(year, is('RETURN_YEAR', 'EQ', '2017'))).toEqual([]);
});

rule('PA-QS-12', 'conditions find what they say', async () => {
  const cases: [Condition, number[]][] = [
    [is('RETURN_YEAR', 'EQ', '2016', '2017'), [1, 2, 4, 7]],
    [is('RETURN_YEAR', 'NE', '2016'), without(1, 4, 7)],
    [is('RETURN_YEAR', 'GT', '2016'), [2]],
    [is('RETURN_YEAR', 'LTE', '2016'), [1, 4, 7]],
    [is('RETURN_YEAR', 'NOT_NULL'), [1, 2, 4, 7]],
    [is('RETURN_REASON', 'EQ', 'DISABILITY'), [1, 4, 7]],
    [is('HOUSEHOLD_ATTRIBUTE', 'EQ', 'GENERAL_POOR', 'ALLOWANCE'), [0, 1, 6, 7]],
    [is('HOUSEHOLD_ATTRIBUTE', 'NE', 'GENERAL_POOR'), without(0, 6)],
    [is('OTHER_CAUSES', 'EQ', 'DISASTER', 'MARRIAGE'), [1, 5]],
    [is('OTHER_CAUSES', 'NE', 'DISASTER'), without(1, 5)],
    [is('OTHER_CAUSES', 'NOT_NULL'), [1, 5]],
    [is('OTHER_CAUSES', 'IS_NULL'), without(1, 5)],
    [is('ADDRESS', 'CONTAINS', '100%'), [3]],
    [is('ADDRESS', 'CONTAINS', '演示_路'), [3]],
    [is('ADDRESS', 'CONTAINS', '演示%路'), []],
    [is('PER_CAPITA_NET_INCOME', 'LT', '3100'), without(11)],
    [is('PER_CAPITA_NET_INCOME', 'GTE', '3099.99'), [0, 4]],
    [is('PER_CAPITA_NET_INCOME', 'IS_NULL'), [11]],
    [is('IS_KEY_TARGET', 'EQ', 'true'), [0]],
    [is('IS_DILAPIDATED_HOUSE', 'EQ', 'false'), [9]],
    [is('IS_DILAPIDATED_HOUSE', 'NE', 'false'), without(9)],
    [is('BENEFIT_END_MONTH', 'GTE', '2017-06'), [6]],
    [is('BENEFIT_END_MONTH', 'GT', '2017-06'), []],
    [is('RELOCATED_DATE', 'LT', '2016-05-02'), [8]],
    [is('MODE', 'EQ', 'SCATTERED'), [8]],
    [is('OUTCOME_WATER_SAFE', 'EQ', 'false'), [5]],
    [is('OUTCOME_WATER_SAFE', 'IS_NULL'), without(5)],
    [is('IDENTIFIED_YEAR', 'EQ', '2017'), OPEN],
    [is('MEMBER_HEALTH', 'CONTAINS', 'CHRONIC_ILLNESS'), [6]],
    [is('MEMBER_AGE', 'GTE', '80'), [2, 3]],
    [is('MEMBER_AGE', 'GT', '80'), []],
  ];
  for (const [condition, expected] of cases)
    expect([condition, await found(condition)]).toEqual([condition, expected]);
});

it('conditions on members hold for one and the same active member', async () => {
  const old = is('MEMBER_AGE', 'GTE', '60');
  expect(await found(old, is('MEMBER_SEX', 'EQ', 'MALE'))).toEqual([2]);
  expect(await found(old, is('MEMBER_SEX', 'EQ', 'FEMALE'))).toEqual([3]);
  await store.adminQuery(
    `UPDATE member_year_record SET status = '2' WHERE birth_date < '1940-01-01' AND sex = '2'`,
  );
  expect(await found(old)).toEqual([2]);
});

it('households closed by the end of the year show only when they are asked for', async () => {
  expect(await found(is('HOUSEHOLD_NO', 'NOT_NULL'))).not.toContain(10);
  expect(await found(is('FILE_STATUS', 'EQ', 'CLOSED', 'CLEARED'))).toEqual([10]);
  expect(await found(is('FILE_STATUS', 'EQ', 'CLOSED'), is('DILAPIDATED_GRADE', 'EQ', 'D'))).toEqual([10]);
  expect(await found(is('FILE_STATUS', 'EQ', 'ACTIVE'))).toEqual(OPEN);
  await copyYear(store, [...numbers.keys()], 2017, [2016]);
  const page = await store.database.read(scopeOf(yunzhou), (tx) =>
    store.services.list.page(tx, yunzhou, { year: 2016, first: 100 }),
  );
  expect(page.nodes).toHaveLength(HOUSEHOLDS);
});

const SAMPLES: Readonly<Record<ConditionKind, string>> = {
  CODE: '',
  CODES: '',
  TEXT: '演示',
  WHOLE: '2016',
  DECIMAL: '3100.00',
  FLAG: 'true',
  DATE: '2016-05-01',
  MONTH: '2016-05',
};

it('every field runs with every operator it takes', async () => {
  for (const [field, { kind, list }] of CONDITION_FIELDS) {
    for (const op of OPS_OF_KIND[kind]) {
      const value = list ? list.names[0]! : SAMPLES[kind];
      const rows = await found(op === 'IS_NULL' || op === 'NOT_NULL' ? is(field, op) : is(field, op, value));
      expect(rows.length).toBeLessThanOrEqual(HOUSEHOLDS);
    }
  }
});

/** How the first page of a county would be found, if no table were too small for an index. */
async function planOf(...conditions: Condition[]): Promise<string> {
  const { select, from, where, parameters } = householdPageQuery({
    year: 2017,
    range: { low: '140215', high: '140216' },
    conditions,
  });
  const plan = await store.database.read(scopeOf(yunzhou), async (tx) => {
    await tx.query('SET LOCAL enable_seqscan = off');
    return tx.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT ${select} FROM ${from} WHERE ${where!.map((one) => `(${one})`).join(' AND ')} ORDER BY r.region_code, r.household_no LIMIT 21`,
      parameters,
    );
  });
  return plan.map((row) => row['QUERY PLAN']).join('\n');
}

it('with conditions a county’s list is still walked in its order, without join or sort', async () => {
  const text = await planOf(
    is('MAIN_CAUSE', 'EQ', 'ILLNESS'),
    is('MEMBER_AGE', 'GTE', '60'),
    is('OUTCOME_WATER_SAFE', 'EQ', 'true'),
  );
  expect(text).toMatch(/Index Scan using household_year_record_page/);
  // The first villages, then all: by the villages, whatever the planner thinks of how many live there.
  expect(text).toMatch(/member_year_record_region on .*\n *Index Cond: .*region_code <= \(InitPlan/);
  expect(text).toMatch(
    /Index Only Scan using assistance_outcome_region on .*\n *Index Cond: .*region_code <= \(InitPlan/,
  );
  expect(text).not.toMatch(/member_year_record_name|Sort|Hash|Merge/);
});

it('closed households, and members who are not healthy, are looked for in indexes of their own', async () => {
  const cases: [Condition, RegExp][] = [
    [is('FILE_STATUS', 'EQ', 'CLOSED'), /household_year_record_off_file/],
    [is('MEMBER_HEALTH', 'CONTAINS', 'DISABLED'), /member_year_record_unhealthy/],
  ];
  for (const [condition, index] of cases) expect(await planOf(condition)).toMatch(index);
  expect(await planOf(is('MEMBER_HEALTH', 'EQ', 'HEALTHY', 'DISABLED'))).not.toMatch(/unhealthy/);
});

describe('beyond the first households', () => {
  /** Serials of two villages of 700 households each, of which 1 in 100 is meant. */
  const MEANT = ['07', '32'];
  const PER_VILLAGE = 700;
  const [older, ill] = [`birth_date = '1901-01-01'`, `health = '{01,03}'`];
  const ofMeant = (column: string) => `right(left(${column}, 17), 2) = '07'`;
  const range = { low: '140215', high: '140216' };

  beforeAll(async () => {
    for (const firstVillage of [VILLAGES.yunzhou1, VILLAGES.yunzhou2])
      await seedHouseholds(store, { count: PER_VILLAGE, perVillage: PER_VILLAGE, year: 2014, firstVillage });
    await store.adminQuery(
      `UPDATE member_year_record SET ${older}, ${ill} WHERE year = 2014 AND relation_to_head = '01' AND ${ofMeant('person_no')}`,
    );
    await store.adminQuery(
      `INSERT INTO assistance_outcome (household_id, year, region_code, food_assured, water_safe, created_by, created_at, updated_by, updated_at)
       SELECT household_id, year, region_code, true, NOT ${ofMeant('household_no')}, 'test', now(), 'test', now()
       FROM household_year_record WHERE year = 2014 AND right(household_no, 2) <> '32'`,
    );
    await store.adminQuery(
      `UPDATE household SET file_status = 'CLEARED', closed_year = 2014 WHERE identified_year = 2014 AND right(household_no, 2) = '55'`,
    );
  });

  const cases: [string, Condition[], string[]][] = [
    ['a member', [is('MEMBER_AGE', 'GTE', '105'), is('MEMBER_SEX', 'EQ', 'FEMALE')], ['07']],
    ['a member by health', [is('MEMBER_HEALTH', 'CONTAINS', 'SERIOUS_ILLNESS')], ['07']],
    ['an outcome', [is('OUTCOME_WATER_SAFE', 'EQ', 'false')], ['07']],
    ['no outcome', [is('OUTCOME_WATER_SAFE', 'IS_NULL')], ['32']],
    ['an outcome or none', [is('OUTCOME_WATER_SAFE', 'NE', 'true')], MEANT],
    [
      'an outcome, of which something is blank',
      [is('OUTCOME_WATER_SAFE', 'EQ', 'false'), is('OUTCOME_HOUSING_SAFE', 'IS_NULL')],
      ['07'],
    ],
    ['a cleared file', [is('FILE_STATUS', 'NE', 'ACTIVE')], ['55']],
    [
      'member and outcome',
      [is('MEMBER_AGE', 'GTE', '105'), is('OUTCOME_FOOD_ASSURED', 'EQ', 'true')],
      ['07'],
    ],
  ];
  it.each(cases)('what few have is found page after page: %s', async (_, conditions, endings) => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Page<{ householdNo: string }> = await store.database.read(scopeOf(yunzhou), (tx) =>
        keysetPage(tx, householdPageQuery({ year: 2014, range, first: 3, after, conditions })),
      );
      seen.push(...page.nodes.map(({ householdNo }) => householdNo));
      after = page.hasNextPage ? page.endCursor : null;
    } while (after !== null);
    const expected = await store.adminQuery<{ no: string }>(
      `SELECT household_no AS no FROM household WHERE identified_year = 2014 AND right(household_no, 2) = ANY($1::text[])
       ORDER BY region_code, household_no`,
      [endings],
    );
    expect(expected).toHaveLength(14 * endings.length);
    expect(seen).toEqual(expected.map(({ no }) => no));
  });
});

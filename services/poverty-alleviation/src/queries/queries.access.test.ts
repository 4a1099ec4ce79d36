import { NATION_CODE } from '@junxian/administrative-region';
import { type Principal, scopeOf } from '@junxian/identity';
import { countStatements, rule } from '@junxian/test-kit';
import { figures, identified, recounted, registeredEarlier } from '../statistics/statistics.fixture';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { oldPoorVillage } from '../testing/villages.support.test';
import { changesPage } from './changes.service';
import { CHANGE_LOGS } from './changes.store';

const YUNZHOU = '140215000000';
const operator = officer(YUNZHOU, 'COUNTY', 'OPERATOR');
const manager = officer(YUNZHOU, 'COUNTY', 'MANAGER');
const viewer = officer(YUNZHOU, 'COUNTY', 'VIEWER');
const nextDoor = officer('140214000000', 'COUNTY', 'OPERATOR', 'MANAGER');
const everything = { low: '0', high: ':' };

let store: TestStore;
const ids: string[] = [];
beforeAll(async () => {
  store = await openStore();
  ids.push(
    await identified(store, VILLAGES.yunzhou1, 3),
    await identified(store, VILLAGES.yunzhou2, 2),
    await identified(store, VILLAGES.yungang, 4),
  );
  await recounted(store, ids);
});
const { ask } = graphOver(() => store);
afterAll(() => store?.close());

const CLOSED = `query ($region: ID, $year: Int, $after: String) { closedHouseholds(region: $region, closureYear: $year, first: 1, after: $after) {
  nodes { householdNo closureYear reason reasonText operator lastHead { name relationToHead } household { fileStatus } } endCursor hasNextPage } }`;
const CHANGES = `query ($subject: ChangeSubject!, $region: ID, $operations: [String!], $from: Date, $to: Date, $first: Int = 20, $after: String) {
  changes(subject: $subject, region: $region, operations: $operations, from: $from, to: $to, first: $first, after: $after) {
    nodes { id operation operationName reason reasonText operator rolledBack household { id } region { code } facts { field fieldName before after } } endCursor hasNextPage } }`;
const STATISTIC = `query ($region: ID!) { statistic(table: POOR_HOUSEHOLDS, year: 2017, region: $region) { rows { kind region { code } figures { column value } } } }`;
const ROWS = `query ($region: ID!) { statisticRows(table: POOR_HOUSEHOLDS, year: 2017, region: $region, column: "poor.p") {
  nodes { kind id amount region { code } household { householdNo } record { basic { memberCount } } } } }`;

rule(
  'PA-QY-03',
  'closed households with number, last head, closure year, reason and who did it, page by page',
  async () => {
    const [, second] = await Promise.all([
      store.database.write(scopeOf(operator), async (tx) => {
        const [head] = await tx.query<{ id: string }>(
          `SELECT member_id AS id FROM member_year_record WHERE household_id = $1 AND relation_to_head = '01'`,
          [ids[0]],
        );
        await tx.query(`UPDATE member_year_record SET status = '2' WHERE household_id = $1`, [ids[0]]);
        return head;
      }),
      identified(store, VILLAGES.yunzhou2, 1),
    ]);
    for (const id of [ids[0]!, second]) {
      await store.adminQuery(
        `UPDATE household SET file_status = 'CLOSED', closed_year = 2017, close_reason = 'LAST_MEMBER_REDUCED' WHERE id = $1`,
        [id],
      );
      await store.adminQuery(
        `INSERT INTO household_status_history (household_id, year, region_code, from_status, to_status, operation, operator, at)
         SELECT id, 2017, region_code, '0', '0', 'CLOSE', 'closer', '2017-11-21T01:00:00Z' FROM household WHERE id = $1`,
        [id],
      );
    }
    await store.adminQuery(`UPDATE household SET file_status = 'CLEARED', closed_year = 2017 WHERE id = $1`, [
      ids[1],
    ]);
    const first = await ask(viewer, CLOSED, { region: YUNZHOU });
    expect(first.codes).toEqual([]);
    const page = first.data!.closedHouseholds;
    expect(page.nodes).toEqual([
      {
        householdNo: expect.stringMatching(/^140215100001/),
        closureYear: 2017,
        reason: 'LAST_MEMBER_REDUCED',
        reasonText: '最后一名成员减少',
        operator: 'closer',
        lastHead: { name: '演示甲', relationToHead: 'HEAD' },
        household: { fileStatus: 'CLOSED' },
      },
    ]);
    expect(page.hasNextPage).toBe(true);
    const rest = (await ask(viewer, CLOSED, { after: page.endCursor })).data!.closedHouseholds;
    expect(rest.nodes).toHaveLength(1);
    expect(rest.hasNextPage).toBe(false);
    expect((await ask(viewer, CLOSED, { year: 2016 })).data!.closedHouseholds.nodes).toEqual([]);
    expect((await ask(viewer, CLOSED, { region: '140214000000' })).codes).toEqual(['OUT_OF_REGION']);
    expect((await ask(nextDoor, CLOSED)).data!.closedHouseholds.nodes).toEqual([]);
  },
);

rule(
  'PA-QY-04',
  'changes of households and villages with before and after, the latest first, by operation and dates, and page by page',
  async () => {
    const at = (hour: number) => `2017-11-22T0${hour}:00:00+08:00`;
    await store.adminQuery(
      `INSERT INTO household_status_history (household_id, year, region_code, from_status, to_status, operation, reason, operator, at, rolled_back_by)
       SELECT id, 2017, region_code, '0', '1', 'EXIT', NULL, 'decider', $2, NULL FROM household WHERE id = $1`,
      [ids[2], at(1)],
    );
    await store.adminQuery(
      `INSERT INTO population_change (change_id, household_id, operation_id, year, region_code, kind, direction, member_id, to_household_id, reason,
         change_date, per_capita_before, per_capita_after, operator, at)
       SELECT uuidv7(), h.id, uuidv7(), 2017, h.region_code, 'ADD', 'IN', m.member_id, h.id, '01', '2017-11-22', 4000, 3200, 'clerk', $2
       FROM household h JOIN member_year_record m ON m.household_id = h.id WHERE h.id = $1 LIMIT 1`,
      [ids[2], at(2)],
    );
    await store.adminQuery(
      `INSERT INTO back_office_operation (region_code, function, target_id, household_id, year, before, after, reason, operator, at)
       SELECT region_code, '8.4', id, id, 2017, '{"householdAttribute": "GENERAL_POOR"}', '{"householdAttribute": "ALLOWANCE_POOR"}', '核查更正', 'admin', $2
       FROM household WHERE id = $1`,
      [ids[2], at(3)],
    );
    const asked = { subject: 'HOUSEHOLD', from: '2017-11-22' };
    const { nodes } = (await ask(nextDoor, CHANGES, asked)).data!.changes;
    expect(
      nodes.map(
        ({ operation, operationName, operator: by, reason, reasonText, facts }: Record<string, unknown>) => [
          operation,
          operationName,
          by,
          [reason, reasonText],
          facts,
        ],
      ),
    ).toEqual([
      [
        '8.4',
        '调整贫困户属性',
        'admin',
        ['核查更正', '核查更正'],
        [{ field: 'householdAttribute', fieldName: '贫困户属性', before: '一般贫困户', after: '低保贫困户' }],
      ],
      [
        'MEMBER_ADD',
        '成员新增',
        'clerk',
        ['01', '新生儿'],
        [{ field: 'perCapitaNetIncome', fieldName: '人均纯收入（元）', before: '4000', after: '3200' }],
      ],
      [
        'EXIT',
        '脱贫',
        'decider',
        [null, null],
        [{ field: 'povertyStatus', fieldName: '脱贫状态', before: '未脱贫', after: '已脱贫（享受政策）' }],
      ],
    ]);
    expect(nodes.every(({ household }: { household: { id: string } }) => household.id === ids[2])).toBe(true);

    const operationsIn = async (variables: object) =>
      (await ask(nextDoor, CHANGES, { subject: 'HOUSEHOLD', ...variables })).data!.changes.nodes.map(
        ({ operation }: { operation: string }) => operation,
      );
    expect(await operationsIn({ operations: ['EXIT', '8.4'] })).toEqual(['8.4', 'EXIT']);
    expect(await operationsIn({ to: '2017-11-21' })).toEqual(['IDENTIFY']);
    const misspelt = { subject: 'HOUSEHOLD', operations: ['EXIT', '8.15'] };
    expect((await ask(nextDoor, CHANGES, misspelt)).codes).toEqual(['INVALID_INPUT']);
    expect((await ask(nextDoor, CHANGES, { ...asked, to: '2017-11-21' })).codes).toEqual(['INVALID_INPUT']);

    const paged: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: { nodes: { operation: string }[]; endCursor: string; hasNextPage: boolean } = (
        await ask(nextDoor, CHANGES, { subject: 'HOUSEHOLD', first: 1, after })
      ).data!.changes;
      paged.push(...page.nodes.map(({ operation }) => operation));
      after = page.endCursor;
      more = page.hasNextPage;
    }
    expect(paged).toEqual(['8.4', 'MEMBER_ADD', 'EXIT', 'IDENTIFY']);

    const village = await oldPoorVillage(store, VILLAGES.yunzhou1, [2017]);
    await store.database.write(scopeOf(manager), (tx) =>
      store.services.poorVillages.delist(tx, { id: village, expectedVersion: 1, reason: '达到出列标准' }),
    );
    const [delisted] = (await ask(manager, CHANGES, { subject: 'VILLAGE' })).data!.changes.nodes;
    expect(delisted).toMatchObject({
      operation: 'DELIST',
      operationName: '贫困村出列',
      reason: '达到出列标准',
      household: null,
      facts: [{ field: 'delistYear', fieldName: '出列年度', before: null, after: '2017' }],
    });
    const ofVillage = async (filter: object) =>
      (await ask(manager, CHANGES, { subject: 'VILLAGE', ...filter })).data!.changes.nodes.length;
    expect(await ofVillage({ operations: ['DELIST'], from: '2017-11-20', to: '2017-11-20' })).toBe(1);
    for (const filter of [{ operations: ['ADD'] }, { from: '2017-11-21' }, { to: '2017-11-19' }])
      expect([filter, await ofVillage(filter)]).toEqual([filter, 0]);

    const ofCounty = async (filter: object = {}, by = manager) =>
      (await ask(by, CHANGES, { subject: 'COUNTY', ...filter })).data!.changes.nodes;
    expect(await ofCounty()).toEqual([]);
    for (const [expectedVersion, gdp] of [
      [null, '100'],
      [1, '250.5'],
    ] as const) {
      store.clock.set(`2017-11-2${(expectedVersion ?? 0) + 1}T09:00:00+08:00`);
      await store.database.write(scopeOf(manager), (tx) =>
        store.services.countyRecords.save(tx, {
          year: 2017,
          countyCode: YUNZHOU,
          expectedVersion,
          economy: { gdp },
        }),
      );
    }
    store.clock.set('2017-11-20T09:00:00+08:00');
    const [later, earlier] = await ofCounty();
    expect([later, earlier]).toMatchObject([
      {
        operation: 'SAVE_RECORD',
        operator: manager.accountId,
        region: { code: YUNZHOU },
        household: null,
        facts: [{ field: 'gdp', fieldName: '地区生产总值（万元）', before: '100.00', after: '250.5' }],
      },
      { facts: [{ field: 'gdp', before: null, after: '100' }] },
    ]);
    expect(await ofCounty({ operations: ['SAVE_RECORD'], from: '2017-11-22' })).toEqual([later]);
    expect(await ofCounty({ to: '2017-11-21' })).toEqual([earlier]);
    expect(await ofCounty({ operations: ['DELIST'] })).toEqual([]);
    expect(await ofCounty({}, nextDoor)).toEqual([]);
  },
);

rule(
  ['PA-QY-04', 'PA-KT-01'],
  'a mark of key targets and its removal are among the changes of the household, by operation, and told as rolled back',
  async () => {
    const id = await identified(store, VILLAGES.yungang, 1);
    const mark = (isKeyTarget: boolean) =>
      store.database.write(scopeOf(nextDoor), (tx) =>
        store.services.statusChanges.setKeyTargets(tx, { householdIds: [id], isKeyTarget }),
      );
    await mark(true);
    store.clock.set('2017-11-20T09:01:00+08:00');
    await mark(false);
    store.clock.set('2017-11-20T09:00:00+08:00');
    const marks = async (by: Principal) =>
      (await ask(by, CHANGES, { subject: 'HOUSEHOLD', operations: ['KEY_TARGET'] })).data!.changes.nodes;
    const line = (before: string, after: string) =>
      expect.objectContaining({
        operationName: '标记或取消重点帮扶对象',
        operator: nextDoor.accountId,
        household: { id },
        rolledBack: false,
        facts: [{ field: 'isKeyTarget', fieldName: '重点帮扶对象', before, after }],
      });
    expect(await marks(nextDoor)).toEqual([line('是', '否'), line('否', '是')]);
    expect(await marks(operator)).toEqual([]);
    await store.adminQuery(
      `UPDATE dynamic_operation SET rolled_back_by = uuidv7() WHERE household_id = $1 AND after ->> 'isKeyTarget' = 'false'`,
      [id],
    );
    expect((await marks(nextDoor)).map(({ rolledBack }: { rolledBack: boolean }) => rolledBack)).toEqual([
      true,
      false,
    ]);
  },
);

rule(
  'PA-QY-03',
  'the last head of a household whose only member was transferred is that person, as far as the caller sees records',
  async () => {
    const [home, other, elsewhere] = [
      await identified(store, VILLAGES.yunzhou1, 1),
      await identified(store, VILLAGES.yunzhou1, 1),
      await identified(store, VILLAGES.yungang, 1),
    ];
    // Of the year before the county keeps its own record of the person, of the newcomer it has none.
    await registeredEarlier(store, [home]);
    const heads = await store.adminQuery<{ id: string }>(
      `SELECT member_id AS id FROM member_year_record WHERE household_id = ANY($1::uuid[]) AND year = 2017
       ORDER BY household_id`,
      [[home, other]],
    );
    const [head, newcomer] = heads.map(({ id }) => id) as [string, string];
    for (const [householdId, memberId] of [
      [home, head],
      [other, newcomer],
    ] as const) {
      const versions = await store.adminQuery<{ householdId: string; expectedVersion: number }>(
        `SELECT household_id AS "householdId", version AS "expectedVersion" FROM household_year_record
         WHERE household_id = ANY($1::uuid[]) AND year = 2017`,
        [[householdId, elsewhere]],
      );
      const transfer = {
        memberId,
        toHouseholdId: elsewhere,
        relationToHead: 'OTHER',
        reason: 'HOUSEHOLDS_JOINED',
        changeDate: '2017-10-01',
      } as const;
      await store.database.write(scopeOf(officer('140000000000', 'PROVINCE', 'OPERATOR')), (tx) =>
        store.services.population.apply(tx, { households: versions, changes: [{ transfer }] }),
      );
    }
    const asked = `query ($region: ID!) { closedHouseholds(region: $region, first: 100) { nodes { household { id } lastHead { id year } } } }`;
    const lastHeads = async (by: Principal, region: string) => {
      const { nodes } = (await ask(by, asked, { region })).data!.closedHouseholds;
      return new Map(
        nodes.map((node: { household: { id: string }; lastHead: unknown }) => [
          node.household.id,
          node.lastHead,
        ]),
      );
    };
    const inCounty = await lastHeads(viewer, YUNZHOU);
    expect(inCounty.get(home)).toEqual({ id: head, year: 2016 });
    expect(inCounty.get(other)).toBeNull();
    const inProvince = await lastHeads(officer('140000000000', 'PROVINCE', 'VIEWER'), '140000000000');
    expect(inProvince.get(home)).toEqual({ id: head, year: 2017 });
    expect(inProvince.get(other)).toEqual({ id: newcomer, year: 2017 });
  },
);

it('changes take one statement, however many there are', async () => {
  const page = (first: number) =>
    countStatements(store.database, () =>
      store.database.read(scopeOf(officer(NATION_CODE, 'NATION', 'OPERATOR')), (tx) =>
        changesPage(tx, everything, { subject: 'HOUSEHOLD', first }),
      ),
    );
  expect((await page(1)).statements).toBe((await page(6)).statements);
});

it('the newest changes of all logs are merged by time, not sorted', async () => {
  // Tables this small are sorted anyhow: what is asked is whether the planner may do otherwise.
  const lines = await store.database.write(scopeOf(operator), async (tx) => {
    for (const way of ['seqscan', 'bitmapscan', 'sort']) await tx.query(`SET LOCAL enable_${way} = off`);
    return tx.query<Record<string, string>>(
      `EXPLAIN (COSTS OFF) SELECT * FROM (${CHANGE_LOGS.HOUSEHOLD}) AS c WHERE c.shown ORDER BY c.at DESC, c.id DESC, c.part DESC LIMIT 21`,
    );
  });
  const plan = lines.map((line) => Object.values(line)[0]!.trim());
  expect(plan).toContain('->  Merge Append');
  expect(plan).not.toContain('->  Sort');
  expect(plan.flatMap((line) => /^-> {2}Index Scan Backward using (\w+)/.exec(line)?.[1] ?? [])).toEqual([
    'household_status_history_time',
    'population_change_time',
    'dynamic_operation_key_target_time',
    'back_office_operation_time',
  ]);
});

rule('PA-QY-08', 'households by relocation mode and resettlement, from the counters', async () => {
  const id = await store.identify(
    householdForm(VILLAGES.yunzhou2, [memberForm(9001), memberForm(9002, { relationToHead: 'SON' })], {
      relocation: { isRelocationHousehold: true, mode: 'SCATTERED', resettlement: 'WITH_RELATIVES' },
    }),
  );
  const other = await identified(store, VILLAGES.yunzhou1, 3);
  await store.adminQuery(
    'UPDATE household_year_record SET is_relocation_household = true WHERE household_id = $1',
    [other],
  );
  await recounted(store, [id, other]);
  const WAYS = `query ($region: ID!) { relocationWays(year: 2017, region: $region) { mode resettlement households persons } }`;
  expect((await ask(viewer, WAYS, { region: YUNZHOU })).data!.relocationWays).toEqual([
    { mode: null, resettlement: null, households: 1, persons: 3 },
    { mode: 'SCATTERED', resettlement: 'WITH_RELATIVES', households: 1, persons: 2 },
  ]);
  expect((await ask(nextDoor, WAYS, { region: YUNZHOU })).codes).toEqual(['OUT_OF_REGION']);
});

rule(
  'PA-ST-00',
  'figures are for every role of the service in its own region; the rows behind them are not for who only views',
  async () => {
    const seen = await ask(viewer, STATISTIC, { region: YUNZHOU });
    const total = seen.data!.statistic.rows.at(-1);
    expect(total.kind).toBe('TOTAL');
    const values = Object.fromEntries(
      total.figures.map(({ column, value }: { column: string; value: string }) => [column, value]),
    );
    expect(values['poor.p']).toBe((await figures(store, 'POOR_HOUSEHOLDS', YUNZHOU))['poor.p']);
    expect((await ask(nextDoor, STATISTIC, { region: YUNZHOU })).codes).toEqual(['OUT_OF_REGION']);
    expect((await ask(viewer, ROWS, { region: YUNZHOU })).codes).toEqual(['FORBIDDEN']);
    expect((await ask(nextDoor, ROWS, { region: YUNZHOU })).codes).toEqual(['OUT_OF_REGION']);
    const rows = (await ask(operator, ROWS, { region: YUNZHOU })).data!.statisticRows.nodes;
    expect(rows.length).toBeGreaterThan(1);
    for (const { kind, amount, record } of rows) {
      expect([kind, amount]).toEqual(['HOUSEHOLD', String(record.basic.memberCount)]);
    }
    expect((await ask(viewer, CHANGES, { subject: 'HOUSEHOLD' })).codes).toEqual(['FORBIDDEN']);
  },
);

it('row-level security: counters and ledger of the own region only, and nobody but the service writes them', async () => {
  const seen = (by: Principal, table: string) =>
    store.database.read(scopeOf(by), (tx) =>
      tx.query<{ outside: number; inside: number }>(
        `SELECT count(*) FILTER (WHERE region_code < $1 OR region_code >= $2)::int AS outside, count(*)::int AS inside FROM ${table}`,
        ['140215000000', '140216'],
      ),
    );
  for (const table of ['statistic_counter', 'statistic_contribution']) {
    const [row] = await seen(operator, table);
    expect(row!.outside).toBe(0);
    expect(row!.inside).toBeGreaterThan(0);
    const changed = await store.database.write(scopeOf(operator), (tx) =>
      tx.query(`UPDATE ${table} SET region_code = region_code RETURNING 1`),
    );
    expect(changed).toEqual([]);
  }
  await expect(
    store.database.write(scopeOf(operator), (tx) =>
      tx.query(
        `INSERT INTO statistic_counter (year, region_code, cell, count, amount) VALUES (2017, '140215000000', 'poor', 1, 1)`,
      ),
    ),
  ).rejects.toThrow(/row-level security/);
});

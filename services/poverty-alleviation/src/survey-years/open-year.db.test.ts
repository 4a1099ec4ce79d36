import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { scopeOf } from '@junxian/identity';
import { receiveRegionChange } from '@junxian/region-changes';
import { rule, subgraphClient, testIssuer } from '@junxian/test-kit';
import { scopes } from '../service-scopes';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { officer, openStore, operatorOf, type TestStore, VILLAGES } from '../testing/store.support.test';
import { startTestSubgraph } from '../testing/subgraph.support.test';
import { closedBefore } from './closed-years.fixture';
import { holdYears, type SurveyYear, surveyYears } from './survey-years.service';

const KEEPER = officer('000000000000', 'NATION', 'SYSTEM_ADMIN');
let store: TestStore;
let serial = 0;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const open = (year = 2018, povertyLine: string | null = null) =>
  store.database.write(scopeOf(KEEPER), (tx) => store.services.yearTurn.open(tx, { year, povertyLine }));
const close = async (year: number, version = 1) => {
  await store.database.write(scopeOf(KEEPER), (tx) => store.services.yearTurn.close(tx, year, version));
  await store.services.yearTurn.continueClosing(store.database);
};
const go = (options = {}) => store.services.yearTurn.continueOpening(store.database, options);
const years = () => store.database.read(scopeOf(KEEPER), surveyYears);
const yearOf = async (year: number): Promise<SurveyYear> => (await years()).find((one) => one.year === year)!;
const identify = (village: string = VILLAGES.yunzhou1, members = 2) =>
  store.identify(
    householdForm(
      village,
      Array.from({ length: members }, (_, index) =>
        memberForm(++serial, index === 0 ? {} : { relationToHead: 'OTHER' }),
      ),
    ),
  );
const saveIncome = (householdId: string, year: number, wageIncome: string, expectedVersion: number) =>
  store.database.write(scopeOf(operatorOf(VILLAGES.yunzhou1)), (tx) =>
    store.services.tabs.saveIncomeAndHealth(tx, { householdId, year, wageIncome, expectedVersion }),
  );
/** Everything kept of a year in a table, but for the year, the trace and the version, as text. */
const rowsOf = async (table: string, year: number, leftOut: readonly string[] = []) =>
  (
    await store.adminQuery<{ row: string }>(
      `SELECT (to_jsonb(t) - $2::text[])::text AS row FROM ${table} t WHERE year = $1 ORDER BY 1`,
      [year, ['year', 'version', 'created_by', 'created_at', 'updated_by', 'updated_at', ...leftOut]],
    )
  ).map(({ row }) => row);
const countOf = async (table: string, year: number) => (await rowsOf(table, year)).length;
const opened = () =>
  store.adminQuery<{ year: number }>(
    `SELECT (envelope::jsonb->'data'->>'year')::int AS year FROM outbox WHERE envelope::jsonb->>'type' LIKE '%.year.opened.v1'`,
  );

/** A village, a county and a natural village with data of 2017. */
async function otherData(): Promise<void> {
  const trace = `'x', now(), 'x', now()`;
  const traced = 'created_by, created_at, updated_by, updated_at';
  await store.adminQuery(`
    WITH village AS (INSERT INTO poor_village (region_code, village_attribute, ${traced}) VALUES ('${VILLAGES.yunzhou1}', '01', ${trace}) RETURNING id)
    INSERT INTO village_year_record (poor_village_id, year, region_code, village_attribute, village_head, cultivated, collective_income, ${traced})
    SELECT id, 2017, '${VILLAGES.yunzhou1}', '01', '演示村长', 12.5, 3.14, ${trace} FROM village`);
  await store.adminQuery(`
    INSERT INTO county_year_record (year, region_code, county_attribute, gdp, ${traced})
    VALUES (2016, '140215000000', '02', 1, ${trace}), (2017, '140215000000', '02', 99.5, ${trace})`);
  await store.adminQuery(`
    WITH hamlet AS (INSERT INTO natural_village (region_code, code, name, ${traced})
      VALUES ('${VILLAGES.yunzhou1}', '${VILLAGES.yunzhou1}03', '演示庄', ${trace}) RETURNING id)
    INSERT INTO natural_village_year_record (natural_village_id, year, region_code, households, paved_road, ${traced})
    SELECT id, 2017, '${VILLAGES.yunzhou1}', 7, true, ${trace} FROM hamlet`);
}

rule(
  'PA-YR-07',
  'the new year begins with active households, their active members, villages, counties and natural villages',
  async () => {
    const kept = await identify(VILLAGES.yunzhou1, 3);
    await identify(VILLAGES.shandong);
    const [closed, cleared] = [await identify(), await identify()];
    await store.adminQuery(`UPDATE household SET file_status = 'CLOSED', closed_year = 2017 WHERE id = $1`, [
      closed,
    ]);
    await store.adminQuery(`UPDATE household SET file_status = 'CLEARED', closed_year = 2017 WHERE id = $1`, [
      cleared,
    ]);
    await store.adminQuery(
      `UPDATE household_year_record SET poverty_status = '1', exit_year = 2017, is_key_target = true, net_income = 7 WHERE household_id = $1`,
      [kept],
    );
    await store.adminQuery(
      `UPDATE member_year_record SET status = '2', status_date = '2017-05-01'
     WHERE member_id = (SELECT member_id FROM member_year_record WHERE household_id = $1 ORDER BY member_id DESC LIMIT 1)`,
      [kept],
    );
    await store.adminQuery(
      `INSERT INTO assistance_outcome (household_id, year, region_code, water_safe, created_by, created_at, updated_by, updated_at)
     SELECT id, 2017, region_code, true, 'x', now(), 'x', now() FROM household WHERE id = $1`,
      [kept],
    );
    await otherData();
    const before = {
      records: await rowsOf('household_year_record', 2017),
      members: await rowsOf('member_year_record', 2017),
    };
    await open(2018, '3300.00');
    await go();

    const ofHousehold = (rows: string[]) => rows.filter((row) => row.includes(kept));
    expect(await countOf('household_year_record', 2018)).toBe(2);
    expect(ofHousehold(await rowsOf('household_year_record', 2018))).toEqual(ofHousehold(before.records));
    const members = ofHousehold(before.members);
    const active = members.filter((row) => JSON.parse(row).status === '1');
    expect([members.length, active.length]).toEqual([3, 2]);
    expect(ofHousehold(await rowsOf('member_year_record', 2018))).toEqual(active);
    expect(await countOf('member_year_record', 2018)).toBe(4);
    for (const table of ['village_year_record', 'county_year_record', 'natural_village_year_record']) {
      const rows = await rowsOf(table, 2018, ['id']);
      expect(rows).toHaveLength(1);
      expect(rows).toEqual(await rowsOf(table, 2017, ['id']));
    }
    expect(await countOf('assistance_outcome', 2018)).toBe(0);
    // The year before is as it was, and stays open until it is closed.
    expect(await rowsOf('household_year_record', 2017)).toEqual(before.records);
    expect(await rowsOf('member_year_record', 2017)).toEqual(before.members);
    expect(
      (await years()).map(({ year, isCurrentCycle, editable }) => [year, isCurrentCycle, editable]),
    ).toEqual([
      [2014, false, true],
      [2015, false, true],
      [2016, false, true],
      [2017, false, true],
      [2018, true, true],
    ]);
    expect((await yearOf(2018)).povertyLine).toBe('3300.00');
    expect(await opened()).toEqual([{ year: 2018 }]);
    expect(await go()).toBe(0);
  },
);

rule('PA-YR-07', 'a pairing without an end date goes on into the new year', async () => {
  const household = await identify();
  const trace = `'x', now(), 'x', now()`;
  const [unit] = await store.adminQuery<{ id: string }>(
    `INSERT INTO assistance_unit (region_code, name, type, affiliation, contact, phone_sealed, created_by, created_at, updated_by, updated_at)
     VALUES ('140215000000', '演示单位', '01', '04', '演示', 'sealed', ${trace}) RETURNING id`,
  );
  await store.adminQuery(
    `INSERT INTO unit_village_pairing (unit_id, region_code, start_date, created_by, created_at, updated_by, updated_at)
     VALUES ($1, '${VILLAGES.yunzhou1}', '2017-01-01', ${trace})`,
    [unit!.id],
  );
  const [helper] = await store.adminQuery<{ id: string }>(
    `INSERT INTO responsible_helper (unit_id, region_code, name, sex, id_type, id_number_sealed, id_number_index, phone_sealed, phone_index,
       created_by, created_at, updated_by, updated_at) VALUES ($1, '140215000000', '演示帮扶', '1', '01', 'sealed', 'i', 'sealed', 'p', ${trace}) RETURNING id`,
    [unit!.id],
  );
  await store.adminQuery(
    `INSERT INTO helper_pairing (household_id, helper_id, region_code, start_date, created_by, created_at, updated_by, updated_at)
     SELECT id, $2, region_code, '2017-01-01', ${trace} FROM household WHERE id = $1`,
    [household, helper!.id],
  );
  const pairings = () => store.adminQuery('SELECT * FROM helper_pairing, unit_village_pairing');
  const before = await pairings();
  await open();
  await go();
  expect(await pairings()).toEqual(before);
  const issuer = testIssuer();
  const running = await startTestSubgraph(store, issuer);
  try {
    const { data, errors } = await subgraphClient(running.url, issuer, operatorOf(VILLAGES.yunzhou1)).query(
      'query ($id: ID!) { household(id: $id) { record(year: 2018) { year helperPairings { endDate helper { id } } } } }',
      { id: household },
    );
    expect(errors).toBeUndefined();
    expect(data!.household.record).toEqual({
      year: 2018,
      helperPairings: [{ endDate: null, helper: { id: helper!.id } }],
    });
  } finally {
    await running.stop();
  }
});

rule(
  'PA-YR-07',
  'a to-do that is open goes on into the new year, and what is confirmed by it is written there',
  async () => {
    const household = await identify();
    const gone = await identify(VILLAGES.yunzhou2, 1);
    const clerk = scopeOf(operatorOf(VILLAGES.yunzhou1));
    const news = (householdId: string) =>
      store.adminQuery(
        `INSERT INTO to_do (region_code, kind, household_id, member_id, year, event_id, occurred_at, facts)
         SELECT region_code, 'INSURANCE_ENROLMENT_CHANGED', household_id, member_id, year, uuidv7()::text, now(), '{"enrolled": true}'
         FROM member_year_record WHERE household_id = $1 AND relation_to_head = '01' AND year = 2017`,
        [householdId],
      );
    await news(household);
    await news(gone);
    await store.adminQuery(`UPDATE household SET file_status = 'CLEARED', closed_year = 2017 WHERE id = $1`, [
      gone,
    ]);
    await open();
    await go();
    const range = { low: clerk.regionLow, high: clerk.regionHigh };
    const { nodes } = await store.database.read(clerk, (tx) =>
      store.services.toDos.page(tx, range, { state: 'OPEN' }),
    );
    const yearsOf = new Map(nodes.map((one) => [one.householdId, one.year]));
    // Of persons who are not in the new year it stays where it was raised.
    expect([yearsOf.get(household), yearsOf.get(gone)]).toEqual([2018, 2017]);
    const toDo = nodes.find((one) => one.householdId === household)!;
    const settle = (expectedVersion: number) =>
      store.database.write(clerk, (tx) =>
        store.services.toDos.settle(tx, { id: toDo.id, expectedVersion, decision: 'CONFIRM' }),
      );
    // Whoever has it open looks at the year that was.
    await expect(settle(1)).rejects.toMatchObject({ code: 'STALE_VERSION' });
    await settle(toDo.version);
    expect(
      await store.adminQuery(
        `SELECT year, in_critical_illness_insurance AS enrolled FROM member_year_record WHERE member_id = $1 ORDER BY year`,
        [toDo.memberId],
      ),
    ).toEqual([
      { year: 2017, enrolled: null },
      { year: 2018, enrolled: true },
    ]);
  },
);

describe('while the copy runs', () => {
  it('the years stand still, reads go on, and one cycle is the current one', async () => {
    const household = await identify();
    await identify(VILLAGES.yunzhou2);
    await open();
    await expect(open()).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    const refusedEverywhere = async () => {
      for (const year of [2017, 2018]) {
        // Neither year is closed for good: whoever wants to change something tries again in a few minutes.
        await expect(saveIncome(household, year, '1.00', 1)).rejects.toMatchObject({
          code: 'YEAR_CLOSED',
          text: expect.objectContaining({
            zh: expect.stringContaining('2017 年度的数据正在结转到下一年度，请几分钟后再试'),
          }),
        });
      }
      await expect(identify()).rejects.toMatchObject({ code: 'YEAR_CLOSED' });
      const beingCopied = { code: 'STATE_CONFLICT', message: expect.stringContaining('copy') };
      for (const year of [2017, 2018]) await expect(close(year)).rejects.toMatchObject(beingCopied);
      expect((await years()).filter(({ isCurrentCycle }) => isCurrentCycle).map(({ year }) => year)).toEqual([
        2017,
      ]);
    };
    await refusedEverywhere();
    let batches = 0;
    await go({ batchSize: 1, goOn: () => batches++ < 1 });
    await refusedEverywhere();
    // 2016 is not concerned: its data may be changed throughout.
    await expect(saveIncome(household, 2016, '1.00', 1)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    const issuer = testIssuer();
    const running = await startTestSubgraph(store, issuer);
    try {
      const { data } = await subgraphClient(running.url, issuer, KEEPER).query(
        '{ surveyYears { year editable opening { sourceYear households householdsCopied finishedAt } } }',
      );
      expect(data!.surveyYears.slice(-2)).toEqual([
        { year: 2017, editable: false, opening: null },
        {
          year: 2018,
          editable: false,
          opening: { sourceYear: 2017, households: 2, householdsCopied: 1, finishedAt: null },
        },
      ]);
    } finally {
      await running.stop();
    }
    await go();
    await saveIncome(household, 2018, '8000.00', 1);
    await saveIncome(household, 2017, '7000.00', 1);
    expect((await yearOf(2018)).isCurrentCycle).toBe(true);
  });

  it('killed after any batch and taken up by two processes, it copies each row once', async () => {
    for (let n = 0; n < 7; n++) await identify(n % 2 === 0 ? VILLAGES.yunzhou1 : VILLAGES.shandong, 3);
    await otherData();
    await open();
    // A batch that dies takes its rows and its progress along.
    await store.adminQuery(
      `CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'killed'; END $$`,
    );
    for (const table of ['member_year_record', 'year_opening']) {
      await store.adminQuery(
        `CREATE TRIGGER dies BEFORE INSERT OR UPDATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION dies()`,
      );
      await expect(go({ batchSize: 2 })).rejects.toThrow('killed');
      await store.adminQuery(`DROP TRIGGER dies ON ${table}`);
      expect(await countOf('household_year_record', 2018)).toBe(0);
    }
    let batches = 0;
    await go({ batchSize: 2, goOn: () => batches++ < 2 });
    expect(await countOf('household_year_record', 2018)).toBe(4);
    await Promise.all([go({ batchSize: 1 }), go({ batchSize: 2 }), go({ batchSize: 1 })]);
    expect(await rowsOf('household_year_record', 2018)).toEqual(await rowsOf('household_year_record', 2017));
    expect(await rowsOf('member_year_record', 2018)).toEqual(await rowsOf('member_year_record', 2017));
    expect(await countOf('county_year_record', 2018)).toBe(1);
    expect(await opened()).toEqual([{ year: 2018 }]);
    expect(
      await store.adminQuery(
        'SELECT households, households_copied, finished_at IS NOT NULL AS done FROM year_opening',
      ),
    ).toEqual([{ households: 7, households_copied: 7, done: true }]);
  });

  it('it waits while rows follow a change of regions, which would pass them by', async () => {
    await identify();
    await open();
    await store.database.write(scopes.followRegionChanges(), (tx) =>
      receiveRegionChange(tx, {
        data: {
          changeId: randomUUID(),
          kind: 'RECODE',
          from: ['140215000000'],
          to: ['140299000000'],
          effectiveDate: '2018-01-01',
          moves: [{ from: '140215000000', to: '140299000000', level: 'COUNTY' }],
        },
        time: '2018-01-01T00:00:00+08:00',
      }),
    );
    expect(await go()).toBe(0);
    expect(await countOf('household_year_record', 2018)).toBe(0);
    await store.adminQuery('UPDATE region_change SET followed_at = now()');
    await go();
    expect(await countOf('household_year_record', 2018)).toBe(1);
  });
});

describe('editable', () => {
  rule('PA-YR-03', 'every year may be changed until it is closed, then not at all', async () => {
    const household = await identify();
    for (const table of ['household_year_record', 'member_year_record']) {
      const columns = (
        await store.adminQuery<{ name: string }>(
          `SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 AND column_name <> 'year'`,
          [table],
        )
      ).map(({ name }) => name);
      await store.adminQuery(
        `INSERT INTO ${table} (year, ${columns}) SELECT y, ${columns} FROM ${table}, generate_series(2014, 2016) y`,
      );
    }
    for (const year of [2014, 2015, 2016, 2017]) {
      await saveIncome(household, year, `${year}.00`, 1);
      await close(year);
      await expect(saveIncome(household, year, '1.00', 2)).rejects.toMatchObject({ code: 'YEAR_CLOSED' });
    }
    await expect(close(2014, 2)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await expect(identify()).rejects.toMatchObject({ code: 'YEAR_CLOSED' });
    const incomes = await store.adminQuery(
      'SELECT year, wage_income FROM household_year_record ORDER BY year',
    );
    expect(incomes).toEqual([2014, 2015, 2016, 2017].map((year) => ({ year, wage_income: `${year}.00` })));
    // The next year opens from a closed one all the same.
    await open();
    await go();
    await saveIncome(household, 2018, '2018.00', 1);
    expect(await identify()).toBeTruthy();
  });

  it('closing waits for whoever is writing, and who comes meanwhile is refused', async () => {
    await closedBefore(store, 2017);
    const household = await identify();
    const waiting = async (count: number) => {
      const locks = 'SELECT FROM pg_locks WHERE NOT granted AND locktype = $1';
      while ((await store.adminQuery(locks, ['advisory'])).length < count) await pause(5);
    };
    const order: string[] = [];
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const writer = store.database.write(scopeOf(operatorOf(VILLAGES.yunzhou1)), async (tx) => {
      await store.services.tabs.saveIncomeAndHealth(tx, {
        householdId: household,
        year: 2017,
        wageIncome: '9000.00',
        expectedVersion: 1,
      });
      await finished;
      order.push('written');
    });
    await pause(50);
    const closing = close(2017).then(() => order.push('closed'));
    await waiting(1);
    const late = saveIncome(household, 2017, '1.00', 2).catch(({ code }: { code: string }) =>
      order.push(code),
    );
    await waiting(2);
    finish();
    await Promise.all([writer, closing, late]);
    expect(order.sort()).toEqual(['YEAR_CLOSED', 'closed', 'written']);
    expect(await store.adminQuery('SELECT wage_income FROM household_year_record')).toEqual([
      { wage_income: '9000.00' },
    ]);
  });

  it('is for the system administrator of the country', async () => {
    const issuer = testIssuer();
    const running = await startTestSubgraph(store, issuer);
    try {
      const codeOf = async (principal: typeof KEEPER, document: string) =>
        (await subgraphClient(running.url, issuer, principal).query(document)).errors?.[0]?.extensions?.code;
      const opening = 'mutation { openYear(input: { year: 2018 }) { year } }';
      const closing = 'mutation { closeYear(year: 2014, expectedVersion: 1) { closedAt } }';
      for (const document of [opening, closing]) {
        expect(
          await codeOf(officer('140000000000', 'PROVINCE', 'SYSTEM_ADMIN', 'PROVINCE_ADMIN'), document),
        ).toBe('FORBIDDEN');
        expect(await codeOf(officer('000000000000', 'NATION', 'MANAGER', 'FUND'), document)).toBe(
          'FORBIDDEN',
        );
      }
      const raw = officer('140000000000', 'PROVINCE', 'SYSTEM_ADMIN');
      const rows = await store.database.write(scopeOf(raw), (tx) =>
        tx.query('UPDATE survey_year SET editable = false RETURNING year'),
      );
      expect(rows).toEqual([]);
      expect(await codeOf(KEEPER, closing)).toBeUndefined();
      expect(await codeOf(KEEPER, opening)).toBeUndefined();
    } finally {
      await running.stop();
    }
  });
});

it('the background work asks for no lock while no year is being opened or closed', async () => {
  await store.database.write(scopeOf(KEEPER), async (tx) => {
    await holdYears(tx);
    // Alone it would wait for this transaction, and every other writer behind it.
    expect(await go()).toBe(0);
    expect(await store.services.yearTurn.continueClosing(store.database)).toBe(0);
  });
});

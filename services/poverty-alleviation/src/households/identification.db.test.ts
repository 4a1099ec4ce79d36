import { Refusal } from '@junxian/errors';
import { citizenIdOf, scopeOf } from '@junxian/identity';
import { rule, testKeys } from '@junxian/test-kit';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { refused } from '../testing/refusals.support.test';
import { officer, openStore, operatorOf, type TestStore, VILLAGES } from '../testing/store.support.test';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const counts = async () =>
  (
    await store.adminQuery(
      `SELECT (SELECT count(*)::int FROM household) AS households, (SELECT count(*)::int FROM household_year_record) AS records,
        (SELECT count(*)::int FROM member) AS persons, (SELECT count(*)::int FROM member_year_record) AS members,
        (SELECT count(*)::int FROM household_status_history) AS history, (SELECT count(*)::int FROM outbox) AS events`,
    )
  )[0]!;

rule(
  ['PA-NI-01', 'PA-NI-03', 'PA-HH-05'],
  'one save writes file, record, members, history and event: UNEXITED, the current cycle, incomes computed',
  async () => {
    const members = [
      memberForm(101, { name: '演示户主', phone: '13900001111' }),
      memberForm(102, { relationToHead: 'SPOUSE', sex: 'FEMALE' }),
      memberForm(103, {
        relationToHead: 'SON',
        birthDate: '2005-05-05',
        education: null,
        schoolStatus: 'GRADE_7',
      }),
    ];
    const form = householdForm(VILLAGES.yunzhou1, members, {
      incomeAndHealth: { wageIncome: '10000', pension: '1200.50', businessExpense: '200.25' },
    });
    const id = await store.identify({
      ...form,
      basic: { ...form.basic, phone: '13900002222', bankAccount: '6222000011112222' },
    });

    const [household] = await store.adminQuery('SELECT * FROM household WHERE id = $1', [id]);
    expect(household).toMatchObject({
      household_no: `${VILLAGES.yunzhou1}00001`,
      identified_year: 2017,
      file_status: 'ACTIVE',
      region_code: VILLAGES.yunzhou1,
    });
    const records = await store.adminQuery('SELECT * FROM household_year_record WHERE household_id = $1', [
      id,
    ]);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      year: 2017,
      poverty_status: '0',
      member_count: 3,
      transfer_income: '1200.50',
      total_income: '11200.50',
      net_income: '11000.25',
      per_capita_net_income: '3666.75',
      household_attribute: '01',
    });
    expect(
      await store.adminQuery(
        'SELECT from_status, to_status, operation, year FROM household_status_history WHERE household_id = $1',
        [id],
      ),
    ).toEqual([{ from_status: null, to_status: '0', operation: 'IDENTIFY', year: 2017 }]);
    const head = (
      await store.adminQuery(
        `SELECT * FROM member_year_record WHERE household_id = $1 AND relation_to_head = '01'`,
        [id],
      )
    )[0]!;
    expect(head).toMatchObject({
      name: '演示户主',
      status: '1',
      citizen_id: citizenIdOf(idNumber(101), testKeys.citizenIdKey),
    });

    const envelopes = await store.adminQuery<{ envelope: string }>('SELECT envelope FROM outbox');
    expect(envelopes).toHaveLength(1);
    expect(JSON.parse(envelopes[0]!.envelope)).toMatchObject({
      type: 'junxian.poverty-alleviation.household.identified.v1',
      subject: id,
      regioncode: VILLAGES.yunzhou1,
      aggregateversion: 1,
      data: {
        householdId: id,
        year: 2017,
        villageCode: VILLAGES.yunzhou1,
        members: 3,
        headCitizenId: head.citizen_id,
      },
    });
  },
);

it('no table and no event holds an ID number, phone or account in the clear', async () => {
  for (const table of ['household', 'household_year_record', 'member_year_record', 'outbox']) {
    const text = JSON.stringify(await store.adminQuery(`SELECT * FROM ${table}`));
    for (const secret of [idNumber(101), '13900001111', '13900002222', '6222000011112222']) {
      expect(text).not.toContain(secret);
    }
    if (table === 'outbox') expect(text).not.toContain('演示户主');
  }
});

it('household numbers go up by village and survive the household', async () => {
  const first = await store.identify(householdForm(VILLAGES.yunzhou2, [memberForm(111)]));
  const second = await store.identify(householdForm(VILLAGES.yunzhou2, [memberForm(112)]));
  const rows = await store.adminQuery('SELECT household_no FROM household WHERE id = ANY($1) ORDER BY 1', [
    [first, second],
  ]);
  expect(rows.map(({ household_no }) => household_no)).toEqual([
    `${VILLAGES.yunzhou2}00001`,
    `${VILLAGES.yunzhou2}00002`,
  ]);
  await expect(
    store.adminQuery(
      `UPDATE household SET household_no = '${VILLAGES.yunzhou2}00001' WHERE id = '${second}'`,
    ),
  ).rejects.toThrow(/household_no/);
});

rule('PA-NI-01', 'a refused form leaves nothing behind', async () => {
  const before = await counts();
  expect(await refused(store.identify(householdForm(VILLAGES.yunzhou1, [])))).toEqual([
    'NOTHING_SELECTED members',
  ]);
  expect(await refused(store.identify(householdForm('140215100999', [memberForm(113)])))).toEqual([
    'INVALID_REGION_CODE villageCode',
  ]);
  expect(await counts()).toEqual(before);
});

rule(
  'PA-NI-03',
  'a number active in another county is DUPLICATE_ID, without a word about where',
  async () => {
    await store.identify(householdForm(VILLAGES.yungang, [memberForm(121)]));
    const before = await counts();
    const members = [memberForm(122), memberForm(121, { relationToHead: 'SON' })];
    const work = store.identify(householdForm(VILLAGES.shandong, members));
    await expect(work).rejects.toMatchObject({ code: 'DUPLICATE_ID', field: 'members[1].idNumber' });
    const message = await work.catch((error: Refusal) => JSON.stringify([error.text, error.details ?? null]));
    expect(message).not.toMatch(/140214|云冈|13\d{9}/);
    expect(await counts()).toEqual(before);
  },
);

rule('PA-NI-03', 'a person who has left the other household may be identified again', async () => {
  await store.identify(
    householdForm(VILLAGES.yungang, [memberForm(131), memberForm(132, { relationToHead: 'SON' })]),
  );
  const again = () => store.identify(householdForm(VILLAGES.shandong, [memberForm(132)]));
  expect(await refused(again())).toEqual(['DUPLICATE_ID members[0].idNumber']);
  await store.adminQuery(`UPDATE member_year_record SET status = '3' WHERE id_number_index = $1`, [
    store.services.personal.indexOf({ kind: 'citizen', value: idNumber(132) }),
  ]);
  expect(await refused(again())).toEqual([]);
});

rule(
  'PA-NI-03',
  'of officers in different counties who identify one person at once exactly one wins',
  async () => {
    const villages = [VILLAGES.yunzhou1, VILLAGES.yungang, VILLAGES.shandong, VILLAGES.yunzhouOther];
    for (let round = 0; round < 5; round++) {
      const before = await counts();
      const shared = [200 + round * 10, 201 + round * 10];
      const outcomes = await Promise.all(
        villages.map((village, index) =>
          // Some name the two persons in the other order: they must not wait for each other.
          refused(
            store.identify(
              householdForm(
                village,
                (index % 2 === 0 ? shared : [...shared].reverse()).map((serial, place) =>
                  memberForm(serial, { relationToHead: place === 0 ? 'HEAD' : 'SON' }),
                ),
              ),
            ),
          ),
        ),
      );
      expect(outcomes.filter((outcome) => outcome.length === 0)).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.length > 0)
          expect(outcome.every((fault) => fault.startsWith('DUPLICATE_ID members['))).toBe(true);
      }
      const after = await counts();
      expect(after).toEqual(
        Object.fromEntries(
          Object.entries(before).map(([table, count]) => [
            table,
            (count as number) + (table === 'persons' || table === 'members' ? 2 : 1),
          ]),
        ),
      );
    }
  },
);

rule('PA-NI-03', 'the index alone decides the race when the check came too early', async () => {
  // Both transactions have asked for duplicates before either writes its members.
  const contestants = [VILLAGES.yunzhou1, VILLAGES.shandong].map((village) => ({
    village,
    form: householdForm(village, [memberForm(290)]),
  }));
  let waiting = 0;
  let release!: () => void;
  const bothAsked = new Promise<void>((resolve) => (release = resolve));
  const outcomes = await Promise.all(
    contestants.map(({ village, form }) =>
      refused(
        store.database.write(scopeOf(operatorOf(village)), (tx) =>
          store.services.identification.identify(
            {
              ...tx,
              scope: tx.scope,
              manager: tx.manager,
              send: (sql, parameters) => tx.send(sql, parameters),
              afterCommit: (action) => tx.afterCommit(action),
              beforeCommit: (action) => tx.beforeCommit(action),
              query: async (sql, parameters) => {
                const rows = await tx.query(sql, parameters);
                if (sql.includes('pa_ni_03_duplicate')) {
                  if (++waiting === contestants.length) release();
                  await bothAsked;
                }
                return rows as never;
              },
            },
            form,
          ),
        ),
      ),
    ),
  );
  expect(outcomes.filter((outcome) => outcome.length === 0)).toHaveLength(1);
  expect(outcomes.find((outcome) => outcome.length > 0)).toEqual(['DUPLICATE_ID members[0].idNumber']);
});

rule('PA-HH-06', 'the store itself refuses a second head', async () => {
  const id = await store.identify(
    householdForm(VILLAGES.yunzhou1, [memberForm(301), memberForm(302, { relationToHead: 'SON' })]),
  );
  await expect(
    store.adminQuery(`UPDATE member_year_record SET relation_to_head = '01' WHERE household_id = $1`, [id]),
  ).rejects.toThrow(/member_year_record_head/);
});

describe('the same form again', () => {
  const form = () => householdForm(VILLAGES.yunzhou1, [memberForm(311)], { idempotencyKey: 'form-311' });
  const principal = operatorOf(VILLAGES.yunzhou1);

  it('returns the first household, also when sent twice at once', async () => {
    const before = await counts();
    const [first, second] = await Promise.all([
      store.identify(form(), principal),
      store.identify(form(), principal),
    ]);
    expect(second).toBe(first);
    expect(await store.identify(form(), principal)).toBe(first);
    expect((await counts()).households).toBe((before.households as number) + 1);
  });

  it('another form under the key is a conflict, another account has keys of its own', async () => {
    const other = householdForm(VILLAGES.yunzhou1, [memberForm(312)], { idempotencyKey: 'form-311' });
    expect(await refused(store.identify(other, principal))).toEqual(['STATE_CONFLICT idempotencyKey']);
    expect(await refused(store.identify(other, operatorOf(VILLAGES.yunzhou1)))).toEqual([]);
  });
});

it('a key used under another appointment of the same account is a conflict, and shows nothing of it', async () => {
  const yunzhou = operatorOf(VILLAGES.yunzhou1);
  const yungang = { ...operatorOf(VILLAGES.yungang), accountId: yunzhou.accountId };
  await store.identify(
    householdForm(VILLAGES.yunzhou1, [memberForm(341)], { idempotencyKey: 'two-posts' }),
    yunzhou,
  );
  const again = householdForm(VILLAGES.yungang, [memberForm(342)], { idempotencyKey: 'two-posts' });
  expect(await refused(store.identify(again, yungang))).toEqual(['STATE_CONFLICT idempotencyKey']);
});

it('a closed cycle takes no new households', async () => {
  await store.adminQuery('UPDATE survey_year SET editable = false WHERE year = 2017');
  try {
    expect(await refused(store.identify(householdForm(VILLAGES.yunzhou1, [memberForm(321)])))).toEqual([
      'YEAR_CLOSED',
    ]);
  } finally {
    await store.adminQuery('UPDATE survey_year SET editable = true WHERE year = 2017');
  }
});

it('row-level security alone refuses a household outside the officer’s region', async () => {
  await expect(
    store.identify(householdForm(VILLAGES.shandong, [memberForm(331)]), officer('140215000000', 'COUNTY')),
  ).rejects.toMatchObject({ driverError: { code: '42501' } });
});

it('the seeded survey years are those of the catalogue', async () => {
  expect(
    await store.adminQuery(
      'SELECT year, is_current_cycle, editable, pairing_open, poverty_line, has_county, has_natural_village FROM survey_year ORDER BY year',
    ),
  ).toEqual([
    {
      year: 2014,
      is_current_cycle: false,
      editable: true,
      pairing_open: true,
      poverty_line: null,
      has_county: false,
      has_natural_village: false,
    },
    {
      year: 2015,
      is_current_cycle: false,
      editable: true,
      pairing_open: true,
      poverty_line: null,
      has_county: true,
      has_natural_village: false,
    },
    {
      year: 2016,
      is_current_cycle: false,
      editable: true,
      pairing_open: true,
      poverty_line: null,
      has_county: true,
      has_natural_village: true,
    },
    {
      year: 2017,
      is_current_cycle: true,
      editable: true,
      pairing_open: true,
      poverty_line: '3100.00',
      has_county: true,
      has_natural_village: true,
    },
  ]);
});

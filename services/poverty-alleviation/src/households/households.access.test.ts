import type { RegionLevel } from '@junxian/administrative-region';
import { citizenIdOf, type Principal, scopeOf } from '@junxian/identity';
import { definerFunctions, openTables, principals, rule, testKeys } from '@junxian/test-kit';
import { BEYOND_SCOPE_FUNCTIONS } from '../migrations/beyond-scope';
import { readCounters } from '../statistics/poverty-summary.service';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';

let store: TestStore;
/** One household in each of these villages, by village. */
const households = new Map<string, { id: string; citizenId: string }>();

beforeAll(async () => {
  store = await openStore();
  for (const [index, village] of Object.values(VILLAGES).entries()) {
    const form = householdForm(village, [memberForm(index + 1, { phone: '13900003333' })]);
    const id = await store.identify({
      ...form,
      basic: { ...form.basic, phone: '13900004444', bankAccount: '6222000011112222' },
    });
    households.set(village, { id, citizenId: citizenIdOf(idNumber(index + 1), testKeys.citizenIdKey) });
  }
  await store.deliver();
});
const { ask } = graphOver(() => store);
afterAll(() => store.close());

const codesOf = (answer: { errors?: { extensions?: Record<string, unknown> }[] }) =>
  (answer.errors ?? []).map(({ extensions }) => extensions?.code);

const ENTITIES = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on Household { id householdNo record(year: 2017) { basic { address } members { name citizen { id } } } }
  ... on Region { povertySummary(year: 2017) { poor { households persons } } }
  ... on Citizen { povertyMembership { name household { id } } } } }`;

/** Which of the five households each officer may see. */
const OFFICERS: [title: string, code: string, level: RegionLevel, sees: readonly string[]][] = [
  ['the nation', '000000000000', 'NATION', Object.values(VILLAGES)],
  [
    'the province',
    '140000000000',
    'PROVINCE',
    [VILLAGES.yunzhou1, VILLAGES.yunzhou2, VILLAGES.yunzhouOther, VILLAGES.yungang],
  ],
  ['another province', '370000000000', 'PROVINCE', [VILLAGES.shandong]],
  [
    'the city',
    '140200000000',
    'CITY',
    [VILLAGES.yunzhou1, VILLAGES.yunzhou2, VILLAGES.yunzhouOther, VILLAGES.yungang],
  ],
  ['a sibling city', '140300000000', 'CITY', []],
  ['the county', '140215000000', 'COUNTY', [VILLAGES.yunzhou1, VILLAGES.yunzhou2, VILLAGES.yunzhouOther]],
  ['the neighbouring county', '140214000000', 'COUNTY', [VILLAGES.yungang]],
  ['the township', '140215100000', 'TOWNSHIP', [VILLAGES.yunzhou1, VILLAGES.yunzhou2]],
  ['a sibling township', '140215101000', 'TOWNSHIP', []],
  ['the village', VILLAGES.yunzhou1, 'VILLAGE', [VILLAGES.yunzhou1]],
  ['a sibling village', '140215100003', 'VILLAGE', []],
];

describe.each(OFFICERS)('an officer of %s', (_title, code, level, sees) => {
  const principal = officer(code, level, 'VIEWER');
  const villages = Object.values(VILLAGES);

  it('gets single households inside the region, null outside', async () => {
    for (const village of villages) {
      const { data, errors } = await ask(
        principal,
        'query ($id: ID!) { household(id: $id) { householdNo } }',
        {
          id: households.get(village)!.id,
        },
      );
      expect(errors).toBeUndefined();
      expect(data!.household).toEqual(sees.includes(village) ? { householdNo: `${village}00001` } : null);
    }
  });

  it('gets households, summaries and memberships by entity edges inside the region, null outside', async () => {
    const { data, errors } = await ask(principal, ENTITIES, {
      representations: villages.flatMap((village) => [
        { __typename: 'Household', id: households.get(village)!.id },
        { __typename: 'Region', code: village },
        { __typename: 'Citizen', id: households.get(village)!.citizenId },
      ]),
    });
    expect(errors).toBeUndefined();
    expect(data!._entities).toEqual(
      villages.flatMap((village) => {
        const { id, citizenId } = households.get(village)!;
        const seen = sees.includes(village);
        return [
          seen
            ? {
                id,
                householdNo: `${village}00001`,
                record: {
                  basic: { address: null },
                  members: [{ name: '演示甲', citizen: { id: citizenId } }],
                },
              }
            : null,
          { povertySummary: seen ? { poor: { households: 1, persons: 1 } } : null },
          { povertyMembership: seen ? { name: '演示甲', household: { id } } : null },
        ];
      }),
    );
  });

  it('gets no summary of an ancestor or a sibling', async () => {
    const range = scopeOf(principal);
    const codes = [
      '000000000000',
      '140000000000',
      '370000000000',
      '140200000000',
      '140300000000',
      '140214000000',
      '140215000000',
      '140215100000',
      '140215101000',
    ];
    const { data } = await ask(principal, ENTITIES, {
      representations: codes.map((region) => ({ __typename: 'Region', code: region })),
    });
    data!._entities.forEach(({ povertySummary }: { povertySummary: unknown }, index: number) => {
      const inside = codes[index]! >= range.regionLow && codes[index]! < range.regionHigh;
      expect([codes[index], povertySummary !== null]).toEqual([codes[index], inside]);
    });
  });

  it('row-level security alone shows no row of another region in any table', async () => {
    const tables = await store.adminQuery<{ name: string; column: string }>(
      `SELECT table_name AS name, column_name AS column FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name IN ('region_code', 'village_code') ORDER BY 1`,
    );
    expect(tables.length).toBeGreaterThan(7);
    const { regionLow, regionHigh } = scopeOf(principal);
    for (const { name, column } of tables) {
      const seen = await store.database.read(scopeOf(principal), (tx) =>
        tx.query<{ code: string }>(`SELECT ${column} AS code FROM ${name} ORDER BY 1`),
      );
      const all = await store.adminQuery<{ code: string }>(
        `SELECT ${column} AS code FROM ${name} WHERE ${column} COLLATE "C" >= $1 AND ${column} COLLATE "C" < $2 ORDER BY 1`,
        [regionLow, regionHigh],
      );
      expect([name, seen]).toEqual([name, all]);
    }
    const counters = await store.database.read(scopeOf(principal), (tx) =>
      readCounters(
        tx,
        villages.map((regionCode) => ({ regionCode, year: 2017 })),
      ),
    );
    const counted = new Set(counters.flatMap(({ place, count }) => (count === null ? [] : [place])));
    expect(counted.size).toBe(sees.length);
  });

  it('row-level security alone lets no row be written into another region, and none without the role', async () => {
    const touch = 'UPDATE household SET close_reason = close_reason WHERE id = $1 RETURNING id';
    for (const village of villages) {
      const { id } = households.get(village)!;
      expect(await store.database.write(scopeOf(principal), (tx) => tx.query(touch, [id]))).toEqual([]);
      const write = store.database.write(scopeOf(officer(code, level, 'OPERATOR')), async (tx) => {
        const changed = await tx.query(touch, [id]);
        expect(changed).toHaveLength(sees.includes(village) ? 1 : 0);
        await tx.query(
          `INSERT INTO household_serial VALUES ($1, 9) ON CONFLICT (village_code) DO UPDATE SET last_serial = household_serial.last_serial`,
          [village],
        );
      });
      if (sees.includes(village)) await write;
      else await expect(write).rejects.toMatchObject({ driverError: { code: '42501' } });
    }
  });
});

describe('who has no business here', () => {
  const everything = `query ($id: ID!, $citizen: ID!) {
    household(id: $id) { id } households(year: 2017, region: "140215000000") { nodes { id } }
    _entities(representations: [{ __typename: "Household", id: $id }, { __typename: "Citizen", id: $citizen }, { __typename: "Region", code: "${VILLAGES.yunzhou1}" }]) {
      ... on Household { householdNo } ... on Citizen { povertyMembership { name } } ... on Region { povertySummary(year: 2017) { poor { households } } } } }`;
  it.each<[string, Principal, string]>([
    ['nobody signed in', principals.anonymous(), 'UNAUTHENTICATED'],
    ['an officer without a role here', officer('140215000000', 'COUNTY', 'NOTHING'), 'FORBIDDEN'],
    [
      'a role of another service',
      { ...officer('140215000000', 'COUNTY'), roles: ['petitions:OPERATOR'] },
      'FORBIDDEN',
    ],
    [
      'a citizen',
      { ...officer('140215000000', 'COUNTY'), kind: 'CITIZEN', roles: ['public:CITIZEN'] },
      'FORBIDDEN',
    ],
    ['another service', principals.service('petitions'), 'FORBIDDEN'],
    [
      'an account still to be activated',
      { ...officer('140215000000', 'COUNTY'), pending: true },
      'ACTIVATION_REQUIRED',
    ],
  ])('%s', async (_title, principal, code) => {
    const { id, citizenId } = households.get(VILLAGES.yunzhou1)!;
    const answer = await ask(principal, everything, { id, citizen: citizenId });
    expect(codesOf(answer).length).toBeGreaterThan(0);
    expect(new Set(codesOf(answer))).toEqual(new Set([code]));
    expect(JSON.stringify(answer.data ?? null)).not.toMatch(/演示|14021510000100001|"households":1/);
  });

  it('an officer whose appointment has no region sees nothing', async () => {
    const lost = { ...officer('140215000000', 'COUNTY'), regionCode: null, regionLevel: null };
    const { id, citizenId } = households.get(VILLAGES.yunzhou1)!;
    const answer = await ask(lost, everything, { id, citizen: citizenId });
    expect(codesOf(answer)).toContain('OUT_OF_REGION');
    expect(JSON.stringify(answer.data ?? null)).not.toMatch(/演示|14021510000100001|"households":1/);
  });

  it('nobody without an assertion gets an answer', async () => {
    expect((await ask(null, '{ _service { sdl } }')).status).toBe(401);
  });
});

describe('personal data', () => {
  const document = `query ($id: ID!, $reveal: Boolean!) { household(id: $id) { record(year: 2017) {
    basic { phone(reveal: $reveal) bankAccount(reveal: $reveal) }
    members { idNumber(reveal: $reveal) phone(reveal: $reveal) } } } }`;
  const variables = (reveal: boolean) => ({ id: households.get(VILLAGES.yunzhou1)!.id, reveal });
  const reveals = () =>
    store.adminQuery<{ envelope: string }>(
      `SELECT envelope FROM outbox WHERE topic LIKE '%identity%' ORDER BY position`,
    );

  it('is masked for everyone who does not ask', async () => {
    for (const role of ['VIEWER', 'OPERATOR']) {
      const { data } = await ask(officer('140215000000', 'COUNTY', role), document, variables(false));
      expect(data!.household.record).toEqual({
        basic: { phone: '139****4444', bankAccount: '************2222' },
        members: [{ idNumber: `${idNumber(1).slice(0, 6)}************`, phone: '139****3333' }],
      });
    }
    expect(await reveals()).toEqual([]);
  });

  it('is refused in full to a viewer, and no reveal is recorded', async () => {
    const answer = await ask(officer('140215000000', 'COUNTY', 'VIEWER'), document, variables(true));
    expect(new Set(codesOf(answer))).toEqual(new Set(['FORBIDDEN']));
    expect(JSON.stringify(answer)).not.toContain(idNumber(1));
    expect(await reveals()).toEqual([]);
  });

  it('is shown in full to an operator, and each reveal is published without the value', async () => {
    const operator = officer('140215000000', 'COUNTY', 'OPERATOR');
    const { data } = await ask(operator, document, variables(true));
    expect(data!.household.record).toEqual({
      basic: { phone: '13900004444', bankAccount: '6222000011112222' },
      members: [{ idNumber: idNumber(1), phone: '13900003333' }],
    });
    const { id, citizenId } = households.get(VILLAGES.yunzhou1)!;
    const events = (await reveals()).map(({ envelope }) => JSON.parse(envelope));
    const accountId = operator.accountId;
    expect(events.map(({ subject, data: told }) => [subject, told])).toEqual(
      expect.arrayContaining([
        [citizenId, { citizenIds: [citizenId], accountId, field: 'HouseholdMember.idNumber' }],
        [citizenId, { citizenIds: [citizenId], accountId, field: 'HouseholdMember.phone' }],
        [id, { citizenIds: [], accountId, field: 'HouseholdBasic.phone' }],
        [id, { citizenIds: [], accountId, field: 'HouseholdBasic.bankAccount' }],
      ]),
    );
    expect(events).toHaveLength(4);
    expect(JSON.stringify(events)).not.toMatch(/13900003333|13900004444|6222000011112222/);
    expect(JSON.stringify(events)).not.toContain(idNumber(1));
  });
});

describe('identifyHousehold', () => {
  const document =
    'mutation ($input: IdentifyHouseholdInput!) { identifyHousehold(input: $input) { householdNo identifiedYear record(year: 2017) { basic { povertyStatus memberCount } incomeAndHealth { perCapitaNetIncome } members { relationToHead idNumber } } } }';
  const identify = (principal: Principal, village: string, serial: number) =>
    ask(principal, document, { input: householdForm(village, [memberForm(serial)]) });

  rule(
    ['PA-NI-01', 'PA-NI-03', 'PA-HH-05'],
    'an operator identifies in the own region and reads the result back in the same answer',
    async () => {
      const { data, errors } = await identify(
        officer('140215000000', 'COUNTY', 'OPERATOR'),
        VILLAGES.yunzhou1,
        41,
      );
      expect(errors).toBeUndefined();
      expect(data!.identifyHousehold).toEqual({
        householdNo: `${VILLAGES.yunzhou1}00002`,
        identifiedYear: 2017,
        record: {
          basic: { povertyStatus: 'UNEXITED', memberCount: 1 },
          incomeAndHealth: { perCapitaNetIncome: '6000.00' },
          members: [{ relationToHead: 'HEAD', idNumber: `${idNumber(41).slice(0, 6)}************` }],
        },
      });
    },
  );

  rule('PA-HH-05', 'what is computed cannot be typed in', async () => {
    const operator = officer('140215000000', 'COUNTY', 'OPERATOR');
    for (const computed of ['transferIncome', 'totalIncome', 'netIncome', 'perCapitaNetIncome']) {
      const input = householdForm(VILLAGES.yunzhou1, [memberForm(45)]);
      const answer = await ask(operator, document, {
        input: { ...input, incomeAndHealth: { ...input.incomeAndHealth, [computed]: '99999.00' } },
      });
      expect(answer.data ?? null).toBeNull();
      expect(answer.errors![0]!.message).toContain(computed);
    }
    expect(
      await store.adminQuery('SELECT FROM member_year_record WHERE citizen_id = $1', [
        citizenIdOf(idNumber(45), testKeys.citizenIdKey),
      ]),
    ).toEqual([]);
  });

  rule(
    ['PA-QS-01', 'PA-NI-01'],
    'nobody identifies outside the own region, at a wider level, or without the role',
    async () => {
      const county = officer('140215000000', 'COUNTY', 'OPERATOR');
      expect(codesOf(await identify(county, VILLAGES.yungang, 42))).toEqual(['OUT_OF_REGION']);
      expect(codesOf(await identify(county, '140215100000', 42))).toEqual(['SCOPE_TOO_WIDE']);
      expect(codesOf(await identify(county, '140215100999', 42))).toEqual(['INVALID_REGION_CODE']);
      for (const role of ['VIEWER', 'MANAGER', 'PROVINCE_ADMIN']) {
        expect(
          codesOf(await identify(officer('140215000000', 'COUNTY', role), VILLAGES.yunzhou1, 42)),
        ).toEqual(['FORBIDDEN']);
      }
      expect(
        await store.adminQuery(`SELECT FROM member_year_record WHERE citizen_id = $1`, [
          citizenIdOf(idNumber(42), testKeys.citizenIdKey),
        ]),
      ).toEqual([]);
    },
  );

  rule(
    ['PA-HH-06', 'PA-HH-07'],
    'faults come with code, field and both languages, and without the number',
    async () => {
      const bad = {
        ...memberForm(43, { relationToHead: 'SON' }),
        sex: 'FEMALE' as const,
        idNumber: idNumber(43),
      };
      const answer = await ask(officer('140215000000', 'COUNTY'), document, {
        input: householdForm(VILLAGES.yunzhou1, [bad]),
      });
      expect(answer.errors).toHaveLength(1);
      expect(answer.errors![0]!.extensions).toMatchObject({
        code: 'HEAD_REQUIRED',
        field: 'members',
        text: { zh: expect.stringContaining('户主'), en: expect.any(String) },
        faults: [
          { code: 'HEAD_REQUIRED', field: 'members' },
          { code: 'INVALID_ID', field: 'members[0].sex' },
        ],
      });
      expect(JSON.stringify(answer)).not.toContain(idNumber(43));
    },
  );
});

/** Which of several numbers, or where: what these rules ask for cannot be said by yes or no. */
const MORE_THAN_YES_OR_NO: Readonly<Record<string, string>> = {
  'pa_ni_03_duplicates(text[],integer)': 'text[]',
  'pa_ah_02_helpers(text[])': 'text[]',
  'pa_ah_01_taken(text,text,uuid)': 'record',
  'pa_pr_05_verify(text)': 'record',
  'pa_du_01_groups(integer,text,text,text,text,integer)': 'record',
  'pa_du_01_holders(integer,text[])': 'record',
  'pa_fd_04_arrived(uuid)': 'numeric',
};

it('only the listed functions look beyond the scope, and only the application may call them', async () => {
  const functions = (await definerFunctions(store)).filter(({ answer }) => answer !== 'trigger');
  const bySignature = (a: { signature: string }, b: { signature: string }) =>
    a.signature < b.signature ? -1 : 1;
  expect(functions.sort(bySignature)).toEqual(
    BEYOND_SCOPE_FUNCTIONS.map((listed) => {
      const signature = listed.replaceAll(', ', ',');
      return {
        name: signature.split('(')[0],
        signature,
        owner: 'poverty_alleviation_definer',
        settings: ['search_path=public, pg_temp'],
        callers: ['poverty_alleviation_app'],
        answer: MORE_THAN_YES_OR_NO[signature] ?? 'boolean',
      };
    }).sort(bySignature),
  );
});

it('every table of the service is under forced row-level security', async () => {
  expect(await openTables(store)).toEqual(['schema_migration']);
});

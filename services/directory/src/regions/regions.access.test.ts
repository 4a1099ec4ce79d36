import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '@junxian/calendar';
import { scopeOf } from '@junxian/identity';
import { countStatements, principals, rule, scenario, testKeys } from '@junxian/test-kit';
import DataLoader from 'dataloader';
import { PersonalData } from '../accounts/personal-data';
import { naturalVillageLoaders } from '../natural-villages/natural-village.loaders';
import { naturalVillageResolvers } from '../natural-villages/natural-villages.resolvers';
import { PublicReading } from '../sign-in/public-reading.service';
import { RateLimiter } from '../sign-in/rate-limit.service';
import { graphOver } from '../testing/subgraph.support.test';
import { applyDueRegionChanges } from './due-region-changes';
import { MAX_CHILDREN_PER_REQUEST, regionLoaders } from './region.loaders';
import { DOCUMENT, maintainer, officer, RegionStage, regionDatabase } from './regions.fixture';
import { regionResolvers } from './regions.resolvers';

const schema = (room: string, file: string) => readFileSync(join(__dirname, '..', room, file), 'utf8');
// What the organisations room defines, as far as this room's schema points at it.
const NEIGHBOURS = `
  type Organisation @key(fields: "id") @access { id: ID! }
  type SpreadsheetFile { name: String! contentType: String! contentBase64: String! }
  input SpreadsheetUpload { name: String! contentBase64: String! }
  type SpreadsheetFault { rowNumber: Int column: String code: String! message: String! }`;

const clock = new ManualClock('2024-03-01T09:00:00+08:00');
const villager = officer('140215100201', 'VILLAGE');
let stage: RegionStage;

beforeAll(async () => {
  stage = new RegionStage(await regionDatabase(), clock);
});
const { ask } = graphOver(() => {
  const limiter = new RateLimiter(stage.test.database, new PersonalData(testKeys));
  const reading = new PublicReading(limiter, { addressRate: { attempts: 20, windowSeconds: 60 } });
  return {
    typeDefs: [
      schema('regions', 'regions.graphql'),
      schema('natural-villages', 'natural-villages.graphql'),
      NEIGHBOURS,
    ],
    resolvers: [regionResolvers(reading), naturalVillageResolvers],
    loaders: (context) => ({
      ...regionLoaders(context),
      ...naturalVillageLoaders(context),
      organisation: new DataLoader(async (ids: readonly string[]) => ids.map((id) => ({ id }))),
    }),
    database: stage.test.database,
    clock,
  };
});
afterAll(() => stage.test.close());

const codesOf = (answer: { errors?: { extensions?: Record<string, unknown> }[] }) =>
  (answer.errors ?? []).map((error) => error.extensions?.code);

const SCHEDULE = `mutation ($input: ScheduleRegionChangeInput!) {
  scheduleRegionChange(input: $input) { id kind status effectiveDate from to version } }`;

rule('DI-REG-05', 'one question for code, parent, children, path and search, each as of a day', async () => {
  const { data, errors } = await ask(
    villager,
    `{ region(code: "140215000000") { name level gbCode validFrom validTo isPlaceholder urbanRuralCode
         parent { name } path { code } children { code } successors { code } predecessors { code }
         naturalVillageRegistry { code } }
       before: region(code: "140215000000", asOf: "1949-09-30") { name }
       regionPath(code: "140215100201") { name level }
       regionChildren(code: "140200000000", first: 2) { nodes { name } hasNextPage endCursor }
       regionSearch(text: "山西 大同 云州") { nodes { code path { name } } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data!.region).toMatchObject({
    name: '云州区',
    level: 'COUNTY',
    gbCode: '140215',
    validFrom: '1949-10-01',
    validTo: null,
    parent: { name: '大同市' },
    path: [{ code: '140000000000' }, { code: '140200000000' }, { code: '140215000000' }],
    successors: [],
    predecessors: [],
    naturalVillageRegistry: [],
  });
  expect(data!.region.children.length).toBeGreaterThan(5);
  expect(data!.before).toBeNull();
  expect(data!.regionPath.map(({ name }: { name: string }) => name)).toEqual([
    '山西省',
    '大同市',
    '云州区',
    '西坪镇',
    '水头村村委会',
  ]);
  expect(data!.regionChildren.hasNextPage).toBe(true);
  expect(data!.regionSearch.nodes).toEqual([
    { code: '140215000000', path: [{ name: '山西省' }, { name: '大同市' }, { name: '云州区' }] },
  ]);
});

scenario(
  'directory',
  17,
  'township 441900003000 has a path of three entries and the city as its parent',
  async () => {
    const { data } = await ask(
      villager,
      `{ region(code: "441900003000") { level parent { code level } path { code } } }`,
    );
    expect(data!.region).toEqual({
      level: 'TOWNSHIP',
      parent: { code: '441900000000', level: 'CITY' },
      path: [{ code: '440000000000' }, { code: '441900000000' }, { code: '441900003000' }],
    });
  },
);

rule('DI-REG-04', 'an officer of Linfen sees Linfen’s rows and none of Lüliang', async () => {
  const inside = await stage.place('尧都区民政局', '141002000000', 'COUNTY');
  await stage.place('吕梁市民政局', '141100000000', 'CITY');
  await stage.place('离石区民政局', '141102000000', 'COUNTY');
  const seen = await stage.test.database.read(scopeOf(officer('141000000000', 'CITY')), (tx) =>
    tx.query('SELECT id FROM organisation'),
  );
  expect(seen).toEqual([{ id: inside.organisationId }]);
});

scenario('directory', 13, 'account 141000000000 level CITY: sees 141002…, not 141100000000', async () => {
  const seen = await stage.test.database.read(scopeOf(officer('141000000000', 'CITY')), (tx) =>
    tx.query<{ region_code: string }>('SELECT region_code FROM organisation ORDER BY 1'),
  );
  expect(seen).toEqual([{ region_code: '141002000000' }]);
  const all = await stage.test.database.read(scopeOf(officer('140000000000', 'PROVINCE')), (tx) =>
    tx.query('SELECT region_code FROM organisation ORDER BY 1'),
  );
  expect(all).toHaveLength(3);
});

describe('who may ask and change', () => {
  /** A citizen who registers or submits a petition must be able to pick a region. */
  const PUBLIC = [
    '{ region(code: "140200000000") { name } }',
    '{ regionChildren(code: "140200000000") { nodes { name } } }',
    '{ regionPath(code: "140200000000") { name } }',
    '{ regionSearch(text: "大同") { nodes { name } } }',
    '{ _entities(representations: [{ __typename: "Region", code: "140200000000" }]) { ... on Region { name } } }',
  ];
  const QUERIES = [
    '{ regionChanges(from: "2018-01-01", to: "2024-01-01") { nodes { id } } }',
    '{ regionSuccessors(code: "140200000000") { name } }',
    '{ naturalVillageRegistry(villageCode: "140215100201") { name } }',
    '{ region(code: "140200000000") { naturalVillageRegistry { name } } }',
  ];

  it.each(PUBLIC)('anybody, whom the gateway vouches for: %s', async (query) => {
    const answer = await ask(principals.anonymous(), query);
    expect(answer.errors).toBeUndefined();
    expect(JSON.stringify(answer.data)).toContain('大同');
    expect((await ask(null, query)).status).toBe(401);
  });

  rule(
    'DI-LOG-07',
    'so often from one address, each field by itself; whoever has signed in is not counted',
    async () => {
      const fields = {
        region: PUBLIC[0]!,
        regionChildren: PUBLIC[1]!,
        regionPath: PUBLIC[2]!,
        regionSearch: PUBLIC[3]!,
      };
      for (const [field, query] of Object.entries(fields)) {
        expect(query).toContain(field);
        await stage.test.adminQuery('TRUNCATE login_attempt');
        for (let read = 0; read < 20; read += 1)
          expect((await ask(principals.anonymous(), query)).errors).toBeUndefined();
        expect([field, codesOf(await ask(principals.anonymous(), query))]).toEqual([field, ['RATE_LIMITED']]);
        expect((await ask(villager, query)).errors).toBeUndefined();
        const other = fields[field === 'region' ? 'regionPath' : 'region'];
        expect((await ask(principals.anonymous(), other)).errors).toBeUndefined();
      }
      await stage.test.adminQuery('TRUNCATE login_attempt');
    },
  );

  it.each(QUERIES)('nobody without signing in: %s', async (query) => {
    expect(codesOf(await ask(principals.anonymous(), query))[0]).toBe('UNAUTHENTICATED');
    expect((await ask(null, query)).status).toBe(401);
  });

  it.each(QUERIES)('any officer: %s', async (query) => {
    expect((await ask(villager, query)).errors).toBeUndefined();
  });

  const input = {
    kind: 'RENAME',
    effectiveDate: '2030-01-01',
    from: ['140225000000'],
    to: [{ code: '140225000000', name: '新名县' }],
    basisDocument: DOCUMENT,
  };
  const MUTATIONS: [string, Record<string, unknown>][] = [
    [SCHEDULE, { input }],
    [
      'mutation { cancelRegionChange(id: "019a0000-0000-7000-8000-000000000000", expectedVersion: 1) { id } }',
      {},
    ],
    [
      'mutation { importRegions(file: { name: "a.xlsx", contentBase64: "AAAA" }, basisDocument: "x") { accepted } }',
      {},
    ],
    [
      'mutation { assignSplitOrganisation(taskId: "019a0000-0000-7000-8000-000000000000", regionCode: "140215000000", expectedVersion: 1) { id } }',
      {},
    ],
    ['{ regionSplitTasks { nodes { id } } }', {}],
    ['mutation { registerNaturalVillage(input: { villageCode: "140215100201", name: "庄" }) { code } }', {}],
    [
      'mutation { renameNaturalVillage(code: "14021510020101", name: "庄", expectedVersion: 1) { code } }',
      {},
    ],
    ['mutation { removeNaturalVillages(codes: ["14021510020101"], confirm: true) }', {}],
  ];

  it.each(MUTATIONS)('no officer without the role: %s', async (document, variables) => {
    for (const roles of [[], ['PERSON'], ['AUDITOR']]) {
      expect(codesOf(await ask(officer('140000000000', 'PROVINCE', roles), document, variables))).toEqual([
        'FORBIDDEN',
      ]);
    }
  });

  it('a maintainer schedules and takes back, in the own area only', async () => {
    const city = officer('140200000000', 'CITY', ['REGION_MAINTAINER']);
    const scheduled = await ask(city, SCHEDULE, { input });
    expect(scheduled.data!.scheduleRegionChange).toMatchObject({
      kind: 'RENAME',
      status: 'SCHEDULED',
      version: 1,
    });
    const linfen = officer('141000000000', 'CITY', ['REGION_MAINTAINER']);
    const cancel = `mutation ($id: ID!) { cancelRegionChange(id: $id, expectedVersion: 1) { status } }`;
    const id = scheduled.data!.scheduleRegionChange.id;
    expect(codesOf(await ask(linfen, cancel, { id }))).toEqual(['OUT_OF_REGION']);
    expect(codesOf(await ask(linfen, SCHEDULE, { input }))).toEqual(['OUT_OF_REGION']);
    expect((await ask(city, cancel, { id })).data!.cancelRegionChange.status).toBe('CANCELLED');
  });

  it('an administrator registers natural villages in the own area only', async () => {
    const register = (villageCode: string) =>
      ask(
        officer('140215000000', 'COUNTY', ['ORG_ADMIN']),
        `mutation ($code: ID!) {
        registerNaturalVillage(input: { villageCode: $code, name: "上庄" }) { code village { name } } }`,
        { code: villageCode },
      );
    expect((await register('140215100201')).data!.registerNaturalVillage).toEqual({
      code: '14021510020101',
      village: { name: '水头村村委会' },
    });
    expect(codesOf(await register('141002001001'))).toEqual(['OUT_OF_REGION']);
  });

  it('prints the list of natural villages of the own area, from the township down', async () => {
    const print = (regionCode: string, principal = officer('140215000000', 'COUNTY')) =>
      ask(
        principal,
        'mutation ($code: ID!) { exportNaturalVillages(regionCode: $code) { name contentBase64 } }',
        {
          code: regionCode,
        },
      );
    const { data, errors } = await print('140215100000');
    expect(errors).toBeUndefined();
    expect(data!.exportNaturalVillages.name).toBe('自然村信息表-西坪镇.xlsx');
    expect(Buffer.from(data!.exportNaturalVillages.contentBase64, 'base64').subarray(0, 2).toString()).toBe(
      'PK',
    );
    expect(codesOf(await print('140215000000'))).toEqual(['SCOPE_TOO_WIDE']);
    expect(codesOf(await print('140214100000'))).toEqual(['OUT_OF_REGION']);
    expect(codesOf(await print('140215100000', principals.anonymous()))).toEqual(['UNAUTHENTICATED']);
  });
});

it('answers an entity by an ended code with its last name and place', async () => {
  await stage.schedule({
    kind: 'RECODE',
    effectiveDate: '2024-02-01',
    from: ['140224000000'],
    to: [{ code: '140294000000' }],
  });
  await applyDueRegionChanges(stage.test.database, clock);
  const { data } = await ask(
    villager,
    `{ _entities(representations: [{ __typename: "Region", code: "140224000000" }, { __typename: "Region", code: "149999000000" }])
       { ... on Region { name validTo path { name } successors { code predecessors { code } } } } }`,
  );
  expect(data!._entities).toEqual([
    {
      name: '灵丘县',
      validTo: '2024-02-01',
      path: [{ name: '山西省' }, { name: '大同市' }, { name: '灵丘县' }],
      successors: [{ code: '140294000000', predecessors: [{ code: '140224000000' }] }],
    },
    null,
  ]);
});

it('asks the database as often for a hundred regions as for one', async () => {
  const statements = async (first: number) =>
    (
      await countStatements(stage.test.database, () =>
        ask(
          villager,
          `query ($first: Int) { regionSearch(text: "村", first: $first, level: VILLAGE, under: "140200000000") {
             nodes { parent { name } path { name } children { name } successors { name } predecessors { name } naturalVillageRegistry { name } } } }`,
          { first },
        ),
      )
    ).statements;
  expect(await statements(100)).toBe(await statements(2));
});

it('never unfolds the whole tree', async () => {
  const answer = await ask(
    maintainer,
    `{ region(code: "000000000000") { children { children { children { children { children { code } } } } } } }`,
  );
  expect(codesOf(answer)).toContain('TOO_MANY_REGIONS');
  expect(JSON.stringify(answer.data).length).toBeLessThan(MAX_CHILDREN_PER_REQUEST * 40);
});

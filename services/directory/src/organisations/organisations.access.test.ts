import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reveal } from '@junxian/access';
import { isWithin, type RegionLevel, scopeRange } from '@junxian/administrative-region';
import { type Principal, scopeOf } from '@junxian/identity';
import {
  countStatements,
  principals,
  rule,
  scenario,
  type TestDatabase,
  testDatabase,
  testKeys,
} from '@junxian/test-kit';
import DataLoader from 'dataloader';
import { parseAuditKeys, useAuditKeys } from '../audit/audit-keys';
import { migrations } from '../migrations';
import { graphOver } from '../testing/subgraph.support.test';
import { clock, events, insertRegions, officer, place, unitSheet } from './organisation.fixture';
import { organisationLoaders } from './organisation.loaders';
import { organisationResolvers } from './organisations.resolvers';

const SCHEMA = readFileSync(join(__dirname, 'organisations.graphql'), 'utf8');
// The region room's entity, as far as an edge to it needs it.
const REGION = 'type Region @key(fields: "code") @access { code: ID! }';

const PLACES: [name: string, code: string, level: RegionLevel][] = [
  ['山西省民政厅', '140000000000', 'PROVINCE'],
  ['大同市民政局', '140200000000', 'CITY'],
  ['云州区民政局', '140215000000', 'COUNTY'],
  ['西坪镇民政所', '140215100000', 'TOWNSHIP'],
  ['西坪村委会', '140215100201', 'VILLAGE'],
  ['左云县民政局', '140226000000', 'COUNTY'],
  ['临汾市民政局', '141000000000', 'CITY'],
  ['尧都区民政局', '141002000000', 'COUNTY'],
  ['吕梁市民政局', '141100000000', 'CITY'],
  ['山东省民政厅', '370000000000', 'PROVINCE'],
  ['济南市民政局', '370100000000', 'CITY'],
];
const ENTITY = `query ($id: ID!) { _entities(representations: [{ __typename: "Organisation", id: $id }]) {
  ... on Organisation { sealName } } }`;

const reveals: Reveal[] = [];
const ids = new Map<string, string>();
let test: TestDatabase;

beforeAll(async () => {
  useAuditKeys(parseAuditKeys(Buffer.alloc(32, 3).toString('base64')));
  test = await testDatabase({ service: 'directory', migrations });
  await insertRegions(test);
  for (const [sealName, regionCode] of PLACES) {
    const superior = PLACES.findLast(
      ([, code, level]) => code !== regionCode && isWithin(regionCode, scopeRange(code, level)),
    );
    const [id] = await place(test, {
      sealName,
      regionCode,
      superiorId: superior ? ids.get(superior[0])! : null,
      contactName: '张伟',
    });
    ids.set(sealName, id!);
  }
});
const { ask } = graphOver(() => ({
  typeDefs: [SCHEMA, REGION],
  resolvers: [organisationResolvers(testKeys.fieldCipher)],
  loaders: (context) => ({
    ...organisationLoaders(() => context.read()),
    region: new DataLoader(async (codes: readonly string[]) => codes.map((code) => ({ code }))),
  }),
  database: test.database,
  clock,
  recordReveals: async (_tx, made) => void reveals.push(...made),
}));
afterAll(() => test.close());

const codesOf = (answer: { errors?: { extensions?: Record<string, unknown> }[] }) =>
  (answer.errors ?? []).map((error) => error.extensions?.code);
const namesIn = async (principal: Principal, filter = {}) => {
  const answer = await ask(
    principal,
    'query ($filter: OrganisationFilter) { organisations(filter: $filter, first: 100) { nodes { sealName } } }',
    { filter },
  );
  return answer.data?.organisations?.nodes.map((node: { sealName: string }) => node.sealName).sort();
};

const OFFICERS: [RegionLevel, string][] = [
  ['PROVINCE', '140000000000'],
  ['CITY', '140200000000'],
  ['COUNTY', '140215000000'],
  ['TOWNSHIP', '140215100000'],
  ['VILLAGE', '140215100201'],
];

describe.each(OFFICERS)('an officer of a %s', (level, regionCode) => {
  const seen = PLACES.filter(([, code]) => isWithin(code, scopeRange(regionCode, level)));
  const unseen = PLACES.filter(([, code]) => !isWithin(code, scopeRange(regionCode, level)));

  it('lists the own and the lower organisations, no ancestor, no sibling', async () => {
    expect(await namesIn(officer(regionCode, level))).toEqual(seen.map(([name]) => name).sort());
  });

  it('gets an entity, a single organisation and its edges in the own area only', async () => {
    for (const [name] of [...seen, ...unseen]) {
      const visible = seen.some(([other]) => other === name);
      const entity = await ask(officer(regionCode, level), ENTITY, { id: ids.get(name) });
      expect(entity.data?._entities).toEqual([visible ? { sealName: name } : null]);
      const single = await ask(
        officer(regionCode, level),
        'query ($id: ID!) { organisation(id: $id) { sealName } }',
        {
          id: ids.get(name),
        },
      );
      expect(single.data?.organisation).toEqual(visible ? { sealName: name } : null);
    }
    const [top] = seen[0]!;
    const edge = await ask(
      officer(regionCode, level),
      'query ($id: ID!) { organisation(id: $id) { superior { sealName } } }',
      { id: ids.get(top) },
    );
    expect(edge.data?.organisation.superior).toBeNull();
  });

  it('sees in the tree nothing but the own area', async () => {
    const answer = await ask(
      officer(regionCode, level),
      `{ organisationTree(depth: 3, first: 10) { nodes { organisation { sealName } subordinates {
           organisation { sealName } subordinates { organisation { sealName } } } } } }`,
    );
    const found: string[] = [];
    const walk = (nodes: { organisation: { sealName: string }; subordinates?: never[] | null }[]) => {
      for (const node of nodes) {
        found.push(node.organisation.sealName);
        walk(node.subordinates ?? []);
      }
    };
    walk(answer.data?.organisationTree.nodes);
    // Depth 3 does not reach the township and village below a province, nor the village below a city.
    const deeper = { PROVINCE: ['西坪镇民政所', '西坪村委会'], CITY: ['西坪村委会'] }[level as string] ?? [];
    expect(found.sort()).toEqual(
      seen
        .map(([name]) => name)
        .filter((name) => !deeper.includes(name))
        .sort(),
    );
  });

  it('cannot change, move, convert, remove or restore what is outside, whatever the role', async () => {
    const own = ids.get(seen[0]![0])!;
    const principal = officer(regionCode, level, ['ORG_ADMIN', 'SYSTEM_STAFF'], own);
    for (const [name] of unseen) {
      const id = ids.get(name)!;
      for (const mutation of [
        `updateOrganisation(id: "${id}", input: { headcount: 1 }, expectedVersion: 1)`,
        `updateOrganisation(id: "${id}", input: { adminPrefix: "a" }, expectedVersion: 1)`,
        `moveOrganisation(id: "${id}", newSuperiorId: "${own}", expectedVersion: 1)`,
        `markConverted(id: "${id}", convertedOn: "2020-01-01", expectedVersion: 1)`,
        `removeOrganisation(id: "${id}", expectedVersion: 1)`,
        `restoreOrganisation(id: "${id}", expectedVersion: 1)`,
      ]) {
        expect(codesOf(await ask(principal, `mutation { ${mutation} { id } }`))).toEqual(['NOT_FOUND']);
      }
    }
    const versions = await test.adminQuery('SELECT DISTINCT version FROM organisation');
    expect(versions).toEqual([{ version: 1 }]);
  });

  it('is told OUT_OF_REGION for a filter or a new organisation elsewhere', async () => {
    const principal = officer(regionCode, level, ['ORG_ADMIN'], ids.get(seen[0]![0])!);
    for (const [, code] of unseen) {
      const list = await ask(
        principal,
        `{ organisations(filter: { regionCode: "${code}" }) { nodes { id } } }`,
      );
      expect(codesOf(list)).toEqual(['OUT_OF_REGION']);
      const create = await ask(
        principal,
        `mutation { createOrganisation(input: { kind: BUREAU, sealName: "新设局", superiorId: "${ids.get(seen[0]![0])}",
           regionCode: "${code}", hasExtranet: false }) { id } }`,
      );
      expect(codesOf(create)).toEqual(['OUT_OF_REGION']);
    }
  });
});

scenario('directory', 13, 'Linfen 1410… at level CITY sees 141002…, not Lüliang 1411…', async () => {
  const linfen = officer('141000000000', 'CITY');
  expect(await namesIn(linfen)).toEqual(['临汾市民政局', '尧都区民政局']);
  for (const code of ['141100000000', '141102000000']) {
    const answer = await ask(linfen, `{ organisations(filter: { regionCode: "${code}" }) { nodes { id } } }`);
    expect(codesOf(answer)).toEqual(['OUT_OF_REGION']);
  }
});

rule(
  'DI-REG-04',
  'row-level security alone keeps the scope: SQL without any filter sees the same rows',
  async () => {
    for (const [level, regionCode] of [...OFFICERS, ['CITY', '141000000000'] as const]) {
      const range = scopeRange(regionCode, level);
      const rows = await test.database.read(scopeOf(officer(regionCode, level)), (tx) =>
        tx.query<{ seal_name: string }>('SELECT seal_name FROM organisation ORDER BY seal_name'),
      );
      expect(rows.map((row) => row.seal_name)).toEqual(
        PLACES.filter(([, code]) => isWithin(code, range))
          .map(([name]) => name)
          .sort(),
      );
    }
  },
);

describe('whoever', () => {
  const national = (...roles: string[]) => officer('000000000000', 'NATION', roles);

  it.each<[string, Principal | null, string]>([
    ['is not signed in', principals.anonymous(), 'UNAUTHENTICATED'],
    ['comes past the gateway', null, 'UNAUTHENTICATED'],
    [
      'must still activate',
      { ...national('ORG_ADMIN', 'SYSTEM_STAFF'), pending: true },
      'ACTIVATION_REQUIRED',
    ],
    ['is a citizen', { ...principals.anonymous(), kind: 'CITIZEN', roles: ['public:CITIZEN'] }, 'FORBIDDEN'],
  ])('%s gets nothing', async (_name, principal, code) => {
    for (const document of [
      '{ organisations { nodes { id } } }',
      '{ organisationTree { nodes { hasSubordinates } } }',
      `{ organisation(id: "${ids.get('大同市民政局')}") { id } }`,
      '{ unitRegistrationTemplate { name } }',
    ]) {
      expect(codesOf(await ask(principal, document))).toEqual([code]);
    }
    const entity = await ask(principal, ENTITY, { id: ids.get('大同市民政局') });
    expect(entity.data?._entities ?? [null]).toEqual([null]);
  });

  it('lacks the role cannot register, convert or fetch the form', async () => {
    for (const document of [
      '{ unitRegistrationTemplate { name } }',
      'mutation { importUnits(file: { name: "a.csv", contentBase64: "AAAA" }) { created } }',
      `mutation { markConverted(id: "${ids.get('大同市民政局')}", convertedOn: "2020-01-01", expectedVersion: 1) { id } }`,
    ]) {
      expect(codesOf(await ask(national('ORG_ADMIN'), document))).toEqual(['FORBIDDEN']);
    }
    for (const mutation of ['removeOrganisation', 'restoreOrganisation']) {
      const document = `mutation { ${mutation}(id: "${ids.get('大同市民政局')}", expectedVersion: 1) { id } }`;
      expect(codesOf(await ask(national('AUDITOR'), document))).toEqual(['FORBIDDEN']);
    }
  });

  it('reads a contact gets it masked; a reveal needs the role and is recorded', async () => {
    const id = ids.get('云州区民政局');
    const sealed = testKeys.fieldCipher.seal('13800138000', 'organisation.contact_phone');
    await test.adminQuery('UPDATE organisation SET contact_phone_sealed = $1 WHERE id = $2', [sealed, id]);
    const plain = `{ organisation(id: "${id}") { contactName contactPhone } }`;
    expect((await ask(national(), plain)).data?.organisation).toEqual({
      contactName: '张*',
      contactPhone: '138****8000',
    });
    const full = `{ organisation(id: "${id}") { contactPhone(reveal: true) } }`;
    expect(codesOf(await ask(national('AUDITOR'), full))).toEqual(['FORBIDDEN']);
    expect(reveals).toEqual([]);
    expect((await ask(national('ORG_ADMIN'), full)).data?.organisation.contactPhone).toBe('13800138000');
    expect(reveals).toEqual([{ field: 'Organisation.contactPhone', subject: id }]);
  });

  it('asks with an id that is none finds nothing', async () => {
    expect((await ask(national(), '{ organisation(id: "1 OR 1=1") { id } }')).data).toEqual({
      organisation: null,
    });
    expect((await ask(national(), ENTITY, { id: "'; --" })).data?._entities).toEqual([null]);
    expect(
      (await ask(national(), '{ organisationTree(rootId: "x") { nodes { hasSubordinates } } }')).data,
    ).toEqual({
      organisationTree: { nodes: [] },
    });
  });
});

rule('DI-ORG-04', 'an administrator above both puts an organisation under another superior', async () => {
  const city = officer('140200000000', 'CITY', ['ORG_ADMIN'], ids.get('大同市民政局'));
  const [bureau, office] = (await place(
    test,
    { sealName: '示例新设局', regionCode: '140215000000', superiorId: ids.get('大同市民政局')! },
    { sealName: '示例新设所', regionCode: '140215000000', superiorId: ids.get('云州区民政局')! },
  )) as [string, string];
  const MOVE = `mutation ($id: ID!, $to: ID!, $version: Int!) {
    moveOrganisation(id: $id, newSuperiorId: $to, expectedVersion: $version) { id version superior { id } } }`;
  const move = (by: Principal, to = bureau, version = 1, id = office) => ask(by, MOVE, { id, to, version });
  const superiorOf = async (id: string) =>
    (await ask(city, 'query ($id: ID!) { organisation(id: $id) { superior { id } } }', { id })).data
      ?.organisation.superior.id;

  const county = officer('140215000000', 'COUNTY', ['ORG_ADMIN'], ids.get('云州区民政局'));
  const nextDoor = officer('140226000000', 'COUNTY', ['ORG_ADMIN'], ids.get('左云县民政局'));
  expect(codesOf(await move({ ...city, roles: ['directory:AUDITOR'] }))).toEqual(['FORBIDDEN']);
  expect(codesOf(await move(county))).toEqual(['FORBIDDEN']);
  expect(codesOf(await move(nextDoor))).toEqual(['NOT_FOUND']);
  expect(codesOf(await move(city, bureau, 9))).toEqual(['STALE_VERSION']);
  expect(codesOf(await move(city, ids.get('济南市民政局')))).toEqual(['NOT_FOUND']);
  expect(codesOf(await move(city, ids.get('左云县民政局')))).toEqual(['REGION_NOT_BELOW_SUPERIOR']);
  expect(codesOf(await move(city, office))).toEqual(['CYCLE']);
  expect(await superiorOf(office)).toBe(ids.get('云州区民政局'));

  expect((await move(city)).data?.moveOrganisation).toEqual({
    id: office,
    version: 2,
    superior: { id: bureau },
  });
  expect(await superiorOf(office)).toBe(bureau);
  expect(codesOf(await move(city, office, 1, bureau))).toEqual(['CYCLE']);
  expect((await events(test)).at(-1)).toMatchObject({
    type: 'organisation.changed.v1',
    data: { organisationId: office, superiorId: bureau },
  });
  expect(
    await test.adminQuery(
      `SELECT action, outcome, before->>'superiorId' AS before, after->>'superiorId' AS after FROM audit_entry WHERE target_id = $1`,
      [office],
    ),
  ).toEqual([
    { action: 'ORGANISATION_MOVED', outcome: 'OK', before: ids.get('云州区民政局'), after: bureau },
  ]);
  await test.adminQuery('DELETE FROM organisation WHERE id = ANY($1)', [[office, bureau]]);
});

describe('lists', () => {
  const shandong = officer('370000000000', 'PROVINCE');

  beforeAll(async () => {
    const superiorId = ids.get('济南市民政局')!;
    await test.adminQuery(
      `INSERT INTO organisation (kind, seal_name, region_code, superior_id, has_extranet, registered, valid_from)
       SELECT 'BUREAU', '历下第' || lpad(n::text, 3, '0') || '所', '370100000000', $1, true, n % 2 = 0, '2020-01-01'
       FROM generate_series(1, 60) AS n`,
      [superiorId],
    );
  });

  const page = (first: number, after: string | null = null) =>
    ask(
      shandong,
      `query ($first: Int, $after: String) { organisations(first: $first, after: $after) {
         nodes { id sealName superior { sealName } region { code } } endCursor hasNextPage } }`,
      { first, after },
    );

  it('cost the same number of statements whatever their length', async () => {
    const short = await countStatements(test.database, () => page(2));
    const long = await countStatements(test.database, () => page(60));
    expect(short.result.data?.organisations.nodes).toHaveLength(2);
    expect(long.result.data?.organisations.nodes).toHaveLength(60);
    expect(long.statements).toBe(short.statements);
    const tree = (first: number) =>
      ask(
        shandong,
        `{ organisationTree(depth: 3, first: ${first}) { nodes { subordinates { subordinates { hasSubordinates } } } } }`,
      );
    const narrow = await countStatements(test.database, () => tree(1));
    const wide = await countStatements(test.database, () => tree(12));
    expect(wide.statements).toBe(narrow.statements);
  });

  it('page through every row once', async () => {
    const found: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const answer = await page(7, after);
      const { nodes, endCursor, hasNextPage } = answer.data?.organisations ?? {};
      found.push(...nodes.map((node: { id: string }) => node.id));
      [after, more] = [endCursor, hasNextPage];
    }
    expect(found).toHaveLength(62);
    expect(new Set(found).size).toBe(62);
  });

  it('are narrowed by every filter', async () => {
    expect(await namesIn(shandong, { nameContains: '第 003' })).toEqual(['历下第003所']);
    expect(await namesIn(shandong, { nameContains: '%' })).toEqual([]);
    expect(await namesIn(shandong, { kind: 'BUREAU', registered: true })).toHaveLength(30);
    expect(await namesIn(shandong, { superiorId: ids.get('山东省民政厅') })).toEqual(['济南市民政局']);
    expect(await namesIn(shandong, { regionCode: '370100000000' })).toHaveLength(61);
    expect(await namesIn(shandong, { converted: true })).toEqual([]);
    expect(await namesIn(shandong, { unifiedSocialCreditCode: '91350100M000100Y43' })).toEqual([]);
    await test.adminQuery(`UPDATE organisation SET valid_to = '2025-01-01', converted_to_enterprise_on = '2024-01-01',
      unified_social_credit_code = '91350100M000100Y43' WHERE seal_name = '历下第001所'`);
    expect(await namesIn(shandong, { converted: true })).toEqual([]);
    expect(
      await namesIn(shandong, {
        converted: true,
        includeRemoved: true,
        unifiedSocialCreditCode: '91350100m000100y43',
      }),
    ).toEqual(['历下第001所']);
  });

  it('of the tree page by superior and refuse what would be boundless', async () => {
    const level = await ask(
      shandong,
      `query ($root: ID) { organisationTree(rootId: $root, first: 5) {
         nodes { organisation { sealName } hasSubordinates moreSubordinates subordinates { hasSubordinates } } hasNextPage endCursor } }`,
      { root: ids.get('济南市民政局') },
    );
    expect(level.data?.organisationTree).toMatchObject({
      nodes: ['002', '003', '004', '005', '006'].map((number) => ({
        organisation: { sealName: `历下第${number}所` },
        hasSubordinates: false,
        moreSubordinates: false,
        subordinates: null,
      })),
      hasNextPage: true,
    });
    const top = await ask(
      shandong,
      '{ organisationTree(depth: 3, first: 3) { nodes { subordinates { moreSubordinates subordinates { hasSubordinates } } } } }',
    );
    expect(top.data?.organisationTree.nodes[0].subordinates[0]).toMatchObject({ moreSubordinates: true });
    expect(top.data?.organisationTree.nodes[0].subordinates[0].subordinates).toHaveLength(3);
    for (const bad of ['depth: 4', 'depth: 0', 'depth: 3, first: 50', 'first: 101']) {
      expect(codesOf(await ask(shandong, `{ organisationTree(${bad}) { hasNextPage } }`))).toEqual([
        'INVALID_INPUT',
      ]);
    }
  });
});

describe('the sheet over the graph', () => {
  const staff = officer('370000000000', 'PROVINCE', ['SYSTEM_STAFF']);
  const IMPORT = `mutation ($file: SpreadsheetUpload!) { importUnits(file: $file) { accepted created duplicateCount
    duplicates { rowNumber sealName sameAsRow } faults { rowNumber column code message } errorSheet { name contentType contentBase64 } } }`;
  const upload = async (rows: Parameters<typeof unitSheet>[0], headers = {}) => {
    const { name, content } = await unitSheet(rows);
    const file = { name, contentBase64: content.toString('base64') };
    return ask(staff, IMPORT, { file }, headers);
  };

  it('registers, reports and returns an error sheet, in the language asked for', async () => {
    const good = await upload([{ sealName: '济南市甲局', regionCode: '370100000000' }]);
    expect(good.data?.importUnits).toMatchObject({ accepted: true, created: 1, errorSheet: null });
    const rows = [{ sealName: '济南市乙局', regionCode: '370100000000', headcount: 'x' }];
    const bad = await upload(rows);
    expect(bad.data?.importUnits).toMatchObject({
      accepted: false,
      faults: [
        { rowNumber: 2, column: '人数', code: 'INVALID_INPUT', message: '人数应为 0 到 10000000 的整数' },
      ],
      errorSheet: { name: '单位-错误原因.xlsx' },
    });
    expect(bad.data?.importUnits.errorSheet.contentBase64.slice(0, 4)).toBe('UEsD');
    const english = await upload(rows, { 'accept-language': 'en' });
    expect(english.data?.importUnits.faults[0].message).toMatch(/whole number/);
  });

  it.each([
    ['FILE_UNREADABLE', { name: 'a.xlsx', contentBase64: 'AAAA' }],
    ['FILE_UNREADABLE', { name: 'a.xlsx', contentBase64: '***' }],
    ['FILE_TOO_LARGE', { name: 'a.csv', contentBase64: 'A'.repeat(8 * 1024 * 1024) }],
  ])('refuses a bad file with %s', async (code, file) => {
    expect(codesOf(await ask(staff, IMPORT, { file }))).toEqual([code]);
  });

  it('gives the empty form', async () => {
    const answer = await ask(staff, '{ unitRegistrationTemplate { name contentType contentBase64 } }');
    expect(answer.data?.unitRegistrationTemplate).toMatchObject({ name: '批量新增单位表.xlsx' });
    const file = { name: 'a.xlsx', contentBase64: answer.data?.unitRegistrationTemplate.contentBase64 };
    const empty = await ask(staff, IMPORT, { file });
    expect(empty.data?.importUnits).toMatchObject({ accepted: true, created: 0 });
  });
});

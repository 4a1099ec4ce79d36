import { applyMoves, type RegionMove } from '@junxian/administrative-region';
import { serviceScope } from '@junxian/identity';
import { rule, type TestDatabase, testDatabase } from '@junxian/test-kit';
import { migrations } from '../migrations';
import { clock, events, insertRegions, place } from './organisation.fixture';
import { assignOrganisationRegions, followRegionMoves } from './organisations.service';

const scope = serviceScope('organisation test');
let test: TestDatabase;

beforeEach(async () => {
  test = await testDatabase({ service: 'directory', migrations });
  await insertRegions(test);
});
afterEach(() => test.close());

const follow = (moves: RegionMove[]) =>
  test.database.write(scope, (tx) => followRegionMoves(tx, moves, clock.now()));
const codes = async () =>
  (
    await test.adminQuery<{ seal_name: string; region_code: string }>(
      'SELECT seal_name, region_code FROM organisation ORDER BY seal_name',
    )
  ).map((row) => [row.seal_name, row.region_code]);

rule('DI-REG-10', 'organisations follow a re-coding with all that lies in it, and nothing else', async () => {
  const placed = [
    ['甲', '140227000000'],
    ['乙', '140227100000'],
    ['丙', '140227100201'],
    ['丁', '140226000000'],
    ['戊', '140200000000'],
    ['己', '141227000000'],
  ] as const;
  await place(test, ...placed.map(([sealName, regionCode]) => ({ sealName, regionCode })));
  const moves: RegionMove[] = [
    { from: '140227000000', to: '140215000000', level: 'COUNTY' },
    { from: '140227100000', to: '140215102000', level: 'TOWNSHIP' },
    { from: '14022710020101', to: '14021510020101', level: 'VILLAGE' },
  ];
  expect(await follow(moves)).toBe(3);
  expect(await codes()).toEqual(
    placed.map(([name, code]) => [name, applyMoves(code, moves)]).sort(([a], [b]) => (a! < b! ? -1 : 1)),
  );
  expect((await events(test)).map(({ type, data }) => [type, data.sealName, data.regionCode]).sort()).toEqual(
    [
      ['organisation.changed.v1', '丙', '140215102201'],
      ['organisation.changed.v1', '乙', '140215102000'],
      ['organisation.changed.v1', '甲', '140215000000'],
    ],
  );
  const versions = await test.adminQuery<{ version: number; n: number }>(
    'SELECT version, count(*)::int AS n FROM organisation GROUP BY version ORDER BY version',
  );
  expect(versions).toEqual([
    { version: 1, n: 3 },
    { version: 2, n: 3 },
  ]);
  expect(await follow(moves)).toBe(0);
});

it('simultaneous moves exchange two codes', async () => {
  await place(
    test,
    { sealName: '甲', regionCode: '140215100000' },
    { sealName: '乙', regionCode: '140226100000' },
  );
  await follow([
    { from: '140215000000', to: '140226000000', level: 'COUNTY' },
    { from: '140226000000', to: '140215000000', level: 'COUNTY' },
  ]);
  expect(await codes()).toEqual([
    ['乙', '140215100000'],
    ['甲', '140226100000'],
  ]);
});

it('a removed organisation follows without an event, so that it can be restored', async () => {
  const [removed] = await place(test, { sealName: '甲', regionCode: '140215000000' });
  await test.adminQuery(`UPDATE organisation SET valid_to = '2021-01-01' WHERE id = $1`, [removed]);
  expect(await follow([{ from: '140215000000', to: '140228000000', level: 'COUNTY' }])).toBe(1);
  expect(await codes()).toEqual([['甲', '140228000000']]);
  expect(await events(test)).toEqual([]);
});

it('after a split organisations stay where they are until each is assigned; none is lost', async () => {
  const ids = await place(
    test,
    ...Array.from({ length: 10 }, (_, index) => ({ sealName: `第${index}站`, regionCode: '140215100000' })),
  );
  expect(await follow([])).toBe(0);
  expect(new Set((await codes()).map(([, code]) => code))).toEqual(new Set(['140215100000']));
  const assigned = ids.slice(0, 4).map((organisationId) => ({ organisationId, regionCode: '140215101000' }));
  const assign = () =>
    test.database.write(scope, (tx) => assignOrganisationRegions(tx, assigned, clock.now()));
  expect(await assign()).toBe(4);
  expect(await assign()).toBe(0);
  expect((await codes()).filter(([, code]) => code === '140215101000')).toHaveLength(4);
  expect(await codes()).toHaveLength(10);
  expect((await events(test)).map((event) => event.type)).toEqual(Array(4).fill('organisation.changed.v1'));
});

it('10,000 organisations follow in seconds', async () => {
  await test.adminQuery(
    `INSERT INTO organisation (kind, seal_name, region_code, has_extranet, registered, valid_from)
     SELECT 'UNIT', '单位' || n, '140215' || lpad((100 + n % 50)::text, 3, '0') || '000', true, true, '2020-01-01'
     FROM generate_series(1, 10000) AS n`,
  );
  const started = performance.now();
  expect(await follow([{ from: '140215000000', to: '140228000000', level: 'COUNTY' }])).toBe(10_000);
  expect(performance.now() - started).toBeLessThan(20_000);
});

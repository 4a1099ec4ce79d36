import { readSheet } from '@junxian/documents';
import { rule, scenario, type TestDatabase, testDatabase, testKeys } from '@junxian/test-kit';
import { parseAuditKeys, useAuditKeys } from '../audit/audit-keys';
import { migrations } from '../migrations';
import { as, events, insertRegions, officer, place, unitSheet } from './organisation.fixture';
import { importUnits } from './unit-import.service';
import { UNIT_COLUMNS } from './unit-sheet.rules';

const { fieldCipher } = testKeys;
const national = officer('000000000000', 'NATION', ['SYSTEM_STAFF']);
const provincial = officer('140000000000', 'PROVINCE', ['SYSTEM_STAFF']);
let test: TestDatabase;

beforeAll(() => useAuditKeys(parseAuditKeys(Buffer.alloc(32, 3).toString('base64'))));
beforeEach(async () => {
  test = await testDatabase({ service: 'directory', migrations });
  await insertRegions(test);
});
afterEach(() => test.close());

type Rows = Parameters<typeof unitSheet>[0];
const take = async (rows: Rows, { principal = national, dryRun = false } = {}) => {
  const file = await unitSheet(rows);
  return as(test, principal, (tx, caller) => importUnits(tx, caller, fieldCipher, file, dryRun));
};
const names = async () =>
  (await test.adminQuery<{ seal_name: string }>('SELECT seal_name FROM organisation ORDER BY seal_name')).map(
    (row) => row.seal_name,
  );
const audited = async () =>
  (await test.adminQuery<{ action: string }>('SELECT action FROM audit_entry ORDER BY sequence')).map(
    (row) => row.action,
  );

scenario(
  'directory',
  20,
  '50 rows, two differing by a space: 49 created, 1 duplicate; again 0; 49 events',
  async () => {
    const rows = Array.from({ length: 49 }, (_, index) => ({ sealName: `云州区第${index + 1}示范站` }));
    rows.push({ sealName: '云州区第 49示范站' });
    const first = await take(rows);
    expect(first).toMatchObject({ accepted: true, created: 49, faults: [] });
    expect(first.duplicates).toEqual([{ rowNumber: 51, sealName: '云州区第49示范站', sameAsRow: 50 }]);
    const again = await take(rows);
    expect(again).toMatchObject({ accepted: true, created: 0 });
    expect(again.duplicates).toHaveLength(50);
    expect(await names()).toHaveLength(49);
    const registered = await events(test);
    expect(registered.map((event) => event.type)).toEqual(Array(49).fill('organisation.registered.v1'));
    expect((await audited()).sort()).toEqual([
      ...Array(49).fill('ORGANISATION_REGISTERED'),
      'UNITS_IMPORTED',
      'UNITS_IMPORTED',
    ]);
  },
);

rule('DI-ORG-02', 'an organisation is registered by the sheet, and only from then on', async () => {
  const [existing] = await place(test, {
    sealName: '云州区下属科',
    regionCode: '140215000000',
    kind: 'DEPARTMENT',
    registered: false,
  });
  const result = await take([{ sealName: '云州区下属科', kind: '部门' }, { sealName: '云州区民政局' }]);
  expect(result).toMatchObject({ created: 1, confirmed: 1 });
  const rows = await test.adminQuery(
    'SELECT seal_name, registered, version FROM organisation ORDER BY version',
  );
  expect(rows).toEqual([
    { seal_name: '云州区民政局', registered: true, version: 1 },
    { seal_name: '云州区下属科', registered: true, version: 2 },
  ]);
  expect((await events(test)).map(({ type, data }) => [type, data.organisationId === existing])).toEqual([
    ['organisation.registered.v1', false],
    ['organisation.changed.v1', true],
  ]);
  expect((await take([{ sealName: '云州区下属科', kind: '部门' }])).confirmed).toBe(0);
});

it('stores every column, the telephone sealed, and resolves superiors in any order', async () => {
  const [city] = await place(test, { sealName: '大同市民政局', regionCode: '140200000000' });
  await take([
    { sealName: '福利院', superior: '云州区 民政局', regionCode: '140215100000', kind: '局', extranet: '否' },
    {
      sealName: '云州区民政局',
      superior: '大同市民政局',
      creditCode: '91350100m000100y43',
      headcount: '120',
      contactName: '张伟',
      contactPhone: '0352-5123456',
    },
  ]);
  const rows = await test.adminQuery('SELECT * FROM organisation WHERE id <> $1 ORDER BY seal_name', [city]);
  expect(rows).toMatchObject([
    {
      seal_name: '云州区民政局',
      superior_id: city,
      unified_social_credit_code: '91350100M000100Y43',
      headcount: 120,
      contact_name: '张伟',
      kind: 'UNIT',
      has_extranet: true,
    },
    {
      seal_name: '福利院',
      superior_id: rows[0]!.id,
      region_code: '140215100000',
      kind: 'BUREAU',
      has_extranet: false,
    },
  ]);
  const sealed = String(rows[0]!.contact_phone_sealed);
  expect(sealed).not.toContain('5123456');
  expect(fieldCipher.open(sealed, 'organisation.contact_phone')).toBe('0352-5123456');
  const kept =
    JSON.stringify(await test.adminQuery('SELECT before, after FROM audit_entry')) +
    JSON.stringify(await events(test));
  expect(kept).not.toMatch(/5123456|张伟/);
});

it('a single bad row refuses the whole sheet and comes back with its reason', async () => {
  const result = await take([
    { sealName: '甲局' },
    { sealName: '乙局', regionCode: '140299000000', headcount: '很多' },
    { sealName: '丙局', extranet: '有' },
  ]);
  expect(result).toMatchObject({ accepted: false, created: 0 });
  expect(result.faults.map(({ rowNumber, column, code }) => [rowNumber, column, code])).toEqual([
    [3, '人数', 'INVALID_INPUT'],
    [4, '是否有政务外网', 'NOT_A_CHOICE'],
  ]);
  expect(await names()).toEqual([]);
  expect(await events(test)).toEqual([]);
  const back = await readSheet({ name: 'a.xlsx', content: result.errorSheet! }, [
    ...UNIT_COLUMNS,
    { key: 'fault', title: '错误原因' },
  ]);
  expect(back.rows.map((row) => row.values.fault)).toEqual([
    '',
    '第 3 行“人数”：人数应为 0 到 10000000 的整数',
    '第 4 行“是否有政务外网”：只能填写：是、否',
  ]);
  const unknown = await take([{ sealName: '甲局' }, { sealName: '乙局', regionCode: '140299000000' }]);
  expect(unknown.faults).toMatchObject([{ rowNumber: 3, column: '行政区划代码', code: 'REGION_UNKNOWN' }]);
});

it('a dry run tells the same and writes nothing', async () => {
  await place(test, { sealName: '甲局', regionCode: '140215000000' });
  const rows = [{ sealName: '甲 局' }, { sealName: '乙局' }, { sealName: '乙局' }];
  const dry = await take(rows, { dryRun: true });
  expect(dry).toMatchObject({ dryRun: true, accepted: true, created: 1 });
  expect(dry.duplicates.map(({ rowNumber, sameAsRow }) => [rowNumber, sameAsRow])).toEqual([
    [2, null],
    [4, 3],
  ]);
  expect(await names()).toEqual(['甲局']);
  expect([await events(test), await audited()]).toEqual([[], []]);
  expect(await take(rows)).toMatchObject({ created: dry.created, duplicates: dry.duplicates });
});

describe('staff of one province', () => {
  it('cannot register outside it, and learns nothing about what is there', async () => {
    await place(test, { sealName: '济南市民政局', regionCode: '370100000000' });
    const outside = await take([{ sealName: '新局', regionCode: '370100000000' }], { principal: provincial });
    const nowhere = await take([{ sealName: '新局', regionCode: '379900000000' }], { principal: provincial });
    expect(outside.faults).toMatchObject([{ code: 'OUT_OF_REGION', column: '行政区划代码' }]);
    expect(outside.faults).toEqual(nowhere.faults);
    const under = await take([{ sealName: '新局', superior: '济南市民政局' }], { principal: provincial });
    const underNothing = await take([{ sealName: '新局', superior: '没有的局' }], { principal: provincial });
    expect(under.faults).toMatchObject([{ code: 'SUPERIOR_UNKNOWN' }]);
    expect(under.faults).toEqual(underNothing.faults);
  });

  rule('DI-ORG-01', 'a name taken anywhere in the country is a duplicate, without saying where', async () => {
    await place(test, { sealName: '示范站', regionCode: '370100000000' });
    const result = await take([{ sealName: '示范 站' }, { sealName: '另一站' }], { principal: provincial });
    expect(result.duplicates).toEqual([{ rowNumber: 2, sealName: '示范站', sameAsRow: null }]);
    expect(JSON.stringify({ ...result, errorSheet: null })).not.toContain('3701');
    expect(await names()).toEqual(['另一站', '示范站']);
    const below = await take([{ sealName: '示范站' }, { sealName: '分站', superior: '示范站' }], {
      principal: provincial,
    });
    expect(below.faults).toMatchObject([{ rowNumber: 3, code: 'SUPERIOR_UNKNOWN' }]);
  });

  it('may name a superior that stands above the province', async () => {
    const [ministry] = await place(test, { sealName: '民政部', regionCode: '000000000000' });
    await take([{ sealName: '山西省民政厅', regionCode: '140000000000', superior: '民政部' }], {
      principal: provincial,
    });
    const rows = await test.adminQuery(
      `SELECT superior_id FROM organisation WHERE seal_name = '山西省民政厅'`,
    );
    expect(rows).toEqual([{ superior_id: ministry }]);
  });
});

it('two imports of one sheet at the same time create each unit once', async () => {
  const rows = Array.from({ length: 40 }, (_, index) => ({ sealName: `并行${index}站` }));
  const results = await Promise.all(Array.from({ length: 4 }, () => take(rows)));
  expect(results.map((result) => result.created).sort((a, b) => a - b)).toEqual([0, 0, 0, 40]);
  expect(await names()).toHaveLength(40);
});

it('5,000 rows take seconds', async () => {
  await place(test, { sealName: '大同市民政局', regionCode: '140200000000' });
  const rows = Array.from({ length: 5_000 }, (_, index) => ({
    sealName: `云州区第${index}服务站`,
    superior: index === 0 ? '大同市民政局' : `云州区第${Math.floor(index / 10)}服务站`,
    contactPhone: '0352-5123456',
  })).filter((row) => row.superior !== row.sealName);
  const started = performance.now();
  const result = await take(rows);
  const seconds = (performance.now() - started) / 1000;
  expect(result.faults).toEqual([]);
  expect(result.created).toBe(rows.length);
  expect(seconds).toBeLessThan(20);
}, 60_000);

import { setTimeout } from 'node:timers/promises';
import { readSheet } from '@junxian/documents';
import { type Principal, scopeOf } from '@junxian/identity';
import { rule } from '@junxian/test-kit';
import { seedHouseholds } from '../../bench/seed-households';
import type { ExportList } from '../generated/graphql';
import { identified, rebuilt, recounted } from '../statistics/statistics.fixture';
import { STAT_TABLES } from '../statistics/tables.rules';
import { idNumber } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';

const YUNZHOU = '140215000000';
const BASE = 'https://junxian.example/files/poverty-alleviation';
const operator = officer(YUNZHOU, 'COUNTY', 'OPERATOR');
const viewer = officer(YUNZHOU, 'COUNTY', 'VIEWER');
const nextDoor = officer('140214000000', 'COUNTY', 'OPERATOR');

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
  const ids = [
    await identified(store, VILLAGES.yunzhou1, 3),
    await identified(store, VILLAGES.yunzhou2, 2),
    await identified(store, VILLAGES.yungang, 1),
  ];
  await recounted(store, ids);
});
const { ask, origin } = graphOver(() => store);
afterAll(() => store?.close());

const QUERY = `mutation ($list: ExportList!, $filter: ExportFilter!, $format: ExportFormat! = CSV, $reveal: Boolean! = false) {
  link: exportQuery(list: $list, filter: $filter, format: $format, reveal: $reveal) { url expiresAt } }`;
const TABLE = `mutation ($table: StatTable!, $region: ID!, $format: ExportFormat! = CSV) {
  link: exportStatistic(table: $table, year: 2017, region: $region, format: $format) { url } }`;
async function linkOf(by: Principal, document: string, variables: Record<string, unknown>): Promise<string> {
  const { data, errors } = await ask(by, document, variables);
  expect(errors).toBeUndefined();
  return data!.link.url;
}
async function codesOf(by: Principal, document: string, variables: Record<string, unknown>) {
  return (await ask(by, document, variables)).errors?.map(({ extensions }) => extensions?.code) ?? [];
}
const download = (url: string) =>
  fetch(url.replace(BASE, `${origin()}/files`), { headers: { 'accept-language': 'en' } });
const linesIn = (text: string) =>
  text
    .replace(/^\ufeff/, '')
    .trim()
    .split('\r\n');
const csv = async (by: Principal, document: string, variables: Record<string, unknown>) =>
  linesIn(await (await download(await linkOf(by, document, variables))).text());
const downloads = () =>
  store.adminQuery<{ stage: string; rows: number | null }>(
    'SELECT stage, row_count AS rows FROM export_download ORDER BY export_id, (stage = $1) DESC',
    ['STARTED'],
  );
/** The end of the last download is noted a moment after the receiver has the last byte. */
async function ended() {
  for (let wait = 0; wait < 200; wait++) {
    const log = await downloads();
    if (log.filter(({ stage }) => stage === 'STARTED').length * 2 === log.length) return log;
    await setTimeout(25);
  }
  throw new Error('a download never ended');
}

rule(
  'PA-QY-01',
  'households are exported with codes as labels and numbers as text, masked; the heading says region, year, time and who',
  async () => {
    const [title, facts, header, ...rows] = await csv(viewer, QUERY, {
      list: 'HOUSEHOLDS',
      filter: { year: 2017, region: YUNZHOU },
    });
    expect(title).toBe('贫困户查询');
    expect(facts).toMatch(/行政区划：山西省大同市云.区　年度：2017　生成时间：2017-11-20 09:00:00　操作人：/);
    expect(header).toBe(
      '序号,行政区划,区划代码,户编号,户主姓名,户主证件号码,家庭人口,贫困户属性,识别标准,脱贫状态,主要致贫原因',
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(
      /^1,山西省大同市.+,140215100001,140215100001\d{5},演示甲,\d{6}\*{12},3,一般贫困户,国家标准,未脱贫,因病$/,
    );
    expect((await ended()).at(-1)).toEqual({ stage: 'FINISHED', rows: 2 });
  },
);

rule(
  'PA-QY-01',
  'numbers in full only for who may reveal them and asks, noted for the audit; the region and its minimum level are tested before',
  async () => {
    const full = { list: 'HOUSEHOLDS', filter: { year: 2017, region: YUNZHOU }, reveal: true };
    expect(await codesOf(viewer, QUERY, full)).toEqual(['FORBIDDEN']);
    const rows = await csv(operator, QUERY, full);
    expect(rows.slice(3).join()).toMatch(new RegExp(idNumber(1).slice(0, 14)));
    const events = await store.adminQuery<{
      data: { accountId: string; field: string; citizenIds: string[] };
    }>(
      `SELECT envelope::jsonb->'data' AS data FROM outbox WHERE envelope::jsonb->>'type' LIKE '%.identity.revealed.%'`,
    );
    expect(events).toHaveLength(1);
    expect(events[0]!.data).toMatchObject({
      accountId: operator.accountId,
      field: 'HouseholdMember.idNumber',
    });
    expect(events[0]!.data.citizenIds).toHaveLength(2);
    expect(await codesOf(nextDoor, QUERY, full)).toEqual(['OUT_OF_REGION']);
    const city = officer('140200000000', 'CITY', 'OPERATOR');
    expect(await codesOf(city, QUERY, { ...full, filter: { year: 2017 } })).toEqual(['SCOPE_TOO_WIDE']);
    expect(await codesOf(operator, QUERY, { ...full, filter: {} })).toEqual(['FIELD_REQUIRED']);
    const numbers = await store.adminQuery<{ filter_sealed: string }>('SELECT filter_sealed FROM export_log');
    expect(numbers.every(({ filter_sealed }) => filter_sealed.startsWith('v1.'))).toBe(true);
  },
);

const LISTS: ExportList[] = [
  'HOUSEHOLDS',
  'VILLAGES',
  'COUNTIES',
  'NATURAL_VILLAGES',
  'CLOSED_HOUSEHOLDS',
  'HOUSEHOLD_CHANGES',
  'VILLAGE_CHANGES',
  'COUNTY_CHANGES',
  'FUND_SUMMARY',
  'FUND_ARRIVALS',
  'FUND_ALLOCATIONS',
  'PROJECTS',
  'RELOCATION_BENEFICIARIES',
  'RELOCATION_WAYS',
  'UNIT_PAIRINGS',
  'HELPER_PAIRINGS',
  'HOUSEHOLDS_WITHOUT_HELPER',
  'DUPLICATES',
  'PROJECT_DISCLOSURES',
  'FUND_DISCLOSURES',
];
it.each(LISTS)('the list %s comes as a sheet under its title', async (list) => {
  const lines = await csv(operator, QUERY, { list, filter: { year: 2017, region: YUNZHOU } });
  expect(lines[0]).toMatch(/查询$/);
  expect(lines[2]).toMatch(/^序号,/);
});

rule('PA-ST-00', 'every table is exported, with a row for each region below and the total', async () => {
  for (const table of Object.keys(STAT_TABLES)) {
    const lines = await csv(viewer, TABLE, { table, region: YUNZHOU });
    expect(lines[0]).toMatch(/^6\./);
    expect(lines.at(-1)).toMatch(/^合计,140215000000,/);
  }
  const url = await linkOf(viewer, TABLE, { table: 'POOR_HOUSEHOLDS', region: YUNZHOU, format: 'XLSX' });
  const answer = await download(url);
  expect(answer.headers.get('content-disposition')).toContain(
    encodeURIComponent('6.1 贫困户统计表-20171120.xlsx'),
  );
  const content = Buffer.from(await answer.arrayBuffer());
  const reading = await readSheet({ name: 'x.xlsx', content }, [
    { key: 'region', title: '行政区划' },
    { key: 'households', title: '贫困户合计户数（户）' },
    { key: 'persons', title: '贫困户合计人数（人）' },
  ]);
  expect(reading.rows.at(-1)!.values).toEqual({ region: '合计', households: '2', persons: '5' });
  expect(await codesOf(nextDoor, TABLE, { table: 'POOR_HOUSEHOLDS', region: YUNZHOU })).toEqual([
    'OUT_OF_REGION',
  ]);
});

it('lists of changes and duplicates are not for who only views', async () => {
  for (const list of ['HOUSEHOLD_CHANGES', 'DUPLICATES']) {
    expect(await codesOf(viewer, QUERY, { list, filter: { year: 2017 } })).toEqual(['FORBIDDEN']);
  }
});

it('a link is good for five minutes, as it was given, and shows what its owner may see and no more', async () => {
  const url = await linkOf(operator, QUERY, { list: 'PROJECTS', filter: { region: YUNZHOU } });
  expect((await download(url)).status).toBe(200);
  expect(await (await download(`${url.slice(0, -3)}AAA`)).json()).toMatchObject({
    errors: [{ extensions: { code: 'LINK_INVALID' } }],
  });
  store.clock.set('2017-11-20T09:06:00+08:00');
  expect(await (await download(url)).json()).toMatchObject({
    errors: [{ extensions: { code: 'LINK_INVALID' } }],
  });
  store.clock.set('2017-11-20T09:00:00+08:00');
  const seen = await store.database.read(scopeOf(nextDoor), (tx) => tx.query('SELECT FROM export_log'));
  expect(seen).toEqual([]);
});

it('is streamed page by page, each row once', async () => {
  await seedHouseholds(store, { count: 1_500, perVillage: 1_500, year: 2017, firstVillage: '140215100005' });
  await rebuilt(store, 2017);
  const asked = { list: 'HOUSEHOLDS', filter: { year: 2017, region: '140215100005' } };
  const rows = (await csv(operator, QUERY, asked)).slice(3);
  expect(rows).toHaveLength(1_500);
  expect(new Set(rows.map((row) => row.split(',')[3])).size).toBe(1_500);
  expect(rows.at(-1)).toMatch(/^1500,/);
  expect((await ended()).at(-1)).toEqual({ stage: 'FINISHED', rows: 1_500 });
});

it('the head is who heads the household, not one of before who left', async () => {
  const [{ id }] = (await store.adminQuery<{ id: string }>(
    `SELECT household_id AS id FROM household_year_record WHERE year = 2017 AND region_code = $1`,
    [VILLAGES.yunzhou1],
  )) as [{ id: string }];
  await store.adminQuery(
    `UPDATE member_year_record SET status = '2' WHERE household_id = $1 AND year = 2017 AND relation_to_head = '01'`,
    [id],
  );
  const [heir] = await store.adminQuery<{ id: string }>(
    `UPDATE member_year_record SET relation_to_head = '01', name = '演示继任' WHERE member_id = (
       SELECT max(member_id::text)::uuid FROM member_year_record WHERE household_id = $1 AND year = 2017 AND status = '1')
     RETURNING member_id AS id`,
    [id],
  );
  expect(heir).toBeDefined();
  const [, , , row] = await csv(viewer, QUERY, {
    list: 'HOUSEHOLDS',
    filter: { year: 2017, region: VILLAGES.yunzhou1 },
  });
  expect(row).toContain(',演示继任,');
});

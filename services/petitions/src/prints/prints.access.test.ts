import { LinkSigner, PRINT_CHECK_LIMIT, PrintCheck, readSheet } from '@junxian/documents';
import type { Principal } from '@junxian/identity';
import { principals, rule } from '@junxian/test-kit';
import { HandlingStage, lixiaUnit, shandong } from '../handling/handling.fixture';
import { RateLimiter } from '../public-accounts/rate-limit.service';
import { Exports } from '../search/exports.service';
import { REGISTERS } from '../search/registers';
import { countAll } from '../statistics/statistics.fixture';
import { officer, openStore, type TestStore } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { articleOf, LINK_BASE, printsOver } from './prints.fixture';
import { verifiedPrint } from './prints.store';

let store: TestStore;
let stage: HandlingStage;
beforeAll(async () => {
  store = await openStore();
  stage = new HandlingStage(store);
  stage.at('2026-03-10');
});
const { ask, origin } = graphOver(() => {
  const { database, clock, services } = store;
  const { personal } = services;
  return {
    ...store,
    services: {
      ...services,
      prints: printsOver(store),
      printVerifications: new PrintCheck({
        database,
        limiter: new RateLimiter(database, personal),
        clock,
        find: verifiedPrint,
      }),
      exports: new Exports({
        database,
        clock,
        personal,
        links: new LinkSigner(Buffer.alloc(32, 7), clock),
        linkBase: LINK_BASE,
        registers: REGISTERS,
      }),
    },
  };
});
afterAll(() => store?.close());

const PRINT = `mutation ($kind: PrintKind!, $subjectId: ID!) { printDocument(kind: $kind, subjectId: $subjectId) {
  id kind docNo contentHash verificationCode copyNo issuedAt url expiresAt } }`;
const VERIFY = '{ verifyPrint(code: $code) { genuine kind docNo organisation issuedOn contentHash } }';
const verify = async (code: string) =>
  (await ask(principals.anonymous(), `query ($code: String!) ${VERIFY}`, { code })).data!.verifyPrint;
/** What the gateway asks this service for when somebody opens a link. */
const open = (url: string, headers: Record<string, string> = {}) =>
  fetch(url.replace(LINK_BASE, `${origin()}/files`), { headers });

async function printed(by: Principal = lixiaUnit) {
  const item = await stage.atUnit();
  const { notice } = await stage.notify(lixiaUnit, item.id, 'ACCEPTANCE');
  const { data, errors } = await ask(by, PRINT, { kind: 'ACCEPTANCE_NOTICE', subjectId: notice.id });
  expect(errors).toBeUndefined();
  return { item, notice, print: data!.printDocument };
}

const reveals = () =>
  store.adminQuery<{ data: Record<string, unknown> }>(
    `SELECT envelope::jsonb -> 'data' AS data FROM outbox WHERE envelope::jsonb ->> 'type' LIKE '%revealed%' ORDER BY position`,
  );

rule(
  ['PT-PRT-01', 'PT-SEC-02'],
  'a print answers number, hash, code and a link to the page; it is a reveal in the audit log',
  async () => {
    const before = (await reveals()).length;
    const { notice, print } = await printed();
    expect(print).toMatchObject({
      kind: 'ACCEPTANCE_NOTICE',
      docNo: notice.docNo,
      copyNo: 0,
      verificationCode: expect.stringMatching(/^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/),
      expiresAt: '2026-03-10T01:05:00.000Z',
    });
    expect((await reveals()).slice(before).map(({ data }) => data)).toEqual([
      expect.objectContaining({ field: 'PrintedDocument.petitioner', accountId: lixiaUnit.accountId }),
    ]);
    const page = await open(print.url);
    expect(page.status).toBe(200);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'private, no-store',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-/),
    });
    expect(articleOf(await page.text())).toContain('张三');

    const again = await ask(lixiaUnit, PRINT, { kind: 'ACCEPTANCE_NOTICE', subjectId: notice.id });
    expect(again.data!.printDocument).toMatchObject({
      id: print.id,
      copyNo: 1,
      contentHash: print.contentHash,
    });
    expect(await reveals()).toHaveLength(before + 2);
  },
);

it('a link that is wrong or too old opens nothing and says so', async () => {
  const { print } = await printed();
  const answers = [await open(`${print.url}x`)];
  store.clock.set('2026-03-10T09:05:01+08:00');
  answers.push(await open(print.url, { 'accept-language': 'en' }));
  stage.at('2026-03-10');
  for (const answer of answers) {
    expect(answer.ok).toBe(false);
    expect(await answer.text()).toMatch(/LINK_INVALID/);
  }
});

it.each([
  ['a supervisor', () => officer('lixiaUnit', 'SUPERVISOR'), 'FORBIDDEN'],
  ['a statistician', () => officer('lixiaUnit', 'STATISTICIAN'), 'FORBIDDEN'],
  ['the bureau that registered the item', () => shandong, 'FORBIDDEN'],
  ['a neighbour', () => officer('lixiaOtherUnit', 'HANDLER'), 'NOT_FOUND'],
  ['nobody', () => principals.anonymous(), 'UNAUTHENTICATED'],
])('%s prints nothing', async (_, by, code) => {
  const { notice } = await printed();
  const { errors } = await ask(by(), PRINT, { kind: 'ACCEPTANCE_NOTICE', subjectId: notice.id });
  expect(errors?.[0]?.extensions?.code).toBe(code);
});

rule(
  'PT-PRT-01',
  'anybody checks a print by its code, and learns what is on its face, not what it says',
  async () => {
    const { print } = await printed();
    const found = {
      genuine: true,
      kind: 'ACCEPTANCE_NOTICE',
      docNo: print.docNo,
      organisation: '370102000000单位8',
      issuedOn: '2026-03-10',
      contentHash: print.contentHash,
    };
    expect(await verify(print.verificationCode)).toEqual(found);
    expect(await verify(` ${print.verificationCode.toLowerCase().replaceAll('-', ' ')}`)).toEqual(found);
    const unknown = {
      genuine: false,
      kind: null,
      docNo: null,
      organisation: null,
      issuedOn: null,
      contentHash: null,
    };
    for (const wrong of ['0000-0000-0000-0000', '', 'not a code', 'x'.repeat(5_000)])
      expect(await verify(wrong)).toEqual(unknown);

    const page = await open(`${LINK_BASE}/verify/${print.verificationCode}`);
    const html = await page.text();
    for (const text of [print.docNo, print.contentHash, '370102000000单位8']) expect(html).toContain(text);
    expect(html).not.toMatch(/张三|370000-2026/);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(await (await open(`${LINK_BASE}/verify/0000-0000-0000-0000`)).text()).toContain('没有找到');
  },
);

it('limits how often one address checks; another address is not held up', async () => {
  const from = (ip: string) => open(`${LINK_BASE}/verify/0000-0000-0000-0000`, { 'x-junxian-client-ip': ip });
  for (let attempt = 0; attempt < PRINT_CHECK_LIMIT.attempts; attempt++)
    expect((await from('10.9.8.7')).status).toBe(200);
  const refused = await from('10.9.8.7');
  expect([refused.status, await refused.text()]).toEqual([429, expect.stringContaining('RATE_LIMITED')]);
  expect((await from('10.9.8.6')).status).toBe(200);
});

describe('exports of the National Bureau reports', () => {
  const EXPORT = `mutation ($report: NationalReportNo!, $from: Date!, $to: Date!, $region: ID!, $format: ExportFormat!) {
    link: exportNationalReport(report: $report, from: $from, to: $to, region: $region, format: $format) { url expiresAt } }`;
  const period = { from: '2026-03-01', to: '2026-03-31', region: '370000000000', format: 'CSV' };
  const statistician = officer('shandong', 'STATISTICIAN');
  const exported = async (variables: Record<string, unknown>, by = statistician) => {
    const { data, errors } = await ask(by, EXPORT, { ...period, ...variables });
    expect(errors).toBeUndefined();
    return open(data!.link.url);
  };

  it('have a title, named rows, counts, rates with two decimals and — for a rate that is none', async () => {
    await store.appoint(statistician);
    await countAll(store);
    const csv = (await (await exported({ report: 'NR_5' })).text()).replace(/^\ufeff/, '').trim();
    const [title, , header, ...rows] = csv.split('\r\n');
    expect(title).toBe('国家局报表NR-5-初次和重复信访情况');
    expect(header).toBe('区划,代码,初次,重复,重复率%');
    const items = (await store.adminQuery('SELECT FROM case_item')).length;
    expect(rows).toContain(`本级,370000000000,${items},0,0.00`);
    expect(rows).toContain('济南市,370100000000,0,0,—');
    expect(rows).toContain(`合计,370000000000,${items},0,0.00`);
    expect(rows.at(-1)).toMatch(/^"?注：统计期 2026-03-01 至 2026-03-31；统计区划 山东省；“—”表示分母为零/);
  });

  it.each(['NR_1', 'NR_2', 'NR_3', 'NR_4', 'NR_6', 'NR_7', 'NR_8', 'NR_9', 'NR_10'])(
    '%s is a workbook whose rows have a name',
    async (report) => {
      const answer = await exported({ report, format: 'XLSX' });
      const content = Buffer.from(await answer.arrayBuffer());
      const columns = REGISTERS[report.replace('_', '-')]!.columns;
      const { rows } = await readSheet({ name: 'r.xlsx', content }, columns);
      expect(rows.length).toBeGreaterThan(1);
      for (const row of rows) expect(row.values.name).not.toBe('');
    },
  );

  it('are for statisticians and supervisors of the region, over a period that is one', async () => {
    const refused = async (by: Principal, variables: Record<string, unknown>) =>
      (await ask(by, EXPORT, { ...period, report: 'NR_1', ...variables })).errors?.[0]?.extensions?.code;
    expect(await refused(shandong, {})).toBe('FORBIDDEN');
    expect(await refused(officer('qingdao', 'STATISTICIAN'), {})).toBe('OUT_OF_REGION');
    expect(await refused(statistician, { from: '2026-04-01' })).toBe('INVALID_INPUT');
    expect(await refused(statistician, { from: '2010-04-01' })).toBe('INVALID_INPUT');
  });
});

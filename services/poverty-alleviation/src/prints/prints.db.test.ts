import { contentHash } from '@junxian/documents';
import { scopeOf } from '@junxian/identity';
import { countStatements, rule, scenario } from '@junxian/test-kit';
import { assistanceStage, COUNTY, county, refusal } from '../assistance/assistance.fixture';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import type { PrintRequest } from './print.rules';

const VILLAGE = VILLAGES.yunzhou1;
const TOWNSHIP = '140215100000';
const NATURAL = `${VILLAGE}01`;
/** When the store's clock stands. */
const NOW = '2017-11-20T09:00:00+08:00';

let store: TestStore;
let stage: ReturnType<typeof assistanceStage>;
/** Two households of the village, with members 1 and 2, and 3. */
let households: string[];
let unit: string;

beforeAll(async () => {
  store = await openStore();
  stage = assistanceStage(store);
  const form = householdForm(VILLAGE, [
    memberForm(1, { name: '示例甲', phone: '13900003333' }),
    memberForm(2, { name: '示例乙', relationToHead: 'SPOUSE', sex: 'FEMALE' }),
  ]);
  households = [
    await store.identify({
      ...form,
      basic: { ...form.basic, phone: '13900004444', bankAccount: '6222000011112222' },
    }),
    await store.identify(householdForm(VILLAGE, [memberForm(3, { name: '示例丙' })])),
  ];
  unit = await stage.unit();
  await stage.pairUnit(unit, VILLAGE);
  await stage.pair(households[0]!, await stage.helper(unit, { name: '帮扶丁', position: '科员' }));
  await stage.write((tx) =>
    store.services.workTeams.save(tx, {
      name: '示例驻村工作队',
      villageCode: VILLAGE,
      dispatchUnitId: unit,
      startDate: '2016-01-01',
      endDate: '2018-12-31',
      members: [
        {
          name: '队长戊',
          sex: 'MALE',
          idType: 'RESIDENT_ID',
          idNumber: idNumber(50),
          phone: '13900005050',
          isLeader: true,
          isFirstSecretary: true,
          startDate: '2016-01-01',
          endDate: '2018-12-31',
        },
      ],
    }),
  );
  // The county's officers keep villages; here only their data matter.
  await store.adminQuery(`
    WITH village AS (
      INSERT INTO poor_village (region_code, village_attribute, created_by, created_at, updated_by, updated_at)
      VALUES ('${VILLAGE}', '01', 'test', now(), 'test', now()) RETURNING id)
    INSERT INTO village_year_record (poor_village_id, year, region_code, village_attribute, village_head, total_households,
      total_population, clinics, created_by, created_at, updated_by, updated_at)
    SELECT id, 2016, '${VILLAGE}', '01', '村负责人己', 210, 803, 7, 'test', now(), 'test', now() FROM village;
    WITH hamlet AS (
      INSERT INTO natural_village (region_code, code, name, created_by, created_at, updated_by, updated_at)
      VALUES ('${VILLAGE}', '${NATURAL}', '东沟', 'test', now(), 'test', now()) RETURNING id)
    INSERT INTO natural_village_year_record (natural_village_id, year, region_code, households, population, paved_road,
      created_by, created_at, updated_by, updated_at)
    SELECT id, 2016, '${VILLAGE}', 41, 163, true, 'test', now(), 'test', now() FROM hamlet`);
});
afterAll(() => store.close());

const print = (request: PrintRequest, principal = county) =>
  store.database.write(scopeOf(principal), (tx) => store.services.prints.print(tx, request, principal));
const pageOf = async (request: PrintRequest, principal = county) => {
  const job = await print(request, principal);
  const token = job.url.slice('https://junxian.example/files/poverty-alleviation/prints/'.length);
  return { job, html: await store.services.prints.page(token) };
};
/** The text of a page, cell by cell. */
const texts = (html: string) => [...html.matchAll(/<t[dh][^>]*>([^<]*)<\/t[dh]>/g)].map(([, text]) => text!);
const after = (html: string, label: string) => {
  const all = texts(html);
  return all[all.indexOf(label) + 1];
};
const sheet = (changes: Partial<PrintRequest> = {}): PrintRequest => ({
  kind: 'HOUSEHOLD_INFORMATION',
  year: 2017,
  region: VILLAGE,
  subjects: [households[0]!],
  ...changes,
});

scenario(
  'poverty-alleviation',
  21,
  'at township level the natural-village form opens and the household comparison is too wide; without a tick nothing is printed',
  async () => {
    const township = officer(TOWNSHIP, 'TOWNSHIP');
    const { html } = await pageOf(
      { kind: 'NATURAL_VILLAGE', year: 2016, region: TOWNSHIP, subjects: [NATURAL] },
      township,
    );
    expect(html).toContain('自然村信息表');
    expect(html).toContain('东沟');
    const comparison = {
      kind: 'HOUSEHOLD_COMPARISON',
      year: 2017,
      region: TOWNSHIP,
      subjects: [households[0]!],
    } as const;
    expect(await refusal(print(comparison, township))).toBe('SCOPE_TOO_WIDE region');
    expect(await refusal(print({ ...comparison, region: VILLAGE, subjects: [] }, township))).toBe(
      'NOTHING_SELECTED subjects',
    );
  },
);

rule(
  'PA-PR-01',
  'the sheet shows the tabs, members and helpers of each household ticked, as they were in the year',
  async () => {
    const { job, html } = await pageOf(sheet({ subjects: [households[1]!, households[0]!] }));
    expect(job.snapshot).toMatchObject({ kind: 'HOUSEHOLD_INFORMATION', year: 2017, forms: 2 });
    expect([...html.matchAll(/户主：(示例.)/g)].map(([, name]) => name)).toEqual(['示例丙', '示例甲']);
    for (const part of [
      '山西省大同市云州区',
      '2017 年底',
      '帮扶丁',
      '示例县教育局',
      '一般贫困户',
      '因病',
      '二、生产生活条件',
      '七、帮扶成效',
    ])
      expect(html).toContain(part);
    expect(after(html, '家庭人口（人）')).toBe('1');
    expect(after(html, '人均纯收入')).toBe('6000.00');

    // A past year has its own sheet.
    await store.adminQuery(`
    INSERT INTO household_year_record SELECT (r).* FROM (
      SELECT jsonb_populate_record(h, '{"year": 2015, "member_count": 9}') AS r FROM household_year_record h
      WHERE household_id = '${households[1]}' AND year = 2017) AS past`);
    const past = await pageOf(sheet({ subjects: [households[1]!], year: 2015 }));
    expect(past.html).toContain('2015 年底');
    expect(after(past.html, '家庭人口（人）')).toBe('9');
    expect(await refusal(print(sheet({ year: 2015 })))).toBe('NOT_FOUND subjects');
    expect(await refusal(print(sheet({ year: 1999 })))).toBe('INVALID_INPUT year');
    expect(await refusal(print(sheet({ region: VILLAGES.yunzhou2 })))).toBe('NOT_FOUND subjects');
    expect(await refusal(print(sheet({ subjects: ['nobody'] })))).toBe('NOT_FOUND subjects');
  },
);

it('numbers and phones are masked, unless the caller asks for them; then it is told whose they are', async () => {
  const masked = await pageOf(sheet());
  expect(masked.job.revealed).toEqual([]);
  expect(masked.html).toContain(`${idNumber(1).slice(0, 6)}************`);
  expect(masked.html).toContain('139****4444');
  for (const secret of [idNumber(1), idNumber(2, '1970-01-01', 'FEMALE'), '13900004444', '6222000011112222'])
    expect(masked.html).not.toContain(secret);
  const full = await pageOf(sheet({ revealIdNumbers: true }));
  expect(full.html).toContain(idNumber(1));
  expect(full.html).toContain('13900004444');
  expect(full.html).not.toContain('6222000011112222');
  const members = await store.adminQuery<{ citizen: string }>(
    `SELECT citizen_id AS citizen FROM member_year_record WHERE household_id = '${households[0]}'`,
  );
  expect([...full.job.revealed].sort()).toEqual(
    [...members.map(({ citizen }) => citizen), households[0]!].sort(),
  );
});

rule(
  'PA-PR-02',
  'the comparison form has the year’s values above an empty block, and lines to sign',
  async () => {
    const { html } = await pageOf(sheet({ kind: 'HOUSEHOLD_COMPARISON' }));
    expect(html).toContain('贫困户信息对照表（2017 年、2018 年对照）');
    const cells = texts(html);
    // The first block is 指标, 2017 年 and 2018 年, each with seven places.
    expect(cells.slice(0, 2)).toEqual(['指标', '家庭人口（人）']);
    expect(cells.slice(8, 10)).toEqual(['2017 年', '2']);
    expect(cells.slice(16, 24)).toEqual(['2018 年', '', '', '', '', '', '', '']);
    for (const line of ['户主签字', '帮扶责任人签字', '填表日期']) expect(html).toContain(`${line}：`);
  },
);

rule(
  'PA-PR-03',
  'the natural-village form shows what is kept of it, with an empty block for the next year',
  async () => {
    const { html } = await pageOf({
      kind: 'NATURAL_VILLAGE',
      year: 2016,
      region: VILLAGE,
      subjects: [NATURAL],
    });
    const cells = texts(html);
    expect(cells.slice(0, 3)).toEqual(['指标', '户数', '人口数']);
    expect(cells.slice(8, 13)).toEqual(['2016 年', '41', '163', '0', '是']);
    expect(cells.slice(16, 19)).toEqual(['2017 年', '', '']);
    const request: PrintRequest = {
      kind: 'NATURAL_VILLAGE',
      year: 2015,
      region: VILLAGE,
      subjects: [NATURAL],
    };
    expect(await refusal(print(request))).toBe('INVALID_INPUT year');
    expect(await refusal(print({ ...request, year: 2017 }))).toBe('NOT_FOUND subjects');
  },
);

rule('PA-PR-04', 'the poor-village form has its fifteen sections, the work team among them', async () => {
  const { html } = await pageOf({ kind: 'POOR_VILLAGE', year: 2016, region: COUNTY, subjects: [VILLAGE] });
  const titles = [...html.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, title]) => title);
  expect(titles).toEqual([
    '一、基本情况',
    '二、土地信息',
    '三、人口信息',
    '四、收入信息',
    '五、社会保障',
    '六、村级道路畅通',
    '七、饮水安全',
    '八、农村电力保障',
    '九、危房改造',
    '十、特色产业增收',
    '十一、乡村旅游',
    '十二、卫生和计划生育',
    '十三、文化建设',
    '十四、贫困村信息化',
    '十五、驻村工作队',
  ]);
  const cells = texts(html);
  for (const value of ['贫困村', '村负责人己', '210', '803', '队长戊', '2017 年'])
    expect(cells).toContain(value);
  expect(html).not.toContain(idNumber(50));
});

rule('PA-PR-05', 'a print is frozen, opened by a link that expires, and told by its code', async () => {
  const { job, html } = await pageOf(sheet({ subjects: [households[1]!] }));
  const article = /<article>[\s\S]*<\/article>/.exec(html)![0];
  expect(contentHash(article)).toBe(job.snapshot.contentHash);
  await store.adminQuery(
    `UPDATE household_year_record SET address = '改后的地址' WHERE household_id = '${households[1]}'`,
  );
  const token = job.url.split('/').at(-1)!;
  expect(await store.services.prints.page(token)).toBe(html);
  const verified = await store.services.printVerifications.verify(
    job.snapshot.verificationCode.toLowerCase(),
    '203.0.113.1',
  );
  expect(verified).toEqual({
    genuine: true,
    kind: 'HOUSEHOLD_INFORMATION',
    number: job.snapshot.number,
    regionCode: VILLAGE,
    year: 2017,
    issuedOn: '2017-11-20',
    contentHash: job.snapshot.contentHash,
  });
  expect(await store.services.printVerifications.verify('0000-0000-0000-0000', '203.0.113.1')).toEqual({
    genuine: false,
  });
  const shown = await store.services.printVerifications.page(job.snapshot.verificationCode, '203.0.113.1');
  expect(shown).toContain(job.snapshot.contentHash);
  expect(shown).not.toContain('示例丙');

  store.clock.set('2017-11-20T09:05:01+08:00');
  expect(await refusal(store.services.prints.page(token))).toBe('LINK_INVALID');
  store.clock.set(NOW);
  expect(await refusal(store.services.prints.page(`${token}x`))).toBe('LINK_INVALID');
});

it('checks of codes are limited by address, and forgotten after their window', async () => {
  const check = (ip: string) => refusal(store.services.printVerifications.verify('x', ip));
  const answers = [];
  for (let attempt = 0; attempt < 61; attempt += 1) answers.push(await check('203.0.113.2'));
  expect(new Set(answers.slice(0, 60))).toEqual(new Set(['done']));
  expect(answers[60]).toBe('RATE_LIMITED');
  expect(await check('203.0.113.3')).toBe('done');
  store.clock.set('2017-11-20T09:01:01+08:00');
  expect(await check('203.0.113.2')).toBe('done');
  const [kept] = await store.adminQuery<{ count: number }>(
    'SELECT count(*)::int AS count FROM public_attempt',
  );
  expect(kept!.count).toBe(1);
  store.clock.set(NOW);
});

it('a hundred forms take as many statements as one', async () => {
  const statementsOf = async (subjects: string[]) =>
    (await countStatements(store.database, () => print(sheet({ subjects })))).statements;
  expect(await statementsOf(households)).toBe(await statementsOf([households[0]!]));
});

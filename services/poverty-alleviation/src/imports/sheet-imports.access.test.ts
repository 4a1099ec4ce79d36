import { readSheet } from '@junxian/documents';
import { scopeOf } from '@junxian/identity';
import { countStatements, rule } from '@junxian/test-kit';
import type { ProjectType } from '../project-code-lists';
import { FORMS, projectForm, reportForm } from '../projects/projects.fixture';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { officer, operatorOf, VILLAGES } from '../testing/store.support.test';
import type { ImportKind } from './import.types';
import { IMPORT_FORMS } from './import-forms';
import { type ImportStage, openImportStage } from './import-stage.fixture';
import { type SheetCells, sheetOf } from './imports.fixture';

const COUNTY = '140215000000';
const { yunzhou1, yunzhou2, yungang } = VILLAGES;
const county = operatorOf(yunzhou1);
const projectOfficer = officer(COUNTY, 'COUNTY', 'PROJECT');
let stage: ImportStage;

beforeAll(async () => {
  stage = await openImportStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.store.clear());

const MUTATIONS = {
  ASSISTANCE_UNITS: 'importAssistanceUnits',
  HELPERS: 'importHelpers',
  BENEFICIARIES: 'importBeneficiaries',
} as const;
type Kind = keyof typeof MUTATIONS;

async function importRows(
  kind: Kind,
  rows: readonly SheetCells[],
  { dryRun = false, principal = kind === 'BENEFICIARIES' ? projectOfficer : county } = {},
) {
  const content = await sheetOf(rows, 'XLSX', IMPORT_FORMS[kind].columns);
  return stage.importSheet(principal, MUTATIONS[kind], content, dryRun);
}

const placesOf = (job: { faults: { nodes: { rowNumber: number; column: string; code: string }[] } }) =>
  job.faults.nodes.map(({ rowNumber, column, code }) => `${rowNumber} ${column} ${code}`);

const unitRow = (changes: SheetCells = {}): SheetCells => ({
  登记辖区代码: COUNTY,
  单位名称: '示例县教育局',
  单位类型: '国家机关',
  隶属关系: '县(区)',
  联系人: '示例乙',
  联系电话: '0352-6100000',
  ...changes,
});

const helperRow = (serial: number, changes: SheetCells = {}): SheetCells => ({
  帮扶单位: '示例县教育局',
  姓名: '演示丙',
  性别: '男',
  证件类型: '居民身份证',
  证件号码: idNumber(serial),
  联系电话: `139${String(serial).padStart(8, '0')}`,
  ...changes,
});

const posted = (changes: SheetCells = {}): SheetCells => ({
  是否驻村队员: '是',
  驻村行政村代码: yunzhou1,
  驻村开始日期: '2017-01-01',
  驻村结束日期: '2018-12-31',
  ...changes,
});

const one = async <Row>(sql: string) =>
  (await stage.store.adminQuery<Row & Record<string, unknown>>(sql))[0]!;

it('units and helpers that are not on file are entered with as many statements as one takes', async () => {
  const statementsFor = async (kind: Kind, rows: readonly SheetCells[]) => {
    const content = await sheetOf(rows, 'XLSX', IMPORT_FORMS[kind].columns);
    await stage.order(county, MUTATIONS[kind], await stage.upload(county, content));
    return (await countStatements(stage.store.database, () => stage.work().run())).statements;
  };
  const many = Array.from({ length: 40 }, (_, serial) => serial + 1);
  const one = await statementsFor('ASSISTANCE_UNITS', [unitRow()]);
  const units = await statementsFor(
    'ASSISTANCE_UNITS',
    many.map((serial) => unitRow({ 单位名称: `示例县第${serial}局` })),
  );
  expect(units).toBe(one);
  const helper = await statementsFor('HELPERS', [helperRow(100)]);
  const helpers = await statementsFor(
    'HELPERS',
    many.map((serial) => helperRow(serial)),
  );
  expect(helpers).toBe(helper);
  const [entered] = await stage.store.adminQuery(
    `SELECT (SELECT count(*)::int FROM assistance_unit) AS units, (SELECT count(*)::int FROM responsible_helper) AS helpers`,
  );
  expect(entered).toEqual({ units: 41, helpers: 41 });
});

describe('assistance units', () => {
  rule(
    'PA-AU-01',
    'an import enters units, changes those on file, and changes nothing the second time',
    async () => {
      const rows = [
        unitRow({ 统一社会信用代码: '11100000000013127d', 单位负责人: '示例甲' }),
        unitRow({ 单位名称: '示例县水务局', 登记辖区代码: '140215100000' }),
      ];
      const first = await importRows('ASSISTANCE_UNITS', rows);
      expect(first).toMatchObject({
        kind: 'ASSISTANCE_UNITS',
        state: 'DONE',
        year: null,
        errorSheet: null,
        result: {
          accepted: true,
          rows: 2,
          records: [{ record: 'ASSISTANCE_UNIT', added: 2, changed: 0, unchanged: 0 }],
        },
      });
      const before = await stage.store.adminQuery('SELECT * FROM assistance_unit ORDER BY id');
      const again = await importRows('ASSISTANCE_UNITS', rows);
      expect(again.result.records).toEqual([
        { record: 'ASSISTANCE_UNIT', added: 0, changed: 0, unchanged: 2 },
      ]);
      expect(await stage.store.adminQuery('SELECT * FROM assistance_unit ORDER BY id')).toEqual(before);

      // Known by its code, a unit may get another name; the leader, left empty, stays.
      const renamed = await importRows('ASSISTANCE_UNITS', [
        unitRow({ 统一社会信用代码: '11100000000013127D', 单位名称: '示例县教育和科技局' }),
      ]);
      expect(renamed.result.records[0]).toMatchObject({ added: 0, changed: 1 });
      expect(
        await stage.store.adminQuery(
          'SELECT name, leader, credit_code, version FROM assistance_unit ORDER BY id',
        ),
      ).toEqual([
        { name: '示例县教育和科技局', leader: '示例甲', credit_code: '11100000000013127D', version: 2 },
        { name: '示例县水务局', leader: null, credit_code: null, version: 1 },
      ]);
    },
  );

  it('are refused whole, each fault at its row and column, and the error sheet says so', async () => {
    const job = await importRows('ASSISTANCE_UNITS', [
      unitRow(),
      unitRow({ 联系人: '示例丁' }),
      unitRow({ 单位名称: '示例县一局', 登记辖区代码: '140214000000' }),
      unitRow({ 单位名称: '示例县二局', 登记辖区代码: '140215999000' }),
      unitRow({ 单位名称: '示例县三局', 联系电话: '12', 统一社会信用代码: '911' }),
      unitRow({ 单位名称: '示例县四局', 单位类型: '公司' }),
      unitRow({ 单位名称: '示例县五局', 联系人: '' }),
    ]);
    expect(job).toMatchObject({ state: 'DONE', result: { accepted: false, rows: 7 } });
    expect(placesOf(job)).toEqual([
      '3 单位名称 INVALID_INPUT',
      '4 登记辖区代码 OUT_OF_REGION',
      '5 登记辖区代码 INVALID_INPUT',
      '6 联系电话 INVALID_INPUT',
      '6 统一社会信用代码 INVALID_INPUT',
      '7 单位类型 NOT_A_CHOICE',
      '8 联系人 FIELD_REQUIRED',
    ]);
    expect(await stage.store.adminQuery('SELECT FROM assistance_unit')).toEqual([]);
    const answer = await fetch(stage.local(job.errorSheet.url));
    const reading = await readSheet({ name: 'a.xlsx', content: Buffer.from(await answer.arrayBuffer()) }, [
      ...IMPORT_FORMS.ASSISTANCE_UNITS.columns.map(({ key, title }) => ({ key, title })),
      { key: 'reason', title: '错误原因' },
    ]);
    expect(reading.rows.map(({ values }) => values.reason !== '')).toEqual([
      false,
      ...Array<boolean>(6).fill(true),
    ]);
  });

  it('of one name are told apart by their codes only', async () => {
    const save = (creditCode: string | null) =>
      stage.store.database.write(scopeOf(county), (tx) =>
        stage.store.services.assistanceUnits.save(tx, {
          regionCode: COUNTY,
          name: '示例县教育局',
          type: 'STATE_ORGAN',
          affiliation: 'COUNTY',
          contact: '示例乙',
          phone: '0352-6100000',
          creditCode,
        }),
      );
    await save('11100000000013127D');
    await save(null);
    expect(placesOf(await importRows('ASSISTANCE_UNITS', [unitRow({ 联系人: '示例丁' })]))).toEqual([
      '2 单位名称 STATE_CONFLICT',
    ]);
    const byCode = await importRows('ASSISTANCE_UNITS', [
      unitRow({ 联系人: '示例丁', 统一社会信用代码: '11100000000013127D' }),
    ]);
    expect(byCode.result.records[0]).toMatchObject({ changed: 1 });
    expect(placesOf(await importRows('HELPERS', [helperRow(1)]))).toEqual(['2 帮扶单位 STATE_CONFLICT']);
    const named = await importRows('HELPERS', [helperRow(1, { 帮扶单位: '11100000000013127d' })]);
    expect(named.result.records[0]).toMatchObject({ record: 'HELPER', added: 1 });
  });

  it('are only checked in a trial run', async () => {
    const job = await importRows('ASSISTANCE_UNITS', [unitRow()], { dryRun: true });
    expect(job.result).toMatchObject({ accepted: true, records: [{ added: 1 }] });
    expect(await stage.store.adminQuery('SELECT FROM assistance_unit')).toEqual([]);
  });

  it.each([true, false])(
    'tell while they are at work how many rows are done (trial run: %s)',
    async (dryRun) => {
      const names = ['示例县一局', '示例县二局', '示例县三局'];
      const content = await sheetOf(
        names.map((name) => unitRow({ 单位名称: name })),
        'XLSX',
        IMPORT_FORMS.ASSISTANCE_UNITS.columns,
      );
      const { data } = await stage.order(
        county,
        'importAssistanceUnits',
        await stage.upload(county, content),
        dryRun,
      );
      const phase = dryRun ? 'CHECKING' : 'WRITING';
      expect(await stage.workTelling(county, data!.job.id)).toEqual(
        [0, 0, 1, 2].map((rowsDone) => ({ phase, rowsDone, rowsTotal: 3 })),
      );
      expect(await stage.jobOf(county, data!.job.id)).toMatchObject({ state: 'DONE', rowsDone: 3 });
    },
  );
});

describe('helpers', () => {
  beforeEach(() => importRows('ASSISTANCE_UNITS', [unitRow(), unitRow({ 单位名称: '示例县水务局' })]));

  rule('PA-AH-01', 'an import enters each helper once, with one unit, number and phone', async () => {
    const rows = [
      helperRow(1, { 职务级别: '科员级', 特长: '养殖' }),
      helperRow(2, { 帮扶单位: '示例县水务局' }),
    ];
    const first = await importRows('HELPERS', rows);
    expect(first.result.records[0]).toEqual({ record: 'HELPER', added: 2, changed: 0, unchanged: 0 });
    const again = await importRows('HELPERS', rows);
    expect(again.result.records[0]).toEqual({ record: 'HELPER', added: 0, changed: 0, unchanged: 2 });
    const moved = await importRows('HELPERS', [helperRow(1, { 帮扶单位: '示例县水务局', 职务: '主任' })]);
    expect(moved.result.records[0]).toEqual({ record: 'HELPER', added: 0, changed: 1, unchanged: 0 });
    expect(
      await one(`SELECT u.name, h.position, h.rank, h.speciality, h.version FROM responsible_helper h
        JOIN assistance_unit u ON u.id = h.unit_id ORDER BY h.id LIMIT 1`),
    ).toEqual({ name: '示例县水务局', position: '主任', rank: '06', speciality: '养殖', version: 2 });
    const twice = await importRows('HELPERS', [
      helperRow(3),
      helperRow(3, { 联系电话: '13900000099' }),
      helperRow(4, { 联系电话: '13900000003' }),
      helperRow(5, { 联系电话: '13900000002' }),
    ]);
    expect(placesOf(twice)).toEqual([
      '3 证件号码 DUPLICATE_ID',
      '4 联系电话 DUPLICATE_ID',
      '5 联系电话 DUPLICATE_ID',
    ]);
  });

  it('are refused with what the form refuses, at the column', async () => {
    await stage.store.identify(householdForm(yunzhou1, [memberForm(50)]));
    const job = await importRows('HELPERS', [
      helperRow(1, { 帮扶单位: '没有这个局' }),
      helperRow(2, { 性别: '女' }),
      helperRow(3, { 证件类型: '无证件' }),
      helperRow(50),
      helperRow(5, { 驻村行政村代码: yunzhou1 }),
      helperRow(6, { 是否队长: '是' }),
      helperRow(7, posted({ 驻村开始日期: '去年' })),
    ]);
    expect(placesOf(job)).toEqual([
      '2 帮扶单位 NOT_FOUND',
      '3 性别 INVALID_ID',
      expect.stringMatching(/^4 证件类型 /),
      '5 证件号码 STATE_CONFLICT',
      '6 驻村行政村代码 INVALID_INPUT',
      '7 驻村行政村代码 FIELD_REQUIRED',
      '7 驻村开始日期 FIELD_REQUIRED',
      '7 驻村结束日期 FIELD_REQUIRED',
      '8 驻村开始日期 INVALID_INPUT',
    ]);
    expect(await stage.store.adminQuery('SELECT FROM responsible_helper')).toEqual([]);
  });

  rule(
    ['PA-WT-01', 'PA-WT-02'],
    'an import puts helpers into the one team of their village, led by one of them',
    async () => {
      const rows = [
        helperRow(1, posted({ 是否队长: '是', 是否第一书记: '是', 工作队名称: '驻西坪村工作队' })),
        helperRow(2, posted({ 驻村结束日期: '2017-12-31' })),
      ];
      const first = await importRows('HELPERS', rows);
      expect(first.result.records).toEqual([
        { record: 'HELPER', added: 2, changed: 0, unchanged: 0 },
        { record: 'WORK_TEAM', added: 1, changed: 0, unchanged: 0 },
        { record: 'WORK_TEAM_MEMBER', added: 2, changed: 0, unchanged: 0 },
      ]);
      expect(
        await one(
          'SELECT name, region_code, start_date::text, end_date::text, version FROM village_work_team',
        ),
      ).toEqual({
        name: '驻西坪村工作队',
        region_code: yunzhou1,
        start_date: '2017-01-01',
        end_date: '2018-12-31',
        version: 1,
      });
      const again = await importRows('HELPERS', rows);
      expect(again.result.records.slice(1)).toEqual([
        { record: 'WORK_TEAM', added: 0, changed: 0, unchanged: 1 },
        { record: 'WORK_TEAM_MEMBER', added: 0, changed: 0, unchanged: 2 },
      ]);
      // The leader hands over in the middle of 2018: both rows are saved at once.
      const handedOver = await importRows('HELPERS', [
        helperRow(1, posted({ 是否队长: '是', 是否第一书记: '是', 驻村结束日期: '2018-06-30' })),
        helperRow(3, posted({ 是否队长: '是', 驻村开始日期: '2018-07-01' })),
      ]);
      expect(handedOver.result.records).toEqual([
        { record: 'HELPER', added: 1, changed: 0, unchanged: 1 },
        { record: 'WORK_TEAM', added: 0, changed: 1, unchanged: 0 },
        { record: 'WORK_TEAM_MEMBER', added: 1, changed: 1, unchanged: 0 },
      ]);
      const second = await importRows('HELPERS', [
        helperRow(4, posted({ 是否队长: '是' })),
        helperRow(5, posted({ 驻村行政村代码: yunzhou2, 工作队名称: '无队长' })),
        helperRow(6, posted({ 驻村行政村代码: yungang })),
      ]);
      expect(second.result.accepted).toBe(false);
      expect(placesOf(second)).toEqual([
        '2 是否队长 STATE_CONFLICT',
        '3 null STATE_CONFLICT',
        '4 驻村行政村代码 OUT_OF_REGION',
      ]);
      expect(await one('SELECT count(*)::int AS members FROM work_team_member')).toEqual({ members: 3 });
    },
  );
});

describe('beneficiaries', () => {
  /** A project under way in the county's two villages; returns its number. */
  async function project(type: ProjectType = 'INDUSTRY', implementing = true): Promise<string> {
    const { services, database } = stage.store;
    const write = <T>(work: Parameters<typeof database.write<T>>[1]) =>
      database.write(scopeOf(projectOfficer), work);
    const id = await write((tx) => services.projectLibrary.save(tx, projectForm(type)));
    if (implementing) {
      await write((tx) =>
        services.projectStages.approve(tx, {
          id,
          expectedVersion: 1,
          approvalDocNo: '云扶〔2017〕5号',
          approvedDate: '2017-02-01',
          approvedAmount: '100.5',
        }),
      );
      await write((tx) =>
        services.projectStages.report(tx, {
          id,
          expectedVersion: 2,
          ...reportForm({ progressPct: '5', spent: '0' }),
          results: FORMS[type].results,
        }),
      );
    }
    return (
      await one<{ projectNo: string }>(`SELECT project_no AS "projectNo" FROM project WHERE id = '${id}'`)
    ).projectNo;
  }
  async function household(village: string, serial: number): Promise<string> {
    const id = await stage.store.identify(householdForm(village, [memberForm(serial)]));
    return (await one<{ no: string }>(`SELECT household_no AS no FROM household WHERE id = '${id}'`)).no;
  }
  const row = (projectNo: string, householdNo: string, changes: SheetCells = {}): SheetCells => ({
    项目编号: projectNo,
    户编号: householdNo,
    ...changes,
  });

  rule('PA-PJ-07', 'an import registers beneficiaries with their measures, once', async () => {
    const [goats, training] = [await project(), await project('EDUCATION_TRAINING')];
    const [a, b] = [await household(yunzhou1, 1), await household(yunzhou2, 2)];
    const rows = [
      row(goats, a, { '受益金额（元）': '1500', 受益开始日期: '2017-04-01' }),
      row(goats, b, { 受益内容: '入股分红' }),
      row(training, a, { 受益人证件号码: idNumber(1), '受益金额（元）': '800.5' }),
    ];
    const first = await importRows('BENEFICIARIES', rows);
    expect(first).toMatchObject({
      kind: 'BENEFICIARIES',
      result: { accepted: true, records: [{ record: 'BENEFICIARY', added: 3, changed: 0, unchanged: 0 }] },
    });
    expect(await stage.store.adminQuery('SELECT FROM assistance_measure')).toHaveLength(3);
    const before = await stage.store.adminQuery('SELECT * FROM beneficiary_household ORDER BY id');
    const again = await importRows('BENEFICIARIES', rows);
    expect(again.result.records[0]).toMatchObject({ added: 0, changed: 0, unchanged: 3 });
    expect(await stage.store.adminQuery('SELECT * FROM beneficiary_household ORDER BY id')).toEqual(before);

    const changed = await importRows('BENEFICIARIES', [row(goats, a, { '受益金额（元）': '1800' })]);
    expect(changed.result.records[0]).toMatchObject({ added: 0, changed: 1, unchanged: 0 });
    expect(
      await stage.store.adminQuery(
        `SELECT m.amount, m.date::text FROM assistance_measure m JOIN household h ON h.id = m.household_id
         JOIN project p ON p.id = m.project_id WHERE h.household_no = '${a}' AND p.project_no = '${goats}'`,
      ),
    ).toEqual([{ amount: '1800.00', date: '2017-04-01' }]);
    expect(
      await one(
        `SELECT beneficiary_entries, beneficiary_households FROM project WHERE project_no = '${goats}'`,
      ),
    ).toEqual({ beneficiary_entries: 2, beneficiary_households: 2 });
  });

  rule(
    'PA-PJ-06',
    'an import takes households of the project’s villages in stage IMPLEMENTING only',
    async () => {
      const [goats, idea, training] = [
        await project(),
        await project('INDUSTRY', false),
        await project('EDUCATION_TRAINING'),
      ];
      const [a, elsewhere, next] = [
        await household(yunzhou1, 1),
        await household(VILLAGES.yunzhouOther, 2),
        await household(yungang, 3),
      ];
      const job = await importRows('BENEFICIARIES', [
        row(goats, a),
        row(goats, a, { 受益内容: '重复' }),
        row(goats, elsewhere),
        row(goats, next),
        row('140215000201719999', a),
        row(idea, a),
        row(training, a),
        row(training, a, { 受益人证件号码: idNumber(9) }),
        row(goats, a, { '安置住房面积（平方米）': '50' }),
      ]);
      expect(job.result.accepted).toBe(false);
      expect(placesOf(job)).toEqual([
        '3 户编号 STATE_CONFLICT',
        '4 户编号 STATE_CONFLICT',
        '5 户编号 NOT_FOUND',
        '6 项目编号 NOT_FOUND',
        '7 项目编号 STATE_CONFLICT',
        '8 受益人证件号码 FIELD_REQUIRED',
        '9 受益人证件号码 NOT_FOUND',
        '10 户编号 STATE_CONFLICT',
      ]);
      expect(await stage.store.adminQuery('SELECT FROM beneficiary_household')).toEqual([]);
      expect(await stage.store.adminQuery('SELECT FROM assistance_measure')).toEqual([]);
    },
  );
});

describe('who imports what', () => {
  it('is decided by the role', async () => {
    const codes = async (kind: Kind, principal: typeof county) => {
      const content = await sheetOf([unitRow()], 'XLSX', IMPORT_FORMS.ASSISTANCE_UNITS.columns);
      const fileId = await stage.upload(principal, content);
      const { errors } = await stage.order(principal, MUTATIONS[kind], fileId);
      return errors?.[0]?.extensions?.code ?? 'ordered';
    };
    expect(await codes('BENEFICIARIES', county)).toBe('FORBIDDEN');
    expect(await codes('ASSISTANCE_UNITS', projectOfficer)).toBe('FORBIDDEN');
    expect(await codes('HELPERS', projectOfficer)).toBe('FORBIDDEN');
    expect(await codes('BENEFICIARIES', projectOfficer)).toBe('ordered');
    await stage.work().run();
    const { data } = await stage.ask(projectOfficer, '{ importJobs { nodes { kind result { accepted } } } }');
    expect(data!.importJobs.nodes).toEqual([{ kind: 'BENEFICIARIES', result: { accepted: false } }]);
    expect((await stage.ask(county, '{ importJobs { nodes { kind } } }')).data!.importJobs.nodes).toEqual([]);
  });

  it.each(['ASSISTANCE_UNITS', 'HELPERS', 'BENEFICIARIES'] as ImportKind[])(
    'finds the form of %s with the columns that are read',
    async (kind) => {
      const { data } = await stage.ask(
        county,
        'query ($kind: ImportKind!) { importTemplate(kind: $kind) { url } }',
        { kind },
      );
      const answer = await fetch(stage.local(data!.importTemplate.url));
      const content = Buffer.from(await answer.arrayBuffer());
      expect(await readSheet({ name: 'a.xlsx', content }, IMPORT_FORMS[kind].columns)).toEqual({
        rows: [],
        faults: [],
        unknownColumns: [],
      });
    },
  );
});

import { randomUUID } from 'node:crypto';
import { readSheet } from '@junxian/documents';
import { citizenIdOf, type Principal, scopeOf } from '@junxian/identity';
import { receiveRegionChange } from '@junxian/region-changes';
import { rule, testKeys } from '@junxian/test-kit';
import { assistanceStage } from '../assistance/assistance.fixture';
import { copyYear } from '../households/years.fixture';
import { scopes } from '../service-scopes';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { officer, operatorOf, type TestStore, VILLAGES } from '../testing/store.support.test';
import { keepNaturalVillage } from '../testing/villages.support.test';
import { HOUSEHOLD_SHEET } from './household-sheet.rules';
import { type ImportStage, JOB, openImportStage } from './import-stage.fixture';
import { headRowCells, memberRow, type SheetCells, sheetOf } from './imports.fixture';
import { removeOldImports } from './upkeep.service';

const { yunzhou1, yunzhou2, yungang } = VILLAGES;

let stage: ImportStage;
let store: TestStore;
const county = operatorOf(yunzhou1);

beforeAll(async () => {
  stage = await openImportStage();
  store = stage.store;
});
afterAll(() => stage.close());
beforeEach(() => store.clear());

const ask: ImportStage['ask'] = (...asked) => stage.ask(...asked);
const local = (url: string) => stage.local(url);
const upload = (content: Buffer, fileName = '名单.xlsx', principal = county) =>
  stage.upload(principal, content, fileName);

const order = (fileId: string, { principal = county, year = 2017, dryRun = false } = {}) =>
  ask(principal, `mutation ($input: HouseholdImportInput!) { importHouseholds(input: $input) { ${JOB} } }`, {
    input: { fileId, year, dryRun },
  });

const work = () => stage.work();

/** Uploads, orders and does an import; returns how it ended. */
async function importRows(
  rows: readonly SheetCells[],
  options: { principal?: Principal; year?: number; dryRun?: boolean; format?: 'XLSX' | 'CSV' } = {},
) {
  const format = options.format ?? 'XLSX';
  const fileId = await upload(await sheetOf(rows, format), `名单.${format.toLowerCase()}`, options.principal);
  const { data, errors } = await order(fileId, options);
  if (errors) throw new Error(JSON.stringify(errors));
  await work().run();
  return stage.jobOf(options.principal ?? county, data!.importHouseholds.id);
}

const counts = async () => {
  const [row] = await store.adminQuery<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM household) AS households, (SELECT count(*)::int FROM member_year_record) AS members,
       (SELECT count(*)::int FROM outbox) AS events, (SELECT count(*)::int FROM import_row) AS staged`,
  );
  return row!;
};
const family = (village: string, label: string, serial: number): SheetCells[] => [
  headRowCells(village, label, serial),
  memberRow(village, label, serial + 1),
];

describe('a sheet in order', () => {
  it.each(['XLSX', 'CSV'] as const)('registers its households with their members (%s)', async (format) => {
    const job = await importRows(
      [...family(yunzhou1, '新1', 1), ...family(yunzhou1, '新2', 11), ...family(yunzhou2, '新3', 21)],
      { format },
    );
    expect(job).toMatchObject({
      state: 'DONE',
      result: { accepted: true, rows: 6, newHouseholds: 3, newMembers: 6, faults: 0 },
      errorSheet: null,
    });
    expect(await counts()).toEqual({ households: 3, members: 6, events: 3, staged: 0 });
    const { data } = await ask(
      county,
      `{ households(year: 2017) { nodes { householdNo identifiedYear region { code } record(year: 2017) {
        basic { povertyStatus memberCount mainCause } incomeAndHealth { netIncome perCapitaNetIncome }
        members { personNo name relationToHead idNumber(reveal: true) citizen { id } } } } } }`,
    );
    expect(data!.households.nodes.map(({ householdNo }: { householdNo: string }) => householdNo)).toEqual([
      `${yunzhou1}00001`,
      `${yunzhou1}00002`,
      `${yunzhou2}00001`,
    ]);
    expect(data!.households.nodes[0]).toMatchObject({
      identifiedYear: 2017,
      region: { code: yunzhou1 },
      record: {
        basic: { povertyStatus: 'UNEXITED', memberCount: 2, mainCause: 'ILLNESS' },
        incomeAndHealth: { netIncome: '6000.00', perCapitaNetIncome: '3000.00' },
        members: [
          {
            personNo: `${yunzhou1}0000101`,
            relationToHead: 'HEAD',
            idNumber: idNumber(1),
            citizen: { id: expect.any(String) },
          },
          { personNo: `${yunzhou1}0000102`, relationToHead: 'SON', idNumber: idNumber(2) },
        ],
      },
    });
  });

  it('puts everybody into the household they stand with, and announces each household with its head, wherever the head stands', async () => {
    await importRows([
      memberRow(yunzhou2, '新1', 1),
      headRowCells(yunzhou2, '新1', 2),
      ...family(yunzhou1, '新2', 11),
      ...family(yunzhou2, '新3', 21),
      memberRow(yunzhou2, '新3', 23),
    ]);
    const persons = await store.adminQuery<{ head: boolean; no: string; citizen: string }>(
      `SELECT m.person_no AS no, m.citizen_id AS citizen, m.relation_to_head = '01' AS head FROM member_year_record m
       JOIN household h ON h.id = m.household_id AND starts_with(m.person_no, h.household_no) AND h.region_code = m.region_code
       JOIN household_year_record r ON r.household_id = h.id AND r.household_no = h.household_no AND r.region_code = h.region_code
       JOIN member p ON p.id = m.member_id AND p.person_no = m.person_no AND p.region_code = m.region_code
       ORDER BY m.person_no`,
    );
    const citizen = (serial: number) => citizenIdOf(idNumber(serial), testKeys.citizenIdKey);
    expect(persons.map(({ no, citizen }) => [no.slice(12), citizen])).toEqual([
      ['0000101', citizen(11)],
      ['0000102', citizen(12)],
      ['0000101', citizen(1)],
      ['0000102', citizen(2)],
      ['0000201', citizen(21)],
      ['0000202', citizen(22)],
      ['0000203', citizen(23)],
    ]);
    const announced = await store.adminQuery(
      `SELECT e.data ->> 'headCitizenId' AS head, (e.data ->> 'members')::int AS members, h.last_person_serial AS last,
         h.household_no AS no
       FROM outbox, jsonb_extract_path(envelope::jsonb, 'data') AS e (data) JOIN household h ON h.id::text = e.data ->> 'householdId'
       ORDER BY h.household_no`,
    );
    expect(announced).toEqual([
      { head: citizen(11), members: 2, last: 2, no: `${yunzhou1}00001` },
      { head: citizen(2), members: 2, last: 2, no: `${yunzhou2}00001` },
      { head: citizen(21), members: 3, last: 3, no: `${yunzhou2}00002` },
    ]);
  });

  it('stands beside an identification by hand as if both had been: numbers go on', async () => {
    await importRows(family(yunzhou1, '新1', 1));
    await store.identify(householdForm(yunzhou1, [memberForm(50)]));
    await importRows(family(yunzhou1, '新1', 61));
    expect(await store.adminQuery('SELECT household_no FROM household ORDER BY 1')).toEqual(
      [1, 2, 3].map((serial) => ({ household_no: `${yunzhou1}0000${serial}` })),
    );
  });

  it('changes nothing when it is imported again', async () => {
    const rows = [...family(yunzhou1, '新1', 1), ...family(yunzhou2, '新2', 11)];
    await importRows(rows);
    const before = await store.adminQuery('SELECT * FROM member_year_record ORDER BY member_id');
    const again = await importRows(rows);
    expect(again.result).toMatchObject({
      accepted: true,
      newHouseholds: 0,
      newMembers: 0,
      changedHouseholds: 0,
      changedMembers: 0,
      unchangedHouseholds: 2,
    });
    expect(await store.adminQuery('SELECT * FROM member_year_record ORDER BY member_id')).toEqual(before);
    expect(await counts()).toMatchObject({ households: 2, events: 2 });
  });

  it('changes what it says otherwise of households on file, by their number, and restates their incomes', async () => {
    await importRows(family(yunzhou1, '新1', 1));
    const label = `${yunzhou1}00001`;
    const job = await importRows([
      headRowCells(yunzhou1, label, 1, { '工资性收入（元）': '8000', 联系电话: '13800000000' }),
      memberRow(yunzhou1, label, 2, { '务工时间（月）': '6' }),
    ]);
    expect(job.result).toMatchObject({
      accepted: true,
      changedHouseholds: 1,
      changedMembers: 2,
      newHouseholds: 0,
    });
    expect(
      await store.adminQuery('SELECT wage_income, per_capita_net_income, version FROM household_year_record'),
    ).toEqual([{ wage_income: '8000.00', per_capita_net_income: '4000.00', version: 2 }]);
    const { data } = await ask(
      county,
      '{ households(year: 2017) { nodes { record(year: 2017) { members { workMonths phone(reveal: true) } } } } }',
    );
    expect(data!.households.nodes[0].record.members).toEqual([
      { workMonths: null, phone: '13800000000' },
      { workMonths: 6, phone: null },
    ]);
    expect(
      await store.adminQuery(
        `SELECT count(*)::int AS events FROM outbox WHERE envelope::text LIKE '%record-changed%'`,
      ),
    ).toEqual([{ events: 1 }]);
  });

  it('is only checked in a trial run', async () => {
    const job = await importRows(family(yunzhou1, '新1', 1), { dryRun: true });
    expect(job.result).toMatchObject({ accepted: true, newHouseholds: 1, newMembers: 2 });
    expect(await counts()).toEqual({ households: 0, members: 0, events: 0, staged: 0 });
  });

  it.each([true, false])(
    'tells while it is at work how many rows are checked (trial run: %s)',
    async (dryRun) => {
      const rows = [...family(yunzhou1, '新1', 1), ...family(yunzhou2, '新2', 11)];
      const { data } = await order(await upload(await sheetOf(rows)), { dryRun });
      const told = await stage.workTelling(county, data!.importHouseholds.id);
      const checked = [
        { phase: 'CHECKING', rowsDone: 0, rowsTotal: null },
        { phase: 'CHECKING', rowsDone: 4, rowsTotal: null },
        { phase: 'CHECKING', rowsDone: 4, rowsTotal: 4 },
      ];
      const written = [0, 4].map((rowsDone) => ({ phase: 'WRITING', rowsDone, rowsTotal: 4 }));
      expect(told).toEqual(dryRun ? checked : [...checked, ...written]);
      expect(await stage.jobOf(county, data!.importHouseholds.id)).toMatchObject({
        state: 'DONE',
        rowsDone: 4,
      });
    },
  );

  it('tells while it writes how many rows are written, though nobody sees any of them before all are', async () => {
    await importRows(family(yunzhou1, '新1', 1));
    const heads = Array.from({ length: 2_001 }, (_, place) =>
      headRowCells(yunzhou1, `新${place}`, 10 + place),
    );
    const rows = [...family(yunzhou1, '新户', 1), ...heads];
    const { data } = await order(await upload(await sheetOf(rows, 'CSV'), '名单.csv'));
    const { id } = data!.importHouseholds;
    const told = await stage.workTelling(county, id, async () => {
      const { households, events } = await counts();
      return { households, events };
    });
    // The family is on file already: nothing of it is to be written.
    expect(told.filter((one) => (one as { phase: string }).phase === 'WRITING')).toEqual(
      [2, 1_000, 2_000, 2_003].map((rowsDone) => ({
        phase: 'WRITING',
        rowsDone,
        rowsTotal: 2_003,
        households: 1,
        events: 1,
      })),
    );
    expect(await counts()).toEqual({ households: 2_002, members: 2_003, events: 2_002, staged: 0 });
    const [last] = await store.adminQuery('SELECT max(household_no) AS no FROM household');
    expect(last).toEqual({ no: `${yunzhou1}02002` });
  });

  rule(
    'PA-YR-01',
    'an import into one survey year leaves the rows of every other year untouched',
    async () => {
      const sheet = (label: string, address: string) => [
        headRowCells(yunzhou1, label, 1, { 家庭住址: address }),
        memberRow(yunzhou1, label, 2, { 联系电话: '13800000001' }),
      ];
      await importRows(family(yunzhou1, '新1', 1));
      const [{ id, no }] = (await store.adminQuery(`SELECT id, household_no AS no FROM household`)) as [
        { id: string; no: string },
      ];
      await copyYear(store, [id], 2017, [2014, 2015, 2016]);
      for (const year of [2015, 2017, 2016]) {
        const before = await rowsOutside(year);
        expect(Object.values(before).flat().length).toBeGreaterThanOrEqual(9);
        const changed = await importRows(sheet(no, `${year}号`), { year });
        expect(changed.result).toMatchObject({ accepted: true, changedHouseholds: 1, changedMembers: 1 });
        const added = await importRows(family(yunzhou2, '新2', 10 * year), { year });
        expect(added.result).toMatchObject({ accepted: true, newHouseholds: 1 });
        expect(await rowsOutside(year)).toEqual(before);
      }
    },
  );
});

/** Every row of another year, byte for byte, with where it lies and which transaction wrote it. */
async function rowsOutside(year: number): Promise<Record<string, unknown[]>> {
  const tables = await store.adminQuery<{ name: string }>(
    `SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND c.column_name = 'year' AND t.table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const rows: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    rows[name] = await store.adminQuery(
      `SELECT t.ctid::text, t.xmin::text, t::text AS row FROM ${name} t WHERE t.year <> $1 ORDER BY t.ctid`,
      [year],
    );
  }
  return rows;
}

describe('a sheet with faults', () => {
  it('is refused whole, each fault with its row, column and reason; the corrected error sheet goes through', async () => {
    const rows = [
      ...family(yunzhou1, '新1', 1),
      headRowCells(yunzhou1, '新2', 11, {
        证件号码: idNumber(11).replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      }),
      headRowCells(yunzhou1, '新3', 12, { 民族: '外星人' }),
      headRowCells(yunzhou1, '新4', 13, { 贫困户属性: '', '工资性收入（元）': '三千' }),
      memberRow(yunzhou1, '新5', 14),
    ];
    const job = await importRows(rows);
    expect(job).toMatchObject({ state: 'DONE', result: { accepted: false, newHouseholds: 1 } });
    expect(job.faults.nodes).toEqual([
      expect.objectContaining({ rowNumber: 4, column: '证件号码', code: 'INVALID_ID' }),
      expect.objectContaining({ rowNumber: 5, column: '民族', code: 'NOT_A_CHOICE' }),
      expect.objectContaining({ rowNumber: 6, column: '工资性收入（元）', code: 'INVALID_INPUT' }),
      expect.objectContaining({ rowNumber: 7, column: null, code: 'HEAD_REQUIRED' }),
    ]);
    expect(await counts()).toEqual({ households: 0, members: 0, events: 0, staged: 0 });

    const answer = await fetch(local(job.errorSheet.url));
    expect(answer.headers.get('content-disposition')).toContain(encodeURIComponent('名单-错误.xlsx'));
    const content = Buffer.from(await answer.arrayBuffer());
    const reading = await readSheet({ name: 'a.xlsx', content }, [
      ...HOUSEHOLD_SHEET,
      { key: 'reason', title: '错误原因' },
    ]);
    const reasons = new Map(
      reading.rows.map(({ rowNumber, values }) => [rowNumber, (values as Record<string, string>).reason]),
    );
    expect(reasons.get(2)).toBe('');
    expect(reasons.get(4)).toContain('“证件号码”');
    expect(reasons.get(6)).toContain('“工资性收入（元）”：应为数字');
  });

  it('tells persons who stand twice in the sheet, and persons registered elsewhere, without saying where', async () => {
    await store.identify(householdForm(yungang, [memberForm(77)]));
    const twice = await importRows([headRowCells(yunzhou1, '新1', 1), headRowCells(yunzhou1, '新2', 1)]);
    expect(twice.faults.nodes).toEqual([
      expect.objectContaining({
        rowNumber: 3,
        column: '证件号码',
        code: 'DUPLICATE_ID',
        message: expect.stringContaining('第 2 行'),
      }),
    ]);
    const elsewhere = await importRows([headRowCells(yunzhou1, '新1', 77)]);
    expect(elsewhere.faults.nodes).toEqual([
      expect.objectContaining({ rowNumber: 2, column: '证件号码', code: 'DUPLICATE_ID' }),
    ]);
    expect(JSON.stringify(elsewhere)).not.toContain(yungang.slice(0, 6));
  });

  rule(['PA-AH-02', 'PA-NV-03'], 'tells helpers, and natural villages that are not kept here', async () => {
    const assistance = assistanceStage(store);
    await assistance.helper(await assistance.unit(), { idNumber: idNumber(78) });
    const village = `${yunzhou1}03`;
    const rows = (label: string) => [
      headRowCells(yunzhou1, label, 31, { 自然村代码: village }),
      memberRow(yunzhou1, label, 78),
    ];
    const refused = await importRows(rows('新1'));
    expect(refused.faults.nodes).toEqual([
      expect.objectContaining({ rowNumber: 2, column: '自然村代码', code: 'INVALID_INPUT' }),
      expect.objectContaining({ rowNumber: 3, column: '证件号码', code: 'STATE_CONFLICT' }),
    ]);
    await keepNaturalVillage(store, village);
    await store.adminQuery('UPDATE responsible_helper SET deleted_at = now()');
    expect(await importRows(rows('新1'))).toMatchObject({ result: { accepted: true, newHouseholds: 1 } });
    // What a household names already it keeps.
    await store.adminQuery('DELETE FROM natural_village');
    const [{ no }] = (await store.adminQuery('SELECT household_no AS no FROM household')) as [{ no: string }];
    const again = [headRowCells(yunzhou1, no, 31, { 自然村代码: village, 家庭住址: '一号' })];
    expect(await importRows(again)).toMatchObject({ result: { accepted: true, changedHouseholds: 1 } });
  });

  rule('PA-YR-04', 'an import changes no locked field of households and members on file', async () => {
    await importRows(family(yunzhou1, '新1', 1));
    const label = `${yunzhou1}00001`;
    const job = await importRows([
      headRowCells(yunzhou1, label, 1, { 姓名: '演示丙', 贫困户属性: '低保贫困户', 识别标准: '省定标准' }),
      memberRow(yunzhou1, label, 2, { 与户主关系: '配偶' }),
    ]);
    expect(
      job.faults.nodes.map(({ rowNumber, column, code }: Record<string, unknown>) => [
        rowNumber,
        column,
        code,
      ]),
    ).toEqual([
      [2, '贫困户属性', 'FIELD_LOCKED'],
      [2, '识别标准', 'FIELD_LOCKED'],
      [2, '姓名', 'FIELD_LOCKED'],
      [3, '与户主关系', 'FIELD_LOCKED'],
    ]);
  });

  rule(
    ['PA-YR-05', 'PA-KT-01'],
    'an import marks nobody on file as a key target: that is done, told and taken back in dynamic management',
    async () => {
      await importRows(family(yunzhou1, '新1', 1));
      const job = await importRows([
        headRowCells(yunzhou1, `${yunzhou1}00001`, 1, { 是否重点帮扶对象: '是' }),
      ]);
      expect(job.faults.nodes).toEqual([
        expect.objectContaining({
          rowNumber: 2,
          column: '是否重点帮扶对象',
          code: 'FIELD_LOCKED',
          message: expect.stringContaining('动态管理“重点帮扶对象”'),
        }),
      ]);
      expect(await store.adminQuery('SELECT is_key_target AS marked FROM household_year_record')).toEqual([
        { marked: false },
      ]);
    },
  );

  it('adds nobody to a household on file, knows no foreign number, and wants a household together', async () => {
    await importRows(family(yunzhou1, '新1', 1));
    const label = `${yunzhou1}00001`;
    const job = await importRows([
      headRowCells(yunzhou1, label, 1),
      memberRow(yunzhou1, label, 9),
      headRowCells(yunzhou1, `${yungang}00001`, 20),
      headRowCells(yunzhou1, '新7', 30),
      headRowCells(yunzhou1, '新8', 31),
      memberRow(yunzhou1, '新7', 32),
    ]);
    expect(
      job.faults.nodes
        .map(({ rowNumber, column, code }: Record<string, unknown>) => [rowNumber, column, code])
        .sort(),
    ).toEqual([
      [3, '证件号码', 'STATE_CONFLICT'],
      [4, '户编号', 'NOT_FOUND'],
      [7, '户编号', 'INVALID_INPUT'],
    ]);
  });

  it('of no table at all is refused with the reason', async () => {
    const fileId = await upload(Buffer.from('只有一行字'), '名单.csv');
    await order(fileId);
    await work().run();
    const { data } = await ask(county, `{ importJobs { nodes { ${JOB} } } }`);
    expect(data!.importJobs.nodes[0].faults.nodes).toEqual([
      expect.objectContaining({ rowNumber: null, column: null, code: 'MISSING_HEADER' }),
    ]);
  });
});

describe('who imports', () => {
  rule('PA-QS-01', 'rows outside the region of whoever ordered the import are refused', async () => {
    const job = await importRows([...family(yunzhou1, '新1', 1), ...family(yungang, '新2', 11)]);
    expect(job.result).toMatchObject({ accepted: false });
    expect(job.faults.nodes).toEqual([
      expect.objectContaining({ rowNumber: 4, column: '行政村代码', code: 'OUT_OF_REGION' }),
    ]);
  });

  it('needs the role, sees only the own imports, and attaches only the own files', async () => {
    const viewer = officer('140215000000', 'COUNTY', 'VIEWER');
    const refused = await ask(viewer, '{ importJobs { nodes { id } } }');
    expect(refused.errors![0]!.extensions?.code).toBe('FORBIDDEN');
    const fileId = await upload(await sheetOf(family(yunzhou1, '新1', 1)));
    const neighbour = operatorOf(yunzhou1);
    expect((await order(fileId, { principal: neighbour })).errors![0]!.extensions?.code).toBe(
      'FILE_NOT_FOUND',
    );
    const { data } = await order(fileId);
    const id = data!.importHouseholds.id;
    const foreign = await ask(
      neighbour,
      `query ($id: ID!) { importJob(id: $id) { id } importJobs { nodes { id } } }`,
      { id },
    );
    expect(foreign.data).toEqual({ importJob: null, importJobs: { nodes: [] } });
    const rows = await store.database.read(scopeOf(neighbour), (tx) => tx.query('SELECT * FROM import_file'));
    expect(rows).toEqual([]);
  });

  rule('PA-YR-03', 'no sheet is imported into a closed year', async () => {
    await store.adminQuery('UPDATE survey_year SET editable = false WHERE year = 2015');
    const fileId = await upload(await sheetOf(family(yunzhou1, '新1', 1)));
    const { errors } = await order(fileId, { year: 2015 });
    expect(errors![0]!.extensions?.code).toBe('YEAR_CLOSED');
    await store.adminQuery('UPDATE survey_year SET editable = true WHERE year = 2015');
  });
});

describe('an import that is disturbed', () => {
  it('is cancelled without a trace', async () => {
    const fileId = await upload(await sheetOf(family(yunzhou1, '新1', 1)));
    const { data } = await order(fileId);
    const cancelled = await ask(county, 'mutation ($id: ID!) { cancelImport(id: $id) { state } }', {
      id: data!.importHouseholds.id,
    });
    expect(cancelled.data!.cancelImport.state).toBe('CANCELLED');
    expect(await work().run()).toBe(0);
    expect(await counts()).toMatchObject({ households: 0, staged: 0 });
  });

  it('is cancelled while it is checked, and nothing of what it staged stays', async () => {
    const fileId = await upload(await sheetOf(family(yunzhou1, '新1', 1)));
    const { id } = (await order(fileId)).data!.importHouseholds;
    let staged = 0;
    await stage.workTelling(county, id, async () => {
      staged = (await counts()).staged!;
      if (staged > 0) await ask(county, 'mutation ($id: ID!) { cancelImport(id: $id) { state } }', { id });
      return {};
    });
    expect(staged).toBe(3);
    expect(await stage.jobOf(county, id)).toMatchObject({ state: 'CANCELLED' });
    expect(await counts()).toEqual({ households: 0, members: 0, events: 0, staged: 0 });
  });

  rule(
    'PA-YR-03',
    'an import whose year is closed while it is checked is refused, and nothing of it stays',
    async () => {
      const fileId = await upload(await sheetOf(family(yunzhou1, '新1', 1)));
      const { id } = (await order(fileId, { year: 2016 })).data!.importHouseholds;
      let staged = 0;
      await stage.workTelling(county, id, async () => {
        staged = (await counts()).staged!;
        if (staged > 0) await store.adminQuery('UPDATE survey_year SET editable = false WHERE year = 2016');
        return {};
      });
      await store.adminQuery('UPDATE survey_year SET editable = true WHERE year = 2016');
      expect(staged).toBe(3);
      expect(await stage.jobOf(county, id)).toMatchObject({
        state: 'REFUSED',
        refusal: { code: 'YEAR_CLOSED' },
      });
      expect(await counts()).toEqual({ households: 0, members: 0, events: 0, staged: 0 });
    },
  );

  rule(
    'PA-NI-03',
    'two imports of one sheet at once register its households once; the other finds them',
    async () => {
      const sheet = await sheetOf([...family(yunzhou1, '新1', 1), ...family(yunzhou2, '新2', 11)]);
      const ids: string[] = [];
      for (const fileId of [await upload(sheet), await upload(sheet)])
        ids.push((await order(fileId)).data!.importHouseholds.id);
      await Promise.all([work().run(), work().run()]);
      const results = await Promise.all(ids.map((id) => stage.jobOf(county, id)));
      expect(results.map(({ result }) => result)).toEqual([
        expect.objectContaining({ accepted: true }),
        expect.objectContaining({ accepted: true }),
      ]);
      const told = results.map(({ result }) => [result.newHouseholds, result.unchangedHouseholds].join());
      expect(told.sort()).toEqual(['0,2', '2,0']);
      expect(await counts()).toEqual({ households: 2, members: 4, events: 2, staged: 0 });
    },
  );

  it('goes on in another process when the first is killed after it staged rows', async () => {
    const fileId = await upload(await sheetOf(family(yunzhou1, '新1', 1)));
    const { data } = await order(fileId);
    const { id } = data!.importHouseholds;
    await store.adminQuery(
      `UPDATE job SET state = 'RUNNING', claim = uuidv7(), claimed_until = '2017-11-20T08:59:00+08:00', attempts = 1 WHERE id = '${id}'`,
    );
    await store.adminQuery(
      `INSERT INTO import_row (job_id, row_number, part, owner_account, group_no, contents) VALUES ('${id}', 2, 'MEMBER', '${county.accountId}', 1, '{}')`,
    );
    expect(await work().run()).toBe(1);
    expect(await counts()).toEqual({ households: 1, members: 2, events: 1, staged: 0 });
  });

  it('and an identification by hand of the same person: exactly one of them wins', async () => {
    const fileId = await upload(await sheetOf(family(yunzhou1, '新1', 1)));
    const { data } = await order(fileId);
    const [, byHand] = await Promise.allSettled([
      work().run(),
      store.identify(householdForm(yunzhou2, [memberForm(1)])),
    ]);
    const found = await ask(county, `query ($id: ID!) { importJob(id: $id) { ${JOB} } }`, {
      id: data!.importHouseholds.id,
    });
    expect(Number(found.data!.importJob.result.accepted) + Number(byHand.status === 'fulfilled')).toBe(1);
    const [active] = await store.adminQuery<{ persons: number }>(
      `SELECT count(DISTINCT id_number_index)::int AS persons FROM member_year_record HAVING count(*) = count(DISTINCT id_number_index)`,
    );
    expect(active!.persons).toBe(byHand.status === 'fulfilled' ? 1 : 2);
  });

  it('is gone after a month, its sheet with it', async () => {
    await importRows(family(yunzhou1, '新1', 1));
    expect(await removeOldImports(store.database, new Date('2017-12-10T09:00:00+08:00'))).toBe(0);
    expect(await removeOldImports(store.database, new Date('2017-12-21T09:00:00+08:00'))).toBe(1);
    expect(await store.adminQuery('SELECT state FROM stored_file')).toEqual([{ state: 'REMOVING' }]);
    expect(await counts()).toMatchObject({ households: 1 });
  });
});

it('begins anew with the codes of now when a village is re-coded while its sheet is checked', async () => {
  const own = await openImportStage();
  try {
    const rows = [...family(yunzhou1, '新1', 1), ...family(yunzhou2, '新2', 11)];
    const fileId = await own.upload(county, await sheetOf(rows));
    const { data } = await own.ask(
      county,
      `mutation ($input: HouseholdImportInput!) { importHouseholds(input: $input) { id } }`,
      { input: { fileId, year: 2017, dryRun: false } },
    );
    const { id } = data!.importHouseholds;
    let recoded = false;
    await own.workTelling(county, id, async () => {
      const [{ staged }] = (await own.store.adminQuery('SELECT count(*)::int AS staged FROM import_row')) as [
        { staged: number },
      ];
      if (recoded || staged === 0) return {};
      recoded = true;
      const moves = [{ from: yunzhou2, to: '140215100999', level: 'VILLAGE' as const }];
      const change = { changeId: randomUUID(), kind: 'RECODE' as const, effectiveDate: '2017-11-20', moves };
      await own.store.database.write(scopes.followRegionChanges(), (tx) =>
        receiveRegionChange(tx, {
          data: { ...change, from: [yunzhou2], to: ['140215100999'] },
          time: '2017-11-20T09:00:00+08:00',
        }),
      );
      return {};
    });
    expect(recoded).toBe(true);
    const job = await own.jobOf(county, id);
    expect(job).toMatchObject({ state: 'DONE', result: { accepted: false } });
    expect(job.faults.nodes).toEqual([
      expect.objectContaining({ rowNumber: 4, column: '行政村代码', code: 'INVALID_REGION_CODE' }),
    ]);
    expect(await own.store.adminQuery('SELECT FROM household')).toEqual([]);
    expect(await own.store.adminQuery('SELECT FROM import_row')).toEqual([]);
  } finally {
    await own.close();
  }
});

it('gives out the form, whose columns are those that are read', async () => {
  const { data } = await ask(county, '{ importTemplate(kind: HOUSEHOLDS) { url } }');
  const answer = await fetch(local(data!.importTemplate.url));
  const content = Buffer.from(await answer.arrayBuffer());
  const reading = await readSheet({ name: 'a.xlsx', content }, HOUSEHOLD_SHEET);
  expect(reading).toEqual({ rows: [], faults: [], unknownColumns: [] });
  expect((await fetch(local(data!.importTemplate.url.slice(0, -2)))).status).toBe(404);
});

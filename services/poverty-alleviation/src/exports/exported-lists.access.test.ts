import { type Principal, scopeOf } from '@junxian/identity';
import { rule, testKeys } from '@junxian/test-kit';
import { PairingLists } from '../assistance/pairing-lists.service';
import { as } from '../funds/funds.fixture';
import { HouseholdListService } from '../households/household-list.service';
import { PersonalData } from '../personal-data';
import { projectForm } from '../projects/projects.fixture';
import { figures, identified, recounted } from '../statistics/statistics.fixture';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { keepNaturalVillage, oldPoorVillage } from '../testing/villages.support.test';
import type { ExportedPage, ExportFilter } from './export-list.types';
import { householdLists } from './household-lists';

const YUNZHOU = '140215000000';
const BASE = 'https://junxian.example/files/poverty-alleviation';
const operator = officer(YUNZHOU, 'COUNTY', 'OPERATOR', 'MANAGER', 'PROJECT');

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
const { ask, origin } = graphOver(() => store);
afterAll(() => store?.close());
beforeEach(() => store.clear());

const EXPORT = `mutation ($list: ExportList!, $filter: ExportFilter!) { exportQuery(list: $list, filter: $filter, format: CSV) { url } }`;

/** The rows of an exported list, by the titles of their columns. */
async function exported(
  list: string,
  filter: object = {},
  by: Principal = operator,
): Promise<Record<string, string>[]> {
  const { data, errors } = await ask(by, EXPORT, { list, filter });
  expect(errors).toBeUndefined();
  const url: string = data!.exportQuery.url;
  const text = await (await fetch(url.replace(BASE, `${origin()}/files`))).text();
  const [titles, ...rows] = text
    .trim()
    .split('\r\n')
    .slice(2)
    .map((line) => line.split(','));
  return rows.map((row) => Object.fromEntries(row.map((cell, place) => [titles![place], cell])));
}

rule(
  ['PA-QY-04', 'PA-KT-01'],
  'changes are exported in words: what changed by its name, codes and reasons by their labels',
  async () => {
    const id = await identified(store, VILLAGES.yunzhou1, 2);
    await store.database.write(scopeOf(operator), (tx) =>
      store.services.statusChanges.setKeyTargets(tx, { householdIds: [id], isKeyTarget: true }),
    );
    await store.adminQuery(
      `INSERT INTO population_change (change_id, household_id, operation_id, year, region_code, kind, direction, member_id, from_household_id, reason,
         change_date, per_capita_before, per_capita_after, operator, at)
       SELECT uuidv7(), h.id, uuidv7(), 2017, h.region_code, 'REDUCE', 'OUT', m.member_id, h.id, '01', '2017-11-20', 4000, 8000, 'clerk', '2017-11-20T10:00:00+08:00'
       FROM household h JOIN member_year_record m ON m.household_id = h.id WHERE h.id = $1 LIMIT 1`,
      [id],
    );
    await store.adminQuery(
      `INSERT INTO back_office_operation (region_code, function, target_id, household_id, year, before, after, reason, operator, at)
       SELECT region_code, '8.4', id, id, 2017, '{"householdAttribute": "GENERAL_POOR"}', '{"householdAttribute": "ALLOWANCE_POOR"}', '核查更正', 'admin', '2017-11-20T11:00:00+08:00'
       FROM household WHERE id = $1`,
      [id],
    );
    const rows = await exported('HOUSEHOLD_CHANGES');
    expect(rows.map((row) => [row.时间, row.操作, row.变更前, row.变更后, row.原因])).toEqual([
      [
        '2017-11-20 11:00:00',
        '调整贫困户属性',
        '贫困户属性：一般贫困户',
        '贫困户属性：低保贫困户',
        '核查更正',
      ],
      ['2017-11-20 10:00:00', '成员减少', '人均纯收入（元）：4000', '人均纯收入（元）：8000', '死亡'],
      expect.arrayContaining(['标记或取消重点帮扶对象', '重点帮扶对象：否', '重点帮扶对象：是']),
      expect.arrayContaining(['识别', '', '脱贫状态：未脱贫']),
    ]);
  },
);

rule(
  'PA-QY-10',
  'the groups of duplicate numbers are counted through all pages of an export, and by class',
  async () => {
    const [first, second, third] = [
      await identified(store, VILLAGES.yunzhou1, 3),
      await identified(store, VILLAGES.yunzhou1, 3),
      await identified(store, VILLAGES.yunzhouOther, 3),
    ];
    // The persons of the second household carry the numbers of the first, one of the third one of its own household.
    const sameNumber = (household: string, place: number, other: string, otherPlace: number) =>
      store.adminQuery(
        `UPDATE member_year_record r SET repeats_number = true, id_number_index = o.id_number_index, id_number_sealed = o.id_number_sealed
       FROM member_year_record o
       WHERE r.household_id = $1 AND right(r.person_no, 1) = $2 AND o.household_id = $3 AND right(o.person_no, 1) = $4`,
        [household, String(place), other, String(otherPlace)],
      );
    await sameNumber(second, 1, first, 1);
    await sameNumber(second, 2, first, 2);
    await sameNumber(third, 3, third, 2);
    const personal = new PersonalData({ ...testKeys, cipher: testKeys.fieldCipher });
    const { DUPLICATES } = householdLists(
      personal,
      new HouseholdListService(personal),
      new PairingLists(personal, store.clock),
    );
    const groups = async (pageSize: number, filter: ExportFilter = {}) => {
      const rows: unknown[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const question = {
          filter: { year: 2017, ...filter },
          principal: operator,
          reveal: false,
          first: pageSize,
          after,
        };
        const page: ExportedPage = await store.database.read(scopeOf(operator), (tx) =>
          DUPLICATES.page(tx, question),
        );
        rows.push(...page.rows.map(({ group }) => group));
        after = page.next;
        more = after !== null;
      }
      return rows;
    };
    expect(await groups(100)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(await groups(1)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(await groups(2)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(await groups(100, { duplicateClass: 'SAME_HOUSEHOLD' })).toEqual([1, 1]);
    const rows = await exported('DUPLICATES', { year: 2017, duplicateClass: 'SAME_HOUSEHOLD' });
    expect(rows.map((row) => row.重复类型)).toEqual(['同户重复', '同户重复']);
  },
);

rule(['PA-QY-05', 'PA-QY-06'], 'projects and money are exported as their queries are narrowed', async () => {
  const inLibrary = (type: 'INDUSTRY' | 'INFRASTRUCTURE') =>
    as(store, operator, (tx) => store.services.projectLibrary.save(tx, projectForm(type, { name: type })));
  await inLibrary('INDUSTRY');
  const id = await inLibrary('INFRASTRUCTURE');
  await as(store, operator, (tx) =>
    store.services.projectStages.approve(tx, {
      id,
      expectedVersion: 1,
      approvalDocNo: '云扶〔2017〕5号',
      approvedDate: '2017-02-01',
      approvedAmount: '100.5',
    }),
  );
  const projects = async (filter: object) =>
    (await exported('PROJECTS', { year: 2017, ...filter })).map((row) => row.项目名称).sort();
  expect(await projects({})).toEqual(['INDUSTRY', 'INFRASTRUCTURE']);
  expect(await projects({ projectType: 'INDUSTRY' })).toEqual(['INDUSTRY']);
  expect(await projects({ projectSubtype: 'ROADS' })).toEqual(['INFRASTRUCTURE']);
  expect(await projects({ stage: 'APPROVED' })).toEqual(['INFRASTRUCTURE']);
  expect(await projects({ village: VILLAGES.yunzhouOther })).toEqual([]);

  for (const [documentNo, fundType, batch] of [
    ['甲1号', '01', 'CURRENT_YEAR'],
    ['乙2号', '02', 'ADVANCE'],
  ])
    await store.adminQuery(
      `WITH document AS (
         INSERT INTO fund_allocation (region_code, year, document_no, title, tier, fund_type, batch, issued_date, total_amount, created_by, created_at, updated_by, updated_at)
         VALUES ('140200000000', 2017, $1, '专项扶贫资金', 'CITY', $2, $3, '2017-01-10', 300, 'x', now(), 'x', now()) RETURNING id)
       INSERT INTO fund_allocation_line (fund_allocation_id, region_code, from_region_code, year, tier, fund_type, amount)
       SELECT id, $4, '140200000000', 2017, 'CITY', $2, 300 FROM document`,
      [documentNo, fundType, batch, YUNZHOU],
    );
  const allocations = async (filter: object) =>
    (await exported('FUND_ALLOCATIONS', { year: 2017, ...filter })).map((row) => row.文号).sort();
  expect(await allocations({})).toEqual(['乙2号', '甲1号']);
  expect(await allocations({ fundType: 'WORK_RELIEF' })).toEqual(['乙2号']);
  expect(await allocations({ batch: 'CURRENT_YEAR' })).toEqual(['甲1号']);
  expect(await allocations({ documentNo: '甲1号' })).toEqual(['甲1号']);
  expect(await allocations({ tier: 'PROVINCE' })).toEqual([]);
});

rule(
  'PA-QY-12',
  'notices are exported with the times at which they were published and withdrawn in China',
  async () => {
    const projectId = await store.database.write(scopeOf(operator), (tx) =>
      store.services.projectLibrary.save(tx, projectForm()),
    );
    const manager = officer(YUNZHOU, 'COUNTY', 'MANAGER', 'PROJECT');
    const publish = `mutation ($input: PublishDisclosureInput!) { publishDisclosure(input: $input) { id version } }`;
    const input = {
      kind: 'PROJECT',
      refId: projectId,
      title: '公示一',
      content: '现予公示',
      endAt: '2017-12-20',
    };
    const { data, errors } = await ask(manager, publish, { input });
    expect(errors).toBeUndefined();
    const [shown] = await exported('PROJECT_DISCLOSURES');
    const [project] = await store.adminQuery<{ no: string }>('SELECT project_no AS no FROM project');
    expect(shown).toMatchObject({
      项目编号或文号: project!.no,
      标题: '公示一',
      公示时间: '2017-11-20 09:00:00',
      撤回时间: '',
    });
    const { id, version } = data!.publishDisclosure;
    await ask(
      manager,
      'mutation ($id: ID!, $v: Int!) { withdrawDisclosure(id: $id, reason: "有误", expectedVersion: $v) { id } }',
      { id, v: version },
    );
    const [withdrawn] = await exported('PROJECT_DISCLOSURES');
    expect(withdrawn).toMatchObject({ 撤回时间: '2017-11-20 09:00:00', 撤回原因: '有误' });
  },
);

rule(
  'PA-QY-02',
  'villages, counties and natural villages are exported with their poor households, counties with their poor villages',
  async () => {
    const village = VILLAGES.yunzhou1;
    await oldPoorVillage(store, village, [2017]);
    const natural = `${village}01`;
    await keepNaturalVillage(store, natural);
    await store.adminQuery(
      `INSERT INTO natural_village_year_record (natural_village_id, year, region_code, created_by, created_at, updated_by, updated_at)
       SELECT id, 2017, region_code, 'x', now(), 'x', now() FROM natural_village`,
    );
    await store.database.write(scopeOf(operator), (tx) =>
      store.services.countyRecords.save(tx, {
        year: 2017,
        countyCode: YUNZHOU,
        expectedVersion: null,
        economy: { farmerPerCapitaNetIncome: '9000' },
      }),
    );
    const home = await store.identify(
      householdForm(village, [memberForm(1), memberForm(2, { relationToHead: 'SON' })]),
    );
    await store.adminQuery('UPDATE household_year_record SET natural_village_code = $1', [natural]);
    const others = [await identified(store, village, 3), await identified(store, VILLAGES.yunzhou2, 1)];
    await recounted(store, [home, ...others]);
    const [ofVillage] = await exported('VILLAGES', { year: 2017 });
    expect(ofVillage).toMatchObject({ 区划代码: village, 贫困户数: '2', 贫困人口数: '5', 已出列: '否' });
    expect(await exported('VILLAGES', { year: 2017, delisted: true })).toEqual([]);
    const [county] = await exported('COUNTIES', { year: 2017 });
    expect(county).toMatchObject({
      贫困村数: '1',
      贫困户数: '3',
      贫困人口数: (await figures(store, 'POOR_HOUSEHOLDS', YUNZHOU))['poor.p'],
      '农民人均纯收入（元）': '9000.00',
    });
    const [hamlet] = await exported('NATURAL_VILLAGES', { year: 2017, region: village });
    expect(hamlet).toMatchObject({ 自然村代码: natural, 贫困户数: '1' });
  },
);

import type { Json } from '@junxian/test-kit';
import {
  fromTenThousandths,
  toTenThousandths,
} from '../../../services/poverty-alleviation/src/funds/ten-thousands.rules';
import { places } from '../../support/demo';
import type { Chapter, Life } from '../life';

const TITLE = '示例关于下达西坪镇肉羊养殖资金的通知';
const PROJECT_NAME = '示例西坪村肉羊养殖';

/** Allocates money with one line, as the officer of its issuer. */
async function allocate(life: Life, who: string, fromRegion: string, toRegion: string, amount: string) {
  const { allocateFund } = await life.do(
    who,
    'mutation ($input: AllocateFundInput!) { allocateFund(input: $input) { id totalAmount lines { id amount arrivedAmount } } }',
    {
      input: {
        fromRegion,
        year: 2017,
        documentNo: `示例财农〔2017〕${fromRegion.slice(0, 6)}-${toRegion.slice(0, 6)}号`,
        title: TITLE,
        tier: 'PROVINCE',
        fundType: 'DEVELOPMENT',
        batch: 'CURRENT_YEAR',
        issuedDate: '2017-03-01',
        totalAmount: amount,
        lines: [{ toRegion, amount }],
      },
    },
  );
  const [line] = allocateFund.lines;
  return { id: allocateFund.id as string, lineId: line.id as string };
}

const ARRIVE =
  'mutation ($input: RecordArrivalInput!) { recordArrival(input: $input) { arrivedAmount arrivals { amount voucherNo } } }';
const arrival = (lineId: string, amount: string) => ({
  input: { lineId, amount, arrivedDate: '2017-03-20', voucherNo: '示例凭证 1' },
});
const ARRANGE =
  'mutation ($input: ArrangeFundInput!) { arrangeFund(input: $input) { id amount spent version } }';

/** A county's account of development funds, as ten-thousandths. */
async function account(life: Life, region: string = places.yunzhou, who = 'yunzhou') {
  const { fundBalances } = await life.do(
    who,
    `query ($r: ID!) { fundBalances(year: 2017, region: $r) { fundType arrived reallocated arranged available spent arrangedUnspent balance } }`,
    { r: region },
  );
  const row: Json = fundBalances.find(({ fundType }: Json) => fundType === 'DEVELOPMENT') ?? {};
  return (column: string) => toTenThousandths(row[column] ?? '0');
}

/** How an account changed between two readings; columns that did not are left out. */
function difference(from: (column: string) => bigint, to: (column: string) => bigint): Json {
  const columns = ['arrived', 'reallocated', 'arranged', 'available', 'spent', 'arrangedUnspent', 'balance'];
  return Object.fromEntries(
    columns
      .map((column): [string, bigint] => [column, to(column) - from(column)])
      .filter(([, change]) => change !== 0n)
      .map(([column, change]) => [column, fromTenThousandths(change)]),
  );
}

const PROJECT =
  'id projectNo version stage budgetTotal approvedAmount spent progressPct beneficiaryHouseholds';

/** Money comes down to the county, becomes a project, and reaches a household. */
export const money: Chapter = (stage) => {
  let atFirst: (column: string) => bigint;
  let line: string;

  stage(
    'money comes from the province through the city to the county, exact to the ten-thousandth',
    async (life) => {
      life.secrets.words.push(TITLE, PROJECT_NAME);
      atFirst = await account(life);
      const cityAtFirst = await account(life, places.datong, 'datong');
      const own = await allocate(life, 'shanxi', places.shanxi, places.shanxi, '500.0001');
      await life.do('shanxi', ARRIVE, arrival(own.lineId, '500.0001'));
      const toCity = await allocate(life, 'shanxi', places.shanxi, places.datong, '400.0001');
      await life.do('funds-datong', ARRIVE, arrival(toCity.lineId, '400.0001'));
      const toCounty = await allocate(life, 'funds-datong', places.datong, places.yunzhou, '300.0001');
      line = toCounty.lineId;
      life.secrets.allocations.push(own, toCity, toCounty);

      // Entered by those whose money it is.
      expect(await life.refused('funds-datong', ARRIVE, arrival(line, '1'))).toMatchObject({
        code: 'OUT_OF_REGION',
      });
      expect(await life.refused('village', ARRIVE, arrival(line, '1'))).toMatchObject({ code: 'FORBIDDEN' });
      const { recordArrival } = await life.do('funds-yunzhou', ARRIVE, arrival(line, '250.5000'));
      expect(recordArrival).toEqual({
        arrivedAmount: '250.5000',
        arrivals: [{ amount: '250.5000', voucherNo: '示例凭证 1' }],
      });
      expect(await life.refused('funds-yunzhou', ARRIVE, arrival(line, '49.5002'))).toMatchObject({
        code: 'OVER_LIMIT',
      });
      await life.do('funds-yunzhou', ARRIVE, arrival(line, '49.5001'));
      expect(difference(atFirst, await account(life))).toEqual({
        arrived: '300.0001',
        available: '300.0001',
        balance: '300.0001',
      });
      expect(difference(cityAtFirst, await account(life, places.datong, 'datong'))).toEqual({
        arrived: '400.0001',
        reallocated: '300.0001',
        available: '100.0000',
        balance: '100.0000',
      });
    },
  );

  stage('a project is entered, approved, given money, and reports what it spent', async (life) => {
    const { saveProject } = await life.do(
      'projects-yunzhou',
      `mutation ($input: SaveProjectInput!) { saveProject(input: $input) { ${PROJECT} } }`,
      {
        input: {
          regionCode: places.yunzhou,
          year: 2017,
          type: 'INDUSTRY',
          subtype: 'LIVESTOCK',
          name: PROJECT_NAME,
          owner: '示例云州区扶贫办',
          plannedStart: '2017-03-01',
          plannedEnd: '2017-10-31',
          content: '示例：建设标准化羊舍。',
          villageCodes: [places.village],
          budget: [
            { source: 'SPECIAL_FUND', tier: 'PROVINCE', fundType: 'DEVELOPMENT', amount: '120.1234' },
            { source: 'SELF_RAISED', amount: '10.0001' },
          ],
          details: {
            industry: {
              scale: '200.00',
              unit: '只',
              cooperative: '示例肉羊合作社',
              benefitModel: '入股分红',
            },
          },
        },
      },
    );
    expect(saveProject).toMatchObject({ stage: 'LIBRARY', budgetTotal: '130.1235' });
    life.project = { id: saveProject.id, projectNo: saveProject.projectNo };
    life.secrets.projects.push(life.project);

    const arrange = (amount: string) => ({
      input: {
        regionCode: places.yunzhou,
        year: 2017,
        fundType: 'DEVELOPMENT',
        projectId: life.project.id,
        amount,
        date: '2017-04-10',
      },
    });
    expect(await life.refused('funds-yunzhou', ARRANGE, arrange('1'))).toMatchObject({
      code: 'STATE_CONFLICT',
    });
    const approval = (approvedAmount: string) => ({
      input: {
        id: life.project.id,
        expectedVersion: saveProject.version,
        approvalDocNo: '示例云扶〔2017〕8号',
        approvedDate: '2017-03-10',
        approvedAmount,
      },
    });
    const APPROVE = `mutation ($input: ApproveProjectInput!) { approveProject(input: $input) { ${PROJECT} } }`;
    expect(await life.refused('projects-yunzhou', APPROVE, approval('130.1236'))).toMatchObject({
      code: 'OVER_LIMIT',
    });
    const { approveProject } = await life.do('projects-yunzhou', APPROVE, approval('120.1234'));
    expect(approveProject).toMatchObject({ stage: 'APPROVED', approvedAmount: '120.1234' });

    expect(await life.refused('funds-yunzhou', ARRANGE, arrange('120.1235'))).toMatchObject({
      code: 'OVER_LIMIT',
    });
    await life.do('funds-yunzhou', ARRANGE, arrange('120.1234'));
    const REPORT = `mutation ($input: ReportImplementationInput!) { reportImplementation(input: $input) { ${PROJECT} } }`;
    const { reportImplementation } = await life.do('projects-yunzhou', REPORT, {
      input: {
        id: life.project.id,
        expectedVersion: approveProject.version,
        reportDate: '2017-06-30',
        progressPct: '40',
        actualStart: '2017-04-15',
        spent: '33.3333',
      },
    });
    expect(reportImplementation).toMatchObject({ stage: 'IMPLEMENTING', spent: '33.3333' });
    expect(difference(atFirst, await account(life))).toEqual({
      arrived: '300.0001',
      arranged: '120.1234',
      available: '179.8767',
      spent: '33.3333',
      arrangedUnspent: '86.7901',
      balance: '266.6668',
    });
  });

  stage('a household that benefits has the measure on its page', async (life) => {
    const { project } = await life.do(
      'projects-yunzhou',
      `query ($id: ID!) { project(id: $id) { ${PROJECT} } }`,
      {
        id: life.project.id,
      },
    );
    const { setBeneficiaries } = await life.do(
      'projects-yunzhou',
      `mutation ($input: SetBeneficiariesInput!) { setBeneficiaries(input: $input) { ${PROJECT} } }`,
      {
        input: {
          projectId: project.id,
          expectedVersion: project.version,
          add: [
            {
              householdId: life.household.id,
              amount: '1200.00',
              content: '能繁母羊 4 只',
              startDate: '2017-05-01',
            },
          ],
        },
      },
    );
    expect(setBeneficiaries.beneficiaryHouseholds).toBe(1);
    // The village as the county: a project that is for the village is seen there.
    for (const who of ['village', 'yunzhou']) {
      const { record, projects } = await life.page(who, life.household.id);
      const project = { id: life.project.id, name: PROJECT_NAME };
      expect(projects).toEqual([{ project, amount: '1200.00' }]);
      expect(record.measures).toEqual([
        {
          source: 'PROJECT',
          category: 'INDUSTRY',
          content: '能繁母羊 4 只',
          amount: '1200.00',
          date: '2017-05-01',
          project,
        },
      ]);
    }
  });

  stage('anybody reads what is disclosed of the project, without signing in', async (life) => {
    const endAt = new Date(life.system.now().getTime() + 30 * 86_400_000).toISOString().slice(0, 10);
    const { publishDisclosure } = await life.do(
      'projects-yunzhou',
      'mutation ($input: PublishDisclosureInput!) { publishDisclosure(input: $input) { id } }',
      {
        input: {
          kind: 'PROJECT',
          refId: life.project.id,
          title: '示例产业扶贫项目公示',
          content: '示例：现予公示，接受监督。',
          endAt,
          listBeneficiaries: true,
        },
      },
    );
    const { data, errors } = await life.system.client().query(
      `query ($id: ID!, $r: ID!) {
         publicDisclosures(region: $r, first: 100) { nodes { id title region { name } endAt project { name approvedAmount spent beneficiaryHouseholds } } }
         disclosedBeneficiaries(disclosureId: $id) { nodes { name village { name } amount } } }`,
      { id: publishDisclosure.id, r: places.yunzhou },
    );
    expect(errors).toBeUndefined();
    expect(data!.publicDisclosures.nodes.find(({ id }: Json) => id === publishDisclosure.id)).toEqual({
      id: publishDisclosure.id,
      title: '示例产业扶贫项目公示',
      region: { name: '云州区' },
      endAt,
      project: {
        name: PROJECT_NAME,
        approvedAmount: '120.1234',
        spent: '33.3333',
        beneficiaryHouseholds: 1,
      },
    });
    expect(data!.disclosedBeneficiaries.nodes).toEqual([
      { name: expect.stringMatching(/^示\*+$/), village: { name: expect.any(String) }, amount: '1200.00' },
    ]);
    // From here on the name of the project is public.
    life.secrets.words = life.secrets.words.filter((word) => word !== PROJECT_NAME);
  });
};

import { type Principal, scopeOf } from '@junxian/identity';
import { countStatements, rule } from '@junxian/test-kit';
import type { RelationToHead } from '../code-lists';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { officer, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { type Office, openOffice } from './back-office.fixture';

let office: Office;
let household: Awaited<ReturnType<Office['household']>>;
let toDo: string;
beforeAll(async () => {
  office = await openOffice();
  household = await office.household([{ relationToHead: 'SON' }]);
  const far = await office.household([], VILLAGES.shandong);
  for (const { id } of [household, far]) await office.earlierYears(id, 2016);
  await office.sameNumber(household.members[1]!.id, far.members[0]!.id, 2016);
  const [row] = await office.adminQuery<{ id: string }>(
    `INSERT INTO to_do (region_code, kind, household_id, member_id, year, event_id, occurred_at, facts)
     VALUES ($1, 'CITIZEN_DECEASED', $2, $3, 2017, 'event', now(), '{"deathDate": "2017-11-01"}') RETURNING id`,
    [VILLAGES.yunzhou1, household.id, household.members[0]!.id],
  );
  toDo = row!.id;
});
const { ask } = graphOver(() => office);
afterAll(() => office.close());

const codesOf = (answer: { errors?: { extensions?: Record<string, unknown> }[] }) =>
  (answer.errors ?? []).map(({ extensions }) => extensions?.code);

const admin = officer('140000000000', 'PROVINCE', 'PROVINCE_ADMIN');
const otherProvince = officer('370000000000', 'PROVINCE', 'PROVINCE_ADMIN');
const cityAdmin = officer('140200000000', 'CITY', 'PROVINCE_ADMIN');
const county = (...roles: string[]) => officer('140215000000', 'COUNTY', ...roles);
const nextDoor = officer('140214000000', 'COUNTY', 'OPERATOR', 'MANAGER');

const PREVIEW = `query ($request: BackOfficeRequestInput!) { backOfficePreview(request: $request) {
  function household { householdNo } before { name value } after { name value } confirmation previewToken } }`;
const ADJUST = `mutation ($input: AdjustAttributeInput!, $order: BackOfficeOrderInput!) { adjustAttribute(input: $input, order: $order) {
  id function targetId region { code } year before { name value } after { name value } reason docRef household { id isSupplementary } } }`;
const LOG = `query ($region: ID, $first: Int, $after: String, $function: BackOfficeFunction) {
  backOfficeOperations(region: $region, first: $first, after: $after, function: $function) {
    nodes { id function household { id } region { code } } endCursor hasNextPage } }`;
const input = () => ({ householdId: household.id, year: 2017, householdAttribute: 'ALLOWANCE' });

describe('the back office', () => {
  rule('PA-BO-00', 'is open to administrators of a province, in their province', async () => {
    const request = { adjustAttribute: input() };
    const { data, errors } = await ask(admin, PREVIEW, { request });
    expect(errors).toBeUndefined();
    const { previewToken, confirmation } = data!.backOfficePreview;
    expect(data!.backOfficePreview).toMatchObject({
      function: 'ADJUST_ATTRIBUTE',
      household: { householdNo: household.householdNo },
      before: expect.arrayContaining([{ name: 'householdAttribute', value: 'GENERAL_POOR' }]),
      after: expect.arrayContaining([{ name: 'householdAttribute', value: 'ALLOWANCE' }]),
    });
    const order = { reason: '核查', docRef: '晋1号', confirmation, previewToken };
    for (const principal of [county('PROVINCE_ADMIN', 'OPERATOR', 'MANAGER'), cityAdmin]) {
      expect(codesOf(await ask(principal, PREVIEW, { request }))).toEqual(['FORBIDDEN']);
      expect(codesOf(await ask(principal, ADJUST, { input: input(), order }))).toEqual(['FORBIDDEN']);
    }
    for (const role of ['VIEWER', 'OPERATOR', 'MANAGER', 'FUND', 'PROJECT', 'SYSTEM_ADMIN']) {
      const principal = officer('140000000000', 'PROVINCE', role);
      expect(codesOf(await ask(principal, PREVIEW, { request }))).toEqual(['FORBIDDEN']);
      expect(codesOf(await ask(principal, ADJUST, { input: input(), order }))).toEqual(['FORBIDDEN']);
    }
    expect(codesOf(await ask(otherProvince, ADJUST, { input: input(), order }))).toEqual(['NOT_FOUND']);
    expect((await office.file(household.id)).record.basic.householdAttribute).toBe('GENERAL_POOR');

    const done = await ask(admin, ADJUST, { input: input(), order });
    expect(done.data!.adjustAttribute).toMatchObject({
      function: 'ADJUST_ATTRIBUTE',
      targetId: household.id,
      region: { code: VILLAGES.yunzhou1 },
      year: 2017,
      reason: '核查',
      docRef: '晋1号',
      household: { id: household.id, isSupplementary: false },
    });
  });

  it('previews one function at a time', async () => {
    const both = { adjustAttribute: input(), clearHousehold: { householdId: household.id } };
    for (const request of [{}, both]) {
      expect(codesOf(await ask(admin, PREVIEW, { request }))).toEqual(['INVALID_INPUT']);
    }
  });

  it('does not move or add households beyond the caller’s province', async () => {
    const order = { reason: '核查', confirmation: '', previewToken: '' };
    const move = `mutation ($input: MoveVillageInput!, $order: BackOfficeOrderInput!) { moveVillage(input: $input, order: $order) { id } }`;
    const moveTo = (villageCode: string) =>
      ask(admin, move, { input: { householdId: household.id, villageCode }, order });
    expect(codesOf(await moveTo(VILLAGES.shandong))).toEqual(['OUT_OF_REGION']);
    expect(codesOf(await moveTo('140215100000'))).toEqual(['SCOPE_TOO_WIDE']);
    const request = { moveVillage: { householdId: household.id, villageCode: VILLAGES.shandong } };
    expect(codesOf(await ask(admin, PREVIEW, { request }))).toEqual(['OUT_OF_REGION']);
    const village = { setVillageAttribute: { villageCode: VILLAGES.shandong, villageAttribute: 'POOR' } };
    expect(codesOf(await ask(admin, PREVIEW, { request: village }))).toEqual(['OUT_OF_REGION']);
  });

  it('shows its log to administrators of the region, page by page, with as many statements for many lines as for one', async () => {
    for (const householdAttribute of ['FIVE_GUARANTEES', 'GENERAL_POOR'] as const) {
      await office.confirmed(office.functions.adjustAttribute, {
        householdId: household.id,
        year: 2017,
        householdAttribute,
      });
    }
    const first = await ask(admin, LOG, { first: 2 });
    expect(first.data!.backOfficeOperations.nodes).toHaveLength(2);
    const { endCursor: after } = first.data!.backOfficeOperations;
    const second = await ask(admin, LOG, { first: 2, after });
    expect(second.data!.backOfficeOperations).toMatchObject({
      hasNextPage: false,
      nodes: [{ household: { id: household.id } }],
    });
    expect((await ask(admin, LOG, { region: '140214000000' })).data!.backOfficeOperations.nodes).toEqual([]);
    expect((await ask(admin, LOG, { function: 'CLEAR_HOUSEHOLD' })).data!.backOfficeOperations.nodes).toEqual(
      [],
    );
    expect((await ask(otherProvince, LOG)).data!.backOfficeOperations.nodes).toEqual([]);
    expect(codesOf(await ask(otherProvince, LOG, { region: '140000000000' }))).toEqual(['OUT_OF_REGION']);
    expect(codesOf(await ask(county('OPERATOR'), LOG))).toEqual(['FORBIDDEN']);
    const statements = async (count: number) =>
      (await countStatements(office.database, () => ask(admin, LOG, { first: count }))).statements;
    expect(await statements(3)).toBe(await statements(1));
  });

  rule('PA-BO-00', 'previews and does each of its functions by the graph, and logs it', async () => {
    const someone = (relationToHead: RelationToHead) => memberForm(office.next(), { relationToHead });
    const [cleared, other, twin] = [
      await office.household(),
      await office.household(),
      await office.household(),
    ];
    await office.sameNumber(twin.members[2]!.id, other.members[2]!.id, 2017);
    const form = householdForm(VILLAGES.yunzhou1, [someone('HEAD')]);
    const orders: [field: string, given: object, done: string][] = [
      ['clearPersons', { householdId: other.id, memberIds: [other.members[1]!.id] }, 'CLEAR_PERSONS'],
      ['clearHousehold', { householdId: cleared.id }, 'CLEAR_HOUSEHOLD'],
      [
        'adjustAttribute',
        { householdId: other.id, year: 2017, householdAttribute: 'ALLOWANCE' },
        'ADJUST_ATTRIBUTE',
      ],
      ['adjustStandard', { householdId: other.id, identificationStandard: 'PROVINCIAL' }, 'ADJUST_STANDARD'],
      ['correctIdentity', { memberId: other.members[0]!.id, name: '演示更' }, 'CORRECT_IDENTITY'],
      ['moveVillage', { householdId: other.id, villageCode: VILLAGES.yungang }, 'MOVE_VILLAGE'],
      [
        'deleteDuplicates',
        { year: 2017, survivorId: other.members[2]!.id, memberIds: [twin.members[2]!.id] },
        'DELETE_DUPLICATES_ACROSS_HOUSEHOLDS',
      ],
      ['supplementMember', { householdId: twin.id, member: someone('OTHER') }, 'SUPPLEMENT_MEMBER'],
      ['supplementHousehold', { identifiedYear: 2014, household: form }, 'SUPPLEMENT_HOUSEHOLD'],
      [
        'setVillageAttribute',
        { villageCode: VILLAGES.yunzhou2, villageAttribute: 'POOR' },
        'SET_VILLAGE_ATTRIBUTE',
      ],
    ];
    for (const [field, given, done] of orders) {
      const shown = await ask(admin, PREVIEW, { request: { [field]: given } });
      expect([field, shown.errors]).toEqual([field, undefined]);
      const { confirmation, previewToken, after } = shown.data!.backOfficePreview;
      expect(shown.data!.backOfficePreview.function).toBe(done);
      const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input`;
      const { data, errors } = await ask(
        admin,
        `mutation ($input: ${type}!, $order: BackOfficeOrderInput!) { ${field}(input: $input, order: $order) {
           function reason docRef operator after { name value } } }`,
        {
          input: given,
          order: { reason: '核查更正', docRef: '晋开发办〔2017〕1号', confirmation, previewToken },
        },
      );
      expect([field, errors]).toEqual([field, undefined]);
      expect(data![field]).toMatchObject({
        function: done,
        reason: '核查更正',
        docRef: '晋开发办〔2017〕1号',
        operator: admin.accountId,
        after: expect.arrayContaining(after.slice(0, 1)),
      });
      // Done once, the same order is overtaken.
      const order = { reason: '核查更正', confirmation, previewToken };
      const again = await ask(
        admin,
        `mutation ($input: ${type}!, $order: BackOfficeOrderInput!) { ${field}(input: $input, order: $order) { id } }`,
        { input: given, order },
      );
      expect([field, again.data]).toEqual([field, null]);
    }
    expect((await office.file(cleared.id)).fileStatus).toBe('CLEARED');
    const { record, members } = await office.file(other.id);
    expect([record.regionCode, record.basic.identificationStandard, record.basic.memberCount]).toEqual([
      VILLAGES.yungang,
      'PROVINCIAL',
      2,
    ]);
    expect(members.map(({ name, status }) => `${name} ${status}`)).toContain('演示更 NORMAL');
    expect((await office.file(twin.id)).members.map(({ status }) => status).sort()).toEqual([
      'DELETED',
      'NORMAL',
      'NORMAL',
      'NORMAL',
    ]);
  });

  it('takes persons by the graph, and shows what stands for a missing number', async () => {
    const add = `mutation ($input: SupplementMemberInput!, $order: BackOfficeOrderInput!) { supplementMember(input: $input, order: $order) { function
      household { record(year: 2017) { members { relationToHead isSupplementary systemSerial idType } } } } }`;
    const member = {
      ...memberForm(1, { relationToHead: 'MOTHER', sex: 'FEMALE', idType: 'NONE' }),
      idNumber: null,
    };
    const request = { supplementMember: { householdId: household.id, member } };
    const { confirmation, previewToken } = (await ask(admin, PREVIEW, { request })).data!.backOfficePreview;
    const { data } = await ask(admin, add, {
      input: request.supplementMember,
      order: { reason: '补录', confirmation, previewToken },
    });
    expect(data!.supplementMember).toEqual({
      function: 'SUPPLEMENT_MEMBER_WITHOUT_NUMBER',
      household: {
        record: {
          members: [
            { relationToHead: 'HEAD', isSupplementary: false, systemSerial: null, idType: 'RESIDENT_ID' },
            { relationToHead: 'SON', isSupplementary: false, systemSerial: null, idType: 'RESIDENT_ID' },
            {
              relationToHead: 'MOTHER',
              isSupplementary: true,
              systemSerial: expect.stringMatching(/^W\d{11}$/),
              idType: 'NONE',
            },
          ],
        },
      },
    });
    // Once there is a number (8.6), nothing stands for it any more.
    const mother = (await office.file(household.id)).members.find(({ idType }) => idType === 'NONE')!;
    await office.confirmed(office.functions.correctIdentity, {
      memberId: mother.id,
      idType: 'RESIDENT_ID' as const,
      idNumber: idNumber(office.next(), '1970-01-01', 'FEMALE'),
    });
    const { data: later } = await ask(
      admin,
      `query ($id: ID!) { household(id: $id) { record(year: 2017) { members { relationToHead systemSerial idType } } } }`,
      { id: household.id },
    );
    expect(later!.household.record.members).toContainEqual({
      relationToHead: 'MOTHER',
      systemSerial: null,
      idType: 'RESIDENT_ID',
    });
  });
});

describe('raw SQL as the application', () => {
  const write = (principal: Principal, sql: string, parameters: unknown[] = []) =>
    office.database.write(scopeOf(principal), (tx) => tx.query(sql, parameters));
  const INSERT = `INSERT INTO back_office_operation (region_code, function, target_id, before, after, reason, operator, at)
    VALUES ($1, '8.4', 'x', '{}', '{}', 'x', 'x', now()) RETURNING id`;

  rule(
    'PA-BO-00',
    'cannot write the log without being a province administrator of the region, nor ever rewrite it',
    async () => {
      for (const principal of [county('OPERATOR', 'MANAGER'), otherProvince]) {
        await expect(write(principal, INSERT, [VILLAGES.yunzhou1])).rejects.toThrow(/row-level security/);
      }
      await write(admin, INSERT, [VILLAGES.yunzhou1]);
      await expect(write(admin, `UPDATE back_office_operation SET reason = 'y'`)).rejects.toThrow(
        /permission denied/,
      );
      await expect(write(admin, 'DELETE FROM back_office_operation')).rejects.toThrow(/permission denied/);
      expect(
        await write(county('OPERATOR'), 'UPDATE back_office_operation SET region_epoch = 9 RETURNING id'),
      ).toEqual([]);
    },
  );

  it('gets of duplicates no more than the region’s, and nothing without the role', async () => {
    const read = (principal: Principal, sql: string, parameters: unknown[] = []) =>
      office.database.read(scopeOf(principal), (tx) => tx.query(sql, parameters));
    const groups = `SELECT number_index FROM pa_du_01_groups(2016, '0', ':', NULL, NULL, 100)`;
    const [group] = await read(county('OPERATOR'), groups);
    expect(group).toBeDefined();
    for (const principal of [nextDoor, county('VIEWER')]) expect(await read(principal, groups)).toEqual([]);
    const holders = 'SELECT member_id FROM pa_du_01_holders(2016, ARRAY[$1])';
    expect(await read(nextDoor, holders, [group!.number_index])).toEqual([]);
    expect(await read(county('VIEWER'), holders, [group!.number_index])).toEqual([]);
    expect(await read(county('OPERATOR'), holders, [group!.number_index])).toHaveLength(2);
    // A number that one person carries is none of these functions' business.
    const [single] = await office.adminQuery<{ index: string }>(
      'SELECT id_number_index AS index FROM member_year_record WHERE member_id = $1 AND year = 2016',
      [household.members[0]!.id],
    );
    expect(await read(county('OPERATOR'), holders, [single!.index])).toEqual([]);
    const held = 'SELECT pa_bo_06_duplicate($1, 2016, NULL) AS held';
    expect(await read(county('OPERATOR', 'MANAGER'), held, [single!.index])).toEqual([{ held: false }]);
    expect(await read(admin, held, [single!.index])).toEqual([{ held: true }]);
  });
});

describe('duplicates', () => {
  const LIST = `query ($region: ID) { duplicates(year: 2016, region: $region) { nodes { class holders { region { code } member { id idNumber household { householdNo } } } } } }`;

  rule(
    'PA-QY-10',
    'are shown to operators and above: persons of the region with their household, others by region only',
    async () => {
      for (const role of ['OPERATOR', 'MANAGER', 'PROVINCE_ADMIN']) {
        const { data, errors } = await ask(county(role), LIST);
        expect(errors).toBeUndefined();
        expect(data!.duplicates.nodes).toEqual([
          {
            class: 'CROSS_PROVINCE',
            holders: [
              {
                region: { code: VILLAGES.yunzhou1 },
                member: {
                  id: household.members[1]!.id,
                  idNumber: `${idNumber(1).slice(0, 6)}************`,
                  household: { householdNo: household.householdNo },
                },
              },
              { region: { code: VILLAGES.shandong }, member: null },
            ],
          },
        ]);
      }
      for (const role of ['VIEWER', 'FUND', 'PROJECT'])
        expect(codesOf(await ask(county(role), LIST))).toEqual(['FORBIDDEN']);
      expect(codesOf(await ask(county('OPERATOR'), LIST, { region: '140214000000' }))).toEqual([
        'OUT_OF_REGION',
      ]);
      expect((await ask(nextDoor, LIST)).data!.duplicates.nodes).toEqual([]);
    },
  );
});

describe('to-dos', () => {
  const LIST =
    '{ toDos { nodes { id kind state region { code } household { id } member { personNo } deathDate enrolled newRegion { code } } } }';
  const SETTLE = 'mutation ($input: SettleToDoInput!) { settleToDo(input: $input) { state note settledBy } }';
  const settle = () => ({ input: { id: toDo, expectedVersion: 1, decision: 'CONFIRM' } });

  it('are seen and settled in their region, by operators and above', async () => {
    expect((await ask(county('OPERATOR'), LIST)).data!.toDos.nodes).toEqual([
      {
        id: toDo,
        kind: 'CITIZEN_DECEASED',
        state: 'OPEN',
        region: { code: VILLAGES.yunzhou1 },
        household: { id: household.id },
        member: { personNo: household.members[0]!.personNo },
        deathDate: '2017-11-01',
        enrolled: null,
        newRegion: null,
      },
    ]);
    expect((await ask(nextDoor, LIST)).data!.toDos.nodes).toEqual([]);
    expect(codesOf(await ask(county('VIEWER'), LIST))).toEqual(['FORBIDDEN']);
    expect(codesOf(await ask(county('VIEWER'), SETTLE, settle()))).toEqual(['FORBIDDEN']);
    expect(codesOf(await ask(nextDoor, SETTLE, settle()))).toEqual(['NOT_FOUND']);
    const { data } = await ask(county('OPERATOR'), SETTLE, settle());
    expect(data!.settleToDo).toEqual({ state: 'CONFIRMED', note: null, settledBy: expect.any(String) });
    expect((await ask(county('OPERATOR'), LIST)).data!.toDos.nodes).toEqual([]);
  });
});

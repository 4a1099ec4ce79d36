import { rule, scenario } from '@junxian/test-kit';
import { faultsOf, openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { officer } from '../testing/store.support.test';
import {
  codesOf,
  DATA,
  ID_NUMBERS,
  LETTERS,
  letter,
  letterInput,
  ok,
  registerLetter,
  revealed,
} from './registration.fixture';

let stage: PublicStage;
beforeAll(async () => {
  stage = await openPublicStage();
});
beforeEach(() => stage.store.clock.set('2026-03-02T09:00:00+08:00'));
afterAll(() => stage?.close());

const rowsOf = async (table: string) =>
  (await stage.store.adminQuery<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]!.n;

describe('a letter is registered', () => {
  rule(
    ['PT-REG-05', 'PT-REG-02'],
    'with number, query code, clock and a to-do its registrar goes on with',
    async () => {
      const item = await letter(stage, { letterCount: 3, addressee: '省长' });
      expect(item).toMatchObject({
        itemNo: expect.stringMatching(/^370000-20260302-L-\d{5}$/),
        state: 'REGISTERED',
        channel: 'LETTER',
        letterCount: 3,
        addressee: '省长',
        routeDueAt: '2026-03-17',
        category: { code: 'LABOUR.WAGES.ARREARS', name: '拖欠工资', level: 3, isDeepest: true },
        petitioner: { displayName: '张*', name: '张*', householdAddress: '济南市解放路街' },
        duplicateDecision: { kind: 'NEITHER', linkedItem: null },
      });
      expect(await revealed(stage, item.id)).toMatchObject({ name: '张三' });
      const { showQueryCode } = ok(
        await stage.as(LETTERS, 'mutation ($id: ID!) { showQueryCode(caseItemId: $id) }', { id: item.id }),
      );
      expect(showQueryCode).toMatch(/^[2-9A-HJ-NP-Z]{8}$/);
      const LIST = `{ registrations(channel: LETTER, mine: true) { nodes { id } } caseItem(id: "${item.id}") { tasks { kind state custody } } }`;
      const { registrations, caseItem } = ok(await stage.as(LETTERS, LIST));
      expect(registrations.nodes.map(({ id }: { id: string }) => id)).toContain(item.id);
      expect(caseItem.tasks).toEqual([{ kind: 'HANDLE', state: 'TODO', custody: true }]);
      const events = await stage.store.adminQuery<{ data: object }>(
        `SELECT envelope::jsonb->'data' AS data FROM outbox WHERE envelope::jsonb->>'type' = 'junxian.petitions.case.registered.v1'
         AND envelope::jsonb->'data'->>'caseItemId' = $1`,
        [item.id],
      );
      expect(events).toHaveLength(1);
      expect(JSON.stringify(events)).not.toMatch(/张三|解放路|拖欠|370102198001/);
    },
  );

  it('received days ago, its clock has run since; never received in the future', async () => {
    const item = await letter(stage, { receivedAt: '2026-02-25T10:00:00+08:00', petitionDate: '2026-02-20' });
    expect(item).toMatchObject({ routeDueAt: '2026-03-12', petitionDate: '2026-02-20' });
    const refused = await registerLetter(
      stage,
      letterInput({ receivedAt: '2026-03-02T09:00:01+08:00', petitionDate: '2026-03-03' }),
    );
    expect(faultsOf(refused)).toEqual([
      { code: 'INVALID_INPUT', field: 'receivedAt' },
      { code: 'INVALID_INPUT', field: 'petitionDate' },
    ]);
  });

  it('with all its faults reported together, and nothing stored', async () => {
    const before = [await rowsOf('case_item'), await rowsOf('petition_matter'), await rowsOf('case_serial')];
    const answer = await registerLetter(stage, {
      data: { title: ' ', problemRegionCode: '379999000000', purpose: null, contentCategory: 'LABOUR.WAGES' },
      petitioner: { idNumber: '123', mobile: '12345', usualRegionCode: 'nowhere' },
      petitionDate: '2026-03-03',
      letterCount: 0,
      duplicates: { kind: 'SAME_PERSON' },
    });
    expect(faultsOf(answer)).toEqual([
      { code: 'FIELD_REQUIRED', field: 'duplicates.linkedItemId' },
      { code: 'FIELD_REQUIRED', field: 'data.title' },
      { code: 'FIELD_REQUIRED', field: 'data.content' },
      { code: 'FIELD_REQUIRED', field: 'data.purpose' },
      { code: 'FIELD_REQUIRED', field: 'petitioner.name' },
      { code: 'FIELD_REQUIRED', field: 'petitioner.idType' },
      { code: 'INVALID_ID', field: 'petitioner.idNumber' },
      { code: 'INVALID_REGION_CODE', field: 'petitioner.usualRegionCode' },
      { code: 'INVALID_PHONE', field: 'petitioner.mobile' },
      { code: 'INVALID_REGION_CODE', field: 'data.problemRegionCode' },
      { code: 'CATEGORY_TOO_COARSE', field: 'data.contentCategory' },
      { code: 'INVALID_INPUT', field: 'petitionDate' },
      { code: 'INVALID_INPUT', field: 'letterCount' },
    ]);
    expect([await rowsOf('case_item'), await rowsOf('petition_matter'), await rowsOf('case_serial')]).toEqual(
      before,
    );
  });

  it('at the deepest category there is: 17 of the first level, each open to the bottom', async () => {
    const TREE = `{ contentCategories { code level name isDeepest children { code isDeepest children { code isDeepest } } } }`;
    const { contentCategories } = ok(await stage.as(LETTERS, TREE));
    expect(contentCategories).toHaveLength(17);
    expect(contentCategories.map(({ name }: { name: string }) => name)).toEqual([
      '农村农业',
      '国土资源',
      '城乡建设',
      '劳动和社会保障',
      '卫生计生',
      '教育文体',
      '民政',
      '政法',
      '经济管理',
      '交通运输',
      '商贸旅游',
      '科技与信息产业',
      '环境保护',
      '党务政务',
      '组织人事',
      '纪检监察',
      '其他',
    ]);
    for (const [contentCategory, code] of [
      ['LABOUR', 'CATEGORY_TOO_COARSE'],
      ['LABOUR.WAGES', 'CATEGORY_TOO_COARSE'],
      ['NOTHING', 'CATEGORY_UNKNOWN'],
    ] as const)
      expect(codesOf(await registerLetter(stage, letterInput({ data: { contentCategory } })))).toEqual([
        code,
      ]);
    // No finer one: level 1 and 2 may be the bottom.
    for (const contentCategory of ['OTHER', 'JUSTICE.PROCURATORATE'])
      expect(await letter(stage, { data: { contentCategory } })).toMatchObject({ contentCategory });
  });

  it('anonymously: nobody is named, no citizen is derived, no query code is given out', async () => {
    const item = await letter(stage, {
      anonymous: true,
      petitioner: { name: null, idType: 'RESIDENT_ID', idNumber: ID_NUMBERS.zhang },
    });
    expect(item.petitioner).toMatchObject({ displayName: '匿名', name: null, idNumber: null });
    const [row] = await stage.store.adminQuery(
      'SELECT c.citizen_id AS item, p.citizen_id AS person FROM case_item c JOIN petitioner p ON p.case_item_id = c.id WHERE c.id = $1',
      [item.id],
    );
    expect(row).toEqual({ item: null, person: null });
    const answer = await stage.as(LETTERS, 'mutation ($id: ID!) { showQueryCode(caseItemId: $id) }', {
      id: item.id,
    });
    expect(codesOf(answer)).toEqual(['NO_QUERY_CODE']);
  });

  it('a call is registered like one', async () => {
    const { letterCount: _, addressee: __, ...input } = letterInput();
    const answer = await stage.as(
      LETTERS,
      'mutation ($input: RegisterPhoneInput!) { registerPhone(input: $input) { channel itemNo } }',
      { input },
    );
    expect(ok(answer).registerPhone).toMatchObject({
      channel: 'PHONE',
      itemNo: expect.stringMatching(/-P-\d{5}$/),
    });
  });
});

describe('satisfaction evaluation at registration', () => {
  scenario(
    'petitions',
    12,
    'first, named, non-litigation, SEEK_SOLUTION: in scope, and unticking is rejected',
    async () => {
      expect(await letter(stage)).toMatchObject({ satisfactionMode: 'REQUIRED', satisfactionInScope: true });
      expect(
        codesOf(await registerLetter(stage, letterInput({ data: { satisfactionInScope: false } }))),
      ).toEqual(['SATISFACTION_LOCKED']);
    },
  );

  scenario(
    'petitions',
    13,
    'first, named, non-litigation, SUGGESTION: out by default, the officer may tick',
    async () => {
      const data = { purpose: 'SUGGESTION' };
      expect(await letter(stage, { data })).toMatchObject({
        satisfactionMode: 'MANUAL',
        satisfactionInScope: false,
      });
      expect(await letter(stage, { data: { ...data, satisfactionInScope: true } })).toMatchObject({
        satisfactionMode: 'MANUAL',
        satisfactionInScope: true,
      });
    },
  );

  scenario('petitions', 14, 'anonymous, repeated or litigation-related: ticking is rejected', async () => {
    const first = await letter(stage);
    const sameMatter = { kind: 'SAME_MATTER', linkedItemId: first.id };
    for (const changes of [
      { anonymous: true },
      { duplicates: sameMatter },
      { data: { litigationRelated: true } },
    ]) {
      expect(await letter(stage, changes)).toMatchObject({
        satisfactionMode: 'EXCLUDED',
        satisfactionInScope: false,
      });
      const ticked = {
        ...changes,
        data: { ...(changes as { data?: object }).data, satisfactionInScope: true },
      };
      expect(codesOf(await registerLetter(stage, letterInput(ticked)))).toEqual(['SATISFACTION_LOCKED']);
    }
  });
});

describe('who registers', () => {
  it('letters are registered by letter registrars alone', async () => {
    for (const role of ['VISIT_REGISTRAR', 'ONLINE_REGISTRAR', 'INTERVIEWER', 'LEADER', 'RECEIVER'])
      expect(codesOf(await registerLetter(stage, letterInput(), officer('shandong', role)))).toEqual([
        'FORBIDDEN',
      ]);
  });

  rule('PT-HND-08', 'an accused organisation or officer never registers the accusation', async () => {
    const { organisationId, accountId } = LETTERS;
    for (const [accused, field] of [
      [{ accusedOrganisationId: organisationId }, 'data.accusedOrganisationId'],
      [{ accusedAccountId: accountId }, 'data.accusedAccountId'],
    ] as const)
      expect(
        faultsOf(
          await registerLetter(stage, letterInput({ data: { ...DATA, purpose: 'ACCUSATION', ...accused } })),
        ),
      ).toEqual([{ code: 'ACCUSED_IS_OWN_UNIT', field }]);
  });
});

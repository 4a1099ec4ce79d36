import { type GraphAnswer, type Json, rule } from '@junxian/test-kit';
import { faultsOf, openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { registeredOnline, submitted } from '../submissions/submissions.fixture';
import { ORGANISATIONS, officer } from '../testing/store.support.test';
import {
  codesOf,
  DATA,
  ID_NUMBERS,
  LETTERS,
  letter,
  letterInput,
  ok,
  registerLetter,
  registerVisit,
  revealed,
  updateRegistration,
  VISITS,
  visit,
  visitInput,
} from './registration.fixture';

let stage: PublicStage;
beforeAll(async () => {
  stage = await openPublicStage();
});
beforeEach(() => stage.store.clock.set('2026-03-02T09:00:00+08:00'));
afterAll(() => stage?.close());

const clocksOf = async (id: string) =>
  (
    await stage.store.adminQuery(
      `SELECT received_at, registered_at, route_due_on::text, accept_due_on::text, handle_due_on::text, appeal_due_on::text,
         item_no, matter_id, query_code_index FROM case_item WHERE id = $1`,
      [id],
    )
  )[0];

describe('a registration reopened for editing', () => {
  rule(
    ['PT-REG-04', 'PT-SAT-04'],
    'every field can be corrected, the mode follows, and no clock moves',
    async () => {
      const item = await letter(stage, {
        receivedAt: '2026-02-25T10:00:00+08:00',
        petitionDate: '2026-02-20',
      });
      const before = await clocksOf(item.id);
      stage.store.clock.set('2026-03-09T09:00:00+08:00');
      const changed = ok(
        await updateRegistration(stage, item as never, {
          data: {
            title: '更正标题',
            content: '更正内容',
            demand: '支付工资',
            problemRegionCode: '370202000000',
            problemAddress: null,
            purpose: 'SUGGESTION',
            contentCategory: 'LABOUR.WAGES.OVERTIME',
            urgent: true,
            affectedCount: 12,
            remarks: '备注',
          },
          petitioner: {
            name: '李四',
            idType: 'RESIDENT_ID',
            idNumber: ID_NUMBERS.li.toLowerCase(),
            mobile: '138 0000 5678',
          },
          petitionDate: '2026-02-21',
          addressee: '市长',
          letterCount: 2,
        }),
      ).updateRegistration;
      expect(changed).toMatchObject({
        version: item.version + 1,
        title: '更正标题',
        problemRegion: { code: '370202000000' },
        satisfactionMode: 'MANUAL',
        satisfactionInScope: false,
        petitionDate: '2026-02-21',
        addressee: '市长',
        letterCount: 2,
        state: 'REGISTERED',
      });
      expect(await revealed(stage, item.id)).toMatchObject({
        name: '李四',
        sex: 'MALE',
        idNumber: ID_NUMBERS.li,
        mobile: '13800005678',
        householdAddress: '济南市解放路街',
        citizen: { id: expect.stringMatching(/^c1_/) },
      });
      expect(await clocksOf(item.id)).toEqual(before);
      const [note] = await stage.store.adminQuery<{ details: { fields: string } }>(
        `SELECT details FROM case_journal WHERE case_item_id = $1 AND action = 'CORRECT'`,
        [item.id],
      );
      expect(note!.details.fields).toContain('petitioner');
      expect(JSON.stringify(note)).not.toMatch(/李四|更正|1380000/);
      // Back again: REQUIRED locks it in, and a tick against the mode is rejected.
      const back = ok(
        await updateRegistration(stage, changed, { data: { purpose: 'SEEK_SOLUTION' } }),
      ).updateRegistration;
      expect(back).toMatchObject({ satisfactionMode: 'REQUIRED', satisfactionInScope: true });
      const untick = await updateRegistration(stage, back, { data: { satisfactionInScope: false } });
      expect(codesOf(untick)).toEqual(['SATISFACTION_LOCKED']);
      const litigation = ok(
        await updateRegistration(stage, back, { data: { litigationRelated: true } }),
      ).updateRegistration;
      expect(litigation).toMatchObject({ satisfactionMode: 'EXCLUDED', satisfactionInScope: false });
      expect(await clocksOf(item.id)).toEqual(before);
    },
  );

  const ARCHIVE =
    'mutation ($id: ID!, $version: Int!) { archive(caseItemId: $id, expectedVersion: $version, reason: "示例") { record { id } } }';

  rule(
    'PT-REG-04',
    'the lists of letters and of visits show all that was registered, whatever became of it; one picked from the list is edited',
    async () => {
      const by = officer('jinan', ['LETTER_REGISTRAR', 'VISIT_REGISTRAR', 'HANDLER']);
      const colleague = officer('jinan', ['LETTER_REGISTRAR', 'VISIT_REGISTRAR', 'HANDLER'], 'colleague');
      stage.store.clock.set('2026-03-02T23:59:59+08:00');
      const early = await letter(stage, {}, by);
      stage.store.clock.set('2026-03-03T00:00:00+08:00');
      const archived = await letter(stage, {}, by);
      ok(await stage.as(by, ARCHIVE, { id: archived.id, version: archived.version }));
      const passedOn = await letter(stage, {}, colleague);
      await stage.store.adminQuery(
        `UPDATE case_item SET state = 'IN_HANDLING', custodian_organisation_id = $2 WHERE id = $1`,
        [passedOn.id, ORGANISATIONS.lixia.id],
      );
      const anonymous = await letter(stage, { anonymous: true, petitioner: { name: null } }, by);
      const visits = [await visit(stage, {}, by), await visit(stage, { visitorCount: 6 }, colleague)];
      const letters = [early, archived, passedOn, anonymous];
      const newestFirst = (items: readonly Json[]) => items.map(({ id }) => id).reverse();

      const LIST = `query ($channel: Channel, $from: Date, $to: Date, $mine: Boolean, $first: Int, $after: String) {
        registrations(channel: $channel, from: $from, to: $to, mine: $mine, first: $first, after: $after) { nodes { id version } endCursor hasNextPage } }`;
      const list = async (filter: Record<string, unknown>, who = by) =>
        ok(await stage.as(who, LIST, filter)).registrations;
      const ids = async (filter: Record<string, unknown>, who = by) =>
        (await list(filter, who)).nodes.map(({ id }: { id: string }) => id);
      expect(await ids({ channel: 'LETTER' })).toEqual(newestFirst(letters));
      expect(await ids({ channel: 'VISIT' })).toEqual(newestFirst(visits));
      expect(await ids({}, colleague)).toEqual(newestFirst([...letters, ...visits]));
      expect(await ids({ mine: true }, colleague)).toEqual(newestFirst([passedOn, visits[1]!]));
      // A day ends at midnight in China.
      expect(await ids({ to: '2026-03-02' })).toEqual([early.id]);
      expect(await ids({ channel: 'LETTER', from: '2026-03-03', to: '2026-03-03' })).toEqual(
        newestFirst(letters.slice(1)),
      );
      for (const other of [
        officer('lixia', ['LETTER_REGISTRAR', 'HANDLER']),
        officer('qingdao', 'VISIT_REGISTRAR'),
      ])
        expect(await ids({}, other)).toEqual([]);
      const paged: string[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const page = await list({ first: 2, after });
        paged.push(...page.nodes.map(({ id }: { id: string }) => id));
        [after, more] = [page.endCursor, page.hasNextPage];
      }
      expect(paged).toEqual(newestFirst([...letters, ...visits]));

      for (const channel of ['LETTER', 'VISIT']) {
        const [picked] = (await list({ channel })).nodes;
        const edited = await updateRegistration(
          stage,
          picked,
          { data: { title: `重新打开修改${channel}` } },
          by,
        );
        expect(ok(edited).updateRegistration).toMatchObject({
          id: picked.id,
          title: `重新打开修改${channel}`,
        });
        expect(await ids({ channel })).toEqual(newestFirst(channel === 'LETTER' ? letters : visits));
      }
    },
  );

  rule(
    'PT-SAT-04',
    'of letters, visits and online petitions alike: the mode follows every save until completion, a tick against it is rejected',
    async () => {
      const zhang = await stage.citizen();
      const online = officer('shandong', ['ONLINE_REGISTRAR', 'HANDLER']);
      const REGISTER_ONLINE = `mutation ($id: ID!, $input: RegisterOnlineInput!) { registerOnline(submissionId: $id, input: $input) {
        id version satisfactionMode satisfactionInScope } }`;
      const fromSite = async (data: object) => {
        const id = await submitted(stage, zhang);
        ok(
          await stage.as(
            online,
            'mutation ($id: ID!) { openSubmission(submissionId: $id) { submission { id } } }',
            { id },
          ),
        );
        const input = {
          duplicates: { kind: 'NEITHER' },
          data: { purpose: 'SEEK_SOLUTION', contentCategory: DATA.contentCategory, ...data },
        };
        return stage.as(online, REGISTER_ONLINE, { id, input });
      };
      for (const [channel, by, register] of [
        ['LETTER', LETTERS, (data: object) => registerLetter(stage, letterInput({ data }))],
        ['VISIT', VISITS, (data: object) => registerVisit(stage, visitInput({ data }))],
        ['ONLINE', online, fromSite],
      ] as const) {
        const told = (answer: GraphAnswer) => {
          if (answer.errors) return codesOf(answer);
          const [{ satisfactionMode, satisfactionInScope }] = Object.values(answer.data!) as [Json];
          return [channel, satisfactionMode, satisfactionInScope];
        };
        const locked = ['SATISFACTION_LOCKED'];
        expect(told(await register({ satisfactionInScope: false }))).toEqual(locked);
        expect(told(await register({ litigationRelated: true, satisfactionInScope: true }))).toEqual(locked);
        const suggestion = await register({ purpose: 'SUGGESTION' });
        expect(told(suggestion)).toEqual([channel, 'MANUAL', false]);
        let [item] = Object.values(suggestion.data!) as [Json];
        const save = async (data: object) => {
          const answer = await updateRegistration(stage, item as never, { data }, by);
          if (!answer.errors) item = answer.data!.updateRegistration;
          return told(answer);
        };
        expect(await save({ satisfactionInScope: true })).toEqual([channel, 'MANUAL', true]);
        expect(await save({ purpose: 'SEEK_SOLUTION' })).toEqual([channel, 'REQUIRED', true]);
        expect(await save({ satisfactionInScope: false })).toEqual(locked);
        expect(await save({ litigationRelated: true })).toEqual([channel, 'EXCLUDED', false]);
        expect(await save({ satisfactionInScope: true })).toEqual(locked);
        expect(await save({ litigationRelated: false, purpose: 'OTHER' })).toEqual([
          channel,
          'MANUAL',
          false,
        ]);
        ok(await stage.as(by, ARCHIVE, { id: item.id, version: item.version }));
        item = { ...item, version: item.version + 1 };
        expect(await save({ purpose: 'SEEK_SOLUTION' })).toEqual(['WRONG_STATE']);
        expect(await save({ satisfactionInScope: true })).toEqual(['WRONG_STATE']);
      }
    },
  );

  rule('PT-SAT-04', 'once the item is completed neither purpose nor tick moves the mode', async () => {
    const item = await letter(stage, { data: { purpose: 'SUGGESTION' } });
    ok(await stage.as(LETTERS, ARCHIVE, { id: item.id, version: 1 }));
    const SEEN = `{ caseItem(id: "${item.id}") { version state satisfactionMode satisfactionInScope } }`;
    const completed = ok(await stage.as(LETTERS, SEEN)).caseItem;
    expect(completed).toMatchObject({
      state: 'COMPLETED',
      satisfactionMode: 'MANUAL',
      satisfactionInScope: false,
    });
    for (const data of [{ purpose: 'SEEK_SOLUTION' }, { satisfactionInScope: true }])
      expect(
        codesOf(
          await updateRegistration(stage, { id: item.id, version: completed.version } as never, { data }),
        ),
      ).toEqual(['WRONG_STATE']);
    expect(ok(await stage.as(LETTERS, SEEN)).caseItem).toEqual(completed);
  });

  it("an officer's tick stays while the officer decides, and nothing is written when nothing changes", async () => {
    const item = await letter(stage, { data: { purpose: 'SUGGESTION', satisfactionInScope: true } });
    const kept = ok(
      await updateRegistration(stage, item as never, { data: { title: '新标题' } }),
    ).updateRegistration;
    expect(kept).toMatchObject({ satisfactionMode: 'MANUAL', satisfactionInScope: true });
    const same = ok(await updateRegistration(stage, kept, { data: { title: '新标题' } })).updateRegistration;
    expect(same.version).toBe(kept.version);
  });

  it('all faults of a correction are told together and nothing is stored', async () => {
    const item = await letter(stage);
    const answer = await updateRegistration(stage, item as never, {
      data: { title: null, contentCategory: 'LABOUR', problemRegionCode: '1' },
      petitioner: { name: ' ', mobile: '1' },
      letterCount: -1,
    });
    expect(faultsOf(answer)).toEqual([
      { code: 'FIELD_REQUIRED', field: 'data.title' },
      { code: 'INVALID_REGION_CODE', field: 'data.problemRegionCode' },
      { code: 'CATEGORY_TOO_COARSE', field: 'data.contentCategory' },
      { code: 'INVALID_INPUT', field: 'letterCount' },
      { code: 'FIELD_REQUIRED', field: 'petitioner.name' },
      { code: 'INVALID_PHONE', field: 'petitioner.mobile' },
    ]);
    expect(ok(await stage.as(LETTERS, `{ caseItem(id: "${item.id}") { version } }`)).caseItem.version).toBe(
      item.version,
    );
  });
});

describe('who corrects', () => {
  it('two who edit at once: the second is told to reload', async () => {
    const item = await letter(stage);
    const edit = (title: string) => updateRegistration(stage, item as never, { data: { title } });
    const codes = (await Promise.all([edit('甲'), edit('乙')])).flatMap(codesOf);
    expect(codes).toEqual(['STALE_VERSION']);
  });

  it('only the organisation that holds the item, and not after completion', async () => {
    const item = await letter(stage);
    const edit = (by = LETTERS) => updateRegistration(stage, item as never, { data: { title: '改' } }, by);
    expect(codesOf(await edit(officer('qingdao', ['LETTER_REGISTRAR', 'HANDLER'])))).toEqual(['NOT_FOUND']);
    expect(codesOf(await edit(officer('nation', ['LETTER_REGISTRAR', 'HANDLER'])))).toEqual([
      'NOT_CUSTODIAN',
    ]);
    expect(codesOf(await edit(officer('shandong', 'SUPERVISOR')))).toEqual(['FORBIDDEN']);
    await stage.store.adminQuery(`UPDATE org_task SET state = 'IN_APPROVAL' WHERE case_item_id = $1`, [
      item.id,
    ]);
    expect(codesOf(await edit())).toEqual(['ITEM_READ_ONLY']);
    await stage.store.adminQuery(
      `UPDATE org_task SET state = 'DONE', custody = false WHERE case_item_id = $1`,
      [item.id],
    );
    await stage.store.adminQuery(
      `UPDATE case_item SET state = 'COMPLETED', outcome = 'ARCHIVED' WHERE id = $1`,
      [item.id],
    );
    expect(codesOf(await edit())).toEqual(['WRONG_STATE']);
  });

  rule(
    'PT-HND-08',
    'whoever holds or held the item cannot become its accused; anybody else is hidden from it at once',
    async () => {
      const item = await letter(stage);
      const accuse = (data: object) =>
        updateRegistration(stage, item as never, { data: { purpose: 'ACCUSATION', ...data } });
      await stage.store.adminQuery(
        `INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, holder_id, received_at)
       VALUES ($1, 'HANDLE', 'DONE', $2, '370102000000', $3, now())`,
        [item.id, ORGANISATIONS.lixiaUnit.id, officer('lixiaUnit', 'HANDLER').accountId],
      );
      expect(codesOf(await accuse({ accusedOrganisationId: ORGANISATIONS.shandong.id }))).toEqual([
        'ACCUSED_IS_OWN_UNIT',
      ]);
      expect(codesOf(await accuse({ accusedOrganisationId: ORGANISATIONS.lixiaUnit.id }))).toEqual([
        'ACCUSED_KNOWS_ALREADY',
      ]);
      expect(codesOf(await accuse({ accusedAccountId: officer('lixiaUnit', 'HANDLER').accountId }))).toEqual([
        'ACCUSED_KNOWS_ALREADY',
      ]);
      expect(
        codesOf(await accuse({ accusedOrganisationId: '00000000-0000-7000-8000-00000000ffff' })),
      ).toEqual(['NOT_FOUND']);
      const nation = officer('nation', 'HANDLER');
      const look = async () => ok(await stage.as(nation, `{ caseItem(id: "${item.id}") { id } }`)).caseItem;
      expect(await look()).not.toBeNull();
      ok(await accuse({ accusedOrganisationId: ORGANISATIONS.nation.id }));
      expect(await look()).toBeNull();
    },
  );

  describe('an item whose accused, as corrected, reach whoever holds it', () => {
    const street = officer('lixiaStreet', ['LETTER_REGISTRAR', 'HANDLER']);
    const colleague = officer('lixiaStreet', 'LEADER', 'accused');
    const accuse = (item: object, data: object) =>
      updateRegistration(stage, item as never, { data: { purpose: 'ACCUSATION', ...data } }, street);
    const stands = async (id: string) =>
      (
        await stage.store.adminQuery(
          `SELECT c.custodian_organisation_id AS custodian, t.state, t.organisation_id AS holding, t.accept_due_on::text AS "acceptDueOn",
             (SELECT array_agg(j.action ORDER BY j.id) FROM case_journal j WHERE j.case_item_id = c.id) AS journal,
             (SELECT array_agg(r.mode ORDER BY r.seq) FROM handling_record r WHERE r.case_item_id = c.id) AS modes
           FROM case_item c JOIN org_task t ON t.case_item_id = c.id AND t.custody WHERE c.id = $1`,
          [id],
        )
      )[0];
    const { lixia, jinan, lixiaStreet, shinan } = ORGANISATIONS;
    const left = { state: 'UNIT_INBOX', journal: ['REGISTER', 'CORRECT', 'TRANSFER'], modes: ['TRANSFER'] };
    const letterOf = (changes: object = {}) => letter(stage, changes, street);
    afterEach(() =>
      stage.store.adminQuery('UPDATE organisation SET superior_id = NULL WHERE id = $1', [lixiaStreet.id]),
    );

    rule('PT-HND-08', 'leaves it for the bureau above: a colleague is accused', async () => {
      await stage.store.appoint(colleague);
      const item = await letterOf();
      const before = await clocksOf(item.id);
      ok(await accuse(item, { accusedAccountId: colleague.accountId }));
      expect(await stands(item.id)).toMatchObject({ ...left, custodian: lixia.id, holding: lixia.id });
      expect(await clocksOf(item.id)).toEqual(before);
      // They hold it no more, and nobody brings it back to them.
      expect(codesOf(await accuse({ ...item, version: 3 }, { accusedAccountId: null }))).toEqual([
        'NOT_CUSTODIAN',
      ]);
    });

    rule(
      'PT-HND-08',
      'leaves it for the first bureau that they do not reach: the superior is accused',
      async () => {
        await stage.store.adminQuery('UPDATE organisation SET superior_id = $2 WHERE id = $1', [
          lixiaStreet.id,
          lixia.id,
        ]);
        const item = await letterOf();
        ok(await accuse(item, { accusedOrganisationId: lixia.id }));
        expect(await stands(item.id)).toMatchObject({ ...left, custodian: jinan.id, holding: jinan.id });
      },
    );

    rule('PT-HND-08', 'does not get it to keep by registering it: letter and visit alike', async () => {
      await stage.store.appoint(colleague);
      const data = { purpose: 'ACCUSATION', accusedAccountId: colleague.accountId };
      const byVisit = officer('lixiaStreet', ['VISIT_REGISTRAR', 'HANDLER']);
      for (const item of [await letterOf({ data }), await visit(stage, { data }, byVisit)])
        expect(await stands(item.id)).toMatchObject({
          custodian: lixia.id,
          holding: lixia.id,
          journal: ['REGISTER', 'TRANSFER'],
          modes: ['TRANSFER'],
        });
    });

    rule('PT-HND-08', 'keeps it where the accused do not reach it', async () => {
      const item = await letterOf();
      ok(await accuse(item, { accusedOrganisationId: shinan.id }));
      expect(await stands(item.id)).toMatchObject({
        custodian: lixiaStreet.id,
        journal: ['REGISTER', 'CORRECT'],
      });
    });
  });

  it("nobody changes an anonymous account's anonymity or identity; of an anonymous letter the writer may yet be found", async () => {
    const anonymous = await stage.citizen({ anonymous: true });
    const { item: online } = await registeredOnline(stage, await submitted(stage, anonymous), {
      contentCategory: 'LABOUR.WAGES.ARREARS',
    });
    const by = officer('shandong', ['ONLINE_REGISTRAR', 'HANDLER']);
    expect(
      faultsOf(
        await updateRegistration(stage, online, { anonymous: false, petitioner: { name: '王五' } }, by),
      ),
    ).toEqual([
      { code: 'ANONYMITY_OF_ACCOUNT', field: 'anonymous' },
      { code: 'PETITIONER_NOT_EDITABLE', field: 'petitioner' },
    ]);
    const unsigned = await letter(stage, { anonymous: true, petitioner: { name: null } });
    expect(codesOf(await updateRegistration(stage, unsigned as never, { anonymous: false }))).toEqual([
      'FIELD_REQUIRED',
    ]);
    const named = ok(
      await updateRegistration(stage, unsigned as never, { anonymous: false, petitioner: { name: '王五' } }),
    ).updateRegistration;
    expect(named).toMatchObject({ satisfactionMode: 'REQUIRED', petitioner: { displayName: '王*' } });
  });

  rule(
    'PT-VIS-04',
    "the interviewer corrects the registrar's data; the item stays in to-do and all interviews",
    async () => {
      const interviewer = await stage.store.appoint(officer('shandong', 'INTERVIEWER'));
      const item = await visit(stage, { interviewerId: interviewer.accountId, visitorCount: 2 });
      const changed = ok(
        await updateRegistration(
          stage,
          item as never,
          { data: { demand: '当面补充的诉求' }, petitioner: { mobile: '13900001111' }, visitorCount: 5 },
          interviewer,
        ),
      ).updateRegistration;
      expect(changed).toMatchObject({ visitorCount: 5, collective: true });
      for (const tab of ['TODO', 'ALL']) {
        const { interviews } = ok(
          await stage.as(
            interviewer,
            `query ($tab: InterviewTab!) { interviews(tab: $tab) { nodes { caseItem { id demand } } } }`,
            { tab },
          ),
        );
        expect(interviews.nodes).toContainEqual({ caseItem: { id: item.id, demand: '当面补充的诉求' } });
      }
      expect((await revealed(stage, item.id, VISITS)).mobile).toBe('13900001111');
    },
  );
});

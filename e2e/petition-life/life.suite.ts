import { randomUUID } from 'node:crypto';
import type { GraphAnswer, Json } from '@junxian/test-kit';
import { solvedCaptcha } from '../support/captcha';
import { citizenNumber, demoPassword, places } from '../support/demo';
import { eventually, type System, startSystem } from '../support/system';
import { type Secrets, seenNextDoor } from './neighbour';
import { EventWatch, publishedNames } from './observed-events';
import { codeOf, Office, ok } from './office';

const PERSON = { name: '示例信访甲', address: '示例西坪镇平安街 1 号', mobile: '13900000061' };
const NUMBER = citizenNumber(61, '19800101', '370102');
const PETITION = {
  title: '示例拖欠工资一事',
  problemRegionCode: places.village,
  problemAddress: '示例西坪村工地三号楼',
  content: '示例内容：工地拖欠三个月工资，请予处理。',
};
const DATA = { purpose: 'SEEK_SOLUTION', contentCategory: 'LABOUR.WAGES.ARREARS' };
const PDF = Buffer.from('%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n');

const COUNTY_REVIEW = { clerk: 'pt-yunzhou-review', handler: 'pt-yunzhou-review', leader: 'pt-yunzhou-head' };
const CITY_REVIEW = { clerk: 'pt-datong-review', handler: 'pt-datong-review', leader: 'pt-datong-leader' };

/**
 * One whole life of a petition through the gateway: from a citizen's registration to the end of all three levels, on a
 * clock that the test moves, with every event seen at the broker and the county next door seeing nothing at any step. Beside it live three
 * others, for what does not happen to the first: an anonymous petition, withdrawn and sent anew, whose review is rejected and whose
 * time then passes; a letter whose review revokes and is terminated the next time; and a letter registered in short.
 */
export function petitionLife(environment: () => Record<string, string>): void {
  let system: System;
  let office: Office;
  let events: EventWatch;
  let letter: Json;
  let item: Json;
  let hidden: Json;
  let submissionId: string;
  let hiddenSubmissionId: string;
  let opinion: Json;
  let hiddenOpinionNo: string;
  let review: Json;
  let queryCode: string;
  let summaryBefore: Json;
  const secrets: Secrets = {
    items: [],
    submissions: [],
    reviews: [],
    words: [PETITION.title, PETITION.content, PETITION.problemAddress, PERSON.name, NUMBER],
    citizenNumber: NUMBER,
    person: PERSON,
  };

  beforeAll(async () => {
    const given = environment();
    system = await startSystem({ environment: given, clockAt: '2026-03-02T09:00:00+08:00' });
    office = new Office(system);
    await office.open();
    events = await EventWatch.on(system, given.KAFKA_BROKERS);
    summaryBefore = await summary();
  }, 300_000);
  afterAll(async () => {
    await events?.stop();
    await system?.stop();
  }, 120_000);
  /** One stage of the life; those after one that failed are not played. */
  let broken = false;
  const stage = (title: string, play: () => Promise<void>, timeout: number) =>
    it(
      title,
      async () => {
        if (broken) throw new Error('an earlier stage failed');
        broken = true;
        await play();
        broken = false;
      },
      timeout,
    );
  afterEach(async () => {
    if (broken) return;
    expect(await seenNextDoor(office, secrets, places.yunzhou)).toEqual([]);
  }, 60_000);

  const summary = async () =>
    (
      await office.do(
        'pt-shanxi-leader',
        `query ($code: ID!) { region(code: $code) { petitionSummary(from: "2026-03-01", to: "2026-03-31") { items online letters completed suppressed } } }`,
        { code: places.shanxi },
      )
    ).region.petitionSummary;

  /** Sends a mutation that a captcha protects. */
  const withCaptcha = async (ask: (captcha: Json) => Promise<GraphAnswer>) =>
    ask(await solvedCaptcha(system));

  const register = (input: Json, captcha: Json, key: string = randomUUID()) =>
    system.client().query(
      `mutation ($input: RegisterAccountInput!, $captcha: CaptchaInput, $key: ID!) {
           registerAccount(input: $input, captcha: $captcha, clientMutationKey: $key) { username } }`,
      { input: { password: demoPassword, termsAccepted: true, ...input }, captcha, key },
    );

  const submit = (who: string, input: Json) =>
    withCaptcha((captcha) =>
      office.ask(
        who,
        `mutation ($input: SubmitPetitionInput!, $captcha: CaptchaInput) {
           submitPetition(input: $input, captcha: $captcha) { submission { id state version receiver { id } } } }`,
        { input, captcha },
      ),
    );

  const identityCalls = async () =>
    (await (await fetch(`${system.process('identity-check').origin}/calls`)).json()) as {
      calls: number;
      results: { MATCH: number; NO_MATCH: number };
    };

  const attachmentsOf = async (who: string) =>
    (
      await office.do(
        who,
        `query ($id: ID!) { submission(id: $id) { attachments { fileName size downloadUrl } } }`,
        { id: submissionId },
      )
    ).submission.attachments;

  const download = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());

  const warningsOf = async (who: string, id: string): Promise<string[]> =>
    (await office.item(who, id)).warnings.map(({ kind, level }: Json) => `${kind} ${level}`);

  stage(
    'a letter and a letter in short are registered; a citizen registers after an identity check, an anonymous one without',
    async () => {
      letter = (
        await office.do(
          'pt-shanxi',
          `mutation ($input: RegisterLetterInput!) { registerLetter(input: $input) { id itemNo state firstInSystem } }`,
          {
            input: {
              data: {
                ...DATA,
                title: '示例来信一件',
                content: '示例来信内容一份。',
                problemRegionCode: places.village,
                purpose: 'SUGGESTION',
                contentCategory: 'LABOUR.WAGES.OVERTIME',
              },
              petitioner: { name: PERSON.name, householdAddress: PERSON.address },
              petitionDate: '2026-03-01',
              duplicates: { kind: 'NEITHER' },
            },
          },
        )
      ).registerLetter;
      secrets.items.push(letter as Secrets['items'][number]);
      secrets.words.push('示例来信一件', '示例来信内容一份。');
      expect(letter).toMatchObject({ state: 'REGISTERED', firstInSystem: true });
      await events.see('case.registered', letter.id);
      const simple = (
        await office.do(
          'pt-shanxi',
          `mutation { registerSimple(input: { kind: LITIGATION, name: "不详", address: "不详", letterCount: 3, handlingMode: ARCHIVE, destination: "存" }) { id } }`,
        )
      ).registerSimple;
      await events.see('simple-registration.registered', simple.id);
      secrets.words.push(simple.id);

      const form = {
        username: 'life_citizen',
        anonymous: false,
        name: PERSON.name,
        idType: 'RESIDENT_ID',
        idNumber: NUMBER,
        householdAddress: PERSON.address,
        householdRegionCode: places.village,
        mobile: PERSON.mobile,
      };
      const before = await identityCalls();
      const wrong = await register(form, { id: (await solvedCaptcha(system)).id, text: 'zzzzz' });
      expect(codeOf(wrong)).toBe('CAPTCHA_WRONG');
      expect(
        await system.adminQuery('petitions', `SELECT FROM public_account WHERE username = 'life_citizen'`),
      ).toEqual([]);
      const refused = await withCaptcha((captcha) => register({ ...form, name: '不符某人' }, captcha));
      expect(codeOf(refused)).toBe('IDENTITY_NOT_CONFIRMED');
      const key = randomUUID();
      ok(await withCaptcha((captcha) => register(form, captcha, key)));
      const { calls, results } = await identityCalls();
      expect([calls - before.calls, results.NO_MATCH - before.results.NO_MATCH]).toEqual([3, 1]);
      ok(await register(form, await solvedCaptcha(system), key));
      expect((await identityCalls()).calls).toBe(calls);

      ok(
        await withCaptcha((captcha) =>
          register(
            {
              username: 'life_anonymous',
              anonymous: true,
              mobile: '13900000062',
              mailingAddress: '示例信箱六十二号',
              mailingRegionCode: places.village,
            },
            captcha,
          ),
        ),
      );
      expect((await identityCalls()).calls).toBe(calls);
      for (const who of ['life_citizen', 'life_anonymous']) office.knowCitizen(who);
      const { myProfile } = await office.do(
        'life_citizen',
        '{ myProfile { name idNumber identityVerifiedAt } }',
      );
      expect(myProfile.identityVerifiedAt).toMatch(/^2026-03-02/);
      expect([myProfile.name, myProfile.idNumber]).not.toContain(NUMBER);
    },
    180_000,
  );

  stage(
    'the citizen submits with an attachment and downloads it again; an anonymous submission is withdrawn and sent anew',
    async () => {
      const { startAttachmentUpload } = await office.do(
        'life_citizen',
        `mutation { startAttachmentUpload(fileName: "示例欠条.pdf", mime: "application/pdf", size: ${PDF.length}) { fileId uploadUrl } }`,
      );
      expect(startAttachmentUpload.uploadUrl).toContain('/files/petitions/uploads/');
      const uploaded = await fetch(startAttachmentUpload.uploadUrl, {
        method: 'PUT',
        body: new Uint8Array(PDF),
      });
      expect(uploaded.status).toBe(200);
      const answer = ok(
        await submit('life_citizen', { ...PETITION, fileIds: [startAttachmentUpload.fileId] }),
      );
      const { submission } = answer.submitPetition;
      submissionId = submission.id;
      secrets.submissions.push(submissionId);
      expect(submission).toMatchObject({
        state: 'SUBMITTED',
        receiver: { id: office.organisation('pt-shanxi') },
      });
      await events.see('submission.created', submissionId);
      const [attachment] = await attachmentsOf('life_citizen');
      expect(attachment).toMatchObject({ fileName: '示例欠条.pdf', size: PDF.length });
      expect(await download(attachment.downloadUrl)).toEqual(PDF);
      expect((await fetch(`${attachment.downloadUrl.slice(0, -3)}aaa`)).status).not.toBe(200);
      // What lies unopened is not read by staff.
      expect(await attachmentsOf('pt-shanxi')).toEqual([]);

      const anonymous = { ...PETITION, title: '示例匿名反映一事', content: '示例匿名内容一份。' };
      secrets.words.push(anonymous.title, anonymous.content);
      const first = ok(await submit('life_anonymous', anonymous)).submitPetition.submission;
      const withdrawn = await office.do(
        'life_anonymous',
        `mutation ($id: ID!, $v: Int!) { withdrawPetition(id: $id, expectedVersion: $v) { state } }`,
        { id: first.id, v: first.version },
      );
      expect(withdrawn.withdrawPetition.state).toBe('WITHDRAWN');
      await events.see('submission.withdrawn', first.id);
      hiddenSubmissionId = ok(await submit('life_anonymous', anonymous)).submitPetition.submission.id;
      secrets.submissions.push(first.id, hiddenSubmissionId);
    },
    120_000,
  );

  stage(
    'five days before the last day to route it the warning turns yellow; opened, it proposes the duplicate and is registered',
    async () => {
      await office.morning('2026-03-11');
      expect(await events.of('submission.warning-raised', submissionId)).toEqual([]);
      await office.morning('2026-03-12');
      const [raised] = await events.see('submission.warning-raised', submissionId);
      expect(raised!.data).toMatchObject({
        deadlineKind: 'ROUTE',
        level: 'YELLOW',
        targetOrganisationId: office.organisation('pt-shanxi'),
      });
      const { warnings } = await office.do(
        'pt-shanxi-leader',
        `{ warnings(kind: ROUTE, first: 100) { nodes { dueAt level } } }`,
      );
      expect(warnings.nodes).toContainEqual({ dueAt: '2026-03-17', level: 'YELLOW' });

      const opened = (
        await office.do(
          'pt-shanxi',
          `mutation ($id: ID!) { openSubmission(submissionId: $id) { submission { state routeDueAt } duplicates { id match caseItem { id } } } }`,
          { id: submissionId },
        )
      ).openSubmission;
      await events.see('submission.opened', submissionId);
      expect(opened.submission).toEqual({ state: 'OPENED', routeDueAt: '2026-03-17' });
      expect(opened.duplicates).toContainEqual({
        id: letter.id,
        match: 'NAME_AND_ADDRESS',
        caseItem: { id: letter.id },
      });
      expect(
        codeOf(
          await office.ask(
            'life_citizen',
            `mutation ($id: ID!) { withdrawPetition(id: $id, expectedVersion: 1) { state } }`,
            { id: submissionId },
          ),
        ),
      ).toBe('NOT_WITHDRAWABLE');
      const [attachment] = await attachmentsOf('pt-shanxi');
      expect(await download(attachment.downloadUrl)).toEqual(PDF);

      const registerOnline = (id: string, input: Json) =>
        office.ask(
          'pt-shanxi',
          `mutation ($id: ID!, $input: RegisterOnlineInput!) { registerOnline(submissionId: $id, input: $input) { id itemNo } }`,
          { id, input: { data: DATA, ...input } },
        );
      expect(codeOf(await registerOnline(submissionId, {}))).toBe('DUPLICATES_UNDECIDED');
      item = ok(
        await registerOnline(submissionId, { duplicates: { kind: 'SAME_PERSON', linkedItemId: letter.id } }),
      ).registerOnline;
      await office.do(
        'pt-shanxi',
        `mutation ($id: ID!) { openSubmission(submissionId: $id) { submission { id } } }`,
        {
          id: hiddenSubmissionId,
        },
      );
      hidden = ok(await registerOnline(hiddenSubmissionId, {})).registerOnline;
      for (const registered of [item, hidden]) {
        secrets.items.push(registered as Secrets['items'][number]);
        await events.see('case.registered', registered.id);
      }
      expect(await office.item('pt-shanxi', item.id)).toMatchObject({
        state: 'REGISTERED',
        firstInSystem: true,
        satisfactionMode: 'REQUIRED',
        satisfactionInScope: true,
        routeDueAt: '2026-03-17',
        receivedAt: expect.stringMatching(/^2026-03-02/),
      });
      // Scenario 34: of an anonymous item every officer sees 匿名, and no citizen leads to it.
      expect((await office.item('pt-shanxi', hidden.id)).petitioner).toEqual({
        displayName: '匿名',
        anonymous: true,
        name: null,
        idNumber: null,
        citizen: null,
      });
      expect((await office.item('pt-shanxi', hidden.id)).satisfactionMode).toBe('EXCLUDED');
      const { citizen } = await office.do(
        'pt-shanxi',
        `query ($n: String!) { citizen(idNumber: $n) { petitions { id } openPetitionCount } }`,
        { n: NUMBER },
      );
      expect(citizen).toEqual({ petitions: [{ id: item.id }], openPetitionCount: 1 });
    },
    180_000,
  );

  stage(
    'a reveal of the petitioner is told to the audit; name and query code open the process, a wrong code does not',
    async () => {
      const { caseItem } = await office.do(
        'pt-shanxi',
        `query ($id: ID!) { caseItem(id: $id) { petitioner { name(reveal: true) idNumber } } }`,
        { id: item.id },
      );
      expect(caseItem.petitioner).toEqual({
        name: PERSON.name,
        idNumber: expect.not.stringContaining(NUMBER),
      });
      const [revealed] = await events.see('identity.revealed', office.account('pt-shanxi'));
      expect(revealed!.text).not.toContain(PERSON.name);

      queryCode = (
        await office.do(
          'pt-shanxi',
          `mutation ($id: ID!) { printQueryCode(caseItemId: $id) { queryCode } }`,
          {
            id: item.id,
          },
        )
      ).printQueryCode.queryCode;
      expect(queryCode).toMatch(/^[2-9A-HJ-NP-Z]{8}$/);
      secrets.words.push(queryCode);
      const track = (name: string, code: string) =>
        system
          .client()
          .query(
            `mutation ($name: String!, $code: String!) { trackPetition(name: $name, queryCode: $code) { token } }`,
            {
              name,
              code,
            },
          );
      const [wrongCode, wrongName] = [
        await track(PERSON.name, 'ABCDEFGH'),
        await track('示例旁人', queryCode),
      ];
      expect(wrongCode.errors).toEqual(wrongName.errors);
      const { token } = ok(await track(PERSON.name, queryCode)).trackPetition;
      const tracked = ok(
        await system
          .client()
          .query(
            `query ($token: String!) { trackedPetition(token: $token) { itemNo state process { organisation mode } } }`,
            {
              token,
            },
          ),
      ).trackedPetition;
      expect(tracked).toMatchObject({ itemNo: item.itemNo, state: 'REGISTERED' });
      // An anonymous item is followed through the account alone (PT-PUB-17).
      const noCode = await office.ask('pt-shanxi', `mutation ($id: ID!) { showQueryCode(caseItemId: $id) }`, {
        id: hidden.id,
      });
      expect(codeOf(noCode)).toBe('NO_QUERY_CODE');
      const { myPetitions } = await office.do('life_anonymous', '{ myPetitions { nodes { itemNo } } }');
      expect(myPetitions.nodes).toEqual([{ itemNo: hidden.itemNo }]);
    },
    120_000,
  );

  stage(
    'province assigns to city, city forwards to county, county to its unit; taken back, refused and returned on the way',
    async () => {
      office.at('2026-03-13');
      const { defaultDestination } = await office.do(
        'pt-shanxi',
        `query ($id: ID!) { defaultDestination(caseItemId: $id) { id } }`,
        { id: item.id },
      );
      expect(defaultDestination.id).toBe(office.organisation('pt-datong'));
      expect(await office.assign('pt-shanxi', item.id, 'pt-datong', '2026-05-20')).toEqual({
        acceptDueAt: '2026-03-28',
      });
      const [assigned] = await events.see('case.assigned', item.id);
      expect(assigned!.data).toMatchObject({
        fromOrganisationId: office.organisation('pt-shanxi'),
        toOrganisationId: office.organisation('pt-datong'),
        resultDueOn: '2026-05-20',
      });
      expect((await office.taskIn('pt-shanxi', 'AWAITING_RESULT', item.id))?.state).toBe('AWAITING_RESULT');
      // The two others go to the unit at once.
      for (const other of [letter, hidden]) await office.forward('pt-shanxi', other.id, 'pt-yunzhou-unit');

      office.at('2026-03-16');
      await office.take('pt-datong', item.id);
      expect(await office.forward('pt-datong', item.id, 'pt-yunzhou')).toEqual({ acceptDueAt: '2026-03-31' });
      const sent = await office.taskIn('pt-datong', 'DONE', item.id);
      await office.do(
        'pt-datong',
        `mutation ($id: ID!, $v: Int!) { takeBack(taskId: $id, expectedVersion: $v) { state } }`,
        {
          id: sent!.id,
          v: sent!.version,
        },
      );
      await events.see('case.taken-back', item.id);
      expect(await office.taskIn('pt-yunzhou', 'UNIT_INBOX', item.id)).toBeUndefined();
      await office.forward('pt-datong', item.id, 'pt-yunzhou');
      await events.see('case.forwarded', item.id, 2);
      await office.take('pt-yunzhou', item.id);

      office.at('2026-03-18');
      await askReturn('pt-yunzhou');
      await decideReturn('pt-datong', 'REFUSE');
      await events.see('case.return-refused', item.id);
      await office.do(
        'pt-yunzhou',
        `mutation ($id: ID!, $v: Int!) { updateRegistration(caseItemId: $id, expectedVersion: $v, input: { data: { remarks: "示例备注" } }) { id } }`,
        { id: item.id, v: (await office.item('pt-yunzhou', item.id)).version },
      );
      await events.see('case.corrected', item.id);
      await office.forward('pt-yunzhou', item.id, 'pt-yunzhou-unit');
      await office.take('pt-yunzhou-unit', item.id);
      await askReturn('pt-yunzhou-unit');
      await events.see('case.return-requested', item.id, 2);
      await decideReturn('pt-yunzhou', 'CONFIRM');
      await events.see('case.returned', item.id);
      expect(await office.forward('pt-yunzhou', item.id, 'pt-yunzhou-unit')).toEqual({
        acceptDueAt: '2026-04-02',
      });
      await office.take('pt-yunzhou-unit', item.id);
      // What one organisation says among its own, another does not read.
      const { handlingRecords } = await office.item('pt-yunzhou-unit', item.id);
      expect(handlingRecords.length).toBeGreaterThan(3);
      expect(handlingRecords.map((record: Json) => record.opinion)).not.toContainEqual(
        expect.stringContaining('转'),
      );
    },
    180_000,
  );

  stage(
    'the unit is warned, and its warning climbs to the city; it accepts in time and handles the item itself',
    async () => {
      await office.morning('2026-03-27');
      expect(await warningsOf('pt-yunzhou-unit', item.id)).toEqual([]);
      await office.morning('2026-03-28');
      const raised = (await events.see('case.warning-raised', item.id)).at(-1)!;
      expect(raised.data).toMatchObject({
        deadlineKind: 'ACCEPT',
        level: 'YELLOW',
        targetOrganisationId: office.organisation('pt-yunzhou-unit'),
      });
      expect((await office.item('pt-datong-leader', item.id)).warnings).toEqual([
        {
          kind: 'ACCEPT',
          level: 'YELLOW',
          dueAt: '2026-04-02',
          target: { id: office.organisation('pt-yunzhou-unit') },
          // Nobody supervises in the county.
          supervisor: { id: office.organisation('pt-datong') },
        },
      ]);
      office.at('2026-04-01');
      const draft = await office.draftAcceptance('pt-yunzhou-unit', item.id);
      expect(codeOf(await office.handleSelf('pt-yunzhou-unit', item.id))).toBe('ACCEPTANCE_REQUIRED');
      const filed = await office.fileNotice('pt-yunzhou-unit', draft);
      expect(filed.caseItem).toEqual({ state: 'ACCEPTED', handleDueAt: '2026-05-31' });
      const [issued] = await events.see('case.notice-issued', item.id);
      expect(issued!.data).toMatchObject({ noticeKind: 'ACCEPTANCE', handleDueOn: '2026-05-31' });
      ok(await office.handleSelf('pt-yunzhou-unit', item.id));
      await events.see('case.self-handling-started', item.id);
      for (const other of [letter, hidden]) {
        await office.take('pt-yunzhou-unit', other.id);
        await office.fileNotice('pt-yunzhou-unit', await office.draftAcceptance('pt-yunzhou-unit', other.id));
        ok(await office.handleSelf('pt-yunzhou-unit', other.id));
      }
      await office.morning('2026-04-02');
      expect(await warningsOf('pt-yunzhou-unit', item.id)).toEqual([]);
      const { myPetitions } = await office.do(
        'life_citizen',
        '{ myPetitions { nodes { itemNo state handleDueAt process { mode organisation destination } notices { kind docNo } } } }',
      );
      expect(myPetitions.nodes).toEqual([
        expect.objectContaining({
          itemNo: item.itemNo,
          state: 'ACCEPTED',
          handleDueAt: '2026-05-31',
          notices: [{ kind: 'ACCEPTANCE', docNo: filed.notice.docNo }],
        }),
      ]);
      expect(myPetitions.nodes[0].process.map(({ mode }: Json) => mode)).toEqual([
        null,
        'ASSIGN',
        'FORWARD',
        'FORWARD',
        'INFORM_ACCEPT',
        'HANDLE_SELF',
      ]);
    },
    180_000,
  );

  stage(
    'the result is late: yellow, red, a reminder; handling is extended once, and its warning falls',
    async () => {
      await office.morning('2026-05-14');
      expect(await warningsOf('pt-shanxi', item.id)).toEqual([]);
      await office.morning('2026-05-15');
      expect(await warningsOf('pt-shanxi', item.id)).toEqual(['RESULT YELLOW']);
      await office.morning('2026-05-20');
      expect(await warningsOf('pt-shanxi', item.id)).toEqual(['RESULT YELLOW']);
      expect((await office.item('pt-shanxi', item.id)).late).toBe(false);
      await office.morning('2026-05-21');
      expect(await warningsOf('pt-shanxi', item.id)).toEqual(['RESULT RED', 'HANDLE YELLOW']);
      expect((await office.item('pt-shanxi', item.id)).late).toBe(true);
      const levels = (await events.see('case.warning-raised', item.id, 4)).map(
        ({ data }) => `${data.deadlineKind} ${data.level}`,
      );
      expect(levels).toEqual(
        expect.arrayContaining(['ACCEPT YELLOW', 'RESULT YELLOW', 'RESULT RED', 'HANDLE YELLOW']),
      );
      expect(new Set(levels).size).toBe(levels.length);
      const { remind } = await office.do(
        'pt-shanxi-leader',
        `mutation ($id: ID!, $unit: ID!) { remind(caseItemId: $id, targetOrganisationId: $unit, deadlineKind: HANDLE, reason: LATE_WITHOUT_CAUSE,
         text: "示例：请抓紧办理。") { id answerDueAt level } }`,
        { id: item.id, unit: office.organisation('pt-yunzhou-unit') },
      );
      expect(remind).toMatchObject({ answerDueAt: '2026-05-26', level: 'YELLOW' });
      await events.see('case.reminder-sent', item.id);
      const { reminders } = await office.do('pt-yunzhou-unit', '{ reminders { nodes { id version text } } }');
      const received = reminders.nodes.find(({ id }: Json) => id === remind.id);
      expect(received.text).toBe('示例：请抓紧办理。');
      await office.do(
        'pt-yunzhou-unit',
        `mutation ($id: ID!, $v: Int!) { answerReminder(id: $id, text: "示例：正在调查。", expectedVersion: $v) { answerLate } }`,
        { id: remind.id, v: received.version },
      );

      const extend = async (days: number) =>
        office.ask(
          'pt-yunzhou-leader',
          `mutation ($id: ID!, $v: Int!, $days: Int!) { extendHandling(caseItemId: $id, expectedVersion: $v, days: $days, reason: "示例：案情复杂。") {
           caseItem { handleDueAt extendedDays } } }`,
          { id: item.id, v: (await office.item('pt-yunzhou-leader', item.id)).version, days },
        );
      expect(codeOf(await extend(31))).toBe('EXTENSION_TOO_LONG');
      expect(ok(await extend(30)).extendHandling.caseItem).toEqual({
        handleDueAt: '2026-06-30',
        extendedDays: 30,
      });
      expect(codeOf(await extend(1))).toBe('EXTENSION_USED');
      const [extended] = await events.see('case.extended', item.id);
      expect(extended!.data).toMatchObject({ oldDueOn: '2026-05-31', newDueOn: '2026-06-30' });
      await office.morning('2026-05-22');
      expect(await warningsOf('pt-shanxi', item.id)).toEqual(['RESULT RED']);
    },
    240_000,
  );

  stage(
    'the unit reports, again after it was sent back; its opinion is served and completes the item',
    async () => {
      office.at('2026-06-05');
      const report = async (approve: boolean, name: string) => {
        const submitted = (
          await office.do(
            'pt-yunzhou-unit',
            `mutation ($id: ID!) { submitReport(caseItemId: $id, body: "示例：办理结果。") { report { id version to { id } } } }`,
            { id: item.id },
          )
        ).submitReport.report;
        expect(submitted.to.id).toBe(office.organisation('pt-shanxi'));
        await events.see('case.report-submitted', submitted.id);
        await office.do(
          'pt-shanxi',
          `mutation ($id: ID!, $v: Int!, $approve: Boolean!) { reviewReport(reportId: $id, expectedVersion: $v, approve: $approve, opinion: "示例批语") { report { state } } }`,
          { id: submitted.id, v: submitted.version, approve },
        );
        await events.see(name, submitted.id);
      };
      await report(false, 'case.report-sent-back');
      expect((await office.taskIn('pt-shanxi', 'AWAITING_RESULT', item.id))?.state).toBe('AWAITING_RESULT');
      await report(true, 'case.report-approved');
      expect(await office.taskIn('pt-shanxi', 'AWAITING_RESULT', item.id)).toBeUndefined();

      office.at('2026-06-08');
      expect((await evaluation()).enabled).toBe(false);
      opinion = await office.serveOpinion('pt-yunzhou-unit', 'pt-yunzhou-leader', item.id, '2026-06-08');
      expect(opinion.caseItem).toEqual({ state: 'COMPLETED', outcome: 'REPLIED', appealDueAt: '2026-07-08' });
      const [completed] = await events.see('case.completed', item.id);
      expect(completed!.data).toMatchObject({ outcome: 'REPLIED', inTime: true });
      const { citizen } = await office.do(
        'pt-shanxi',
        `query ($n: String!) { citizen(idNumber: $n) { openPetitionCount } }`,
        { n: NUMBER },
      );
      expect(citizen.openPetitionCount).toBe(0);
      const served = await office.serveOpinion(
        'pt-yunzhou-unit',
        'pt-yunzhou-leader',
        hidden.id,
        '2026-06-08',
      );
      hiddenOpinionNo = served.opinion.docNo;
      expect(served.caseItem.appealDueAt).toBe('2026-07-08');
      // Late by nine days: its 60 days ended on 2026-05-31.
      const late = (await events.see('case.completed', hidden.id))[0]!;
      expect(late.data.inTime).toBe(false);
    },
    180_000,
  );

  const evaluation = async () => (await office.item('pt-shanxi', item.id)).evaluation;

  stage(
    'the citizen is dissatisfied, by account and then by code',
    async () => {
      office.at('2026-06-10');
      expect(await evaluation()).toMatchObject({ status: 'PENDING', nextRound: 1, unitToBeRated: true });
      const { evaluate } = await office.do(
        'life_citizen',
        `mutation ($id: ID!) { evaluate(caseItemId: $id, input: { round: 1, department: { rating: BASICALLY_SATISFIED },
         unit: { rating: DISSATISFIED, reasons: [RESULT_UNACCEPTABLE] } }) { status nextRound } }`,
        { id: item.id },
      );
      expect(evaluate).toEqual({ status: 'EVALUATED', nextRound: 2 });
      const [rated] = await events.see('case.evaluated', item.id);
      expect(rated!.data).toMatchObject({
        round: 1,
        deptRating: 'BASICALLY_SATISFIED',
        unitRating: 'DISSATISFIED',
      });
      expect(
        codeOf(
          await office.ask(
            'life_anonymous',
            `mutation ($id: ID!) { evaluate(caseItemId: $id, input: { round: 2, department: { rating: SATISFIED } }) { status } }`,
            { id: item.id },
          ),
        ),
      ).toBe('NOT_FOUND');
    },
    60_000,
  );

  stage(
    'of the anonymous item an application for a review is rejected',
    async () => {
      const rejected = await reviewOf(hidden, hiddenOpinionNo, '2026-06-10');
      await appoint(COUNTY_REVIEW, rejected);
      const form = await office.filedDocument(
        'pt-yunzhou-review',
        'pt-yunzhou-head',
        rejected,
        'ACCEPTANCE_FORM',
        'REJECT',
      );
      await office.onReview('pt-yunzhou-review', 'rejectReview', rejected, `documentId: "${form}"`);
      await events.see('review.rejected', rejected);
      expect((await office.item('pt-shanxi', hidden.id)).state).toBe('COMPLETED');
    },
    120_000,
  );

  stage(
    'on the last day a review is registered; a hearing and a suspension are left out of its clock; it upholds',
    async () => {
      office.at('2026-07-08');
      const tooSoon = await office.registerReview(
        'pt-datong-review',
        'REVIEW',
        item,
        '2026-07-08',
        opinion.opinion.docNo,
      );
      expect(codeOf(tooSoon)).toBe('AUTHORITY_MISMATCH');
      const registered = ok(
        await office.registerReview('pt-yunzhou-review', 'REVIEW', item, '2026-07-08', opinion.opinion.docNo),
      ).registerReview;
      expect(registered).toMatchObject({ state: 'REGISTERED', dueAt: '2026-08-07' });
      review = registered;
      secrets.reviews.push(review.id);
      await events.see('review.registered', review.id);
      await events.see('case.review-moved', item.id);
      expect((await office.item('pt-shanxi', item.id)).state).toBe('UNDER_REVIEW');

      await office.morning('2026-07-09');
      // Of the anonymous item the only application was rejected, and now its time has passed.
      await events.see('case.appeal-lapsed', hidden.id);
      expect((await office.item('pt-shanxi', hidden.id)).state).toBe('LAPSED');
      await appoint(COUNTY_REVIEW, review.id);
      await accept(COUNTY_REVIEW, review.id);
      await events.see('review.accepted', review.id);
      const notice = await office.filedDocument(
        'pt-yunzhou-review',
        'pt-yunzhou-head',
        review.id,
        'DEFENCE_NOTICE',
      );
      ok(await office.step('pt-yunzhou-review', 'DEFENCE_NOTICE', review.id, { documentId: notice }));
      expect(
        codeOf(await office.step('pt-yunzhou-review', 'WRITTEN_EXAMINATION', review.id, { content: '示例' })),
      ).toBe('DEFENCE_OUTSTANDING');
      await office.defend('pt-yunzhou-unit', review.id);

      office.at('2026-07-15');
      ok(
        await office.step('pt-yunzhou-review', 'HEARING', review.id, {
          content: '示例：听证笔录。',
          host: '示例主持',
          participants: ['示例听证员'],
          heldOn: '2026-07-13',
          endedOn: '2026-07-14',
        }),
      );
      expect(await office.review('pt-yunzhou-review', review.id)).toMatchObject({
        dueAt: '2026-08-09',
        pausedDays: 2,
      });
      await office.onReview(
        'pt-yunzhou-review',
        'suspendReview',
        review.id,
        'reason: "示例：等待另案。", partiesToldAt: "2026-07-15"',
      );
      await office.onReview('pt-yunzhou-head', 'approveSuspension', review.id, 'approve: true');
      await events.see('review.suspended', review.id);

      office.at('2026-07-25');
      const resumed = await office.onReview(
        'pt-yunzhou-review',
        'resumeReview',
        review.id,
        'reason: "示例：另案已结。"',
      );
      expect(resumed).toMatchObject({ state: 'EXAMINING', dueAt: '2026-08-19', pausedDays: 12 });
      await events.see('review.resumed', review.id);
      await office.morning('2026-08-13');
      expect(await warningsOf('pt-yunzhou', item.id)).toEqual([]);
      await office.morning('2026-08-14');
      expect(await warningsOf('pt-yunzhou', item.id)).toEqual(['REVIEW YELLOW']);

      office.at('2026-08-15');
      ok(
        await office.step('pt-yunzhou-review', 'WRITTEN_EXAMINATION', review.id, {
          content: '示例：书面审查。',
        }),
      );
      await events.see('review.step-done', review.id, 5);
      const closed = await office.conclude(COUNTY_REVIEW, review.id, 'UPHOLD', '2026-08-15');
      expect(closed).toMatchObject({ state: 'CLOSED', result: 'UPHOLD', appealDueAt: '2026-09-14' });
      const [event] = await events.see('review.closed', review.id);
      expect(event!.data).toMatchObject({ level: 'REVIEW', result: 'UPHOLD' });
      expect((await office.item('pt-shanxi', item.id)).state).toBe('REVIEWED');
      review = closed;
    },
    300_000,
  );

  stage(
    'a re-review on the last day ends the matter: FINAL',
    async () => {
      office.at('2026-09-14');
      const registered = ok(
        await office.registerReview('pt-datong-review', 'RE_REVIEW', item, '2026-09-14', review.opinionDocNo),
      ).registerReview;
      expect(registered).toMatchObject({ state: 'REGISTERED', level: 'RE_REVIEW', dueAt: '2026-10-14' });
      secrets.reviews.push(registered.id);
      office.at('2026-09-15');
      await appoint(CITY_REVIEW, registered.id);
      await accept(CITY_REVIEW, registered.id);
      const notice = await office.filedDocument(
        'pt-datong-review',
        'pt-datong-leader',
        registered.id,
        'DEFENCE_NOTICE',
      );
      ok(await office.step('pt-datong-review', 'DEFENCE_NOTICE', registered.id, { documentId: notice }));
      await office.defend('pt-yunzhou', registered.id);
      ok(
        await office.step('pt-datong-review', 'WRITTEN_EXAMINATION', registered.id, {
          content: '示例：书面审查。',
        }),
      );
      const closed = await office.conclude(CITY_REVIEW, registered.id, 'UPHOLD', '2026-09-15');
      expect(closed).toMatchObject({ state: 'CLOSED', appealDueAt: null });
      await events.see('case.final', item.id);
      expect((await office.item('pt-shanxi', item.id)).state).toBe('FINAL');
      expect(
        codeOf(
          await office.registerReview(
            'pt-datong-review',
            'RE_REVIEW',
            item,
            '2026-09-15',
            review.opinionDocNo,
          ),
        ),
      ).toBe('NOT_REVIEWABLE');
      const { myPetitions } = await office.do(
        'life_citizen',
        '{ myPetitions { nodes { itemNo state opinions { docNo } } } }',
      );
      expect(myPetitions.nodes).toEqual([
        { itemNo: item.itemNo, state: 'FINAL', opinions: [{ docNo: opinion.opinion.docNo }] },
      ]);
    },
    240_000,
  );

  stage(
    'of the letter a review revokes the opinion, a second one of the new opinion is terminated',
    async () => {
      const served = await office.serveOpinion(
        'pt-yunzhou-unit',
        'pt-yunzhou-leader',
        letter.id,
        '2026-09-15',
      );
      const revoking = await reviewOf(letter, served.opinion.docNo, '2026-09-15');
      await appoint(COUNTY_REVIEW, revoking);
      await accept(COUNTY_REVIEW, revoking);
      const notice = await office.filedDocument(
        'pt-yunzhou-review',
        'pt-yunzhou-head',
        revoking,
        'DEFENCE_NOTICE',
      );
      ok(await office.step('pt-yunzhou-review', 'DEFENCE_NOTICE', revoking, { documentId: notice }));
      const examine = () =>
        office.step('pt-yunzhou-review', 'WRITTEN_EXAMINATION', revoking, { content: '示例：书面审查。' });
      // The defence does not come: after ten days the examination goes on without it.
      office.at('2026-09-25');
      expect(codeOf(await examine())).toBe('DEFENCE_OUTSTANDING');
      office.at('2026-09-26');
      ok(await examine());
      await office.conclude(COUNTY_REVIEW, revoking, 'REVOKE_REHANDLE', '2026-09-26');
      const [reopened] = await events.see('case.reopened', letter.id);
      expect(reopened!.data).toMatchObject({ oldDueOn: '2026-05-31', newDueOn: '2026-11-25' });
      expect(await office.item('pt-yunzhou-unit', letter.id)).toMatchObject({
        state: 'ACCEPTED',
        outcome: null,
        handleDueAt: '2026-11-25',
      });
      await office.take('pt-yunzhou-unit', letter.id);
      ok(await office.handleSelf('pt-yunzhou-unit', letter.id));
      const again = await office.serveOpinion(
        'pt-yunzhou-unit',
        'pt-yunzhou-leader',
        letter.id,
        '2026-09-26',
      );
      const withdrawn = await reviewOf(letter, again.opinion.docNo, '2026-09-26');
      // Who handled the matter before stands aside.
      const { version } = await office.review('pt-yunzhou-head', withdrawn);
      const appointed = await office.ask(
        'pt-yunzhou-head',
        `mutation ($id: ID!, $v: Int!, $account: ID!) { appointHandler(reviewCaseId: $id, expectedVersion: $v, accountId: $account) { id } }`,
        { id: withdrawn, v: version, account: office.account('pt-yunzhou-review') },
      );
      expect(codeOf(appointed)).toBe('HANDLER_INVOLVED');
      await office.onReview(
        'pt-yunzhou-review',
        'terminateReview',
        withdrawn,
        'ground: WITHDRAWAL, reason: "示例：申请人撤回。", partiesToldAt: "2026-09-26"',
      );
      await office.onReview('pt-yunzhou-head', 'approveTermination', withdrawn, 'approve: true');
      await events.see('review.terminated', withdrawn);
      expect((await office.item('pt-shanxi', letter.id)).state).toBe('LAPSED');
    },
    240_000,
  );

  stage(
    'the case is published without a word about the citizen; statistics show the items',
    async () => {
      const saved = (
        await office.do(
          'pt-shanxi',
          `mutation ($id: ID!) { saveCase(input: { caseItemId: $id, title: "示例案例", body: "某工地欠薪经督促已补发。" }) { id version } }`,
          { id: item.id },
        )
      ).saveCase;
      await office.do(
        'pt-shanxi',
        `mutation ($id: ID!, $v: Int!) { publishCase(id: $id, consentConfirmed: true, expectedVersion: $v) { status } }`,
        { id: saved.id, v: saved.version },
      );
      await events.see('case.published', saved.id);
      const { publishedCases } = ok(
        await system.client().query('{ publishedCases(first: 100) { nodes { id title } } }'),
      );
      expect(publishedCases.nodes).toContainEqual({ id: saved.id, title: '示例案例' });

      await eventually('the figures', summary, ({ items }) => items === summaryBefore.items + 3, 30_000);
      expect(await summary()).toEqual({
        items: summaryBefore.items + 3,
        online: summaryBefore.online + 2,
        letters: summaryBefore.letters + 1,
        completed: summaryBefore.completed + 3,
        suppressed: false,
      });
      const { nationalReport } = await office.do(
        'pt-datong-leader',
        `query ($region: ID!) { nationalReport(report: NR_10, from: "2026-01-01", to: "2026-12-31", region: $region) { columns { key } rows { kind cells } } }`,
        { region: places.datong },
      );
      expect(nationalReport.rows.at(-1).kind).toBe('TOTAL');
    },
    90_000,
  );

  stage(
    'every event there is was seen, each names what it is about and nobody; the neighbour did find the way to the check',
    async () => {
      const ours = await events.about([
        ...secrets.items.map(({ id }) => id),
        ...secrets.submissions,
        ...secrets.reviews,
        office.account('pt-shanxi'),
      ]);
      const simple = await events.about([secrets.words.find((word) => /^[0-9a-f-]{36}$/.test(word))!]);
      const seen = new Set([...ours, ...simple].map(({ name }) => name));
      expect(publishedNames().filter((name) => !seen.has(name))).toEqual([]);
      const told = [
        PERSON.name,
        NUMBER,
        PERSON.mobile,
        queryCode,
        PETITION.title,
        PETITION.content,
        '示例来信一件',
      ];
      for (const { text } of ours) for (const word of told) expect(text).not.toContain(word);
      // The neighbour’s duplicate check does find the items: that it told nothing else was no accident of an empty answer.
      const { findDuplicates } = await office.do(
        'pt-yungang',
        `query ($name: String!, $address: String!) { findDuplicates(name: $name, address: $address) {
         candidates { itemNo petitionDate organisation { id } state caseItem { id } } } }`,
        { name: PERSON.name, address: PERSON.address },
      );
      expect(findDuplicates.candidates).toContainEqual({
        itemNo: item.itemNo,
        petitionDate: '2026-03-02',
        organisation: { id: office.organisation('pt-shanxi') },
        state: 'FINAL',
        caseItem: null,
      });
    },
    60_000,
  );

  async function askReturn(who: string): Promise<void> {
    const task = await office.taskIn(who, 'TODO', item.id);
    await office.do(
      who,
      `mutation ($id: ID!, $v: Int!) { returnCase(taskId: $id, expectedVersion: $v, reason: "示例：不属本单位职责。") { id } }`,
      { id: task!.id, v: task!.version },
    );
  }

  async function decideReturn(who: string, decision: 'CONFIRM' | 'REFUSE'): Promise<void> {
    const task = await office.taskIn(who, 'RETURNS', item.id);
    const request = task!.returnRequests.find(({ state }: Json) => state === 'PENDING');
    await office.do(
      who,
      `mutation ($id: ID!, $v: Int!, $decision: ReturnDecision!) { decideReturn(requestId: $id, expectedVersion: $v, decision: $decision, reason: "示例理由") { state } }`,
      { id: request.id, v: request.version, decision },
    );
  }

  /** Registers an application at the county that came today. Returns the review's id. */
  async function reviewOf(of: Json, docNo: string, today: string): Promise<string> {
    const { registerReview } = ok(
      await office.registerReview('pt-yunzhou-review', 'REVIEW', of, today, docNo),
    );
    secrets.reviews.push(registerReview.id);
    return registerReview.id;
  }

  async function appoint({ handler, leader }: typeof COUNTY_REVIEW, reviewId: string): Promise<void> {
    await office.onReview(leader, 'appointHandler', reviewId, `accountId: "${office.account(handler)}"`);
  }

  async function accept({ handler, leader }: typeof COUNTY_REVIEW, reviewId: string): Promise<void> {
    const form = await office.filedDocument(handler, leader, reviewId, 'ACCEPTANCE_FORM', 'ACCEPT');
    await office.onReview(handler, 'acceptReview', reviewId, `documentId: "${form}"`);
  }
}

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Principal, scopeOf } from '@junxian/identity';
import { rowsSeen, rule } from '@junxian/test-kit';
import { HandlingStage, jinan, shandong } from '../handling/handling.fixture';
import {
  faultsOf,
  NUMBERS,
  openPublicStage,
  type PublicStage,
} from '../public-accounts/public-stage.fixture';
import { idOf, lawyer, lixiaBench, ReviewStage, respondent } from '../review/review.fixture';
import { codeHolderScope } from '../service-scopes';
import { ORGANISATIONS, officer } from '../testing/store.support.test';
import { opened, PETITION, REGISTRAR, registeredOnline, submit, submitted } from './submissions.fixture';

const PDF = Buffer.from('%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n');
const EICAR = ['X5O!P%@AP[4', '\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

let stage: PublicStage;
beforeAll(async () => {
  stage = await openPublicStage();
});
beforeEach(() => stage.store.adminQuery('DELETE FROM public_attempt'));
afterAll(() => stage?.close());

const ONE = `query ($id: ID!) { submission(id: $id) { id title content problemAddress petitionerName openedAt
  attachments { fileName mime size downloadUrl } } }`;
const oneAs = async (who: Parameters<PublicStage['as']>[0], id: string) =>
  (await stage.as(who, ONE, { id })).data?.submission;
const contentOf = async (url: string) => {
  const file = await stage.files.open(url.split('/').at(-1)!);
  return buffer(file.content);
};

describe('whose submissions somebody sees', () => {
  rule('PT-PUB-07', 'nobody submits, and no officer does, without a citizen’s sign-in', async () => {
    expect(faultsOf(await submit(stage, null))).toEqual([{ code: 'UNAUTHENTICATED' }]);
    expect(faultsOf(await submit(stage, REGISTRAR))).toEqual([{ code: 'FORBIDDEN' }]);
    expect(await stage.store.adminQuery('SELECT FROM online_submission')).toEqual([]);
  });

  it('a citizen never sees, lists, withdraws or changes what is another’s', async () => {
    const [a, b] = [await stage.citizen(), await stage.citizen()];
    const id = await submitted(stage, a);
    expect(await oneAs(a, id)).toMatchObject({ id, content: PETITION.content });
    expect(await oneAs(b, id)).toBeNull();
    const all = '{ mySubmissions(unopenedOnly: false) { nodes { id } } myProfile { version } }';
    expect((await stage.as(b, all)).data!.mySubmissions.nodes).toEqual([]);
    const WITHDRAW = `mutation { withdrawPetition(id: "${id}", expectedVersion: 1) { state } }`;
    expect(faultsOf(await stage.as(b, WITHDRAW))).toEqual([{ code: 'NOT_FOUND' }]);
    const seen = await rowsSeen(stage.store, scopeOf(b));
    expect([
      seen.get('online_submission'),
      seen.get('public_account'),
      seen.get('account_registration'),
    ]).toEqual([0, 1, 0]);
  });

  it('an officer sees what the own organisation received, nobody else’s, whatever the role or the place', async () => {
    const id = await submitted(stage, await stage.citizen());
    await opened(stage, id);
    const roles = ['ONLINE_REGISTRAR', 'HANDLER', 'SUPERVISOR', 'ADMIN'];
    expect(await oneAs(REGISTRAR, id)).toMatchObject({ content: PETITION.content, petitionerName: '张*' });
    for (const organisation of ['nation', 'jinan', 'lixia', 'qingdao', 'shandongUnit'] as const) {
      const other = officer(organisation, roles);
      expect([organisation, await oneAs(other, id)]).toEqual([organisation, null]);
      const list = '{ submissions(tab: UNREGISTERED) { nodes { id } } }';
      expect((await stage.as(other, list)).data!.submissions.nodes).toEqual([]);
      const seen = await rowsSeen(stage.store, scopeOf(other));
      expect([seen.get('online_submission'), seen.get('attachment'), seen.get('public_account')]).toEqual([
        0, 0, 0,
      ]);
      await expect(opened(stage, id, other)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(
      faultsOf(
        await stage.as(officer('shandong', 'HANDLER'), '{ submissions(tab: REGISTERED) { nodes { id } } }'),
      ),
    ).toEqual([{ code: 'FORBIDDEN' }]);
  });

  it('an officer reads what it says, who wrote it and its files only by opening it', async () => {
    const zhang = await stage.citizen();
    const fileId = await stage.uploaded(zhang, PDF);
    const id = await submitted(stage, zhang, { fileIds: [fileId] });
    const unread = {
      id,
      title: PETITION.title,
      content: null,
      problemAddress: null,
      petitionerName: null,
      attachments: [],
    };
    expect(await oneAs(REGISTRAR, id)).toEqual({ ...unread, openedAt: null });
    await opened(stage, id);
    expect(await oneAs(REGISTRAR, id)).toMatchObject({
      content: PETITION.content,
      attachments: [{ fileName: '证明材料.pdf' }],
    });
  });

  it('once it accuses an officer of the bureau itself, that officer no longer sees the submission', async () => {
    const accused = officer('shandong', 'ONLINE_REGISTRAR', 'accused');
    const zhang = await stage.citizen();
    const id = await submitted(stage, zhang, { fileIds: [await stage.uploaded(zhang, PDF)] });
    await opened(stage, id);
    expect(await oneAs(accused, id)).toMatchObject({ id });
    await registeredOnline(stage, id, { purpose: 'ACCUSATION', accusedAccountId: accused.accountId });
    expect(await oneAs(accused, id)).toBeNull();
    expect((await rowsSeen(stage.store, scopeOf(accused))).get('attachment')).toBe(
      (await stage.store.adminQuery('SELECT FROM attachment WHERE owner_id <> $1', [id])).length,
    );
    expect(await oneAs(REGISTRAR, id)).toMatchObject({ id });
  });
});

describe('whom a submission names', () => {
  it('is decided by the item once it is registered: of an accusation passed on not even the surname', async () => {
    const id = await submitted(stage, await stage.citizen());
    const { item } = await registeredOnline(stage, id, { purpose: 'ACCUSATION', accusedPerson: '示例' });
    expect(await oneAs(REGISTRAR, id)).toMatchObject({ petitionerName: '张*' });
    await stage.store.adminQuery('UPDATE case_item SET custodian_organisation_id = $2 WHERE id = $1', [
      item.id,
      ORGANISATIONS.jinan.id,
    ]);
    expect(await oneAs(REGISTRAR, id)).toMatchObject({ id, petitionerName: null });
  });
});

describe('an anonymous petitioner', () => {
  rule('PT-PUB-06', 'is told to nobody, by no field, row or event', async () => {
    const secret = { name: '王匿名五', idNumber: NUMBERS.other, mobile: '13955556666' };
    const wang = await stage.citizen({ ...secret, anonymous: true });
    expect(wang.citizenId).toBeNull();
    const id = await submitted(stage, wang);
    const { item } = await registeredOnline(stage, id);
    expect(item).toMatchObject({ anonymous: true, citizenId: null });
    expect(await oneAs(REGISTRAR, id)).toMatchObject({ petitionerName: '匿名' });
    const PETITIONER = `query ($id: ID!) { caseItem(id: $id) { anonymous petitioner { displayName name mobile idNumber usualAddress citizen { id } } } }`;
    const seen = (await stage.as(REGISTRAR, PETITIONER, { id: item.id })).data!.caseItem;
    expect(seen.petitioner).toEqual({
      displayName: '匿名',
      name: null,
      mobile: null,
      idNumber: null,
      usualAddress: null,
      citizen: null,
    });
    // Neither does row-level security let an officer at the profile.
    const profiles = await stage.store.readAs(REGISTRAR, (tx) =>
      tx.query('SELECT FROM public_account WHERE account_id = $1', [wang.accountId]),
    );
    expect(profiles).toEqual([]);
    const petitioners = await stage.store.adminQuery('SELECT * FROM petitioner WHERE case_item_id = $1', [
      item.id,
    ]);
    expect(petitioners).toMatchObject([
      { name: null, mobile_sealed: null, account_id: null, usual_address: null },
    ]);
    const events = await stage.store.adminQuery('SELECT envelope FROM outbox');
    expect(JSON.stringify(events)).not.toMatch(/王匿名五|37010219900307851|13955556666|解放路/);
  });
});

describe('attachments', () => {
  rule('PT-PUB-11', 'are optional, at most five, of the known kinds, up to 10 MB, and scanned', async () => {
    const zhang = await stage.citizen();
    const START = `mutation ($fileName: String!, $mime: String!, $size: Int!) {
      startAttachmentUpload(fileName: $fileName, mime: $mime, size: $size) { fileId uploadUrl } }`;
    const start = (fileName: string, size: number, who: typeof zhang | null = zhang) =>
      stage.as(who, START, { fileName, mime: 'application/octet-stream', size });
    expect(faultsOf(await start('a.exe', 10))).toMatchObject([{ code: 'FILE_TYPE_NOT_ALLOWED' }]);
    expect(faultsOf(await start('a.pdf', 10 * 1024 * 1024 + 1))).toMatchObject([{ code: 'FILE_TOO_LARGE' }]);
    expect(faultsOf(await start('a.pdf', 10, null))).toMatchObject([{ code: 'UNAUTHENTICATED' }]);
    for (const name of ['a.pdf', 'a.doc', 'a.docx', 'a.xls', 'a.xlsx', 'a.jpg', 'a.png'])
      expect((await start(name, 10 * 1024 * 1024)).errors).toBeUndefined();
    const infected = Buffer.concat([PDF, Buffer.from(EICAR)]);
    const { data } = await start('a.pdf', infected.length);
    await expect(
      stage.files.receive(data!.startAttachmentUpload.uploadUrl.split('/').at(-1), Readable.from([infected])),
    ).rejects.toMatchObject({ code: 'FILE_INFECTED' });

    const ids: string[] = [];
    for (let index = 0; index < 6; index += 1) ids.push(await stage.uploaded(zhang, PDF, `材料${index}.pdf`));
    expect(faultsOf(await submit(stage, zhang, { fileIds: ids }))).toEqual([
      { code: 'TOO_MANY_ATTACHMENTS', field: 'fileIds' },
    ]);
    const id = await submitted(stage, zhang, { fileIds: ids.slice(0, 5) });
    expect(
      (await oneAs(zhang, id)).attachments.map(({ fileName }: { fileName: string }) => fileName),
    ).toEqual([0, 1, 2, 3, 4].map((index) => `材料${index}.pdf`));
    expect((await submit(stage, zhang)).errors).toBeUndefined();
  });

  it('of another account, used already or unknown refuse the whole petition', async () => {
    const [a, b] = [await stage.citizen(), await stage.citizen()];
    const mine = await stage.uploaded(a, PDF);
    const theirs = await stage.uploaded(b, PDF);
    await submitted(stage, a, { fileIds: [mine] });
    const before = await stage.store.adminQuery('SELECT FROM online_submission');
    for (const fileId of [theirs, mine, 'no id'])
      expect(faultsOf(await submit(stage, a, { fileIds: [fileId] }))).toEqual([
        { code: 'FILE_NOT_FOUND', field: 'fileIds[0]' },
      ]);
    expect(await stage.store.adminQuery('SELECT FROM online_submission')).toHaveLength(before.length);
  });

  it('are downloaded by a short-lived link by whoever sees the record, and travel with the item', async () => {
    const zhang = await stage.citizen();
    const id = await submitted(stage, zhang, { fileIds: [await stage.uploaded(zhang, PDF)] });
    const url = (await oneAs(zhang, id)).attachments[0].downloadUrl as string;
    expect(await contentOf(url)).toEqual(PDF);
    const lixia = officer('lixia', 'HANDLER');
    const { item } = await registeredOnline(stage, id);
    const seenBy = (who: typeof lixia) =>
      stage.store.readAs(who, (tx) => tx.query('SELECT FROM attachment WHERE case_item_id = $1', [item.id]));
    expect(await seenBy(REGISTRAR)).toHaveLength(1);
    expect(await seenBy(lixia)).toEqual([]);
    await stage.store.adminQuery(
      `INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at) VALUES ($1, $2, 'HELD', now(), now())`,
      [ORGANISATIONS.lixia.id, item.id],
    );
    expect(await seenBy(lixia)).toHaveLength(1);
    stage.store.clock.advance(5 * 60_000 + 1000);
    await expect(contentOf(url)).rejects.toMatchObject({ code: 'LINK_INVALID' });
  });
});

describe('files of a report and of a step of a review', () => {
  const FILES = 'attachments { fileName downloadUrl }';
  const names = (files: { fileName: string }[]) => files.map(({ fileName }) => fileName);
  const ids = (files: { id: string }[]) => files.map(({ id }) => id);

  rule('PT-PUB-11', 'are seen by whoever sees the report, not by everybody who sees the item', async () => {
    const handling = new HandlingStage(stage.store);
    handling.at('2026-03-02');
    const item = await handling.register();
    await handling.assign(shandong, item.id, 'jinan', '2026-04-10');
    await handling.take(jinan, item.id);
    const SAVE = `mutation ($input: ReportDraftInput!) { saveReportDraft(input: $input) { report { id state version ${FILES} } } }`;
    const input = { caseItemId: item.id, body: '示例草稿', fileIds: [await stage.uploaded(jinan, PDF)] };
    const draft = (await stage.as(jinan, SAVE, { input })).data!.saveReportDraft.report;
    expect(draft).toMatchObject({ state: 'DRAFT', attachments: [{ fileName: '证明材料.pdf' }] });
    expect(await contentOf(draft.attachments[0].downloadUrl)).toEqual(PDF);
    const REPORTS = `query ($id: ID!) { caseItem(id: $id) { id reports { state ${FILES} returns { body } } } }`;
    const seenBy = async (who: Parameters<PublicStage['as']>[0]) =>
      (await stage.as(who, REPORTS, { id: item.id })).data?.caseItem?.reports;
    const rows = async (who: Principal) =>
      (
        await stage.store.readAs(who, (tx) =>
          tx.query('SELECT FROM attachment WHERE owner_id = $1', [draft.id]),
        )
      ).length;
    expect([await seenBy(shandong), await rows(shandong), await rows(jinan)]).toEqual([[], 0, 1]);

    const SUBMIT_REPORT = `mutation ($id: ID!, $report: ID!, $version: Int!, $files: [ID!]) {
      submitReport(caseItemId: $id, body: "示例报告", reportId: $report, expectedVersion: $version, fileIds: $files) { report { version ${FILES} } } }`;
    const variables = { id: item.id, report: draft.id, version: draft.version };
    const many = await Promise.all([1, 2, 3, 4, 5].map(() => stage.uploaded(jinan, PDF)));
    expect(faultsOf(await stage.as(jinan, SUBMIT_REPORT, { ...variables, files: many }))).toEqual([
      { code: 'TOO_MANY_ATTACHMENTS', field: 'fileIds' },
    ]);
    const foreign = [await stage.uploaded(shandong, PDF)];
    expect(
      faultsOf(await stage.as(jinan, SUBMIT_REPORT, { ...variables, files: foreign })).map(
        ({ code }) => code,
      ),
    ).toEqual(['FILE_NOT_FOUND']);
    const answer = await stage.as(jinan, SUBMIT_REPORT, { ...variables, files: many.slice(0, 1) });
    expect(names(answer.data!.submitReport.report.attachments)).toHaveLength(2);

    expect(names((await seenBy(shandong))[0].attachments)).toHaveLength(2);
    // The bureau above sees the item and not the report; the neighbour and the public see neither.
    expect([await seenBy(officer('nation', 'HANDLER')), await rows(officer('nation', 'HANDLER'))]).toEqual([
      [],
      0,
    ]);
    expect([await seenBy(officer('qingdao', 'HANDLER')), await rows(officer('qingdao', 'HANDLER'))]).toEqual([
      undefined,
      0,
    ]);
    expect(
      await stage.store.database.read(codeHolderScope(item.id), (tx) => tx.query('SELECT FROM attachment')),
    ).toEqual([]);
    // What was handed in gets no further files, by no statement.
    const bind = stage.store.as(jinan, (tx) =>
      tx.query(
        `INSERT INTO attachment (owner_type, owner_id, case_item_id, file_id, file_name, mime, size, sha256, uploaded_by, uploaded_at)
         VALUES ('REPORT', $1, $2, uuidv7(), 'x', 'x', 1, 'x', $3, now())`,
        [draft.id, item.id, jinan.accountId],
      ),
    );
    await expect(bind).rejects.toThrow(/row-level security/);
  });

  rule(
    'PT-HND-12',
    'are taken off the draft of a report by its organisation, bytes and all; what was handed in stays with the return',
    async () => {
      const handling = new HandlingStage(stage.store);
      handling.at('2026-03-02');
      const item = await handling.register();
      await handling.assign(shandong, item.id, 'jinan', '2026-04-10');
      await handling.take(jinan, item.id);
      const colleague = officer('jinan', 'HANDLER', 'colleague');
      const upload = (by: Principal, count: number) =>
        Promise.all(Array.from({ length: count }, () => stage.uploaded(by, PDF)));
      const PAYLOAD = 'report { id state version attachments { id downloadUrl } }';
      const SAVE = `mutation ($input: ReportDraftInput!) { report: saveReportDraft(input: $input) { ${PAYLOAD} } }`;
      const SUBMIT = `mutation ($id: ID!, $report: ID!, $version: Int!, $files: [ID!]) {
        report: submitReport(caseItemId: $id, body: "示例报告", reportId: $report, expectedVersion: $version, fileIds: $files) { ${PAYLOAD} } }`;
      const REMOVE = `mutation ($report: ID!, $attachment: ID!, $version: Int!) {
        report: removeReportFile(reportId: $report, attachmentId: $attachment, expectedVersion: $version) { ${PAYLOAD} } }`;
      const done = async (by: Principal, mutation: string, variables: Record<string, unknown>) =>
        (await stage.as(by, mutation, variables)).data!.report.report;
      const of = ({ id, version }: { id: string; version: number }, attachment: { id: string }) => ({
        report: id,
        version,
        attachment: attachment.id,
      });

      const input = { caseItemId: item.id, body: '示例草稿', fileIds: await upload(jinan, 5) };
      const draft = await done(jinan, SAVE, { input });
      const [wrong, kept] = draft.attachments;
      for (const [by, variables, code] of [
        [jinan, { ...of(draft, wrong), version: draft.version - 1 }, 'STALE_VERSION'],
        [jinan, { ...of(draft, wrong), attachment: draft.id }, 'NOT_FOUND'],
        [jinan, { ...of(draft, wrong), attachment: 'no id' }, 'NOT_FOUND'],
        [shandong, of(draft, wrong), 'NOT_FOUND'],
        [officer('qingdao', 'HANDLER'), of(draft, wrong), 'NOT_FOUND'],
        [officer('jinan', 'SUPERVISOR'), of(draft, wrong), 'FORBIDDEN'],
      ] as [Principal, Record<string, unknown>, string][])
        expect(faultsOf(await stage.as(by, REMOVE, variables)).map((fault) => fault.code)).toEqual([code]);
      // A colleague, who did not upload it: the draft is the organisation's.
      const shorter = await done(colleague, REMOVE, of(draft, wrong));
      expect([shorter.state, shorter.version, shorter.attachments.length]).toEqual([
        'DRAFT',
        draft.version + 1,
        4,
      ]);
      await expect(contentOf(wrong.downloadUrl)).rejects.toMatchObject({ code: 'LINK_INVALID' });
      expect(await contentOf(kept.downloadUrl)).toEqual(PDF);
      expect(await stage.files.removeUnused()).toBe(1);
      expect(faultsOf(await stage.as(jinan, REMOVE, of(shorter, wrong)))).toMatchObject([
        { code: 'NOT_FOUND' },
      ]);

      const handedIn = await done(jinan, SUBMIT, {
        id: item.id,
        ...of(shorter, kept),
        files: await upload(jinan, 1),
      });
      expect(handedIn.attachments).toHaveLength(5);
      expect(faultsOf(await stage.as(jinan, REMOVE, of(handedIn, kept)))).toMatchObject([
        { code: 'REPORT_PENDING' },
      ]);
      const BACK = `mutation ($report: ID!, $version: Int!) {
        report: reviewReport(reportId: $report, expectedVersion: $version, approve: false, opinion: "请更换") { ${PAYLOAD} } }`;
      const back = await done(shandong, BACK, { report: handedIn.id, version: handedIn.version });
      // Off the draft, which it is again; but both sides know what came back, and may look at it.
      const again = await done(jinan, REMOVE, of(back, kept));
      expect([again.state, again.attachments.length]).toEqual(['DRAFT', 4]);
      const [added] = (
        await done(jinan, SAVE, {
          input: {
            ...input,
            reportId: again.id,
            expectedVersion: again.version,
            fileIds: await upload(jinan, 1),
          },
        })
      ).attachments.slice(-1);
      const RETURNS = `query ($id: ID!) { caseItem(id: $id) { reports { version attachments { id } returns { attachments { id downloadUrl } } } } }`;
      const reports = async (by: Principal) =>
        (await stage.as(by, RETURNS, { id: item.id })).data!.caseItem.reports;
      const [{ returns, attachments, version }] = await reports(jinan);
      expect(attachments).toHaveLength(5);
      expect(ids(returns[0].attachments)).toEqual(ids(handedIn.attachments));
      expect(await contentOf(returns[0].attachments[0].downloadUrl)).toEqual(PDF);
      // The assigner does not see the draft, but has the files of what it sent back.
      expect(await reports(shandong)).toEqual([]);
      const seen = await stage.store.readAs(shandong, (tx) =>
        tx.query<{ id: string }>('SELECT id FROM attachment WHERE owner_id = $1 ORDER BY id', [draft.id]),
      );
      expect(ids(seen)).toEqual(ids(handedIn.attachments));
      expect(await stage.files.removeUnused()).toBe(0);

      // By no statement more than that: what was handed in is not removed, and nothing else of an attachment changes.
      const attempt = (by: Principal, sql: string, id: string) =>
        stage.store.as(by, async (tx) => (await tx.query(sql, [id])).length).catch(() => 'refused');
      const REMOVED = 'DELETE FROM attachment WHERE id = $1 RETURNING id';
      const TAKEN_OFF = 'UPDATE attachment SET taken_off_at = now() WHERE id = $1 RETURNING id';
      const stillThere = handedIn.attachments.at(-1).id;
      for (const [by, sql, id, outcome] of [
        [jinan, REMOVED, stillThere, 0],
        [shandong, REMOVED, stillThere, 0],
        [shandong, TAKEN_OFF, stillThere, 0],
        [officer('nation', 'HANDLER'), REMOVED, added.id, 0],
        [jinan, TAKEN_OFF, added.id, 'refused'],
        [jinan, 'UPDATE attachment SET taken_off_at = NULL WHERE id = $1 RETURNING id', kept.id, 0],
        [jinan, 'UPDATE attachment SET case_item_id = NULL WHERE id = $1 RETURNING id', added.id, 'refused'],
      ] as [Principal, string, string, number | string][])
        expect([sql, await attempt(by, sql, id)]).toEqual([sql, outcome]);

      await done(jinan, SUBMIT, { id: item.id, report: draft.id, version, files: [] });
      expect(ids((await reports(shandong))[0].returns[0].attachments)).toEqual(ids(handedIn.attachments));
      expect(
        await stage.store.adminQuery(
          `SELECT account_id AS by FROM case_journal WHERE action = 'REPORT_FILE_TAKEN_OFF' AND subject_id = $1 ORDER BY id`,
          [draft.id],
        ),
      ).toEqual([{ by: colleague.accountId }, { by: jinan.accountId }]);
    },
  );

  it('of a step, by the authority and whoever did it', async () => {
    const reviewing = new ReviewStage(stage.store);
    await reviewing.appointAll();
    const item = await reviewing.replied();
    const { id } = await reviewing.examining(item);
    const { handler, leader } = lixiaBench;
    const ask = {
      content: '示例：请审查程序。',
      organisationId: idOf('shinanUnit'),
      accountId: lawyer.accountId,
    };
    await reviewing.step(id, 'LAWYER_INVITATION', ask);
    const asked = (await reviewing.steps(id, lawyer)).find(({ state }) => state === 'OPEN')!;
    const STEP = `mutation ($kind: ReviewStepAction!, $input: ReviewStepInput!) { reviewStep(kind: $kind, input: $input) { id ${FILES} } }`;
    const done = await stage.as(lawyer, STEP, {
      kind: 'LAWYER_EXAMINATION',
      input: {
        stepId: asked.id,
        expectedVersion: asked.version,
        content: '示例意见',
        fileIds: [await stage.uploaded(lawyer, PDF)],
      },
    });
    expect(await contentOf(done.data!.reviewStep.attachments[0].downloadUrl)).toEqual(PDF);
    const investigated = await stage.as(handler, STEP, {
      kind: 'INVESTIGATION',
      input: {
        ...(await reviewing.on(id)),
        content: '示例：调查。',
        participants: ['甲', '乙'],
        fileIds: [await stage.uploaded(handler, PDF)],
      },
    });
    expect(names(investigated.data!.reviewStep.attachments)).toEqual(['证明材料.pdf']);
    const seenBy = async (who: Principal) =>
      (
        await stage.store.readAs(who, (tx) =>
          tx.query('SELECT FROM attachment WHERE case_item_id = $1', [item.id]),
        )
      ).length;
    expect([
      await seenBy(leader),
      await seenBy(lawyer),
      await seenBy(respondent),
      await seenBy(shandong),
    ]).toEqual([2, 1, 0, 0]);
  });
});

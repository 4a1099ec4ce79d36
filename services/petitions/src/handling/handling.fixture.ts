import type { Principal } from '@junxian/identity';
import { officerOf } from '../actor';
import type { CaseItem, OrgTask } from '../cases/case.types';
import type { CaseDraft } from '../registration/case-registration.service';
import { itemAs, registered } from '../testing/cases.support.test';
import { ORGANISATIONS, type OrganisationKey, officer, type TestStore } from '../testing/store.support.test';
import type { NoticeKind } from './notice.types';
import type { NoticeInput } from './notices.rules';
import type { NoticeOfItem } from './notices.service';
import {
  decideOpinion,
  draftOpinion,
  type OpinionOfItem,
  serveOpinion,
  submitOpinion,
} from './opinions.service';
import { assign, forward, type Handled } from './passing-on.service';
import { handleSelf } from './self-handling.service';

/** Handlers of the organisations of the stage; the Shandong one registers too. */
export const shandong = officer('shandong', ['LETTER_REGISTRAR', 'HANDLER']);
export const jinan = officer('jinan', 'HANDLER');
export const lixia = officer('lixia', 'HANDLER');
export const lixiaUnit = officer('lixiaUnit', 'HANDLER');
export const unitLeader = officer('lixiaUnit', 'LEADER');

export const TEXTS: NoticeInput = {
  body: '示例：经审查，决定受理。',
  legalBasis: '《信访条例》第二十一条',
  reason: '示例理由',
  serviceMode: 'POST',
};
export const OPINION = {
  conclusion: 'SUPPORT',
  facts: '示例：查明欠薪三个月。',
  basis: '《劳动法》',
  body: '示例：支持请求。',
  remedyText: '可在三十日内申请复查。',
} as const;

/** The use cases of handling, as the persons of a stage do them: at the time of its clock, on the item as it is. */
export class HandlingStage {
  constructor(readonly store: TestStore) {}

  at(date: string, time = '09:00'): void {
    this.store.clock.set(`${date}T${time}:00+08:00`);
  }

  /** Does something as somebody, at the time of the clock. */
  act<T>(
    by: Principal,
    work: (
      tx: Parameters<Parameters<TestStore['as']>[1]>[0],
      officer: ReturnType<typeof officerOf>,
      at: Date,
    ) => Promise<T>,
  ): Promise<T> {
    return this.store.as(by, (tx) => work(tx, officerOf(by), this.store.clock.now()));
  }

  /** Registers a letter at the Shandong bureau today. */
  register(changes: Partial<CaseDraft> = {}): Promise<CaseItem> {
    return registered(this.store, { receivedAt: this.store.clock.now(), ...changes }, shandong);
  }

  async version(by: Principal, id: string): Promise<number> {
    return (await itemAs(this.store, by, id))!.version;
  }

  async forward(
    by: Principal,
    id: string,
    to: OrganisationKey,
    copies: OrganisationKey[] = [],
  ): Promise<Handled> {
    const input = {
      caseItemId: id,
      expectedVersion: await this.version(by, id),
      destinationOrgId: ORGANISATIONS[to].id,
      opinion: '示例：请办理。',
      copyOrgIds: copies.map((key) => ORGANISATIONS[key].id),
    };
    return this.act(by, (tx, who, at) => forward(tx, input, who, at));
  }

  async assign(by: Principal, id: string, to: OrganisationKey, resultDueAt: string): Promise<Handled> {
    const input = {
      caseItemId: id,
      expectedVersion: await this.version(by, id),
      destinationOrgId: ORGANISATIONS[to].id,
      resultDueAt,
    };
    return this.act(by, (tx, who, at) => assign(tx, input, who, at));
  }

  /** An officer takes the item out of the unit inbox. */
  async take(by: Principal, id: string): Promise<void> {
    await this.store.adminQuery(
      `UPDATE org_task SET state = 'TODO', holder_id = $2, opened_at = $3, version = version + 1
       WHERE case_item_id = $1 AND custody AND state = 'UNIT_INBOX' AND organisation_id = $4`,
      [id, by.accountId, this.store.clock.now(), by.organisationId],
    );
  }

  /** A new item in the hands of the unit in Lixia. */
  async atUnit(changes: Partial<CaseDraft> = {}): Promise<CaseItem> {
    const item = await this.register(changes);
    await this.forward(shandong, item.id, 'lixiaUnit');
    await this.take(lixiaUnit, item.id);
    return (await itemAs(this.store, lixiaUnit, item.id))!;
  }

  draftNotice(
    by: Principal,
    id: string,
    kind: NoticeKind,
    input: Partial<NoticeInput> = {},
    correctsNoticeId?: string,
  ): Promise<NoticeOfItem> {
    return this.act(by, (tx, who, at) =>
      this.store.services.notices.draft(
        tx,
        { caseItemId: id, kind, input: { ...TEXTS, ...input }, correctsNoticeId: correctsNoticeId ?? null },
        who,
        at,
      ),
    );
  }

  fileNotice(
    by: Principal,
    notice: { id: string; version: number },
    sealConfirmation = true,
  ): Promise<NoticeOfItem> {
    return this.act(by, (tx, who, at) =>
      this.store.services.notices.file(
        tx,
        { noticeId: notice.id, expectedVersion: notice.version, sealConfirmation },
        who,
        at,
      ),
    );
  }

  /** Drafts and files a notice of the unit in Lixia. */
  async notify(by: Principal, id: string, kind: NoticeKind): Promise<NoticeOfItem> {
    return this.fileNotice(by, (await this.draftNotice(by, id, kind)).notice);
  }

  async handleSelf(by: Principal, id: string): Promise<Handled> {
    const expectedVersion = await this.version(by, id);
    return this.act(by, (tx, who, at) => handleSelf(tx, { caseItemId: id, expectedVersion }, who, at));
  }

  /** An opinion of the unit, drafted, submitted and approved. */
  async approvedOpinion(id: string): Promise<OpinionOfItem> {
    await this.store.appoint(unitLeader);
    const { opinion } = await this.act(lixiaUnit, (tx, who, at) =>
      draftOpinion(tx, { caseItemId: id, input: OPINION }, who, at),
    );
    const submitted = await this.act(lixiaUnit, (tx, who, at) =>
      submitOpinion(
        tx,
        { opinionId: opinion.id, expectedVersion: opinion.version, leaderId: unitLeader.accountId! },
        who,
        at,
      ),
    );
    return this.act(unitLeader, (tx, who, at) =>
      decideOpinion(
        tx,
        this.store.services.seals,
        { opinionId: opinion.id, expectedVersion: submitted.opinion.version, approve: true },
        who,
        at,
      ),
    );
  }

  /** Serves an approved opinion on a day. */
  serve(opinion: { id: string; version: number }, servedAt: string): Promise<OpinionOfItem> {
    return this.act(lixiaUnit, (tx, who, at) =>
      serveOpinion(
        tx,
        {
          opinionId: opinion.id,
          expectedVersion: opinion.version,
          service: { serviceMode: 'IN_PERSON', servedAt, receipt: 'SIGNED', signedFor: '张三' },
          petitionerOpinion: 'AGREE',
        },
        who,
        at,
      ),
    );
  }

  /** The latest task of an organisation about an item. */
  async taskOf(
    id: string,
    organisation: OrganisationKey,
    kind: OrgTask['kind'] = 'HANDLE',
  ): Promise<Pick<OrgTask, 'state' | 'custody' | 'holderId' | 'resultDueOn'> | undefined> {
    const [task] = await this.store.adminQuery<OrgTask>(
      `SELECT state, custody, holder_id AS "holderId", result_due_on::text AS "resultDueOn" FROM org_task
       WHERE case_item_id = $1 AND organisation_id = $2 AND kind = $3 ORDER BY id DESC LIMIT 1`,
      [id, ORGANISATIONS[organisation].id, kind],
    );
    return task;
  }

  /** What was published about an item, in order: `forwarded`, `notice-issued`, … with the data. */
  async events(id: string): Promise<{ type: string; data: Record<string, unknown> }[]> {
    const rows = await this.store.adminQuery<{ type: string; data: Record<string, unknown> }>(
      `SELECT envelope::jsonb ->> 'type' AS type, envelope::jsonb -> 'data' AS data FROM outbox WHERE key = $1 ORDER BY position`,
      [id],
    );
    return rows.map(({ type, data }) => ({
      type: type.replace(/^junxian\.petitions\.case\.|\.v1$/g, ''),
      data,
    }));
  }

  /** How many records, tasks, notices, journal entries and events there are: to show that nothing was written. */
  async footprint(): Promise<Record<string, unknown>> {
    const [row] = await this.store.adminQuery(
      `SELECT (SELECT count(*) FROM handling_record) AS records, (SELECT count(*) FROM org_task) AS tasks,
         (SELECT sum(version) FROM org_task) AS "taskVersions", (SELECT sum(version) FROM case_item) AS "itemVersions",
         (SELECT count(*) FROM notice) AS notices, (SELECT count(*) FROM report) AS reports, (SELECT count(*) FROM case_sight) AS sights,
         (SELECT count(*) FROM case_journal) AS journal, (SELECT count(*) FROM outbox) AS events`,
    );
    return row!;
  }
}

import { dateInShanghai } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { NoticeIssued } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { caseEvent, caseForChange, changeCase, noteOnCase } from '../cases/case-changes.service';
import { checkTransition } from '../cases/case-state.rules';
import { type Custody, custodyForAction, custodyOfLocked, recordHandling } from '../cases/custody.service';
import { dueOn } from '../deadlines/periods.service';
import { Faults } from '../texts.rules';
import { complete } from './completion.service';
import { checkedService, documentHash, type ServiceInput, settled } from './document.rules';
import { nextDocumentNumber } from './document-numbers.service';
import { lateAfter } from './late.rules';
import { checkMayHandle } from './may-handle.rules';
import type { Notice, NoticeKind } from './notice.types';
import {
  checkNoticeForFiling,
  checkNoticeTexts,
  MODE_OF_NOTICE,
  type NoticeInput,
  noticeContent,
  STATE_AFTER_NOTICE,
} from './notices.rules';
import {
  factsForFiling,
  insertNotice,
  isCorrected,
  noticeById,
  noticeForChange,
  updateNotice,
} from './notices.store';
import type { SealService } from './seal.service';

export { noticesOfItems } from './notices.store';

/** A notice, and its item as it now is. */
export interface NoticeOfItem {
  notice: Notice;
  item: CaseItem;
}

/** Notices 告知书: drafted, filed with the e-seal, served. */
export class Notices {
  constructor(private readonly seals: SealService) {}

  /**
   * Drafts a notice for an item the officer holds; nothing else changes until it is filed (PT-NTC-02). With `correctsNoticeId` it is
   * the correction of a filed notice of the own organisation (PT-NTC-03). Throws what {@link custodyForAction} throws, WRONG_STATE,
   * FIELD_REQUIRED, NOTICE_DRAFT_EXISTS, ALREADY_CORRECTED.
   */
  async draft(
    tx: ScopedTransaction,
    draft: { caseItemId: string; kind: NoticeKind; correctsNoticeId?: string | null; input: NoticeInput },
    officer: Officer,
    at: Date,
  ): Promise<NoticeOfItem> {
    const { caseItemId, kind, correctsNoticeId = null, input } = draft;
    const texts = checkNoticeTexts(input);
    const item =
      correctsNoticeId === null
        ? (await this.toDecide(custodyForAction(tx, caseItemId, null, officer), kind)).item
        : await caseForChange(tx, caseItemId, null);
    checkMayHandle(item, officer);
    if (correctsNoticeId !== null) await this.toCorrect(tx, item, kind, correctsNoticeId, officer);
    const notice = await insertNotice(
      tx,
      {
        ...texts,
        caseItemId: item.id,
        organisationId: officer.organisationId,
        kind,
        correctsId: correctsNoticeId,
        createdAt: at,
        createdBy: officer.accountId,
        updatedAt: at,
      },
      draftExists,
    );
    return { notice, item };
  }

  /** Changes a draft. Throws NOT_FOUND, STALE_VERSION, DOCUMENT_FILED, FIELD_REQUIRED. Rule: PT-NTC-03. */
  async update(
    tx: ScopedTransaction,
    { noticeId, expectedVersion, input }: { noticeId: string; expectedVersion: number; input: NoticeInput },
    officer: Officer,
    at: Date,
  ): Promise<NoticeOfItem> {
    const { notice, item } = await noticeForChange(tx, noticeId, expectedVersion);
    checkMayHandle(item, officer);
    if (notice.state === 'FILED') throw settled();
    return { item, notice: await updateNotice(tx, notice, { ...checkNoticeTexts(input), updatedAt: at }) };
  }

  /**
   * Files 文档入库 a notice: only now the action counts. It gets its number and e-seal and never changes again; an acceptance
   * starts the handling period, the others complete the item; a correction leaves the item as it is. Throws what {@link custodyForAction} throws,
   * DOCUMENT_FILED, WRONG_STATE, MATTER_NOT_ENDED, FIELD_REQUIRED, SEAL_REQUIRED, ALREADY_CORRECTED. Rules: PT-NTC-01…05.
   */
  async file(
    tx: ScopedTransaction,
    filing: { noticeId: string; expectedVersion: number; sealConfirmation: boolean },
    officer: Officer,
    at: Date,
  ): Promise<NoticeOfItem> {
    const { notice, item } = await noticeForChange(tx, filing.noticeId, filing.expectedVersion);
    checkMayHandle(item, officer);
    if (notice.state === 'FILED') throw settled();
    const corrected =
      notice.correctsId === null
        ? null
        : await this.toCorrect(tx, item, notice.kind, notice.correctsId, officer);
    const startsClock = notice.kind === 'ACCEPTANCE' && corrected === null;
    const [custody, { matterStatus, serviceOwed }, dueFromNow] = await Promise.all([
      corrected === null ? this.toDecide(custodyOfLocked(tx, item, officer), notice.kind) : null,
      factsForFiling(tx, item),
      startsClock ? dueOn(tx, 'HANDLE', dateInShanghai(at)) : null,
    ]);
    checkNoticeForFiling(notice, {
      sealConfirmed: filing.sealConfirmation,
      serviceOwed,
      // A correction does not decide about the matter again.
      matterStatus: corrected === null ? matterStatus : null,
    });
    const handleDueOn = notice.kind !== 'ACCEPTANCE' || startsClock ? dueFromNow : item.handleDueOn;
    const filed = await this.sealed(tx, notice, item, {
      correctsDocNo: corrected?.docNo ?? null,
      serviceOwed,
      handleDueOn,
      officer,
      at,
    });
    return {
      notice: filed,
      item: await this.applied(tx, { item, custody, notice: filed, handleDueOn, officer, at }),
    };
  }

  /**
   * Records how a filed notice reached the petitioner 送达, once. Throws NOT_FOUND, STALE_VERSION, NOT_FILED,
   * ALREADY_SERVED, FIELD_REQUIRED, SERVED_OUT_OF_TIME.
   */
  async serve(
    tx: ScopedTransaction,
    {
      noticeId,
      expectedVersion,
      service,
    }: { noticeId: string; expectedVersion: number; service: ServiceInput },
    officer: Officer,
    at: Date,
  ): Promise<NoticeOfItem> {
    const { notice, item } = await noticeForChange(tx, noticeId, expectedVersion);
    checkMayHandle(item, officer);
    if (notice.filedAt === null) throw notFiled();
    if (notice.servedOn !== null) throw alreadyServed();
    const faults = new Faults();
    const served = checkedService(service, dateInShanghai(notice.filedAt), dateInShanghai(at), faults);
    faults.throwIfAny();
    const changed = await updateNotice(tx, notice, { ...served, updatedAt: at });
    await noteOnCase(tx, item, {
      action: 'NOTICE_SERVED',
      actor: officer,
      at,
      subjectId: notice.id,
      details: { servedOn: served.servedOn, receipt: served.receipt },
    });
    return { notice: changed, item };
  }

  /** Only the organisation that holds the item issues notices (PT-NTC-01), before it has decided about acceptance. */
  private async toDecide(held: Promise<Custody>, kind: NoticeKind): Promise<Custody> {
    const custody = await held;
    checkTransition(MODE_OF_NOTICE[kind], custody.item.state, STATE_AFTER_NOTICE[kind]);
    return custody;
  }

  /** The filed notice of the own organisation that another corrects. */
  private async toCorrect(
    tx: ScopedTransaction,
    item: CaseItem,
    kind: NoticeKind,
    correctsId: string,
    officer: Officer,
  ): Promise<Notice> {
    const notice = await noticeById(tx, correctsId);
    if (
      notice === undefined ||
      notice.caseItemId !== item.id ||
      notice.organisationId !== officer.organisationId ||
      notice.kind !== kind
    )
      throw refuse.notFound('correctsNoticeId');
    if (notice.state !== 'FILED') throw notFiled();
    if (await isCorrected(tx, correctsId)) throw alreadyCorrected();
    return notice;
  }

  private async sealed(
    tx: ScopedTransaction,
    notice: Notice,
    item: CaseItem,
    issued: {
      correctsDocNo: string | null;
      serviceOwed: boolean;
      handleDueOn: string | null;
      officer: Officer;
      at: Date;
    },
  ): Promise<Notice> {
    const { correctsDocNo, serviceOwed, handleDueOn, officer, at } = issued;
    const [record, docNo] = await Promise.all([
      recordHandling(tx, {
        item,
        mode: MODE_OF_NOTICE[notice.kind],
        fromOrganisationId: officer.organisationId,
        officerId: officer.accountId,
        at,
      }),
      nextDocumentNumber(tx, officer.organisationId, notice.kind, at),
    ]);
    const hash = documentHash(
      noticeContent(notice, { docNo, itemNo: item.itemNo, correctsDocNo, filedAt: at, handleDueOn }),
    );
    return updateNotice(tx, notice, {
      state: 'FILED',
      handlingRecordId: record.id,
      docNo,
      documentHash: hash,
      ...(await this.seals.seal(hash, officer)),
      filedAt: at,
      filedBy: officer.accountId,
      serviceOwed,
      updatedAt: at,
    });
  }

  /** What a filed notice does to its item. */
  private async applied(
    tx: ScopedTransaction,
    filed: {
      item: CaseItem;
      custody: Custody | null;
      notice: Notice;
      handleDueOn: string | null;
      officer: Officer;
      at: Date;
    },
  ): Promise<CaseItem> {
    const { item, custody, notice, handleDueOn, officer, at } = filed;
    const issued = caseEvent(NoticeIssued, { noticeKind: notice.kind, docNo: notice.docNo!, handleDueOn });
    const common = { officer, at, events: [issued], subjectId: notice.id };
    if (custody === null) {
      await noteOnCase(tx, item, { ...common, action: 'NOTICE_CORRECTED', actor: officer });
      return item;
    }
    const responsibleOrganisationId = officer.organisationId;
    if (notice.kind !== 'ACCEPTANCE') {
      const action = MODE_OF_NOTICE[notice.kind];
      return complete(tx, custody, { ...common, action, set: { responsibleOrganisationId } });
    }
    return changeCase(tx, item, {
      ...common,
      action: 'INFORM_ACCEPT',
      set: {
        state: 'ACCEPTED',
        responsibleOrganisationId,
        acceptedAt: at,
        handleDueOn,
        late: lateAfter(item, dateInShanghai(at)),
      },
      actor: officer,
      details: { handleDueOn },
    });
  }
}

const draftExists = () =>
  new Refusal(
    'NOTICE_DRAFT_EXISTS',
    {
      zh: '本单位已有该告知书的草稿，请修改原草稿',
      en: 'Your organisation has a draft of this notice already; edit that one',
    },
    { httpStatus: 409 },
  );
const notFiled = () =>
  new Refusal(
    'NOT_FILED',
    { zh: '该告知书尚未入库，请直接修改草稿', en: 'The notice is not filed yet; edit the draft instead' },
    { httpStatus: 409 },
  );
const alreadyServed = () =>
  new Refusal(
    'ALREADY_SERVED',
    {
      zh: '该文书的送达情况已登记，不能更改',
      en: 'The service of this document is recorded already and does not change',
    },
    { httpStatus: 409 },
  );
const alreadyCorrected = () =>
  new Refusal(
    'ALREADY_CORRECTED',
    {
      zh: '该告知书已有更正文书，请对最新的告知书进行更正',
      en: 'This notice was corrected already; correct the latest one',
    },
    { field: 'correctsNoticeId', httpStatus: 409 },
  );

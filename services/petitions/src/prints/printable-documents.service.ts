import { dateInShanghai } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem, Petitioner } from '../cases/case.types';
import { caseForChange } from '../cases/case-changes.service';
import type { PersonalData } from '../cases/personal-data.service';
import { type ItemOfIdentity, identityView } from '../cases/petitioner-view.rules';
import { periodOf } from '../deadlines/periods.service';
import { noticesOfItems } from '../handling/notices.service';
import { opinionsOfItems } from '../handling/opinions.service';
import { labelOf } from '../labels';
import { organisationsByIds } from '../organisations/organisations.service';
import { mainPetitioner } from '../registration/petitioner-records.service';
import { printQueryCode } from '../registration/query-codes.service';
import { higherOrganOf } from '../review/authority.service';
import { noticeForm } from './forms/notice.form';
import { opinionForm } from './forms/opinion.form';
import type { ItemOnPaper, PetitionerOnPaper } from './forms/parts';
import { reviewOpinionForm } from './forms/review-opinion.form';
import { slipForm } from './forms/slip.form';
import { ANONYMOUS_NAME, periodInWords, UNKNOWN_NAME } from './forms/words';
import {
  checkIssuer,
  checkMayName,
  isNoticePrint,
  NOTICE_KIND_OF,
  type NoticePrintKind,
  notIssued,
  REVIEW_LEVEL_OF,
  type ReviewPrintKind,
} from './print.rules';
import type { ArticleView, PrintableDocument, PrintKind } from './print.types';
import { dueOnAtFiling, itemOfDocument, matterHistory, reviewOpinionById } from './print-sources.store';

export interface PrintRequest {
  kind: PrintKind;
  subjectId: string;
}

/** A document that the officer may print. */
export interface Printable {
  item: CaseItem;
  /** Whom the print would name today; null for an anonymous petitioner. */
  named: Pick<Petitioner, 'id' | 'citizenId' | 'name'> | null;
  /** Lays the rows out; asked for at the first print only. */
  read(): Promise<PrintableDocument>;
}

/** Finds documents that may be printed, and reads what stands on them. */
export class PrintableDocuments {
  constructor(
    private readonly personal: PersonalData,
    private readonly siteUrl: string,
  ) {}

  /**
   * Locks the item and finds a document in it that the officer may print; for a slip the delivery is logged (PT-REG-06). Throws NOT_FOUND
   * for what is not in sight, FORBIDDEN for another organisation's document or a petitioner the officer may not know,
   * DOCUMENT_NOT_ISSUED, and what {@link printQueryCode} throws.
   */
  find(
    tx: ScopedTransaction,
    { kind, subjectId }: PrintRequest,
    officer: Officer,
    at: Date,
  ): Promise<Printable> {
    if (kind === 'QUERY_CODE_SLIP') return this.slip(tx, subjectId, officer, at);
    if (kind === 'HANDLING_OPINION') return this.opinion(tx, subjectId, officer, at);
    return isNoticePrint(kind)
      ? this.notice(tx, kind, subjectId, officer)
      : this.reviewOpinion(tx, kind, subjectId, officer, at);
  }

  private async slip(tx: ScopedTransaction, id: string, officer: Officer, at: Date): Promise<Printable> {
    const { item, code } = await printQueryCode(tx, this.personal, id, officer, at);
    return this.printable(tx, item, item, officer, async (petitioner) => {
      const bureau = await nameOf(tx, item.organisationId);
      const issuedOn = dateInShanghai(at);
      return {
        kind: 'QUERY_CODE_SLIP',
        subjectId: item.id,
        organisationId: item.organisationId,
        docNo: item.itemNo,
        issuedOn,
        article: slipForm({
          bureau,
          item: itemOnPaper(item),
          petitionerName: petitioner.name,
          queryCode: code,
          siteUrl: this.siteUrl,
          evaluationPeriod: periodInWords(await periodOf(tx, 'EVALUATION_FIRST')),
          issuedOn,
        }),
      };
    });
  }

  private async notice(
    tx: ScopedTransaction,
    kind: NoticePrintKind,
    id: string,
    officer: Officer,
  ): Promise<Printable> {
    const item = await lockedItem(tx, 'notice', id);
    const notices = await noticesOfItems(tx, [item.id]);
    const notice = notices.find((one) => one.id === id && one.kind === NOTICE_KIND_OF[kind]);
    if (notice === undefined) throw refuse.notFound('subjectId');
    checkIssuer(notice.organisationId, officer.organisationId);
    const { docNo, filedAt, documentHash } = notice;
    if (docNo === null || filedAt === null || documentHash === null) throw notIssued();
    const filedOn = dateInShanghai(filedAt);
    return this.printable(tx, item, item, officer, async (petitioner) => ({
      kind,
      subjectId: id,
      organisationId: notice.organisationId,
      docNo,
      issuedOn: filedOn,
      article: noticeForm({
        ...(await matterHistory(tx, item.matterId)),
        kind: notice.kind,
        organisation: await nameOf(tx, notice.organisationId),
        docNo,
        filedOn,
        documentHash,
        correctsDocNo: notices.find(({ id: corrected }) => corrected === notice.correctsId)?.docNo ?? null,
        item: itemOnPaper(item),
        litigationRelated: item.litigationRelated,
        petitioner,
        body: notice.body,
        reason: notice.reason,
        legalBasis: notice.legalBasis,
        serviceMode: notice.serviceMode,
        handleDueOn: await dueOnAtFiling(tx, item, filedAt),
        siteUrl: this.siteUrl,
      }),
    }));
  }

  private async opinion(tx: ScopedTransaction, id: string, officer: Officer, at: Date): Promise<Printable> {
    const item = await lockedItem(tx, 'handling_opinion', id);
    const opinion = (await opinionsOfItems(tx, [item.id])).find((one) => one.id === id);
    if (opinion === undefined) throw refuse.notFound('subjectId');
    checkIssuer(opinion.organisationId, officer.organisationId);
    const { docNo, decidedAt, organisationId } = opinion;
    // Approved is enough: it is printed to be served.
    if (docNo === null || decidedAt === null || !['APPROVED', 'SERVED'].includes(opinion.state))
      throw notIssued();
    const decidedOn = dateInShanghai(decidedAt);
    return this.printable(tx, item, item, officer, async (petitioner) => ({
      kind: 'HANDLING_OPINION',
      subjectId: id,
      organisationId,
      docNo,
      issuedOn: decidedOn,
      article: opinionForm({
        organisation: await nameOf(tx, organisationId),
        docNo,
        decidedOn,
        item: itemOnPaper(item),
        petitioner,
        demand: item.demand,
        facts: opinion.facts,
        basis: opinion.basis,
        conclusion: opinion.conclusion,
        body: opinion.body,
        remedyText: opinion.remedyText,
        serviceMode: opinion.serviceMode,
        sealedHash: opinion.seal === null ? null : opinion.documentHash,
        reviewAuthority: await nameAbove(tx, organisationId, item, at),
        reviewPeriod: periodInWords(await periodOf(tx, 'REVIEW_REQUEST')),
      }),
    }));
  }

  private async reviewOpinion(
    tx: ScopedTransaction,
    kind: ReviewPrintKind,
    id: string,
    officer: Officer,
    at: Date,
  ): Promise<Printable> {
    const item = await lockedItem(tx, 'review_document', id);
    const opinion = await reviewOpinionById(tx, id);
    if (opinion === undefined || opinion.level !== REVIEW_LEVEL_OF[kind]) throw refuse.notFound('subjectId');
    const { authorityOrganisationId, docNo, filedAt, result, seal, documentHash } = opinion;
    checkIssuer(authorityOrganisationId, officer.organisationId);
    if (docNo === null || filedAt === null || result === null) throw notIssued();
    const filedOn = dateInShanghai(filedAt);
    // The opinion is the authority's own and names the applicant, also once the review is closed.
    const ofIdentity = { ...item, reviewAuthorityOrganisationId: authorityOrganisationId };
    return this.printable(tx, item, ofIdentity, officer, async (applicant) => ({
      kind,
      subjectId: id,
      organisationId: authorityOrganisationId,
      docNo,
      issuedOn: filedOn,
      article: reviewOpinionForm({
        level: opinion.level,
        organisation: await nameOf(tx, authorityOrganisationId),
        docNo,
        filedOn,
        item: itemOnPaper(item),
        applicant,
        respondent: await nameOf(tx, opinion.respondentOrganisationId),
        challengedDocNo: opinion.challengedDocNo,
        applicationDate: opinion.applicationDate,
        receivedOn: opinion.receivedOn,
        request: opinion.request,
        grounds: opinion.grounds,
        respondentView: opinion.defence,
        body: opinion.body,
        result,
        sealedHash: seal === null ? null : documentHash,
        serviceMode: opinion.serviceMode,
        nextAuthority: await nameAbove(tx, authorityOrganisationId, item, at),
        nextPeriod: periodInWords(await periodOf(tx, 'REVIEW_REQUEST')),
      }),
    }));
  }

  /** Checks that the officer may know whom the print names, and puts the petitioner on paper accordingly. */
  private async printable(
    tx: ScopedTransaction,
    item: CaseItem,
    ofIdentity: ItemOfIdentity,
    officer: Officer,
    read: (
      petitioner: PetitionerOnPaper,
    ) => Promise<Omit<PrintableDocument, 'caseItemId' | 'organisationName'> & { article: ArticleView }>,
  ): Promise<Printable> {
    const view = identityView(ofIdentity, { kind: 'OFFICER', ...officer });
    checkMayName(view);
    const petitioner = view === 'FULL' ? await mainPetitioner(tx, item.id) : null;
    return {
      item,
      named: petitioner,
      read: async () => {
        const document = await read(onPaper(petitioner, view));
        return { ...document, caseItemId: item.id, organisationName: document.article.issuer };
      },
    };
  }
}

async function lockedItem(
  tx: ScopedTransaction,
  table: Parameters<typeof itemOfDocument>[1],
  id: string,
): Promise<CaseItem> {
  const caseItemId = await itemOfDocument(tx, table, id);
  if (caseItemId === undefined) throw refuse.notFound('subjectId');
  return caseForChange(tx, caseItemId, null);
}

function onPaper(petitioner: Petitioner | null, view: 'FULL' | 'ANONYMOUS'): PetitionerOnPaper {
  if (view === 'ANONYMOUS') return { name: ANONYMOUS_NAME, address: null };
  const { name, mailingAddress, usualAddress, householdAddress } = petitioner ?? {};
  return { name: name ?? UNKNOWN_NAME, address: mailingAddress ?? usualAddress ?? householdAddress ?? null };
}

function itemOnPaper({ itemNo, channel, petitionDate, receivedAt, title }: CaseItem): ItemOnPaper {
  return {
    itemNo,
    channel: labelOf('channel', channel),
    petitionDate,
    receivedOn: dateInShanghai(receivedAt),
    title,
  };
}

async function nameOf(tx: ScopedTransaction, organisationId: string): Promise<string> {
  const [organisation] = await organisationsByIds(tx, [organisationId]);
  return organisation?.sealName ?? '';
}

/** The name of the organ that (re-)reviews what an organisation decides, or null. */
async function nameAbove(
  tx: ScopedTransaction,
  organisationId: string,
  item: CaseItem,
  at: Date,
): Promise<string | null> {
  const higher = await higherOrganOf(tx, organisationId, item, at);
  return higher === null ? null : nameOf(tx, higher.id);
}

import { dateInShanghai } from '@junxian/calendar';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { noteOnCase } from '../cases/case-changes.service';
import { custodyForAction, custodyOfLocked, openTask, recordHandling } from '../cases/custody.service';
import { dueOn } from '../deadlines/periods.service';
import { Faults, TEXT_LIMITS } from '../texts.rules';
import { complete } from './completion.service';
import { checkedService, documentHash, type ServiceInput } from './document.rules';
import { nextDocumentNumber } from './document-numbers.service';
import { checkOwnLeader, endTasksAbout } from './leader-tasks.service';
import { checkMayHandle, checkRole } from './may-handle.rules';
import type { HandlingOpinion, PetitionerOpinion } from './opinion.types';
import {
  checkOpinionState,
  checkOpinionTexts,
  checkOwesOpinion,
  type OpinionInput,
  opinionContent,
} from './opinions.rules';
import { insertOpinion, opinionForChange, updateOpinionRow } from './opinions.store';
import type { SealService } from './seal.service';

export { opinionsOfItems } from './opinions.store';

/** An opinion, and its item as it now is. */
export interface OpinionOfItem {
  opinion: HandlingOpinion;
  item: CaseItem;
}
interface OfOpinion {
  opinionId: string;
  expectedVersion: number;
}

/** Drafts the handling opinion 答复意见书 of an item that the officer's unit handles itself. Throws what {@link custodyForAction} throws, WRONG_STATE, NOT_SELF_HANDLING, FIELD_REQUIRED, OPINION_EXISTS. */
export async function draftOpinion(
  tx: ScopedTransaction,
  { caseItemId, input }: { caseItemId: string; input: OpinionInput },
  officer: Officer,
  at: Date,
): Promise<OpinionOfItem> {
  const texts = checkOpinionTexts(input);
  const { item } = await custodyForAction(tx, caseItemId, null, officer);
  checkMayHandle(item, officer);
  checkOwesOpinion(item);
  const opinion = await insertOpinion(tx, {
    ...texts,
    caseItemId: item.id,
    organisationId: officer.organisationId,
    createdAt: at,
    createdBy: officer.accountId,
    updatedAt: at,
  });
  return { opinion, item };
}

/** Changes a draft. Throws NOT_FOUND, STALE_VERSION, DOCUMENT_STATE, FIELD_REQUIRED. */
export async function updateOpinion(
  tx: ScopedTransaction,
  { opinionId, expectedVersion, input }: OfOpinion & { input: OpinionInput },
  officer: Officer,
  at: Date,
): Promise<OpinionOfItem> {
  const texts = checkOpinionTexts(input);
  const { item, opinion } = await opinionForChange(tx, opinionId, expectedVersion);
  checkMayHandle(item, officer);
  checkOpinionState(opinion, 'DRAFT');
  return { item, opinion: await updateOpinionRow(tx, opinion, { ...texts, updatedAt: at }) };
}

/** Submits a draft to a leader of the own unit, who finds it among the approvals. Throws NOT_FOUND, STALE_VERSION, DOCUMENT_STATE, NOT_A_LEADER. */
export async function submitOpinion(
  tx: ScopedTransaction,
  { opinionId, expectedVersion, leaderId }: OfOpinion & { leaderId: string },
  officer: Officer,
  at: Date,
): Promise<OpinionOfItem> {
  const { item, opinion } = await opinionForChange(tx, opinionId, expectedVersion);
  checkMayHandle(item, officer);
  checkOpinionState(opinion, 'DRAFT');
  checkOwesOpinion(item);
  await checkOwnLeader(tx, item, leaderId, officer, at);
  const asking = openTask(tx, {
    caseItemId: item.id,
    kind: 'APPROVAL',
    state: 'TODO',
    organisationId: officer.organisationId,
    regionCode: officer.regionCode,
    holderId: leaderId,
    subjectId: opinion.id,
    receivedAt: at,
  });
  const submitting = updateOpinionRow(tx, opinion, {
    state: 'IN_APPROVAL',
    submittedAt: at,
    submittedBy: officer.accountId,
    decidedAt: null,
    decidedBy: null,
    decisionText: null,
    updatedAt: at,
  });
  const [submitted] = await Promise.all([submitting, asking]);
  await noteOnCase(tx, item, { action: 'OPINION_SUBMITTED', actor: officer, at, subjectId: opinion.id });
  return { item, opinion: submitted };
}

/**
 * A leader of the unit approves 签发 an opinion, which gets its number and e-seal and does not change any more, or sends it
 * back to be redrafted, saying why. Throws FORBIDDEN, NOT_FOUND, STALE_VERSION, DOCUMENT_STATE, FIELD_REQUIRED, and what the seal service throws.
 */
export async function decideOpinion(
  tx: ScopedTransaction,
  seals: SealService,
  { opinionId, expectedVersion, approve, text }: OfOpinion & { approve: boolean; text?: string | null },
  officer: Officer,
  at: Date,
): Promise<OpinionOfItem> {
  checkRole(officer, 'LEADER');
  const faults = new Faults();
  const decisionText = faults.textIf(!approve, 'text', text, TEXT_LIMITS.OPINION);
  faults.throwIfAny();
  const { item, opinion } = await opinionForChange(tx, opinionId, expectedVersion);
  checkOpinionState(opinion, 'IN_APPROVAL');
  const decided = await updateOpinionRow(tx, opinion, {
    ...(approve ? await issued(tx, opinion, item, { seals, officer, at }) : { state: 'DRAFT' as const }),
    decidedAt: at,
    decidedBy: officer.accountId,
    decisionText,
    updatedAt: at,
  });
  await endTasksAbout(tx, 'APPROVAL', opinion.id, officer, at);
  await noteOnCase(tx, item, {
    action: approve ? 'OPINION_APPROVED' : 'OPINION_REJECTED',
    actor: officer,
    at,
    subjectId: opinion.id,
  });
  return { item, opinion: decided };
}

/**
 * Serves 送达 an approved opinion: the item is completed as replied, and the time to ask for a review runs from the day of
 * service. Throws what {@link custodyForAction} throws, DOCUMENT_STATE, WRONG_STATE, NOT_SELF_HANDLING, FIELD_REQUIRED, SERVED_OUT_OF_TIME.
 */
export async function serveOpinion(
  tx: ScopedTransaction,
  {
    opinionId,
    expectedVersion,
    service,
    petitionerOpinion,
  }: OfOpinion & { service: ServiceInput; petitionerOpinion: PetitionerOpinion },
  officer: Officer,
  at: Date,
): Promise<OpinionOfItem> {
  const { item, opinion } = await opinionForChange(tx, opinionId, expectedVersion);
  const custody = await custodyOfLocked(tx, item, officer);
  checkMayHandle(item, officer);
  checkOwesOpinion(item);
  checkOpinionState(opinion, 'APPROVED');
  const faults = new Faults();
  const served = checkedService(service, dateInShanghai(opinion.decidedAt!), dateInShanghai(at), faults);
  faults.throwIfAny();
  const { servedOn } = served;
  const [record, appealDueOn] = await Promise.all([
    recordHandling(tx, {
      item,
      mode: 'SERVE_OPINION',
      fromOrganisationId: officer.organisationId,
      officerId: officer.accountId,
      at,
    }),
    dueOn(tx, 'REVIEW_REQUEST', servedOn),
  ]);
  const changed = await updateOpinionRow(tx, opinion, {
    ...served,
    state: 'SERVED',
    handlingRecordId: record.id,
    petitionerOpinion,
    updatedAt: at,
  });
  const completed = await complete(tx, custody, {
    action: 'SERVE_OPINION',
    set: { servedOn, appealDueOn },
    subjectId: opinion.id,
    officer,
    at,
  });
  return { item: completed, opinion: changed };
}

async function issued(
  tx: ScopedTransaction,
  opinion: HandlingOpinion,
  item: CaseItem,
  { seals, officer, at: decidedAt }: { seals: SealService; officer: Officer; at: Date },
) {
  const docNo = await nextDocumentNumber(tx, opinion.organisationId, 'HANDLING_OPINION', decidedAt);
  const content = opinionContent(opinion, { docNo, itemNo: item.itemNo, decidedAt });
  const hash = documentHash(content);
  return { state: 'APPROVED' as const, docNo, documentHash: hash, ...(await seals.seal(hash, officer)) };
}

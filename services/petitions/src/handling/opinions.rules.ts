import { Refusal } from '@junxian/errors';
import type { CaseItem } from '../cases/case.types';
import { checkTransition } from '../cases/case-state.rules';
import { Faults, TEXT_LIMITS } from '../texts.rules';
import type { HandlingOpinion } from './opinion.types';

export type OpinionInput = Pick<HandlingOpinion, 'conclusion' | 'facts' | 'basis' | 'body' | 'remedyText'>;

/** Checks the texts of a handling opinion, each of which is required. Throws all faults. */
export function checkOpinionTexts(input: OpinionInput): OpinionInput {
  const faults = new Faults();
  const texts = {
    conclusion: input.conclusion,
    facts: faults.text('facts', input.facts, TEXT_LIMITS.CONTENT),
    basis: faults.text('basis', input.basis, TEXT_LIMITS.OPINION),
    body: faults.text('body', input.body, TEXT_LIMITS.CONTENT),
    remedyText: faults.text('remedyText', input.remedyText, TEXT_LIMITS.REASON),
  };
  faults.throwIfAny();
  return texts;
}

/** Checks that an item may get a handling opinion: accepted, and handled by the unit itself. Throws WRONG_STATE, NOT_SELF_HANDLING. Rule: 3.2. */
export function checkOwesOpinion(item: Pick<CaseItem, 'state' | 'selfHandling'>): void {
  checkTransition('SERVE_OPINION', item.state, 'COMPLETED');
  if (!item.selfHandling) {
    throw new Refusal(
      'NOT_SELF_HANDLING',
      {
        zh: '请先对该信访件选择“自办”，再制作答复意见书',
        en: 'Choose to handle the item yourselves first, then write the opinion',
      },
      { httpStatus: 409 },
    );
  }
}

/** Checks that an opinion stands where an action needs it. Throws DOCUMENT_STATE with what to do instead. */
export function checkOpinionState(
  opinion: Pick<HandlingOpinion, 'state'>,
  needed: Exclude<HandlingOpinion['state'], 'SERVED' | 'VOID'>,
): void {
  if (opinion.state === needed) return;
  throw new Refusal('DOCUMENT_STATE', NEXT_STEP[opinion.state], {
    details: { state: opinion.state, needed },
    httpStatus: 409,
  });
}

const NEXT_STEP: Record<HandlingOpinion['state'], { zh: string; en: string }> = {
  DRAFT: {
    zh: '答复意见书还是草稿，请先送领导审批',
    en: 'The opinion is a draft; submit it to a leader first',
  },
  IN_APPROVAL: {
    zh: '答复意见书正在审批，请等待领导批示',
    en: 'The opinion is in approval; wait for the leader’s decision',
  },
  APPROVED: {
    zh: '答复意见书已签发，不能再修改，请送达信访人',
    en: 'The opinion is approved and does not change any more; serve it on the petitioner',
  },
  SERVED: {
    zh: '答复意见书已送达，不能再修改',
    en: 'The opinion was served and does not change any more',
  },
  VOID: {
    zh: '该信访件已移交，送达前的答复意见书作废，请重新制作',
    en: 'The item was taken over before the opinion was served, which is void; draft a new one',
  },
};

/** What is hashed of an approved opinion: all that the petitioner is told. */
export function opinionContent(
  opinion: HandlingOpinion,
  issued: { docNo: string; itemNo: string; decidedAt: Date },
): Record<string, string | null> {
  const { organisationId, conclusion, facts, basis, body, remedyText } = opinion;
  const { docNo, itemNo, decidedAt } = issued;
  return {
    organisationId,
    conclusion,
    facts,
    basis,
    body,
    remedyText,
    docNo,
    itemNo,
    decidedAt: decidedAt.toISOString(),
  };
}

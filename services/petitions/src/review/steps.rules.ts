import { Refusal, refuse } from '@junxian/errors';
import { isOver } from '../deadlines/periods.rules';
import { Faults, required, TEXT_LIMITS } from '../texts.rules';
import type { ReviewCase, ReviewStep } from './review.types';

/** Steps that the handler does, at once. */
export const HANDLER_STEPS = [
  'DEFENCE_NOTICE',
  'LAWYER_INVITATION',
  'WRITTEN_EXAMINATION',
  'INVESTIGATION',
  'HEARING',
  'CONSULTATION',
  'MEDIATION',
  'EXPERT_INVITATION',
] as const;
export type HandlerStep = (typeof HANDLER_STEPS)[number];

/** Steps by which somebody else is asked for another step. */
export const ASKED_BY = {
  DEFENCE_NOTICE: 'DEFENCE',
  LAWYER_INVITATION: 'LAWYER_EXAMINATION',
  CONSULTATION: 'CONSULTATION_ANSWER',
  EXPERT_INVITATION: 'EXPERT_REVIEW',
} as const;
export type AskedStep = (typeof ASKED_BY)[keyof typeof ASKED_BY];
export const ASKED_STEPS: readonly AskedStep[] = Object.values(ASKED_BY);

/** Which role does a step one was asked for. */
export const ROLE_OF_ASKED: Readonly<Record<AskedStep, 'HANDLER' | 'LAWYER' | 'EXPERT'>> = {
  DEFENCE: 'HANDLER',
  LAWYER_EXAMINATION: 'LAWYER',
  CONSULTATION_ANSWER: 'HANDLER',
  EXPERT_REVIEW: 'EXPERT',
};

/** What a step is entered with; which fields count depends on its kind. */
export interface StepInput {
  /** The text: findings, minutes, question, answer. */
  content?: string | null;
  evidence?: string | null;
  documentId?: string | null;
  organisationId?: string | null;
  accountId?: string | null;
  participants?: readonly string[] | null;
  host?: string | null;
  heldOn?: string | null;
  endedOn?: string | null;
  applicantConsents?: boolean | null;
  respondentConsents?: boolean | null;
  agreed?: boolean | null;
}

/** What of the file decides whether a step can be done. */
export interface FileOfReview {
  review: Pick<ReviewCase, 'receivedOn'>;
  steps: readonly Pick<ReviewStep, 'kind' | 'state' | 'dueOn'>[];
  today: string;
}

type StepFacts = Partial<
  Pick<ReviewStep, 'content' | 'evidence' | 'participants' | 'host' | 'heldOn' | 'endedOn' | 'agreed'>
>;

/**
 * Checks a step of the handler against the file and its input, and returns what of it is stored (texts trimmed). Throws
 * what the file forbids (DEFENCE_NOTICE_SENT, DEFENCE_OUTSTANDING), else all faults of the input at once.
 */
export function checkHandlerStep(kind: HandlerStep, input: StepInput, file: FileOfReview): StepFacts {
  if (kind === 'DEFENCE_NOTICE' && has(file, 'DEFENCE')) throw noticeSent();
  if (kind === 'WRITTEN_EXAMINATION') checkDefence(file);
  const faults = new Faults();
  const facts: StepFacts =
    kind === 'DEFENCE_NOTICE' ? {} : { content: faults.text('content', input.content, TEXT_LIMITS.CONTENT) };
  if (kind === 'CONSULTATION' || kind === 'LAWYER_INVITATION' || kind === 'EXPERT_INVITATION') {
    if (!input.organisationId) faults.add(required('organisationId'));
    if (kind !== 'CONSULTATION' && !input.accountId) faults.add(required('accountId'));
  }
  if (kind === 'INVESTIGATION') facts.participants = people(input, 2, faults);
  if (kind === 'HEARING') Object.assign(facts, hearing(input, file, faults));
  if (kind === 'MEDIATION') {
    if (input.applicantConsents !== true) faults.add(consentRequired('applicantConsents'));
    if (input.respondentConsents !== true) faults.add(consentRequired('respondentConsents'));
    if (input.agreed == null) faults.add(required('agreed'));
    else facts.agreed = input.agreed;
  }
  faults.throwIfAny();
  return facts;
}

/** Checks an answer to a step somebody was asked for: a text, and evidence with a defence. Throws FIELD_REQUIRED, INVALID_INPUT. */
export function checkAnswer(kind: AskedStep, input: StepInput): Pick<ReviewStep, 'content' | 'evidence'> {
  const faults = new Faults();
  const content = faults.text('content', input.content, TEXT_LIMITS.CONTENT);
  const evidence = kind === 'DEFENCE' ? faults.text('evidence', input.evidence, TEXT_LIMITS.CONTENT) : null;
  faults.throwIfAny();
  return { content, evidence };
}

/** Checks that an opinion may be drafted: the written examination is done (7.15). Throws WRITTEN_EXAMINATION_REQUIRED. */
export function checkExamined({ steps }: Pick<FileOfReview, 'steps'>): void {
  if (steps.some(({ kind, state }) => kind === 'WRITTEN_EXAMINATION' && state === 'DONE')) return;
  throw new Refusal(
    'WRITTEN_EXAMINATION_REQUIRED',
    { zh: '请先完成书面审查，再拟定意见书', en: 'Do the written examination before drafting the opinion' },
    { httpStatus: 409 },
  );
}

/** The written examination waits for the defence or the end of its period (7.10). */
function checkDefence({ steps, today }: FileOfReview): void {
  const defence = steps.find(({ kind }) => kind === 'DEFENCE');
  if (defence?.state === 'DONE' || (defence?.dueOn != null && isOver(defence.dueOn, today))) return;
  throw new Refusal(
    'DEFENCE_OUTSTANDING',
    defence === undefined
      ? {
          zh: '请先向被申请人发出答辩通知，收到答辩或答辩逾期后再书面审查',
          en: 'Send the respondent the defence notice first; examine once the defence is in or overdue',
        }
      : {
          zh: '被申请人尚在答辩期限内，收到答辩或答辩逾期后再书面审查',
          en: 'The respondent still has time to answer; examine once the defence is in or overdue',
        },
    { details: { dueOn: defence?.dueOn ?? null }, httpStatus: 409 },
  );
}

function hearing(input: StepInput, { review, today }: FileOfReview, faults: Faults): StepFacts {
  const heldOn = input.heldOn ?? null;
  const endedOn = input.endedOn ?? heldOn;
  if (heldOn === null) faults.add(required('heldOn'));
  else if (heldOn < review.receivedOn || endedOn! < heldOn || endedOn! > today)
    faults.add(
      refuse.invalid('heldOn', {
        zh: '听证日期应在收到申请之后、今天或以前，且结束不早于开始',
        en: 'A hearing takes place after the application came and not in the future, and ends after it began',
      }),
    );
  return {
    heldOn,
    endedOn,
    host: faults.text('host', input.host, TEXT_LIMITS.NAME),
    participants: people(input, 1, faults),
  };
}

function people({ participants }: StepInput, atLeast: number, faults: Faults): string[] {
  const named = [...new Set((participants ?? []).map((name) => name.trim()).filter((name) => name !== ''))];
  for (const name of named) faults.text('participants', name, TEXT_LIMITS.NAME);
  if (named.length < atLeast)
    faults.add(
      new Refusal(
        'TOO_FEW_PARTICIPANTS',
        { zh: `请至少填写 ${atLeast} 名不同的人员`, en: `Name at least ${atLeast} different people` },
        { field: 'participants', details: { atLeast } },
      ),
    );
  if (named.length > 100)
    faults.add(refuse.invalid('participants', { zh: '人员最多 100 名', en: 'Name at most 100 people' }));
  return named;
}

const has = ({ steps }: FileOfReview, wanted: ReviewStep['kind']) =>
  steps.some(({ kind }) => kind === wanted);

const consentRequired = (field: string) =>
  new Refusal(
    'CONSENT_REQUIRED',
    { zh: '调解须经双方同意，请确认双方意愿', en: 'Mediation needs the consent of both sides; confirm it' },
    { field },
  );

const noticeSent = () =>
  new Refusal(
    'DEFENCE_NOTICE_SENT',
    { zh: '已向被申请人发出答辩通知', en: 'The respondent has been notified already' },
    { httpStatus: 409 },
  );

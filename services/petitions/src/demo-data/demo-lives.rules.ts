import type { Rating } from '../evaluation/evaluation.rules';
import type { OpinionConclusion } from '../handling/opinion.types';
import type { ReviewLevel, ReviewResult } from '../review/review.types';
import type { OfficerKey, OrganisationKey } from './demo-directory';
import type { DemoActor, DemoStep } from './demo-plan.types';

/** How quickly things go, in days. */
export interface Pace {
  /** Until it is handed on, and until somebody takes it. */
  route: number;
  take: number;
  accept: number;
  /** From acceptance to the draft of the opinion. */
  handle: number;
}

export const PROMPT: Pace = { route: 1, take: 1, accept: 2, handle: 12 };

const registered = (by: OfficerKey): DemoStep => [0, by, { do: 'REGISTER' }];
const taken = (by: OfficerKey, { take }: Pace): DemoStep => [take, by, { do: 'TAKE' }];
const forwarded = (by: OfficerKey, to: OrganisationKey, { route }: Pace): DemoStep => [
  route,
  by,
  { do: 'FORWARD', to },
];

/** A citizen submits online, and the province registers it. */
export const online = (citizen: 'citizen' | 'anonymous', { route }: Pace): DemoStep[] => [
  [0, citizen, { do: 'SUBMIT' }],
  [route, 'pt-shanxi', { do: 'OPEN' }],
  [0, 'pt-shanxi', { do: 'REGISTER' }],
];

/** Registered by a bureau. */
export const by = (registrar: OfficerKey): DemoStep[] => [registered(registrar)];

/** From the province down to the county's bureau. */
export const downToCounty = (pace: Pace): DemoStep[] => [
  forwarded('pt-shanxi', 'pt-datong', pace),
  taken('pt-datong', pace),
  forwarded('pt-datong', 'pt-yunzhou', pace),
  taken('pt-yunzhou', pace),
];

/** From the county's bureau to the unit that must answer. */
export const toUnit = (bureau: OfficerKey, unit: OrganisationKey & OfficerKey, pace: Pace): DemoStep[] => [
  forwarded(bureau, unit, pace),
  taken(unit, pace),
];

/** Accepted and handled by whoever holds it, up to the opinion served. */
export const answered = (
  unit: OfficerKey,
  leader: OfficerKey,
  { accept, handle }: Pace,
  conclusion: OpinionConclusion = 'SUPPORT',
): DemoStep[] => [
  [accept, unit, { do: 'ACCEPT' }],
  [1, unit, { do: 'HANDLE_SELF' }],
  [handle, unit, { do: 'DRAFT_OPINION', leader, conclusion }],
  [1, leader, { do: 'SIGN_OPINION' }],
  [2, unit, { do: 'SERVE_OPINION' }],
];

/** What the petitioner thinks of it, in one round or two. */
export const evaluated = (who: DemoActor, first: Rating, second: Rating | null = null): DemoStep[] => [
  [2, who, { do: 'EVALUATE', round: 1, rating: first }],
  ...(second === null ? [] : ([[4, who, { do: 'EVALUATE', round: 2, rating: second }]] as const)),
];

/** Assigned by the city to the county, which must report, with a file if so said; the report is approved or sent back. */
export const assigned = (
  resultInDays: number,
  approve: boolean | null,
  pace: Pace,
  file = false,
): DemoStep[] => [
  [pace.route, 'pt-datong', { do: 'ASSIGN', to: 'pt-yunzhou', resultInDays }],
  taken('pt-yunzhou', pace),
  [pace.accept, 'pt-yunzhou', { do: 'ACCEPT' }],
  [0, 'pt-yunzhou', { do: 'HANDLE_SELF' }],
  [pace.handle, 'pt-yunzhou', { do: 'REPORT', file }],
  ...(approve === null ? [] : ([[2, 'pt-datong', { do: 'REVIEW_REPORT', approve }]] as const)),
];

/** Who reviews at a level what the county's bureau has decided. */
const REVIEWERS = {
  REVIEW: { clerk: 'pt-datong-review', leader: 'pt-datong-leader', respondent: 'pt-yunzhou' },
  RE_REVIEW: { clerk: 'pt-shanxi-review', leader: 'pt-shanxi-leader', respondent: 'pt-datong' },
} as const;

/** One review 复查 or re-review 复核 of an answer of Yunzhou's bureau, from the application to its end. */
export function reviewed(level: ReviewLevel, result: ReviewResult, after = 8): DemoStep[] {
  const { clerk, leader, respondent } = REVIEWERS[level];
  return [
    ...reviewAccepted(level, after),
    [1, clerk, { do: 'DRAFT_PAPER', kind: 'DEFENCE_NOTICE', leader }],
    [0, leader, { do: 'APPROVE_PAPER' }],
    [1, clerk, { do: 'NOTIFY_RESPONDENT' }],
    [4, respondent, { do: 'DEFEND' }],
    [1, clerk, { do: 'EXAMINE' }],
    [2, clerk, { do: 'HEAR' }],
    [2, clerk, { do: 'OPINE', result, leader }],
    [1, leader, { do: 'SIGN_REVIEW' }],
    [2, clerk, { do: 'SERVE_REVIEW' }],
    [1, leader, { do: 'CLOSE_REVIEW' }],
  ];
}

/** A review up to its acceptance. */
export function reviewAccepted(level: ReviewLevel, after = 8): DemoStep[] {
  const { clerk, leader } = REVIEWERS[level];
  return [
    ...reviewAssigned(level, after),
    [1, clerk, { do: 'DRAFT_PAPER', kind: 'ACCEPTANCE_FORM', leader }],
    [1, leader, { do: 'APPROVE_PAPER' }],
    [0, clerk, { do: 'ACCEPT_REVIEW' }],
  ];
}

/** A review up to the appointment of its handler. */
export function reviewAssigned(level: ReviewLevel, after = 8): DemoStep[] {
  const { clerk, leader } = REVIEWERS[level];
  return [
    [after, clerk, { do: 'APPLY_FOR_REVIEW', level }],
    [1, leader, { do: 'APPOINT', handler: clerk }],
  ];
}

import { isOpen } from '../cases/case-state.rules';
import type { MOVES } from './moves.fixture';
import type { Snapshot } from './world.fixture';

export type MoveName = keyof typeof MOVES;

/**
 * How often each move is tried whatever the item's situation, against the others: most of these are refused, and must
 * be refused properly.
 */
const ANYWHERE: Readonly<Record<MoveName, number>> = {
  view: 2,
  take: 3,
  forward: 3,
  assign: 3,
  takeBack: 3,
  giveBack: 3,
  decideReturn: 2,
  withdrawReturn: 1,
  submitApproval: 2,
  decideApproval: 2,
  send: 2,
  setDone: 5,
  correct: 3,
  inform: 3,
  handleSelf: 2,
  extend: 2,
  opinion: 3,
  directReply: 2,
  archive: 2,
  report: 10,
  evaluate: 8,
  removeCustodian: 2,
  restoreRemoved: 2,
  transfer: 2,
  accuse: 1,
  applyForReview: 3,
  review: 4,
  wait: 3,
  register: 2,
};

/** What an item waits for; here those are weighed up who would probably do it. */
const FITTING = {
  /** Held by an organisation that was removed. */
  CUSTODIAN_GONE: { transfer: 80, restoreRemoved: 10 },
  /** Sent to an organisation where nobody took it. */
  UNTAKEN: { take: 100, takeBack: 20 },
  RETURN_ASKED: { decideReturn: 80, withdrawReturn: 12 },
  LEADER_ASKED: { decideApproval: 80, opinion: 60 },
  BEFORE_ACCEPTANCE: {
    inform: 30,
    forward: 40,
    assign: 40,
    giveBack: 20,
    submitApproval: 6,
    send: 6,
    correct: 6,
    directReply: 2,
    archive: 2,
  },
  ACCEPTED: { handleSelf: 90, opinion: 6 },
  /** By the organisation itself. */
  HANDLED: { opinion: 160, extend: 4 },
  /** Answered, or reviewed: the petitioner may ask for the next level, and lets the time pass now and then. */
  ANSWERED: { applyForReview: 50, evaluate: 12, report: 10, wait: 4 },
  IN_REVIEW: { review: 350 },
  OVER: { register: 80, evaluate: 6, report: 6 },
} as const satisfies Record<string, Partial<Record<MoveName, number>>>;
export type Situation = keyof typeof FITTING;

/** What the item waits for. */
export function situationOf({ item, tasks, custodianGone }: Snapshot): Situation {
  if (custodianGone && isOpen(item.state)) return 'CUSTODIAN_GONE';
  if (item.state === 'UNDER_REVIEW' || item.state === 'UNDER_RE_REVIEW') return 'IN_REVIEW';
  if (!isOpen(item.state))
    return item.outcome === 'REPLIED' && ['COMPLETED', 'REVIEWED'].includes(item.state) ? 'ANSWERED' : 'OVER';
  switch (tasks.find(({ custody }) => custody)?.state) {
    case 'UNIT_INBOX':
      return 'UNTAKEN';
    case 'RETURN_PENDING':
      return 'RETURN_ASKED';
    case 'IN_APPROVAL':
      return 'LEADER_ASKED';
    default:
      if (item.state !== 'ACCEPTED') return 'BEFORE_ACCEPTANCE';
      return item.selfHandling ? 'HANDLED' : 'ACCEPTED';
  }
}

/** The moves of each situation, each as often as it weighs. */
const URNS = new Map(
  (Object.keys(FITTING) as Situation[]).map((situation) => {
    const fitting: Partial<Record<MoveName, number>> = FITTING[situation];
    const urn = (Object.keys(ANYWHERE) as MoveName[]).flatMap((name) =>
      Array<MoveName>(ANYWHERE[name] + (fitting[name] ?? 0)).fill(name),
    );
    return [situation, urn];
  }),
);

/** The greatest number a move may be drawn with. */
export const DRAWS = 99_999;

/** The move that a number draws in a situation: every move may come, those that fit come more often. */
export function moveDrawn(situation: Situation, draw: number): MoveName {
  const urn = URNS.get(situation)!;
  return urn[Math.floor((draw / (DRAWS + 1)) * urn.length)]!;
}

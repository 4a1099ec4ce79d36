import { Refusal, refuse } from '@junxian/errors';
import { POVERTY_STATUS, type PovertyStatus } from '../code-lists';
import { isCalendarMonth } from './dates.rules';

/** What changes a household's poverty status in a cycle of dynamic management 动态管理 (catalogue 3.5). */
export type StatusChange = 'EXIT' | 'STABLE_EXIT' | 'STABLE_EXIT_OF_EXITED' | 'RETURN';

/** The state machine: from which statuses each change leads to which; every other move is refused. */
export const STATUS_CHANGES: Readonly<
  Record<StatusChange, { from: readonly PovertyStatus[]; to: PovertyStatus; zh: string }>
> = {
  // PA-EX-03; from RETURNED too.
  EXIT: { from: ['UNEXITED', 'RETURNED'], to: 'EXITED', zh: '脱贫' },
  // PA-SX-01.
  STABLE_EXIT: { from: ['UNEXITED', 'RETURNED'], to: 'STABLE_EXIT', zh: '脱贫（不再享受政策）' },
  // PA-SX-02.
  STABLE_EXIT_OF_EXITED: { from: ['EXITED'], to: 'STABLE_EXIT', zh: '已脱贫户不再享受政策' },
  // PA-RT-01, PA-RT-03.
  RETURN: { from: ['EXITED'], to: 'RETURNED', zh: '返贫' },
};

/** What the decision on a change of status needs to know of the household. */
export interface StatusFacts {
  povertyStatus: PovertyStatus;
  exitYear: number | null;
}

/**
 * Decides whether a change of status may be made in a cycle. Takes the household's status and exit year; returns null,
 * or the refusal STATE_CONFLICT of a move the table does not have (PA-SX-01, PA-SX-02, PA-RT-03), or of the return of a
 * household that exited in this very cycle (PA-RT-01).
 */
export function statusFault(
  change: StatusChange,
  { povertyStatus, exitYear }: StatusFacts,
  cycle: number,
  field = 'householdId',
): Refusal | null {
  if (!STATUS_CHANGES[change].from.includes(povertyStatus)) return wrongStatus(change, povertyStatus, field);
  const isThisCycle = exitYear === null || exitYear >= cycle;
  return change === 'RETURN' && isThisCycle ? exitedThisCycle(cycle, field) : null;
}

/**
 * The months in which benefits may end: from the first of the cycle to the last of the following year.
 * Takes what was typed in; without it the month of today, or the cycle's last when that is over. Returns YYYY-MM;
 * throws INVALID_INPUT for anything else (PA-SX-04).
 */
export function benefitEndMonth(given: string | null | undefined, today: string, cycle: number): string {
  if (given == null) return today.slice(0, 4) === String(cycle) ? today.slice(0, 7) : `${cycle}-12`;
  if (isCalendarMonth(given) && given >= `${cycle}-01` && given <= `${cycle + 1}-12`) return given;
  throw refuse.invalid('benefitEndMonth', {
    zh: `待遇终止年月应在 ${cycle} 年 1 月至 ${cycle + 1} 年 12 月之间，格式为 YYYY-MM`,
    en: `The month in which benefits end lies between January ${cycle} and December ${cycle + 1}, written YYYY-MM`,
  });
}

const NOT_EXITED = {
  zh: '可办理脱贫（1.2.1.2）或脱贫（不再享受政策）（1.2.1.3）',
  en: 'it can exit (1.2.1.2), or exit and enjoy no further policies (1.2.1.3)',
};

/** What there is for a household of a status, as refusals of other functions name it. */
const FUNCTIONS_FOR: Readonly<Record<PovertyStatus, { zh: string; en: string }>> = {
  UNEXITED: NOT_EXITED,
  RETURNED: NOT_EXITED,
  EXITED: {
    zh: '可办理返贫（1.2.1.5）或已脱贫户不再享受政策（1.2.1.4）',
    en: 'it can return to poverty (1.2.1.5) or cease to enjoy policies (1.2.1.4)',
  },
  // PA-RT-03
  STABLE_EXIT: {
    zh: '不再办理状态变更；本年度误办的，请由省级管理员综合回退（8.1）',
    en: 'its status changes no more; if that was a mistake of this cycle, a province administrator rolls it back (8.1)',
  },
};

function wrongStatus(change: StatusChange, status: PovertyStatus, field: string): Refusal {
  const { from, zh } = STATUS_CHANGES[change];
  const accepted = from.map((name) => POVERTY_STATUS.label(name)).join('、');
  const next = FUNCTIONS_FOR[status];
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: `“${zh}”只适用于${accepted}户，该户为${POVERTY_STATUS.label(status)}，${next.zh}`,
      en: `This function takes households of status ${from.join(' or ')} only; this one is ${status}: ${next.en}`,
    },
    { field, details: { status } },
  );
}

function exitedThisCycle(cycle: number, field: string): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: `返贫只适用于 ${cycle} 年以前脱贫的户；本年度办理的脱贫如有误，请由省级管理员综合回退`,
      en: `Only a household that exited before ${cycle} can return; a mistaken exit of this cycle is rolled back by a province administrator`,
    },
    { field },
  );
}

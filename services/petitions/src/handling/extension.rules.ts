import { Refusal } from '@junxian/errors';
import type { CaseItem } from '../cases/case.types';
import { checkTransition } from '../cases/case-state.rules';
import { type ConfiguredPeriod, isOver, lastDay } from '../deadlines/periods.rules';
import { Faults, TEXT_LIMITS } from '../texts.rules';

/**
 * Decides an extension of the handling period: of an accepted item, once, before the period expires, by 1 day up to
 * the longest allowed, with a reason. The new last day counts from the old one, never from today. Throws WRONG_STATE, and all of EXTENSION_USED,
 * EXTENSION_TOO_LATE, EXTENSION_TOO_LONG, FIELD_REQUIRED that hold. Rule: 3.2, scenario 26.
 */
export function checkExtension(
  item: Pick<CaseItem, 'state' | 'extendedDays' | 'handleDueOn'>,
  input: { days: number; reason: string },
  longest: ConfiguredPeriod,
  today: string,
): { reason: string; newDueOn: string } {
  checkTransition('EXTEND', item.state);
  const dueOn = item.handleDueOn;
  if (dueOn === null) throw new Error('an accepted item without a handling period');
  const faults = new Faults();
  if (item.extendedDays > 0) {
    faults.add(
      new Refusal(
        'EXTENSION_USED',
        {
          zh: '办理期限只能延长一次，该信访件已经延长过',
          en: 'The handling period may be extended once only, and was',
        },
        { httpStatus: 409 },
      ),
    );
  }
  if (isOver(dueOn, today)) {
    faults.add(
      new Refusal(
        'EXTENSION_TOO_LATE',
        {
          zh: `办理期限已于 ${dueOn} 届满，不能再延长，请尽快办结`,
          en: `The handling period ended on ${dueOn} and cannot be extended; conclude the item soon`,
        },
        { httpStatus: 409 },
      ),
    );
  }
  if (input.days < 1 || input.days > longest.amount) {
    faults.add(
      new Refusal(
        'EXTENSION_TOO_LONG',
        {
          zh: `延长天数应为 1 至 ${longest.amount} 天`,
          en: `The period may be extended by 1 to ${longest.amount} days`,
        },
        { field: 'days' },
      ),
    );
  }
  const reason = faults.text('reason', input.reason, TEXT_LIMITS.REASON);
  faults.throwIfAny();
  return { reason, newDueOn: lastDay({ ...longest, amount: input.days }, dueOn) };
}

import { isWithin, type RegionLevel, scopeRange } from '@junxian/administrative-region';
import { Refusal, refuse } from '@junxian/errors';
import { Faults, TEXT_LIMITS } from '../texts.rules';

/** Why a unit is reminded (PT-SUP-03). */
export const REMINDER_REASONS = [
  'LATE_WITHOUT_CAUSE',
  'NO_RESULT',
  'PROCEDURE_BREACHED',
  'OPINION_NOT_EXECUTED',
  'HANDLING_REFUSED',
] as const;
export type ReminderReason = (typeof REMINDER_REASONS)[number];
/** How far the deadline was when the reminder was sent. */
export type ReminderLevel = 'NOT_DUE' | 'YELLOW' | 'RED';

interface Placed {
  id: string;
  regionCode: string;
  regionLevel: RegionLevel;
  isBureau: boolean;
  superiorId: string | null;
}

/**
 * Whether an organisation is in the own subtree of another: itself, subordinate to it, or, of a bureau, in its region.
 * Rule: PT-SUP-02.
 */
export function isInOwnSubtree(
  own: Placed,
  target: Pick<Placed, 'id' | 'regionCode' | 'superiorId'>,
): boolean {
  return (
    target.id === own.id ||
    target.superiorId === own.id ||
    (own.isBureau && isWithin(target.regionCode, scopeRange(own.regionCode, own.regionLevel)))
  );
}

/** The trimmed text of a reminder or an answer. Throws FIELD_REQUIRED for a blank one, INVALID_INPUT for one too long. */
export function checkedText(text: string): string {
  const faults = new Faults();
  const checked = faults.text('text', text, TEXT_LIMITS.REASON);
  faults.throwIfAny();
  return checked;
}

/**
 * Checks that a reminder may be sent. Takes who reminds, who is reminded and whether that one holds the item or answers
 * for it. Throws OUT_OF_REGION, TARGET_NOT_HOLDING. Rule: PT-SUP-02.
 */
export function checkReminder(
  own: Placed,
  target: Pick<Placed, 'id' | 'regionCode' | 'superiorId'>,
  holds: boolean,
): void {
  if (!isInOwnSubtree(own, target)) throw refuse.outOfRegion('targetOrganisationId');
  if (!holds)
    throw new Refusal(
      'TARGET_NOT_HOLDING',
      {
        zh: '该单位目前不办理此信访件，请刷新后选择当前办理机构或责任单位',
        en: 'This unit does not have the item in hand; reload it and choose who holds it or is responsible',
      },
      { field: 'targetOrganisationId', httpStatus: 409 },
    );
}

/** Refuses a second answer to a reminder. */
export const alreadyAnswered = (): Refusal =>
  new Refusal(
    'ALREADY_ANSWERED',
    {
      zh: '该催办已答复，不能再次答复；如需补充，请另行报告',
      en: 'This reminder was answered already; add what is missing in a report',
    },
    { httpStatus: 409 },
  );

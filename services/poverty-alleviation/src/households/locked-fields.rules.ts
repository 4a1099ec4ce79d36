import { Refusal } from '@junxian/errors';

/**
 * Refusals (FIELD_LOCKED) for the locked and greyed fields that a page sent with another value than the stored one
 * (PA-YR-04, PA-YR-05). Fields that were left out, or sent unchanged, are in order. Takes what was sent, what is
 * stored, and the locked fields with their Chinese names.
 */
export function lockedFieldFaults<Field extends string>(
  sent: { readonly [Name in Field]?: unknown },
  stored: { readonly [Name in Field]: unknown },
  locked: Readonly<Record<Field, string>>,
): Refusal[] {
  return (Object.keys(locked) as Field[])
    .filter((field) => sent[field] !== undefined && sent[field] !== stored[field])
    .map((field) => fieldLocked(field, locked[field]));
}

/** The refusal of a value for a field that this page shows and does not change. */
export function fieldLocked(field: string, label: string): Refusal {
  return new Refusal(
    'FIELD_LOCKED',
    {
      zh: `“${label}”在基础信息维护中不能修改；请按原值提交或不提交该项，确需更改的，由省级用户通过后台管理或动态管理办理`,
      en: `${field} cannot be changed in base maintenance; leave it out or send it as it is. If it must change, a province-level user does so in the back office, or dynamic management does`,
    },
    { field },
  );
}

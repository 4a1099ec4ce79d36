import { Refusal } from '@junxian/errors';

/** A field that base maintenance shows and does not change: its name on the form, and the function that changes it. */
export interface LockedField {
  label: string;
  /** As in 由…办理 and "… changes it". */
  changedBy: { zh: string; en: string };
}

/** Locked until an administrator of a province changes it by a function of the back office (PA-YR-04). */
export const byBackOffice = (label: string, functionNo: string): LockedField => ({
  label,
  changedBy: { zh: `省级管理员在后台（${functionNo}）`, en: `a province administrator (${functionNo})` },
});

/** Greyed: a function of dynamic management writes it (PA-YR-05). */
export const byDynamicManagement = (label: string, zh: string, en: string): LockedField => ({
  label,
  changedBy: { zh: `动态管理“${zh}”`, en: `dynamic management, ${en},` },
});

/**
 * Refusals (FIELD_LOCKED) for the locked and greyed fields that a page sent with another value than the stored one
 * (PA-YR-04, PA-YR-05). Fields that were left out, or sent unchanged, are in order. Takes what was sent, what is
 * stored, and the locked fields.
 */
export function lockedFieldFaults<Field extends string>(
  sent: { readonly [Name in Field]?: unknown },
  stored: { readonly [Name in Field]: unknown },
  locked: Readonly<Record<Field, LockedField>>,
): Refusal[] {
  return (Object.keys(locked) as Field[])
    .filter((field) => sent[field] !== undefined && sent[field] !== stored[field])
    .map((field) => fieldLocked(field, locked[field]));
}

function fieldLocked(field: string, { label, changedBy }: LockedField): Refusal {
  return new Refusal(
    'FIELD_LOCKED',
    {
      zh: `“${label}”在基础信息维护中不能修改；请按原值提交或不提交该项，确需更改的，由${changedBy.zh}办理`,
      en: `${field} cannot be changed in base maintenance; leave it out or send it as it is. If it must change, ${changedBy.en} changes it`,
    },
    { field },
  );
}

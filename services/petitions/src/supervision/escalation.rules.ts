import { ancestorsByCode } from '@junxian/administrative-region';

/** A petition bureau, by what is needed to find the one above. */
export interface BureauOfRegion {
  id: string;
  regionCode: string;
}

/** An organisation with the accounts of those who supervise there today. */
export interface Supervised extends BureauOfRegion {
  supervisors: readonly string[];
}

/** Whom an item accuses, if anybody. */
export interface Accused {
  accusedOrganisationId: string | null;
  accusedAccountId: string | null;
}

/** How many red reminders on one item and deadline lead to the bureau above (PT-SUP-04). */
export const RED_REMINDERS_BEFORE_ESCALATION = 3;

/** Whether the red reminder just sent, the n-th on its item and deadline, goes to the bureau above: every third does. Rule: PT-SUP-04. */
export function escalates(redReminders: number): boolean {
  return redReminders > 0 && redReminders % RED_REMINDERS_BEFORE_ESCALATION === 0;
}

/** The codes of the regions above a region, nearest first, up to the nation. */
export function regionsAbove(regionCode: string): string[] {
  return ancestorsByCode(regionCode)
    .filter((code) => code !== regionCode)
    .reverse();
}

/**
 * The bureau of the nearest region above one, or null when there is none. Never the accused organisation, which must
 * not learn of the item (PT-HND-08).
 */
export function nextHigherBureau(
  regionCode: string,
  bureaus: readonly BureauOfRegion[],
  accusedOrganisationId: string | null,
): BureauOfRegion | null {
  return nearest(regionsAbove(regionCode), bureaus, accusedOrganisationId);
}

/**
 * The organisation whose supervisors are to see to a warning: the one that is to act if it has a supervisor, else the bureau
 * of its region, else the nearest one above that has. The accused supervises nothing that accuses them, and sees no warning of it (PT-HND-08). Null when
 * nobody up to the nation has one.
 */
export function supervisingOrganisation(
  target: Supervised,
  bureaus: readonly Supervised[],
  { accusedOrganisationId, accusedAccountId }: Accused,
): string | null {
  const isSupervised = ({ supervisors }: Supervised) => supervisors.some((id) => id !== accusedAccountId);
  if (isSupervised(target) && target.id !== accusedOrganisationId) return target.id;
  const upwards = [target.regionCode, ...regionsAbove(target.regionCode)];
  return nearest(upwards, bureaus.filter(isSupervised), accusedOrganisationId)?.id ?? null;
}

function nearest(
  upwards: readonly string[],
  bureaus: readonly BureauOfRegion[],
  accusedOrganisationId: string | null,
): BureauOfRegion | null {
  for (const code of upwards) {
    const found = bureaus.find(({ id, regionCode }) => regionCode === code && id !== accusedOrganisationId);
    if (found !== undefined) return found;
  }
  return null;
}

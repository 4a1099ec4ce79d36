import { Refusal } from '@junxian/errors';
import type { Organisation } from '../cases/case.types';

/** What decides about the organ above an organisation. */
export type OrganOfHierarchy = Pick<Organisation, 'id' | 'regionCode' | 'superiorId' | 'removed'>;

/** What stands above an organisation. */
export interface Above {
  /** Its registered superior, if this service knows it. */
  superior: OrganOfHierarchy | null;
  /** The petition bureaus of the regions above its own, the nearest first. */
  bureausAbove: readonly OrganOfHierarchy[];
}

/**
 * The next-higher organ 上一级机关 of an organisation: its registered superior, else the petition bureau of the nearest
 * region above. Returns null when there is none. Rules: 7.3, PT-RVW-02.
 */
export function nextHigherOrgan(
  organisation: OrganOfHierarchy,
  { superior, bureausAbove }: Above,
): OrganOfHierarchy | null {
  if (superior !== null && !superior.removed && superior.id !== organisation.id) return superior;
  return bureausAbove.find(({ id, removed }) => !removed && id !== organisation.id) ?? null;
}

/**
 * Checks that an organisation is the one to (re-)review what a respondent decided. Takes the next-higher organ of the
 * respondent. Throws NO_HIGHER_AUTHORITY, AUTHORITY_MISMATCH (with the right one's id).
 */
export function checkAuthority(organisationId: string, higher: OrganOfHierarchy | null): void {
  if (higher === null) throw noHigherAuthority();
  if (higher.id !== organisationId) throw authorityMismatch(higher.id);
}

/**
 * Checks that a review under way is an organisation's to take over: its authority was removed, and the organisation is the next-higher organ of the respondent
 * today. Throws AUTHORITY_EXISTS, NO_HIGHER_AUTHORITY, AUTHORITY_MISMATCH (with the right one's id). Rule: PT-RVW-02.
 */
export function checkTakesReviewOver(
  organisationId: string,
  { authority, higher }: { authority: Pick<Organisation, 'removed'>; higher: OrganOfHierarchy | null },
): void {
  if (!authority.removed) throw authorityExists();
  checkAuthority(organisationId, higher);
}

const authorityExists = () =>
  new Refusal(
    'AUTHORITY_EXISTS',
    {
      zh: '复查复核机关没有撤销，请由其办理；需要督促的，请催办',
      en: 'The authority of the review exists; let it go on, and remind it if need be',
    },
    { httpStatus: 409 },
  );

const noHigherAuthority = () =>
  new Refusal(
    'NO_HIGHER_AUTHORITY',
    {
      zh: '作出答复的机关没有上一级机关，不能申请复查复核；请告知信访人其他法定途径',
      en: 'There is no organ above the one that decided, so there is no (re-)review; tell the petitioner of other legal remedies',
    },
    { httpStatus: 409 },
  );

const authorityMismatch = (authorityOrganisationId: string) =>
  new Refusal(
    'AUTHORITY_MISMATCH',
    {
      zh: '复查复核机关应为作出答复机关的上一级机关，请告知申请人向该机关提出',
      en: 'Only the next-higher organ of the one that decided (re-)reviews it; refer the applicant to that organ',
    },
    { details: { authorityOrganisationId }, httpStatus: 409 },
  );

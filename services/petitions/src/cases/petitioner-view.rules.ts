import type { CaseItem } from './case.types';

/** How much of the petitioner somebody sees (the matrix of section 6). */
export type IdentityView =
  /** In full, when revealed with an audit entry; masked otherwise. */
  | 'FULL'
  /** Masked only: 张**. */
  | 'PARTIAL'
  /** Shown as 匿名: the account petitions anonymously. */
  | 'ANONYMOUS'
  /** Nothing. */
  | 'NONE';

/** What of an item decides about its petitioner's identity. */
export type ItemOfIdentity = Pick<
  CaseItem,
  | 'purpose'
  | 'confidential'
  | 'needToKnow'
  | 'anonymous'
  | 'accountId'
  | 'organisationId'
  | 'custodianOrganisationId'
  | 'responsibleOrganisationId'
  | 'accusedOrganisationId'
  | 'accusedAccountId'
> & {
  /** The authority whose (re-)review of the item runs: it counts as the organisation that holds it. */
  reviewAuthorityOrganisationId?: string | null;
};

export interface Viewer {
  kind: 'OFFICER' | 'CITIZEN' | 'CODE_HOLDER' | 'SERVICE' | 'ANONYMOUS';
  accountId: string | null;
  organisationId: string | null;
  roles: readonly string[];
}

/** Roles that register or handle; whoever has none of them only supervises, counts or advises. */
const WORKING_ROLES = [
  'ONLINE_REGISTRAR',
  'LETTER_REGISTRAR',
  'VISIT_REGISTRAR',
  'INTERVIEWER',
  'RECEIVER',
  'HANDLER',
  'LEADER',
  'REVIEW_CLERK',
  'REVIEW_HANDLER',
  'REVIEW_LEADER',
].map((role) => `petitions:${role}`);

/** Whether somebody registers or handles, and does not only supervise, count or advise. */
export function isWorking({ roles }: Pick<Viewer, 'roles'>): boolean {
  return roles.some((role) => WORKING_ROLES.includes(role));
}

/** Whether the identity is protected beyond the ordinary: an accusation, or marked confidential. */
export function isProtected({ purpose, confidential }: Pick<CaseItem, 'purpose' | 'confidential'>): boolean {
  return purpose === 'ACCUSATION' || confidential;
}

/**
 * What a viewer who may see the item sees of its petitioner. Ordinary: registering, handling and responsible
 * organisation FULL, those who held it, supervisors and statisticians PARTIAL. Accusation or confidential: the organisation that
 * holds it now FULL, the responsible unit NONE unless need-to-know is flagged, everybody else NONE. Anonymous: 匿名
 * for every officer. The accused: NONE. The petitioner's own: FULL. Rule: section 6 matrix, PT-HND-08, scenario 34.
 */
export function identityView(item: ItemOfIdentity, viewer: Viewer): IdentityView {
  if (viewer.kind === 'CITIZEN') return item.accountId === viewer.accountId ? 'FULL' : 'NONE';
  if (viewer.kind !== 'OFFICER' || viewer.organisationId === null) return 'NONE';
  if (isAccused(item, viewer)) return 'NONE';
  if (item.anonymous) return 'ANONYMOUS';
  const works = isWorking(viewer);
  const mine = (organisation: string | null) => organisation === viewer.organisationId;
  if (works && mine(item.reviewAuthorityOrganisationId ?? null)) return 'FULL';
  if (isProtected(item)) {
    if (!works || !mine(item.custodianOrganisationId)) return 'NONE';
    return mine(item.responsibleOrganisationId) && !mine(item.organisationId) && !item.needToKnow
      ? 'NONE'
      : 'FULL';
  }
  if (!works) return 'PARTIAL';
  return mine(item.organisationId) ||
    mine(item.custodianOrganisationId) ||
    mine(item.responsibleOrganisationId)
    ? 'FULL'
    : 'PARTIAL';
}

/** The accused person of an accusation 被反映人: registering, handling and responsible organisations in full, supervisors masked. */
export function accusedView(item: ItemOfIdentity, viewer: Viewer): 'FULL' | 'PARTIAL' | 'NONE' {
  if (viewer.kind === 'CITIZEN') return item.accountId === viewer.accountId ? 'FULL' : 'NONE';
  if (viewer.kind !== 'OFFICER' || isAccused(item, viewer)) return 'NONE';
  return isWorking(viewer) ? 'FULL' : 'PARTIAL';
}

const isAccused = (item: ItemOfIdentity, viewer: Viewer) =>
  (item.accusedOrganisationId !== null && item.accusedOrganisationId === viewer.organisationId) ||
  (item.accusedAccountId !== null && item.accusedAccountId === viewer.accountId);

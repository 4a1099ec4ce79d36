import { refuse } from '@junxian/errors';

/**
 * How the one who acts stands to an account:
 * SELF the same account; OWN_ADMIN administrator of the same organisation; DIRECT_SUPERIOR and
 * HIGHER_SUPERIOR administrator of an organisation above (SUPERIOR_ADMIN, derived from the tree, never
 * granted); NONE anybody else, a peer for instance.
 */
export type Relation = 'SELF' | 'OWN_ADMIN' | 'DIRECT_SUPERIOR' | 'HIGHER_SUPERIOR' | 'NONE';

export interface Actor {
  accountId: string | null;
  organisationId: string | null;
  roles: readonly string[];
}

export const ORG_ADMIN = 'directory:ORG_ADMIN';
export const SYSTEM_STAFF = 'directory:SYSTEM_STAFF';

/**
 * Tells the relation from facts. Takes who acts, the account acted on (null when only its organisation
 * exists) and how many steps the actor's organisation lies above the account's: 0 the same, null not above.
 */
export function relationOf(actor: Actor, accountId: string | null, stepsAbove: number | null): Relation {
  if (accountId !== null && actor.accountId === accountId) return 'SELF';
  if (stepsAbove === null || !actor.roles.includes(ORG_ADMIN)) return 'NONE';
  if (stepsAbove === 0) return 'OWN_ADMIN';
  return stepsAbove === 1 ? 'DIRECT_SUPERIOR' : 'HIGHER_SUPERIOR';
}

export interface AuthorityCase {
  relation: Relation;
  /** The account administers its organisation (an ADMIN account, or a person with that role there). */
  targetIsAdministrator: boolean;
  /** The account's organisation is the top of its tree. */
  targetIsTop: boolean;
  actorRoles: readonly string[];
}

const isSuperior = (relation: Relation) => relation === 'DIRECT_SUPERIOR' || relation === 'HIGHER_SUPERIOR';

/** Where the appointments of an account lie, as seen by who acts. Whoever resets a password could act for each of them. */
export interface PostsOfTarget {
  /** Some lie outside the actor's region, or hold a role that only staff give and the actor does not have. */
  beyondScope: boolean;
  /** Some belong to organisations that are not the actor's own or below it. */
  beyondTree: boolean;
  /** Some belong to other organisations than the account itself. */
  elsewhere: boolean;
}

/**
 * Who may reset a password, disable, enable or move an account (DI-ACC-14): a direct or higher superior;
 * for a member also the own administrator. Staff where no superior can: at the top of a tree, and for an account
 * with posts in several organisations, which reach beyond its superior. Never oneself, never a peer, and never
 * beyond what the actor could do anyway. Throws FORBIDDEN.
 */
export function checkMayManage(
  { relation, targetIsAdministrator, targetIsTop, actorRoles }: AuthorityCase,
  posts: PostsOfTarget,
): void {
  if (relation === 'SELF' || posts.beyondScope) throw refuse.forbidden();
  if (actorRoles.includes(SYSTEM_STAFF) && (targetIsTop || posts.elsewhere)) return;
  if (posts.beyondTree) throw refuse.forbidden();
  if (isSuperior(relation)) return;
  if (relation === 'OWN_ADMIN' && !targetIsAdministrator) return;
  throw refuse.forbidden();
}

/**
 * Who may lift a lock early (DI-LOG-03). Where the realm knows superiors: a member is unlocked by the own
 * administrator, an administrator by a superior, nobody else. Where it does not (RETIRED_CADRE): staff only.
 * Throws FORBIDDEN.
 */
export function checkMayUnlock(
  realmKnowsSuperiors: boolean,
  { relation, targetIsAdministrator, actorRoles }: AuthorityCase,
): void {
  if (relation === 'SELF') throw refuse.forbidden();
  if (!realmKnowsSuperiors) {
    if (actorRoles.includes(SYSTEM_STAFF)) return;
    throw refuse.forbidden();
  }
  if (targetIsAdministrator ? isSuperior(relation) : relation === 'OWN_ADMIN') return;
  throw refuse.forbidden();
}

/**
 * Who may create an organisation's administrator: in the Party tree the direct superior only, who hands
 * the credentials over (DI-ACC-07); elsewhere a direct or higher superior; staff at the top of a tree.
 * Throws FORBIDDEN.
 */
export function checkMayCreateAdmin(
  organisationKind: string,
  authority: Omit<AuthorityCase, 'targetIsAdministrator'>,
): void {
  if (authority.targetIsTop && authority.actorRoles.includes(SYSTEM_STAFF)) return;
  const allowed =
    organisationKind === 'PARTY' ? authority.relation === 'DIRECT_SUPERIOR' : isSuperior(authority.relation);
  if (!allowed) throw refuse.forbidden('organisationId');
}

import { refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Caller } from '../caller';
import type { OfficerAccount } from './accounts.service';
import {
  type AuthorityCase,
  checkMayManage,
  ORG_ADMIN,
  type PostsOfTarget,
  relationOf,
} from './authority.rules';
import { type OrganisationFacts, organisationFacts, stepsAbove } from './organisation-facts.service';

/** How the caller stands to an account, for the rules of authority. NOT_FOUND when its organisation is out of scope. */
export async function authorityOver(
  tx: ScopedTransaction,
  by: Caller,
  account: OfficerAccount,
): Promise<AuthorityCase> {
  const organisation = await organisationFacts(tx, account.organisationId, by.clock.today());
  const authority = await authorityIn(tx, by, organisation, account.id);
  return {
    ...authority,
    targetIsAdministrator: account.kind === 'ADMIN' || (await administers(tx, account, by.clock.today())),
  };
}

/** Refuses unless the caller may reset, disable, enable or move the account (DI-ACC-14). Throws FORBIDDEN, NOT_FOUND. */
export async function refuseUnlessManages(
  tx: ScopedTransaction,
  by: Caller,
  account: OfficerAccount,
): Promise<void> {
  const authority = await authorityOver(tx, by, account);
  const [posts] = await tx.query<PostsOfTarget>(
    `SELECT beyond_scope AS "beyondScope", beyond_tree AS "beyondTree", elsewhere FROM di_acc_14_posts($1, $2, $3)`,
    [account.id, by.principal.organisationId, by.clock.today()],
  );
  if (posts === undefined) throw refuse.forbidden();
  checkMayManage(authority, posts);
}

/** How the caller stands to an organisation, or to an account in it. */
export async function authorityIn(
  tx: ScopedTransaction,
  by: Caller,
  organisation: OrganisationFacts,
  accountId: string | null = null,
): Promise<Omit<AuthorityCase, 'targetIsAdministrator'>> {
  const { principal } = by;
  const steps = await stepsAbove(tx, principal.organisationId, organisation.id);
  return {
    relation: relationOf(principal, accountId, steps),
    targetIsTop: organisation.superiorId === null,
    actorRoles: principal.roles,
  };
}

/** Whether a person account holds the administrator's role in its own organisation. */
async function administers(tx: ScopedTransaction, account: OfficerAccount, today: string): Promise<boolean> {
  const held = await tx.query(
    `SELECT FROM appointment p JOIN role_grant g ON g.appointment_id = p.id
     WHERE p.account_id = $1 AND p.organisation_id = $2 AND g.role = $3 AND g.revoked_at IS NULL
       AND (p.valid_to IS NULL OR p.valid_to > $4::date) AND (g.valid_to IS NULL OR g.valid_to > $4::date)`,
    [account.id, account.organisationId, ORG_ADMIN, today],
  );
  return held.length > 0;
}

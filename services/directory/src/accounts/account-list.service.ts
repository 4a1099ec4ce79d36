import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { OfficerKind } from '../sign-in/modules.rules';
import { ACCOUNT_COLUMNS, type AccountStatus, type OfficerAccount } from './accounts.service';

export interface AccountFilter {
  organisationId?: string | null;
  kind?: OfficerKind | 'CITIZEN' | null;
  status?: AccountStatus | null;
  locked?: boolean | null;
}

/** Accounts in the caller's region, by region and id, one page in one statement. Throws INVALID_INPUT on a bad page, NOT_FOUND for what is no id. */
export async function listAccounts(
  tx: ScopedTransaction,
  filter: AccountFilter,
  page: { first?: number | null; after?: string | null },
  now: Date,
): Promise<Page<OfficerAccount>> {
  const parameters: unknown[] = [];
  // Citizens' accounts are in nobody's area; said here as well, so that the index of the others serves.
  const where: string[] = ["a.kind <> 'CITIZEN'"];
  const add = (condition: (placeholder: string) => string, value: unknown) => {
    parameters.push(value);
    where.push(condition(`$${parameters.length}`));
  };
  if (filter.organisationId && !isUuid(filter.organisationId)) throw refuse.notFound('filter.organisationId');
  if (filter.organisationId) add((value) => `a.organisation_id = ${value}::uuid`, filter.organisationId);
  if (filter.kind) add((value) => `a.kind = ${value}`, filter.kind);
  if (filter.status) add((value) => `a.status = ${value}`, filter.status);
  if (typeof filter.locked === 'boolean') {
    add((value) => {
      const locked = `EXISTS (SELECT FROM login_state l WHERE l.account_id = a.id AND l.locked_until > ${value})`;
      return filter.locked ? locked : `NOT ${locked}`;
    }, now);
  }
  return keysetPage<OfficerAccount>(tx, {
    select: ACCOUNT_COLUMNS,
    from: 'account a',
    where,
    parameters,
    order: [
      { column: 'a.region_code', key: 'regionCode' },
      { column: 'a.id', key: 'id', type: 'uuid' },
    ],
    ...page,
  });
}

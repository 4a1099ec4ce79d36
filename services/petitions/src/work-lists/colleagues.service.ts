import { dateInShanghai } from '@junxian/calendar';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { mayDealWith } from '../organisations/organisations.service';
import { colleagueRefused } from './task.rules';

/**
 * Checks that somebody is a colleague of the officer's own organisation who holds one of the roles today and is not the
 * accused of the item (PT-HND-08). Throws COLLEAGUE_NOT_ALLOWED on the field, alike for every reason.
 */
export async function checkColleague(
  tx: ScopedTransaction,
  accountId: string,
  {
    item,
    roles,
    officer,
    at,
    field,
  }: {
    item: Pick<CaseItem, 'accusedAccountId'>;
    roles: readonly string[];
    officer: Officer;
    at: Date;
    field: string;
  },
): Promise<void> {
  if (!(await mayDealWith(tx, item, accountId, officer.organisationId, roles, dateInShanghai(at))))
    throw colleagueRefused(field);
}

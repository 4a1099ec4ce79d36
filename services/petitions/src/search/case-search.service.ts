import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import type { Officer } from '../actor';
import type { PersonalData } from '../cases/personal-data.service';
import { type CaseFilter, checkFilter } from './case-filter.rules';
import { filteredItems, ORDER_KEYS } from './case-search.store';

/** Finds items. */
export class CaseSearch {
  constructor(private readonly personal: PersonalData) {}

  /**
   * One page of the items that an officer sees and a filter finds, as ids, newest registration first, in one statement, or two of what was received
   * until a day. Throws INVALID_INPUT with all
   * faults of the filter, page size or cursor. Rules: PT-QRY-01, PT-SEC-01.
   */
  async page(
    tx: ScopedTransaction,
    filter: CaseFilter,
    officer: Officer,
    today: string,
    { first, after }: PageArguments,
  ): Promise<Page<{ id: string }>> {
    const items = await filteredItems(tx, checkFilter(filter), this.personal, officer, today);
    return keysetPage<{ id: string }>(tx, { ...items, select: ORDER_KEYS, first, after });
  }
}

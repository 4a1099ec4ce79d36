import type { ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import { manyBy } from '../cases/case-reads.service';
import { type CoVisitor, coVisitorsOf } from './co-visitors.service';
import { type ContentCategory, categoriesByCodes } from './content-categories.service';
import { deliveriesOf, type QueryCodeDelivery } from './query-codes.service';

export interface RegistrationLoaders {
  contentCategory: DataLoader<string, ContentCategory | null>;
  coVisitors: DataLoader<string, CoVisitor[]>;
  queryCodeDeliveries: DataLoader<string, QueryCodeDelivery[]>;
}

/** Makes the loaders of one request. */
export function registrationLoaders(read: () => Promise<ScopedTransaction>): RegistrationLoaders {
  return {
    contentCategory: new DataLoader(async (codes) => {
      const rows = await categoriesByCodes(await read(), codes);
      const found = new Map(rows.map((row) => [row.code, row]));
      return codes.map((code) => found.get(code) ?? null);
    }),
    coVisitors: manyBy(read, ({ caseItemId }) => caseItemId, coVisitorsOf),
    queryCodeDeliveries: manyBy(read, ({ caseItemId }) => caseItemId, deliveriesOf),
  };
}

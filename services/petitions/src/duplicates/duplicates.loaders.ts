import type { ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import { decisionsOf } from './duplicates.service';
import type { StoredDecision } from './duplicates.types';

export interface DuplicateLoaders {
  /** What was decided about an item's duplicates, or null. */
  duplicateDecision: DataLoader<string, StoredDecision | null>;
}

/** Makes the loaders of one request. */
export function duplicateLoaders(read: () => Promise<ScopedTransaction>): DuplicateLoaders {
  return {
    duplicateDecision: new DataLoader(async (itemIds) => {
      const rows = await decisionsOf(await read(), itemIds);
      const found = new Map(rows.map((row) => [row.caseItemId, row]));
      return itemIds.map((id) => found.get(id) ?? null);
    }),
  };
}

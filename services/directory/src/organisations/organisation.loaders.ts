import type { ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import { findOrganisations, type OrganisationRow } from './organisation.store';

export interface OrganisationLoaders {
  /** By id, removed ones included; null when there is none in the caller's scope. */
  organisation: DataLoader<string, OrganisationRow | null>;
}

/** Batches what entities and edges ask for: one statement however many organisations. */
export function organisationLoaders(read: () => Promise<ScopedTransaction>): OrganisationLoaders {
  return {
    organisation: new DataLoader(async (ids) => {
      const found = new Map((await findOrganisations(await read(), ids)).map((row) => [row.id, row]));
      return ids.map((id) => found.get(id.toLowerCase()) ?? null);
    }),
  };
}

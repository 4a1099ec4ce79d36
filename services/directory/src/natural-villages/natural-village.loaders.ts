import type { RequestContext } from '@junxian/subgraph';
import DataLoader from 'dataloader';
import { type NaturalVillageRow, naturalVillagesByCode, naturalVillagesOf } from './natural-villages.service';

export interface NaturalVillageLoaders {
  /** By code, removed ones included. */
  naturalVillage: DataLoader<string, NaturalVillageRow | null>;
  /** By the code of the administrative village. */
  naturalVillagesOf: DataLoader<string, NaturalVillageRow[]>;
}

/** Batches natural villages of one request. */
export function naturalVillageLoaders(context: Pick<RequestContext, 'read'>): NaturalVillageLoaders {
  return {
    naturalVillage: new DataLoader(async (codes) => {
      const rows = await naturalVillagesByCode(await context.read(), codes);
      const found = new Map(rows.map((row) => [row.code, row]));
      return codes.map((code) => found.get(code) ?? null);
    }),
    naturalVillagesOf: new DataLoader(async (villageCodes) => {
      const rows = await naturalVillagesOf(await context.read(), villageCodes);
      return villageCodes.map((code) => rows.filter((row) => row.villageCode === code));
    }),
  };
}

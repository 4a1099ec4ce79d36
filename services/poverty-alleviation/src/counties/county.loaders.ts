import type { ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import {
  type CountyKey,
  type CountyRecordView,
  poorVillageCounts,
  readCountyRecords,
} from './county-records.service';

/** The loaders of this room: however many are asked for in one request, each takes one statement. */
export interface CountyLoaders {
  countyRecord: DataLoader<CountyKey, CountyRecordView | null, string>;
  poorVillageCount: DataLoader<CountyKey, number, string>;
}

const keyOf = ({ regionCode, year }: CountyKey) => `${regionCode}:${year}`;

/** Makes the loaders of one request. What lies outside the caller's region is null, as if it were not there. */
export function countyLoaders(read: () => Promise<ScopedTransaction>): CountyLoaders {
  return {
    countyRecord: new DataLoader(
      async (keys) => {
        const found = new Map((await readCountyRecords(await read(), keys)).map((row) => [keyOf(row), row]));
        return keys.map((key) => found.get(keyOf(key)) ?? null);
      },
      { cacheKeyFn: keyOf },
    ),
    poorVillageCount: new DataLoader(async (keys) => poorVillageCounts(await read(), keys), {
      cacheKeyFn: keyOf,
    }),
  };
}

import { rowsOfEach, type ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import type { VillageKey } from '../villages/poor-village-views.service';
import { type NaturalVillageKey, naturalVillageFigures } from '../villages/village-figures.service';
import {
  type NaturalVillageRecordView,
  readRecordsByCode,
  readRecordsOfVillages,
} from './natural-village-views.service';

/** The loaders of this room: however many are asked for in one request, each takes one statement. */
export interface NaturalVillageLoaders {
  naturalVillageRecord: DataLoader<{ code: string; year: number }, NaturalVillageRecordView | null, string>;
  naturalVillagesOf: DataLoader<VillageKey, NaturalVillageRecordView[], string>;
  naturalVillagePoorHouseholds: DataLoader<NaturalVillageKey, number, string>;
}

const codeKey = ({ code, year }: { code: string; year: number }) => `${code}:${year}`;
const villageKey = ({ regionCode, year }: VillageKey) => `${regionCode}:${year}`;

/** Makes the loaders of one request. What lies outside the caller's region is null or none, as if it were not there. */
export function naturalVillageLoaders(read: () => Promise<ScopedTransaction>): NaturalVillageLoaders {
  return {
    naturalVillageRecord: new DataLoader(
      async (keys) => {
        const found = new Map(
          (await readRecordsByCode(await read(), keys)).map((row) => [codeKey(row), row]),
        );
        return keys.map((key) => found.get(codeKey(key)) ?? null);
      },
      { cacheKeyFn: codeKey },
    ),
    naturalVillagesOf: new DataLoader(
      async (keys) => {
        return rowsOfEach(keys.map(villageKey), await readRecordsOfVillages(await read(), keys), villageKey);
      },
      { cacheKeyFn: villageKey },
    ),
    naturalVillagePoorHouseholds: new DataLoader<NaturalVillageKey, number, string>(
      async (keys) => naturalVillageFigures(await read(), keys),
      {
        cacheKeyFn: codeKey,
      },
    ),
  };
}

import { rowsOfEach, type ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import {
  type PoorVillageView,
  readPoorVillages,
  readVillageRecords,
  readVillagesByCode,
  type VillageKey,
  type VillageRecordKey,
  type VillageRecordView,
} from './poor-village-views.service';
import { type VillageFigures, villageFigures } from './village-figures.service';
import { readVillageHistory, type VillageChangeView } from './village-history.service';

/** The loaders of this room: however many are asked for in one request, each takes one statement. */
export interface VillageLoaders {
  poorVillage: DataLoader<string, PoorVillageView | null>;
  villageRecord: DataLoader<VillageRecordKey, VillageRecordView | null, string>;
  villageByCode: DataLoader<VillageKey, VillageRecordView | null, string>;
  villageFigures: DataLoader<VillageKey, VillageFigures, string>;
  villageHistory: DataLoader<string, VillageChangeView[]>;
}

const recordKey = ({ id, year }: VillageRecordKey) => `${id}:${year}`;
const codeKey = ({ regionCode, year }: VillageKey) => `${regionCode}:${year}`;

/** Makes the loaders of one request. What lies outside the caller's region is null, as if it were not there. */
export function villageLoaders(read: () => Promise<ScopedTransaction>): VillageLoaders {
  return {
    poorVillage: new DataLoader(async (ids) => {
      const found = new Map((await readPoorVillages(await read(), ids)).map((row) => [row.id, row]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    villageRecord: new DataLoader(
      async (keys) => {
        const rows = await readVillageRecords(await read(), keys);
        const found = new Map(rows.map((row) => [recordKey(row), row]));
        return keys.map((key) => found.get(recordKey(key)) ?? null);
      },
      { cacheKeyFn: recordKey },
    ),
    villageByCode: new DataLoader(
      async (keys) => {
        const rows = await readVillagesByCode(await read(), keys);
        const found = new Map(rows.map((row) => [codeKey(row), row]));
        return keys.map((key) => found.get(codeKey(key)) ?? null);
      },
      { cacheKeyFn: codeKey },
    ),
    villageFigures: new DataLoader(async (keys) => villageFigures(await read(), keys), {
      cacheKeyFn: codeKey,
    }),
    villageHistory: new DataLoader(async (ids) => {
      return rowsOfEach(ids, await readVillageHistory(await read(), ids), ({ subjectId }) => subjectId);
    }),
  };
}

import { rowsOfEach, type ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import {
  type AllocationLineView,
  type AllocationView,
  type ArrivalView,
  readAllocations,
  readArrivalsOf,
  readLines,
  readLinesOf,
} from './allocations.store';
import { readSpent } from './arrangements.store';
import type { IntegratedLine } from './integrated.rules';
import { type CountySums, readCountySums, readReportLines } from './integrated-funds.store';

/** The loaders of funds: however many are asked for in one request, each takes one statement (the sums two). */
export interface FundLoaders {
  fundAllocation: DataLoader<string, AllocationView | null>;
  fundLine: DataLoader<string, AllocationLineView | null>;
  fundLinesOf: DataLoader<string, AllocationLineView[]>;
  fundArrivalsOf: DataLoader<string, ArrivalView[]>;
  arrangementSpent: DataLoader<string, string>;
  integratedLinesOf: DataLoader<string, IntegratedLine[]>;
  countySums: DataLoader<string, CountySums>;
}

/** Makes the loaders of one request. What is out of the caller's sight is null or left out. */
export function fundLoaders(read: () => Promise<ScopedTransaction>): FundLoaders {
  return {
    fundAllocation: new DataLoader(async (ids) => byId(ids, await readAllocations(await read(), ids))),
    fundLine: new DataLoader(async (ids) => byId(ids, await readLines(await read(), ids))),
    fundLinesOf: new DataLoader(async (ids) => {
      return rowsOfEach(ids, await readLinesOf(await read(), ids), ({ allocationId }) => allocationId);
    }),
    fundArrivalsOf: new DataLoader(async (ids) => {
      return rowsOfEach(ids, await readArrivalsOf(await read(), ids), ({ lineId }) => lineId);
    }),
    arrangementSpent: new DataLoader(async (ids) => {
      const found = await readSpent(await read(), ids);
      return ids.map((id) => found.get(id)!);
    }),
    integratedLinesOf: new DataLoader(async (ids) => {
      const found = await readReportLines(await read(), ids);
      return ids.map((id) => found.get(id) ?? []);
    }),
    countySums: new DataLoader(async (ids) => {
      const found = await readCountySums(await read(), ids);
      return ids.map((id) => found.get(id)!);
    }),
  };
}

function byId<Row extends { id: string }>(ids: readonly string[], rows: readonly Row[]): (Row | null)[] {
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => found.get(id) ?? null);
}

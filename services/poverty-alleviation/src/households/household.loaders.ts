import { rowsOfEach, type ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import {
  type HouseholdView,
  type MembershipKey,
  type MemberView,
  readHouseholds,
  readMembers,
  readMemberships,
  readYearRecords,
  type YearKey,
  type YearRecordView,
} from './household-views.service';
import { type MeasureView, readMeasures } from './measures.service';
import { type OutcomeView, readOutcomes } from './outcomes.service';
import { readStatusHistory, type StatusChangeView } from './status-history.service';

/** The loaders of this room: however many are asked for in one request, each takes one statement. */
export interface HouseholdLoaders {
  household: DataLoader<string, HouseholdView | null>;
  yearRecord: DataLoader<YearKey, YearRecordView | null, string>;
  members: DataLoader<YearKey, MemberView[], string>;
  membership: DataLoader<MembershipKey, MemberView | null, string>;
  statusHistory: DataLoader<string, StatusChangeView[]>;
  measures: DataLoader<YearKey, MeasureView[], string>;
  outcome: DataLoader<YearKey, OutcomeView | null, string>;
}

const yearKey = ({ householdId, year }: YearKey) => `${householdId}:${year}`;
const membershipKey = ({ citizenId, year }: MembershipKey) => `${citizenId}:${year ?? ''}`;

/** Makes the loaders of one request. What lies outside the caller's region is null, as if it were not there. */
export function householdLoaders(read: () => Promise<ScopedTransaction>): HouseholdLoaders {
  return {
    household: new DataLoader(async (ids) => {
      const found = new Map((await readHouseholds(await read(), ids)).map((row) => [row.id, row]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    yearRecord: new DataLoader(
      async (keys) => {
        const found = new Map((await readYearRecords(await read(), keys)).map((row) => [yearKey(row), row]));
        return keys.map((key) => found.get(yearKey(key)) ?? null);
      },
      { cacheKeyFn: yearKey },
    ),
    members: new DataLoader(
      async (keys) => {
        return rowsOfEach(keys.map(yearKey), await readMembers(await read(), keys), yearKey);
      },
      { cacheKeyFn: yearKey },
    ),
    membership: new DataLoader(
      async (keys) => {
        const rows = await readMemberships(await read(), keys);
        const found = new Map(rows.map(({ key, member }) => [membershipKey(key), member]));
        return keys.map((key) => found.get(membershipKey(key)) ?? null);
      },
      { cacheKeyFn: membershipKey },
    ),
    statusHistory: new DataLoader(async (ids) => {
      return rowsOfEach(ids, await readStatusHistory(await read(), ids), ({ householdId }) => householdId);
    }),
    measures: new DataLoader(
      async (keys) => {
        return rowsOfEach(keys.map(yearKey), await readMeasures(await read(), keys), yearKey);
      },
      { cacheKeyFn: yearKey },
    ),
    outcome: new DataLoader(
      async (keys) => {
        const found = new Map((await readOutcomes(await read(), keys)).map((row) => [yearKey(row), row]));
        return keys.map((key) => found.get(yearKey(key)) ?? null);
      },
      { cacheKeyFn: yearKey },
    ),
  };
}

import { setTimeout as pause } from 'node:timers/promises';
import { scopeOf } from '@junxian/identity';
import { keysetPage } from '@junxian/persistence';
import { householdPageQuery } from '../src/households/household-list.service';
import { officer, type TestStore } from '../src/testing/store.support.test';
import { FIRST_COUNTY, seedHouseholds } from './seed-households';

/** What opening a year took. */
export interface YearOpeningFigures {
  /** From the administrator's request to the answer. */
  requestSeconds: number;
  /** From the request until the new year is the current cycle. */
  seconds: number;
  /** The longest batch: as long as a writer of any year may have to wait. */
  longestBatchMs: number;
  /** The slowest page of households that was read meanwhile, and how many were read. */
  slowestReadMs: number;
  reads: number;
}

/** Seeds households of 2017 and measures how 2018 is opened while a county's officer reads page after page. */
export async function measureYearOpening(store: TestStore, households: number): Promise<YearOpeningFigures> {
  await seedHouseholds(store, { count: households, perVillage: 100 });
  for (const table of ['household', 'household_year_record', 'member_year_record']) {
    await store.adminQuery(`VACUUM ANALYZE ${table}`);
  }
  const { yearTurn } = store.services;
  const keeper = scopeOf(officer('000000000000', 'NATION', 'SYSTEM_ADMIN'));
  const started = Date.now();
  await store.database.write(keeper, (tx) => yearTurn.open(tx, { year: 2018 }));
  const requestSeconds = (Date.now() - started) / 1000;

  let copying = true;
  const reading = readPages(store, () => copying);
  let longestBatchMs = 0;
  let batchBegan: number | null = null;
  const goOn = () => {
    const now = Date.now();
    if (batchBegan !== null) longestBatchMs = Math.max(longestBatchMs, now - batchBegan);
    batchBegan = now;
    return true;
  };
  await yearTurn.continueOpening(store.database, { goOn });
  const seconds = (Date.now() - started) / 1000;
  copying = false;

  const copied = await store.adminQuery<{ n: number }>(
    'SELECT count(*)::int AS n FROM household_year_record WHERE year = 2018',
  );
  if (copied[0]?.n !== households)
    throw new Error(`${copied[0]?.n} households were copied, not ${households}`);
  return { requestSeconds, seconds, longestBatchMs, ...(await reading) };
}

/** Reads pages of a county's households one after the other, as a few officers at their desks would. */
async function readPages(
  store: TestStore,
  goOn: () => boolean,
): Promise<{ slowestReadMs: number; reads: number }> {
  const county = scopeOf(officer(FIRST_COUNTY, 'COUNTY', 'VIEWER'));
  const range = { low: county.regionLow, high: county.regionHigh };
  let slowestReadMs = 0;
  let reads = 0;
  while (goOn()) {
    const began = Date.now();
    await store.database.read(county, (tx) =>
      keysetPage(tx, householdPageQuery({ year: 2017, range, first: 20 })),
    );
    slowestReadMs = Math.max(slowestReadMs, Date.now() - began);
    reads += 1;
    await pause(20);
  }
  return { slowestReadMs, reads };
}

import { randomUUID } from 'node:crypto';
import type { AddPoorVillageInput } from '../villages/poor-villages.service';
import type { TestStore } from './store.support.test';

/** A form of a new poor village in order. */
export function poorVillageForm(
  villageCode: string,
  changes: Partial<AddPoorVillageInput> = {},
): Required<AddPoorVillageInput> {
  return {
    villageCode,
    basic: { villageHead: '演示村长', officePhone: '0352-7654321' },
    land: { cultivated: '1200.50' },
    population: { totalHouseholds: 320, totalPopulation: 1100 },
    income: { collectiveIncome: '3.20' },
    socialSecurity: {},
    roads: { pavedToTownship: true },
    power: {},
    industry: {},
    tourism: {},
    health: { hasFourRooms: false },
    culture: {},
    informationTechnology: {},
    ...changes,
  };
}

/** Puts a poor village with records of some years into the store as old data are; returns its id. */
export async function oldPoorVillage(
  store: TestStore,
  villageCode: string,
  years: readonly number[],
): Promise<string> {
  const id = randomUUID();
  await store.adminQuery(
    `INSERT INTO poor_village (id, region_code, village_attribute, created_by, created_at, updated_by, updated_at)
     VALUES ('${id}', '${villageCode}', '01', 'test', now(), 'test', now())`,
  );
  for (const year of years) {
    await store.adminQuery(
      `INSERT INTO village_year_record (poor_village_id, year, region_code, village_attribute, total_households, total_population,
         created_by, created_at, updated_by, updated_at)
       VALUES ('${id}', ${year}, '${villageCode}', '01', 100, 400, 'test', now(), 'test', now())`,
    );
  }
  return id;
}

/** What was recorded for the outbox since it was emptied: short types and data, in order. */
export async function recordedEvents(
  store: TestStore,
): Promise<[type: string, data: Record<string, unknown>][]> {
  const rows = await store.adminQuery<{ envelope: string }>('SELECT envelope FROM outbox ORDER BY position');
  return rows.map(({ envelope }) => {
    const { type, data } = JSON.parse(envelope) as { type: string; data: Record<string, unknown> };
    return [type.replace('junxian.poverty-alleviation.', '').replace(/\.v1$/, ''), data];
  });
}

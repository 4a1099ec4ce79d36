import { randomUUID } from 'node:crypto';
import { FormFaults } from '../households/form-faults.rules';
import { decimal, optionalFlag, optionalWhole } from '../record-fields';
import type { AddPoorVillageInput } from '../villages/poor-villages.service';
import type { Indicator, Section, Sections } from '../villages/rural-sections.rules';
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

/** Keeps a natural village, so that households may name it, unless it is kept already; data of years it has none. */
export async function keepNaturalVillage(store: TestStore, code: string): Promise<void> {
  await store.adminQuery(
    `INSERT INTO natural_village (region_code, code, name, created_by, created_at, updated_by, updated_at)
     SELECT left($1, 12), $1, $1, 'test', now(), 'test', now()
     WHERE NOT EXISTS (SELECT FROM natural_village WHERE code = $1)`,
    [code],
  );
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

/** What a form may state of one section. */
type Stated = Record<string, unknown>;

/** A value for every indicator of a section, all of them different as far as their kinds allow; others from another `first`. */
export function everyIndicator(section: Section, first: number): Stated {
  return Object.fromEntries(
    Object.entries(section).map(([name, indicator], place) => [name, valueFor(indicator, first + place)]),
  );
}

/** The same of several sections; no two indicators get one number. */
export function everySection(sections: Sections, first = 1): Record<string, Stated> {
  let next = first;
  return Object.fromEntries(
    Object.entries(sections).map(([name, section]) => {
      const stated = everyIndicator(section, next);
      next += Object.keys(section).length;
      return [name, stated];
    }),
  );
}

/** What a query selects to read every indicator of some sections. */
export function selectionOf(sections: Sections): string {
  return Object.entries(sections)
    .map(([name, section]) => `${name} { ${Object.keys(section).join(' ')} }`)
    .join(' ');
}

/** Stated values with decimals as numbers: 3.2 and 3.20 are one. */
export function comparable(stated: Stated): Stated {
  return Object.fromEntries(
    Object.entries(stated).map(([name, value]) => [
      name,
      typeof value === 'string' && /^\d+\.\d+$/.test(value) ? Number(value) : value,
    ]),
  );
}

/** The first value of an indicator's kind that its form takes. */
function valueFor(indicator: Indicator, n: number): unknown {
  const candidates =
    indicator.decode === optionalWhole.decode
      ? [1000 + n]
      : indicator.decode === optionalFlag.decode
        ? [n % 2 === 0]
        : indicator.decode === decimal.decode
          ? [`${500 + n}.25`, `112.${n + 10}`, `40.${n + 10}`]
          : [`演示${n}`, `0352-76543${n + 10}`];
  const found = candidates.find((value) => {
    const faults = new FormFaults();
    indicator.check(faults, value, '');
    return faults.list.length === 0;
  });
  if (found === undefined) throw new Error(`Nothing was found that ${indicator.label} takes`);
  return found;
}

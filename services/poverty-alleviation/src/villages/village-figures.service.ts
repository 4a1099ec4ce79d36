import type { ScopedTransaction } from '@junxian/persistence';
import {
  HEALTH_CONDITION,
  HOUSEHOLD_ATTRIBUTE,
  type HouseholdAttribute,
  LABOUR_ABILITY,
  POVERTY_STATUS,
  SEX,
  WORK_PLACE,
} from '../code-lists';
import { ACTIVE_MEMBER_CODES } from '../households/household-files.service';
import { ETHNICITY } from '../national-code-lists';
import type { VillageKey } from './poor-village-views.service';

/** The figures of a village that are generated from the households of a year ⚙ (PA-VL-02). */
export interface VillageFigures {
  /** Null for years without natural villages. */
  naturalVillageCount: number | null;
  poorHouseholds: number;
  poorPopulation: number;
  generalPoorHouseholds: number;
  generalPoorPopulation: number;
  allowanceHouseholds: number;
  allowancePopulation: number;
  allowancePoorHouseholds: number;
  allowancePoorPopulation: number;
  fiveGuaranteesHouseholds: number;
  fiveGuaranteesPopulation: number;
  fiveGuaranteesPoorHouseholds: number;
  fiveGuaranteesPoorPopulation: number;
  minorityPopulation: number;
  women: number;
  disabled: number;
  disabledPoor: number;
  labourForce: number;
  migrantWorkers: number;
  unsafeWaterHouseholds: number;
  waterDifficultyHouseholds: number;
  dilapidatedHouseholds: number;
  poorPersonsAffected: number;
}

const list = (codes: readonly string[]) => codes.map((code) => `'${code}'`).join(', ');

const POOR = `r.poverty_status IN (${list([POVERTY_STATUS.code('UNEXITED'), POVERTY_STATUS.code('RETURNED')])})`;
const NO_MINORITY = list([ETHNICITY.code('HAN'), ETHNICITY.code('OTHER'), ETHNICITY.code('FOREIGN_DESCENT')]);
const ABLE = list([LABOUR_ABILITY.code('ORDINARY'), LABOUR_ABILITY.code('SKILLED')]);
const AWAY = list([
  WORK_PLACE.code('IN_COUNTY'),
  WORK_PLACE.code('IN_PROVINCE'),
  WORK_PLACE.code('OUT_OF_PROVINCE'),
]);
const DISABLED = `'${HEALTH_CONDITION.code('DISABLED')}' = ANY(m.health)`;

const households = (condition: string) => `count(*) FILTER (WHERE ${condition})`;
const persons = (condition: string) => `coalesce(sum(r.member_count) FILTER (WHERE ${condition}), 0)`;
const ofAttribute = (attribute: HouseholdAttribute) =>
  `${POOR} AND r.household_attribute = '${HOUSEHOLD_ATTRIBUTE.code(attribute)}'`;

/** What is counted of the households `r` of a village. */
const OF_HOUSEHOLDS: Partial<Record<keyof VillageFigures, string>> = {
  poorHouseholds: households(POOR),
  poorPopulation: persons(POOR),
  generalPoorHouseholds: households(ofAttribute('GENERAL_POOR')),
  generalPoorPopulation: persons(ofAttribute('GENERAL_POOR')),
  allowanceHouseholds: households(ofAttribute('ALLOWANCE')),
  allowancePopulation: persons(ofAttribute('ALLOWANCE')),
  allowancePoorHouseholds: households(ofAttribute('ALLOWANCE_POOR')),
  allowancePoorPopulation: persons(ofAttribute('ALLOWANCE_POOR')),
  fiveGuaranteesHouseholds: households(ofAttribute('FIVE_GUARANTEES')),
  fiveGuaranteesPopulation: persons(ofAttribute('FIVE_GUARANTEES')),
  fiveGuaranteesPoorHouseholds: households(ofAttribute('FIVE_GUARANTEES_POOR')),
  fiveGuaranteesPoorPopulation: persons(ofAttribute('FIVE_GUARANTEES_POOR')),
  unsafeWaterHouseholds: households('r.is_drinking_water_safe IS FALSE'),
  waterDifficultyHouseholds: households('r.has_drinking_difficulty'),
  dilapidatedHouseholds: households('r.is_dilapidated_house'),
  poorPersonsAffected: persons(`r.is_dilapidated_house AND ${POOR}`),
};

/** What is counted of their active members `m`. */
const OF_MEMBERS: Partial<Record<keyof VillageFigures, string>> = {
  minorityPopulation: households(`m.ethnicity NOT IN (${NO_MINORITY})`),
  women: households(`m.sex = '${SEX.code('FEMALE')}'`),
  disabled: households(DISABLED),
  disabledPoor: households(`${DISABLED} AND ${POOR}`),
  labourForce: households(`m.labour_ability IN (${ABLE})`),
  migrantWorkers: households(`m.work_place IN (${AWAY})`),
};

const selected = (figures: Partial<Record<keyof VillageFigures, string>>) =>
  Object.entries(figures)
    .map(([name, sql]) => `${sql}::int AS "${name}"`)
    .join(', ');

const orZero = (alias: string, figures: Partial<Record<keyof VillageFigures, string>>) =>
  Object.keys(figures)
    .map((name) => `coalesce(${alias}."${name}", 0) AS "${name}"`)
    .join(', ');

/**
 * CTE `r`: the households on file in the villages and years of `asked (year, code, place)`. Materialised, so that members
 * are found by their households and not the other way round.
 */
const ON_FILE = `r AS MATERIALIZED (
  SELECT asked.place, r.household_id, r.year, r.natural_village_code, r.poverty_status, r.household_attribute, r.member_count,
    r.is_drinking_water_safe, r.has_drinking_difficulty, r.is_dilapidated_house
  FROM asked
  JOIN household_year_record r ON r.year = asked.year AND r.region_code = asked.code
  WHERE r.file_status = 'ACTIVE')`;

/**
 * Generates the figures of any number of villages in one statement, from the households of that very year as they
 * stand now (PA-VL-02): poor ones are those not exited and those returned; members count while they are active.
 * Takes villages and years; returns the figures in the order asked, zeros for a village outside the caller's region.
 */
export async function villageFigures(
  tx: ScopedTransaction,
  keys: readonly VillageKey[],
): Promise<VillageFigures[]> {
  const rows = await tx.query<VillageFigures & { place: number }>(
    `WITH asked AS (SELECT * FROM unnest($1::int[], $2::text[]) WITH ORDINALITY AS asked (year, code, place)),
     ${ON_FILE},
     h AS (SELECT r.place, ${selected(OF_HOUSEHOLDS)} FROM r GROUP BY r.place),
     p AS (
       SELECT r.place, ${selected(OF_MEMBERS)} FROM r
       JOIN member_year_record m ON m.household_id = r.household_id AND m.year = r.year
       WHERE m.status IN (${list(ACTIVE_MEMBER_CODES)}) GROUP BY r.place)
     SELECT asked.place::int AS place, ${orZero('h', OF_HOUSEHOLDS)}, ${orZero('p', OF_MEMBERS)},
       CASE WHEN y.has_natural_village THEN (SELECT count(*)::int FROM natural_village_year_record n
         WHERE n.year = asked.year AND n.region_code = asked.code) END AS "naturalVillageCount"
     FROM asked LEFT JOIN h USING (place) LEFT JOIN p USING (place) LEFT JOIN survey_year y ON y.year = asked.year
     ORDER BY asked.place`,
    [keys.map(({ year }) => year), keys.map(({ regionCode }) => regionCode)],
  );
  return rows.map(({ place: _, ...figures }) => figures);
}

/** Which natural village and year are meant. */
export interface NaturalVillageKey extends VillageKey {
  /** The 14 digits. */
  code: string;
}

/** How many poor households lived in each of these natural villages in the year ⚙, in one statement; in the order asked. */
export async function naturalVillageFigures(
  tx: ScopedTransaction,
  keys: readonly NaturalVillageKey[],
): Promise<number[]> {
  const rows = await tx.query<{ households: number }>(
    `WITH asked AS (
       SELECT * FROM unnest($1::int[], $2::text[], $3::text[]) WITH ORDINALITY AS asked (year, code, natural_code, place)),
     ${ON_FILE}
     SELECT count(r.household_id)::int AS households FROM asked
     LEFT JOIN r ON r.place = asked.place AND r.natural_village_code = asked.natural_code AND ${POOR}
     GROUP BY asked.place ORDER BY asked.place`,
    [keys.map(({ year }) => year), keys.map(({ regionCode }) => regionCode), keys.map(({ code }) => code)],
  );
  return rows.map(({ households }) => households);
}

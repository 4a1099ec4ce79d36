import { ancestorsByCode } from '@junxian/administrative-region';
import { addDays } from '@junxian/calendar';
import { bureauId, officerOf, type Places, unitId } from './places';
import type { SeedingClient } from './seed-organisations';

export interface CaseLayoutOptions {
  count: number;
  /** The day of the benchmark: the newest items are of the day before. */
  today: string;
  /** Petitioners as stored: sealed and indexed with the service's keys; each petitions several times. */
  persons: {
    name: string;
    citizenId: string;
    idSealed: string;
    idIndex: string;
    mobileSealed: string;
    mobileIndex: string;
  }[];
  /** A sealed query code. Nobody looks at it; its index is each item's own. */
  querySealed: string;
}

/** Five years of petitions, on Mondays to Fridays. */
const WORKING_DAYS = 1_305;
/** The tables of the layout, for `DROP TABLE`. */
export const LAYOUT_TABLES = 'seed, seed_county, seed_person, seed_region';

/**
 * Lays out what each synthetic item is, one row of `seed` for each, from which its rows are made.
 *
 * Item n (from 1) is of a county picked by n, some counties having many more than others, and of a working day. Four of ten were submitted
 * online and registered by the province, three are letters registered by the city, three are visits registered by the county. Most
 * are routed after two days, accepted after five, answered after forty; three of five are replied to, the others answered at once or
 * archived. What is replied to lapses after the time for a review. So about 2 % are open. One of eight belongs to the matter of the
 * item before it, one of forty is anonymous. Of the named one of four gave an address; visitors bring up to four others along, one letter of
 * nine has several signers. One of two hundred that were replied to is published.
 */
export async function layOutCases(
  client: SeedingClient,
  { counties, bureaus }: Places,
  { count, today, persons, querySealed }: CaseLayoutOptions,
  timed: (what: string, sql: string, parameters?: readonly unknown[]) => Promise<void>,
): Promise<void> {
  await client.adminQuery(
    `CREATE TABLE seed_county (k int PRIMARY KEY, county text, city text, province text, problem text,
       unit uuid, county_bureau uuid, city_bureau uuid, province_bureau uuid)`,
  );
  await client.adminQuery(
    `INSERT INTO seed_county SELECT place - 1, county, city, province, problem,
       ${unitId('county')}, ${bureauId('county')}, ${bureauId('city')}, ${bureauId('province')}
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS given(county, city, province, problem, place)`,
    [
      counties.map(({ code }) => code),
      counties.map(({ cityCode }) => cityCode),
      counties.map(({ provinceCode }) => provinceCode),
      counties.map(({ problemRegionCode }) => problemRegionCode),
    ],
  );
  await client.adminQuery(
    'CREATE TABLE seed_person (p int PRIMARY KEY, name text, citizen text, id_sealed text, id_index text, mobile_sealed text, mobile_index text)',
  );
  const CHUNK = 10_000;
  for (let from = 0; from < persons.length; from += CHUNK) {
    const some = persons.slice(from, from + CHUNK);
    await client.adminQuery(
      `INSERT INTO seed_person SELECT ${from} + place - 1, name, citizen, a, b, c, d
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY AS given(name, citizen, a, b, c, d, place)`,
      (['name', 'citizenId', 'idSealed', 'idIndex', 'mobileSealed', 'mobileIndex'] as const).map((key) =>
        some.map((person) => person[key]),
      ),
    );
  }
  const parents = new Map(
    bureaus.flatMap(({ code }) =>
      ancestorsByCode(code).map(
        (region, depth, path) => [region, { parent: path[depth - 1] ?? null, depth }] as const,
      ),
    ),
  );
  await client.adminQuery(
    'CREATE TABLE seed_region (code text COLLATE "C" PRIMARY KEY, parent text COLLATE "C", depth int)',
  );
  await client.adminQuery('INSERT INTO seed_region SELECT * FROM unnest($1::text[], $2::text[], $3::int[])', [
    [...parents.keys()],
    [...parents.values()].map(({ parent }) => parent),
    [...parents.values()].map(({ depth }) => depth),
  ]);
  const first = addDays(mondayOf(today), (-WORKING_DAYS / 5) * 7);
  await timed('laying out', SEED, [count, counties.length, first, today, persons.length, querySealed]);
  await timed('numbering', 'CREATE UNIQUE INDEX ON seed (n); ANALYZE seed, seed_region, seed_person');
  await client.adminQuery(
    `INSERT INTO case_serial AS s (region_code, day, channel, last_serial)
     SELECT left(region_code, 6) || '000000', day, channel, max(serial) FROM seed GROUP BY 1, 2, 3
     ON CONFLICT (region_code, day, channel) DO UPDATE SET last_serial = greatest(s.last_serial, EXCLUDED.last_serial)`,
  );
}

/** The Monday on or before a day. */
const mondayOf = (day: string) => addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
/** SQL: an instant so many days after the registration of an item. */
export const daysAfter = (days: number) => `(registered_at + interval '${days} days')`;

/** One row for each item, with all that its rows are made of. $1 count, $2 counties, $3 first day, $4 today, $5 persons, $6 sealed code. */
const SEED = `
  CREATE TABLE seed AS
  WITH placed AS (
    SELECT n, $3::date + working / 5 * 7 + working % 5 AS day, c.*,
      CASE WHEN n % 10 < 4 THEN 'ONLINE' WHEN n % 10 < 7 THEN 'LETTER' ELSE 'VISIT' END AS channel
    FROM generate_series(1, $1::int) n
      CROSS JOIN LATERAL (SELECT (n::bigint * ${WORKING_DAYS} / ($1::int + 1))::int AS working, (n * 0.6180339887498949 % 1) * (0.4 + 0.6 * (n * 0.6180339887498949 % 1)) AS share) s
      JOIN seed_county c ON c.k = floor(share * $2::int)::bigint * 7919 % $2::int),
  aged AS (
    SELECT *, $4::date - day AS age, CASE channel WHEN 'ONLINE' THEN province WHEN 'LETTER' THEN city ELSE county END AS region_code,
      CASE channel WHEN 'ONLINE' THEN province_bureau WHEN 'LETTER' THEN city_bureau ELSE county_bureau END AS organisation_id,
      CASE WHEN channel = 'ONLINE' THEN 'ASSIGN' WHEN channel = 'LETTER' OR n / 10 % 2 = 0 THEN 'FORWARD' END AS route,
      CASE WHEN n / 7 % 5 < 3 THEN 'REPLIED' WHEN n / 7 % 5 = 3 THEN 'DIRECT_REPLY' ELSE 'ARCHIVED' END AS ending,
      (day + time '09:00' + n % 28800 * interval '1 second') AT TIME ZONE 'Asia/Shanghai' AS registered_at,
      n % 40 = 3 AS anonymous, n % 8 = 0 AS further,
      (ARRAY['SEEK_SOLUTION', 'SEEK_SOLUTION', 'SEEK_SOLUTION', 'APPEAL', 'ACCUSATION', 'SUGGESTION', 'OTHER'])[1 + n / 3 % 7] AS purpose
    FROM placed),
  staged AS (
    SELECT *, route IS NOT NULL AND age > 2 AS routed,
      ending = 'REPLIED' AND age > 5 AS accepted,
      -- Some stay undone beyond their day.
      (ending = 'REPLIED' AND age > 40 AND NOT (age < 100 AND n % 21 = 0)) OR (ending <> 'REPLIED' AND age > 6) AS completed
    FROM aged),
  handed AS (
    SELECT *, CASE WHEN NOT routed THEN organisation_id WHEN route = 'FORWARD' AND channel = 'LETTER' THEN county_bureau ELSE unit END AS handler_id
    FROM staged)
  SELECT n, uuidv7() AS id, uuidv7() AS matter_id, uuidv7() AS own_task, uuidv7() AS their_task, uuidv7() AS route_record,
    day, age, channel, purpose, registered_at, anonymous, further, county, problem, region_code, county_bureau, city_bureau, province_bureau,
    ending, routed, accepted, completed, CASE WHEN routed THEN route END AS route, organisation_id, ${officerOf('organisation_id')} AS officer_id,
    handler_id, ${officerOf('handler_id')} AS handling_officer_id, CASE WHEN routed THEN county ELSE region_code END AS handler_region,
    CASE WHEN completed AND ending = 'REPLIED' AND age > 70 THEN 'LAPSED' WHEN completed THEN 'COMPLETED'
      WHEN accepted THEN 'ACCEPTED' WHEN routed THEN 'IN_HANDLING' ELSE 'REGISTERED' END AS state,
    CASE WHEN completed THEN CASE ending WHEN 'REPLIED' THEN ${daysAfter(40)} ELSE ${daysAfter(6)} END END AS completed_at,
    (n % $5::int)::int AS person, $6::text AS query_sealed,
    CASE channel WHEN 'VISIT' THEN CASE WHEN n % 100 = 7 THEN 8 ELSE 1 + n % 4 END END AS visitors,
    CASE WHEN channel = 'LETTER' AND n % 9 = 5 THEN 2 + n % 4 END AS signers,
    row_number() OVER (PARTITION BY left(region_code, 6), day, channel ORDER BY n)::int AS serial,
    (ARRAY(SELECT c.code FROM content_category c WHERE NOT EXISTS (SELECT FROM content_category p WHERE p.parent_code = c.code) ORDER BY c.code))
      [1 + n % (SELECT count(*)::int FROM content_category c WHERE NOT EXISTS (SELECT FROM content_category p WHERE p.parent_code = c.code))] AS category
  FROM handed ORDER BY n`;

import { ancestorsByCode } from '@junxian/administrative-region';
import { addDays } from '@junxian/calendar';
import { bureauId, officerOf, type Places, unitId } from './places';
import type { SeedingClient } from './seed-organisations';
import { SEEDED_CONTRIBUTIONS, SEEDED_COUNTERS } from './seed-statistics';

export interface CaseSeedOptions {
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
  /** A second connection to the same database: the statistics are then counted while the other tables are filled. */
  second?: SeedingClient;
  /** Told what took long. */
  tell?: (text: string) => void;
}

/** Five years of petitions, on Mondays to Fridays. */
const WORKING_DAYS = 1_305;
/** Tables that are filled; their indexes are made afterwards, which takes a fraction of the time. */
const FILLED = [
  'petition_matter',
  'case_item',
  'petitioner',
  'co_visitor',
  'case_sight',
  'handling_record',
  'org_task',
  'case_journal',
  'evaluation_window',
  'published_case',
];
const COUNTED = ['statistic_contribution', 'statistic_counter'];
const SCRATCH = 'seed, seed_county, seed_person, seed_region';

/**
 * Fills petitions with synthetic items that are as the service would have left them: who registered, who holds, what was recorded, who sees
 * them, and what they contribute to the reports. Set-based: a million items take minutes. `seedOrganisations` comes first.
 *
 * Item n (from 1) is of a county picked by n, some counties having many more than others, and of a working day. Four of ten were submitted
 * online and registered by the province, three are letters registered by the city, three are visits registered by the county. Most
 * are routed after two days, accepted after five, answered after forty; three of five are replied to, the others answered at once or
 * archived. What is replied to lapses after the time for a review. So about 2 % are open. One of eight belongs to the matter of the
 * item before it, one of forty is anonymous. Of the named one of four gave an address; visitors bring up to four others along, one letter of
 * nine has several signers. One of two hundred that were replied to is published.
 */
export async function seedCases(
  client: SeedingClient,
  places: Places,
  options: CaseSeedOptions,
): Promise<void> {
  const { second = client, tell = () => undefined } = options;
  const clients = [...new Set([client, second])];
  const timed = async (on: SeedingClient, what: string, sql: string, parameters: readonly unknown[] = []) => {
    const started = Date.now();
    await on.adminQuery(sql, parameters);
    if (Date.now() - started > 5_000) tell(`  ${what}: ${Math.round((Date.now() - started) / 1000)} s`);
  };
  /** Fills some tables by statements, then makes their indexes. */
  const fill = async (on: SeedingClient, tables: readonly string[], statements: typeof TABLES) => {
    const indexes = await withoutIndexes(on, tables);
    for (const [what, sql] of statements) await timed(on, what, sql);
    for (const { name, sql } of indexes) await timed(on, name, sql);
    for (const table of tables) await timed(on, `analysing ${table}`, `VACUUM (ANALYZE) ${table}`);
  };
  // The rows are consistent by construction: foreign keys are not checked one by one, nor is each commit awaited.
  for (const each of clients)
    await each.adminQuery(
      `SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '512MB'; SET maintenance_work_mem = '1GB'`,
    );
  try {
    await client.adminQuery(`DROP TABLE IF EXISTS ${SCRATCH}`);
    await layOut(client, places, options, (what, sql, parameters) => timed(client, what, sql, parameters));
    // Everybody who holds something is in office: tasks of those who are not go back to the unit inbox.
    await client.adminQuery(
      `INSERT INTO officer_appointment (id, account_id, organisation_id, region_code, region_level, roles, valid_from)
       SELECT md5('bench office ' || id)::uuid, ${officerOf('id')}, id, region_code, region_level,
         CASE WHEN is_bureau THEN '{petitions:HANDLER,petitions:RECEIVER,petitions:SUPERVISOR}' ELSE '{petitions:HANDLER,petitions:RECEIVER}' END::text[], '2020-01-01'
       FROM organisation ON CONFLICT DO NOTHING`,
    );
    const items = () => fill(client, FILLED, TABLES);
    const figures = () =>
      fill(second, COUNTED, [
        ['contributions', SEEDED_CONTRIBUTIONS],
        // Summed anew from all contributions: also from those of items that were there before.
        ['counters of before', 'TRUNCATE statistic_counter'],
        ...SEEDED_COUNTERS.map((sql) => ['counters', sql] as const),
      ]);
    if (second === client) await items().then(figures);
    else await Promise.all([items(), figures()]);
  } finally {
    await client.adminQuery(`DROP TABLE IF EXISTS ${SCRATCH}`);
    for (const each of clients)
      await each.adminQuery(
        'RESET session_replication_role; RESET synchronous_commit; RESET work_mem; RESET maintenance_work_mem',
      );
  }
}

async function layOut(
  client: SeedingClient,
  { counties, bureaus }: Places,
  { count, today, persons, querySealed }: CaseSeedOptions,
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

/** The account of person number `person`, who submits online. */
const accountId = (person: string) => `md5('bench account ' || ${person})::uuid`;
/** The Monday on or before a day. */
const mondayOf = (day: string) => addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
const at = (days: number) => `(registered_at + interval '${days} days')`;
const on = (days: number) => `(day + ${days})`;

/** One row for each item, with all that the tables below are made of. $1 count, $2 counties, $3 first day, $4 today, $5 persons, $6 sealed code. */
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
    CASE WHEN completed THEN CASE ending WHEN 'REPLIED' THEN ${at(40)} ELSE ${at(6)} END END AS completed_at,
    (n % $5::int)::int AS person, $6::text AS query_sealed,
    CASE channel WHEN 'VISIT' THEN CASE WHEN n % 100 = 7 THEN 8 ELSE 1 + n % 4 END END AS visitors,
    CASE WHEN channel = 'LETTER' AND n % 9 = 5 THEN 2 + n % 4 END AS signers,
    row_number() OVER (PARTITION BY left(region_code, 6), day, channel ORDER BY n)::int AS serial,
    (ARRAY(SELECT c.code FROM content_category c WHERE NOT EXISTS (SELECT FROM content_category p WHERE p.parent_code = c.code) ORDER BY c.code))
      [1 + n % (SELECT count(*)::int FROM content_category c WHERE NOT EXISTS (SELECT FROM content_category p WHERE p.parent_code = c.code))] AS category
  FROM handed ORDER BY n`;

const ITEM_NO = `left(region_code, 6) || '-' || to_char(day, 'YYYYMMDD') || '-' || (CASE channel WHEN 'ONLINE' THEN 'W' WHEN 'LETTER' THEN 'L' ELSE 'V' END)
  || '-' || lpad(serial::text, 5, '0')`;
/** A matter's further item joins the matter of the item before it. */
const MATTER = `CASE WHEN further THEN (SELECT b.matter_id FROM seed b WHERE b.n = seed.n - 1) ELSE matter_id END`;
const RESPONSIBLE = `CASE WHEN accepted OR (completed AND ending = 'DIRECT_REPLY' AND handler_id <> organisation_id) THEN handler_id END`;
const MODE = `CASE WHEN further OR anonymous THEN 'EXCLUDED' WHEN purpose = 'SEEK_SOLUTION' THEN 'REQUIRED' ELSE 'MANUAL' END`;
const IN_SCOPE = `(NOT further AND NOT anonymous AND purpose = 'SEEK_SOLUTION')`;

const TABLES: readonly (readonly [string, string])[] = [
  [
    'matters',
    `INSERT INTO petition_matter (id, region_code, organisation_id, matter_no, title, problem_region_code, first_item_id, item_count, status,
       created_at, created_by, updated_at)
     SELECT matter_id, region_code, organisation_id, 'M-' || ${ITEM_NO}, '压测信访事项' || n, problem, id,
       CASE WHEN n % 8 = 7 AND n < (SELECT max(n) FROM seed) THEN 2 ELSE 1 END, CASE state WHEN 'LAPSED' THEN 'LAPSED' ELSE 'OPEN' END,
       registered_at, 'seed', registered_at FROM seed WHERE NOT further`,
  ],
  [
    'items',
    `INSERT INTO case_item (id, region_code, organisation_id, item_no, matter_id, channel, account_id, citizen_id, petition_date, received_at, registered_at,
       registrar_id, anonymous, title, problem_region_code, problem_address, content, purpose, content_category, litigation_related,
       first_in_system, satisfaction_mode, satisfaction_in_scope, query_code_sealed, query_code_index, letter_count, visitor_count, collective,
       joint_signature, affected_count, state, outcome, custodian_organisation_id, responsible_organisation_id, petition_dept_organisation_id, self_handling, route_due_on, routed_at,
       accept_received_at, accept_due_on, accepted_at, handle_due_on, completed_at, served_on, appeal_due_on, created_at, created_by, updated_at, version)
     SELECT id, region_code, organisation_id, ${ITEM_NO}, ${MATTER}, channel, CASE WHEN channel = 'ONLINE' AND NOT anonymous THEN ${accountId('person')} END,
       CASE WHEN NOT anonymous THEN citizen END, day, registered_at, registered_at,
       officer_id, anonymous, '压测信访件' || n, problem, '示例路' || n % 500 || '号', repeat('反映的情况如下，请予核实处理。', 8), purpose, category, false,
       NOT further, ${MODE}, ${IN_SCOPE}, query_sealed, 'bench ' || n, CASE channel WHEN 'LETTER' THEN 1 END, visitors, coalesce(visitors >= 5, false),
       signers IS NOT NULL, signers, state, CASE WHEN completed THEN ending END, handler_id, ${RESPONSIBLE}, organisation_id, accepted, ${on(15)}, CASE WHEN routed THEN ${at(2)} END,
       CASE WHEN routed THEN ${at(2)} END, CASE WHEN routed THEN ${on(17)} END, CASE WHEN accepted THEN ${at(5)} END, CASE WHEN accepted THEN ${on(65)} END,
       completed_at, CASE WHEN completed AND ending = 'REPLIED' THEN ${on(40)} END, CASE WHEN completed AND ending = 'REPLIED' THEN ${on(70)} END,
       registered_at, 'seed', coalesce(completed_at, registered_at), 1 + routed::int + accepted::int * 2 + completed::int + (state = 'LAPSED')::int
     FROM seed JOIN seed_person ON p = person ORDER BY n`,
  ],
  [
    'petitioners',
    `INSERT INTO petitioner (case_item_id, is_main, citizen_id, name, sex, id_type, id_number_sealed, id_number_index, usual_address, mobile_sealed,
       mobile_index, created_at)
     SELECT id, true, citizen, name, 'MALE', 'RESIDENT_ID', id_sealed, id_index, CASE WHEN p % 4 = 0 THEN '示例路' || p % 500 || '号' END, mobile_sealed, mobile_index, registered_at
     FROM seed JOIN seed_person ON p = person WHERE NOT anonymous ORDER BY n`,
  ],
  [
    'co-visitors',
    `INSERT INTO co_visitor (case_item_id, name, sex, id_type, id_number_sealed, id_number_index, source, representative, created_at, created_by)
     SELECT id, w.name, 'FEMALE', 'RESIDENT_ID', w.id_sealed, w.id_index, 'MANUAL', further_one = 1, registered_at, officer_id
     FROM seed CROSS JOIN generate_series(1, least(visitors, 5) - 1) AS further_one
       JOIN seed_person w ON w.p = (person + further_one * 101) % (SELECT count(*) FROM seed_person) WHERE NOT anonymous AND channel = 'VISIT'`,
  ],
  [
    'sight',
    `INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at)
     SELECT DISTINCT ON (seed.id, who.organisation) who.organisation, seed.id, who.reason, registered_at, registered_at
     FROM seed CROSS JOIN LATERAL (VALUES
       (1, organisation_id, 'REGISTERED', true), (2, handler_id, 'HELD', routed),
       (3, county_bureau, 'SUBTREE', routed OR channel = 'VISIT'), (3, city_bureau, 'SUBTREE', routed OR channel <> 'ONLINE'),
       (3, province_bureau, 'SUBTREE', true), (3, ${bureauId(`'000000000000'`)}, 'SUBTREE', true)) AS who(rank, organisation, reason, sees)
     WHERE who.sees ORDER BY seed.id, who.organisation, who.rank`,
  ],
  [
    'records',
    `INSERT INTO handling_record (id, case_item_id, seq, mode, from_organisation_id, officer_id, destination_organisation_id, result_required, result_due_on, state, at)
     SELECT CASE WHEN done.mode IN ('ASSIGN', 'FORWARD') THEN route_record ELSE uuidv7() END, id,
       done.seq, done.mode, done.by,
       CASE done.by WHEN organisation_id THEN officer_id ELSE handling_officer_id END, done.destination,
       done.mode = 'ASSIGN', CASE done.mode WHEN 'ASSIGN' THEN ${on(60)} END, 'DONE', registered_at + done.place * interval '1 day'
     FROM seed CROSS JOIN LATERAL (VALUES
       (1, 2, route, organisation_id, handler_id, routed), (1 + routed::int, 5, 'INFORM_ACCEPT', handler_id, NULL, accepted),
       (2 + routed::int, 6, 'HANDLE_SELF', handler_id, handler_id, accepted),
       (1 + routed::int + accepted::int * 2, CASE ending WHEN 'REPLIED' THEN 40 ELSE 6 END,
         CASE ending WHEN 'REPLIED' THEN 'SERVE_OPINION' WHEN 'ARCHIVED' THEN 'ARCHIVE' ELSE ending END, handler_id, NULL, completed))
       AS done(seq, place, mode, by, destination, holds) WHERE done.holds`,
  ],
  [
    'tasks',
    `INSERT INTO org_task (id, case_item_id, handling_record_id, from_task_id, kind, state, custody, organisation_id, region_code, holder_id, received_at,
       registered_at, opened_at, done_at, done_by, result_due_on)
     SELECT own_task, id, NULL, NULL, 'HANDLE',
       CASE WHEN completed OR route = 'FORWARD' THEN 'DONE' WHEN route = 'ASSIGN' THEN 'AWAITING_RESULT' ELSE 'TODO' END, NOT completed AND NOT routed,
       organisation_id, region_code, officer_id, registered_at, registered_at, registered_at,
       CASE WHEN completed THEN completed_at WHEN route = 'FORWARD' THEN ${at(2)} END,
       CASE WHEN completed OR route = 'FORWARD' THEN officer_id END, CASE WHEN route = 'ASSIGN' THEN ${on(60)} END FROM seed
     UNION ALL
     SELECT their_task, id, route_record, own_task, 'HANDLE', CASE WHEN completed THEN 'DONE' WHEN age > 3 THEN 'TODO' ELSE 'UNIT_INBOX' END, NOT completed,
       handler_id, county, CASE WHEN completed OR age > 3 THEN handling_officer_id END, ${at(2)}, registered_at,
       CASE WHEN completed OR age > 3 THEN ${at(3)} END, completed_at, CASE WHEN completed THEN handling_officer_id END,
       CASE WHEN route = 'ASSIGN' THEN ${on(60)} END FROM seed WHERE routed`,
  ],
  [
    'journal',
    `INSERT INTO case_journal (case_item_id, at, action, from_state, to_state, item_version, account_id, organisation_id)
     SELECT id, registered_at + done.place * interval '1 day', done.action, done.before, done.after, done.version,
       (CASE done.by WHEN organisation_id THEN officer_id ELSE handling_officer_id END)::text, done.by
     FROM seed CROSS JOIN LATERAL (VALUES
       (0, 'REGISTER', NULL, 'REGISTERED', organisation_id, 1, true), (2, route, 'REGISTERED', 'IN_HANDLING', organisation_id, 2, routed),
       (5, 'INFORM_ACCEPT', CASE WHEN routed THEN 'IN_HANDLING' ELSE 'REGISTERED' END, 'ACCEPTED', handler_id, 2 + routed::int, accepted),
       (6, 'HANDLE_SELF', 'ACCEPTED', 'ACCEPTED', handler_id, 3 + routed::int, accepted),
       (CASE ending WHEN 'REPLIED' THEN 40 ELSE 6 END, CASE ending WHEN 'REPLIED' THEN 'SERVE_OPINION' WHEN 'ARCHIVED' THEN 'ARCHIVE' ELSE ending END,
        CASE WHEN accepted THEN 'ACCEPTED' WHEN routed THEN 'IN_HANDLING' ELSE 'REGISTERED' END, 'COMPLETED', handler_id, 2 + routed::int + accepted::int * 2, completed),
       (71, 'LAPSE', 'COMPLETED', 'LAPSED', handler_id, 3 + routed::int + accepted::int * 2, state = 'LAPSED'))
       AS done(place, action, before, after, by, version, holds) WHERE done.holds`,
  ],
  [
    'evaluation windows',
    `INSERT INTO evaluation_window (case_item_id, first_due_on, opened_at)
     SELECT id, (completed_at AT TIME ZONE 'Asia/Shanghai')::date + 30, completed_at FROM seed WHERE completed AND ending <> 'ARCHIVED' AND ${IN_SCOPE}`,
  ],
  [
    'published cases',
    `INSERT INTO published_case (region_code, organisation_id, case_item_id, problem_region_code, title, body, status, consent_confirmed, published_at,
       created_at, created_by, updated_at, updated_by)
     SELECT region_code, organisation_id, id, problem, '压测案例' || n, repeat('办理情况如下。', 20), 'PUBLISHED', true, completed_at + interval '5 days',
       completed_at, officer_id, completed_at + interval '5 days', officer_id
     FROM seed WHERE completed AND ending = 'REPLIED' AND age > 60 AND n % 200 = 1 AND purpose <> 'ACCUSATION'`,
  ],
];

interface IndexToMake {
  name: string;
  sql: string;
}

/** Drops the indexes of some tables but for the primary keys others refer to; returns how they are made again. */
async function withoutIndexes(client: SeedingClient, tables: readonly string[]): Promise<IndexToMake[]> {
  const loose = await client.adminQuery<IndexToMake & { drop: string }>(
    `SELECT x.indexrelid::regclass::text AS name, pg_get_indexdef(x.indexrelid) AS sql, 'DROP INDEX ' || x.indexrelid::regclass AS drop
     FROM pg_index x WHERE x.indrelid = ANY($1::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid)
     UNION ALL
     SELECT k.conname, 'ALTER TABLE ' || k.conrelid::regclass || ' ADD CONSTRAINT ' || k.conname || ' ' || pg_get_constraintdef(k.oid),
       'ALTER TABLE ' || k.conrelid::regclass || ' DROP CONSTRAINT ' || k.conname
     FROM pg_constraint k WHERE k.conrelid = ANY($1::regclass[]) AND k.contype IN ('p', 'u')
       AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = k.conindid)`,
    [tables],
  );
  for (const { drop } of loose) await client.adminQuery(drop);
  return loose;
}

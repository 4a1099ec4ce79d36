/** Runs SQL on one connection of a superuser, past row-level security. */
export interface SeedingClient {
  adminQuery(sql: string, parameters?: readonly unknown[]): Promise<unknown>;
}

export interface SeedOptions {
  /** Households in all. */
  count: number;
  perVillage: number;
  /** Two members each unless said otherwise; 3.5 gives every other household one more than three. */
  membersPerHousehold?: number;
  year?: number;
  /** Gives each household the year-end before, too, when all of them were poor still: the opening of table 6.9. */
  withYearBefore?: boolean;
  /** Gives each member an index of a number; every fiftieth head has that of another household's head, as data of earlier years has it. */
  withNumbers?: boolean;
  /** Gives members hundreds of thousands of names rather than forty: the planner takes an index of few names for one of few values. */
  manyNames?: boolean;
  /** Puts all households into one village and, when it is full, those that its code counts up to. */
  firstVillage?: string;
  /** Puts them into these villages in turn; without either, villages are made up, spread over counties of all provinces. */
  villages?: readonly string[];
}

/** Villages in one county of the spread-out pattern: 10 townships of 10 villages. */
export const VILLAGES_PER_COUNTY = 100;

/** The county that holds the first households of the spread-out pattern. */
export const FIRST_COUNTY = '110101000000';

/**
 * SQL of the code of village number `v` (from 0): a hundred villages fill a county, a hundred counties a
 * province, and provinces 11 … 99 follow one another.
 */
const VILLAGE = `(lpad((11 + v / 10000)::text, 2, '0') || lpad((1 + v / 1000 % 10)::text, 2, '0') || lpad((1 + v / 100 % 10)::text, 2, '0')
  || lpad((100 + v / 10 % 10)::text, 3, '0') || lpad((200 + v % 10)::text, 3, '0'))`;

/**
 * Fills the store with synthetic households, records and members, set-based: a million households take
 * minutes, not hours. Members carry no ID number (type 00); nothing is published, so counters are made by
 * `rebuildCounters`. Each year has a thousand serials of its own in every village, hence at most a thousand
 * households per village.
 */
export async function seedHouseholds(client: SeedingClient, options: SeedOptions): Promise<void> {
  // The rows are consistent by construction: foreign keys are not checked one by one, nor is each commit awaited.
  await client.adminQuery(`SET session_replication_role = replica; SET synchronous_commit = off`);
  try {
    await insertAll(client, options);
  } finally {
    await client.adminQuery('RESET session_replication_role; RESET synchronous_commit');
  }
}

async function insertAll(client: SeedingClient, options: SeedOptions): Promise<void> {
  const { count, perVillage, membersPerHousehold = 2, year = 2017, firstVillage, villages } = options;
  const { withYearBefore = false, withNumbers = false, manyNames = false } = options;
  const repeats = '(n % 50 = 1 AND m = 1)';
  const members = `(${Math.floor(membersPerHousehold)} + CASE WHEN n % 2 < ${2 * (membersPerHousehold % 1)} THEN 1 ELSE 0 END)`;
  if (villages !== undefined && villages.length * perVillage < count)
    throw new RangeError(`${villages.length} villages of ${perVillage} do not hold ${count} households`);
  const madeUp = firstVillage === undefined ? VILLAGE : `(${firstVillage}::bigint + v)::text`;
  const firstSerial = 50_001 + (year - 2014) * 1000;
  const trace = `'seed', '2017-01-01', 'seed', '2017-01-01'`;
  const traceColumns = 'created_by, created_at, updated_by, updated_at';
  await client.adminQuery('CREATE TEMPORARY TABLE seed_village (v int PRIMARY KEY, region_code text)');
  await client.adminQuery(
    villages === undefined
      ? `INSERT INTO seed_village SELECT v, ${madeUp} FROM generate_series(0, ${Math.floor((count - 1) / perVillage)}) v`
      : `INSERT INTO seed_village SELECT place - 1, code FROM unnest($1::text[]) WITH ORDINALITY AS given (code, place)`,
    villages === undefined ? [] : [villages],
  );
  await client.adminQuery(`
    CREATE TEMPORARY TABLE seed ON COMMIT PRESERVE ROWS AS
    SELECT uuidv7() AS id, n, region_code,
      region_code || lpad((${firstSerial} + n % ${perVillage})::text, 5, '0') AS household_no
    FROM generate_series(0, ${count - 1}) n JOIN seed_village ON v = n / ${perVillage}`);
  await client.adminQuery(`
    INSERT INTO household (id, region_code, household_no, identified_year, ${traceColumns})
    SELECT id, region_code, household_no, ${year}, ${trace} FROM seed`);
  await client.adminQuery(`
    INSERT INTO household_year_record (household_id, year, household_no, region_code, household_attribute, identification_standard,
      poverty_status, main_cause, other_causes, is_military_martyr_family, is_key_target, member_count,
      wage_income, business_income, property_income, asset_dividend, family_planning_subsidy, subsistence_allowance,
      five_guarantees_benefit, pension, ecological_compensation, other_transfer, transfer_income, business_expense,
      total_income, net_income, per_capita_net_income, is_relocation_household, follow_up_support, ${traceColumns})
    SELECT id, ${year}, household_no, region_code, '0' || (1 + n % 6), '01', (ARRAY['0', '1', '3', '4'])[1 + n % 4], lpad((1 + n % 12)::text, 2, '0'), '{}', false,
      n % 10 = 0, ${members}, 6000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6000, 6000, round(6000.0 / ${members}, 2),
      false, '{}', ${trace} FROM seed`);
  if (withYearBefore) await seedYearBefore(client, year);
  await client.adminQuery(`
    CREATE TEMPORARY TABLE seed_member AS
    SELECT uuidv7() AS id, seed.id AS household_id, region_code, household_no, m, n FROM seed CROSS JOIN generate_series(1, ${members}) m`);
  await client.adminQuery(`
    INSERT INTO member (id, region_code, person_no, ${traceColumns})
    SELECT id, region_code, household_no || lpad(m::text, 2, '0'), ${trace} FROM seed_member`);
  await client.adminQuery(`
    INSERT INTO member_year_record (member_id, year, household_id, person_no, region_code, name, sex, id_type, birth_date, ethnicity,
      relation_to_head, education, health, status, id_number_index, repeats_number, ${traceColumns})
    SELECT id, ${year}, household_id, household_no || lpad(m::text, 2, '0'), region_code,
      (ARRAY['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴'])[1 + n % 10] || '演示' || (ARRAY['甲', '乙', '丙', '丁'])[1 + n / 10 % 4]${manyNames ? ` || chr(19968 + n * 31 % 20000)` : ''},
      (1 + m % 2)::text, '${withNumbers ? '01' : '00'}', date '1950-01-01' + n % 20000, '01',
      CASE m WHEN 1 THEN '01' WHEN 2 THEN '02' ELSE '99' END, '02', '{01}', '1',
      ${withNumbers ? `translate(encode(sha256(((CASE WHEN ${repeats} THEN n - 1 ELSE n END)::text || '.' || m)::bytea), 'base64'), '+/=', '-_'), ${repeats}` : 'NULL, false'}, ${trace} FROM seed_member`);
  await client.adminQuery(`
    INSERT INTO household_serial (village_code, last_serial)
    SELECT region_code, max(right(household_no, 5)::int) FROM seed GROUP BY region_code
    ON CONFLICT (village_code) DO UPDATE SET last_serial = greatest(household_serial.last_serial, EXCLUDED.last_serial)`);
  await client.adminQuery('DROP TABLE seed_member, seed, seed_village');
}

async function seedYearBefore(client: SeedingClient, year: number): Promise<void> {
  const columns = (await client.adminQuery(
    `SELECT string_agg(quote_ident(column_name), ', ') AS list FROM information_schema.columns
     WHERE table_name = 'household_year_record' AND column_name NOT IN ('year', 'poverty_status')`,
  )) as { list: string }[];
  const { list } = columns[0]!;
  await client.adminQuery(
    `INSERT INTO household_year_record (year, poverty_status, ${list}) SELECT ${year - 1}, '0', ${list} FROM household_year_record
     WHERE year = ${year} AND household_id IN (SELECT id FROM seed)`,
  );
}

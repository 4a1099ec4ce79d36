import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { streamReferenceRegions } from '@junxian/administrative-region';
import { scopeOf } from '@junxian/identity';
import { type Database, keysetPage, openDatabase } from '@junxian/persistence';
import { cpuTimes, median, principals } from '@junxian/test-kit';
import { CONDITION_SEARCHES, seedVariety } from '../../services/poverty-alleviation/bench/condition-search';
import { type SeedingClient, seedHouseholds } from '../../services/poverty-alleviation/bench/seed-households';
import { householdPageQuery } from '../../services/poverty-alleviation/src/households/household-list.service';
import { places } from '../support/demo';
import { type System, startSystem } from '../support/system';
import { report, timings } from './support/measure';

const HOUSEHOLDS = Number(process.env.BENCH_HOUSEHOLDS ?? 1_000_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 100);
/** A folder whose data are kept: what was laid in there once is measured again. */
const DATA = process.env.BENCH_DATA;
const PER_VILLAGE = 100;
const YEAR = 2017;
const SERVICE = 'poverty-alleviation';
const COUNTY = places.yunzhou.slice(0, 6);

/** What the page of a custom query shows of each household: the village's name is the directory's, ID numbers are masked. */
const SEARCH = `query Search($year: Int!, $region: ID!, $conditions: [Condition!]) {
  households(year: $year, region: $region, conditions: $conditions, first: 20) {
    nodes {
      id householdNo region { code name }
      record(year: $year) {
        basic { householdAttribute povertyStatus mainCause memberCount }
        incomeAndHealth { perCapitaNetIncome }
        members { name sex idNumber relationToHead }
      }
    }
    endCursor hasNextPage
  }
}`;

/**
 * Custom condition searches of a county (PA-QS-12) as its officer waits for them: signed in, through the gateway, over the services as
 * they are deployed. Beside each the page's statement alone, in a transaction of the application's role on the same database.
 */
async function main(): Promise<void> {
  const system = await startSystem(DATA === undefined ? {} : { dataDir: DATA });
  try {
    const client: SeedingClient = {
      adminQuery: (sql, parameters = []) => system.adminQuery(SERVICE, sql, [...parameters]),
    };
    await seed(client);
    const database = await openDatabase({ name: 'bench', url: await appUrl(system), entities: [] });
    try {
      await measure(system, database);
    } finally {
      await database.close();
    }
  } finally {
    await system.stop({ keepData: DATA !== undefined });
  }
}

/** The households of the bar, in real villages. */
async function seed(client: SeedingClient): Promise<void> {
  if ((await householdsBelow(client, '')) < HOUSEHOLDS) {
    const started = Date.now();
    await seedHouseholds(client, {
      count: HOUSEHOLDS,
      perVillage: PER_VILLAGE,
      membersPerHousehold: 3.5,
      manyNames: true,
      villages: await realVillages(Math.ceil(HOUSEHOLDS / PER_VILLAGE)),
    });
    await seedVariety(client);
    for (const table of [
      'household',
      'household_year_record',
      'member',
      'member_year_record',
      'assistance_outcome',
    ])
      await client.adminQuery(`VACUUM ANALYZE ${table}`);
    console.log(`${HOUSEHOLDS} households in ${Math.round((Date.now() - started) / 1000)} s`);
  }
  console.log(`${await householdsBelow(client, COUNTY)} households in the county`);
}

async function householdsBelow(client: SeedingClient, digits: string): Promise<number> {
  const [held] = (await client.adminQuery(
    `SELECT count(*)::int AS n FROM household_year_record WHERE year = $1 AND starts_with(region_code, $2)`,
    [YEAR, digits],
  )) as [{ n: number }];
  return held.n;
}

/** All villages of the county, and others that lie all over the country: the planner guesses by how codes are spread. */
async function realVillages(count: number): Promise<string[]> {
  const own: string[] = [];
  const others: string[] = [];
  for await (const { code, level } of streamReferenceRegions()) {
    if (level !== 'VILLAGE') continue;
    if (code.startsWith(COUNTY)) own.push(code);
    else others.push(code);
  }
  const wanted = count - own.length;
  return [
    ...own,
    ...Array.from({ length: wanted }, (_, n) => others[Math.floor((n * others.length) / wanted)]!),
  ];
}

async function appUrl(system: System): Promise<string> {
  const password = readFileSync(join(system.dataDir, 'secrets', `${SERVICE}_app_password`), 'utf8').trim();
  const [{ port }] = (await system.adminQuery<{ port: string }>(SERVICE, 'SHOW port')) as [{ port: string }];
  const name = SERVICE.replace('-', '_');
  return `postgresql://${name}_app:${password}@127.0.0.1:${port}/${name}`;
}

async function measure(system: System, database: Database): Promise<void> {
  const county = scopeOf(principals.officer({ regionCode: places.yunzhou, regionLevel: 'COUNTY' }));
  const range = { low: county.regionLow, high: county.regionHigh };
  const [store, gateway] = [new Dearest(), new Dearest()];
  for (const { what, conditions } of CONDITION_SEARCHES) {
    const query = householdPageQuery({ year: YEAR, range, conditions, first: 20 });
    const page = () => database.read(county, (tx) => keysetPage<{ householdNo: string }>(tx, query));
    const expected = (await page()).nodes.map(({ householdNo }) => householdNo);
    const atStore = await timings(ROUNDS, page);
    // A session of its own for each: on a busy machine all of them together outlive a token.
    const officer = await system.signIn('yunzhou');
    const before = cpuTimes(processesOf(system));
    const throughGateway = await timings(ROUNDS, async () => {
      const answer = await officer.query(SEARCH, { year: YEAR, region: places.yunzhou, conditions });
      const found = answer.data?.households.nodes.map((node: { householdNo: string }) => node.householdNo);
      if (answer.errors || found?.join() !== expected.join())
        throw new Error(`${what}: ${found?.length} households, ${JSON.stringify(answer.errors ?? null)}`);
    });
    const spent = [...cpuTimes(processesOf(system))].map(
      ([name, ms]) => `${name} ${((ms - before.get(name)!) / (ROUNDS * 1.2)).toFixed(1)}`,
    );
    console.log(
      `${what}: ${expected.length} found, ${spread(throughGateway)}, the statement alone ${spread(atStore)}; ` +
        `processor time of a search: ${spent.join(', ')} ms`,
    );
    store.add(what, p95(atStore));
    gateway.add(what, p95(throughGateway));
  }
  report(
    `p95 of the dearest condition search of a county through the gateway (${gateway.what})`,
    gateway.ms,
    'ms',
    { atMost: 60 },
  );
  report(`p95 of the dearest statement of them, at the store (${store.what})`, store.ms, 'ms');
}

class Dearest {
  what = '';
  ms = 0;

  add(what: string, ms: number): void {
    if (ms > this.ms) Object.assign(this, { what, ms });
  }
}

function processesOf(system: System): Map<string, number> {
  const names = ['gateway', 'directory', SERVICE];
  return new Map(names.map((name) => [name, system.process(name).pid]));
}

const spread = (taken: readonly number[]): string =>
  `${median(taken).toFixed(1)} ms in the middle and ${p95(taken).toFixed(1)} at p95`;

const p95 = (taken: readonly number[]): number =>
  [...taken].sort((a, b) => a - b)[Math.floor(taken.length * 0.95)]!;

main().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);

import { blindIndex, citizenIdOf, scopeOf } from '@junxian/identity';
import { cpuTimeOf, median, testKeys } from '@junxian/test-kit';
import { Client } from 'pg';
import {
  citizenReads,
  type Known,
  type ListRead,
  officerReads,
  reportReads,
  seededCitizen,
  seededOfficer,
} from '../../services/petitions/bench/list-reads';
import { realPlaces } from '../../services/petitions/bench/places';
import { recountedSample } from '../../services/petitions/bench/recounted-sample';
import { seedCases } from '../../services/petitions/bench/seed-cases';
import { seedOrganisations } from '../../services/petitions/bench/seed-organisations';
import { seedReceptions } from '../../services/petitions/bench/seed-receptions';
import { seedReviews } from '../../services/petitions/bench/seed-reviews';
import { seedSupervision } from '../../services/petitions/bench/seed-supervision';
import { openStore } from '../../services/petitions/src/testing/store.support.test';
import { personName } from './petitions/items';
import { report, timings } from './support/measure';
import { run } from './support/postgres';

const ITEMS = Number(process.env.BENCH_ITEMS ?? 1_000_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
/** Milliseconds that a list, and a report, may take. */
const LIST_BAR = 60;
const REPORT_BAR = 100;
const TODAY = '2026-03-02';
const COUNTY = '370102000000';

run(async () => {
  const store = await openStore();
  const places = await realPlaces();
  const url = new URL(process.env.TEST_POSTGRES_URL!);
  url.pathname = new URL(store.appUrl).pathname;
  const second = new Client({ connectionString: url.href });
  await second.connect();
  await seedOrganisations(store, places);
  const persons = Array.from({ length: Math.ceil(ITEMS / 5) }, (_, n) => ({
    name: personName(n),
    citizenId: citizenIdOf(`bench ${n}`, testKeys.citizenIdKey),
    idSealed: testKeys.fieldCipher.seal(`bench ${n}`, 'petitioner.id_number'),
    idIndex: blindIndex(testKeys.blindIndexKey, 'idNumber', `bench ${n}`),
    mobileSealed: testKeys.fieldCipher.seal(mobileOf(n), 'petitioner.mobile'),
    mobileIndex: blindIndex(testKeys.blindIndexKey, 'mobile', mobileOf(n)),
  }));
  const started = Date.now();
  await seedCases(store, places, {
    count: ITEMS,
    today: TODAY,
    persons,
    querySealed: testKeys.fieldCipher.seal('BENCHBEN', 'case_item.query_code'),
    second: { adminQuery: async (sql, parameters = []) => (await second.query(sql, [...parameters])).rows },
    tell: console.log,
  });
  await second.end();
  await seedReceptions(store, store.database, TODAY);
  const reviews = await seedReviews(store, store.database, TODAY);
  const warnings = await seedSupervision(store, store.database, store.clock);
  console.log(`${reviews} reviews, ${warnings} warnings`);
  report(`seconds to lay in ${ITEMS} items`, (Date.now() - started) / 1000, 's', { atMost: 360 });
  await recountedSample(store, store.database, 500);

  const known = await knownOf();
  const officers = {
    'the bureau of the nation': seededOfficer('bureau', '000000000000', 'NATION'),
    'a bureau of a province': seededOfficer('bureau', '370000000000', 'PROVINCE'),
    'a bureau of a city': seededOfficer('bureau', '370100000000', 'CITY'),
    'a bureau of a county': seededOfficer('bureau', COUNTY, 'COUNTY'),
    'a unit of a county': seededOfficer('unit', COUNTY, 'COUNTY'),
  };
  for (const [who, principal] of Object.entries(officers))
    await worst(who, principal, officerReads(store.services, principal, known), LIST_BAR);
  const citizen = seededCitizen(5);
  await worst('a citizen', citizen, citizenReads(citizen), LIST_BAR);
  const nation = officers['the bureau of the nation'];
  for (const [span, from] of [
    ['a year', '2025-03-03'],
    ['five years', '2021-03-02'],
  ] as const) {
    const [nr1, ...others] = reportReads('000000000000', from, TODAY);
    await worst(`NR-1 of the nation, ${span}`, nation, [nr1!], REPORT_BAR);
    await worst(`NR-2 to NR-10 of the nation, ${span}`, nation, others, REPORT_BAR);
  }
  await worst(
    'NR-1 to NR-10 of a province, five years',
    officers['a bureau of a province'],
    reportReads('370000000000', '2021-03-02', TODAY),
    REPORT_BAR,
  );
  await store.close();

  /**
   * Reports the slowest of some reads, and the most that one of them costs the database's process, which says more where others are at work; prints
   * each that misses the bar.
   */
  async function worst(
    who: string,
    principal: Parameters<typeof scopeOf>[0],
    reads: readonly ListRead[],
    atMost: number,
  ): Promise<void> {
    const measured: { what: string; ms: number; cpu: number }[] = [];
    for (const { what, run: read } of reads) {
      const cpus: number[] = [];
      const times = await timings(ROUNDS, () =>
        store.database.read(scopeOf(principal), async (tx) => {
          const [backend] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
          const before = cpuTimeOf(backend!.pid);
          await read(tx);
          cpus.push(cpuTimeOf(backend!.pid) - before);
        }),
      );
      measured.push({ what, ms: median(times), cpu: median(cpus) });
    }
    for (const { what, ms, cpu } of measured.filter((each) => each.ms > atMost))
      console.log(`  ${who}: ${what} takes ${ms.toFixed(0)} ms, ${cpu.toFixed(0)} ms of it at work`);
    const slowest = measured.reduce((a, b) => (b.ms > a.ms ? b : a));
    report(`slowest of ${reads.length} reads of ${who}: ${slowest.what}`, slowest.ms, 'ms', { atMost });
    const dearest = measured.reduce((a, b) => (b.cpu > a.cpu ? b : a));
    report(`most CPU time of these: ${dearest.what}`, dearest.cpu, 'ms');
  }

  async function knownOf(): Promise<Known> {
    const [item] = await store.adminQuery<{ itemNo: string; category: string }>(
      'SELECT item_no AS "itemNo", content_category AS category FROM case_item WHERE region_code = $1 LIMIT 1',
      [COUNTY],
    );
    const unit = seededOfficer('unit', COUNTY, 'COUNTY');
    return {
      today: TODAY,
      elsewhere: '140214000000',
      near: COUNTY,
      name: personName(77),
      idNumber: 'bench 77',
      mobile: mobileOf(77),
      unitId: unit.organisationId!,
      ...item!,
    };
  }
});

/** The mobile number of person number `n`. */
function mobileOf(n: number): string {
  return `138${String(n).padStart(8, '0')}`;
}

import { cpuTimes, median } from '@junxian/test-kit';
import { realPlaces } from '../../services/petitions/bench/places';
import { startSystem } from '../support/system';
import { Sender } from './petitions/http';
import { recountedSampleOf, seedItems } from './petitions/items';
import { Load, type LoadResult, Population, percentile } from './petitions/load';
import { People } from './petitions/people';
import { report, timings } from './support/measure';

const ITEMS = Number(process.env.BENCH_ITEMS ?? 1_000_000);
/** One account may submit ten petitions in an hour; all phases together stay below. */
const CITIZENS = Number(process.env.BENCH_CITIZENS ?? 2_500);
const WORKERS = Number(process.env.BENCH_WORKERS ?? 12);
const WARM_UP_SECONDS = Number(process.env.BENCH_WARM_UP ?? 40);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 40);
const BURST_SECONDS = 60;
const RECOVERY_SECONDS = 30;

const NR1 = `query ($from: Date!, $to: Date!) {
  nationalReport(report: NR_1, from: $from, to: $to, region: "000000000000") { title rows { kind region { code } cells } }
}`;

async function main(): Promise<void> {
  // The proxy in front of the gateway tells where people sit, as in production: limits per address hold for each of them.
  const system = await startSystem({ environment: { TRUST_PROXY: '127.0.0.1', DEMO_DATA: 'false' } });
  const sender = new Sender(new URL(system.gatewayUrl));
  try {
    const people = new People(system, sender, await realPlaces());
    await people.seed(CITIZENS);
    const atNothing = await sustained(await loadOf(people), 'at 0 stored items');

    if (ITEMS === 0) return;
    const started = Date.now();
    await seedItems(system, people.places, ITEMS);
    console.log(`${ITEMS} items in ${Math.round((Date.now() - started) / 1000)} s`);
    console.log(
      `${await recountedSampleOf(system, 500)} contributions of 500 items are what the service counts`,
    );

    const load = await loadOf(people);
    const atMany = await sustained(load, `at ${ITEMS} stored items`);
    report('lifecycles/s with items stored, against none', atMany / atNothing, '×', { atLeast: 0.8 });
    await reportOfTheNation(people);
    await burst(load, atMany);
  } finally {
    sender.close();
    await system.stop();
  }

  /** Everybody signs in: tokens last ten minutes. */
  async function loadOf(people: People): Promise<Load> {
    const desks = await people.signInDesks();
    const citizens = await people.signInCitizens(0, CITIZENS);
    await people.layInCaptchas(40_000);
    return new Load(sender, people, new Population(desks, citizens));
  }

  function processes(): Map<string, number> {
    const names = ['gateway', 'directory', 'petitions', 'poverty-alleviation', 'postgres'];
    return new Map([
      ['all together', process.pid],
      ...names.map((name) => [name, system.process(name).pid] as const),
    ]);
  }

  async function sustained(load: Load, when: string): Promise<number> {
    await load.closedLoop(WORKERS, WARM_UP_SECONDS);
    const before = cpuTimes(processes());
    const result = await load.closedLoop(WORKERS, SECONDS);
    const after = cpuTimes(processes());
    const rate = result.done / result.seconds;
    show(when, result);
    const spent = [...after].map(([name, ms]) => [name, (ms - before.get(name)!) / result.done] as const);
    console.log(
      `  CPU time of a lifecycle: ${spent.map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`).join(', ')}`,
    );
    report(`lifecycles ${when}`, rate, '/s', { atLeast: 30 });
    report(
      `lifecycles ${when} that failed or were refused`,
      result.failures.length + result.refused,
      'lifecycles',
      { atMost: 0 },
    );
    return rate;
  }

  async function reportOfTheNation(people: People): Promise<void> {
    const { token, address } = await people.signInNation();
    const variables = { from: `${Number(people.today.slice(0, 4)) - 1}-01-01`, to: people.today };
    const times = await timings(40, async () => {
      const answer = await sender.send(NR1, variables, { token, address });
      if (answer.data?.nationalReport?.rows?.length !== 33)
        throw new Error(`not the report of the nation: ${JSON.stringify(answer).slice(0, 500)}`);
    });
    report('NR-1 of the nation through the gateway, median', median(times), 'ms', { atMost: 100 });
  }

  /** Five times as many lifecycles begin as can be done; nobody may be answered other than right or politely, and afterwards all is as before. */
  async function burst(load: Load, rate: number): Promise<void> {
    const calm = percentile((await load.closedLoop(1, 10)).lifecycles, 0.5);
    const { result, ended } = await load.openLoop(rate * 5, BURST_SECONDS);
    const over = performance.now();
    let recovered: number | undefined;
    for (let inRow = 0; recovered === undefined && performance.now() < over + RECOVERY_SECONDS * 2_000; ) {
      const began = performance.now();
      const { done } = await load.one();
      inRow = done && performance.now() - began <= calm * 2 ? inRow + 1 : 0;
      if (inRow === 5) recovered = (performance.now() - over) / 1000;
    }
    await ended;
    show('in the burst', result);
    report('lifecycles begun in a second of the burst', rate * 5, '/s');
    report('lifecycles of the burst that were done', result.done, 'lifecycles');
    report('lifecycles of the burst that were refused politely', result.refused, 'lifecycles');
    report('lifecycles of the burst that failed', result.failures.length, 'lifecycles', { atMost: 0 });
    report(
      'seconds from the end of the burst until five lifecycles in a row took at most twice their calm time',
      recovered ?? 999,
      's',
      { atMost: RECOVERY_SECONDS },
    );
  }
}

function show(when: string, { lifecycles, steps, failures }: LoadResult): void {
  const ms = (values: readonly number[], share: number) => `${percentile(values, share).toFixed(0)} ms`;
  console.log(
    `${when}: a lifecycle takes ${ms(lifecycles, 0.5)} in the middle, ${ms(lifecycles, 0.95)} for all but one of twenty`,
  );
  for (const [step, times] of steps)
    console.log(`  ${step.padEnd(14)} ${ms(times, 0.5).padStart(8)} ${ms(times, 0.95).padStart(8)}`);
  for (const failure of failures.slice(0, 3))
    console.log(`  failed: ${JSON.stringify(failure).slice(0, 400)}`);
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);

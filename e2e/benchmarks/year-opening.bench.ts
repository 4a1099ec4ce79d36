import { measureYearOpening } from '../../services/poverty-alleviation/bench/open-year';
import { openStore } from '../../services/poverty-alleviation/src/testing/store.support.test';
import { report } from './support/measure';
import { run } from './support/postgres';

const HOUSEHOLDS = Number(process.env.BENCH_HOUSEHOLDS ?? 1_000_000);

run(async () => {
  const store = await openStore();
  const figures = await measureYearOpening(store, HOUSEHOLDS);
  console.log(JSON.stringify(figures));
  report(`opening a year of ${HOUSEHOLDS} households`, Math.round(figures.seconds), 's', { atMost: 900 });
  report('the longest a writer waits for a batch of it', figures.longestBatchMs, 'ms', { atMost: 5_000 });
  report('the slowest page read meanwhile', figures.slowestReadMs, 'ms', { atMost: 2_000 });
  await store.close();
});

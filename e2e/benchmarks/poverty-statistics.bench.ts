import { measureStatistics } from '../../services/poverty-alleviation/bench/statistics';
import { openStore } from '../../services/poverty-alleviation/src/testing/store.support.test';
import { report } from './support/measure';
import { run } from './support/postgres';

const HOUSEHOLDS = Number(process.env.BENCH_HOUSEHOLDS ?? 1_000_000);

run(async () => {
  const store = await openStore();
  const figures = await measureStatistics(store, HOUSEHOLDS);
  console.log(JSON.stringify(figures));
  report(`counting a year of ${HOUSEHOLDS} households anew`, Math.round(figures.rebuildSeconds), 's', {
    atMost: 900,
  });
  report(`the slowest table, ${figures.slowestTable}`, Math.round(figures.slowestTableMs), 'ms', {
    atMost: 100,
  });
  report('five pages behind a national figure', Math.round(figures.drillDownMs), 'ms', { atMost: 500 });
  report('counting two hundred events', Math.round(figures.batchMs), 'ms', { atMost: 2_000 });
  report('the slowest page of the nation’s duplicate numbers', Math.round(figures.duplicatesMs), 'ms', {
    atMost: 5_000,
  });
  await store.close();
});

import { measureExport, seedCounty } from '../../services/poverty-alleviation/bench/household-export';
import { openStore } from '../../services/poverty-alleviation/src/testing/store.support.test';
import { report } from './support/measure';
import { run } from './support/postgres';
import { serve } from './support/service';

const ROWS = Number(process.env.BENCH_EXPORT_ROWS ?? 100_000);

run(async () => {
  const store = await openStore();
  await seedCounty(store, ROWS);
  const service = await serve('poverty-alleviation', store);
  for (const format of ['XLSX', 'CSV'] as const) {
    const figures = await measureExport(store, service, format, ROWS);
    console.log(JSON.stringify(figures));
    report(`${ROWS} households exported as ${format}`, Math.round(figures.seconds), 's', { atMost: 60 });
    report(`memory of the service meanwhile, ${format}`, figures.peakMegabytes, 'MB', { atMost: 400 });
  }
  await service.stop();
  await store.close();
});

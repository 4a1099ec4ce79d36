import { measureHouseholdImport } from '../../services/poverty-alleviation/bench/household-import';
import { openStore } from '../../services/poverty-alleviation/src/testing/store.support.test';
import { report } from './support/measure';
import { run } from './support/postgres';
import { serve } from './support/service';

const ROWS = Number(process.env.BENCH_IMPORT_ROWS ?? 100_000);

run(async () => {
  const store = await openStore();
  const service = await serve('poverty-alleviation', store);
  const figures = await measureHouseholdImport(store, service, ROWS, (what, facts) =>
    console.log(`${what}: ${JSON.stringify(facts)}`),
  );
  console.log(JSON.stringify(figures));
  report(`an xlsx of ${ROWS} members imported`, Math.round(figures.importSeconds), 's', { atMost: 60 });
  report(
    'rows a second, as a share of a bare COPY of the sheet into a table of texts',
    figures.copyOfTextsSeconds / figures.importSeconds,
    '×',
    { atLeast: 0.3 },
  );
  report(
    'rows a second, as a share of a bare COPY of the finished rows into the real tables',
    figures.copyOfFinishedRowsSeconds / figures.importSeconds,
    '×',
    { atLeast: 0.3 },
  );
  report('the same sheet again, which changes nothing', Math.round(figures.secondImportSeconds), 's', {
    atMost: 60,
  });
  report('memory of the service meanwhile', figures.peakMegabytes, 'MB', { atMost: 400 });
  report('memory of the service in the second import', figures.secondPeakMegabytes, 'MB', { atMost: 400 });
  await service.stop();
  await store.close();
});

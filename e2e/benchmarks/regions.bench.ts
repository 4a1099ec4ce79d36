import { scopeOf } from '@junxian/identity';
import { median, principals, testDatabase } from '@junxian/test-kit';
import { migrations } from '../../services/directory/src/migrations';
import { loadReferenceRegions } from '../../services/directory/src/regions/reference-load';
import { searchRegions } from '../../services/directory/src/regions/region-search.service';
import { childrenAt } from '../../services/directory/src/regions/regions.service';
import { report, timings } from './support/measure';
import { run } from './support/postgres';

const TODAY = '2026-11-21';
const ROUNDS = 200;
const SEARCHES: [string, string][] = [
  ['云州', 'two characters'],
  ['村', 'one character, found half a million times'],
  ['解放路社区', 'a common name'],
  ['山西 大同 云州', 'a path'],
  ['yzq', 'pinyin initials'],
  ['sx dt yzq', 'a path of initials'],
];

run(async () => {
  const store = await testDatabase({ service: 'directory', migrations });
  const started = Date.now();
  const rows = await loadReferenceRegions({ url: store.migratorUrl });
  report(`load of ${rows} regions with their indexes`, (Date.now() - started) / 1000, 's');

  // Whoever asks is a county officer: row-level security and the request's transaction are part of the price.
  const scope = scopeOf(principals.officer({ regionCode: '140215000000', regionLevel: 'COUNTY' }));
  const parents = (
    await store.adminQuery<{ code: string }>(
      `SELECT code FROM region WHERE level < 5 ORDER BY md5(code) LIMIT ${ROUNDS + 100}`,
    )
  ).map(({ code }) => code);
  const children = await timings(ROUNDS, (round) =>
    store.database.read(scope, (tx) => childrenAt(tx, [{ code: parents[round]!, asOf: TODAY }], 1000)),
  );
  report('children of a region, median', median(children), 'ms', { atMost: 20 });

  for (const [text, what] of SEARCHES) {
    const times = await timings(ROUNDS / 4, () =>
      store.database.read(scope, (tx) => searchRegions(tx, { text, asOf: TODAY, first: 20 })),
    );
    report(`search ${text} (${what}), median`, median(times), 'ms', { atMost: 50 });
  }
  await store.close();
});

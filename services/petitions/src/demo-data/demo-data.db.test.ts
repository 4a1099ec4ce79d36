import { openStore, type TestStore } from '../testing/store.support.test';
import { loadDemoData } from './demo-data.service';

let store: TestStore;
let steps = 0;
beforeAll(async () => {
  store = await openStore();
  const t = Date.now();
  try {
    steps = await loadDemoData(store.database, store.services, store.clock);
  } catch (e) {
    console.error(e, (e as Error).cause);
    throw e;
  }
  console.log('ms', Date.now() - t, steps);
});
afterAll(() => store.close());

it('x', async () => {
  console.log(await store.adminQuery('SELECT state, outcome, count(*)::int FROM case_item GROUP BY 1,2 ORDER BY 1,2'));
  console.log(await store.adminQuery('SELECT kind, state, custody, count(*)::int FROM org_task GROUP BY 1,2,3 ORDER BY 1,2,3'));
  console.log(await store.adminQuery('SELECT level, state, count(*)::int FROM review_case GROUP BY 1,2 ORDER BY 1,2'));
  console.log(await store.adminQuery('SELECT deadline_kind, level, count(*)::int FROM warning GROUP BY 1,2 ORDER BY 1,2'));
});

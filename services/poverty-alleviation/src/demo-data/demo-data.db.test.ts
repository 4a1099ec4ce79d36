import { openStore, type TestStore } from '../testing/store.support.test';
import { loadDemoData } from './demo-data.service';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

it('makes the households once, each with its event, and adds what is missing', async () => {
  const load = () => loadDemoData(store.database, store.services.identification);
  expect(await load()).toBe(300);
  expect(await load()).toBe(0);
  const [counts] = await store.adminQuery(
    `SELECT (SELECT count(*)::int FROM household) AS households, (SELECT count(*)::int FROM outbox) AS events,
       (SELECT count(DISTINCT left(region_code, 6))::int FROM household) AS counties`,
  );
  expect(counts).toEqual({ households: 300, events: 300, counties: 5 });
});

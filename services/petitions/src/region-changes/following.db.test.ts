import { regionFollowingFaults } from '@junxian/region-changes';
import { scopes } from '../service-scopes';
import { openStore, type TestStore } from '../testing/store.support.test';
import { regionFollowing } from './following';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());

it('knows every column with a region code, and finds rows by an index', async () => {
  const faults = await store.database.read(scopes.followRegionChanges(), (tx) =>
    regionFollowingFaults(tx, regionFollowing),
  );
  expect(faults).toEqual([]);
});

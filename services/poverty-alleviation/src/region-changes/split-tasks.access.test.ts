import { randomUUID } from 'node:crypto';
import type { Principal } from '@junxian/identity';
import { followRegionChanges, receiveRegionChange } from '@junxian/region-changes';
import { scopes } from '../service-scopes';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { regionFollowing } from './following';

let store: TestStore;
let householdId: string;
beforeAll(async () => {
  store = await openStore();
  householdId = await store.identify(householdForm(VILLAGES.yunzhou1, [memberForm(1)]));
  const data = {
    changeId: randomUUID(),
    kind: 'SPLIT' as const,
    from: [VILLAGES.yunzhou1],
    to: ['140215100301', '140215100302'],
    effectiveDate: '2018-01-01',
    moves: [],
  };
  await store.database.write(scopes.followRegionChanges(), (tx) =>
    receiveRegionChange(tx, { data, time: '2018-01-01T00:00:00+08:00' }),
  );
  await followRegionChanges(store.database, store.clock, regionFollowing);
});
const { ask } = graphOver(() => store);
afterAll(() => store.close());

const LIST = '{ splitTasks { nodes { household { id } village { code } candidates { code } } hasNextPage } }';
const ASSIGN =
  'mutation ($ids: [ID!]!, $village: ID!) { assignSplitHouseholds(householdIds: $ids, villageCode: $village) }';
const assign = async (principal: Principal, village: string) => {
  const { data, errors } = await ask(principal, ASSIGN, { ids: [householdId], village });
  return errors ? errors[0]!.extensions?.code : data!.assignSplitHouseholds;
};

it.each([
  ['the county', officer('140215000000', 'COUNTY'), 1],
  ['the township', officer('140215100000', 'TOWNSHIP'), 1],
  ['a sibling township', officer('140215101000', 'TOWNSHIP'), 0],
  ['the neighbouring county', officer('140214000000', 'COUNTY'), 0],
  ['another province', officer('370000000000', 'PROVINCE'), 0],
])('an officer of %s sees the tasks of the own region', async (_title, principal, count) => {
  const { data, errors } = await ask(principal, LIST);
  expect(errors).toBeUndefined();
  expect(data!.splitTasks.nodes).toEqual(
    Array(count).fill({
      household: { id: householdId },
      village: { code: VILLAGES.yunzhou1 },
      candidates: [{ code: '140215100301' }, { code: '140215100302' }],
    }),
  );
});

it('needs the role, the region and a village to assign', async () => {
  const county = (role: string) => officer('140215000000', 'COUNTY', role);
  expect((await ask(county('VIEWER'), LIST)).errors![0]!.extensions!.code).toBe('FORBIDDEN');
  expect(await assign(county('OPERATOR'), '140215100301')).toBe('FORBIDDEN');
  expect(await assign(officer('140214000000', 'COUNTY', 'MANAGER'), '140215100301')).toBe('OUT_OF_REGION');
  expect(await assign(county('MANAGER'), '140215100000')).toBe('SCOPE_TOO_WIDE');
  // The successor lies in the caller's village, the household does not.
  expect(await assign(officer('140215100301', 'VILLAGE', 'MANAGER'), '140215100301')).toBe('STATE_CONFLICT');
  expect(await assign(county('MANAGER'), '140215100301')).toBe(1);
  expect((await ask(county('MANAGER'), LIST)).data!.splitTasks.nodes).toEqual([]);
});

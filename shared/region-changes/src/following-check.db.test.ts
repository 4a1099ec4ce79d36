import { type CaseStore, DEFINITION, following, openCases } from './cases.fixture';
import { defineRegionFollowing, type RegionFollowing } from './following';
import { regionFollowingFaults } from './following-check';

let store: CaseStore;
beforeAll(async () => {
  store = await openCases();
});
afterAll(() => store.close());

const faults = (given: RegionFollowing) =>
  store.database.read(given.scope, (tx) => regionFollowingFaults(tx, given));
const [cases] = DEFINITION.tables;

it('finds nothing amiss where everything exists, is indexed and is named', async () => {
  expect(await faults(following)).toEqual([]);
});

it('names what does not exist, what has no index, and what was forgotten', async () => {
  const wrong = defineRegionFollowing({
    ...DEFINITION,
    tables: [
      {
        name: 'case_item',
        columns: ['region_code', 'region_epoch'],
        parts: [
          { name: 'task', by: 'item_id' },
          { name: 'petitioner', columns: ['home_region_code'] },
        ],
      },
      { name: 'nothing' },
    ],
    notFollowed: { 'case_count.village_code': 'is none' },
  });
  expect(await faults(wrong)).toEqual([
    'case_count.region_code is neither followed nor named in notFollowed',
    'case_count.village_code does not exist',
    'case_item.problem_region_code is neither followed nor named in notFollowed',
    'case_item.region_epoch has no index that begins with it',
    'nothing.id does not exist',
    'nothing.region_code does not exist',
    'nothing.region_epoch does not exist',
    'petitioner.region_epoch does not exist',
    'task.item_id does not exist',
  ]);
});

it('asks for the columns that a booking returns', async () => {
  const wrong = defineRegionFollowing({
    ...DEFINITION,
    tables: [{ ...cases!, book: { returning: ['weight'], ctes: 'x AS (SELECT)' } }],
  });
  expect(await faults(wrong)).toEqual(['case_item.weight does not exist']);
});

import { householdForm, memberForm } from '../testing/forms.support.test';
import { openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { copyYear } from './years.fixture';

let store: TestStore;
let id: string;
beforeAll(async () => {
  store = await openStore();
});
beforeEach(async () => {
  id = await store.identify(householdForm(VILLAGES.yunzhou1, [memberForm(1)]));
  await copyYear(store, [id], 2017, [2016]);
});
afterEach(() => store.clear());
afterAll(() => store.close());

const file = (status: string, closedYear: number | null) =>
  store.adminQuery('UPDATE household SET file_status = $2, closed_year = $3 WHERE id = $1', [
    id,
    status,
    closedYear,
  ]);
const closureYear = (year: number, closure: number | null) =>
  store.adminQuery(
    'UPDATE household_year_record SET closure_year = $3 WHERE household_id = $1 AND year = $2',
    [id, year, closure],
  );
const statuses = async () => {
  const rows = await store.adminQuery<{ status: string }>(
    'SELECT file_status AS status FROM household_year_record WHERE household_id = $1 ORDER BY year',
    [id],
  );
  return rows.map(({ status }) => status);
};

const CASES: [
  happened: string,
  steps: (() => Promise<unknown>)[],
  statuses: [of2016: string, of2017: string],
][] = [
  ['nothing', [], ['ACTIVE', 'ACTIVE']],
  ['closed', [() => file('CLOSED', 2017), () => closureYear(2017, 2017)], ['ACTIVE', 'CLOSED']],
  [
    'closed, the record first',
    [() => closureYear(2017, 2017), () => file('CLOSED', 2017)],
    ['ACTIVE', 'CLOSED'],
  ],
  ['closed in the year before', [() => file('CLOSED', 2016)], ['CLOSED', 'CLOSED']],
  ['cleared', [() => file('CLEARED', 2017)], ['ACTIVE', 'CLEARED']],
  [
    'closed and opened again',
    [
      () => file('CLOSED', 2017),
      () => closureYear(2017, 2017),
      () => file('ACTIVE', null),
      () => closureYear(2017, null),
    ],
    ['ACTIVE', 'ACTIVE'],
  ],
  ['left by everybody in an earlier year alone', [() => closureYear(2016, 2016)], ['CLOSED', 'ACTIVE']],
  [
    'closed later than that',
    [() => closureYear(2016, 2016), () => file('CLOSED', 2017)],
    ['CLOSED', 'CLOSED'],
  ],
];
it.each(CASES)('each record knows the status of its file in its year: %s', async (_, steps, expected) => {
  for (const step of steps) await step();
  expect(await statuses()).toEqual(expected);
});

it('a record that is copied from another year, or written by hand, takes the status of its own year', async () => {
  await file('CLOSED', 2017);
  await copyYear(store, [id], 2017, [2015]);
  expect(await statuses()).toEqual(['ACTIVE', 'ACTIVE', 'CLOSED']);
  await store.adminQuery(`UPDATE household_year_record SET file_status = 'CLEARED'`);
  expect(await statuses()).toEqual(['ACTIVE', 'ACTIVE', 'CLOSED']);
});

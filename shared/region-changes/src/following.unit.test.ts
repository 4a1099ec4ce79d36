import { serviceScope } from '@junxian/identity';
import { defineRegionFollowing, type FollowedRoot } from './following';

const define = (...tables: FollowedRoot[]) => defineRegionFollowing({ scope: serviceScope('test'), tables });

it('a step for every region column, a root’s before those of its parts, in the order of the list', () => {
  const { steps } = define(
    { name: 'case_item', columns: ['region_code', 'problem_region_code'], parts: [{ name: 'org_task' }] },
    { name: 'organisation' },
  );
  expect(steps.map(({ root, part, column }) => `${(part ?? root).name}.${column}`)).toEqual([
    'case_item.region_code',
    'case_item.problem_region_code',
    'org_task.region_code',
    'organisation.region_code',
  ]);
});

it.each<[string, FollowedRoot[], string]>([
  ['a table named twice', [{ name: 'a', parts: [{ name: 'b' }] }, { name: 'b' }], 'b: is named twice'],
  ['a name that is SQL', [{ name: 'a; DROP TABLE a' }], 'is no plain name'],
  ['a column that is SQL', [{ name: 'a', columns: ['lower(x)'] }], 'a: "lower(x)" is no plain name'],
  ['no region column', [{ name: 'a', columns: [] }], 'a: has no region column'],
  ['no key', [{ name: 'a', key: [] }], 'a: has no key'],
  [
    'parts of a root with a longer key',
    [{ name: 'a', key: ['x', 'y'], parts: [{ name: 'b' }] }],
    'a: rows can hang on a key of one column only',
  ],
  [
    'two ways of hanging on the root',
    [{ name: 'a', parts: [{ name: 'b', by: 'a_id', with: (roots) => `t.a_id = ANY(${roots})` }] }],
    'b: hangs on its root either by a column or with a condition',
  ],
  [
    'no epoch and no column of the root',
    [{ name: 'a', parts: [{ name: 'b', epoch: false, with: (roots) => `t.a_id = ANY(${roots})` }] }],
    'b: rows without an epoch hang on their root by a column',
  ],
])('refuses %s', (_, tables, message) => {
  expect(() => define(...tables)).toThrow(message);
});

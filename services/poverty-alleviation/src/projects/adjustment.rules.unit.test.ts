import { rule } from '@junxian/test-kit';
import { changesOf } from './adjustment.rules';

const PROJECT = {
  name: '养羊',
  subtype: 'LIVESTOCK',
  owner: '扶贫办',
  manager: null,
  plannedStart: '2017-03-01',
  plannedEnd: '2017-10-31',
  content: '羊舍',
  villageCodes: ['140215100001'],
  budget: [{ source: 'SELF_RAISED', tier: null, fundType: null, amount: '100.0000' }],
  approvedAmount: '100.0000',
  plannedHouseholds: 40,
  plannedPersons: null,
  details: { unit: '只', scale: '2000.00' },
} as const;
type Project = Parameters<typeof changesOf>[0];
const change = (changes: object) =>
  changesOf(PROJECT as unknown as Project, { ...PROJECT, ...changes } as unknown as Project);

rule('PA-PJ-04', 'what changed is kept with its values before and after, and nothing else', () => {
  expect(change({ approvedAmount: '90.0000', details: { scale: '1800.00', unit: '只' } })).toEqual({
    before: { approvedAmount: '100.0000', details: { unit: '只', scale: '2000.00' } },
    after: { approvedAmount: '90.0000', details: { scale: '1800.00', unit: '只' } },
  });
});

it.each([
  ['nothing', {}],
  ['keys in another order', { details: { scale: '2000.00', unit: '只' } }],
  [
    'a budget in other words',
    { budget: [{ amount: '100.0000', fundType: null, tier: null, source: 'SELF_RAISED' }] },
  ],
  ['what an adjustment cannot change', { year: 2016 }],
])('finds no change in %s', (_title, changes) => {
  expect(change(changes)).toBeNull();
});

import { referenceRegions } from '@junxian/administrative-region';
import { checkIdentification } from '../households/identification.rules';
import { demoHousehold } from './demo-households.rules';
import { NEIGHBOUR_VILLAGES, STORY_VILLAGES } from './demo-villages';

const DEMO_VILLAGES: readonly string[] = [...STORY_VILLAGES, ...NEIGHBOUR_VILLAGES];

const formsOf = (year: number) =>
  Array.from({ length: 2000 }, (_, n) => demoHousehold(n, DEMO_VILLAGES[n % DEMO_VILLAGES.length]!, year));
const forms = formsOf(2017);

it.each([2015, 2016, 2017])('every form is in order in %s, and no two persons share a number', (year) => {
  const numbers = formsOf(year).flatMap((form) =>
    checkIdentification(form, { today: `${year}-12-20`, yearEnd: `${year}-12-31`, isVillage: true }).map(
      ({ value }) => value,
    ),
  );
  expect(new Set(numbers).size).toBe(numbers.length);
});

it('all numbers are of no place, so of nobody', () => {
  for (const { members } of forms) for (const { idNumber } of members) expect(idNumber).toMatch(/^999/);
});

it('is the same at every start', () => {
  expect(demoHousehold(7, DEMO_VILLAGES[7]!, 2017)).toEqual(forms[7]);
});

it('stands in real villages', () => {
  for (const village of DEMO_VILLAGES)
    expect([village, referenceRegions().levelOf(village)]).toEqual([village, 'VILLAGE']);
});

import { referenceRegions } from '@junxian/administrative-region';
import { checkIdentification } from '../households/identification.rules';
import { demoHousehold } from './demo-households.rules';
import { DEMO_VILLAGES } from './demo-villages';

const forms = Array.from({ length: 2000 }, (_, n) =>
  demoHousehold(n, DEMO_VILLAGES[n % DEMO_VILLAGES.length]!),
);

it('every form is in order, and no two persons share a number', () => {
  const numbers = forms.flatMap((form) =>
    checkIdentification(form, { today: '2017-11-20', yearEnd: '2017-12-31', isVillage: true }).map(
      ({ value }) => value,
    ),
  );
  expect(new Set(numbers).size).toBe(numbers.length);
});

it('all numbers are of no place, so of nobody', () => {
  for (const { members } of forms) for (const { idNumber } of members) expect(idNumber).toMatch(/^999/);
});

it('is the same at every start', () => {
  expect(demoHousehold(7, DEMO_VILLAGES[7]!)).toEqual(forms[7]);
});

it('stands in real villages', () => {
  for (const village of DEMO_VILLAGES)
    expect([village, referenceRegions().levelOf(village)]).toEqual([village, 'VILLAGE']);
});

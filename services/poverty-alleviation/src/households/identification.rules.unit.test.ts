import { rule } from '@junxian/test-kit';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { faultsOf } from '../testing/refusals.support.test';
import type { IdentificationInput, MemberInput } from './identification.input';
import { checkIdentification } from './identification.rules';
import { ageOn } from './member-form.rules';

const village = '140215100200';
const facts = { today: '2017-11-20', yearEnd: '2017-12-31', isVillage: true };

const faultsIn = (input: IdentificationInput, given = facts) =>
  faultsOf(() => checkIdentification(input, given));

const form = (changes: Partial<IdentificationInput> = {}, member: Partial<MemberInput> = {}) =>
  householdForm(village, [memberForm(1, member)], changes);
const basic = form().basic;

rule(
  'PA-NI-01',
  'a form with village, member and four tabs is in order; each member gives an identity key',
  () => {
    const input = householdForm(village, [
      memberForm(1),
      memberForm(2, { sex: 'FEMALE', relationToHead: 'SPOUSE' }),
    ]);
    expect(checkIdentification(input, facts)).toEqual([
      { kind: 'citizen', value: idNumber(1) },
      { kind: 'citizen', value: idNumber(2, '1970-01-01', 'FEMALE') },
    ]);
  },
);

rule('PA-NI-01', 'a village that does not exist is refused', () => {
  expect(faultsIn(form(), { ...facts, isVillage: false })).toEqual(['INVALID_REGION_CODE villageCode']);
});

rule(['PA-NI-01', 'PA-NI-02'], 'at least one member', () => {
  expect(faultsIn(householdForm(village, []))).toEqual(['NOTHING_SELECTED members']);
});

rule(['PA-NI-02', 'PA-HH-06'], 'exactly one head', () => {
  const spouse = memberForm(1, { relationToHead: 'SPOUSE' });
  expect(faultsIn(householdForm(village, [spouse]))).toEqual(['HEAD_REQUIRED members']);
  expect(faultsIn(householdForm(village, [memberForm(1), spouse, memberForm(3)]))).toContain(
    'HEAD_REQUIRED members[2].relationToHead',
  );
  expect(faultsIn(householdForm(village, [memberForm(1), memberForm(2, { relationToHead: 'SON' })]))).toEqual(
    [],
  );
});

rule('PA-NI-01', 'all faults are told at once, each with its field', () => {
  const input = form(
    {
      basic: { ...basic, otherCauses: ['ILLNESS'], phone: '12', bankAccount: 'x' },
      productionAndLiving: { cultivated: '-1', isDilapidatedHouse: true },
      incomeAndHealth: { wageIncome: '1.234', propertyIncome: '1', assetDividend: '2' },
      relocation: { isRelocationHousehold: false, mode: 'SCATTERED' },
    },
    { name: ' ', health: ['HEALTHY', 'DISABLED'], workMonths: 13, idNumber: '1' },
  );
  expect(faultsIn(input)).toEqual([
    'INVALID_INPUT basic.otherCauses',
    'INVALID_INPUT basic.phone',
    'INVALID_INPUT basic.bankAccount',
    'INVALID_INPUT productionAndLiving.cultivated',
    'INVALID_INPUT productionAndLiving.dilapidatedGrade',
    'INVALID_INPUT incomeAndHealth.wageIncome',
    'INVALID_INPUT incomeAndHealth.assetDividend',
    'INVALID_INPUT relocation.isRelocationHousehold',
    'INVALID_INPUT members[0].name',
    'INVALID_INPUT members[0].health',
    'INVALID_INPUT members[0].workMonths',
    'INVALID_ID members[0].idNumber',
  ]);
});

rule('PA-NI-03', 'one number twice in a form is a duplicate, by whichever document', () => {
  const son = memberForm(1, { relationToHead: 'SON' });
  expect(faultsIn(householdForm(village, [memberForm(1), son]))).toEqual([
    'DUPLICATE_ID members[1].idNumber',
  ]);
  const card = { ...son, idType: 'DISABILITY_CARD' as const, idNumber: `${idNumber(1)}43` };
  expect(faultsIn(householdForm(village, [memberForm(1), card]))).toEqual([
    'DUPLICATE_ID members[1].idNumber',
  ]);
});

describe('tabs', () => {
  it.each<[string, Partial<IdentificationInput>, string[]]>([
    [
      'three other causes',
      { basic: { ...basic, otherCauses: ['DISABILITY', 'SCHOOLING', 'DISASTER'] } },
      ['basic.otherCauses'],
    ],
    [
      'one cause twice',
      { basic: { ...basic, otherCauses: ['DISABILITY', 'DISABILITY'] } },
      ['basic.otherCauses'],
    ],
    ['two other causes', { basic: { ...basic, otherCauses: ['DISABILITY', 'SCHOOLING'] } }, []],
    [
      'natural village elsewhere',
      { basic: { ...basic, naturalVillageCode: '14021510020101' } },
      ['basic.naturalVillageCode'],
    ],
    ['natural village inside', { basic: { ...basic, naturalVillageCode: `${village}01` } }, []],
    ['landline', { basic: { ...basic, phone: '0352-8000000' } }, []],
    [
      'grade of a sound house',
      { productionAndLiving: { dilapidatedGrade: 'C' } },
      ['productionAndLiving.dilapidatedGrade'],
    ],
    [
      'grade of a dilapidated house',
      { productionAndLiving: { isDilapidatedHouse: true, dilapidatedGrade: 'D' } },
      [],
    ],
    [
      'an amount beyond all bounds',
      { incomeAndHealth: { pension: '100000000' } },
      ['incomeAndHealth.pension'],
    ],
    [
      'moved in the future',
      { relocation: { isRelocationHousehold: true, relocatedDate: '2017-11-21' } },
      ['relocation.relocatedDate'],
    ],
    ['moved today', { relocation: { isRelocationHousehold: true, relocatedDate: '2017-11-20' } }, []],
    ['a blank key', { idempotencyKey: ' ' }, ['idempotencyKey']],
  ])('%s', (_title, changes, fields) => {
    expect(faultsIn(form(changes))).toEqual(fields.map((field) => `INVALID_INPUT ${field}`));
  });
});

describe('members', () => {
  const born = (birthDate: string) => ({ birthDate, idNumber: idNumber(1, birthDate) });
  it.each<[string, Partial<MemberInput>, string[]]>([
    ['no education and no pupil', { education: null }, ['education']],
    [
      'not at school without education',
      { ...born('2000-01-01'), education: null, schoolStatus: 'NOT_A_PUPIL' },
      ['education'],
    ],
    ['a pupil without education', { ...born('2005-01-01'), education: null, schoolStatus: 'GRADE_7' }, []],
    ['a pupil of 24', { ...born('1993-12-31'), schoolStatus: 'SENIOR_1' }, ['schoolStatus']],
    ['a pupil of 23', { ...born('1994-01-01'), schoolStatus: 'SENIOR_1' }, []],
    ['able to work at 16', { ...born('2001-12-31'), labourAbility: 'ORDINARY' }, []],
    ['able to work at 15', { ...born('2002-01-01'), labourAbility: 'ORDINARY' }, ['labourAbility']],
    ['able to work at 66', { ...born('1951-12-31'), labourAbility: 'SKILLED' }, ['labourAbility']],
    ['no state of health', { health: [] }, ['health']],
    ['two illnesses', { health: ['CHRONIC_ILLNESS', 'DISABLED'] }, []],
    ['a name with an interpunct', { name: '阿卜杜拉·买买提' }, []],
    ['a name with digits', { name: '张3' }, ['name']],
    ['a mobile number', { phone: '13900000000' }, []],
    ['no mobile number', { phone: '139' }, ['phone']],
  ])('%s', (_title, changes, fields) => {
    expect(faultsIn(form({}, changes))).toEqual(fields.map((field) => `INVALID_INPUT members[0].${field}`));
  });

  it('one is a year older from the birthday on', () => {
    expect([ageOn('2017-03-01', '2000-03-01'), ageOn('2017-02-28', '2000-03-01')]).toEqual([17, 16]);
  });
});

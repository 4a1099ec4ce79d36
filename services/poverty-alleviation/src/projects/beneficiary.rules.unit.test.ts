import { rule } from '@junxian/test-kit';
import { RESETTLEMENT } from '../code-lists';
import { PROJECT_SUBTYPE, type ProjectSubtype } from '../project-code-lists';
import { faultsOf } from '../testing/refusals.support.test';
import {
  type BeneficiaryFacts,
  type BeneficiaryInput,
  checkBeneficiaries,
  resettlementOf,
} from './beneficiary.rules';
import { beneficiaryFacts, PLACES } from './projects.fixture';

const check = (entries: BeneficiaryInput[], facts: Partial<BeneficiaryFacts> = {}) =>
  faultsOf(() => checkBeneficiaries(entries, beneficiaryFacts(facts)));
const household = (changes = {}) =>
  new Map([
    ['A', { regionCode: PLACES.village1, fileStatus: 'ACTIVE', isStableExit: false, ...changes } as const],
  ]);
const A = { householdId: 'A' };

rule('PA-PJ-06', 'households are ACTIVE and live in a village of the project', () => {
  expect(check([A, { householdId: 'B' }])).toEqual([]);
  expect(check([A], { households: household({ fileStatus: 'CLOSED' }) })).toEqual([
    'STATE_CONFLICT input.add[0].householdId',
  ]);
  expect(check([A], { households: household({ fileStatus: 'CLEARED' }) })).toEqual([
    'STATE_CONFLICT input.add[0].householdId',
  ]);
  expect(check([A], { households: household({ regionCode: PLACES.village2 }) })).toEqual([
    'STATE_CONFLICT input.add[0].householdId',
  ]);
  expect(check([{ householdId: 'C' }])).toEqual(['NOT_FOUND input.add[0].householdId']);
});

rule(['PA-PJ-06', 'PA-SX-04'], 'a household that enjoys no further policies is refused', () => {
  expect(check([A], { households: household({ isStableExit: true }) })).toEqual([
    'STATE_CONFLICT input.add[0].householdId',
  ]);
});

rule('PA-PJ-06', 'training names an active member of the household', () => {
  const training = { type: 'EDUCATION_TRAINING' } as const;
  expect(check([A], training)).toEqual(['FIELD_REQUIRED input.add[0].memberId']);
  expect(check([{ ...A, memberId: 'a' }], training)).toEqual([]);
  expect(check([{ ...A, memberId: 'b' }], training)).toEqual(['INVALID_INPUT input.add[0].memberId']);
  expect(check([{ ...A, memberId: 'unknown' }])).toEqual(['INVALID_INPUT input.add[0].memberId']);
});

rule('PA-PJ-07', 'a household or member stands once per project', () => {
  expect(check([A, A])).toEqual(['STATE_CONFLICT input.add[1].householdId']);
  expect(check([A], { existing: new Set(['A:']) })).toEqual(['STATE_CONFLICT input.add[0].householdId']);
  expect(check([{ ...A, memberId: 'a' }], { existing: new Set(['A:a']) })).toEqual([
    'STATE_CONFLICT input.add[0].householdId',
  ]);
  const two = new Map([
    ['a', 'A'],
    ['a2', 'A'],
  ]);
  const entries = [
    { ...A, memberId: 'a' },
    { ...A, memberId: 'a2' },
  ];
  expect(check(entries, { type: 'EDUCATION_TRAINING', householdOfMember: two })).toEqual([]);
});

it.each([
  ['an area of an industry project', 'INDUSTRY', { area: '80' }, ['INVALID_INPUT input.add[0].area']],
  ['a loan of a relocation project', 'RELOCATION', { loan: '1' }, ['INVALID_INPUT input.add[0].loan']],
  ['a future move', 'RELOCATION', { moveDate: '2017-11-21' }, ['INVALID_INPUT input.add[0].moveDate']],
  ['a negative amount', 'INDUSTRY', { amount: '-1' }, ['INVALID_INPUT input.add[0].amount']],
  [
    'a relocation in order',
    'RELOCATION',
    { area: '80', moveDate: '2017-11-20', resettlement: 'WITH_RELATIVES' },
    [],
  ],
  ['a loan in order', 'FINANCE', { loan: '50000', dividend: '3000' }, []],
] as const)('%s', (_title, type, changes, faults) => {
  expect(check([{ ...A, ...changes }], { type })).toEqual(faults);
});

it('every subtype of relocation stands for a resettlement of C20', () => {
  const relocation = PROJECT_SUBTYPE.names.filter((name) => PROJECT_SUBTYPE.code(name).startsWith('2'));
  expect(relocation.map((subtype: ProjectSubtype) => resettlementOf(subtype))).toEqual(RESETTLEMENT.names);
});

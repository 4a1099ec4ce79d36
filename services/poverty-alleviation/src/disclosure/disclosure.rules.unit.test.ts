import { rule } from '@junxian/test-kit';
import { faultsOf } from '../testing/refusals.support.test';
import {
  checkDisclosure,
  checkWithdrawal,
  hasPersonalNumber,
  type PublishDisclosureInput,
  requireDiscloser,
} from './disclosure.rules';

const NOTICE: PublishDisclosureInput = {
  kind: 'PROJECT',
  refId: 'x',
  title: '西坪镇肉羊养殖项目公示',
  content: '现予公示，监督电话 12317。',
  endAt: '2017-11-30',
};
const check = (changes = {}) => faultsOf(() => checkDisclosure({ ...NOTICE, ...changes }, '2017-11-20'));

rule('PA-QY-12', 'a notice is filled in, shown ten days or more, and without numbers of persons', () => {
  expect(check()).toEqual([]);
  expect(check({ endAt: '2017-11-29' })).toEqual(['INVALID_INPUT input.endAt']);
  expect(check({ endAt: '2018-11-21' })).toEqual([]);
  expect(check({ endAt: '2018-11-22' })).toEqual(['INVALID_INPUT input.endAt']);
  expect(check({ title: '' })).toEqual(['FIELD_REQUIRED input.title']);
  expect(check({ content: '联系人 13900003333' })).toEqual(['PERSONAL_DATA_IN_TEXT input.content']);
  expect(check({ kind: 'FUND', listBeneficiaries: true })).toEqual(['INVALID_INPUT input.listBeneficiaries']);
});

it.each([
  ['140202197001011234', true],
  ['１４０２０２１９７００１０１１２３Ｘ', true],
  ['1402 0219 7001 0112 34', true],
  ['140202700101123', true],
  ['139-0000-3333', true],
  ['6222000011112222333', true],
  ['12317', false],
  ['0352-7888888', false],
  ['投资 1402021 元', false],
])('%s', (text, expected) => {
  expect(hasPersonalNumber(text)).toBe(expected);
});

it.each([
  ['编号 140215000201740001 ', false],
  ['１４０２１５０００２０１７４０００１', false],
  ['140215000201740001 2017-11-20', false],
  ['140215000201740001 13900003333', true],
  ['140215000201740001X', true],
  ['2140215000201740001', true],
  ['140215000201740002', true],
])('the number of the project itself: %s', (text, expected) => {
  expect(hasPersonalNumber(text, '140215000201740001')).toBe(expected);
});

it('projects are disclosed by PROJECT, funds by FUND, both by MANAGER', () => {
  const may = (kind: 'PROJECT' | 'FUND', role: string) =>
    faultsOf(() => requireDiscloser(kind, [`poverty-alleviation:${role}`])).length === 0;
  expect(['PROJECT', 'FUND', 'MANAGER', 'OPERATOR'].map((role) => may('PROJECT', role))).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect(['PROJECT', 'FUND', 'MANAGER', 'OPERATOR'].map((role) => may('FUND', role))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

it('a withdrawal says why', () => {
  expect(faultsOf(() => checkWithdrawal(' '))).toEqual(['FIELD_REQUIRED reason']);
  expect(faultsOf(() => checkWithdrawal('字'.repeat(501)))).toEqual(['INVALID_INPUT reason']);
  expect(faultsOf(() => checkWithdrawal('金额有误'))).toEqual([]);
});

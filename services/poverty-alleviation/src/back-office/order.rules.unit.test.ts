import { rule } from '@junxian/test-kit';
import { faultsOf } from '../testing/refusals.support.test';
import { type BackOfficeOrder, checkOrder } from './order.rules';

const order: BackOfficeOrder = { reason: '核查更正', docRef: null, confirmation: '14021510000100001' };
const faults = (changes: Partial<BackOfficeOrder>, confirmation = '14021510000100001') =>
  faultsOf(() => checkOrder({ ...order, ...changes }, confirmation));

const CASES: [title: string, changes: Partial<BackOfficeOrder>, expected: string[]][] = [
  ['everything in order', {}, []],
  ['blanks around what was typed', { confirmation: ' 14021510000100001 ' }, []],
  ['no reason', { reason: '' }, ['REASON_REQUIRED order.reason']],
  ['a blank reason', { reason: ' \t' }, ['REASON_REQUIRED order.reason']],
  ['the longest reason', { reason: '长'.repeat(500) }, []],
  ['a longer one', { reason: '长'.repeat(501) }, ['INVALID_INPUT order.reason']],
  ['the longest reference', { docRef: '号'.repeat(100) }, []],
  ['a longer one', { docRef: '号'.repeat(101) }, ['INVALID_INPUT order.docRef']],
  ['another number typed', { confirmation: '14021510000100002' }, ['CHECK_FAILED order.confirmation']],
  ['nothing typed', { confirmation: '' }, ['CHECK_FAILED order.confirmation']],
  [
    'everything wrong',
    { reason: '', docRef: '号'.repeat(101), confirmation: '是' },
    ['REASON_REQUIRED order.reason', 'INVALID_INPUT order.docRef', 'CHECK_FAILED order.confirmation'],
  ],
];

describe('an order of the back office with', () => {
  for (const [title, changes, expected] of CASES) {
    rule('PA-BO-00', title, () => expect(faults(changes)).toEqual(expected));
  }
});

import { Refusal } from '@junxian/errors';
import { failureCode, isInfrastructureFailure } from './failures';

const error = (code: string, message = 'x') => Object.assign(new Error(message), { code });
const wrapped = (code: string) => Object.assign(new Error('x'), { driverError: error(code) });

describe('failures of the infrastructure, which never make a dead letter', () => {
  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    '57P01',
    '57P03',
    '08006',
    '53300',
    '53100',
    '53200',
    '40001',
    '40P01',
    '58030',
    '25006',
    'XX001',
  ])('%s is one, also inside a wrapper', (code) => {
    expect(isInfrastructureFailure(error(code))).toBe(true);
    expect(isInfrastructureFailure(wrapped(code))).toBe(true);
  });

  it.each([
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
  ])('a connection that is gone is one: %s', (message) => {
    expect(isInfrastructureFailure(new Error(message))).toBe(true);
  });

  it.each(['23505', '23503', '22P02', '42501', '42P01', '57014', 'P0001', '5', '580'])(
    '%s is not',
    (code) => {
      expect(isInfrastructureFailure(error(code))).toBe(false);
    },
  );

  it('neither are a defect of the code and a refusal, whatever its text', () => {
    expect(isInfrastructureFailure(new TypeError('undefined is not a function'))).toBe(false);
    expect(isInfrastructureFailure('text')).toBe(false);
    expect(isInfrastructureFailure(undefined)).toBe(false);
    const text = { zh: '', en: 'Connection terminated' };
    expect(isInfrastructureFailure(new Refusal('STALE_VERSION', text))).toBe(false);
  });
});

describe('the code of a failure', () => {
  it.each<[string, unknown]>([
    ['STALE_VERSION', new Refusal('STALE_VERSION', { zh: '', en: '' })],
    ['SQLSTATE_23505', error('23505')],
    ['SQLSTATE_23505', wrapped('23505')],
    ['TypeError', new TypeError('110101199003077758')],
    ['Error', error('a secret in the code')],
    ['UNKNOWN', 'a text'],
    ['UNKNOWN', null],
  ])('%s never quotes the message', (code, failure) => {
    expect(failureCode(failure)).toBe(code);
  });
});

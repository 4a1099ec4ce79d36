import { rule } from '@junxian/test-kit';
import { available, balance, checkProjectMoney, requireAvailable } from './account.rules';

const account = { carryIn: 100n, arrived: 500n, reallocated: 150n, arranged: 300n };

describe('an account', () => {
  rule('PA-FD-02', 'has available what came in, less what was passed on and arranged', () => {
    expect(available(account)).toBe(150n);
    expect(() => requireAvailable(account, 150n, 'f')).not.toThrow();
    expect(() => requireAvailable(account, 151n, 'f')).toThrow(
      expect.objectContaining({ code: 'OVER_LIMIT', field: 'f' }),
    );
  });

  rule('PA-FD-06', 'has for balance what came in, less what was passed on and spent', () => {
    expect(balance(account, 120n)).toBe(330n);
    expect(balance(account, 0n)).toBe(450n);
  });
});

describe('the money of a project', () => {
  const cases: [approved: bigint, arranged: bigint, spent: bigint, ok: boolean][] = [
    [100n, 100n, 100n, true],
    [100n, 0n, 0n, true],
    [100n, 101n, 0n, false],
    [100n, 49n, 50n, false],
  ];
  rule('PA-FD-05', 'is at most what was approved, and at least what was spent', () => {
    for (const [approved, arranged, spent, ok] of cases) {
      const check = () => checkProjectMoney({ approved, arranged, spent }, 'amount');
      if (ok) expect(check).not.toThrow();
      else expect(check).toThrow(expect.objectContaining({ code: 'OVER_LIMIT', field: 'amount' }));
    }
  });
});

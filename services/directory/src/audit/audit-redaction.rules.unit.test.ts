import { rule } from '@junxian/test-kit';
import { redact, redactText } from './audit-redaction.rules';

// Made-up numbers in the form of real ones.
const ID_NUMBER = '140202198001011234';
const MOBILE = '13900001234';

describe('what the audit log may hold', () => {
  rule('DI-AUD-02', 'passwords, ID numbers and phones never get through, by name or by form', () => {
    const cases: unknown[] = [
      { password: 'Abc!12345' },
      { newPassword: 'Abc!12345' },
      { deep: [{ passwordHash: '$argon2id$v=19$m=1' }] },
      { refreshToken: 'abc' },
      { oneTimePassword: 'x7Kq!2' },
      { idNumber: ID_NUMBER },
      { note: `身份证${ID_NUMBER}已核对` },
      { note: `ID ${ID_NUMBER.slice(0, 17)}x.` },
      { note: '140202800101123' },
      { mobile: MOBILE },
      { note: `电话${MOBILE}` },
      { note: '+86 139 0000 1234' },
      { note: '0352-2012345' },
      { note: '１３９００００１２３４' },
      { loginName: ID_NUMBER.slice(7) },
      { loginName: MOBILE },
      { [MOBILE]: 'as a name' },
      { phone: 13900001234 },
      { anything: 13900001234 },
      [`${ID_NUMBER}`],
    ];
    for (const value of cases) {
      const text = JSON.stringify(redact(value)).normalize('NFKC');
      expect(text).toContain('[hidden]');
      expect(text).not.toMatch(/\d{11}|Abc!|argon2|x7Kq|2012345|0000 1234|"abc"/);
    }
  });

  it('leaves what is public and what an auditor needs', () => {
    const value = {
      regionCode: '140215000000',
      naturalVillage: '14021510020001',
      organisationId: '01890a5d-ac96-774b-bcce-b302099a8057',
      oddId: '00000000-0000-7000-8000-013900001234',
      unifiedSocialCreditCode: '911402000000000018',
      loginName: 'yungang',
      roles: ['poverty-alleviation:OPERATOR'],
      validFrom: '2026-01-01',
      at: new Date('2026-01-01T00:00:00Z'),
      count: 3,
      flag: true,
      mustChangePassword: true,
      none: null,
    };
    expect(redact(value)).toEqual({ ...value, at: '2026-01-01T00:00:00.000Z' });
  });

  it('makes every text storable', () => {
    expect(redactText('a\u0000b\ud800')).toBe('ab\ufffd');
    expect(redact(undefined)).toBeNull();
    expect(redact({ a: undefined, n: 10n })).toEqual({ n: '10' });
  });
});

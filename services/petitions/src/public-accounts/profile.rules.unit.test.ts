import { isRefusal } from '@junxian/errors';
import { rule } from '@junxian/test-kit';
import { Faults } from '../texts.rules';
import { checkMobile, checkProfile, checkUnchanged, needsIdentityCheck } from './profile.rules';
import type { ProfileInput } from './public-account.types';
import { checkRegistration, type RegistrationInput } from './registration.rules';

const TODAY = '2026-03-02';
const isRegion = (code: string) => code === '370102001000';
const person: ProfileInput = {
  name: ' 张三 ',
  idType: 'RESIDENT_ID',
  idNumber: ' 37010219900307851x ',
  usualAddress: '解放路 1 号',
  mobile: '+86 138-0000-5678',
};
const form: RegistrationInput = {
  ...person,
  username: 'zhangsan',
  password: 'Correct-horse-7',
  anonymous: false,
  termsAccepted: true,
};
const captcha = { id: 'c', text: 'x' };

function faultsOf(check: (faults: Faults) => unknown): [string, string | undefined][] {
  const faults = new Faults();
  check(faults);
  return codesOf(() => faults.throwIfAny());
}
function codesOf(work: () => unknown): [string, string | undefined][] {
  try {
    work();
    return [];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const found = error.faults.length > 0 ? error.faults : [error];
    for (const { text } of found) {
      expect(text.zh).toMatch(/[\u4e00-\u9fff]/);
      expect(text.en).toMatch(/^[ -~]+$/);
    }
    return found.map(({ code, field }) => [code, field]);
  }
}
const profileFaults = (changes: ProfileInput, anonymous = false) =>
  faultsOf((faults) =>
    checkProfile({ ...person, ...changes }, { anonymous, today: TODAY, isRegion }, faults),
  );

describe('a profile', () => {
  it('is kept cleaned, with what a resident number says', () => {
    const faults = new Faults();
    expect(checkProfile(person, { anonymous: false, today: TODAY, isRegion }, faults)).toMatchObject({
      name: '张三',
      idNumber: '37010219900307851X',
      sex: 'MALE',
      birthDate: '1990-03-07',
      mobile: '13800005678',
    });
    faults.throwIfAny();
  });

  rule('PT-PUB-02', 'has at least one of three addresses', () => {
    const none = { householdAddress: ' ', usualAddress: null, mailingAddress: undefined };
    expect(profileFaults(none)).toEqual([['ADDRESS_REQUIRED', 'householdAddress']]);
    expect(profileFaults(none, true)).toEqual([['ADDRESS_REQUIRED', 'householdAddress']]);
    for (const field of ['householdAddress', 'usualAddress', 'mailingAddress'])
      expect(profileFaults({ ...none, [field]: '解放路 1 号' })).toEqual([]);
  });

  rule('PT-PUB-06', 'keeps nothing of an anonymous petitioner but mobile number and addresses', () => {
    const kept = checkProfile(
      {
        ...person,
        sex: 'MALE',
        phone: '0531-1234567',
        email: 'a@b.cn',
        employer: '某厂',
        birthDate: '1990-03-07',
      },
      { anonymous: true, today: TODAY, isRegion },
      new Faults(),
    );
    const left = Object.entries(kept).filter(([, value]) => value !== null);
    expect(Object.fromEntries(left)).toEqual({ usualAddress: '解放路 1 号', mobile: '13800005678' });
  });

  it.each<[string, ProfileInput, [string, string | undefined][]]>([
    ['no name', { name: ' ' }, [['FIELD_REQUIRED', 'name']]],
    ['a name beyond 100 characters', { name: '张'.repeat(101) }, [['TEXT_TOO_LONG', 'name']]],
    ['no ID type', { idType: null, sex: 'MALE' }, [['FIELD_REQUIRED', 'idType']]],
    ['no ID number', { idNumber: '', sex: 'MALE' }, [['FIELD_REQUIRED', 'idNumber']]],
    ['a wrong check character', { idNumber: '370102198001011234' }, [['INVALID_ID', 'idNumber']]],
    ['a sex the number denies', { sex: 'FEMALE' }, [['INVALID_INPUT', 'sex']]],
    ['a passport without a sex', { idType: 'PASSPORT', idNumber: 'E12345678' }, [['FIELD_REQUIRED', 'sex']]],
    [
      'a passport of signs',
      { idType: 'PASSPORT', idNumber: '<>!?', sex: 'MALE' },
      [['INVALID_ID', 'idNumber']],
    ],
    ['no mobile', { mobile: null }, [['FIELD_REQUIRED', 'mobile']]],
    ['a mobile of ten digits', { mobile: '1380000567' }, [['INVALID_PHONE', 'mobile']]],
    ['an unknown region', { usualRegionCode: '370102999999' }, [['INVALID_REGION_CODE', 'usualRegionCode']]],
    ['a day that never was', { birthDate: '1990-02-30' }, [['INVALID_INPUT', 'birthDate']]],
    ['tomorrow', { birthDate: '2026-03-03' }, [['INVALID_INPUT', 'birthDate']]],
    ['an e-mail without a host', { email: 'a@b' }, [['INVALID_INPUT', 'email']]],
    ['a postcode of five', { postcode: '25000' }, [['INVALID_INPUT', 'postcode']]],
    ['a phone of letters', { phone: 'abc' }, [['INVALID_INPUT', 'phone']]],
  ])('is refused with %s', (_what, changes, expected) => {
    expect(profileFaults(changes)).toEqual(expected);
  });

  it('never repeats what was typed in a refusal', () => {
    const faults = new Faults();
    const typed = { ...person, idNumber: '370102198001011234', mobile: '1380000567' };
    checkProfile(typed, { anonymous: false, today: TODAY, isRegion }, faults);
    const shown = (() => {
      try {
        return faults.throwIfAny();
      } catch (error) {
        return JSON.stringify(error);
      }
    })();
    expect(shown).not.toMatch(/370102198001011234|1380000567/);
  });
});

describe('a registration', () => {
  rule('PT-PUB-01', 'needs the terms accepted', () => {
    expect(
      codesOf(() =>
        checkRegistration({ ...form, termsAccepted: false }, captcha, { today: TODAY, isRegion }),
      ),
    ).toEqual([['TERMS_NOT_ACCEPTED', 'termsAccepted']]);
    expect(checkRegistration(form, captcha, { today: TODAY, isRegion }).username).toBe('zhangsan');
  });

  rule(['PT-PUB-01', 'PT-PUB-02'], 'is told everything that is wrong at once', () => {
    const empty: RegistrationInput = { anonymous: false, termsAccepted: false };
    expect(
      codesOf(() => checkRegistration(empty, null, { today: TODAY, isRegion })).map(([code]) => code),
    ).toEqual([
      'TERMS_NOT_ACCEPTED',
      'FIELD_REQUIRED',
      'FIELD_REQUIRED',
      'ADDRESS_REQUIRED',
      'FIELD_REQUIRED',
      'FIELD_REQUIRED',
      'FIELD_REQUIRED',
      'FIELD_REQUIRED',
      'FIELD_REQUIRED',
      'CAPTCHA_REQUIRED',
    ]);
  });

  it.each([
    ['13800005678', '13800005678'],
    ['+86 138 0000 5678', '13800005678'],
    ['0086-13800005678', '13800005678'],
  ])('takes the mobile number %s', (typed, kept) => {
    expect(checkMobile(typed)).toBe(kept);
  });
});

describe('the identity interface', () => {
  const table: [string, Parameters<typeof needsIdentityCheck>[0], boolean, boolean][] = [
    ['a resident of Shandong', { idType: 'RESIDENT_ID', idNumber: '37010219900307851X' }, false, true],
    ['the same, anonymous', { idType: 'RESIDENT_ID', idNumber: '37010219900307851X' }, true, false],
    ['a resident of Beijing', { idType: 'RESIDENT_ID', idNumber: '110101199003071233' }, false, false],
    ['a passport that begins alike', { idType: 'PASSPORT', idNumber: '37E123456' }, false, false],
    ['nobody', { idType: null, idNumber: null }, false, false],
  ];
  rule(
    ['PT-PUB-03', 'PT-PUB-04'],
    'is asked about named residents with the prefixes, and about nobody else',
    () => {
      for (const [who, facts, anonymous, asked] of table)
        expect([who, needsIdentityCheck(facts, anonymous, ['37'])]).toEqual([who, asked]);
      const beijing = { idType: 'RESIDENT_ID', idNumber: '110101199003071233' } as const;
      expect(needsIdentityCheck(beijing, false, ['37', '1101'])).toBe(true);
      expect(needsIdentityCheck(beijing, false, [])).toBe(false);
    },
  );
});

rule('PT-PUB-15', 'username, name, sex and ID type stay; the same value again is no change', () => {
  const stored = { username: 'zhangsan', name: '张三', sex: 'MALE', idType: 'PASSPORT' };
  expect(faultsOf((faults) => checkUnchanged(stored, {}, faults))).toEqual([]);
  expect(faultsOf((faults) => checkUnchanged(stored, { ...stored, name: ' 张三 ' }, faults))).toEqual([]);
  expect(
    faultsOf((faults) =>
      checkUnchanged(stored, { username: 'lisi', name: null, sex: 'FEMALE', idType: 'OTHER' }, faults),
    ),
  ).toEqual(['username', 'name', 'sex', 'idType'].map((field) => ['FIELD_IMMUTABLE', field]));
});

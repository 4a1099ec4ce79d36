import { rule } from '@junxian/test-kit';
import { idNumber } from '../testing/forms.support.test';
import {
  checkIdentityDocument,
  expandCitizenNumber,
  type IdentityDocument,
  identityKey,
  searchKeys,
} from './identity-documents.rules';

const today = '2017-11-20';
const valid = idNumber(7, '1985-03-04', 'FEMALE');

function check(document: Partial<IdentityDocument>) {
  const { key, faults } = checkIdentityDocument(
    { idType: 'RESIDENT_ID', idNumber: valid, birthDate: '1985-03-04', sex: 'FEMALE', ...document },
    'members[2]',
    today,
  );
  return key ?? faults.map(({ code, field }) => `${code} ${field}`);
}

rule(
  'PA-HH-07',
  'a resident ID of 18 characters with its check character, birth date and sex is taken',
  () => {
    expect(check({})).toEqual({ kind: 'citizen', value: valid });
    expect(check({ idNumber: ` ${valid.toLowerCase()} ` })).toEqual({ kind: 'citizen', value: valid });
  },
);

rule('PA-HH-07', 'a wrong check character, length or date is INVALID_ID, 15 digits included', () => {
  const wrongCheck = valid.slice(0, 17) + (valid[17] === '1' ? '2' : '1');
  for (const number of [
    wrongCheck,
    '130503670401001',
    valid.slice(0, 17),
    `${valid}1`,
    '',
    null,
    undefined,
  ]) {
    expect(check({ idNumber: number })).toEqual(['INVALID_ID members[2].idNumber']);
  }
  expect(check({ idNumber: idNumber(7, '1985-02-30', 'FEMALE') })).toEqual([
    'INVALID_ID members[2].idNumber',
  ]);
  expect(check({ idNumber: idNumber(7, '2017-11-21', 'FEMALE') })).toEqual([
    'INVALID_ID members[2].idNumber',
  ]);
});

rule('PA-HH-07', 'birth date and sex must match the number; both faults are told', () => {
  expect(check({ birthDate: '1985-03-05' })).toEqual(['INVALID_ID members[2].birthDate']);
  expect(check({ sex: 'MALE' })).toEqual(['INVALID_ID members[2].sex']);
  expect(check({ sex: 'UNSPECIFIED', birthDate: '1985-03-05' })).toEqual([
    'INVALID_ID members[2].birthDate',
    'INVALID_ID members[2].sex',
  ]);
});

rule(
  'PA-HH-07',
  'a disability card has 20 or 22 characters and begins with a valid ID, whose checks it takes on',
  () => {
    const card = (suffix: string) => check({ idType: 'DISABILITY_CARD', idNumber: valid + suffix });
    expect(card('43')).toEqual({ kind: 'citizen', value: valid });
    expect(card('43B1')).toEqual({ kind: 'citizen', value: valid });
    expect(card('43b1')).toEqual({ kind: 'citizen', value: valid });
    for (const suffix of ['', '4', '43B', '43B12', 'XX', '43C1']) {
      expect(card(suffix)).toEqual(['INVALID_ID members[2].idNumber']);
    }
    const invalid = `${valid.slice(0, 17)}${valid[17] === '1' ? '2' : '1'}43`;
    expect(check({ idType: 'DISABILITY_CARD', idNumber: invalid })).toEqual([
      'INVALID_ID members[2].idNumber',
    ]);
    expect(check({ idType: 'DISABILITY_CARD', idNumber: `${valid}43`, sex: 'MALE' })).toEqual([
      'INVALID_ID members[2].sex',
    ]);
  },
);

it('takes an officer card as it is, and nobody without a document', () => {
  expect(check({ idType: 'OFFICER_CARD', idNumber: '军字第a1234' })).toEqual({
    kind: 'officer-card',
    value: '军字第A1234',
  });
  expect(check({ idType: 'OFFICER_CARD', idNumber: '1' })).toEqual(['INVALID_ID members[2].idNumber']);
  expect(check({ idType: 'NONE', idNumber: null })).toEqual(['INVALID_ID members[2].idNumber']);
});

it('no refusal repeats the number', () => {
  const { faults } = checkIdentityDocument(
    { idType: 'RESIDENT_ID', idNumber: '110101199003070000', birthDate: '1990-03-07', sex: 'MALE' },
    'members[0]',
    today,
  );
  expect(JSON.stringify(faults)).not.toContain('110101');
});

it('a search finds a citizen by the ID or the disability card, an officer by the card', () => {
  expect(searchKeys(`${valid.toLowerCase()}43`)).toContainEqual({ kind: 'citizen', value: valid });
  expect(searchKeys('军字第a1234')).toContainEqual({ kind: 'officer-card', value: '军字第A1234' });
});

rule(
  'PA-DU-01',
  'a number of 15 digits is the person of its 18: century and check character are added',
  () => {
    // The example of GB 11643: 11010519491231002X; its first generation had neither 19 nor X.
    expect(expandCitizenNumber('110105491231002')).toBe('11010519491231002X');
    expect(identityKey('RESIDENT_ID', ' 110105491231002 ')).toEqual(
      identityKey('RESIDENT_ID', '11010519491231002x'),
    );
    // Sequence numbers from 996 on belonged to centenarians.
    expect(expandCitizenNumber('110105991231996').slice(6, 10)).toBe('1899');
    expect(expandCitizenNumber('11010519491231002X')).toBe('11010519491231002X');
    expect(identityKey('OFFICER_CARD', '110105491231002').value).toBe('110105491231002');
  },
);

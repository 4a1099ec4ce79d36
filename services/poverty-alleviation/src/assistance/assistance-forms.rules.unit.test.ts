import { FormFaults } from '../households/form-faults.rules';
import { idNumber } from '../testing/forms.support.test';
import {
  checkPerson,
  checkUnit,
  isCreditCode,
  type PersonForm,
  type UnitForm,
} from './assistance-forms.rules';

const PERSON: PersonForm = {
  name: '示例甲',
  sex: 'MALE',
  idType: 'RESIDENT_ID',
  idNumber: idNumber(1),
  phone: '13900001111',
};
const UNIT: UnitForm = { name: '示例县教育局', contact: '示例乙', phone: '0352-6100000' };

const personFaults = (changes: PersonForm, path = '') => {
  const faults = new FormFaults();
  const key = checkPerson({ ...PERSON, ...changes }, path, '2017-11-20', faults);
  return { key, faults: faults.list.map(({ code, field }) => `${code} ${field}`) };
};

it('a person in order is told by the number', () => {
  expect(personFaults({})).toEqual({ key: { kind: 'citizen', value: idNumber(1) }, faults: [] });
  expect(personFaults({ idType: 'OFFICER_CARD', idNumber: '军字第123456号' }).faults).toEqual([]);
});

it.each<[PersonForm, string[]]>([
  [{ name: ' ' }, ['FIELD_REQUIRED name']],
  [{ name: '<b>' }, ['INVALID_INPUT name']],
  [{ phone: null }, ['FIELD_REQUIRED phone']],
  [{ phone: '12' }, ['INVALID_INPUT phone']],
  [{ idNumber: null }, ['FIELD_REQUIRED idNumber']],
  [{ idNumber: idNumber(1).slice(0, 17) }, ['INVALID_ID idNumber']],
  [{ sex: 'FEMALE' }, ['INVALID_ID sex']],
  [{ idType: 'NONE', idNumber: null }, ['INVALID_INPUT idType']],
  [{ idType: null }, ['FIELD_REQUIRED idType']],
  [{ position: ' ' }, ['INVALID_INPUT position']],
  [
    { name: '', phone: '1', idNumber: 'x' },
    ['FIELD_REQUIRED name', 'INVALID_INPUT phone', 'INVALID_ID idNumber'],
  ],
])('a person with %j is refused', (changes, faults) => {
  expect(personFaults(changes).faults).toEqual(faults);
  expect(personFaults(changes, 'members[2].').faults).toEqual(
    faults.map((fault) => fault.replace(' ', ' members[2].')),
  );
});

it.each<[Partial<UnitForm>, string[]]>([
  [{}, []],
  [{ creditCode: '91350100M000100Y43' }, []],
  [{ creditCode: '91350100M000100Y44' }, ['INVALID_INPUT creditCode']],
  [
    { name: '', contact: ' ', phone: null },
    ['FIELD_REQUIRED name', 'FIELD_REQUIRED contact', 'FIELD_REQUIRED phone'],
  ],
  [{ name: '甲'.repeat(101), address: '' }, ['INVALID_INPUT name', 'INVALID_INPUT address']],
  [{ phone: 'none' }, ['INVALID_INPUT phone']],
])('a unit with %j is refused: %j', (changes, expected) => {
  const faults = new FormFaults();
  checkUnit({ ...UNIT, ...changes }, faults);
  expect(faults.list.map(({ code, field }) => `${code} ${field}`)).toEqual(expected);
});

it('knows credit codes by their check character', () => {
  expect(isCreditCode('91350100M000100Y43')).toBe(true);
  for (const wrong of ['', '91350100M000100Y4', '91350100M000100Y34', '9135O100M000100Y43'])
    expect(isCreditCode(wrong)).toBe(false);
});

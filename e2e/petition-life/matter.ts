import { citizenNumber, places } from '../support/demo';

/** The citizen whose petition it is. */
export const PERSON = { name: '示例信访甲', address: '示例西坪镇平安街 1 号', mobile: '13900000061' };
export const NUMBER = citizenNumber(61, '19800101', '370102');

/** What the citizen submits, and how officers classify it. */
export const PETITION = {
  title: '示例拖欠工资一事',
  problemRegionCode: places.village,
  problemAddress: '示例西坪村工地三号楼',
  content: '示例内容：工地拖欠三个月工资，请予处理。',
};
export const DATA = { purpose: 'SEEK_SOLUTION', contentCategory: 'LABOUR.WAGES.ARREARS' };
export const PDF = Buffer.from('%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n');

/** The letter that comes before it, by a sender of the same name and address. */
export const LETTER = { title: '示例来信一件', content: '示例来信内容一份。' };

/** What a registrar types of such a letter. */
export const letterOf = (petitionDate: string) => ({
  data: {
    ...DATA,
    ...LETTER,
    problemRegionCode: places.village,
    purpose: 'SUGGESTION',
    contentCategory: 'LABOUR.WAGES.OVERTIME',
  },
  petitioner: { name: PERSON.name, householdAddress: PERSON.address },
  petitionDate,
  duplicates: { kind: 'NEITHER' },
});

import { Refusal } from '@junxian/errors';

/** What must not stand in a published text (PT-PBL-02). */
export type PersonalDataKind = 'NAME' | 'ADDRESS' | 'ID_NUMBER' | 'PHONE' | 'EMAIL';

/** What is known of the people of an item: petitioner, co-visitors, the person complained of. */
export interface KnownPersonalData {
  names: readonly string[];
  addresses: readonly string[];
  idNumbers: readonly string[];
  phones: readonly string[];
}

/** Something found: characters `from` (counted from 0) up to, not including, `to`. */
export interface FoundPersonalData {
  kind: PersonalDataKind;
  from: number;
  to: number;
}

/**
 * Finds the personal data in a text: known names, addresses (also without province, city and county) and numbers, and
 * whatever looks like an ID number, a phone number or a mail address. Blanks, dashes, dots, invisible characters and full-width
 * digits do not hide them. Takes the text and what is known; returns what was found, in order.
 */
export function findPersonalData(text: string, known: KnownPersonalData): FoundPersonalData[] {
  const plain = plainOf(text);
  const found: FoundPersonalData[] = [];
  const add = (kind: PersonalDataKind, from: number, length: number) =>
    found.push({ kind, from: plain.places[from]!, to: plain.places[from + length - 1]! + 1 });
  const search = (kind: PersonalDataKind, values: readonly string[], shortest: number) => {
    for (const value of new Set(values.map((one) => plainOf(one).text))) {
      if (value.length < shortest) continue;
      for (let at = plain.text.indexOf(value); at >= 0; at = plain.text.indexOf(value, at + value.length))
        add(kind, at, value.length);
    }
  };
  search('NAME', known.names, 2);
  search('ADDRESS', known.addresses.flatMap(addressForms), 3);
  search('ID_NUMBER', known.idNumbers, 5);
  search('PHONE', known.phones, 7);
  for (const [kind, pattern] of PATTERNS)
    for (const match of plain.text.matchAll(pattern)) add(kind, match.index, match[0].length);
  return withoutOverlaps(found);
}

/** Numbers of 18 or 15 digits and of 11 digits, whosever they are, and mail addresses. */
const PATTERNS: readonly (readonly [PersonalDataKind, RegExp])[] = [
  ['ID_NUMBER', /(?<!\d)\d{17}[\dX]/g],
  ['ID_NUMBER', /(?<!\d)\d{15}(?!\d)/g],
  ['PHONE', /(?<!\d)\d{11}(?!\d)/g],
  ['PHONE', /(?<!\d)0\d{9}(?!\d)/g],
  ['EMAIL', /[A-Z0-9_%+]+@[A-Z0-9]+(?:\.[A-Z]{2,})*/g],
];

/** Province, city, county and township at the head of an address: as such they identify nobody. */
const REGION_PREFIX =
  /^(?:[^省市区县]{2,8}(?:省|自治区|特别行政区))?(?:[^省市区县]{1,8}(?:市|自治州|地区|盟))?(?:[^省市区县小社]{1,8}(?:区|县|旗|市))?(?:[^省市区县镇乡路街]{1,8}(?:镇|乡|街道))?/;

/** An address as people write it: in full, and without its regions. */
function addressForms(address: string): string[] {
  const full = plainOf(address).text;
  const detail = full.replace(REGION_PREFIX, '');
  // `3号楼` alone stands in every second text.
  const telling = detail.replace(/[\d号楼单元室层栋幢]/g, '');
  return telling.length >= 2 ? [full, detail] : [full];
}

/** Characters that are no part of a name, address or number, and so cannot hide one. */
const IGNORED = /[\s\p{Cf}\p{Pd}·•・．_]/u;

/** A text as it is searched, and for each of its characters the place in the text as written. */
function plainOf(text: string): { text: string; places: number[] } {
  let plain = '';
  const places: number[] = [];
  let place = 0;
  const characters = [...text];
  for (const character of characters) {
    const splitsDigits =
      character === '.' && /\d/.test(plain.at(-1) ?? '') && /\d/.test(characters[place + 1] ?? '');
    if (!splitsDigits && !IGNORED.test(character)) {
      for (const unit of character.normalize('NFKC').toUpperCase()) {
        plain += unit;
        for (let index = 0; index < unit.length; index += 1) places.push(place);
      }
    }
    place += 1;
  }
  return { text: plain, places };
}

function withoutOverlaps(found: readonly FoundPersonalData[]): FoundPersonalData[] {
  const sorted = [...found].sort((a, b) => a.from - b.from || b.to - a.to);
  return sorted.filter(
    (one, index) => !sorted.slice(0, index).some(({ from, to }) => from <= one.from && one.to <= to),
  );
}

const KIND_TEXTS: Readonly<Record<PersonalDataKind, { zh: string; en: string }>> = {
  NAME: { zh: '姓名', en: 'a name' },
  ADDRESS: { zh: '住址', en: 'an address' },
  ID_NUMBER: { zh: '证件号码', en: 'an ID number' },
  PHONE: { zh: '电话号码', en: 'a phone number' },
  EMAIL: { zh: '电子邮箱', en: 'a mail address' },
};

/**
 * Checks the fields of a text that is to be published. Throws PERSONAL_DATA_IN_TEXT, one fault for each place, saying
 * which kind stands where, never what it is. Rule: PT-PBL-02.
 */
export function checkNoPersonalData(
  fields: Readonly<Record<string, string>>,
  known: KnownPersonalData,
): void {
  const faults = Object.entries(fields).flatMap(([field, text]) =>
    findPersonalData(text, known).map((found) => inText(field, found)),
  );
  if (faults.length > 0) throw Refusal.many(faults);
}

const inText = (field: string, { kind, from, to }: FoundPersonalData) =>
  new Refusal(
    'PERSONAL_DATA_IN_TEXT',
    {
      zh: `第 ${from + 1} 至 ${to} 字含有${KIND_TEXTS[kind].zh}，公开前请删除或改为概括表述`,
      en: `Characters ${from + 1} to ${to} hold ${KIND_TEXTS[kind].en}; remove or paraphrase it before publishing`,
    },
    { field, details: { kind, from: from + 1, to } },
  );

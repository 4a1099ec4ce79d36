import { type Bilingual, Refusal, refuse } from '@junxian/errors';
import {
  fromTenThousandths,
  isTenThousands,
  MAX_TEN_THOUSANDTHS,
  toTenThousandths,
} from '../funds/ten-thousands.rules';
import { fromHundredths, isDecimal, toHundredths } from '../households/income.rules';
import { PROJECT_SUBTYPE, PROJECT_TYPE, type ProjectSubtype, type ProjectType } from '../project-code-lists';

/** What a field of a form holds. */
type FieldKind = 'TEXT' | 'COUNT' | 'QUANTITY' | 'PERCENT' | 'YUAN' | 'TEN_THOUSAND_YUAN';

/** One field of a form that only one type of project has. */
export interface FormField {
  /** What the form calls it. */
  label: string;
  kind: FieldKind;
  /** Whether it must be filled in: of the details at the approval, of the results at the acceptance. */
  required: boolean;
}

/** The fields of one type's form, by name. */
export type Form = Readonly<Record<string, FormField>>;

const field = (label: string, kind: FieldKind, required = false): FormField => ({ label, kind, required });

/**
 * The forms of the five types (PA-PJ-01): `details` are what is planned, entered in the library, confirmed by the
 * approval and changed by adjustments; `results` are what reports of implementation say. All that the five types
 * have in common stands in the entry, the adjustment and the report themselves.
 */
export const PROJECT_FORMS: Readonly<Record<ProjectType, { key: string; details: Form; results: Form }>> = {
  EDUCATION_TRAINING: {
    key: 'educationTraining',
    details: {
      trainingKind: field('培训类别', 'TEXT', true),
      hours: field('培训学时', 'COUNT'),
      subsidyPerPerson: field('人均补助', 'YUAN', true),
    },
    results: {
      trainedPersons: field('已培训（补助）人数', 'COUNT', true),
      completedHours: field('已完成学时', 'COUNT'),
    },
  },
  RELOCATION: {
    key: 'relocation',
    details: {
      housingArea: field('建房面积', 'QUANTITY', true),
      plannedRelocatedHouseholds: field('计划搬迁户数', 'COUNT', true),
      plannedRelocatedPersons: field('计划搬迁人数', 'COUNT', true),
    },
    results: {
      builtArea: field('已建成面积', 'QUANTITY', true),
      movedHouseholds: field('已搬迁户数', 'COUNT', true),
      movedPersons: field('已搬迁人数', 'COUNT', true),
    },
  },
  FINANCE: {
    key: 'finance',
    details: {
      bank: field('承办金融机构', 'TEXT', true),
      loanAmount: field('贷款（投保）金额', 'TEN_THOUSAND_YUAN', true),
      rate: field('利率', 'PERCENT', true),
      discount: field('贴息比例', 'PERCENT'),
      term: field('期限', 'COUNT', true),
    },
    results: {
      issuedAmount: field('已发放（承保）金额', 'TEN_THOUSAND_YUAN', true),
      servedHouseholds: field('已贷款（投保）户数', 'COUNT', true),
    },
  },
  INDUSTRY: {
    key: 'industry',
    details: {
      scale: field('建设规模', 'QUANTITY', true),
      unit: field('规模单位', 'TEXT', true),
      cooperative: field('带动的合作社或企业', 'TEXT'),
      benefitModel: field('利益联结方式', 'TEXT', true),
    },
    results: {
      completedScale: field('已完成规模', 'QUANTITY', true),
      drivenHouseholds: field('已带动户数', 'COUNT', true),
    },
  },
  INFRASTRUCTURE: {
    key: 'infrastructure',
    details: {
      quantity: field('工程量', 'QUANTITY', true),
      unit: field('工程量单位', 'TEXT', true),
    },
    results: {
      completedQuantity: field('已完成工程量', 'QUANTITY', true),
      servedPersons: field('已受益人数', 'COUNT'),
    },
  },
};

/** The two forms a type has of its own. */
export type FormPart = 'details' | 'results';

/** Values of a type's form as they are stored: numbers of things as numbers, everything else as text. */
export type FormValues = Readonly<Record<string, string | number>>;

/** Values of a form with the type they belong to, as resolvers pass them on. */
export interface TypedForm {
  type: ProjectType;
  values: FormValues;
}

/** What comes in: one form per type, of which only that of the project's type may be filled in. */
export type FormsInput = object;

/**
 * Reads the form of a project's type out of an input (PA-PJ-01). Returns the values that are filled in, decimals
 * as they are stored; what is left out or null is not there. Faults go into `faults`: a form of another type,
 * and each value that is none of its kind, by its path below `path`.
 */
export function readForm(
  type: ProjectType,
  part: FormPart,
  input: FormsInput | null | undefined,
  path: string,
  faults: Refusal[],
): FormValues {
  const given = Object.entries(input ?? {}).filter(([, form]) => form != null) as [string, object][];
  const { key, [part]: form } = PROJECT_FORMS[type];
  for (const [other] of given.filter(([name]) => name !== key)) {
    faults.push(refuse.invalid(`${path}.${other}`, otherType(type)));
  }
  const own = given.find(([name]) => name === key)?.[1] ?? {};
  const values: Record<string, string | number> = {};
  for (const [name, { kind }] of Object.entries(form)) {
    const value = (own as Record<string, unknown>)[name];
    if (value === undefined || value === null) continue;
    const stored = KINDS[kind].read(value);
    if (stored === null) faults.push(refuse.invalid(`${path}.${key}.${name}`, KINDS[kind].text));
    else values[name] = stored;
  }
  return values;
}

/** FIELD_REQUIRED for each required field of a type's form that has no value. */
export function missingFields(
  type: ProjectType,
  part: FormPart,
  values: FormValues,
  path: string,
): Refusal[] {
  const { key, [part]: form } = PROJECT_FORMS[type];
  return Object.entries(form)
    .filter(([name, { required }]) => required && values[name] === undefined)
    .map(([name, { label }]) => notFilledIn(`${path}.${key}.${name}`, label));
}

/** Whether a subtype belongs to a type (C30): its code begins with the type's. */
export function isSubtypeOf(subtype: ProjectSubtype, type: ProjectType): boolean {
  return PROJECT_SUBTYPE.code(subtype).startsWith(PROJECT_TYPE.code(type));
}

interface Kind {
  /** The value as it is stored, or null when it is none of this kind. */
  read(value: unknown): string | number | null;
  text: Bilingual;
}

const MAX_COUNT = 99_999_999;

/** Texts of 1 to 200 characters, without blanks around them. */
function readText(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  return text !== '' && [...text].length <= 200 ? text : null;
}

/** Decimals from 0 to `max`, with two decimals at most. */
const decimals = (max: bigint) => (value: unknown) =>
  typeof value === 'string' && isDecimal(value) && toHundredths(value) >= 0n && toHundredths(value) <= max
    ? fromHundredths(toHundredths(value))
    : null;

const AMOUNT: Bilingual = {
  zh: '请填写 0 至 99999999.99 之间、最多两位小数的数字，例如 1250.50',
  en: 'Enter a number from 0 to 99999999.99 with at most two decimals, for example 1250.50',
};

const KINDS: Readonly<Record<FieldKind, Kind>> = {
  TEXT: { read: readText, text: { zh: '请填写 1 至 200 个字', en: 'Enter 1 to 200 characters' } },
  COUNT: {
    read: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_COUNT ? value : null,
    text: { zh: '请填写 0 至 99999999 之间的整数', en: 'Enter a whole number from 0 to 99999999' },
  },
  QUANTITY: { read: decimals(99_999_999_99n), text: AMOUNT },
  YUAN: { read: decimals(99_999_999_99n), text: AMOUNT },
  PERCENT: {
    read: decimals(100_00n),
    text: {
      zh: '请填写 0 至 100 之间、最多两位小数的百分数，例如 4.35',
      en: 'Enter a percentage from 0 to 100 with at most two decimals, for example 4.35',
    },
  },
  TEN_THOUSAND_YUAN: {
    read: (value) =>
      typeof value === 'string' && isTenThousands(value) && toTenThousandths(value) <= MAX_TEN_THOUSANDTHS
        ? fromTenThousandths(toTenThousandths(value))
        : null,
    text: {
      zh: '请填写 0 至 99999999.9999 之间、最多四位小数的数字（万元），例如 12.5',
      en: 'Enter an amount in ten thousand yuan from 0 to 99999999.9999 with at most four decimals, for example 12.5',
    },
  },
};

function notFilledIn(path: string, label: string): Refusal {
  return new Refusal('FIELD_REQUIRED', { zh: `请填写${label}`, en: 'Fill in this field' }, { field: path });
}

function otherType(type: ProjectType): Bilingual {
  return {
    zh: `该项目为${PROJECT_TYPE.label(type)}项目，只填写这一类项目的内容`,
    en: `This project is of the type ${type}; fill in the form of that type only`,
  };
}

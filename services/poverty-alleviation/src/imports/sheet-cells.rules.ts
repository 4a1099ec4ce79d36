import { isCalendarDate } from '@junxian/calendar';
import type { Bilingual } from '@junxian/errors';
import { type CodeList, ID_DOCUMENT_TYPE, type IdDocumentType } from '../code-lists';
import { isDecimal } from '../households/income.rules';

/** How the text of a cell becomes a value; an empty cell is never asked. */
export interface CellKind<Value> {
  /** The value, or what is wrong with the text. */
  read(text: string): { value: Value } | { fault: Bilingual };
  /** The only texts there may be, when they are few. */
  choices?: readonly string[];
  /** How to fill the cell in, for the template. */
  hint?: string;
}

const YES = '是';
const NO = '否';
/** Between the choices of a cell that takes several. */
const SEPARATOR = /[、,，;；]/;

export const textCell: CellKind<string> = { read: (text) => ({ value: text }) };

export const flagCell: CellKind<boolean> = { choices: [YES, NO], read: (text) => ({ value: text === YES }) };

export const decimalCell: CellKind<string> = {
  hint: '数字，最多两位小数',
  read: (text) =>
    isDecimal(text)
      ? { value: text }
      : { fault: { zh: '应为数字，最多两位小数', en: 'is a number with at most two decimals' } },
};

export const wholeCell: CellKind<number> = {
  hint: '整数',
  read: (text) =>
    /^\d{1,9}$/.test(text) ? { value: Number(text) } : { fault: { zh: '应为整数', en: 'is a whole number' } },
};

export const dateCell: CellKind<string> = {
  hint: '日期，格式为 YYYY-MM-DD',
  read: (text) => {
    const date = /^\d{8}$/.test(text)
      ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`
      : text.replace(/^(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?$/, (_, year, month, day) =>
          [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-'),
        );
    return isCalendarDate(date)
      ? { value: date }
      : { fault: { zh: '应为日期，格式为 YYYY-MM-DD', en: 'is a date written YYYY-MM-DD' } };
  },
};

/** One value of an official list, by its Chinese label; of those named, where the form does not take all. */
export function codeCell<Name extends string>(
  list: CodeList<Name>,
  names: readonly Name[] = list.names,
): CellKind<Name> {
  // The reader of the sheet has refused any text that is not one of the choices.
  return {
    choices: names.map((name) => list.label(name)),
    read: (text) => ({ value: list.byLabel(text)! }),
  };
}

/** Several values of an official list, separated by 、 */
export function codesCell<Name extends string>(list: CodeList<Name>): CellKind<Name[]> {
  const labels = list.names.map((name) => list.label(name));
  return {
    hint: `可填多项，以“、”分隔：${labels.join('、')}`,
    read: (text) => {
      const names = text
        .split(SEPARATOR)
        .map((part) => part.trim())
        .filter((part) => part !== '')
        .map((part) => list.byLabel(part));
      return names.includes(null)
        ? {
            fault: {
              zh: `只能填写：${labels.join('、')}，多项以“、”分隔`,
              en: `takes, separated by 、: ${labels.join(', ')}`,
            },
          }
        : { value: names as Name[] };
    },
  };
}

/** The type of a person's document; who has none is entered as a supplement, which no import is. */
export const documentTypeCell: CellKind<IdDocumentType> = codeCell(
  ID_DOCUMENT_TYPE,
  ID_DOCUMENT_TYPE.names.filter((name) => name !== 'NONE'),
);

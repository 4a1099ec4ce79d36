import type { SheetFault } from '@junxian/documents';
import { type Bilingual, faultsOf, Refusal } from '@junxian/errors';
import type { IdentificationInput, MemberInput } from '../households/identification.input';
import { checkIdentification, type IdentificationFacts } from '../households/identification.rules';
import type { IdentityKey } from '../households/identity-documents.rules';
import { checkHead } from '../households/member-form.rules';
import { hasHouseholdCells, type SheetMember, titleOf } from './household-sheet.rules';

/** The rows of one household, which stand together in the sheet. */
export interface SheetHousehold {
  label: string;
  villageCode: string;
  rows: readonly SheetMember[];
}

/** What came of the check of a household. */
export type Checked<Result> = { result: Result } | { faults: SheetFault[] };

/** A new household, as the identification form has it, with the key of each member's document. */
export interface CheckedForm {
  form: IdentificationInput;
  keys: IdentityKey[];
}

/** The row of the head, or the first one while there is none: what belongs to the household is read from it. */
export function headRow({ rows }: SheetHousehold): SheetMember {
  return rows.find(({ member }) => member.relationToHead === 'HEAD') ?? rows[0]!;
}

/** Faults of the rows among themselves: one village, and contents of the household in the head's row only. */
export function checkTogether(group: SheetHousehold): SheetFault[] {
  const head = headRow(group);
  return group.rows.flatMap((row) => [
    ...(row.villageCode === group.villageCode
      ? []
      : [
          fault(row, titleOf('place', 'villageCode'), 'INVALID_INPUT', {
            zh: '同一户各行的行政村代码应相同',
            en: 'is the same in all rows of a household',
          }),
        ]),
    ...(row === head || !hasHouseholdCells(row)
      ? []
      : [
          fault(row, null, 'INVALID_INPUT', {
            zh: '户的内容只在户主行填写，请移到户主行',
            en: "What belongs to the household stands in the head's row only; move it there",
          }),
        ]),
  ]);
}

/** What a new household must have in its head's row besides what the form asks of everybody. */
const NEEDED_OF_NEW = ['householdAttribute', 'identificationStandard', 'mainCause'] as const;

/**
 * Checks a household that is not in the store as the identification form is checked (PA-NI-01, PA-NI-02, PA-HH-06,
 * PA-HH-07). Returns the form, or every fault with its row and column.
 */
export function checkNewHousehold(group: SheetHousehold, facts: IdentificationFacts): Checked<CheckedForm> {
  const faults = checkTogether(group);
  const headFault = checkHead(group.rows.map(({ member }) => member as MemberInput));
  // Without a head nobody can say whose row lacks what.
  if (headFault !== null) return { faults: [...faults, placed(headFault, group)] };
  const head = headRow(group);
  for (const field of NEEDED_OF_NEW) {
    if (head.basic[field] !== undefined) continue;
    faults.push(
      fault(head, titleOf('basic', field), 'FIELD_REQUIRED', {
        zh: '新建档户的户主行必填，请填写',
        en: "is required in the head's row of a new household; fill it in",
      }),
    );
  }
  if (faults.length > 0) return { faults };
  return checkForm(group, formOf(group), facts);
}

/** Checks a form that rows of a sheet make up; its faults are told by row and column. */
export function checkForm(
  group: SheetHousehold,
  form: IdentificationInput,
  facts: IdentificationFacts,
): Checked<CheckedForm> {
  try {
    return { result: { form, keys: checkIdentification(form, facts) } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { faults: faultsOf(error).map((one) => placed(one, group)) };
  }
}

function formOf(group: SheetHousehold): IdentificationInput {
  const { basic, productionAndLiving, incomeAndHealth, relocation } = headRow(group);
  return {
    villageCode: group.villageCode,
    basic: { isMilitaryMartyrFamily: false, ...basic } as IdentificationInput['basic'],
    productionAndLiving,
    incomeAndHealth,
    relocation: { isRelocationHousehold: false, ...relocation },
    // The required columns are filled in every row that gets here.
    members: group.rows.map(({ member }) => member as MemberInput),
  };
}

const MEMBER_PATH = /^members\[(\d+)\](?:\.(\w+))?/;
const TAB_PATH = /^(basic|productionAndLiving|incomeAndHealth|relocation)\.(\w+)/;

/** Finds the row and the column of a fault by the path that the check of the form names. */
function placed(
  one: Pick<Refusal['faults'][number], 'code' | 'field' | 'text'>,
  group: SheetHousehold,
): SheetFault {
  const path = one.field ?? '';
  const member = MEMBER_PATH.exec(path);
  if (member) {
    const row = group.rows[Number(member[1])] ?? headRow(group);
    return fault(row, member[2] ? titleOf('member', member[2]) : null, one.code, one.text);
  }
  const tab = TAB_PATH.exec(path);
  if (tab) {
    const column = titleOf(tab[1] as 'basic', tab[2]!);
    return fault(headRow(group), column, one.code, one.text);
  }
  const column = path === 'villageCode' ? titleOf('place', 'villageCode') : null;
  return fault(headRow(group), column, one.code, one.text);
}

/** A fault of one row. */
export function fault(
  { rowNumber }: SheetMember,
  column: string | null,
  code: string,
  text: Bilingual,
): SheetFault {
  return { rowNumber, column, code, text };
}

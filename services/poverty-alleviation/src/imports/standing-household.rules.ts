import type { SheetFault } from '@junxian/documents';
import type { Bilingual } from '@junxian/errors';
import type { MemberView, YearRecordView } from '../households/household-views.types';
import type { IdentificationInput, MemberInput } from '../households/identification.input';
import type { IdentificationFacts } from '../households/identification.rules';
import { changedCells, differs } from './cell-comparison.rules';
import {
  type Checked,
  checkForm,
  checkTogether,
  fault,
  headRow,
  type SheetHousehold,
} from './household-group.rules';
import { type SheetMember, titleOf } from './household-sheet.rules';

/** A household of the store that rows of a sheet speak of, its sealed values opened for comparison. */
export interface StandingHousehold {
  record: YearRecordView;
  phone: string | null;
  bankAccount: string | null;
  /** The active members. */
  members: readonly StandingMember[];
}

export interface StandingMember extends MemberView {
  phone: string | null;
}

/** What rows of a sheet change of a household; nothing where they say what is stored already. */
export interface HouseholdChange {
  /** Changed fields of the tabs, as the form names them. */
  tabs: Pick<Partial<IdentificationInput>, never> & {
    basic: Partial<IdentificationInput['basic']>;
    productionAndLiving: Partial<IdentificationInput['productionAndLiving']>;
    incomeAndHealth: Partial<IdentificationInput['incomeAndHealth']>;
    relocation: Partial<IdentificationInput['relocation']>;
  };
  members: { member: StandingMember; changes: Partial<MemberInput> }[];
}

/** What only the back office changes (PA-YR-04), and what population changes have pages of their own for. */
const LOCKED_OF_MEMBER = ['name', 'idType', 'relationToHead'] as const;
/** What the back office (PA-YR-04) and dynamic management (PA-YR-05, PA-KT-01) change and tell of. */
const LOCKED_OF_HOUSEHOLD = ['householdAttribute', 'identificationStandard', 'isKeyTarget'] as const;

/** Where a field is changed that an import may not change; by the back office unless named here. */
const CHANGED_BY: Readonly<Record<string, Bilingual>> = {
  isKeyTarget: {
    zh: '需要标记或取消的在动态管理“重点帮扶对象”办理',
    en: 'marks are set and taken back in dynamic management, key assistance targets',
  },
  relationToHead: {
    zh: '确需更改的在该成员的基础信息维护页面修改',
    en: 'relations are changed on the page of the member',
  },
};
const BACK_OFFICE: Bilingual = {
  zh: '确需更正的由省级管理员在后台办理',
  en: 'corrections are made in the back office',
};

/**
 * Compares rows with the household they speak of. Takes the rows, the household and the blind index of each row's
 * document number, in order. Returns what changes, or the faults: a person who does not belong to the household, a
 * locked field with another value (FIELD_LOCKED, PA-YR-04, PA-YR-05), and, where anything changes, rows without the head's
 * (HEAD_REQUIRED) and all that the form refuses of the result.
 */
export function compareHousehold(
  group: SheetHousehold,
  standing: StandingHousehold,
  indexes: readonly string[],
  facts: IdentificationFacts,
): Checked<HouseholdChange> {
  const faults = checkTogether(group);
  const head = headRow(group);
  if (group.villageCode !== standing.record.regionCode) {
    faults.push(locked(head, 'place', 'villageCode'));
  }
  for (const field of LOCKED_OF_HOUSEHOLD) {
    if (differs(head.basic[field], standing.record.basic[field])) faults.push(locked(head, 'basic', field));
  }
  const byIndex = new Map(standing.members.map((member) => [member.idNumberIndex, member]));
  const pairs: Pair[] = [];
  for (const [place, row] of group.rows.entries()) {
    const member = byIndex.get(indexes[place]!);
    if (member) pairs.push({ row, member });
    else faults.push(stranger(row));
  }
  for (const { row, member } of pairs) {
    for (const field of LOCKED_OF_MEMBER) {
      if (differs(row.member[field], member[field])) faults.push(locked(row, 'member', field));
    }
  }
  if (faults.length > 0) return { faults };
  const change = changeOf(head, standing, pairs);
  // What stands already was checked when it was written, by the rules of its day.
  if (changesNothing(change)) return { result: change };
  if (head.member.relationToHead !== 'HEAD') return { faults: [headMissing(head)] };
  const checked = checkForm(group, merged(group, standing, pairs), facts);
  return 'faults' in checked ? checked : { result: change };
}

interface Pair {
  row: SheetMember;
  member: StandingMember;
}

function changeOf(head: SheetMember, standing: StandingHousehold, pairs: readonly Pair[]): HouseholdChange {
  const { record, phone, bankAccount } = standing;
  return {
    tabs: {
      basic: changedCells(head.basic, { ...record.basic, phone, bankAccount }),
      productionAndLiving: changedCells(head.productionAndLiving, record.productionAndLiving),
      incomeAndHealth: changedCells(head.incomeAndHealth, record.incomeAndHealth),
      relocation: changedCells(head.relocation, record.relocation),
    },
    members: pairs
      .map(({ row, member }) => {
        // Its document is the one it was found by.
        const { idNumber: _same, ...cells } = row.member;
        return { member, changes: changedCells(cells, member) };
      })
      .filter(({ changes }) => Object.keys(changes).length > 0),
  };
}

function changesNothing({ tabs, members }: HouseholdChange): boolean {
  return members.length === 0 && Object.values(tabs).every((cells) => Object.keys(cells).length === 0);
}

/** The form as it would stand after the change; what a sheet leaves empty stays. */
function merged(
  group: SheetHousehold,
  { record, phone, bankAccount }: StandingHousehold,
  pairs: readonly Pair[],
): IdentificationInput {
  const head = headRow(group);
  return {
    villageCode: group.villageCode,
    basic: { ...record.basic, phone, bankAccount, ...head.basic },
    productionAndLiving: { ...record.productionAndLiving, ...head.productionAndLiving },
    incomeAndHealth: { ...record.incomeAndHealth, ...head.incomeAndHealth },
    relocation: { ...record.relocation, ...head.relocation },
    members: pairs.map(({ row, member }) => ({ ...member, ...row.member }) as MemberInput),
  };
}

function locked(row: SheetMember, part: 'place' | 'basic' | 'member', field: string): SheetFault {
  const by = CHANGED_BY[field] ?? BACK_OFFICE;
  const text: Bilingual = {
    zh: `与已建档内容不一致；该项不能通过导入修改，请按已建档内容填写，${by.zh}`,
    en: `differs from what is on file and cannot be changed by import; enter what is on file, ${by.en}`,
  };
  return fault(row, titleOf(part, field), 'FIELD_LOCKED', text);
}

function headMissing(row: SheetMember): SheetFault {
  return fault(row, titleOf('place', 'householdLabel'), 'HEAD_REQUIRED', {
    zh: '修改已建档户的内容时，请把该户户主的一行也列入表中，与其他成员排在一起',
    en: "To change a household on file, put the row of its head into the sheet too, together with the others'",
  });
}

function stranger(row: SheetMember): SheetFault {
  return fault(row, titleOf('member', 'idNumber'), 'STATE_CONFLICT', {
    zh: '该人不是此户的正常成员；已建档户增减成员请在“人口自然变更”办理',
    en: 'is of nobody who belongs to this household; members come and go by natural population change',
  });
}

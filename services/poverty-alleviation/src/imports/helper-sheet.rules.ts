import type { SheetFault } from '@junxian/documents';
import { OFFICIAL_RANK } from '../assistance-code-lists';
import { EDUCATION, SEX } from '../code-lists';
import { POLITICAL_STATUS } from '../national-code-lists';
import { codeCell, dateCell, documentTypeCell, flagCell, textCell } from './sheet-cells.rules';
import { column, type ImportRow, requiredColumn } from './sheet-columns.rules';

const ofTeam = { description: '是驻村工作队队员的填写' };

/** The columns of the form 帮扶责任人导入表 (catalogue §6). */
export const HELPER_COLUMNS = {
  unit: requiredColumn('帮扶单位', textCell, {
    description: '已登记的单位名称，或统一社会信用代码',
    example: '示例县教育局',
  }),
  unitRegion: column('单位登记辖区代码', textCell, { description: '有同名单位时填写' }),
  name: requiredColumn('姓名', textCell, { example: '演示丙' }),
  sex: requiredColumn('性别', codeCell(SEX)),
  idType: requiredColumn('证件类型', documentTypeCell),
  idNumber: requiredColumn('证件号码', textCell),
  phone: requiredColumn('联系电话', textCell),
  political: column('政治面貌', codeCell(POLITICAL_STATUS)),
  education: column('文化程度', codeCell(EDUCATION)),
  position: column('职务', textCell),
  rank: column('职务级别', codeCell(OFFICIAL_RANK)),
  speciality: column('特长', textCell),
  isTeamMember: column('是否驻村队员', flagCell),
  isLeader: column('是否队长', flagCell),
  isFirstSecretary: column('是否第一书记', flagCell),
  villageCode: column('驻村行政村代码', textCell, ofTeam),
  startDate: column('驻村开始日期', dateCell, ofTeam),
  endDate: column('驻村结束日期', dateCell, ofTeam),
  teamName: column('工作队名称', textCell, { description: '该村还没有工作队时，在队长行填写' }),
} as const;

export type HelperRow = ImportRow<typeof HELPER_COLUMNS>;

/** A row's place in a village work team. */
export interface TeamPlace {
  villageCode: string;
  startDate: string;
  endDate: string;
  isLeader: boolean;
  isFirstSecretary: boolean;
}

const NEEDED_OF_MEMBERS = ['villageCode', 'startDate', 'endDate'] as const;
const PLACE = [...NEEDED_OF_MEMBERS, 'teamName'] as const;

/** The place in a team that a row asks for, null for none; or what is missing or too much. Leaders and first secretaries are members. */
export function teamPlace({
  rowNumber,
  cells,
}: HelperRow): { place: TeamPlace | null } | { faults: SheetFault[] } {
  const { isTeamMember, isLeader = false, isFirstSecretary = false } = cells;
  if (!(isTeamMember || isLeader || isFirstSecretary)) {
    const filled = PLACE.filter((field) => cells[field] !== undefined);
    if (filled.length === 0) return { place: null };
    return {
      faults: filled.map((field) => ({
        rowNumber,
        column: HELPER_COLUMNS[field].title,
        code: 'INVALID_INPUT',
        text: {
          zh: '不是驻村队员的不填；是驻村队员的，请在“是否驻村队员”填“是”',
          en: 'is for members of a work team only; say 是 in 是否驻村队员, or leave it out',
        },
      })),
    };
  }
  if (isTeamMember === false) {
    return {
      faults: [
        {
          rowNumber,
          column: HELPER_COLUMNS.isTeamMember.title,
          code: 'INVALID_INPUT',
          text: {
            zh: '队长和第一书记都是驻村队员，请填“是”',
            en: 'is 是 for leaders and first secretaries: they are members of the team',
          },
        },
      ],
    };
  }
  const { villageCode, startDate, endDate } = cells;
  if (villageCode === undefined || startDate === undefined || endDate === undefined) {
    return {
      faults: NEEDED_OF_MEMBERS.filter((field) => cells[field] === undefined).map((field) => ({
        rowNumber,
        column: HELPER_COLUMNS[field].title,
        code: 'FIELD_REQUIRED',
        text: { zh: '驻村队员必填，请填写', en: 'is required of a member of a work team; fill it in' },
      })),
    };
  }
  return { place: { villageCode, startDate, endDate, isLeader, isFirstSecretary } };
}

interface NamedUnit {
  regionCode: string;
  name: string;
  creditCode: string | null;
}

/** The units on file that a row may name, by credit code or name, and by region where it says one. */
export function unitsNamed<Unit extends NamedUnit>(
  { unit, unitRegion }: Pick<HelperRow['cells'], 'unit' | 'unitRegion'>,
  units: readonly Unit[],
): Unit[] {
  const code = unit.toUpperCase();
  const found = units.filter(({ name, creditCode }) => creditCode === code || name === unit);
  return unitRegion === undefined ? found : found.filter(({ regionCode }) => regionCode === unitRegion);
}

const TEAM_COLUMNS: Readonly<Record<string, keyof typeof HELPER_COLUMNS>> = {
  name: 'teamName',
  villageCode: 'villageCode',
  dispatchUnitId: 'unit',
  startDate: 'startDate',
  endDate: 'endDate',
};
const MEMBER_COLUMNS: Readonly<Record<string, keyof typeof HELPER_COLUMNS>> = {
  helperId: 'idNumber',
  startDate: 'startDate',
  endDate: 'endDate',
  isLeader: 'isLeader',
  isFirstSecretary: 'isFirstSecretary',
};
const MEMBER_PATH = /^members(?:\[(\d+)\])?(?:\.(\w+))?$/;

/** Which member of a team's form, null for none of them, and which column a fault of the form belongs to. */
export function teamFaultPlace(field: string | undefined): { index: number | null; column: string | null } {
  const member = MEMBER_PATH.exec(field ?? '');
  const key = member ? MEMBER_COLUMNS[member[2] ?? ''] : TEAM_COLUMNS[field ?? ''];
  return {
    index: member?.[1] === undefined ? null : Number(member[1]),
    column: key === undefined ? null : HELPER_COLUMNS[key].title,
  };
}

import { RESETTLEMENT } from '../code-lists';
import { codeCell, dateCell, decimalCell, textCell } from './sheet-cells.rules';
import { column, type ImportRow, requiredColumn } from './sheet-columns.rules';

const ofRelocation = { description: '限易地搬迁项目' };
const ofFinance = { description: '限金融扶贫项目' };

/** The columns of the form 项目受益户导入表 (catalogue §6). */
export const BENEFICIARY_COLUMNS = {
  projectNo: requiredColumn('项目编号', textCell),
  householdNo: requiredColumn('户编号', textCell, { description: '17 位' }),
  memberIdNumber: column('受益人证件号码', textCell, { description: '教育培训项目必填；按户受益的不填' }),
  amount: column('受益金额（元）', decimalCell),
  content: column('受益内容', textCell, { description: '不填时记为项目名称' }),
  startDate: column('受益开始日期', dateCell),
  area: column('安置住房面积（平方米）', decimalCell, ofRelocation),
  moveDate: column('搬迁入住日期', dateCell, ofRelocation),
  resettlement: column('安置方式', codeCell(RESETTLEMENT), ofRelocation),
  loan: column('贷款金额（元）', decimalCell, ofFinance),
  dividend: column('分红金额（元）', decimalCell, ofFinance),
} as const;

export type BeneficiaryRow = ImportRow<typeof BENEFICIARY_COLUMNS>;

/** Which column says what an entry's form calls otherwise. */
export const BENEFICIARY_ALIASES = { householdId: 'householdNo', memberId: 'memberIdNumber' };

/** The cells of an entry that are its contents, besides whom it names. */
export function contentsOf({
  cells: { projectNo: _project, householdNo: _household, memberIdNumber: _member, ...contents },
}: BeneficiaryRow) {
  return contents;
}

const ENTRY = /^input\.add\[(\d+)\](?:\.(\w+))?$/;

/** Which entry of a request, and which of its fields, a fault names; null for a fault of the whole request. */
export function entryOf(field: string | undefined): { index: number; field: string } | null {
  const match = ENTRY.exec(field ?? '');
  return match && { index: Number(match[1]), field: match[2] ?? '' };
}

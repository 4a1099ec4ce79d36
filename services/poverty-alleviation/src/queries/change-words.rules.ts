import {
  type CodeList,
  FILE_STATUS,
  HOUSEHOLD_ATTRIBUTE,
  ID_DOCUMENT_TYPE,
  IDENTIFICATION_STANDARD,
  MEMBER_STATUS,
  POVERTY_CAUSE,
  POVERTY_STATUS,
  RELATION_TO_HEAD,
} from '../code-lists';
import { COUNTY_INDICATORS } from '../counties/county-fields.rules';
import { HOUSEHOLD_CLOSE_REASON } from '../household-code-lists';
import { MEMBER_ADD_REASON, MEMBER_REDUCE_REASON, MEMBER_TRANSFER_REASON } from '../population-code-lists';
import { VILLAGE_ATTRIBUTE } from '../village-code-lists';
import { VILLAGE_INDICATORS } from '../villages/village-fields.rules';

/** What a fact of a log is called on forms. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  povertyStatus: '脱贫状态',
  perCapitaNetIncome: '人均纯收入（元）',
  isKeyTarget: '重点帮扶对象',
  fileStatus: '档案状态',
  householdNo: '户编号',
  householdAttribute: '贫困户属性',
  identificationStandard: '识别标准',
  identifiedYear: '识别年度',
  isSupplementary: '补录',
  exitYear: '脱贫年度',
  returnYear: '返贫年度',
  benefitEndMonth: '待遇终止年月',
  villageCode: '所在村代码',
  naturalVillageCode: '自然村代码',
  helperPairings: '帮扶责任人结对数',
  memberCount: '家庭人口',
  personNo: '人员编号',
  status: '成员状态',
  relationToHead: '与户主关系',
  idType: '证件类型',
  idNumberMark: '证件号码标记',
  nameChanged: '姓名有更正',
  idTypeChanged: '证件类型有更正',
  idNumberChanged: '证件号码有更正',
  birthDateChanged: '出生日期有更正',
  sexChanged: '性别有更正',
  kept: '保留的人员编号',
  closed: '销户的户编号',
  added: '补录人员',
  attribute: '村属性',
  delistYear: '出列年度',
  delistReason: '出列原因',
};

const LISTS: Readonly<Record<string, CodeList<string>>> = {
  povertyStatus: POVERTY_STATUS,
  fileStatus: FILE_STATUS,
  householdAttribute: HOUSEHOLD_ATTRIBUTE,
  identificationStandard: IDENTIFICATION_STANDARD,
  status: MEMBER_STATUS,
  relationToHead: RELATION_TO_HEAD,
  idType: ID_DOCUMENT_TYPE,
  attribute: VILLAGE_ATTRIBUTE,
};

/** Whose reasons are codes, by operation. */
const REASONS: Readonly<Record<string, CodeList<string>>> = {
  MEMBER_ADD: MEMBER_ADD_REASON,
  MEMBER_REDUCE: MEMBER_REDUCE_REASON,
  MEMBER_TRANSFER_IN: MEMBER_TRANSFER_REASON,
  MEMBER_TRANSFER_OUT: MEMBER_TRANSFER_REASON,
  RETURN: POVERTY_CAUSE,
  CLOSE: HOUSEHOLD_CLOSE_REASON,
};

/** What only groups other facts and says nothing itself. */
const GROUPS = new Set(['members', 'households']);

/**
 * The Chinese name of a fact by its path in a log: `members.1402151000010000101.status` is the status of that person. What has
 * no name stands for itself.
 */
export function factName(path: string): string {
  return path
    .split('.')
    .filter((part) => !GROUPS.has(part))
    .map((part) => partName(part.replace(/^households\[(.*)\]$/, '$1')))
    .join(' ');
}

function partName(part: string): string {
  return (
    FIELD_NAMES[part] ??
    (VILLAGE_INDICATORS as Named)[part]?.label ??
    (COUNTY_INDICATORS as Named)[part]?.label ??
    part
  );
}

type Named = Readonly<Record<string, { label: string }>>;

/** A value of a fact as forms write it: codes by their labels, yes and no in words. */
export function factValue(path: string, value: string | null): string | null {
  if (value === null) return null;
  const list = LISTS[path.slice(path.lastIndexOf('.') + 1)];
  if (list !== undefined) return labelOf(list, value);
  if (value === 'true') return '是';
  return value === 'false' ? '否' : value;
}

/** The reason of a change in words: of operations whose reasons are codes the label, else what was written. */
export function reasonText(operation: string, reason: string | null): string | null {
  if (reason === null) return null;
  const list = REASONS[operation];
  return list === undefined ? reason : labelOf(list, reason);
}

/** The label of a value that a log keeps by its name or its code; what the list does not have stands for itself. */
function labelOf(list: CodeList<string>, value: string): string {
  const name = list.names.find((one) => one === value || list.code(one) === value);
  return name === undefined ? value : list.label(name);
}

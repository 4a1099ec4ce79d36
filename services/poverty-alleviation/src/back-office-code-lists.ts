import { CodeList } from './code-lists';

/** The functions of the back office 后台业务, by their number in the manual. */
export const BACK_OFFICE_FUNCTION = new CodeList({
  ROLLBACK: ['8.1', '综合回退'],
  CLEAR_PERSONS: ['8.2', '贫困人口清退'],
  CLEAR_HOUSEHOLD: ['8.3', '贫困户清退'],
  ADJUST_ATTRIBUTE: ['8.4', '调整贫困户属性'],
  ADJUST_STANDARD: ['8.5', '调整识别标准'],
  CORRECT_IDENTITY: ['8.6', '修改姓名和证件号码'],
  MOVE_VILLAGE: ['8.7', '修改所在村'],
  DELETE_DUPLICATES_IN_HOUSEHOLD: ['8.8', '同户重复贫困人口删除'],
  DELETE_DUPLICATES_ACROSS_HOUSEHOLDS: ['8.9', '不同户重复贫困人口删除'],
  SUPPLEMENT_MEMBER: ['8.10', '家庭成员补录'],
  SUPPLEMENT_HOUSEHOLD: ['8.11', '贫困户补录'],
  SUPPLEMENT_MEMBER_WITHOUT_NUMBER: ['8.12', '无身份证号码家庭成员补录'],
  SUPPLEMENT_HOUSEHOLD_WITHOUT_NUMBER: ['8.13', '无证件号码贫困户补录'],
  SET_VILLAGE_ATTRIBUTE: ['8.14', '修改贫困村属性'],
});
export type BackOfficeFunction = (typeof BACK_OFFICE_FUNCTION.names)[number];

/** The number of a function, as the log keeps it. */
export type BackOfficeFunctionNumber = `8.${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14}`;

/** How far apart the holders of one ID number live (PA-DU-01). */
export const DUPLICATE_CLASS = new CodeList({
  SAME_HOUSEHOLD: ['SAME_HOUSEHOLD', '同户重复'],
  SAME_COUNTY: ['SAME_COUNTY', '同县不同户重复'],
  SAME_PROVINCE: ['SAME_PROVINCE', '同省跨县重复'],
  CROSS_PROVINCE: ['CROSS_PROVINCE', '跨省重复'],
});
export type DuplicateClass = (typeof DUPLICATE_CLASS.names)[number];

/** What a to-do 待办 from another service is about. */
export const TO_DO_KIND = new CodeList({
  CITIZEN_RENUMBERED: ['CITIZEN_RENUMBERED', '公民身份号码更正'],
  CITIZEN_DECEASED: ['CITIZEN_DECEASED', '人员死亡'],
  INSURANCE_ENROLMENT_CHANGED: ['INSURANCE_ENROLMENT_CHANGED', '大病保险参保变更'],
  STUDENT_HARDSHIP_SUBMITTED: ['STUDENT_HARDSHIP_SUBMITTED', '学生提交贫困信息登记'],
  ACCOUNT_REGION_CHANGED: ['ACCOUNT_REGION_CHANGED', '经办账号调离本辖区'],
});
export type ToDoKind = (typeof TO_DO_KIND.names)[number];

/** What became of a to-do. */
export const TO_DO_STATE = new CodeList({
  OPEN: ['OPEN', '待处理'],
  CONFIRMED: ['CONFIRMED', '已确认'],
  DISMISSED: ['DISMISSED', '已忽略'],
});
export type ToDoState = (typeof TO_DO_STATE.names)[number];

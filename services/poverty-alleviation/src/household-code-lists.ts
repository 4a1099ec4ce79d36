import { CodeList } from './code-lists';

/** What was done to a household, as its status history tells it 操作. */
export const HOUSEHOLD_OPERATION = new CodeList({
  IDENTIFY: ['IDENTIFY', '识别'],
  SPLIT: ['SPLIT', '分户'],
  SUPPLEMENT: ['SUPPLEMENT', '补录'],
  IMPORT: ['IMPORT', '批量导入'],
  EXIT: ['EXIT', '脱贫'],
  STABLE_EXIT: ['STABLE_EXIT', '脱贫（不再享受政策）'],
  RETURN: ['RETURN', '返贫'],
  CLOSE: ['CLOSE', '销户'],
  CLEAR: ['CLEAR', '清退'],
  ROLLBACK: ['ROLLBACK', '综合回退'],
});
export type HouseholdOperation = (typeof HOUSEHOLD_OPERATION)['names'][number];

/** Why a household's file was closed or cleared 销户（清退）原因: its last member left it, the split that made it was taken back. */
export const HOUSEHOLD_CLOSE_REASON = new CodeList({
  LAST_MEMBER_REDUCED: ['LAST_MEMBER_REDUCED', '最后一名成员减少'],
  LAST_MEMBER_TRANSFERRED: ['LAST_MEMBER_TRANSFERRED', '最后一名成员转出'],
  DUPLICATES_DELETED: ['DUPLICATES_DELETED', '重复人口删除'],
  ROLLBACK: ['ROLLBACK', '综合回退'],
  CLEARED: ['CLEARED', '清退'],
});
export type HouseholdCloseReason = (typeof HOUSEHOLD_CLOSE_REASON)['names'][number];

/** Where a measure came from 帮扶措施的来源: a project's beneficiary list, or the household's page. */
export const MEASURE_SOURCE = new CodeList({
  PROJECT: ['PROJECT', '项目受益户名单带入'],
  MANUAL: ['MANUAL', '手工填写'],
});
export type MeasureSource = (typeof MEASURE_SOURCE)['names'][number];

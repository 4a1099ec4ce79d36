import { CodeList } from './code-lists';

/** C23 成员新增原因 */
export const MEMBER_ADD_REASON = new CodeList({
  NEWBORN: ['01', '新生儿'],
  MARRIED_IN: ['02', '婚入'],
  REGISTRATION_MOVED_IN: ['03', '户籍迁入'],
  ADOPTED: ['04', '收养'],
  RELEASED_FROM_PRISON: ['05', '刑满释放'],
  DISCHARGED_FROM_SERVICE: ['06', '退役'],
  OTHER: ['99', '其他'],
});
export type MemberAddReason = (typeof MEMBER_ADD_REASON.names)[number];

/** C24 成员减少原因 */
export const MEMBER_REDUCE_REASON = new CodeList({
  DECEASED: ['01', '死亡'],
  MARRIED_OUT: ['02', '婚出'],
  REGISTRATION_MOVED_OUT: ['03', '户籍迁出'],
  IMPRISONED: ['04', '判刑收监'],
  ENLISTED: ['05', '参军'],
  MISSING: ['06', '失踪'],
  SETTLED_ABROAD: ['07', '出国（境）定居'],
  OTHER: ['99', '其他'],
});
export type MemberReduceReason = (typeof MEMBER_REDUCE_REASON.names)[number];

/** C24 成员转移原因 */
export const MEMBER_TRANSFER_REASON = new CodeList({
  MARRIAGE: ['01', '婚嫁'],
  SUPPORT_OF_FAMILY: ['02', '赡养抚养'],
  HOUSEHOLDS_JOINED: ['03', '并户'],
  OTHER: ['99', '其他'],
});
export type MemberTransferReason = (typeof MEMBER_TRANSFER_REASON.names)[number];

import { ASSISTANCE_UNIT_TYPE, OFFICIAL_RANK, UNIT_AFFILIATION } from '../assistance-code-lists';
import { EDUCATION, ID_DOCUMENT_TYPE, SEX } from '../code-lists';
import { POLITICAL_STATUS } from '../national-code-lists';
import { code, flag, requiredCode, requiredDate, requiredText, text, type Values } from '../record-fields';

/** An assistance unit 帮扶单位. The phone is sealed. */
export const UNIT = {
  name: requiredText,
  creditCode: text,
  type: requiredCode(ASSISTANCE_UNIT_TYPE),
  affiliation: requiredCode(UNIT_AFFILIATION),
  address: text,
  leader: text,
  contact: requiredText,
  phoneSealed: requiredText,
};
export type UnitValues = Values<typeof UNIT>;

/** A responsible helper 帮扶责任人. ID number and phone are sealed. */
export const HELPER = {
  name: requiredText,
  sex: requiredCode(SEX),
  idType: requiredCode(ID_DOCUMENT_TYPE),
  idNumberSealed: requiredText,
  idNumberIndex: requiredText,
  citizenId: text,
  phoneSealed: requiredText,
  phoneIndex: requiredText,
  political: code(POLITICAL_STATUS),
  education: code(EDUCATION),
  position: text,
  rank: code(OFFICIAL_RANK),
  speciality: text,
};
export type HelperValues = Values<typeof HELPER>;

/** A member of a village work team 驻村工作队队员; the particulars of a helper are kept with the helper. */
export const TEAM_MEMBER = {
  helperId: text,
  name: text,
  sex: code(SEX),
  idType: code(ID_DOCUMENT_TYPE),
  idNumberSealed: text,
  phoneSealed: text,
  political: code(POLITICAL_STATUS),
  education: code(EDUCATION),
  position: text,
  rank: code(OFFICIAL_RANK),
  isLeader: flag,
  isFirstSecretary: flag,
  startDate: requiredDate,
  endDate: requiredDate,
};
export type TeamMemberValues = Values<typeof TEAM_MEMBER>;

import { reviewRegister } from '../review/review-register.service';
import { REPORT_REGISTERS } from '../statistics/report-registers.service';
import { caseRegister } from './case-register.service';
import { overdueRegister } from './overdue-register.service';
import { interviewRegister, simpleRegister } from './reception-registers.service';
import type { Register } from './register.types';

/** Every list that can be exported 台账, by its code (enum RegisterKind; `CASES` is what a search finds). Rooms add theirs here. */
export const REGISTERS: Readonly<Record<string, Register>> = {
  CASES: caseRegister('信访件台账'),
  ONLINE: caseRegister('网上信访台账', { channels: ['ONLINE'] }),
  LETTER: caseRegister('来信登记台账', { channels: ['LETTER'] }),
  VISIT: caseRegister('来访登记台账', { channels: ['VISIT'] }),
  SIMPLE: simpleRegister,
  INTERVIEW: interviewRegister,
  OVERDUE: overdueRegister,
  ...REPORT_REGISTERS,
  REVIEW: reviewRegister,
};

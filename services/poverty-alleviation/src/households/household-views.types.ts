import type { FileStatus } from '../code-lists';
import type { HouseholdCloseReason } from '../household-code-lists';
import type {
  BasicValues,
  IncomeAndHealthValues,
  MemberValues,
  ProductionAndLivingValues,
  RelocationValues,
} from './household-fields.rules';

/** The four tabs of a yearly record, as they are stored. */
export interface HouseholdTabs {
  basic: BasicValues;
  productionAndLiving: ProductionAndLivingValues;
  incomeAndHealth: IncomeAndHealthValues;
  relocation: RelocationValues;
}

/** A household's permanent file, as resolvers pass it on. */
export interface HouseholdView {
  id: string;
  householdNo: string;
  regionCode: string;
  identifiedYear: number;
  fileStatus: FileStatus;
  /** The year in which the file was closed or cleared. */
  closedYear: number | null;
  /** Why; null while the file is open. */
  closeReason: HouseholdCloseReason | null;
  /** The household it was split off from 分户. */
  originHouseholdId: string | null;
  version: number;
}

/** A household's record of one year. */
export interface YearRecordView extends HouseholdTabs {
  basic: BasicView;
  householdId: string;
  householdNo: string;
  year: number;
  regionCode: string;
  version: number;
}

/** Tab 1 with the household it belongs to, to which a reveal of its phone or account is attributed. */
export interface BasicView extends BasicValues {
  id: string;
}

/** A member's record of one year. */
export interface MemberView extends MemberValues {
  id: string;
  personNo: string;
  householdId: string;
  year: number;
  version: number;
}

/** Which yearly record is meant. */
export interface YearKey {
  householdId: string;
  year: number;
}

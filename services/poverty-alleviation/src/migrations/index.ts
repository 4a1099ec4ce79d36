import { JobsMigration1000000000040, StoredFilesMigration1000000000030 } from '@junxian/documents';
import { InboxMigration1000000000020, OutboxMigration1000000000010 } from '@junxian/messaging';
import { JunxianFunctions1000000000001 } from '@junxian/persistence';
import { HouseholdFiles1000000000210 } from './210-household-files';
import { DynamicManagement1000000000240 } from './240-dynamic-management';
import { BackOffice1000000000260, Duplicates1000000000261, ToDos1000000000262 } from './260-back-office';
import {
  CountyYearRecords1000000000305,
  NaturalVillages1000000000310,
  PoorVillages1000000000300,
  VillageHistory1000000000315,
} from './300-villages';
import { Assistance1000000000330 } from './330-assistance';
import { Prints1000000000340 } from './340-prints';
import { Funds1000000000360, IntegratedFunds1000000000361 } from './360-funds';
import { YearOpenings1000000000362 } from './362-year-openings';
import { Projects1000000000390, PublicDisclosures1000000000395 } from './390-projects';
import { Statistics1000000000420 } from './420-statistics';
import { Queries1000000000421 } from './421-queries';
import { YearCounts1000000000422 } from './422-year-counts';
import { Exports1000000000425 } from './425-exports';
import { Imports1000000000450 } from './450-imports';
import { KeptHistory1000000000460 } from './460-kept-history';
import { Writers1000000000470 } from './470-writers';
import { PublishedNotices1000000000475 } from './475-published-notices';
import { LighterStaging1000000000490 } from './490-lighter-staging';
import { YearClosings1000000000500 } from './500-year-closings';
import { Reporters1000000000510 } from './510-reporters';
import { MembersOfAYear1000000000520 } from './520-members-of-a-year';
import { NumberedStaging1000000000530 } from './530-numbered-staging';
import { ConditionSearches1000000000540 } from './540-condition-searches';
import { IssuedLines1000000000550 } from './550-issued-lines';
import { KeyTargetChanges1000000000560 } from './560-key-target-changes';
import { KeptDelistings1000000000570 } from './570-kept-delistings';
import {
  ArrivalsBeyondScope1000000000551,
  AssistanceBeyondScope1000000000345,
  BeyondScope1000000000190,
  BeyondScopeDuplicates1000000000270,
  HelpersBeyondScope1000000000480,
  ImportsBeyondScope1000000000455,
} from './beyond-scope';
import { Households1000000000120, Members1000000000130 } from './households';
import { PovertyCounters1000000000140 } from './poverty-counters';
import {
  RegionChanges1000000000110,
  SplitTasks1000000000150,
  SplitTasksOfHousehold1000000000200,
} from './region-changes';
import { SurveyYears1000000000100 } from './survey-years';

/** Everything this service's database is made of; run in the order of the numbers in the names. */
export const migrations = [
  JunxianFunctions1000000000001,
  OutboxMigration1000000000010,
  InboxMigration1000000000020,
  StoredFilesMigration1000000000030,
  JobsMigration1000000000040,
  SurveyYears1000000000100,
  RegionChanges1000000000110,
  Households1000000000120,
  Members1000000000130,
  PovertyCounters1000000000140,
  SplitTasks1000000000150,
  BeyondScope1000000000190,
  SplitTasksOfHousehold1000000000200,
  HouseholdFiles1000000000210,
  Statistics1000000000420,
  Queries1000000000421,
  YearCounts1000000000422,
  Exports1000000000425,
  DynamicManagement1000000000240,
  PoorVillages1000000000300,
  CountyYearRecords1000000000305,
  NaturalVillages1000000000310,
  VillageHistory1000000000315,
  Funds1000000000360,
  IntegratedFunds1000000000361,
  YearOpenings1000000000362,
  BackOffice1000000000260,
  Duplicates1000000000261,
  ToDos1000000000262,
  BeyondScopeDuplicates1000000000270,
  Assistance1000000000330,
  Prints1000000000340,
  AssistanceBeyondScope1000000000345,
  Projects1000000000390,
  PublicDisclosures1000000000395,
  Imports1000000000450,
  ImportsBeyondScope1000000000455,
  KeptHistory1000000000460,
  Writers1000000000470,
  PublishedNotices1000000000475,
  HelpersBeyondScope1000000000480,
  LighterStaging1000000000490,
  YearClosings1000000000500,
  Reporters1000000000510,
  MembersOfAYear1000000000520,
  NumberedStaging1000000000530,
  ConditionSearches1000000000540,
  IssuedLines1000000000550,
  ArrivalsBeyondScope1000000000551,
  KeyTargetChanges1000000000560,
  KeptDelistings1000000000570,
];

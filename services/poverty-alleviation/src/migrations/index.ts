import { InboxMigration1000000000020, OutboxMigration1000000000010 } from '@junxian/messaging';
import { JunxianFunctions1000000000001 } from '@junxian/persistence';
import { HouseholdFiles1000000000210 } from './210-household-files';
import { BeyondScope1000000000190 } from './beyond-scope';
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
  SurveyYears1000000000100,
  RegionChanges1000000000110,
  Households1000000000120,
  Members1000000000130,
  PovertyCounters1000000000140,
  SplitTasks1000000000150,
  BeyondScope1000000000190,
  SplitTasksOfHousehold1000000000200,
  HouseholdFiles1000000000210,
];

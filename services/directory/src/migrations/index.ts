import { InboxMigration1000000000020, OutboxMigration1000000000010 } from '@junxian/messaging';
import { JunxianFunctions1000000000001 } from '@junxian/persistence';
import { Regions1000000000100 } from './100-regions';
import { RegionChanges1000000000110 } from './110-region-changes';
import { NaturalVillages1000000000120 } from './120-natural-villages';
import { Organisations1000000000200 } from './200-organisations';
import { Accounts1000000000300 } from './300-accounts';
import { SignIn1000000000310 } from './310-sign-in';
import { Citizens1000000000320 } from './320-citizens';
import { Appointments1000000000400 } from './400-appointments';
import { Audit1000000000500 } from './500-audit';
import { PublicAccounts1000000000600 } from './600-public-accounts';
import { NationalFundOfficers1000000000920 } from './920-national-fund-officers';
import { BeyondScope1000000000900, BeyondScope1000000000910 } from './beyond-scope';

/** Everything the directory's database is made of; run in the order of the numbers in the names. */
export const migrations = [
  JunxianFunctions1000000000001,
  OutboxMigration1000000000010,
  InboxMigration1000000000020,
  Regions1000000000100,
  RegionChanges1000000000110,
  NaturalVillages1000000000120,
  Organisations1000000000200,
  Accounts1000000000300,
  SignIn1000000000310,
  Citizens1000000000320,
  Appointments1000000000400,
  Audit1000000000500,
  PublicAccounts1000000000600,
  BeyondScope1000000000900,
  BeyondScope1000000000910,
  NationalFundOfficers1000000000920,
];

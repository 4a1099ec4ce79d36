import { StoredFilesMigration1000000000030 } from '@junxian/documents';
import { InboxMigration1000000000020, OutboxMigration1000000000010 } from '@junxian/messaging';
import { JunxianFunctions1000000000001 } from '@junxian/persistence';
import { RegionChangesMigration1000000000030 } from '@junxian/region-changes';
import { Organisations1000000000100 } from './100-organisations';
import { Periods1000000000110 } from './110-periods';
import { Cases1000000000200 } from './200-cases';
import { Handling1000000000210 } from './210-handling';
import { PublicAccounts1000000000300 } from './300-public-accounts';
import { Submissions1000000000310 } from './310-submissions';
import { Registration1000000000400 } from './400-registration';
import { Interviews1000000000410 } from './410-interviews';
import { HandlingDocuments1000000000500 } from './500-handling-documents';
import { WorkLists1000000000600 } from './600-work-lists';
import { SearchIndexes1000000000610 } from './610-search-indexes';
import { Review1000000000700 } from './700-review';
import { Evaluations1000000000800 } from './800-evaluation';
import { Supervision1000000000810 } from './810-supervision';
import { Publication1000000000820 } from './820-publication';
import { Prints1000000000830 } from './830-prints';
import { Statistics1000000000850 } from './850-statistics';
import { ReportsAndReceipts1000000000860 } from './860-reports-and-receipts';
import { TakingPart1000000000870 } from './870-taking-part';
import { LighterChecks1000000000880 } from './880-lighter-checks';
import { ListOrder1000000000910 } from './910-list-order';
import { DraftFiles1000000000920 } from './920-draft-files';
import { ToldOrganisations1000000000921 } from './921-told-organisations';
import { ToldAppointments1000000000930 } from './930-told-appointments';
import { LinkableAnonymous1000000000931 } from './931-linkable-anonymous';
import { WhoMayStillWrite1000000000932 } from './932-who-may-still-write';
import { AskedReports1000000000933 } from './933-asked-reports';
import { LighterWrites1000000000940 } from './940-lighter-writes';
import { FewerLooks1000000000950 } from './950-fewer-looks';
import { KeptAcceptance1000000000970 } from './970-kept-acceptance';
import { ReviewsOfLapsed1000000000980 } from './980-reviews-of-lapsed';
import { RelievedCustodians1000000000990 } from './990-relieved-custodians';
import { LeftSubmissions1000000001000 } from './1000-left-submissions';
import { LeftReviews1000000001010 } from './1010-left-reviews';
import { LeftResults1000000001020 } from './1020-left-results';
import { BeyondScope1000000000900 } from './beyond-scope';

/** Everything this service's database is made of; run in the order of the numbers in the names. */
export const migrations = [
  JunxianFunctions1000000000001,
  OutboxMigration1000000000010,
  InboxMigration1000000000020,
  RegionChangesMigration1000000000030,
  StoredFilesMigration1000000000030,
  Organisations1000000000100,
  Periods1000000000110,
  Cases1000000000200,
  Handling1000000000210,
  PublicAccounts1000000000300,
  Submissions1000000000310,
  Registration1000000000400,
  Interviews1000000000410,
  HandlingDocuments1000000000500,
  WorkLists1000000000600,
  SearchIndexes1000000000610,
  Review1000000000700,
  Evaluations1000000000800,
  Supervision1000000000810,
  Publication1000000000820,
  Prints1000000000830,
  Statistics1000000000850,
  ReportsAndReceipts1000000000860,
  TakingPart1000000000870,
  LighterChecks1000000000880,
  BeyondScope1000000000900,
  ListOrder1000000000910,
  DraftFiles1000000000920,
  ToldOrganisations1000000000921,
  ToldAppointments1000000000930,
  LinkableAnonymous1000000000931,
  WhoMayStillWrite1000000000932,
  AskedReports1000000000933,
  LighterWrites1000000000940,
  FewerLooks1000000000950,
  KeptAcceptance1000000000970,
  ReviewsOfLapsed1000000000980,
  RelievedCustodians1000000000990,
  LeftSubmissions1000000001000,
  LeftReviews1000000001010,
  LeftResults1000000001020,
];

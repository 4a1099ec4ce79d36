import type { Clock } from '@junxian/calendar';
import { exportRoutes, fileRoutes, type LinkSigner, type StoredFiles } from '@junxian/documents';
import type { PersonalDataKeys } from '@junxian/identity';
import { PetitionsIdentityRevealed } from '@junxian/messaging';
import type { Messenger } from '@junxian/messenger';
import type { Database } from '@junxian/persistence';
import { loadTypeDefs, revealsRecordedAs } from '@junxian/subgraph';
import type { FastifyInstance } from 'fastify';
import { approvalResolvers } from './approvals/approvals.resolvers';
import { caseResolvers } from './cases/cases.resolvers';
import { PersonalData } from './cases/personal-data.service';
import { petitionerDeathResolvers } from './cases/petitioner-death.resolvers';
import { createLoaders } from './context';
import { periodResolvers } from './deadlines/periods.resolvers';
import { FEATURES_OFF, type Features } from './features';
import { documentResolvers } from './handling/document.resolvers';
import { Notices } from './handling/notices.service';
import { passingOnResolvers } from './handling/passing-on.resolvers';
import { replyResolvers } from './handling/replies.resolvers';
import type { SealService } from './handling/seal.service';
import { sealsFrom } from './handling/seals-from';
import { journalResolvers } from './journal/journal.resolvers';
import { organisationResolvers } from './organisations/organisations.resolvers';
import { outcomeRoomResolvers, outcomeRooms } from './outcome-rooms';
import { printRoomRoutes, printRooms } from './print-rooms';
import { printResolvers } from './prints/prints.resolvers';
import type { DirectoryAccounts } from './public-accounts/directory-accounts';
import type { IdentityCheck } from './public-accounts/identity-check';
import { publicAccountResolvers } from './public-accounts/public-accounts.resolvers';
import { publicRooms } from './public-rooms';
import { registrationRoomResolvers, registrationRooms } from './registration-rooms';
import { reviewResolvers } from './review/review.resolvers';
import { searchResolvers } from './search/search.resolvers';
import { searchRooms } from './search-rooms';
import { reportExportResolvers } from './statistics/report-export.resolvers';
import { statisticsResolvers } from './statistics/statistics.resolvers';
import { submissionResolvers } from './submissions/submissions.resolvers';
import { trackingResolvers } from './tracking/tracking.resolvers';
import { workListResolvers } from './work-lists/work-lists.resolvers';

/** What the use cases need from outside. */
export interface ServiceParts {
  keys: PersonalDataKeys;
  clock: Clock;
  features?: Features;
  /** Puts e-seals on notices, opinions and documents of reviews (PT-NTC-05); a key of this service's own when left out. */
  seals?: SealService;
  /** For what works outside the caller's transaction: public registration, attempts, tracking by code. Another pool than the requests'. */
  database?: Database;
  /** Stored files: attachments of every room. */
  files?: StoredFiles;
  /** Sends text messages: query codes. */
  messenger?: Messenger;
  /** Signs short-lived tokens (FILE_LINK_KEY). */
  links?: LinkSigner;
  /** Accounts and captchas of the directory. */
  directory?: DirectoryAccounts;
  /** The public-security interface (PT-PUB-03), and the beginnings of ID numbers it is asked about. */
  identityCheck?: IdentityCheck;
  identityCheckPrefixes?: readonly string[];
  /** The address people reach the gateway by; links to exports begin with it. */
  publicUrl?: string;
}

/** The use cases of this service. */
export type Services = ReturnType<typeof createServices>;

/** Wires the use cases. */
export function createServices(parts: ServiceParts) {
  const { keys, clock, features = FEATURES_OFF } = parts;
  const personal = new PersonalData(keys);
  const ownSeals = sealsFrom({ secret: keys.blindIndexKey });
  const seals = parts.seals ?? ownSeals;
  const notices = new Notices(seals);
  const publicSide = publicRooms(parts, personal);
  return {
    personal,
    clock,
    features,
    seals,
    ownSeals,
    notices,
    ...publicSide,
    ...outcomeRooms(parts, personal, publicSide.tracking),
    ...registrationRooms(parts, personal),
    ...searchRooms(parts, personal),
    ...printRooms(parts, personal),
  };
}

/** What `startSubgraph` needs of this service: schema, resolvers, loaders and how reveals are recorded. */
export function createGraph(services: Services) {
  return {
    typeDefs: loadTypeDefs(__dirname),
    resolvers: [
      caseResolvers(services.personal),
      organisationResolvers,
      periodResolvers,
      statisticsResolvers,
      reportExportResolvers(services.exports),
      approvalResolvers,
      workListResolvers,
      searchResolvers(services.search, services.exports),
      passingOnResolvers(services.features),
      documentResolvers(services),
      replyResolvers,
      journalResolvers,
      petitionerDeathResolvers,
      reviewResolvers(services),
      publicAccountResolvers(services.accountRegistration, services.profiles, services.personal),
      submissionResolvers(services.submitting, services.attachments, services.regions),
      trackingResolvers(services.tracking, services.publicReading),
      ...registrationRoomResolvers(services),
      printResolvers(services.prints, services.printVerifications),
      ...outcomeRoomResolvers(services),
    ],
    loaders: createLoaders,
    recordReveals: revealsRecordedAs(PetitionsIdentityRevealed),
    routes: (server: FastifyInstance) => {
      fileRoutes(server, services.files);
      exportRoutes(server, services.exports);
      printRoomRoutes(server, services);
    },
  };
}

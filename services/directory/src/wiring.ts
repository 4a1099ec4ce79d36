import { join } from 'node:path';
import type { Clock } from '@junxian/calendar';
import { folderMessenger, type Messenger } from '@junxian/messenger';
import type { Logger } from '@junxian/observability';
import type { Database } from '@junxian/persistence';
import { loadTypeDefs, type RecurringWork, Scheduler, type SubgraphOptions } from '@junxian/subgraph';
import type { Argon2Profile } from './accounts/password-hasher';
import type { PersonalDataKeys } from './accounts/personal-data';
import { appointmentResolvers } from './appointments/appointments.resolvers';
import { auditResolvers } from './audit/audit.resolvers';
import type { AuditKeys } from './audit/audit-chain.rules';
import { useAuditKeys } from './audit/audit-keys';
import { sealAuditLog } from './audit/checkpoints';
import { recordReveals } from './audit/reveals';
import { createLoaders, type Loaders } from './context';
import { loadDemoData } from './demo-data/demo-data';
import { consumers } from './events';
import { naturalVillageResolvers } from './natural-villages/natural-villages.resolvers';
import { organisationResolvers } from './organisations/organisations.resolvers';
import { applyDueRegionChanges } from './regions/due-region-changes';
import { regionChangeSignals } from './regions/region-changes.service';
import { regionResolvers } from './regions/regions.resolvers';
import type { CaptchaDrawer } from './sign-in/captcha.service';
import type { SignInSettings } from './sign-in/settings';
import { createSignInRooms } from './sign-in-rooms';

/** What the directory needs from outside. */
export interface DirectoryParts {
  database: Database;
  clock: Clock;
  logger: Logger;
  keys: PersonalDataKeys;
  auditKeys: AuditKeys;
  /** Folder for what leaves the service as files. */
  filesDirectory: string;
  auditCheckpointMinutes?: number;
  settings?: Partial<SignInSettings>;
  /** Where text messages go; files in the folder unless given. */
  messenger?: Messenger;
  /** Cheaper in tests. */
  argon2?: Argon2Profile;
  captchaDrawer?: CaptchaDrawer;
}

/** The whole service, put together but not started. */
export interface Directory {
  schema: Pick<SubgraphOptions<Loaders>, 'typeDefs' | 'resolvers' | 'loaders' | 'routes' | 'recordReveals'>;
  consumers: ReturnType<typeof consumers>;
  services: ReturnType<typeof createSignInRooms>['services'];
  /** What is done again and again. */
  work: readonly RecurringWork[];
  /** Starts the recurring work; resolves to what stops it. */
  schedule(): Scheduler;
  /** Brings the demonstration data in, what of it is missing. */
  loadDemoData(): Promise<void>;
}

/** Puts all rooms together. */
export function createDirectory(parts: DirectoryParts): Directory {
  const { database, clock, logger, keys } = parts;
  useAuditKeys(parts.auditKeys);
  const signIn = createSignInRooms({
    database,
    clock,
    keys,
    messenger: parts.messenger ?? folderMessenger(join(parts.filesDirectory, 'messages')),
    onSendFailure: (error) => logger.error({ err: error }, 'a text message could not be sent'),
    ...(parts.settings === undefined ? {} : { settings: parts.settings }),
    ...(parts.argon2 === undefined ? {} : { argon2: parts.argon2 }),
    ...(parts.captchaDrawer === undefined ? {} : { captchaDrawer: parts.captchaDrawer }),
  });
  const dueRegionChanges: RecurringWork = {
    name: 'apply-due-region-changes',
    everySeconds: 30,
    run: () => applyDueRegionChanges(database, clock),
  };
  const work: RecurringWork[] = [
    dueRegionChanges,
    {
      name: 'seal-audit-log',
      everySeconds: (parts.auditCheckpointMinutes ?? 15) * 60,
      run: () => sealAuditLog(database, clock),
    },
    ...signIn.jobs,
  ];
  return {
    schema: {
      typeDefs: loadTypeDefs(__dirname),
      resolvers: [
        regionResolvers(signIn.services.publicReading),
        naturalVillageResolvers,
        organisationResolvers(keys.fieldCipher),
        ...signIn.resolvers,
        appointmentResolvers,
        auditResolvers(database),
      ],
      loaders: createLoaders,
      routes: signIn.routes,
      recordReveals,
    },
    consumers: consumers({ ...signIn.services, clock }),
    services: signIn.services,
    work,
    schedule: () => schedule(logger, work, dueRegionChanges),
    loadDemoData: () => loadDemoData(database, signIn.services.hasher, signIn.services.personalData, clock),
  };
}

/** A change of regions that is recorded for today or before takes effect at once, not at the next turn. */
function schedule(
  logger: Logger,
  work: readonly RecurringWork[],
  dueRegionChanges: RecurringWork,
): Scheduler {
  const scheduler = new Scheduler(logger);
  scheduler.start(work);
  const wake = () => scheduler.wake(dueRegionChanges);
  regionChangeSignals.on('recorded', wake);
  scheduler.onStop(() => regionChangeSignals.off('recorded', wake));
  return scheduler;
}

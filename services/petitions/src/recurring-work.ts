import type { Clock } from '@junxian/calendar';
import type { MessageReports, Messenger } from '@junxian/messenger';
import type { Database } from '@junxian/persistence';
import type { RecurringWork } from '@junxian/subgraph';
import { returnOrphanedTasks } from './organisations/orphaned-tasks.service';
import { askForReports } from './registration/asked-reports.service';
import { sendWaitingQueryCodes } from './registration/query-code-messages.service';
import { lapseAppeals, terminateUnsupplemented } from './review/review-upkeep.service';
import type { Services } from './service';
import { scopes } from './service-scopes';
import { recountNoted } from './statistics/recount.service';
import { raiseWarnings } from './supervision/daily-run.service';

interface WorkParts {
  database: Database;
  clock: Clock;
  services: Services;
  messenger: Messenger;
  /** Null: no provider tells what became of messages. */
  messageReports: MessageReports | null;
}

/** What is done again and again; every process may do it, the work takes its own locks. */
export function recurringWork({
  database,
  clock,
  services,
  messenger,
  messageReports,
}: WorkParts): RecurringWork[] {
  return [
    { name: 'lapse-appeals', everySeconds: 300, run: () => lapseAppeals(database, clock) },
    {
      name: 'terminate-unsupplemented-reviews',
      everySeconds: 300,
      run: () => terminateUnsupplemented(database, clock),
    },
    {
      name: 'send-query-codes',
      everySeconds: 60,
      run: () => sendWaitingQueryCodes(database, { personal: services.personal, messenger, clock }),
    },
    ...(messageReports === null
      ? []
      : [
          {
            name: 'ask-for-message-reports',
            everySeconds: 60,
            run: () => askForReports({ database, messageReports, clock }),
          },
        ]),
    { name: 'tidy-up-registrations', everySeconds: 300, run: () => services.accountRegistration.tidyUp() },
    { name: 'remove-unused-files', everySeconds: 3_600, run: () => services.files.removeUnused() },
    { name: 'recount-noted-items', everySeconds: 5, run: () => recountNoted(database) },
    // Looks every minute whether the run of 06:00 is due or unfinished (PT-SUP-01).
    { name: 'raise-warnings', everySeconds: 60, run: () => raiseWarnings(database, clock) },
    {
      // Appointments end by their date, without an event.
      name: 'return-orphaned-tasks',
      everySeconds: 300,
      run: () =>
        database.write(scopes.followDirectory(), (tx) =>
          returnOrphanedTasks(tx, { accountId: null }, clock.today(), clock.now()),
        ),
    },
  ];
}

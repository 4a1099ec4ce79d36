import type { Clock } from '@junxian/calendar';
import { type MessageReports, MOST_ASKED_AT_ONCE } from '@junxian/messenger';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import { scopes } from '../service-scopes';
import { noteReport } from './message-reports.service';

/** After that the provider keeps no report any more, and the delivery stays SENT. */
const DAYS_ASKED = 3;
const MINUTES_BETWEEN = 5;
const MOST_QUESTIONS = 10;

interface Parts {
  database: Database;
  messageReports: MessageReports;
  clock: Clock;
}

/**
 * Asks the provider what became of the query codes sent in the last three days, each at most every five minutes, and notes what it says.
 * No transaction is open while it is asked. For the scheduler, in any number of
 * processes. Returns how many reports came; throws ProviderFailure when the provider cannot be asked. Rule: PT-REG-06.
 */
export async function askForReports({ database, messageReports, clock }: Parts): Promise<number> {
  let told = 0;
  for (let question = 0; question < MOST_QUESTIONS; question += 1) {
    const now = clock.now();
    const asked = await database.write(scopes.deliverQueryCodes(), (tx) => taken(tx, now));
    if (asked.length === 0) break;
    const reports = await messageReports.reportsOn(asked.map(({ messageId }) => messageId));
    await database.write(scopes.deliverQueryCodes(), async (tx) => {
      // What is said of an instant to come counts as told now.
      for (const { at, ...report } of reports)
        await noteReport(tx, { ...report, at: at !== null && at < now ? at : now });
    });
    told += reports.length;
  }
  return told;
}

/** Messages to ask about now, those not asked about for longest first; nobody else asks about them meanwhile. */
function taken(tx: ScopedTransaction, now: Date): Promise<{ messageId: string }[]> {
  return tx.query<{ messageId: string }>(
    `UPDATE query_code_delivery d SET reports_asked_at = $1 FROM (
       SELECT q.id FROM query_code_delivery q
       WHERE q.sms_status = 'SENT' AND q.sent_at > $1::timestamptz - interval '${DAYS_ASKED} days'
         AND (q.reports_asked_at IS NULL OR q.reports_asked_at <= $1::timestamptz - interval '${MINUTES_BETWEEN} minutes')
       ORDER BY q.reports_asked_at NULLS FIRST, q.id LIMIT ${MOST_ASKED_AT_ONCE} FOR UPDATE SKIP LOCKED) AS due
     WHERE d.id = due.id RETURNING d.message_id AS "messageId"`,
    [now],
  );
}

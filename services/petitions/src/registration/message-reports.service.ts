import { type EventOf, SmsDelivered, type SmsFailed } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { QUERY_CODE_PURPOSE } from './query-codes.rules';

const DAYS_KEPT = 30;

/** What became of a message. */
interface Told {
  messageId: string;
  status: 'DELIVERED' | 'FAILED';
  at: Date | string;
}

/** Follows what a message gateway that speaks events tells (§7 sms.delivered / sms.failed) of the messages with query codes. */
export async function followMessage(
  tx: ScopedTransaction,
  { type, time, data: { messageId, purpose } }: EventOf<typeof SmsDelivered | typeof SmsFailed>,
): Promise<void> {
  if (purpose !== QUERY_CODE_PURPOSE) return;
  const status = type === SmsDelivered.type ? 'DELIVERED' : 'FAILED';
  await noteReport(tx, { messageId, status, at: time });
}

/**
 * Notes what became of a query code's message: DELIVERED, or FAILED. Told twice or in the wrong order it ends alike: what
 * arrived has arrived, whatever else is said of it. A report that overtakes the answer to the sending is kept until the message's id is known.
 */
export async function noteReport(tx: ScopedTransaction, told: Told): Promise<void> {
  const { messageId, status, at } = told;
  await lockMessage(tx, messageId);
  const [known] = await tx.query('SELECT FROM query_code_delivery WHERE message_id = $1 LIMIT 1', [
    messageId,
  ]);
  if (known !== undefined) {
    await applyReport(tx, told);
    return;
  }
  await tx.query(
    `INSERT INTO message_report AS r (message_id, status, at) VALUES ($1, $2, $3)
     ON CONFLICT (message_id) DO UPDATE SET status = EXCLUDED.status, at = EXCLUDED.at
       WHERE r.status = 'FAILED' AND EXCLUDED.status = 'DELIVERED'`,
    [messageId, status, at],
  );
  // Of messages whose sending was given up nobody asks any more.
  await tx.query(`DELETE FROM message_report WHERE at < $1::timestamptz - interval '${DAYS_KEPT} days'`, [
    at,
  ]);
}

/** Applies what was reported of a message before its id was known; to be called where the id becomes known, in the same transaction. */
export async function applyEarlyReport(tx: ScopedTransaction, messageId: string): Promise<void> {
  const [early] = await tx.query<{ status: 'DELIVERED' | 'FAILED'; at: Date }>(
    'SELECT status, at FROM message_report WHERE message_id = $1',
    [messageId],
  );
  if (early !== undefined) await applyReport(tx, { messageId, ...early });
}

/** Makes who sends a message and who hears of it wait for each other. */
export async function lockMessage(tx: ScopedTransaction, messageId: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('message:' || $1, 0))`, [messageId]);
}

async function applyReport(tx: ScopedTransaction, { messageId, status, at }: Told): Promise<void> {
  await tx.query(
    `UPDATE query_code_delivery SET sms_status = $2, reported_at = $3, version = version + 1
     WHERE message_id = $1 AND (sms_status = 'SENT' OR (sms_status = 'FAILED' AND $2 = 'DELIVERED'))`,
    [messageId, status, at],
  );
}

import type { Clock } from '@junxian/calendar';
import { isRefusal } from '@junxian/errors';
import type { Messenger } from '@junxian/messenger';
import type { Database, ScopedTransaction, Work } from '@junxian/persistence';
import type { PersonalData } from '../cases/personal-data.service';
import { scopes } from '../service-scopes';
import { applyEarlyReport, lockMessage } from './message-reports.service';
import { nextAttempt, QUERY_CODE_PURPOSE, queryCodeMessage } from './query-codes.rules';
import { DELIVERY_COLUMNS, type QueryCodeDelivery } from './query-codes.service';

const BATCH = 50;

/** A message that waits to be sent, with what its text needs. */
interface Waiting {
  id: string;
  mobileSealed: string;
  itemNo: string;
  queryCodeSealed: string;
  attempts: number;
}

/** Sends query codes by text message, outside any transaction (PT-REG-06). The key of a delivery makes sending it twice one message. */
export class QueryCodeMessages {
  constructor(
    private readonly personal: PersonalData,
    private readonly messenger: Messenger,
    private readonly clock: Clock,
  ) {}

  /** Tries a delivery that was just committed; what fails stays PENDING and is tried again. Takes the caller's way to write. Returns it as it now is. */
  async sendNow(deliveryId: string, write: <T>(work: Work<T>) => Promise<T>): Promise<QueryCodeDelivery> {
    const waiting = await write((tx) => waitingMessages(tx, 'd.id = $1', [deliveryId]));
    for (const message of waiting) await this.attempt(message, write);
    return write(async (tx) => {
      const [delivery] = await tx.query<QueryCodeDelivery>(
        `SELECT ${DELIVERY_COLUMNS} FROM query_code_delivery d WHERE d.id = $1`,
        [deliveryId],
      );
      return delivery!;
    });
  }

  /** Tries what is due to be tried again, up to 50; for the scheduler, any number of them at once. Returns how many were sent. */
  async sendWaiting(database: Database): Promise<number> {
    const write = <T>(work: Work<T>) => database.write(scopes.deliverQueryCodes(), work);
    const waiting = await write((tx) =>
      waitingMessages(tx, `d.sms_status = 'PENDING' AND d.next_attempt_at <= $1`, [this.clock.now()]),
    );
    let sent = 0;
    const defects: unknown[] = [];
    for (const message of waiting) {
      try {
        if (await this.attempt(message, write)) sent += 1;
      } catch (error) {
        // One that breaks must not hold up those behind it: it counts as a failed attempt, and is reported.
        defects.push(error);
        await write((tx) => markFailed(tx, message, this.clock.now()));
      }
    }
    if (defects.length > 0) throw new AggregateError(defects, 'query codes could not be sent');
    return sent;
  }

  private async attempt(message: Waiting, write: <T>(work: Work<T>) => Promise<T>): Promise<boolean> {
    const messageId = await this.send(message);
    const now = this.clock.now();
    await write((tx) =>
      messageId === null ? markFailed(tx, message, now) : markSent(tx, message.id, messageId, now),
    );
    return messageId !== null;
  }

  /** The id under which the provider will report on the message, or null when it did not take it. */
  private async send({ id, mobileSealed, itemNo, queryCodeSealed }: Waiting): Promise<string | null> {
    try {
      const { messageId } = await this.messenger.send({
        mobile: this.personal.open(mobileSealed, 'query_code_delivery.mobile')!,
        text: queryCodeMessage({
          itemNo,
          code: this.personal.open(queryCodeSealed, 'case_item.query_code')!,
        }),
        purpose: QUERY_CODE_PURPOSE,
        idempotencyKey: `petitions.query-code.${id}`,
      });
      return messageId;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return null;
    }
  }
}

/** Sends what waits: the job of the scheduler. Returns how many were sent. */
export function sendWaitingQueryCodes(
  database: Database,
  { personal, messenger, clock }: { personal: PersonalData; messenger: Messenger; clock: Clock },
): Promise<number> {
  return new QueryCodeMessages(personal, messenger, clock).sendWaiting(database);
}

function waitingMessages(
  tx: ScopedTransaction,
  condition: string,
  parameters: readonly unknown[],
): Promise<Waiting[]> {
  return tx.query<Waiting>(
    `SELECT d.id, d.mobile_sealed AS "mobileSealed", c.item_no AS "itemNo", c.query_code_sealed AS "queryCodeSealed", d.attempts
     FROM query_code_delivery d JOIN case_item c ON c.id = d.case_item_id
     WHERE ${condition} AND d.sms_status = 'PENDING' ORDER BY d.next_attempt_at, d.id LIMIT ${BATCH}`,
    parameters,
  );
}

async function markSent(tx: ScopedTransaction, id: string, messageId: string, at: Date): Promise<void> {
  await lockMessage(tx, messageId);
  await tx.query(
    `UPDATE query_code_delivery SET sms_status = 'SENT', sent_at = $2, next_attempt_at = NULL, attempts = attempts + 1, message_id = $3,
       version = version + 1
     WHERE id = $1 AND sms_status = 'PENDING'`,
    [id, at, messageId],
  );
  await applyEarlyReport(tx, messageId);
}

async function markFailed(tx: ScopedTransaction, { id, attempts }: Waiting, at: Date): Promise<void> {
  const next = nextAttempt(attempts + 1, at);
  // Another scheduler may have tried meanwhile; its attempt counts, not both.
  await tx.query(
    `UPDATE query_code_delivery SET sms_status = $2, next_attempt_at = $3, attempts = attempts + 1, version = version + 1
     WHERE id = $1 AND sms_status = 'PENDING' AND attempts = $4`,
    [id, next === null ? 'FAILED' : 'PENDING', next, attempts],
  );
}

import type { Logger } from '@junxian/observability';
import { Pool } from 'pg';
import type {
  Acknowledged,
  OutgoingRecord,
  Subscription,
  SubscriptionOptions,
  Transport,
} from '../transport';
import { pause } from '../waiting';
import { EventLog } from './event-log';
import { LeaseSession } from './lease-session';
import { PostgresSubscription } from './postgres-subscription';

export interface PostgresTransportOptions {
  kind: 'postgres';
  /** URL of a database for events alone, whose role may create a schema in it. */
  url: string;
  /** How long records are kept. Default 14 days, as the outbox. */
  retentionMilliseconds?: number;
  logger?: Logger | undefined;
}

const FOURTEEN_DAYS = 14 * 24 * 3600 * 1000;
const CLEAN_EVERY = 10 * 60 * 1000;
const CLEAN_AT_ONCE = 5000;

/** Events over an append-only log in PostgreSQL: for one machine without a broker. */
export function postgresTransport(options: PostgresTransportOptions): Transport {
  return new PostgresTransport(options);
}

class PostgresTransport implements Transport {
  readonly kind = 'postgres';
  private readonly pool: Pool;
  private readonly log: EventLog;
  private readonly leases: LeaseSession;
  private readonly subscriptions = new Set<PostgresSubscription>();
  private readonly closing = new AbortController();
  private readonly cleaning: Promise<void>;

  constructor(private readonly options: PostgresTransportOptions) {
    const onError = (error: unknown) =>
      options.logger?.warn({ err: error }, 'the event log did not answer; trying again');
    this.pool = new Pool({
      connectionString: options.url,
      application_name: 'junxian-event-log',
      max: 6,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    // An idle connection that breaks is replaced; the error must not end the process.
    this.pool.on('error', onError);
    this.log = new EventLog(this.pool);
    this.leases = new LeaseSession(options.url, onError);
    this.cleaning = this.keepClean();
  }

  async publish(records: readonly OutgoingRecord[], clusterId?: string): Promise<Acknowledged[]> {
    return records.length === 0 ? [] : this.log.append(records, clusterId);
  }

  async subscribe(options: SubscriptionOptions): Promise<Subscription> {
    const subscription = new PostgresSubscription(this.log, this.leases, options);
    this.subscriptions.add(subscription);
    return {
      stop: async () => {
        this.subscriptions.delete(subscription);
        await subscription.stop();
      },
    };
  }

  clusterId(): Promise<string> {
    return this.log.clusterId();
  }

  topicIsEmpty(topic: string): Promise<boolean> {
    return this.log.isEmpty(topic);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([...this.subscriptions].map((subscription) => subscription.stop()));
    this.subscriptions.clear();
    await this.cleaning;
    await this.leases.close();
    await this.pool.end();
  }

  private async keepClean(): Promise<void> {
    const { retentionMilliseconds = FOURTEEN_DAYS, logger } = this.options;
    while (!this.closing.signal.aborted) {
      await pause(Math.min(CLEAN_EVERY, retentionMilliseconds), this.closing.signal);
      try {
        let deleted = CLEAN_AT_ONCE;
        while (deleted === CLEAN_AT_ONCE && !this.closing.signal.aborted) {
          deleted = await this.log.deleteOlderThan(retentionMilliseconds, CLEAN_AT_ONCE);
        }
      } catch (error) {
        logger?.warn({ err: error }, 'old events could not be deleted; trying again later');
      }
    }
  }
}

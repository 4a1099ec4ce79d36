import { EventEmitter } from 'node:events';
import { SerialClient } from '../serial-client';
import { pause } from '../waiting';
import { NEWS_CHANNEL } from './log-schema';

const TRY_LEASE_EVERY = 1000;

/** The right to read one partition for one group; gone when the signal is aborted. */
export interface Lease {
  readonly signal: AbortSignal;
  release(): Promise<void>;
}

interface Session {
  client: SerialClient;
  held: Map<string, AbortController>;
}

/**
 * One connection that holds leases (advisory locks, which end with the connection whatever happens
 * to the process) and hears what publishers announce. When it breaks, all leases are lost; it is
 * connected again at the next try for a lease. News missed meanwhile do no harm: whoever gets a
 * lease looks into the log first.
 */
export class LeaseSession {
  /** Emits `news` with a place, `topic/partition`. */
  readonly news = new EventEmitter().setMaxListeners(0);
  private readonly closing = new AbortController();
  private session: Promise<Session> | undefined;

  constructor(
    private readonly url: string,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Waits until nobody else holds the lease; undefined when the signal is aborted first. */
  async acquire(name: string, signal: AbortSignal): Promise<Lease | undefined> {
    while (!signal.aborted && !this.closing.signal.aborted) {
      const lease = await this.tryLease(name).catch((error) => {
        this.onError(error);
        return undefined;
      });
      if (lease !== undefined) return lease;
      await pause(TRY_LEASE_EVERY, signal);
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.closing.abort();
    const session = await this.session?.catch(() => undefined);
    this.session = undefined;
    await session?.client.end();
  }

  private async tryLease(name: string): Promise<Lease | undefined> {
    const session = await this.connected();
    // A lock is granted twice to one connection, so what this process holds is asked for here.
    if (session.held.has(name)) return undefined;
    const controller = new AbortController();
    session.held.set(name, controller);
    const locked = await session.client
      .query<{ locked: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [name])
      .then(
        ({ rows }) => rows[0]!.locked,
        (error) => {
          session.held.delete(name);
          throw error;
        },
      );
    if (!locked || controller.signal.aborted) {
      session.held.delete(name);
      return undefined;
    }
    return {
      signal: controller.signal,
      release: async () => {
        controller.abort();
        await session.client
          .query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name])
          .catch(() => undefined);
        session.held.delete(name);
      },
    };
  }

  private connected(): Promise<Session> {
    if (this.closing.signal.aborted) return Promise.reject(new Error('the event log is closing'));
    this.session ??= this.connect().catch((error) => {
      this.session = undefined;
      throw error;
    });
    return this.session;
  }

  private async connect(): Promise<Session> {
    const client = new SerialClient(
      { connectionString: this.url, application_name: 'junxian-event-leases' },
      () => void this.lost(session),
    );
    const session: Session = { client, held: new Map() };
    client.onNotification((place) => this.news.emit('news', place));
    await client.connect();
    try {
      await client.query(`LISTEN ${NEWS_CHANNEL}`);
      return session;
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  private async lost(session: Session): Promise<void> {
    for (const controller of session.held.values()) controller.abort();
    const current = await this.session?.catch(() => undefined);
    if (current === session) this.session = undefined;
  }
}

import { EventEmitter } from 'node:events';
import { Client } from 'pg';
import { type Backoff, backoffDelay, pause } from '../backoff';
import { NEWS_CHANNEL } from './log-schema';

const RECONNECT: Backoff = { initialMilliseconds: 100, maxMilliseconds: 5000 };
const TRY_LEASE_EVERY = 1000;

/** The right to read one partition for one group; gone when the signal is aborted. */
export interface Lease {
  readonly signal: AbortSignal;
  release(): Promise<void>;
}

interface Session {
  client: Client;
  held: Map<string, AbortController>;
}

/**
 * One connection that holds leases (advisory locks, which end with the connection whatever happens
 * to the process) and hears what publishers announce. Connects again when it breaks; all leases are
 * lost then, and whoever waits for news is woken, since some may have been missed.
 */
export class LeaseSession {
  /** Emits `news` with a place (`topic/partition`), or with undefined when anything may be new. */
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
    await session?.client.end().catch(() => undefined);
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
    this.session ??= this.connect();
    return this.session;
  }

  private async connect(): Promise<Session> {
    for (let failures = 1; ; failures += 1) {
      const client = new Client({ connectionString: this.url, application_name: 'junxian-event-leases', keepAlive: true });
      const session: Session = { client, held: new Map() };
      const lost = () => this.lost(session);
      client.on('error', lost);
      client.on('end', lost);
      client.on('notification', ({ payload }) => this.news.emit('news', payload));
      try {
        await client.connect();
        await client.query(`LISTEN ${NEWS_CHANNEL}`);
        this.news.emit('news', undefined);
        return session;
      } catch (error) {
        await client.end().catch(() => undefined);
        this.onError(error);
        if (this.closing.signal.aborted) throw error;
        await pause(backoffDelay(failures, RECONNECT), this.closing.signal);
      }
    }
  }

  private async lost(session: Session): Promise<void> {
    for (const controller of session.held.values()) controller.abort();
    const current = await this.session?.catch(() => undefined);
    if (current === session) this.session = undefined;
  }
}

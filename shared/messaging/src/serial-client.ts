import { Client, type ClientConfig, type QueryResult, type QueryResultRow } from 'pg';

/** A statement that runs longer has lost its server; the connection is given up. */
const GIVE_UP_AFTER = 60_000;

/** One dedicated PostgreSQL connection that several callers may use: their statements run one after another. */
export class SerialClient {
  private readonly client: Client;
  private last: Promise<unknown> = Promise.resolve();
  private gone = false;

  /** `onLost` is called once when the connection breaks or ends, for whatever reason. */
  constructor(config: ClientConfig, onLost: () => void) {
    this.client = new Client({ keepAlive: true, connectionTimeoutMillis: 10_000, ...config });
    const lost = () => {
      if (this.gone) return;
      this.gone = true;
      onLost();
    };
    this.client.on('error', lost);
    this.client.on('end', lost);
  }

  onNotification(listener: (payload: string) => void): void {
    this.client.on('notification', ({ payload }) => listener(payload ?? ''));
  }

  async connect(): Promise<void> {
    try {
      await this.client.connect();
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  /** Runs one statement after those before it. `giveUpAfter` 0 waits for as long as the server answers. */
  query<Row extends QueryResultRow = QueryResultRow>(
    sql: string,
    parameters: readonly unknown[] = [],
    giveUpAfter = GIVE_UP_AFTER,
  ): Promise<QueryResult<Row>> {
    const result = this.last.then(() => this.run<Row>(sql, parameters, giveUpAfter));
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Runs statements in one transaction, with no other statement between them. */
  transaction(statements: readonly { sql: string; parameters?: readonly unknown[] }[]): Promise<void> {
    const result = this.last.then(async () => {
      await this.run('BEGIN', [], GIVE_UP_AFTER);
      try {
        for (const { sql, parameters = [] } of statements) await this.run(sql, parameters, 0);
        await this.run('COMMIT', [], GIVE_UP_AFTER);
      } catch (error) {
        await this.run('ROLLBACK', [], GIVE_UP_AFTER).catch(() => this.end());
        throw error;
      }
    });
    this.last = result.catch(() => undefined);
    return result;
  }

  async end(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }

  private async run<Row extends QueryResultRow>(
    text: string,
    values: readonly unknown[],
    giveUpAfter: number,
  ): Promise<QueryResult<Row>> {
    const query = this.client.query<Row>(text, [...values]);
    if (giveUpAfter === 0) return query;
    // The advisory locks of this connection are worth nothing if its server is out of reach: without an answer it is closed.
    const timer = setTimeout(() => void this.end(), giveUpAfter);
    try {
      return await query;
    } finally {
      clearTimeout(timer);
    }
  }
}

import type { PoolClient, QueryResult } from 'pg';
import { QueryFailedError } from 'typeorm';

/** As much of the driver's connection as holding its writes back takes. */
interface Held {
  connection: { stream: { cork(): void; uncork(): void } };
}

/**
 * The statements of one transaction on a pipelining connection: they are answered in the order in which they were sent, and
 * those whose answer nobody waits for travel in one packet with the next.
 */
export class Statements {
  private readonly stream: Held['connection']['stream'];
  private holding = false;
  private failure: { error: unknown } | undefined;
  private answered: Promise<unknown> = Promise.resolve();

  constructor(private readonly client: PoolClient) {
    this.stream = (client as unknown as Held).connection.stream;
  }

  /** Sends a statement and all before it; throws its error or that of one before it that was sent without waiting. */
  async query(sql: string, parameters: readonly unknown[] = []): Promise<QueryResult> {
    this.hold();
    const answer = this.submit(sql, parameters);
    this.answered = answer.catch(() => undefined);
    // Whoever asks for several things at once has them in one packet.
    process.nextTick(() => this.letGo());
    try {
      const result = await answer;
      if (this.failure === undefined) return result;
    } catch (error) {
      // After the first failure the server refuses all that follows; what went wrong is the first.
      throw this.failure === undefined ? error : this.failure.error;
    }
    throw this.failure.error;
  }

  /** Sends a statement with the next; its failure is met there. */
  send(sql: string, parameters: readonly unknown[] = []): void {
    this.hold();
    this.answered = this.submit(sql, parameters).catch((error: unknown) => {
      this.failure ??= { error };
    });
  }

  /** Resolves when everything sent was answered. */
  async settled(): Promise<void> {
    this.letGo();
    await this.answered;
  }

  /** The driver's errors come as TypeORM's, as they do of statements that go by its query runner. */
  private async submit(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    try {
      return await this.client.query(sql, parameters as unknown[]);
    } catch (error) {
      throw new QueryFailedError(sql, [...parameters], error as Error);
    }
  }

  /** Nothing leaves before the next query, but not for longer than the present turn of the event loop. */
  private hold(): void {
    if (this.holding) return;
    this.holding = true;
    this.stream.cork();
    setImmediate(() => this.letGo());
  }

  private letGo(): void {
    if (!this.holding) return;
    this.holding = false;
    this.stream.uncork();
  }
}

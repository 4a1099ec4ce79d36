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
    const before = this.answered;
    const answer = this.submit(sql, parameters);
    this.answered = answer.then(
      () => before,
      () => before,
    );
    // Whoever asks for several things at once has them in one packet.
    process.nextTick(() => this.letGo());
    const outcome = await answer.then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    // Answers come in order, but not the promises made of them. After the first failure the server refuses all that follows.
    await before;
    if (this.failure !== undefined) throw this.failure.error;
    if ('error' in outcome) throw outcome.error;
    return outcome.result;
  }

  /** Sends a statement with the next; its failure is met there. */
  send(sql: string, parameters: readonly unknown[] = []): void {
    this.hold();
    const before = this.answered;
    this.answered = this.submit(sql, parameters).then(
      () => before,
      async (error: unknown) => {
        await before;
        this.failure ??= { error };
      },
    );
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

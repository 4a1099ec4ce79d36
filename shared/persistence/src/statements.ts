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
  private unanswered = 0;
  private whenSettled: (() => void) | undefined;

  constructor(private readonly client: PoolClient) {
    this.stream = (client as unknown as Held).connection.stream;
  }

  /** Sends a statement and all before it; throws its error or that of one before it that was sent without waiting. */
  async query(sql: string, parameters: readonly unknown[] = []): Promise<QueryResult> {
    this.hold();
    // Whoever asks for several things at once has them in one packet.
    process.nextTick(this.letGo);
    try {
      return await new Promise<QueryResult>((resolve, reject) => {
        this.submit(sql, parameters, (error, result) => {
          // After the first failure the server refuses all that follows.
          if (this.failure !== undefined) reject(this.failure.error);
          else if (error !== null) reject(error);
          else resolve(result);
        });
      });
    } catch (error) {
      throw this.failure?.error === error ? error : asFailed(error, sql, parameters);
    }
  }

  /** Sends a statement with the next; its failure is met there. */
  send(sql: string, parameters: readonly unknown[] = []): void {
    this.hold();
    // Nothing leaves before the next query, but not for longer than the present turn of the event loop.
    setImmediate(this.letGo);
    this.submit(sql, parameters, (error) => {
      if (error !== null) this.failure ??= { error: asFailed(error, sql, parameters) };
    });
  }

  /** Resolves when everything sent was answered. */
  settled(): Promise<void> {
    this.letGo();
    if (this.unanswered === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.whenSettled = resolve;
    });
  }

  /** `answered` is called once, in the order of sending; the driver calls twice for a value that it cannot write. */
  private submit(
    sql: string,
    parameters: readonly unknown[],
    answered: (error: Error | null, result: QueryResult) => void,
  ): void {
    this.unanswered += 1;
    let isOpen = true;
    this.client.query(sql, parameters as unknown[], (error, result) => {
      if (!isOpen) return;
      isOpen = false;
      this.unanswered -= 1;
      answered(error ?? null, result);
      if (this.unanswered === 0) this.whenSettled?.();
    });
  }

  private hold(): void {
    if (this.holding) return;
    this.holding = true;
    this.stream.cork();
  }

  private readonly letGo = (): void => {
    if (!this.holding) return;
    this.holding = false;
    this.stream.uncork();
  };
}

/** The driver's errors come as TypeORM's, as they do of statements that go by its query runner. */
const asFailed = (error: unknown, sql: string, parameters: readonly unknown[]) =>
  new QueryFailedError(sql, [...parameters], error as Error);

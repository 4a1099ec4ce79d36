import { Client, type QueryResult } from 'pg';

/** A statement is prepared once it was sent so often: what is sent once must not stay in the server's memory. */
const PREPARED_FROM = 3;
/** So many different statements are prepared, in each connection. */
const MOST_PREPARED = 500;
/** A statement that begins so is planned for its values each time. */
export const PLANNED_EACH_TIME = '/* planned each time */';
/** So many texts are counted; more means that texts are made up as they go, and counting begins anew. */
const MOST_COUNTED = 5_000;

/**
 * Decides which statements are worth preparing: those that come again and again, up to a bound. Planning a statement
 * under row-level security takes longer than running it, and the server plans a prepared one once.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();
  private given = 0;
  private counts = new Map<string, number>();

  /** The name to prepare a text under, or undefined to send it as it is. The same text keeps its name until it is renewed. */
  of(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= MOST_PREPARED) return known;
    if (text.startsWith(PLANNED_EACH_TIME)) return undefined;
    const count = (this.counts.get(text) ?? 0) + 1;
    if (count < PREPARED_FROM) {
      if (this.counts.size >= MOST_COUNTED) this.counts = new Map();
      this.counts.set(text, count);
      return undefined;
    }
    this.counts.delete(text);
    return this.name(text);
  }

  /** Has a text prepared under another name from now on; the old name is never given again. */
  renew(text: string): void {
    if (this.names.has(text)) this.name(text);
  }

  private name(text: string): string {
    const name = `junxian_${this.given++}`;
    this.names.set(text, name);
    return name;
  }
}

/**
 * What a prepared statement fails with for ever where it is prepared: its result has other columns since a migration, or
 * the server does not know it any more.
 */
const OUTDATED = new Set(['0A000', '26000']);

/** The connection class of a pool whose connections prepare by the same names. */
export function preparingClient(names = new StatementNames()): typeof Client {
  class PreparingClient extends Client {
    // biome-ignore lint/suspicious/noExplicitAny: the overloads of the driver, passed through
    override query(...args: any[]): any {
      const [text, values, ...rest] = args;
      if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0) return send(this, args);
      const name = names.of(text);
      if (name === undefined) return send(this, args);
      const answer = send(this, [{ name, text, values }, ...rest]);
      // With a callback there is no promise.
      return answer?.catch((error: { code?: string }) => {
        if (OUTDATED.has(error.code ?? '')) names.renew(text);
        throw error;
      });
    }
  }
  const send = (client: Client, args: unknown[]): Promise<QueryResult> | undefined =>
    (Client.prototype.query as (...given: unknown[]) => Promise<QueryResult> | undefined).apply(client, args);
  return PreparingClient;
}

import * as driver from 'pg';
import { Client, Query, type QueryResult } from 'pg';

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

  /** `only`: the texts that may be prepared, where not all may. */
  constructor(private readonly only?: ReadonlySet<string>) {}

  /** The name to prepare a text under, or undefined to send it as it is. The same text keeps its name until it is renewed. */
  of(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= MOST_PREPARED) return known;
    if (text.startsWith(PLANNED_EACH_TIME) || this.only?.has(text) === false) return undefined;
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

type Callback = (error: Error | null, result: QueryResult) => void;

/** What the driver makes of the server's description of a statement's rows. */
interface Columns {
  fields: unknown;
  _parsers: unknown;
  _prebuiltEmptyResultObject: unknown;
}
/** As much of the driver's query, and of its connection, as sending a known statement takes. */
interface DriverQuery {
  name: string;
  text: string;
  values: readonly unknown[];
  callback: Callback | undefined;
  _result: Columns;
  _accumulateRows: boolean;
  hasBeenParsed(connection: DriverConnection): boolean;
  prepare(connection: DriverConnection): void;
  handleError(error: unknown, connection: DriverConnection): void;
  handleRowDescription(message: unknown): void;
  handleCommandComplete(message: unknown, connection: DriverConnection): void;
}
interface DriverConnection {
  submittedNamedStatements: Record<string, string>;
  parse(what: { name: string; text: string }): void;
  describe(what: { type: 'P' }): void;
  bind(what: { statement: string; values: readonly unknown[]; valueMapper: unknown }): void;
  execute(): void;
  sync(): void;
}
const BaseQuery = Query as unknown as new (text: string, values: unknown[]) => DriverQuery;
/** How the driver writes a value. */
const { prepareValue } = (driver as unknown as { utils: { prepareValue: unknown } }).utils;

/**
 * A prepared statement that asks once what its rows look like: as long as it is prepared on a connection they look the same, and telling and
 * reading it takes longer than most rows.
 */
class PreparedQuery extends BaseQuery {
  /** `known`: the columns of the statements of one connection, by name; null where a statement returns no rows. */
  constructor(
    name: string,
    text: string,
    values: unknown[],
    private readonly known: Map<string, Columns | null>,
  ) {
    super(text, values);
    this.name = name;
  }

  /** As the driver does it, but for the question where it was answered, and for what could not be written: that is no reason to forget the statement. */
  override prepare(connection: DriverConnection): void {
    const isParsed = this.hasBeenParsed(connection);
    const columns = isParsed ? this.known.get(this.name) : undefined;
    if (!isParsed) {
      connection.parse({ name: this.name, text: this.text });
      connection.submittedNamedStatements[this.name] = this.text;
    }
    try {
      connection.bind({ statement: this.name, values: this.values, valueMapper: prepareValue });
    } catch (error) {
      connection.sync();
      this.handleError(error, connection);
      return;
    }
    if (columns === undefined) connection.describe({ type: 'P' });
    else if (columns !== null) {
      Object.assign(this._result, columns);
      this._accumulateRows = true;
    }
    connection.execute();
    connection.sync();
  }

  override handleRowDescription(message: unknown): void {
    super.handleRowDescription(message);
    const { fields, _parsers, _prebuiltEmptyResultObject } = this._result;
    this.known.set(this.name, { fields, _parsers, _prebuiltEmptyResultObject });
  }

  override handleCommandComplete(message: unknown, connection: DriverConnection): void {
    if (!this.known.has(this.name)) this.known.set(this.name, null);
    super.handleCommandComplete(message, connection);
  }
}

/** The connection class of a pool whose connections prepare by the same names. */
export function preparingClient(names: StatementNames): typeof Client {
  class PreparingClient extends Client {
    private readonly columns = new Map<string, Columns | null>();

    // biome-ignore lint/suspicious/noExplicitAny: the overloads of the driver, passed through
    override query(...args: any[]): any {
      const [text, values, callback] = args;
      const name = typeof text === 'string' && Array.isArray(values) && values.length > 0 && names.of(text);
      if (!name) return (super.query as (...given: unknown[]) => unknown)(...args);
      const send = (answered: Callback) => {
        const query = new PreparedQuery(name, text, values, this.columns);
        query.callback = (error, result) => {
          if (OUTDATED.has((error as { code?: string } | null)?.code ?? '')) names.renew(text);
          answered(error, result);
        };
        super.query(query as never);
      };
      if (typeof callback === 'function') return send(callback);
      return new Promise<QueryResult>((resolve, reject) => {
        send((error, result) => (error ? reject(error) : resolve(result)));
      });
    }
  }
  return PreparingClient;
}

import type { Scope } from '@junxian/identity';
import { currentTraceparent, inSpan, SpanKind } from '@junxian/observability';
import type { PoolClient, QueryResult } from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { SnakeCaseNaming } from './naming-strategy';
import { PLANNED_EACH_TIME, preparingClient, StatementNames } from './preparing-client';
import { type PlanChoice, SET_SCOPE, scopeSettings } from './scope-settings';
import { Statements } from './statements';

/** One transaction in which row-level security knows who asks. */
export interface ScopedTransaction {
  readonly scope: Scope;
  /** The W3C trace context it runs in; what it records for others carries it on. */
  readonly traceparent?: string | undefined;
  /** TypeORM, bound to this transaction. */
  readonly manager: EntityManager;
  /** Plain SQL in this transaction; returns the rows (for UPDATE and DELETE: those of RETURNING). */
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /**
   * Sends a statement whose rows nobody needs, without waiting: it travels with the next one. The order stays; when it fails,
   * so do the next `query`, and the transaction at the latest, with its error. Not for what a caller catches.
   */
  send(sql: string, parameters?: readonly unknown[]): void;
  /** Runs work last, just before COMMIT, in the order given: for locks that must be held briefly. */
  beforeCommit(action: () => Promise<void>): void;
  /** Runs an action once the transaction is committed; never when it rolled back. */
  afterCommit(action: () => void): void;
}

export type Work<T> = (tx: ScopedTransaction) => Promise<T>;

/** The transactions of one request: reads share one snapshot, a write is a transaction of its own. */
export interface RequestSession {
  /** The read transaction, opened at the first call. */
  read(): Promise<ScopedTransaction>;
  /** Ends the read transaction, then runs one writing transaction; a later read sees what was written. */
  write<T>(work: Work<T>): Promise<T>;
  /** Ends what is open. Safe to call twice. */
  close(): Promise<void>;
}

export interface Database {
  readonly name: string;
  readonly dataSource: DataSource;
  /** Runs work in a REPEATABLE READ, READ ONLY transaction. */
  read<T>(scope: Scope, work: Work<T>): Promise<T>;
  /**
   * Runs work in a READ COMMITTED transaction: committed when work resolves, rolled back when it throws.
   * `traceparent`: what it is done for, where that is not the active span.
   */
  write<T>(scope: Scope, work: Work<T>, traceparent?: string): Promise<T>;
  session(scope: Scope, traceparent?: string): RequestSession;
  close(): Promise<void>;
}

/** A class that TypeORM's decorators made an entity. */
export type EntityClass = new () => object;

export interface DatabaseOptions {
  /** Name of the service, for traces and `application_name`. */
  name: string;
  /** URL of the application role. */
  url: string;
  entities: readonly EntityClass[];
  poolSize?: number;
  /**
   * Whether statements that come again are prepared, with one plan for all values and callers. Saves most of the planning, which under
   * nested policies costs more than the work; not for a service whose policies compare ranges, where the best plan is the caller's own.
   * Lists of pages are planned each time all the same.
   */
  prepared?: boolean | undefined;
}

const BEGIN_READ = 'START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY';
const BEGIN_WRITE = 'START TRANSACTION ISOLATION LEVEL READ COMMITTED';

/** Connects the application role. Throws the driver's error when the server does not answer. */
export async function openDatabase({
  name,
  url,
  entities,
  poolSize = 10,
  prepared = false,
}: DatabaseOptions): Promise<Database> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    entities: [...entities],
    namingStrategy: new SnakeCaseNaming(),
    applicationName: name,
    poolSize,
    extra: {
      Client: preparingClient(new StatementNames(prepared ? undefined : new Set([SET_SCOPE]))),
      pipeline: true,
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
    },
    // A connection broken while idle is replaced by the pool; it must not end the process.
    poolErrorHandler: () => undefined,
  });
  await dataSource.initialize();
  return new TypeOrmDatabase(name, dataSource, prepared ? 'force_generic_plan' : 'auto');
}

class TypeOrmDatabase implements Database {
  constructor(
    readonly name: string,
    readonly dataSource: DataSource,
    private readonly plans: PlanChoice,
  ) {}

  read<T>(scope: Scope, work: Work<T>): Promise<T> {
    return this.run(BEGIN_READ, scope, work);
  }

  write<T>(scope: Scope, work: Work<T>, traceparent?: string): Promise<T> {
    return this.run(BEGIN_WRITE, scope, work, traceparent);
  }

  session(scope: Scope, traceparent?: string): RequestSession {
    return new LazySession(this, scope, traceparent);
  }

  close(): Promise<void> {
    return this.dataSource.destroy();
  }

  async open(begin: string, scope: Scope, traceparent: string | undefined): Promise<OpenTransaction> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const transaction = new OpenTransaction(
        runner,
        (await runner.connect()) as PoolClient,
        scope,
        this.plans,
        currentTraceparent() ?? traceparent,
      );
      // With the first statement: every transaction begins so.
      transaction.send(begin);
      transaction.send(SET_SCOPE, scopeSettings(scope, this.plans));
      return transaction;
    } catch (error) {
      await runner.release();
      throw error;
    }
  }

  private async run<T>(begin: string, scope: Scope, work: Work<T>, traceparent?: string): Promise<T> {
    return inSpan(
      `${this.name} transaction`,
      { kind: SpanKind.CLIENT, attributes: { 'db.system': 'postgresql' }, parent: traceparent },
      async () => {
        const transaction = await this.open(begin, scope, traceparent);
        try {
          const result = await work(transaction);
          await transaction.commit();
          return result;
        } catch (error) {
          await transaction.rollback();
          throw error;
        }
      },
    );
  }
}

class OpenTransaction implements ScopedTransaction {
  private readonly statements: Statements;
  private readonly last: (() => Promise<void>)[] = [];
  private readonly after: (() => void)[] = [];
  /** Nothing is taken any more: COMMIT or ROLLBACK was sent, and what came after it would be a transaction of its own. */
  private ending = false;
  private released = false;

  constructor(
    private readonly runner: QueryRunner,
    client: PoolClient,
    readonly scope: Scope,
    private readonly plans: PlanChoice,
    readonly traceparent: string | undefined,
  ) {
    this.statements = new Statements(client);
  }

  get manager(): EntityManager {
    return this.runner.manager;
  }

  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    this.refuseAfterTheEnd();
    const answer =
      this.plans === 'auto' || !sql.startsWith(PLANNED_EACH_TIME)
        ? this.statements.query(sql, parameters)
        : this.plannedForItsValues(sql, parameters);
    return (await answer).rows as Row[];
  }

  /** Being sent without a name is not enough: the choice of plans holds for nameless statements too. All three travel together. */
  private plannedForItsValues(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    this.statements.send('SET LOCAL plan_cache_mode = force_custom_plan');
    const answer = this.statements.query(sql, parameters);
    this.statements.send(`SET LOCAL plan_cache_mode = ${this.plans}`);
    return answer;
  }

  send(sql: string, parameters: readonly unknown[] = []): void {
    this.refuseAfterTheEnd();
    this.statements.send(sql, parameters);
  }

  private refuseAfterTheEnd(): void {
    if (this.ending) throw new Error('this transaction has ended');
  }

  beforeCommit(action: () => Promise<void>): void {
    this.last.push(action);
  }

  afterCommit(action: () => void): void {
    this.after.push(action);
  }

  async commit(): Promise<void> {
    for (const action of this.last) await action();
    this.ending = true;
    const { command } = await this.statements.query('COMMIT');
    // So PostgreSQL ends a transaction in which a statement failed, whoever may have caught the error.
    if (command !== 'COMMIT') throw new Error('the transaction was aborted by a statement that failed');
    await this.end();
    for (const action of this.after) action();
  }

  async rollback(): Promise<void> {
    if (this.released) return;
    this.ending = true;
    try {
      await this.statements.query('ROLLBACK');
    } catch {
      // The connection is gone and the transaction with it, or what failed is known already.
    } finally {
      await this.end();
    }
  }

  private async end(): Promise<void> {
    this.released = true;
    await this.statements.settled();
    await this.runner.release();
  }
}

class LazySession implements RequestSession {
  private opened: Promise<OpenTransaction> | undefined;
  private closed = false;

  constructor(
    private readonly database: TypeOrmDatabase,
    private readonly scope: Scope,
    private readonly traceparent: string | undefined,
  ) {}

  read(): Promise<ScopedTransaction> {
    if (this.closed) return Promise.reject(new Error('this request has ended'));
    this.opened ??= this.database.open(BEGIN_READ, this.scope, this.traceparent);
    return this.opened;
  }

  async write<T>(work: Work<T>): Promise<T> {
    await this.endRead();
    return this.database.write(this.scope, work, this.traceparent);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.endRead();
  }

  private async endRead(): Promise<void> {
    const opened = this.opened;
    this.opened = undefined;
    if (opened === undefined) return;
    try {
      await (await opened).commit();
    } catch {
      await opened.then((transaction) => transaction.rollback()).catch(() => undefined);
    }
  }
}

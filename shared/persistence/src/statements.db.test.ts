import { setTimeout as pause } from 'node:timers/promises';
import { serviceScope } from '@junxian/identity';
import { type TestDatabase, testDatabase } from '@junxian/test-kit';
import { Connection } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { JunxianFunctions1000000000001 } from './base-migration';
import { type Database, openDatabase, type ScopedTransaction } from './database';
import { keysetPage } from './keyset-page';
import { isUniqueViolation } from './postgres-errors';
import { SET_SCOPE } from './scope-settings';

class Words1000000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE word (place serial PRIMARY KEY, text text NOT NULL UNIQUE)');
    // Three rows of 50,000 are of kind 1: which plan is good depends on the value.
    await runner.query('CREATE TABLE skewed (id int PRIMARY KEY, kind int NOT NULL)');
    await runner.query(
      'INSERT INTO skewed SELECT n, CASE WHEN n % 16000 = 0 THEN 1 ELSE 0 END FROM generate_series(1, 50000) n',
    );
    await runner.query('CREATE INDEX skewed_kind ON skewed (kind)');
    await runner.query('ANALYZE skewed');
  }
  async down(): Promise<void> {}
}

const scope = serviceScope('test');
let store: TestDatabase;
/** One connection: whatever a transaction leaves behind on it, the next one finds. */
let single: Database;
const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  store = await testDatabase({
    service: 'persistence-test',
    migrations: [JunxianFunctions1000000000001, Words1000000000100],
    prepared: true,
  });
  single = await openDatabase({
    name: 'single',
    url: store.appUrl,
    entities: [],
    poolSize: 1,
    prepared: true,
  });
});
afterAll(async () => {
  await single?.close();
  await store?.close();
  process.off('unhandledRejection', note);
});
afterEach(async () => {
  await pause(0);
  expect(unhandled).toEqual([]);
  await store.adminQuery('TRUNCATE word RESTART IDENTITY');
});

const say = (tx: ScopedTransaction, text: string) => tx.send('INSERT INTO word (text) VALUES ($1)', [text]);
const words = async () =>
  (await store.adminQuery<{ text: string }>('SELECT text FROM word ORDER BY place')).map(({ text }) => text);
const number = async (tx: ScopedTransaction) => (await tx.query('SELECT 1 AS n'))[0];
/** The connection is as a new one: no settings, no transaction, and it answers. */
const expectCleanConnection = async () => {
  const [settings] = await single.dataSource.query(
    `SELECT coalesce(current_setting('junxian.actor', true), '') AS actor, current_setting('plan_cache_mode') AS plans,
            coalesce(current_setting('junxian.region_high', true), '') AS high, now() = statement_timestamp() AS alone`,
  );
  expect(settings).toEqual({ actor: '', plans: 'auto', high: '', alone: true });
  expect(await single.write(scope, number)).toEqual({ n: 1 });
};

describe('sent statements', () => {
  it('keep their place among those that are waited for', async () => {
    await single.write(scope, async (tx) => {
      say(tx, 'a');
      say(tx, 'b');
      await tx.query(`INSERT INTO word (text) VALUES ('c')`);
      say(tx, 'd');
      await Promise.all([tx.query(`INSERT INTO word (text) VALUES ('e')`), number(tx)]);
      await pause(2);
      say(tx, 'f');
      tx.beforeCommit(async () => say(tx, 'g'));
    });
    expect(await words()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });

  it('are seen by the next query, and leave with the transaction when nobody queries', async () => {
    const seen = await single.write(scope, async (tx) => {
      say(tx, 'a');
      return tx.query('SELECT text FROM word');
    });
    expect(seen).toEqual([{ text: 'a' }]);
    await single.write(scope, async (tx) => say(tx, 'b'));
    expect(await words()).toEqual(['a', 'b']);
  });

  it('one that fails fails the next query with its own error, and nothing stays', async () => {
    const failing = single.write(scope, async (tx) => {
      say(tx, 'twice');
      say(tx, 'twice');
      say(tx, 'after');
      await number(tx);
    });
    const error = await failing.catch((thrown) => thrown);
    expect(isUniqueViolation(error, 'word_text_key')).toBe(true);
    expect(await words()).toEqual([]);
    await expectCleanConnection();
  });

  it('one that fails last fails the transaction, whose after-commit actions do not run', async () => {
    const after = jest.fn();
    const failing = single.write(scope, async (tx) => {
      tx.afterCommit(after);
      say(tx, 'twice');
      say(tx, 'twice');
    });
    expect(isUniqueViolation(await failing.catch((thrown) => thrown))).toBe(true);
    expect(after).not.toHaveBeenCalled();
    expect(await words()).toEqual([]);
  });

  it('a caller that swallows the error of the next query commits nothing', async () => {
    const failing = single.write(scope, async (tx) => {
      say(tx, 'twice');
      say(tx, 'twice');
      await number(tx).catch(() => undefined);
      return 'done';
    });
    expect(isUniqueViolation(await failing.catch((thrown) => thrown))).toBe(true);
    expect(await words()).toEqual([]);
    await expectCleanConnection();
  });

  it('another error of the work ends the transaction; what was sent is neither kept nor left unhandled', async () => {
    const failing = single.write(scope, async (tx) => {
      say(tx, 'a');
      say(tx, 'a');
      throw new Error('something else');
    });
    await expect(failing).rejects.toThrow('something else');
    expect(await words()).toEqual([]);
    await expectCleanConnection();
  });

  it('a branch of the work that outlives it writes nothing outside the transaction', async () => {
    let outcome: unknown;
    let branch = Promise.resolve();
    const failing = single.write(scope, async (tx) => {
      await number(tx);
      branch = (async () => {
        // Turn by turn until the transaction takes no more: one of these falls between ROLLBACK and its answer.
        for (let turn = 0; turn < 500; turn += 1) {
          await new Promise<void>((resolve) => setImmediate(resolve));
          say(tx, `turn ${turn}`);
        }
      })().catch((error) => {
        outcome = error;
      });
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    await branch;
    expect(outcome).toMatchObject({ message: 'this transaction has ended' });
    expect(await words()).toEqual([]);
  });

  it('a statement that takes too long is cancelled; the transaction rolls back and the connection is used again', async () => {
    const failing = single.write(scope, async (tx) => {
      say(tx, 'a');
      tx.send(`SET LOCAL statement_timeout = '20ms'`);
      tx.send('SELECT pg_sleep($1)', [5]);
      await number(tx);
    });
    expect(await failing.catch((thrown) => thrown.driverError?.code)).toBe('57014');
    expect(await words()).toEqual([]);
    await expectCleanConnection();
  });

  it('a value that cannot be written is refused before it leaves, whether asked for, sent or prepared', async () => {
    const unwritable = { n: 1n };
    const write = (tx: ScopedTransaction, value: unknown) => tx.query('SELECT $1::jsonb AS value', [value]);
    for (let n = 0; n < 4; n += 1) {
      await expect(single.write(scope, (tx) => write(tx, unwritable))).rejects.toThrow('BigInt');
      expect(await single.write(scope, (tx) => write(tx, { n }))).toEqual([{ value: { n } }]);
      const failing = single.write(scope, async (tx) => {
        say(tx, 'a');
        tx.send('SELECT $1::jsonb', [unwritable]);
        await number(tx);
      });
      await expect(failing).rejects.toThrow('BigInt');
    }
    expect(await words()).toEqual([]);
    await expectCleanConnection();
  });

  it('a connection that breaks is replaced', async () => {
    const failing = single.write(scope, async (tx) => {
      const [own] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      say(tx, 'a');
      await store.adminQuery('SELECT pg_terminate_backend($1, 2000)', [own!.pid]);
      say(tx, 'b');
      await number(tx);
    });
    await expect(failing).rejects.toThrow();
    expect(await words()).toEqual([]);
    await expectCleanConnection();
  });
});

describe('prepared statements', () => {
  const prepared = async (like: string) =>
    (
      await single.dataSource.query(
        `SELECT generic_plans::int AS generic, custom_plans::int AS custom FROM pg_prepared_statements WHERE statement LIKE '${like}'`,
      )
    )[0];
  const again = async (times: number, work: (tx: ScopedTransaction) => Promise<unknown>) => {
    for (let n = 0; n < times; n += 1) await single.read(scope, work);
  };

  it('one text with values of several types and null means the same prepared and not', async () => {
    const values = [5, '5', null, 5n, 5.0, 7];
    const ask = (tx: ScopedTransaction) =>
      Promise.all(values.map((value) => tx.query('SELECT $1::int + 1 AS sum, $1::text AS text', [value])));
    const first = await single.read(scope, ask);
    expect(first.map(([row]) => (row as { sum: number | null }).sum)).toEqual([6, 6, null, 6, 6, 8]);
    expect(await single.read(scope, ask)).toEqual(first);
    const lists = (tx: ScopedTransaction) =>
      Promise.all([[1, 2], ['3'], []].map((list) => tx.query('SELECT cardinality($1::int[]) AS n', [list])));
    for (let n = 0; n < 3; n += 1)
      expect(await single.read(scope, lists)).toEqual([[{ n: 2 }], [{ n: 1 }], [{ n: 0 }]]);
    expect(await prepared('SELECT cardinality%')).toBeDefined();
  });

  it('has one plan for all values, except a page of a list, which is planned for its own', async () => {
    const kind = (tx: ScopedTransaction) => tx.query('SELECT count(*) FROM skewed WHERE kind = $1', [1]);
    await again(6, kind);
    expect(await prepared('SELECT count(*) FROM skewed%')).toEqual({ generic: 4, custom: 0 });

    const page = (tx: ScopedTransaction) =>
      keysetPage<{ id: number }>(tx, {
        select: 'id',
        from: 'skewed s',
        where: ['kind = $1'],
        parameters: [1],
        order: [{ column: 's.id', key: 'id', type: 'int' }],
      });
    const readByKind = async () =>
      Number(
        (
          await store.adminQuery(
            `SELECT idx_tup_read AS n FROM pg_stat_user_indexes WHERE indexrelname = 'skewed_pkey'`,
          )
        )[0]!.n,
      );
    const before = await readByKind();
    await again(4, async (tx) => {
      tx.send('SELECT pg_stat_force_next_flush()');
      expect((await page(tx)).nodes.map(({ id }) => id)).toEqual([16000, 32000, 48000]);
      expect(await tx.query(`SELECT current_setting('plan_cache_mode') AS plans`)).toEqual([
        { plans: 'force_generic_plan' },
      ]);
    });
    // The plan for any value walks the primary key: 50,000 entries each time.
    expect((await readByKind()) - before).toBeLessThan(100);
    expect(await prepared('%planned each time%')).toBeUndefined();
  });

  it('one whose result a migration changed fails once, and is prepared anew', async () => {
    const ask = (tx: ScopedTransaction) => tx.query('SELECT * FROM word WHERE place > $1', [0]);
    await again(4, ask);
    await store.adminQuery('ALTER TABLE word ADD COLUMN note text');
    await expect(single.read(scope, ask)).rejects.toThrow('cached plan must not change result type');
    expect(await single.read(scope, ask)).toEqual([]);
    await store.adminQuery('ALTER TABLE word DROP COLUMN note');
  });

  it('one asks once what its rows look like, and they look so ever after', async () => {
    const describing = jest.spyOn(Connection.prototype as unknown as { describe(): void }, 'describe');
    try {
      const ask = (tx: ScopedTransaction) =>
        Promise.all([
          tx.query('SELECT $1::int AS n, now() AS at, NULL AS nothing', [7]),
          tx.query('SELECT $1::int AS n WHERE false', [7]),
          tx.query('DELETE FROM word WHERE place = $1', [0]),
        ]);
      for (let n = 0; n < 3; n += 1) await single.write(scope, ask);
      describing.mockClear();
      for (let n = 0; n < 2; n += 1)
        expect(await single.write(scope, ask)).toEqual([
          [{ n: 7, at: expect.any(Date), nothing: null }],
          [],
          [],
        ]);
      expect(describing).not.toHaveBeenCalled();
    } finally {
      describing.mockRestore();
    }
  });

  it('one prepared before a migration and on another connection after it has the columns of each', async () => {
    const two = await openDatabase({
      name: 'two',
      url: store.appUrl,
      entities: [],
      poolSize: 2,
      prepared: true,
    });
    try {
      const ask = (tx: ScopedTransaction) => tx.query('SELECT w.* FROM word w WHERE w.text = $1', ['a']);
      await two.write(scope, async (tx) => say(tx, 'a'));
      for (let n = 0; n < 4; n += 1) expect(await two.read(scope, ask)).toEqual([{ place: 1, text: 'a' }]);
      await store.adminQuery(`ALTER TABLE word ADD COLUMN note text DEFAULT 'n'`);
      await two.read(scope, async (first) => {
        await number(first);
        expect(await two.read(scope, ask)).toEqual([{ place: 1, text: 'a', note: 'n' }]);
      });
    } finally {
      await two.close();
      await store.adminQuery('ALTER TABLE word DROP COLUMN IF EXISTS note');
    }
  });

  it('where nothing else is prepared, the settings of the scope are', async () => {
    const plain = await openDatabase({ name: 'plain', url: store.appUrl, entities: [], poolSize: 1 });
    try {
      for (let n = 0; n < 5; n += 1) await plain.read(scope, (tx) => tx.query('SELECT $1::int', [n]));
      expect(await plain.dataSource.query('SELECT statement FROM pg_prepared_statements')).toEqual([
        { statement: SET_SCOPE },
      ]);
    } finally {
      await plain.close();
    }
  });

  it('one that fails is used again by the next transaction', async () => {
    const divide = (by: number) => single.read(scope, (tx) => tx.query('SELECT 6 / $1::int AS n', [by]));
    for (const by of [1, 2, 0, 3, 0, 6]) {
      if (by === 0) await expect(divide(by)).rejects.toThrow('division by zero');
      else expect(await divide(by)).toEqual([{ n: 6 / by }]);
    }
  });
});

import { type Scope, scopeOf, serviceScope } from '@junxian/identity';
import { principals, type TestDatabase, testDatabase } from '@junxian/test-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { JunxianFunctions1000000000001 } from './base-migration';
import { type KeysetOrder, keysetPage } from './keyset-page';
import { isOutsideScope } from './postgres-errors';
import { definer, protectByRegion } from './row-level-security';

class Notes1000000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE note (id int PRIMARY KEY, region_code text COLLATE "C" NOT NULL, body text NOT NULL)`,
    );
    await runner.query(protectByRegion('note'));
    await runner.query(
      definer(
        'persistence_test',
        'note_exists(int)',
        'CREATE FUNCTION note_exists(wanted int) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT EXISTS (SELECT FROM note WHERE id = wanted) $$',
      ),
    );
  }
  async down(): Promise<void> {}
}

const county = (code: string): Scope =>
  scopeOf(principals.officer({ regionCode: code, regionLevel: 'COUNTY' }));

describe('scoped transactions', () => {
  let store: TestDatabase;
  const yungang = county('140214000000');
  const yunzhou = county('140215000000');

  beforeAll(async () => {
    store = await testDatabase({
      service: 'persistence-test',
      migrations: [JunxianFunctions1000000000001, Notes1000000000100],
    });
    await store.database.write(serviceScope('test'), (tx) =>
      tx.query(
        `INSERT INTO note SELECT n, CASE WHEN n % 2 = 0 THEN '140214000000' ELSE '140215001001' END, 'n' || n FROM generate_series(1, 50) n`,
      ),
    );
  });
  afterAll(() => store.close());

  const seen = (scope: Scope) =>
    store.database.read(
      scope,
      async (tx) => (await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM note'))[0]!.n,
    );

  it('shows a county its own rows only, a service all, nobody none', async () => {
    expect(await seen(yungang)).toBe(25);
    expect(await seen(yunzhou)).toBe(25);
    expect(await seen(serviceScope('test'))).toBe(50);
    expect(await seen(scopeOf(principals.anonymous()))).toBe(0);
    expect(
      await seen(
        scopeOf(principals.officer({ regionCode: '140214000000', regionLevel: 'COUNTY', pending: true })),
      ),
    ).toBe(0);
  });

  it('shows nothing to a connection without settings, and the owner is held too', async () => {
    const client = await store.appClient();
    expect((await client.query('SELECT * FROM note')).rowCount).toBe(0);
    await client.end();
    expect(
      (
        await store.adminQuery(`SELECT relforcerowsecurity AS forced FROM pg_class WHERE relname = 'note'`)
      )[0]!.forced,
    ).toBe(true);
  });

  it('refuses to write a row outside the scope, and moves none out of it', async () => {
    const insert = store.database.write(yungang, (tx) =>
      tx.query(`INSERT INTO note VALUES (100, '140215000000', 'x')`),
    );
    expect(await insert.catch(isOutsideScope)).toBe(true);
    const move = store.database.write(yungang, (tx) =>
      tx.query(`UPDATE note SET region_code = '140215000000' WHERE id = 2`),
    );
    expect(await move.catch(isOutsideScope)).toBe(true);
    expect(
      await store.database.write(yungang, (tx) => tx.query(`DELETE FROM note WHERE id = 1 RETURNING id`)),
    ).toEqual([]);
  });

  it('a read transaction cannot write, and does not see what is committed after it began', async () => {
    await expect(store.database.read(yungang, (tx) => tx.query(`DELETE FROM note`))).rejects.toThrow(
      /read-only/,
    );
    const session = store.database.session(yungang);
    const count = async () =>
      (await (await session.read()).query<{ n: number }>('SELECT count(*)::int n FROM note'))[0]!.n;
    expect(await count()).toBe(25);
    await store.database.write(yungang, (tx) =>
      tx.query(`INSERT INTO note VALUES (200, '140214000000', 'x')`),
    );
    expect(await count()).toBe(25);
    await session.write((tx) => tx.query(`INSERT INTO note VALUES (202, '140214000000', 'y')`));
    expect(await count()).toBe(27);
    await session.close();
    await store.database.write(yungang, (tx) => tx.query(`DELETE FROM note WHERE id >= 200`));
  });

  it('rolls back whole when the work throws; hooks run in their place', async () => {
    const order: string[] = [];
    const failing = store.database.write(yungang, async (tx) => {
      tx.afterCommit(() => order.push('after commit of a failure'));
      await tx.query(`INSERT INTO note VALUES (300, '140214000000', 'x')`);
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    expect(await seen(yungang)).toBe(25);
    await store.database.write(yungang, async (tx) => {
      tx.afterCommit(() => order.push('committed'));
      tx.beforeCommit(async () => void order.push('before'));
      order.push('work');
    });
    expect(order).toEqual(['work', 'before', 'committed']);
  });

  it('gives every connection back: two hundred requests through a small pool', async () => {
    await Promise.all(
      Array.from({ length: 200 }, (_, n) => (n % 3 === 0 ? failed(store, yungang) : seen(yungang))),
    );
    expect(await seen(yungang)).toBe(25);
  });

  it('a definer function alone looks beyond the scope', async () => {
    const exists = (id: number) =>
      store.database.read(
        yungang,
        async (tx) => (await tx.query(`SELECT note_exists($1) AS found`, [id]))[0]!.found,
      );
    expect(await exists(1)).toBe(true);
    expect(await exists(999)).toBe(false);
  });

  it('pages by keyset over ties without loss or repetition', async () => {
    const ids: number[] = [];
    let after: string | null = null;
    for (let pages = 0; pages < 20; pages += 1) {
      const page = await store.database.read(serviceScope('test'), (tx) =>
        keysetPage<{ id: number; region_code: string }>(tx, {
          select: 'id, region_code',
          from: 'note n',
          where: ['id > $1'],
          parameters: [0],
          order: [
            { column: 'n.region_code', key: 'region_code' },
            { column: 'n.id', key: 'id', type: 'int' },
          ],
          first: 7,
          after,
        }),
      );
      ids.push(...page.nodes.map((row) => row.id));
      after = page.endCursor;
      if (!page.hasNextPage) break;
    }
    expect(ids).toHaveLength(50);
    expect(new Set(ids).size).toBe(50);
    expect(ids.slice(0, 3)).toEqual([2, 4, 6]);
  });

  it('orders by the column, not by an alias of the same name, and does not compile with a bare name', async () => {
    const page = (column: KeysetOrder['column'], after: string | null) =>
      store.database.read(serviceScope('test'), (tx) =>
        keysetPage<{ id: string }>(tx, {
          select: 'id::text AS id',
          from: 'note n',
          order: [{ column, key: 'id', type: 'int' }],
          first: 9,
          after,
        }),
      );
    const idsOf = async (column: KeysetOrder['column']) => {
      const first = await page(column, null);
      const second = await page(column, first.endCursor);
      return [...first.nodes, ...second.nodes].map(({ id }) => Number(id));
    };
    const inOrder = Array.from({ length: 18 }, (_, index) => index + 1);
    expect(await idsOf('n.id')).toEqual(inOrder);
    // @ts-expect-error: the alias would order 10 before 2.
    expect(await idsOf('id').catch(() => [])).not.toEqual(inOrder);
  });

  it.each([0, 101, 1.5])('refuses a page of %p rows', async (first) => {
    const page = store.database.read(yungang, (tx) =>
      keysetPage(tx, { select: 'id', from: 'note n', order: [{ column: 'n.id', key: 'id' }], first }),
    );
    await expect(page).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'first' });
  });

  it('refuses a cursor that is not its own', async () => {
    const page = store.database.read(yungang, (tx) =>
      keysetPage(tx, {
        select: 'id',
        from: 'note n',
        order: [{ column: 'n.id', key: 'id' }],
        after: 'bm9uc2Vuc2U',
      }),
    );
    await expect(page).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'after' });
  });
});

const failed = (store: TestDatabase, scope: Scope) =>
  store.database
    .write(scope, async () => {
      throw new Error('stop');
    })
    .catch(() => undefined);

import { type Scope, scopeOf } from '@junxian/identity';
import { keysetPage } from '@junxian/persistence';
import { countStatements, principals, subgraphClient, testIssuer } from '@junxian/test-kit';
import { FIRST_COUNTY, seedHouseholds } from '../../services/poverty-alleviation/bench/seed-households';
import { householdPageQuery } from '../../services/poverty-alleviation/src/households/household-list.service';
import { officer, openStore } from '../../services/poverty-alleviation/src/testing/store.support.test';
import { startTestSubgraph } from '../../services/poverty-alleviation/src/testing/subgraph.support.test';
import { report, sideBySide } from './support/measure';
import { run } from './support/postgres';

const HOUSEHOLDS = Number(process.env.BENCH_HOUSEHOLDS ?? 1_000_000);
const ROUNDS = 300;
const PAGE =
  'query ($first: Int) { households(year: 2017, first: $first) { nodes { householdNo region { code } record(year: 2017) { members { name } } } } }';

run(async () => {
  const store = await openStore();
  const started = Date.now();
  await seedHouseholds(store, { count: HOUSEHOLDS, perVillage: 100 });
  await store.adminQuery('VACUUM ANALYZE household');
  await store.adminQuery('VACUUM ANALYZE household_year_record');
  await store.adminQuery('VACUUM ANALYZE member_year_record');
  console.log(`${HOUSEHOLDS} households in ${Math.round((Date.now() - started) / 1000)} s`);

  const county = scopeOf(principals.officer({ regionCode: FIRST_COUNTY, regionLevel: 'COUNTY' }));
  const range = { low: county.regionLow, high: county.regionHigh };
  await compare('a page of 20 households under a county scope, of 1,000,000', county, {
    year: 2017,
    range,
    first: 20,
  });
  const start = await firstCursor(county, range);
  await compare('the same, deep in the list', county, { year: 2017, range, first: 20, after: start });

  const none = await store.database.read(
    scopeOf(principals.officer({ regionCode: '990000000000', regionLevel: 'PROVINCE' })),
    (tx) => tx.query<{ n: number }>('SELECT count(*)::int AS n FROM household'),
  );
  if (none[0]!.n !== 0) throw new Error('row-level security is not at work in this benchmark');
  await reportStatements();
  await store.close();

  /** SQL statements of one GraphQL page with records and members, whatever its length. */
  async function reportStatements(): Promise<void> {
    const issuer = testIssuer();
    const running = await startTestSubgraph(store, issuer);
    const client = subgraphClient(running.url, issuer, officer(FIRST_COUNTY, 'COUNTY', 'VIEWER'));
    const statements = async (first: number) => {
      const page = await countStatements(store.database, () => client.query(PAGE, { first }));
      const nodes = page.result.data?.households.nodes.length;
      if (nodes !== first) throw new Error(`a page of ${nodes}: ${JSON.stringify(page.result.errors)}`);
      return page.statements;
    };
    await statements(1);
    const [one, hundred] = [await statements(1), await statements(100)];
    await running.stop();
    report('SQL statements of a page of 100 households, transaction included', hundred, 'statements', {
      atMost: one,
    });
  }

  async function compare(
    what: string,
    scope: Scope,
    query: Parameters<typeof householdPageQuery>[0],
  ): Promise<void> {
    const [sql, parameters] = await statementOf(scope, query);
    const protectedClient = await store.appClient();
    await protectedClient.query(
      `SELECT set_config('junxian.region_low', $1, false), set_config('junxian.region_high', $2, false), set_config('junxian.actor', 'CALLER', false)`,
      [scope.regionLow, scope.regionHigh],
    );
    const [plain, secured] = await sideBySide(
      ROUNDS,
      () => store.adminQuery(sql, parameters),
      () => protectedClient.query(sql, parameters),
    );
    await protectedClient.end();
    console.log(
      `${what}: ${plain.toFixed(3)} ms without row-level security, ${secured.toFixed(3)} ms with it`,
    );
    report(what, secured / plain, '× the same SQL without row-level security', { atMost: 1.3 });
  }

  /** The statement the service itself sends, and its parameters. */
  async function statementOf(
    scope: Scope,
    query: Parameters<typeof householdPageQuery>[0],
  ): Promise<[string, unknown[]]> {
    let sent: [string, unknown[]] | undefined;
    await store.database.read(scope, async (tx) => {
      const listening = {
        query: (sql: string, parameters: readonly unknown[] = []) => {
          sent = [sql, [...parameters]];
          return tx.query(sql, parameters);
        },
      };
      const page = await keysetPage({ ...tx, ...listening } as typeof tx, householdPageQuery(query));
      if (page.nodes.length !== 20) throw new Error(`a page of ${page.nodes.length}`);
    });
    return sent!;
  }

  async function firstCursor(scope: Scope, wanted: { low: string; high: string }): Promise<string> {
    let after: string | null = null;
    for (let page = 0; page < 40; page += 1) {
      after = (
        await store.database.read(scope, (tx) =>
          keysetPage(tx, householdPageQuery({ year: 2017, range: wanted, first: 100, after })),
        )
      ).endCursor;
    }
    return after!;
  }
});

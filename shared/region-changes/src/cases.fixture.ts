import { randomUUID } from 'node:crypto';
import type { RegionLevel } from '@junxian/administrative-region';
import { ManualClock } from '@junxian/calendar';
import { serviceScope } from '@junxian/identity';
import { JunxianFunctions1000000000001, type MigrationClass, protectByRegion } from '@junxian/persistence';
import { testDatabase } from '@junxian/test-kit';
import { followRegionChanges } from './follow';
import { defineRegionFollowing, type RegionFollowingDefinition } from './following';
import { RegionChangesMigration1000000000030 } from './migration';
import { type RegionChange, receiveRegionChange } from './receive';

const CODE = 'text COLLATE "C" NOT NULL';

class Cases1000000000100 {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query(`
      CREATE TABLE case_item (id uuid PRIMARY KEY, region_code ${CODE}, problem_region_code text COLLATE "C",
        region_epoch integer NOT NULL DEFAULT 0);
      CREATE INDEX ON case_item (region_code);
      CREATE INDEX ON case_item (problem_region_code) WHERE problem_region_code IS NOT NULL;
      ${protectByRegion('case_item')};
      CREATE TABLE task (id uuid PRIMARY KEY DEFAULT uuidv7(), case_item_id uuid NOT NULL REFERENCES case_item (id),
        region_code ${CODE}, region_epoch integer NOT NULL DEFAULT 0);
      CREATE INDEX ON task (region_code);
      CREATE INDEX ON task (case_item_id);
      ${protectByRegion('task')};
      CREATE TABLE petitioner (id uuid PRIMARY KEY DEFAULT uuidv7(), case_item_id uuid NOT NULL REFERENCES case_item (id),
        home_region_code ${CODE});
      CREATE INDEX ON petitioner (home_region_code);
      CREATE INDEX ON petitioner (case_item_id);
      ${protectByRegion('petitioner', { column: 'home_region_code' })};
      CREATE TABLE case_count (region_code ${CODE} PRIMARY KEY, items integer NOT NULL);
      ${protectByRegion('case_count')};
    `);
  }

  async down(): Promise<void> {}
}

/** Counts items under their region code, as a service books what moved. */
const BOOK_ITEMS = `counted AS (
  INSERT INTO case_count AS c (region_code, items)
  SELECT code, sum(items) FROM (
    SELECT old_region_code, -1 FROM moved UNION ALL SELECT new_region_code, 1 FROM moved) AS delta (code, items)
  GROUP BY code ON CONFLICT (region_code) DO UPDATE SET items = c.items + EXCLUDED.items)`;

/** The items whose move was told of by the hook `after`, since the store was opened. */
export const told: string[][] = [];

export const DEFINITION: RegionFollowingDefinition = {
  scope: serviceScope('test.follow-region-changes'),
  tables: [
    {
      name: 'case_item',
      columns: ['region_code', 'problem_region_code'],
      book: { ctes: BOOK_ITEMS },
      after: async (_, ids) => void told.push([...ids]),
      parts: [{ name: 'task' }, { name: 'petitioner', columns: ['home_region_code'], epoch: false }],
    },
  ],
  notFollowed: { 'case_count.region_code': 'booked from the items' },
};
export const following = defineRegionFollowing(DEFINITION);

/** An item, the region codes of its tasks and where its petitioners live. */
export interface CaseRow {
  region: string;
  problem?: string | null;
  tasks?: string[];
  homes?: string[];
}

/** A database of petition-like rows, with what the tests do to them. */
export async function openCases() {
  const store = await testDatabase({
    service: 'region-changes-test',
    migrations: [
      JunxianFunctions1000000000001,
      RegionChangesMigration1000000000030,
      Cases1000000000100,
    ] as MigrationClass[],
  });
  const clock = new ManualClock('2018-01-01T00:00:00+08:00');
  told.length = 0;
  const add = async ({ region, problem = null, tasks = [], homes = [] }: CaseRow) => {
    const id = randomUUID();
    await store.adminQuery('INSERT INTO case_item VALUES ($1, $2, $3)', [id, region, problem]);
    await store.adminQuery('INSERT INTO task (case_item_id, region_code) SELECT $1, unnest($2::text[])', [
      id,
      tasks,
    ]);
    await store.adminQuery(
      'INSERT INTO petitioner (case_item_id, home_region_code) SELECT $1, unnest($2::text[])',
      [id, homes],
    );
    await store.adminQuery(
      'INSERT INTO case_count AS c VALUES ($1, 1) ON CONFLICT (region_code) DO UPDATE SET items = c.items + 1',
      [region],
    );
    return id;
  };
  const receive = (
    kind: RegionChange['kind'],
    moves: RegionChange['moves'],
    given: Partial<RegionChange> = {},
  ) =>
    store.database.write(following.scope, (tx) =>
      receiveRegionChange(tx, {
        data: {
          changeId: randomUUID(),
          kind,
          from: moves.map(({ from }) => from),
          to: moves.map(({ to }) => to),
          effectiveDate: '2018-01-01',
          moves,
          ...given,
        },
        time: '2018-01-01T00:00:00+08:00',
      }),
    );
  /** The item as it stands, in the form in which it was added. */
  const read = async (id: string): Promise<Required<CaseRow>> => {
    const [row] = await store.adminQuery<Required<CaseRow>>(
      `SELECT region_code AS region, problem_region_code AS problem,
         ARRAY(SELECT region_code FROM task WHERE case_item_id = i.id ORDER BY id) AS tasks,
         ARRAY(SELECT home_region_code FROM petitioner WHERE case_item_id = i.id ORDER BY id) AS homes
       FROM case_item i WHERE id = $1`,
      [id],
    );
    return row!;
  };
  return {
    ...store,
    clock,
    add,
    read,
    receive,
    follow: (batchSize = 500) => followRegionChanges(store.database, clock, following, { batchSize }),
    counts: async () =>
      Object.fromEntries(
        (
          await store.adminQuery<{ code: string; items: number }>(
            'SELECT region_code AS code, items FROM case_count WHERE items <> 0 ORDER BY 1',
          )
        ).map(({ code, items }) => [code, items]),
      ),
  };
}

export type CaseStore = Awaited<ReturnType<typeof openCases>>;

export const move = (from: string, to: string, level: RegionLevel) => ({ from, to, level });

import { ancestorsByCode } from '@junxian/administrative-region';
import { scopeOf } from '@junxian/identity';
import { counters, rebuilt } from '../statistics/statistics.fixture';
import { officer } from '../testing/store.support.test';
import type { World } from './model.fixture';

const ANALYST = officer('000000000000', 'NATION', 'VIEWER');

/** Persons by column of table 6.9, without its prefix. */
type Flows = ReadonlyMap<string, number>;

/** The flows of each region that has any in a year, from the tables of all regions above them. */
async function netDecrease({ stage: { store } }: World, year: number): Promise<Map<string, Flows>> {
  const present = await store.adminQuery<{ code: string }>(
    'SELECT DISTINCT region_code AS code FROM statistic_counter WHERE year = $1 AND (count <> 0 OR amount <> 0)',
    [year],
  );
  const above = new Set(present.flatMap(({ code }) => ancestorsByCode(code).slice(0, -1)));
  const flows = new Map<string, Flows>();
  for (const region of above) {
    const { rows } = await store.database.read(scopeOf(ANALYST), (tx) =>
      store.services.statistics.table(tx, { table: 'NET_DECREASE', year, region }),
    );
    const figures = rows.map(({ kind, regionCode, figures: row }) => ({
      ...{ kind, regionCode },
      row: new Map(row.map(({ column, value }) => [column.replace('net.', ''), Number(value)])),
    }));
    for (const { kind, regionCode, row } of figures) if (kind === 'CHILD') flows.set(regionCode, row);
    const total = figures.find(({ kind }) => kind === 'TOTAL')!;
    flows.set(region, total.row);
    for (const [column, value] of total.row) {
      const parts = figures.filter(({ kind }) => kind !== 'TOTAL').map(({ row }) => row.get(column)!);
      const sum = parts.reduce((all, one) => all + one, 0);
      if (sum !== value)
        throw new Error(`${column} of ${region} in ${year}: total ${value}, rows ${sum} (PA-ST-00)`);
    }
  }
  return flows;
}

/**
 * Counters that followed the events are those of a recount of every year; in every region opening and flows give the closing
 * (PA-ST-12), the rows give the total, and the closing of a year is the opening of the next.
 */
export async function expectExactFigures(world: World): Promise<void> {
  const { store } = world.stage;
  const followed = await counters(store);
  for (const year of world.years) await rebuilt(store, year);
  expect(await counters(store)).toEqual(followed);
  let before: Map<string, Flows> | null = null;
  for (const year of world.years) {
    const flows = await netDecrease(world, year);
    for (const [region, of] of flows) {
      const sum = (...columns: string[]) => columns.reduce((all, column) => all + of.get(column)!, 0);
      const closing = sum('opening', 'new', 'returned', 'increase') - sum('exited', 'decrease', 'cleared');
      expect({ region, year, closing }).toEqual({ region, year, closing: sum('closing') });
      expect(sum('netDecrease')).toBe(sum('opening') - sum('closing'));
      if (before !== null) {
        const stood = before.get(region)?.get('closing') ?? 0;
        expect({ region, year, opening: sum('opening') }).toEqual({ region, year, opening: stood });
      }
    }
    before = flows;
  }
}

import { isRefusal } from '@junxian/errors';
import fc from 'fast-check';
import { consumers } from '../events';
import { scopes } from '../service-scopes';
import { rebuildStatistics, recount } from '../statistics/recount.service';
import { figuresStored } from '../statistics/statistics.fixture';
import { openStore, type TestStore } from '../testing/store.support.test';
import { brokenInvariants } from './invariants.fixture';
import { Idle, MOVES, type Move, WEIGHTS } from './moves.fixture';
import { type Snapshot, World } from './world.fixture';

/**
 * Lives at random: officers of eleven organisations, leaders, reviewers, petitioners and the calendar make moves that the
 * rules allow or refuse, in any order. Whatever happens, the invariants hold. The seed is fixed; a failure is shrunk to the
 * fewest moves that show it.
 */
/** 25 runs, 10,050 moves, with JUNXIAN_TESTS=full; what every build plays is a part of the same. */
const FULL = process.env.JUNXIAN_TESTS === 'full';
const RUNS = FULL ? 25 : 4;
const MOVES_PER_RUN = 402;
const SEED = 20_261_122;

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
  // For looking at the events of one item after each move.
  await store.adminQuery('CREATE INDEX ON outbox (key)');
});
afterAll(() => store?.close());

const move: fc.Arbitrary<Move & { item: number }> = fc.noBias(
  fc.record({
    name: fc.oneof(
      ...Object.entries(WEIGHTS).map(([name, weight]) => ({
        arbitrary: fc.constant(name as keyof typeof MOVES),
        weight,
      })),
    ),
    item: fc.nat({ max: 2 }),
    x: fc.nat({ max: 9_999 }),
    y: fc.nat({ max: 9_999 }),
  }),
);

const counter = consumers({
  clock: { now: () => new Date(), today: () => '' },
  regionChangeReceived: () => undefined,
}).find(({ name }) => name === 'petitions.count-items')!;

const made = new Map<string, { done: number; refused: Map<string, number> }>();
/** Every state in which an item stood, if only between two moves. */
const reached = new Set<string>();
let steps = 0;

async function play(moves: readonly (Move & { item: number })[]): Promise<void> {
  store.clock.set('2026-03-02T09:00:00+08:00');
  const world = await World.open(store);
  await world.register('shandong', 3);
  await world.register('lixia', 0);
  // As an item stood after its last move; days that pass move all of them.
  const seen = new Map<string, Snapshot>();
  for (const { name, item, x, y } of moves) {
    steps += 1;
    const id = world.items[item % world.items.length]!;
    const before = seen.get(id) ?? (await world.snapshot(id));
    const tally = made.get(name) ?? { done: 0, refused: new Map<string, number>() };
    made.set(name, tally);
    try {
      await MOVES[name]({ world, now: before, x, y });
      tally.done += 1;
    } catch (error) {
      if (error instanceof Idle) continue;
      if (!isRefusal(error)) throw error;
      tally.refused.set(error.code, (tally.refused.get(error.code) ?? 0) + 1);
    }
    const now = await world.snapshot(id);
    reached.add(now.item.state);
    const broken = brokenInvariants(before, now);
    if (name === 'wait') seen.clear();
    else seen.set(id, now);
    if (broken.length > 0) throw new Error(`${name} (${x}, ${y}): ${broken.join('; ')}`);
    await countWhatWasPublished();
  }
  const counted = await contributionsOfItems(world.items);
  await store.database.write(scopes.rebuildStatistics(), (tx) => recount(tx, world.items));
  expect(await contributionsOfItems(world.items)).toEqual(counted);
}

const contributionsOfItems = (ids: readonly string[]) =>
  store.adminQuery(
    'SELECT * FROM statistic_contribution WHERE subject_id = ANY($1::uuid[]) ORDER BY subject_id, report, region_code, day, key, organisation_id',
    [ids],
  );

let counted = 0;

/** Counts items again after the events that are said to change their figures, and only then, as the consumer does. */
async function countWhatWasPublished(): Promise<void> {
  const fresh = await store.adminQuery<{ position: string; type: string; id: string | null }>(
    `SELECT position, envelope::jsonb ->> 'type' AS type, envelope::jsonb -> 'data' ->> 'caseItemId' AS id
     FROM outbox WHERE position > $1 ORDER BY position`,
    [counted],
  );
  counted = Number(fresh.at(-1)?.position ?? counted);
  const ids = fresh.flatMap(({ type, id }) => (id !== null && counter.definitions.has(type) ? [id] : []));
  await store.database.write(scopes.rebuildStatistics(), (tx) => recount(tx, ids));
}

it(
  `keeps one custodian, running clocks, the table of states, an event and a journal entry for each change, and exact statistics over ${RUNS * MOVES_PER_RUN} moves`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(move, { minLength: MOVES_PER_RUN, maxLength: MOVES_PER_RUN, size: 'max' }),
        play,
      ),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
    const figures = await figuresStored(store);
    await rebuildStatistics(store.database);
    expect(await figuresStored(store)).toEqual(figures);
    if (!FULL) return;
    expect(steps).toBeGreaterThanOrEqual(10_000);
    // A move that is never allowed would prove nothing.
    expect(
      [...made].filter(([, { done }]) => done === 0).map(([name, { refused }]) => [name, ...refused]),
    ).toEqual([]);
    expect([...reached]).toEqual(
      expect.arrayContaining([
        'ACCEPTED',
        'COMPLETED',
        'FINAL',
        'IN_HANDLING',
        'LAPSED',
        'REGISTERED',
        'REVIEWED',
        'UNDER_REVIEW',
      ]),
    );
  },
  FULL ? 3_600_000 : 600_000,
);

import { isRefusal } from '@junxian/errors';
import fc from 'fast-check';
import { CASE_ACTIONS, isOpen } from '../cases/case-state.rules';
import { consumers } from '../events';
import { scopes } from '../service-scopes';
import { rebuildStatistics, recount } from '../statistics/recount.service';
import { figuresStored } from '../statistics/statistics.fixture';
import { openStore, type TestStore } from '../testing/store.support.test';
import { brokenInvariants } from './invariants.fixture';
import { type Drawn, Lives } from './lives.fixture';
import { MOVES } from './moves.fixture';
import { Idle } from './scene.fixture';
import { moveDrawn, situationOf } from './situations.fixture';
import { type Snapshot, World } from './world.fixture';

/*
 * Lives at random: officers of eleven organisations, leaders, reviewers, petitioners and the calendar make moves that the
 * rules allow or refuse, in any order. Whatever happens, the invariants hold. The seed is fixed; a failure is shrunk to the
 * fewest moves that show it.
 */

/** 25 runs, 10,050 moves, with JUNXIAN_TESTS=full; what every build plays is a part of the same. */
const FULL = process.env.JUNXIAN_TESTS === 'full';
const RUNS = FULL ? 25 : 4;
const MOVES_PER_RUN = 402;
const TIME_LIMIT = FULL ? 3_600_000 : 600_000;
const SEED = 20_261_122;

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
  // For looking at the events of one item after each move.
  await store.adminQuery('CREATE INDEX ON outbox (key)');
});
afterAll(() => store?.close());

const counter = consumers({
  clock: { now: () => new Date(), today: () => '' },
  regionChangeReceived: () => undefined,
}).find(({ name }) => name === 'petitions.count-items')!;

const made = new Map<string, { done: number; refused: Map<string, number> }>();
let steps = 0;

async function play(moves: readonly Drawn[]): Promise<void> {
  store.clock.set('2026-03-02T09:00:00+08:00');
  // The days begin again, and with them the daily work.
  await store.adminQuery('DELETE FROM supervision_run');
  const world = await World.open(store);
  await world.register('shandong', 3);
  await world.register('lixia', 0);
  // As an item stood after its last move; days that pass move all of them.
  const seen = new Map<string, Snapshot>();
  const played: string[] = [];
  for (const { place, draw, x, y } of moves) {
    steps += 1;
    const id = world.stage[place % world.stage.length]!;
    const before = seen.get(id) ?? (await world.snapshot(id));
    const name = moveDrawn(situationOf(before), draw);
    played.push(`${name} (${x}, ${y})`);
    const tally = made.get(name) ?? { done: 0, refused: new Map<string, number>() };
    made.set(name, tally);
    try {
      await MOVES[name]({ world, now: before, x, y });
      tally.done += 1;
    } catch (error) {
      if (error instanceof Idle) continue;
      if (!isRefusal(error)) throw new Error(played.join(', '), { cause: error });
      tally.refused.set(error.code, (tally.refused.get(error.code) ?? 0) + 1);
    }
    const now = await world.snapshot(id);
    const broken = [...brokenInvariants(before, now), ...(await unlisted(world, now))];
    if (['wait', 'removeCustodian', 'restoreRemoved'].includes(name)) seen.clear();
    else seen.set(id, now);
    if (broken.length > 0) throw new Error(`${played.join(', ')}: ${broken.join('; ')}`);
    await countWhatWasPublished();
  }
  const counted = await contributionsOfItems(world.items);
  await store.database.write(scopes.rebuildStatistics(), (tx) => recount(tx, world.items));
  expect(await contributionsOfItems(world.items)).toEqual(counted);
}

/** An open item has a custodian that exists, or one bureau is shown it as one to take over. */
async function unlisted(world: World, { item, custodianGone }: Snapshot): Promise<string[]> {
  if (!custodianGone || !isOpen(item.state)) return [];
  const shown = await world.relieving(item.id);
  return shown.length === 1 ? [] : [`its custodian was removed, and ${shown.length} bureaus are shown it`];
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
  if (ids.length > 0) await store.database.write(scopes.rebuildStatistics(), (tx) => recount(tx, ids));
}

it(
  `keeps one custodian that exists or a bureau that takes over, running clocks, the table of states, an event and a journal entry for each change, and exact statistics over ${RUNS * MOVES_PER_RUN} moves`,
  async () => {
    await fc.assert(
      fc.asyncProperty(new Lives(MOVES_PER_RUN), play),
      // A failure is shrunk for as long as there is time to report it.
      {
        numRuns: RUNS,
        seed: SEED,
        interruptAfterTimeLimit: TIME_LIMIT - 60_000,
        markInterruptAsFailure: true,
      },
    );
    const figures = await figuresStored(store);
    await rebuildStatistics(store.database);
    expect(await figuresStored(store)).toEqual(figures);
    // Every state of the table was passed through by some item.
    const states = await store.adminQuery<{ state: string }>(
      'SELECT DISTINCT to_state AS state FROM case_journal',
    );
    expect(states.map(({ state }) => state).sort()).toEqual([
      'ACCEPTED',
      'COMPLETED',
      'FINAL',
      'IN_HANDLING',
      'LAPSED',
      'REGISTERED',
      'REVIEWED',
      'UNDER_REVIEW',
      'UNDER_RE_REVIEW',
    ]);
    if (!FULL) return;
    expect(steps).toBeGreaterThanOrEqual(10_000);
    // A move that is never allowed would prove nothing.
    expect(
      [...made].filter(([, { done }]) => done === 0).map(([name, { refused }]) => [name, ...refused]),
    ).toEqual([]);
    // Every action of the table of states was taken by somebody.
    const actions = await store.adminQuery<{ action: string }>('SELECT DISTINCT action FROM case_journal');
    expect(CASE_ACTIONS.filter((action) => !actions.some((taken) => taken.action === action))).toEqual([]);
  },
  TIME_LIMIT,
);

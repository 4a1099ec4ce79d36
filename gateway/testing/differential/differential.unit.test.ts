import { type Found, play, replay, reportOf } from './play';
import { playInProcesses } from './play-in-processes';
import { reduce } from './reduce';
import type { Statistics } from './statistics';

// One operation alone, from its failure: DIFFERENTIAL_REPLAY=<supergraph>.<operation>
const REPLAY = process.env.DIFFERENTIAL_REPLAY;
const FULL = process.env.JUNXIAN_TESTS === 'full';
/** Every build plays a part of what the full run plays: the first operations of its first supergraphs. */
const OPERATIONS = FULL ? 20_000 : 1_000;
const PER_SUPERGRAPH = FULL ? 125 : 40;

const howToReplay = (number: string) => `DIFFERENTIAL_REPLAY=${number} plays this alone`;

/** Fails with the smallest case. Making it small takes a while, so the seed is told before. */
async function tell({ replay: number, case: found }: Found): Promise<never> {
  console.error(howToReplay(number));
  throw new Error(`${howToReplay(number)}; the smallest case of it:\n${await reportOf(await reduce(found))}`);
}

/** A generator that went dull would prove nothing. */
function expectVariety(statistics: Statistics): void {
  console.info(String(statistics));
  const { operations } = statistics;
  expect(operations).toBeGreaterThanOrEqual(OPERATIONS);
  expect(statistics.withThreeFetches).toBeGreaterThan(operations / 8);
  expect(statistics.withErrors).toBeGreaterThan(operations / 10);
  expect(statistics.withAbstractTypes).toBeGreaterThan(operations / 10);
  expect(statistics.withNullsCarriedUp).toBeGreaterThan(operations / 50);
  expect(statistics.withConditions).toBeGreaterThan(operations / 5);
  expect(statistics.mutations).toBeGreaterThan(operations / 50);
  expect(statistics.notComposed).toBeLessThan(statistics.supergraphs);
}

const TITLE = `our executor and the stock one answer ${OPERATIONS} random operations alike`;

if (REPLAY !== undefined) {
  it('the operation that was asked for is answered alike', async () => {
    const [seed, number] = REPLAY.split('.').map(Number);
    const found = await replay(seed!, number!);
    if (found !== null) await tell(found);
  });
} else if (FULL) {
  it(
    TITLE,
    async () => {
      const onProgress = (text: string) => process.stderr.write(`${text}\n`);
      const { statistics, unplanned, failed } = await playInProcesses({
        operations: OPERATIONS,
        operationsPerSupergraph: PER_SUPERGRAPH,
        processes: 2,
        onProgress,
      });
      if (failed !== undefined)
        throw new Error(`${failed.replay} ${failed.why}; ${howToReplay(failed.replay)}`);
      console.info(`Apollo's planner has no plan for ${unplanned.join(', ') || 'none of them'}`);
      expect(unplanned.length).toBeLessThan(OPERATIONS / 500);
      expectVariety(statistics);
    },
    4 * 3_600_000,
  );
} else {
  it(TITLE, async () => {
    const { statistics, found } = await play({
      firstSeed: 1,
      operations: OPERATIONS,
      operationsPerSupergraph: PER_SUPERGRAPH,
    });
    if (found !== null) await tell(found);
    expectVariety(statistics);
  }, 600_000);
}

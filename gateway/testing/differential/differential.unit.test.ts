import { type Found, play, replay, reportOf } from './play';
import { reduce } from './reduce';

// One operation alone, from its failure: DIFFERENTIAL_REPLAY=<supergraph>.<operation>
const REPLAY = process.env.DIFFERENTIAL_REPLAY;
const FULL = process.env.JUNXIAN_TESTS === 'full';
/** Every build plays a part of what the full run plays: the first operations of its first supergraphs. */
const OPERATIONS = FULL ? 20_000 : 1_000;
const PER_SUPERGRAPH = FULL ? 125 : 40;

/** Fails with the smallest case. Making it small takes a while, so the seed is told before. */
async function tell({ replay: number, case: found }: Found): Promise<never> {
  const how = `DIFFERENTIAL_REPLAY=${number} plays this alone`;
  console.error(how);
  throw new Error(`${how}; the smallest case of it:\n${await reportOf(await reduce(found))}`);
}

if (REPLAY === undefined) {
  it(
    `our executor and the stock one answer ${OPERATIONS} random operations alike`,
    async () => {
      const { statistics, found } = await play({
        firstSeed: 1,
        operations: OPERATIONS,
        operationsPerSupergraph: PER_SUPERGRAPH,
      });
      if (found !== null) await tell(found);
      console.info(String(statistics));
      // A generator that went dull would prove nothing.
      const { operations } = statistics;
      expect(operations).toBe(OPERATIONS);
      expect(statistics.withThreeFetches).toBeGreaterThan(operations / 8);
      expect(statistics.withErrors).toBeGreaterThan(operations / 10);
      expect(statistics.withAbstractTypes).toBeGreaterThan(operations / 10);
      expect(statistics.withNullsCarriedUp).toBeGreaterThan(operations / 50);
      expect(statistics.withConditions).toBeGreaterThan(operations / 5);
      expect(statistics.mutations).toBeGreaterThan(operations / 50);
      expect(statistics.notComposed).toBeLessThan(statistics.supergraphs);
    },
    FULL ? 3_600_000 : 600_000,
  );
} else {
  it('the operation that was asked for is answered alike', async () => {
    const [seed, number] = REPLAY.split('.').map(Number);
    const found = await replay(seed!, number!);
    if (found !== null) await tell(found);
  });
}

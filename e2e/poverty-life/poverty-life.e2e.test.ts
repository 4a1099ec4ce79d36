import { households } from './chapters/households';
import { money } from './chapters/money';
import { papers } from './chapters/papers';
import { sheets } from './chapters/sheets';
import { Life, type Stage } from './life';
import { seenNextDoor } from './neighbour';

/** In the order in which they are played. */
const CHAPTERS = [households, money, sheets, papers];

/**
 * The working year of a county through the gateway, by the accounts of the demonstration: a household comes, goes and comes
 * back; money comes down and reaches it; a sheet brings others; tables and forms show them. After every step the county next door,
 * with all roles it can have, sees nothing of it.
 */
describe('the life of a poor household', () => {
  const life = new Life();
  /** Whether the beginning or a stage failed: what comes after it is not played. */
  let broken = true;
  beforeAll(async () => {
    await life.begin();
    broken = false;
  }, 300_000);
  afterAll(() => life.end(), 120_000);

  const stage: Stage = (title, play) =>
    it(title, async () => {
      if (broken) throw new Error('an earlier stage failed');
      broken = true;
      await play(life);
      broken = false;
    }, 120_000);
  afterEach(async () => {
    if (broken) return;
    expect(await seenNextDoor(life)).toEqual([]);
  }, 60_000);

  for (const chapter of CHAPTERS) chapter(stage);
});

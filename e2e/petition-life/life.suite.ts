import { places } from '../support/demo';
import { assignment } from './chapters/assignment';
import { handling } from './chapters/handling';
import { opinionAndEvaluation } from './chapters/opinion-and-evaluation';
import { publicationAndStatistics } from './chapters/publication-and-statistics';
import { reReview } from './chapters/re-review';
import { registration } from './chapters/registration';
import { review } from './chapters/review';
import { revocation } from './chapters/revocation';
import { submission } from './chapters/submission';
import { succession } from './chapters/succession';
import { tracking } from './chapters/tracking';
import { whatWasTold } from './chapters/what-was-told';
import { Life, type Stage } from './life';
import { seenNextDoor } from './neighbour';

/** In the order in which they are played. */
const CHAPTERS = [
  submission,
  registration,
  tracking,
  assignment,
  handling,
  opinionAndEvaluation,
  review,
  reReview,
  revocation,
  succession,
  publicationAndStatistics,
  whatWasTold,
];

/**
 * One whole life of a petition through the gateway: from a citizen's registration to the end of all three levels, on a
 * clock that the test moves, with every event seen at the broker and the county next door seeing nothing at any step. Beside it live three
 * others, for what does not happen to the first: an anonymous petition, withdrawn and sent anew, whose review is rejected and whose
 * time then passes; a letter whose review revokes and is terminated the next time; and a letter registered in short. At the end a last one,
 * whose unit is removed.
 */
export function petitionLife(environment: () => Record<string, string>): void {
  const life = new Life();
  beforeAll(() => life.begin(environment()), 300_000);
  afterAll(() => life.end(), 120_000);

  /** Whether a stage failed: those after it are not played. */
  let broken = false;
  const stage: Stage = (title, play, timeout) =>
    it(
      title,
      async () => {
        if (broken) throw new Error('an earlier stage failed');
        broken = true;
        await play(life);
        broken = false;
      },
      timeout,
    );
  afterEach(async () => {
    if (broken) return;
    expect(await seenNextDoor(life.office, life.secrets, places.yunzhou)).toEqual([]);
  }, 60_000);

  for (const chapter of CHAPTERS) chapter(stage);
}

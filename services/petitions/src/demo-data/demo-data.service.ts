import { setTimeout } from 'node:timers/promises';
import type { Clock } from '@junxian/calendar';
import { scopeOf } from '@junxian/identity';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import { officerOf } from '../actor';
import { Notices } from '../handling/notices.service';
import { registerSimple } from '../registration/simple-registration.service';
import { lapseAppeals } from '../review/review-upkeep.service';
import type { Services } from '../service';
import { scopes } from '../service-scopes';
import { raiseWarnings } from '../supervision/daily-run.service';
import { demoMonth } from './demo-cases.rules';
import { demoOfficer } from './demo-directory';
import { uploadDemoFiles } from './demo-files';
import { handlingActs } from './demo-handling.acts';
import type { ActName, DemoMoment } from './demo-plan.types';
import { registrationActs } from './demo-registration.acts';
import { insertGuide, insertProfiles, insertReplicas } from './demo-replicas';
import { reviewActs } from './demo-review.acts';
import { actAs, type DemoActs, type DemoScene, DemoStage } from './demo-stage';
import { demoSimpleLetters } from './demo-texts';

const RETRY_MILLISECONDS = 500;
const ACTS: DemoActs<ActName> = { ...registrationActs, ...handlingActs, ...reviewActs };

/**
 * Brings a believable month of the demonstration's province into an empty database: every step is a use case, done by the officer or
 * citizen whose it is, at its own time. All or nothing, once: where the demonstration's citizens have profiles already, it does
 * nothing. Two processes that start at once do it once. Returns how many steps were done.
 */
export async function loadDemoData(database: Database, services: Services, clock: Clock): Promise<number> {
  let steps = await playOnce(database, services, clock);
  while (steps === 'BUSY') {
    await setTimeout(RETRY_MILLISECONDS);
    steps = await playOnce(database, services, clock);
  }
  if (steps > 0) {
    // What the schedulers would come to within minutes.
    await lapseAppeals(database, clock);
    await raiseWarnings(database, clock);
  }
  return steps;
}

/** Plays the month in one transaction, unless it was played; BUSY while another process plays it, which takes longer than a lock is waited for. */
function playOnce(database: Database, services: Services, clock: Clock): Promise<number | 'BUSY'> {
  return database.write(scopes.demoData(), async (tx) => {
    const [lock] = await tx.query<{ ours: boolean }>(
      `SELECT pg_try_advisory_xact_lock(hashtextextended('demo data', 0)) AS ours`,
    );
    if (!lock!.ours) return 'BUSY';
    if (!(await insertProfiles(tx, services.personal, clock.now()))) return 0;
    await insertReplicas(tx, clock.today());
    await insertGuide(tx, services.features, officerOf(demoOfficer('pt-shanxi')), clock.now());
    const month = demoMonth(clock.today());
    const files = await uploadDemoFiles(database, services.files, month);
    const stage = new DemoStage(tx, sealedByOurselves(services), files);
    for (const moment of month) await play(await stage.scene(moment), moment);
    await registerSimpleLetters(tx, services, clock);
    return month.length;
  });
}

/**
 * The services with seals of this service's own key, whoever seals otherwise: of what never happened there is no genuine seal, and nobody outside is asked
 * while the month's one transaction is open.
 */
function sealedByOurselves(services: Services): Services {
  const seals = services.ownSeals;
  return { ...services, seals, notices: new Notices(seals) };
}

async function play(scene: DemoScene, { act, of, by }: DemoMoment): Promise<void> {
  const doIt = ACTS[act.do] as (scene: DemoScene, act: DemoMoment['act']) => Promise<void>;
  try {
    await doIt(scene, act);
  } catch (error) {
    throw new Error(`demonstration item ${of.key}: ${by} cannot ${act.do}`, { cause: error });
  }
}

async function registerSimpleLetters(tx: ScopedTransaction, services: Services, clock: Clock): Promise<void> {
  for (const bureau of ['pt-shanxi', 'pt-yunzhou'] as const) {
    const principal = demoOfficer(bureau);
    const acting = await actAs(tx, scopeOf(principal));
    for (const [index, form] of demoSimpleLetters.entries()) {
      const at = new Date(clock.now().getTime() - (index * 3 + 1) * 86_400_000);
      await registerSimple(acting, services, form, officerOf(principal), at);
    }
  }
}

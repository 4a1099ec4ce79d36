import { type Clock, ManualClock } from '@junxian/calendar';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import type { Services } from '../service';
import { scopes } from '../service-scopes';
import { playAssistance } from './demo-assistance';
import { playDisclosures } from './demo-disclosures';
import { demoHousehold } from './demo-households.rules';
import { identifyHouseholds, playLives } from './demo-lives';
import { STORY_HOUSEHOLDS } from './demo-lives.rules';
import { playIntegratedFunds, playMoney } from './demo-money';
import { playProjects } from './demo-projects';
import { playCounties, playNaturalVillages, playVillages } from './demo-regions';
import { type DemoStage, on } from './demo-stage';
import { NEIGHBOUR_VILLAGES } from './demo-villages';
import { areYearsUntouched, beginIn2015, openYear, repeatNumbers } from './demo-years';

const NEIGHBOURS_PER_VILLAGE = 3;

/** What the demonstration is made with: the use cases, going by a clock of its own, and today. */
export interface DemoParts {
  servicesAt(clock: Clock): Services;
  today: string;
}

/**
 * Plays three years of poverty work in two counties, and newly identified households in three others: through the
 * ordinary use cases year by year, so that rules hold and events flow as from officers' work, by a clock that shows
 * the day told. All of it in one transaction, so that a start that breaks off leaves nothing; an empty store with
 * untouched years is needed. Returns how many households were made; none at the second start.
 */
export function loadDemoData(database: Database, { servicesAt, today }: DemoParts): Promise<number> {
  return database.write(scopes.demoData(), async (tx) => {
    // Of two processes that start at once, one plays.
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('junxian.demo-data'))`);
    if (!(await areYearsUntouched({ tx }))) return 0;
    const clock = new ManualClock('2015-01-05T09:00:00+08:00');
    await play({ tx, clock, services: servicesAt(clock), households: new Map() }, today);
    return householdCount(tx);
  });
}

async function play(stage: DemoStage, today: string): Promise<void> {
  await beginIn2015(stage);
  await identifyHouseholds(stage, 2015);
  await repeatNumbers(stage);
  await playVillages(stage, 2015);
  await playCounties(stage, 2015);
  await playLives(stage, 2015);

  await openYear(stage, 2016);
  await identifyHouseholds(stage, 2016);
  await playMoney(stage, 2016);
  const [, projectId] = await playProjects(stage, 2016);
  await playAssistance(stage);
  await playLives(stage, 2016);
  await playRegions(stage, 2016);

  await openYear(stage, 2017);
  await identifyHouseholds(stage, 2017);
  await identifyNeighbours(stage);
  const [allocationId] = (await playMoney(stage, 2017)).slice(2);
  await playProjects(stage, 2017);
  await playLives(stage, 2017);
  await playRegions(stage, 2017);

  on(stage, today);
  await playDisclosures(stage, { projectId: projectId!, allocationId: allocationId! });
}

async function playRegions(stage: DemoStage, year: 2016 | 2017): Promise<void> {
  await playVillages(stage, year);
  await playCounties(stage, year);
  await playNaturalVillages(stage, year);
  await playIntegratedFunds(stage, year);
}

/** Households of other provinces' villages, identified in 2017. */
async function identifyNeighbours(stage: DemoStage): Promise<void> {
  for (let index = 0; index < NEIGHBOUR_VILLAGES.length * NEIGHBOURS_PER_VILLAGE; index++) {
    const village = NEIGHBOUR_VILLAGES[index % NEIGHBOUR_VILLAGES.length]!;
    const form = demoHousehold(STORY_HOUSEHOLDS + index, village, 2017);
    await stage.services.identification.identify(stage.tx, form);
  }
}

async function householdCount(tx: ScopedTransaction): Promise<number> {
  const [row] = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM household');
  return row!.n;
}

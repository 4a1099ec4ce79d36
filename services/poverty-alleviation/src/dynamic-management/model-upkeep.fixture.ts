import { randomUUID } from 'node:crypto';
import type { RegionMove } from '@junxian/administrative-region';
import { scopeOf } from '@junxian/identity';
import { followRegionChanges, type RegionChange, receiveRegionChange } from '@junxian/region-changes';
import { FOLLOW_UP_SUPPORT, POVERTY_CAUSE, RELOCATION_DIFFICULTY, RESETTLEMENT } from '../code-lists';
import { ACTIVE_MEMBER_CODES } from '../households/household-files.service';
import { regionFollowing } from '../region-changes/following';
import { scopes } from '../service-scopes';
import { recounted } from '../statistics/statistics.fixture';
import { surveyYear, surveyYears } from '../survey-years/survey-years.service';
import { officer } from '../testing/store.support.test';
import { Idle, pick, type World } from './model.fixture';

/** The keeper of the years. */
const KEEPER = officer('000000000000', 'NATION', 'SYSTEM_ADMIN');
/** Lives last until this cycle. */
const LAST_YEAR = 2019;

/** A move that says which years it wrote. */
type YearlyPlay = (world: World, id: string, x: number, y: number) => Promise<readonly number[]>;

/** A year's data of a household, as base maintenance sees them: every household there ever was, in any year. */
async function page(world: World, x: number, y: number) {
  const { adminQuery } = world.stage.store;
  const year = pick(world.years, y);
  const householdId = pick(world.known, x);
  const [record] = await adminQuery<{ version: number; outcome: number }>(
    `SELECT r.version, coalesce(o.version, 0) AS outcome FROM household_year_record r
     LEFT JOIN assistance_outcome o USING (household_id, year) WHERE household_id = $1 AND year = $2`,
    [householdId, year],
  );
  if (record === undefined) throw new Idle();
  const members = await adminQuery<{ id: string; version: number; isHead: boolean; isActive: boolean }>(
    `SELECT member_id AS id, version, relation_to_head = '01' AS "isHead", status = ANY($3) AS "isActive"
     FROM member_year_record WHERE household_id = $1 AND year = $2 ORDER BY member_id`,
    [householdId, year, ACTIVE_MEMBER_CODES],
  );
  const key = { householdId, year };
  return { year, key, seen: { ...key, expectedVersion: record.version }, outcome: record.outcome, members };
}

/** Members of any year who carry a number that others carry too, by year and number. */
async function repeatedNumbers(world: World) {
  return world.stage.store.adminQuery<{ year: number; members: string[] }>(
    `SELECT year, array_agg(member_id::text ORDER BY member_id) AS members FROM member_year_record
     WHERE status = ANY($1) AND id_number_index IS NOT NULL GROUP BY year, id_number_index HAVING count(*) > 1
     ORDER BY year, min(member_id::text)`,
    [ACTIVE_MEMBER_CODES],
  );
}

/** Lets rows follow region changes, and the copy and the close of a year go on, to their ends or for one batch only. */
export async function goOn(world: World, size: number, wholly: boolean): Promise<readonly number[]> {
  const { database, clock, services } = world.stage.store;
  const { cycle } = world.stage;
  let left = wholly ? Number.POSITIVE_INFINITY : 1;
  const options = { batchSize: 1 + (size % 3), goOn: () => left-- > 0 };
  await followRegionChanges(database, clock, regionFollowing, options);
  if (wholly) left = Number.POSITIVE_INFINITY;
  await services.yearTurn.continueOpening(database, options);
  if (wholly) await services.yearTurn.continueClosing(database);
  await world.lookAround();
  // The year that is being copied into.
  return [cycle + 1];
}

/** The years of these lives that are not closed, the oldest first. */
async function openYears(world: World): Promise<number[]> {
  const years = await world.as(surveyYears);
  return years
    .filter(({ year, closedAt }) => closedAt === null && world.years.includes(year))
    .map(({ year }) => year);
}

/** Closes a year, and lets its money be carried over unless rows are following a region change. */
async function closed(world: World, year: number): Promise<void> {
  const { database, services } = world.stage.store;
  await database.write(scopeOf(KEEPER), async (tx) => {
    const { version } = await surveyYear(tx, year);
    await services.yearTurn.close(tx, year, version);
  });
  await services.yearTurn.continueClosing(database);
}

/** Where a village may go; codes that nobody had before come from `serial`. */
function changeOf(world: World, x: number, y: number, serial: number): Pick<RegionChange, 'kind' | 'moves'> {
  const village = pick(world.villages, x);
  const other = pick(world.villages, x + 1);
  const fresh = String(700 + serial);
  const to = (parent: string): RegionMove => ({ from: village, to: parent + fresh, level: 'VILLAGE' });
  const swap = (from: string, into: string): RegionMove => ({ from, to: into, level: 'VILLAGE' });
  const township = village.slice(0, 9);
  const changes = [
    { kind: 'RECODE', moves: [to(township)] },
    { kind: 'REPARENT', moves: [to(township === '140215102' ? '140215100' : '140215102')] },
    { kind: 'REPARENT', moves: [to(township.startsWith('140214') ? '140215100' : '140214001')] },
    {
      kind: 'RECODE',
      moves: [{ from: `${township}000`, to: `${township.slice(0, 6)}${fresh}000`, level: 'TOWNSHIP' }],
    },
    other === village
      ? { kind: 'RECODE', moves: [to(township)] }
      : { kind: 'RECODE', moves: [swap(village, other), swap(other, village)] },
    world.villages.length < 3
      ? { kind: 'RECODE', moves: [to(township)] }
      : { kind: 'MERGE', moves: [swap(village, other)] },
  ] satisfies Pick<RegionChange, 'kind' | 'moves'>[];
  return pick(changes, y);
}

/** Base maintenance, duplicates of old data, poor villages, region changes, years that open and close. */
export const UPKEEP_MOVES = {
  saveIncome: async (world, _, x, y) => {
    const { year, seen } = await page(world, x, y);
    const income = {
      wageIncome: `${(x % 9) * 1500}.37`,
      businessExpense: `${(y % 7) * 333}.10`,
      pension: '120.5',
    };
    await world.as((tx) => world.stage.store.services.tabs.saveIncomeAndHealth(tx, { ...seen, ...income }));
    return [year];
  },
  saveBasic: async (world, _, x, y) => {
    const { year, seen } = await page(world, x, y);
    const basic = {
      mainCause: pick(POVERTY_CAUSE.names, x),
      otherCauses: [pick(POVERTY_CAUSE.names, y)],
      address: `${y}号`,
      // Locked, and mostly another than it is: refused.
      ...(x % 5 === 0 ? { exitYear: year } : {}),
    };
    await world.as((tx) => world.stage.store.services.tabs.saveBasic(tx, { ...seen, ...basic }));
    return [year];
  },
  saveRelocation: async (world, _, x, y) => {
    const { year, seen } = await page(world, x, y);
    const isRelocationHousehold = x % 3 > 0;
    const relocation = {
      isRelocationHousehold,
      mode: isRelocationHousehold ? ('SCATTERED' as const) : null,
      resettlement: isRelocationHousehold ? pick(RESETTLEMENT.names, x) : null,
      difficulty: isRelocationHousehold ? pick(RELOCATION_DIFFICULTY.names, y) : null,
      relocatedDate: isRelocationHousehold && y % 2 === 0 ? `${year}-03-01` : null,
      followUpSupport: isRelocationHousehold ? [pick(FOLLOW_UP_SUPPORT.names, y)] : [],
    };
    await world.as((tx) => world.stage.store.services.tabs.saveRelocation(tx, { ...seen, ...relocation }));
    return [year];
  },
  saveOutcome: async (world, _, x, y) => {
    const { year, key, outcome } = await page(world, x, y);
    const input = {
      ...key,
      expectedVersion: outcome,
      waterSafe: x % 2 === 0,
      compulsoryEducationMet: y % 2 === 0,
    };
    await world.as((tx) => world.stage.store.services.outcomeMaintenance.save(tx, input));
    return [year];
  },
  saveMember: async (world, _, x, y) => {
    const { year, members } = await page(world, x, y);
    const shown = y % 13 === 0 ? members : members.filter(({ isActive }) => isActive);
    const { id: memberId, version, isHead } = pick(shown, x + y);
    const head = members.find((member) => member.isHead && member.isActive);
    const becomesHead = !isHead && head !== undefined && x % 3 === 0;
    const input = {
      ...{ memberId, year, expectedVersion: version, workMonths: x % 13, inPension: y % 2 === 0 },
      ...(becomesHead && {
        relationToHead: 'HEAD' as const,
        otherRelations: [
          { memberId: head.id, relationToHead: pick(['OTHER', 'FATHER', 'HEAD'] as const, y) },
        ],
      }),
    };
    await world.as((tx) => world.stage.store.services.memberMaintenance.save(tx, input));
    return [year];
  },
  saveMeasure: async (world, _, x, y) => {
    const { year, key } = await page(world, x, y);
    const input = { ...key, category: 'INDUSTRY' as const, content: '发放羊羔', date: `${year}-03-01` };
    await world.as((tx) => world.stage.store.services.manualMeasures.save(tx, input));
    return [year];
  },
  /** Data of a year came with a number that somebody else has: as they are laid in, without an event. */
  oldDuplicate: async (world, _, x, y) => {
    const { adminQuery } = world.stage.store;
    const year = pick(world.years, y);
    const members = await adminQuery<{ id: string; householdId: string }>(
      `SELECT member_id AS id, household_id AS "householdId" FROM member_year_record
       WHERE year = $1 AND status = ANY($2) AND id_number_index IS NOT NULL ORDER BY member_id`,
      [year, ACTIVE_MEMBER_CODES],
    );
    const [one, other] = [pick(members, x), pick(members, x + 1 + (y % 7))];
    if (one === other) throw new Idle();
    await adminQuery(
      `UPDATE member_year_record r SET repeats_number = true, id_type = o.id_type, id_number_sealed = o.id_number_sealed,
         id_number_index = o.id_number_index, citizen_id = o.citizen_id
       FROM member_year_record o WHERE r.member_id = $1 AND r.year = $3 AND o.member_id = $2 AND o.year = $3`,
      [one.id, other.id, year],
    );
    await recounted(world.stage.store, [one.householdId, other.householdId], year);
    return [year];
  },
  deleteDuplicates: async (world, _, x, y) => {
    const { year, members } = pick(await repeatedNumbers(world), x);
    const survivorId = pick(members, y);
    const memberIds = members.filter((id) => id !== survivorId);
    // Somebody of each household who stays becomes head, where one is needed; offered now and then where none is.
    const heirs = await world.stage.store.adminQuery<{ householdId: string; newHeadId: string }>(
      `SELECT DISTINCT ON (m.household_id) m.household_id AS "householdId", m.member_id AS "newHeadId"
       FROM member_year_record m JOIN member_year_record d USING (household_id, year)
       WHERE year = $1 AND d.member_id = ANY($2::uuid[]) AND (d.relation_to_head = '01' OR $4) AND m.member_id <> ALL($2::uuid[])
         AND m.status = ANY($3) ORDER BY m.household_id, m.member_id`,
      [year, memberIds, ACTIVE_MEMBER_CODES, y % 11 === 0],
    );
    await world.office(world.stage.store.services.backOfficeFunctions.deleteDuplicates, {
      ...{ year, survivorId, memberIds, heads: heirs },
    });
    return [year];
  },
  villageAttribute: async (world, _, x, y) => {
    await world.office(world.stage.store.services.backOfficeFunctions.setVillageAttribute, {
      villageCode: pick(world.villages, x),
      villageAttribute: y % 4 > 0 ? ('POOR' as const) : ('NON_POOR' as const),
    });
    return [world.stage.cycle];
  },
  delisting: async (world, _, x) => {
    const { store, cycle } = world.stage;
    const rows = await store.adminQuery<{ id: string; expectedVersion: number; isListed: boolean }>(
      'SELECT id, version AS "expectedVersion", delist_year IS NULL AS "isListed" FROM poor_village ORDER BY id',
    );
    const { isListed, ...village } = pick(rows, x);
    const { poorVillages } = store.services;
    await world.as((tx) =>
      poorVillages[isListed ? 'delist' : 'cancelDelisting'](tx, { ...village, reason: '核查' }),
    );
    return [cycle];
  },
  regionChange: async (world, _, x, y) => {
    const { store } = world.stage;
    const [{ serial } = { serial: 0 }] = await store.adminQuery<{ serial: number }>(
      'SELECT count(*)::int AS serial FROM region_change',
    );
    const { kind, moves } = changeOf(world, x, y, serial);
    const data: RegionChange = {
      ...{ changeId: randomUUID(), kind, moves, effectiveDate: world.day },
      from: moves.map(({ from }) => from),
      to: moves.map(({ to }) => to),
    };
    const time = store.clock.now().toISOString();
    await store.database.write(scopes.followRegionChanges(), (tx) => receiveRegionChange(tx, { data, time }));
    world.recode(moves);
    return goOn(world, y, x % 3 > 0);
  },
  goOn: (world, _, x) => goOn(world, x, true),
  openYear: async (world, _, x, y) => {
    const { cycle, store } = world.stage;
    if (cycle === LAST_YEAR) throw new Idle();
    // A year may be closed before or after the next one opens; those before it are closed first.
    if (x % 4 === 0) for (const year of await openYears(world)) await closed(world, year);
    await store.database.write(scopeOf(KEEPER), (tx) =>
      store.services.yearTurn.open(tx, { year: cycle + 1 }),
    );
    return goOn(world, y, x % 3 > 0);
  },
  closeYear: async (world, _, x) => {
    const past = world.years.filter((year) => year < world.stage.cycle);
    await closed(world, pick(past, x));
    return [];
  },
} satisfies Record<string, YearlyPlay>;

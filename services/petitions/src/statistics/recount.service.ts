import { ancestorsByCode } from '@junxian/administrative-region';
import { type Database, groupBy, type ScopedTransaction } from '@junxian/persistence';
import { scopes } from '../service-scopes';
import {
  addedUp,
  type CaseFacts,
  type Contribution,
  contributionsOf,
  contributionsOfSimple,
  identityOf,
} from './contributions.rules';
import { caseFacts, simpleFacts } from './facts.store';

const N = Array.from({ length: 10 }, (_, index) => `n${index + 1}`);
const COUNTERS_LOCK = `hashtext('junxian.petitions.counters')`;
const BATCH = 500;

/** A contribution as stored, with whose it is and whom it is hidden from. */
interface Booked extends Contribution, Pick<CaseFacts, 'accusedOrganisationId' | 'accusedAccountId'> {
  subjectId: string;
}

/**
 * Counts items, or simple registrations, anew: what they contribute now replaces what they contributed, and the
 * counters of all regions above change by the difference. However often, and in whatever order it is called, the counters are the
 * sum of the contributions. Runs in the service's scope.
 */
export async function recount(tx: ScopedTransaction, subjectIds: readonly string[]): Promise<void> {
  if (subjectIds.length === 0) return;
  const ids = [...new Set(subjectIds)].sort();
  await tx.query(`SELECT pg_advisory_xact_lock(${COUNTERS_LOCK})`);
  const now = await contributionsNow(tx, ids);
  const before = await booked(tx, ids);
  const keyOf = (entry: Booked) => `${entry.subjectId} ${entry.organisationId} ${identityOf(entry)}`;
  const earlier = new Map(before.map((entry) => [keyOf(entry), entry]));
  const changed = now.filter((entry) => !sameFigures(earlier.get(keyOf(entry)), entry));
  const kept = new Set(now.map(keyOf));
  const gone = before.filter((entry) => !kept.has(keyOf(entry)));
  if (changed.length === 0 && gone.length === 0) return;
  const replaced = changed.flatMap((entry) => earlier.get(keyOf(entry)) ?? []);
  await addToCounters(tx, [...changed, ...[...replaced, ...gone].map(negative)]);
  await unbook(tx, gone);
  await book(tx, changed);
}

/** Notes that everything an organisation contributed to must be counted anew, since it stands in another region now. */
export async function noteMovedOrganisations(
  tx: ScopedTransaction,
  organisationIds: readonly string[],
): Promise<void> {
  await tx.query(
    `INSERT INTO statistic_recount (subject_id)
     SELECT DISTINCT subject_id FROM statistic_contribution WHERE organisation_id = ANY($1::uuid[]) ON CONFLICT DO NOTHING`,
    [organisationIds],
  );
}

/** Notes items to be counted anew. */
export async function noteForRecount(tx: ScopedTransaction, subjectIds: readonly string[]): Promise<void> {
  await tx.query(
    'INSERT INTO statistic_recount (subject_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING',
    [subjectIds],
  );
}

/** Counts what was noted, in batches of their own transactions; recurring work. Returns how many. */
export async function recountNoted(database: Database): Promise<number> {
  let total = 0;
  for (;;) {
    const counted = await database.write(scopes.rebuildStatistics(), async (tx) => {
      const rows = await tx.query<{ id: string }>(
        `DELETE FROM statistic_recount WHERE subject_id IN (
           SELECT subject_id FROM statistic_recount ORDER BY subject_id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
         RETURNING subject_id AS id`,
      );
      await recount(
        tx,
        rows.map(({ id }) => id),
      );
      return rows.length;
    });
    total += counted;
    if (counted < BATCH) return total;
  }
}

/** Counts everything anew from the rows, in batches: the figures must come out the same. Returns the number of subjects. */
export async function rebuildStatistics(database: Database): Promise<number> {
  let after = '00000000-0000-0000-0000-000000000000';
  let total = 0;
  for (;;) {
    const ids = await database.write(scopes.rebuildStatistics(), async (tx) => {
      const rows = await tx.query<{ id: string }>(
        `SELECT id FROM (
           (SELECT id FROM case_item WHERE id > $1 ORDER BY id LIMIT ${BATCH})
           UNION (SELECT id FROM simple_registration WHERE id > $1 ORDER BY id LIMIT ${BATCH})
           UNION (SELECT DISTINCT subject_id FROM statistic_contribution WHERE subject_id > $1 ORDER BY subject_id LIMIT ${BATCH})) AS subject
         ORDER BY id LIMIT ${BATCH}`,
        [after],
      );
      await recount(
        tx,
        rows.map(({ id }) => id),
      );
      return rows.map(({ id }) => id);
    });
    total += ids.length;
    if (ids.length < BATCH) return total;
    after = ids.at(-1)!;
  }
}

async function contributionsNow(tx: ScopedTransaction, ids: readonly string[]): Promise<Booked[]> {
  const items = (await caseFacts(tx, ids)).flatMap((facts) =>
    addedUp(contributionsOf(facts)).map((contribution) => ({
      ...contribution,
      subjectId: facts.id,
      accusedOrganisationId: facts.accusedOrganisationId,
      accusedAccountId: facts.accusedAccountId,
    })),
  );
  const simple = (await simpleFacts(tx, ids)).flatMap((facts) =>
    contributionsOfSimple(facts).map((contribution) => ({
      ...contribution,
      subjectId: facts.id,
      accusedOrganisationId: null,
      accusedAccountId: null,
    })),
  );
  return [...items, ...simple];
}

async function booked(tx: ScopedTransaction, ids: readonly string[]): Promise<Booked[]> {
  return tx.query<Booked>(
    `SELECT subject_id AS "subjectId", report, region_code AS "regionCode", day::text AS day, key, roll_up AS "rollUp",
       organisation_id AS "organisationId", accused_organisation_id AS "accusedOrganisationId",
       accused_account_id AS "accusedAccountId", ARRAY[${N.join(', ')}] AS figures
     FROM statistic_contribution WHERE subject_id = ANY($1::uuid[])`,
    [ids],
  );
}

const padded = (figures: readonly number[]) => N.map((_, index) => figures[index] ?? 0);
const negative = (entry: Booked): Booked => ({ ...entry, figures: entry.figures.map((figure) => -figure) });

function sameFigures(a: Booked | undefined, b: Booked): boolean {
  return (
    a !== undefined &&
    a.accusedOrganisationId === b.accusedOrganisationId &&
    a.accusedAccountId === b.accusedAccountId &&
    padded(a.figures).join() === padded(b.figures).join()
  );
}

/** Adds figures to the counters of their regions and, where they roll up, of all above; in one order, so that no two wait for each other. */
async function addToCounters(tx: ScopedTransaction, entries: readonly Booked[]): Promise<void> {
  const spread = entries.flatMap((entry) => {
    const path = ancestorsByCode(entry.regionCode);
    const parents = new Map(path.map((code, index) => [code, path[index - 1] ?? null]));
    const regions = entry.rollUp ? path : [entry.regionCode];
    return regions.flatMap((regionCode) => {
      const counted = { ...entry, regionCode, parentCode: parents.get(regionCode) ?? null };
      return [
        { ...counted, span: 'DAY' },
        { ...counted, span: 'MONTH', day: `${entry.day.slice(0, 8)}01` },
      ];
    });
  });
  const counterOf = (entry: (typeof spread)[number]) => `${identityOf(entry)} ${entry.span}`;
  const sums = [...groupBy(spread, counterOf).values()]
    .map((group) => ({
      ...group[0]!,
      figures: N.map((_, index) => group.reduce((sum, { figures }) => sum + (figures[index] ?? 0), 0)),
    }))
    .filter(({ figures }) => figures.some((figure) => figure !== 0))
    .sort((a, b) => (counterOf(a) < counterOf(b) ? -1 : 1));
  if (sums.length === 0) return;
  await tx.query(
    `INSERT INTO statistic_counter AS c (report, region_code, parent_code, span, day, key, ${N.join(', ')})
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::text[], ${N.map((_, index) => `$${index + 7}::int[]`).join(', ')})
     ON CONFLICT (report, region_code, span, day, key) DO UPDATE SET ${N.map((n) => `${n} = c.${n} + EXCLUDED.${n}`).join(', ')}`,
    [
      sums.map(({ report }) => report),
      sums.map(({ regionCode }) => regionCode),
      sums.map(({ parentCode }) => parentCode),
      sums.map(({ span }) => span),
      sums.map(({ day }) => day),
      sums.map(({ key }) => key),
      ...N.map((_, index) => sums.map(({ figures }) => figures[index])),
    ],
  );
}

async function unbook(tx: ScopedTransaction, entries: readonly Booked[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(
    `DELETE FROM statistic_contribution WHERE (subject_id, report, region_code, day, key, organisation_id) IN (
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::date[], $5::text[], $6::uuid[]))`,
    identityColumns(entries),
  );
}

async function book(tx: ScopedTransaction, entries: readonly Booked[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(
    `INSERT INTO statistic_contribution (subject_id, report, region_code, day, key, organisation_id, roll_up, accused_organisation_id,
       accused_account_id, ${N.join(', ')})
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::date[], $5::text[], $6::uuid[], $7::bool[], $8::uuid[], $9::uuid[],
       ${N.map((_, index) => `$${index + 10}::int[]`).join(', ')})
     ON CONFLICT (subject_id, report, region_code, day, key, organisation_id) DO UPDATE SET roll_up = EXCLUDED.roll_up,
       accused_organisation_id = EXCLUDED.accused_organisation_id, accused_account_id = EXCLUDED.accused_account_id, ${N.map((n) => `${n} = EXCLUDED.${n}`).join(', ')}`,
    [
      ...identityColumns(entries),
      entries.map(({ rollUp }) => rollUp),
      entries.map(({ accusedOrganisationId }) => accusedOrganisationId),
      entries.map(({ accusedAccountId }) => accusedAccountId),
      ...N.map((_, index) => entries.map(({ figures }) => figures[index] ?? 0)),
    ],
  );
}

const identityColumns = (entries: readonly Booked[]) => [
  entries.map(({ subjectId }) => subjectId),
  entries.map(({ report }) => report),
  entries.map(({ regionCode }) => regionCode),
  entries.map(({ day }) => day),
  entries.map(({ key }) => key),
  entries.map(({ organisationId }) => organisationId),
];

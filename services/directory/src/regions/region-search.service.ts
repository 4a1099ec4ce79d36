import { type CodeRange, levelDepth, type RegionLevel, scopeRange } from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';
import { type Page, pageSize, type ScopedTransaction } from '@junxian/persistence';
import type { RegionRow } from './region';
import { REGION_COLUMNS, regionAt, regionOf, type StoredRow, validOn } from './regions.service';
import { decodeSearchCursor, encodeSearchCursor, type SearchCursor } from './search-cursor.rules';
import { gramsOf } from './search-grams.rules';
import { parseSearch, type SearchTerm, splitsOf } from './search-terms.rules';
import { SqlParts } from './sql-parts';

export interface RegionSearch {
  text: string;
  level?: RegionLevel | null | undefined;
  /** Only regions inside this one. */
  under?: string | null | undefined;
  asOf: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/** A place on the way down and the words still to be found inside it. */
interface Place {
  range: CodeRange;
  term: SearchTerm;
}

/** So many readings of an ambiguous place name are followed. */
const MAX_PLACES = 20;

/**
 * Finds regions valid on a date by a piece of their name, by pinyin initials or by the first digits of
 * the code, with the places above it before it if wished (DI-REG-05). Ranked: the whole name, its beginning,
 * inside it, a word read as a path (大同云州, dtyz); among equals wider levels first, then by code.
 * Throws INVALID_INPUT for a bad text, page size or cursor, NOT_FOUND when `under` is not valid on the date.
 */
export async function searchRegions(tx: ScopedTransaction, search: RegionSearch): Promise<Page<RegionRow>> {
  const first = pageSize(search.first);
  const { path, term } = parseSearch(search.text);
  const ranges = await placesOnPath(tx, path, await rangeUnder(tx, search), search.asOf);
  if (ranges?.length === 0) return { nodes: [], endCursor: null, hasNextPage: false };

  const after = decodeSearchCursor(search.after);
  const found: (RegionRow & { tier: number })[] = [];
  const tiers = tiersOf(tx, term, ranges, search.asOf);
  for (let tier = after?.tier ?? 0; tier < tiers.length && found.length <= first; tier++) {
    const sql = new SqlParts();
    const condition = await tiers[tier]!(sql);
    if (condition === null) continue;
    sql.where(condition);
    if (ranges !== null) sql.where(sql.inRanges(ranges));
    found.push(...(await page(tx, sql, search, tier, after, first + 1 - found.length)));
  }
  const nodes = found.slice(0, first);
  return { nodes, endCursor: encodeSearchCursor(nodes.at(-1)), hasNextPage: found.length > first };
}

async function rangeUnder(tx: ScopedTransaction, { under, asOf }: RegionSearch): Promise<CodeRange[] | null> {
  if (under === undefined || under === null) return null;
  const region = await regionAt(tx, under, asOf);
  if (region === null) throw refuse.notFound('under');
  return region.level === 'NATION' ? null : [scopeRange(region.code, region.level)];
}

/** The condition of one rank; null when nothing can have it. */
type Tier = (sql: SqlParts) => string | null | Promise<string | null>;

/** The ranks in which a word is looked for, the best first. */
function tiersOf(tx: ScopedTransaction, term: SearchTerm, ranges: CodeRange[] | null, asOf: string): Tier[] {
  const { kind, text } = term;
  if (kind === 'CODE') return [(sql) => sql.inRanges([{ low: text, high: `${text}:` }])];
  const column = columnOf(term);
  const exact: Tier = (sql) => `${column} = ${sql.add(text)}`;
  const beginning: Tier = (sql) => `${sql.beginsWith(column, text)} AND ${column} <> ${sql.add(text)}`;
  const asPath: Tier = async (sql) => pathCondition(sql, await placesIn(tx, term, ranges, asOf));
  // Four letters are more often two places than the beginning of one name; Chinese characters are not.
  if (kind === 'INITIALS') return [exact, asPath, beginning];
  const inside: Tier = (sql) => {
    const grams = gramsOf(text);
    const indexed = grams.length === 0 ? '' : `r.grams @> ${sql.add(grams)}::text[] AND `;
    return `${indexed}strpos(r.name, ${sql.add(text)}) > 1`;
  };
  return [exact, beginning, inside, asPath];
}

function columnOf({ kind }: SearchTerm): string {
  return kind === 'NAME' ? 'r.name' : 'r.initials';
}

/** What begins with the rest of a word inside the place that its beginning names. */
function pathCondition(sql: SqlParts, places: readonly Place[]): string | null {
  if (places.length === 0) return null;
  const each = places.map(
    ({ range, term }) => `(${sql.inRanges([range])} AND ${sql.beginsWith(columnOf(term), term.text)})`,
  );
  return `(${each.join(' OR ')})`;
}

/** A page of one rank in order of level and code. */
async function page(
  tx: ScopedTransaction,
  sql: SqlParts,
  { level, asOf }: RegionSearch,
  tier: number,
  after: SearchCursor | null,
  limit: number,
): Promise<(RegionRow & { tier: number })[]> {
  sql.where(validOn(`${sql.add(asOf)}::date`));
  if (level) sql.where(`r.level = ${sql.add(levelDepth(level))}`);
  if (after?.tier === tier) {
    sql.where(`(r.level, r.code) > (${sql.add(after.level)}::smallint, ${sql.add(after.code)}::text)`);
  }
  const rows = await tx.query<StoredRow>(
    `SELECT ${REGION_COLUMNS} FROM region r WHERE ${sql.conditions()} ORDER BY r.level, r.code LIMIT ${limit}`,
    sql.parameters,
  );
  return rows.map((row) => ({ ...regionOf(row), tier }));
}

/** The ranges of the places that a path may mean, from the top down; null stands for the whole country. */
async function placesOnPath(
  tx: ScopedTransaction,
  path: readonly SearchTerm[],
  start: CodeRange[] | null,
  asOf: string,
): Promise<CodeRange[] | null> {
  let ranges = start;
  for (const { kind, text } of path) {
    if (kind === 'CODE') {
      ranges = within(ranges, [{ low: text, high: `${text}:` }]);
      continue;
    }
    const column = columnOf({ kind, text });
    const sql = new SqlParts();
    sql.where(sql.beginsWith(column, text));
    sql.where('r.level BETWEEN 1 AND 4');
    sql.where(validOn(`${sql.add(asOf)}::date`));
    if (ranges !== null) sql.where(sql.inRanges(ranges));
    const rows = await tx.query<StoredRow>(
      `SELECT ${REGION_COLUMNS} FROM region r WHERE ${sql.conditions()}
       ORDER BY ${column} <> ${sql.add(text)}, r.level, r.code LIMIT ${MAX_PLACES}`,
      sql.parameters,
    );
    ranges = withoutNested(rows.map(regionOf).map(({ code, level }) => scopeRange(code, level)));
    if (ranges.length === 0) return [];
  }
  return ranges;
}

/** The places a word may begin with, each with what remains of the word, followed to the last. */
async function placesIn(
  tx: ScopedTransaction,
  term: SearchTerm,
  ranges: CodeRange[] | null,
  asOf: string,
): Promise<Place[]> {
  const places: Place[] = [];
  let open: { ranges: CodeRange[] | null; term: SearchTerm }[] = [{ ranges, term }];
  // A path has at most four steps above the last: province, city, county, township.
  for (let step = 0; step < 4 && open.length > 0; step++) {
    const next: Place[] = [];
    for (const from of open) next.push(...(await stepDown(tx, from.ranges, from.term, asOf)));
    places.push(...next);
    open = next.slice(0, MAX_PLACES).map((place) => ({ ranges: [place.range], term: place.term }));
  }
  return places.slice(0, 4 * MAX_PLACES);
}

async function stepDown(
  tx: ScopedTransaction,
  ranges: CodeRange[] | null,
  term: SearchTerm,
  asOf: string,
): Promise<Place[]> {
  const restOf = new Map<string, string>();
  for (const { candidates, rest } of splitsOf(term)) {
    for (const candidate of candidates) if (!restOf.has(candidate)) restOf.set(candidate, rest);
  }
  if (restOf.size === 0) return [];
  const column = columnOf(term);
  const sql = new SqlParts();
  sql.where(`${column} = ANY(${sql.add([...restOf.keys()])}::text[])`);
  // Initials are too short to tell one of 40,000 townships from another.
  sql.where(`r.level BETWEEN 1 AND ${term.kind === 'NAME' ? 4 : 3}`);
  sql.where(validOn(`${sql.add(asOf)}::date`));
  if (ranges !== null) sql.where(sql.inRanges(ranges));
  const rows = await tx.query<StoredRow & { matched: string }>(
    `SELECT ${REGION_COLUMNS}, ${column} AS matched FROM region r WHERE ${sql.conditions()}
     ORDER BY r.level, r.code LIMIT ${MAX_PLACES}`,
    sql.parameters,
  );
  return rows.map(regionOf).map(({ code, level, matched }) => ({
    range: inside(scopeRange(code, level)),
    term: { kind: term.kind, text: restOf.get(matched)! },
  }));
}

/** A place's range without the place itself: what follows a place lies below it. */
function inside({ low, high }: CodeRange): CodeRange {
  return { low: `${low.padEnd(12, '0')}0`, high };
}

function within(ranges: CodeRange[] | null, narrower: CodeRange[]): CodeRange[] {
  if (ranges === null) return narrower;
  return ranges.flatMap((outer) =>
    narrower
      .map((range) => ({
        low: [range.low, outer.low].sort()[1]!,
        high: [range.high, outer.high].sort()[0]!,
      }))
      .filter(({ low, high }) => low < high),
  );
}

function withoutNested(ranges: readonly CodeRange[]): CodeRange[] {
  return ranges.filter(
    (range) =>
      !ranges.some(
        (other) =>
          other !== range &&
          other.low <= range.low &&
          other.high >= range.high &&
          (other.low !== range.low || other.high !== range.high),
      ),
  );
}

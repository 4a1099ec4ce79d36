import { ancestorsByCode, applyMoves } from '@junxian/administrative-region';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { DatedCode } from './region';
import type { ChangeLink } from './region-change';
import { movesOf } from './region-change.rules';
import { CHANGE_COLUMNS, linksOf, type RegionChangeRow } from './region-change.store';

/** Changes between two dates, both included, by date (DI-REG-07). */
export function listRegionChanges(
  tx: ScopedTransaction,
  args: { from: string; to: string; first?: number | null; after?: string | null },
): Promise<Page<RegionChangeRow>> {
  return keysetPage<RegionChangeRow>(tx, {
    select: CHANGE_COLUMNS,
    from: 'region_change c',
    where: ['c.effective_date BETWEEN $1::date AND $2::date'],
    parameters: [args.from, args.to],
    order: [
      { column: 'c.effective_date', key: 'effectiveDate', type: 'date' },
      { column: 'c.id', key: 'id', type: 'uuid' },
    ],
    first: args.first,
    after: args.after,
  });
}

/** Which way to go along changes of codes. */
type Direction = 'SUCCESSORS' | 'PREDECESSORS';

/** A code on its way along the changes: where it started, where it is now, and when it came there. */
interface Trace {
  start: string;
  code: string;
  date: string;
}

/** Longer chains of changes of one place do not exist; a mistake in the data must not hang a request. */
const LONGEST_CHAIN = 50;
const BEFORE_ALL = '0001-01-01';

/**
 * What became of codes by a date: for each the codes at the end of all changes after `since` (all there are,
 * if left out), several after a split, none where nothing took its place (DI-REG-07). Lists in order of the
 * codes given.
 */
export async function successorsOf(
  tx: ScopedTransaction,
  codes: readonly string[],
  asOf: string,
  since: string = BEFORE_ALL,
): Promise<string[][]> {
  const ends = new Map(codes.map((code) => [code, new Set<string>()]));
  let open: Trace[] = codes.map((code) => ({ start: code, code, date: since }));
  for (let length = 0; length < LONGEST_CHAIN && open.length > 0; length++) {
    const next = await step(tx, open, asOf, 'SUCCESSORS');
    for (const trace of open) {
      const goesOn = next.some(({ start, from }) => start === trace.start && from === trace.code);
      if (length > 0 && !goesOn) ends.get(trace.start)?.add(trace.code);
    }
    open = next;
  }
  return codes.map((code) => [...ends.get(code)!].sort());
}

/** The codes from which each code came by its latest change up to its date; in order of the codes given. */
export async function predecessorsOf(
  tx: ScopedTransaction,
  wanted: readonly DatedCode[],
): Promise<string[][]> {
  const latest = wanted
    .map(({ asOf }) => asOf)
    .sort()
    .at(-1);
  if (latest === undefined) return [];
  const traces = wanted.map(({ code, asOf }, at) => ({ start: String(at), code, date: asOf }));
  const steps = await step(tx, traces, latest, 'PREDECESSORS');
  return traces.map(({ start }) =>
    steps
      .filter((next) => next.start === start)
      .map(({ code }) => code)
      .sort(),
  );
}

/** The next change of each code after its date, as far as `asOf`; or the latest up to its date, going back. */
async function step(
  tx: ScopedTransaction,
  traces: readonly Trace[],
  asOf: string,
  direction: Direction,
): Promise<(Trace & { from: string })[]> {
  const forward = direction === 'SUCCESSORS';
  const changes = await tx.query<{ id: string; date: string }>(
    `SELECT DISTINCT c.id, c.effective_date::text AS date FROM region_change_link l
     JOIN region_change c ON c.id = l.change_id
     WHERE l.${forward ? 'from_code' : 'to_code'} = ANY($1::text[])
       AND c.status <> 'CANCELLED' AND c.effective_date <= $2::date
     ORDER BY date`,
    [[...new Set(traces.flatMap(({ code }) => ancestorsByCode(code)))], asOf],
  );
  if (changes.length === 0) return [];
  const links = await linksOf(
    tx,
    changes.map(({ id }) => id),
  );
  return traces.flatMap(({ start, code, date }) => {
    const candidates = changes
      .filter((change) => (forward ? change.date > date : change.date <= date))
      .map((change) => ({
        date: change.date,
        codes: throughChange(
          code,
          links.filter(({ changeId }) => changeId === change.id),
          direction,
        ),
      }))
      .filter((change) => change.codes.length > 0);
    const nearest = forward ? candidates[0] : candidates.at(-1);
    return (nearest?.codes ?? []).map((next) => ({ start, from: code, code: next, date: nearest!.date }));
  });
}

/** What a code became in one change, or came from; empty where the change did not concern it. */
function throughChange(code: string, links: readonly ChangeLink[], direction: Direction): string[] {
  const along =
    direction === 'SUCCESSORS' ? links : links.map((link) => ({ ...link, from: link.to, to: link.from }));
  const named = along.filter((link) => link.from === code).map((link) => link.to);
  if (named.length > 0) return named;
  const moved = applyMoves(code, movesOf(along));
  return moved === code ? [] : [moved];
}

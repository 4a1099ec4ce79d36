import {
  ancestorsByCode,
  applyMoves,
  type CodeRange,
  isRegionCode,
  isWithin,
  levelOfCode,
  type RegionLevel,
  type RegionMove,
  type RegionReference,
  scopeRange,
} from '@junxian/administrative-region';

/** A region change as a service keeps it, in the order in which it was received. */
export interface KnownRegionChange {
  kind: 'CREATE' | 'RENAME' | 'RECODE' | 'MERGE' | 'SPLIT' | 'REPARENT' | 'ABOLISH';
  from: readonly string[];
  to: readonly string[];
  moves: readonly RegionMove[];
}

/**
 * The level of the region that a code names after all known changes, or null when it names none: it stood
 * in the national file or was created, and was neither moved away, split nor abolished since. Takes the
 * changes in the order in which they took effect.
 */
export function levelToday(
  code: string,
  reference: Pick<RegionReference, 'levelOf'>,
  changes: readonly KnownRegionChange[],
): RegionLevel | null {
  if (!isRegionCode(code)) return null;
  for (let index = changes.length - 1; index >= 0; index--) {
    const change = changes[index]!;
    for (const before of codesBefore(code, change)) {
      const level = levelToday(before, reference, changes.slice(0, index));
      if (level !== null) return level;
    }
    // Nothing was moved here; what stood here before does so still, unless the change took it away.
    if (change.to.includes(code) && creates(change)) return levelOfCode(code);
    if (isGone(code, change)) return null;
  }
  return reference.levelOf(code);
}

/**
 * The regions directly below one after all known changes, ascending. Takes a present code and the changes in the order
 * in which they took effect.
 */
export function childrenToday(
  code: string,
  reference: Pick<RegionReference, 'levelOf' | 'childrenOf'>,
  changes: readonly KnownRegionChange[],
): string[] {
  // What this region, and those merged into it, were called before each change.
  let names = new Set([code]);
  let candidates = new Set<string>();
  for (let index = changes.length - 1; index >= 0; index--) {
    names = new Set([...names].flatMap((name) => [name, ...codesBefore(name, changes[index]!)]));
  }
  for (const name of names) for (const child of reference.childrenOf(name)) candidates.add(child);
  for (const change of changes) {
    candidates = new Set([...candidates].map((candidate) => applyMoves(candidate, change.moves)));
    for (const created of [...change.to, ...change.moves.map(({ to }) => to)]) candidates.add(created);
  }
  return [...candidates]
    .filter(
      (candidate) =>
        isRegionCode(candidate) &&
        ancestorsByCode(candidate).at(-2) === code &&
        levelToday(candidate, reference, changes) !== null,
    )
    .sort();
}

/** All codes that a change turned into this one. */
export function codesBefore(code: string, change: Pick<KnownRegionChange, 'moves'>): string[] {
  return change.moves.flatMap(({ from, to, level }) => {
    const before = applyMoves(code, [{ from: to, to: from, level }]);
    return before !== code && applyMoves(before, change.moves) === code ? [before] : [];
  });
}

/** Changes of other kinds say by their moves alone where codes went; `to` creates nothing by itself. */
function creates({ kind, moves }: KnownRegionChange): boolean {
  return kind === 'CREATE' || kind === 'SPLIT' || moves.length === 0;
}

function isGone(code: string, change: KnownRegionChange): boolean {
  if (applyMoves(code, change.moves) !== code) return true;
  return vacatedRanges(change).some((range) => isWithin(code, range));
}

/** The areas that a change leaves without a present code: those abolished, or split and not among their successors. */
export function vacatedRanges({ kind, from, to }: KnownRegionChange): CodeRange[] {
  if (kind !== 'ABOLISH' && kind !== 'SPLIT') return [];
  return from.filter((code) => !to.includes(code)).map((code) => scopeRange(code, levelOfCode(code)));
}

import type { Figures } from './national-reports.rules';
import type { PetitionSummary } from './petition-summary.rules';

/** The figures of one region in one month. */
export interface RegionOfMonth {
  regionCode: string;
  parentCode: string | null;
  figures: Figures;
}

/** A count below it, but for none, says something about single people. */
const SMALL = 5;

/** Two ways to take the items of a region apart; each adds up to its items. */
const BREAKDOWNS = {
  channel: ['online', 'letters', 'visitBatches', 'otherChannels'],
  progress: ['completed', 'open'],
} as const;
type Breakdown = keyof typeof BREAKDOWNS;

/** What of a region may be told. */
interface Told {
  items: boolean;
  channel: boolean;
  progress: boolean;
}
const NOTHING: Told = { items: false, channel: false, progress: false };

const isSmall = (count: number) => count > 0 && count < SMALL;
const count = (figures: Figures | undefined, name: string) => figures?.[name] ?? 0;

/** The figures with those that follow from them. */
function complete(figures: Figures): Figures {
  const items = count(figures, 'items');
  const channels = count(figures, 'online') + count(figures, 'letters') + count(figures, 'visitBatches');
  return { ...figures, otherChannels: items - channels, open: items - count(figures, 'completed') };
}

/**
 * The summaries that an officer who neither counts nor supervises gets of the regions of one month; null where nothing is told.
 *
 * What is told takes the items of the officer's region apart into parts, none of which has 1 to 4: the regions told one by one, and of each
 * region the rest (its own organisations and the regions below that are not told). Of a rest only the sum can be computed, and it is so large that each
 * hidden region in it may have 5 as well. Below a hidden region nothing is told. A breakdown is told where each of these parts has
 * 0 or at least 5 of every kind. So no difference or sum of answers gives a number that is hidden (ruling Region.petitionSummary).
 *
 * Takes the root, all regions with figures directly below it, and below every region whose children will be asked for.
 */
export function toldOfMonth(
  root: string,
  regions: readonly RegionOfMonth[],
): (path: readonly string[]) => PetitionSummary | null {
  const figures = new Map(regions.map((region) => [region.regionCode, complete(region.figures)]));
  const below = (parent: string) => regions.filter(({ parentCode }) => parentCode === parent);
  const families = new Map<string, (child: string) => Told>();
  const familyOf = (parent: string, told: Told) => {
    const known = families.get(parent) ?? childrenTold(figures.get(parent), told, below(parent), figures);
    families.set(parent, known);
    return known;
  };
  return (path) => {
    if (path[0] !== root) return null;
    let told = ofRoot(figures.get(root));
    for (let depth = 1; depth < path.length; depth++) told = familyOf(path[depth - 1]!, told)(path[depth]!);
    return told.items ? summaryOf(figures.get(path.at(-1)!), told) : null;
  };
}

/** Of the officer's own region there is nothing to subtract from. */
function ofRoot(figures: Figures | undefined): Told {
  const clean = (breakdown: Breakdown) =>
    BREAKDOWNS[breakdown].every((kind) => !isSmall(count(figures, kind)));
  return isSmall(count(figures, 'items'))
    ? NOTHING
    : { items: true, channel: clean('channel'), progress: clean('progress') };
}

/** What is told of the regions directly below one, of which `told` is told. */
function childrenTold(
  parent: Figures | undefined,
  told: Told,
  children: readonly RegionOfMonth[],
  figures: ReadonlyMap<string, Figures>,
): (child: string) => Told {
  if (!told.items) return () => NOTHING;
  const of = ({ regionCode }: RegionOfMonth) => figures.get(regionCode)!;
  const shown = shownChildren(parent, children, of);
  // Even which regions have none would say too much.
  if (shown === null) return () => NOTHING;
  const hidden = new Set(
    children.filter((child) => !shown.includes(child)).map(({ regionCode }) => regionCode),
  );
  const detailed = (breakdown: Breakdown) =>
    told[breakdown]
      ? new Set(brokenDown(breakdown, parent, shown, of).map(({ regionCode }) => regionCode))
      : new Set<string>();
  const [channel, progress] = [detailed('channel'), detailed('progress')];
  return (child) => {
    if (hidden.has(child)) return NOTHING;
    // Of none there are none of every kind.
    const none = count(figures.get(child), 'items') === 0;
    return { items: true, channel: none || channel.has(child), progress: none || progress.has(child) };
  };
}

/**
 * The children whose items are told: without the small ones, and without the next smallest until what the rest adds up to leaves room for
 * 5 in each of them. Null when no child may be told.
 */
function shownChildren(
  parent: Figures | undefined,
  children: readonly RegionOfMonth[],
  of: (child: RegionOfMonth) => Figures,
): RegionOfMonth[] | null {
  const items = (child: RegionOfMonth) => count(of(child), 'items');
  const shown = children.filter((child) => !isSmall(items(child))).sort((a, b) => items(b) - items(a));
  for (;;) {
    const rest = count(parent, 'items') - shown.reduce((sum, child) => sum + items(child), 0);
    const hidden = children.length - shown.length;
    if (rest === 0 || rest >= SMALL - 1 + Math.max(hidden, 1)) return shown;
    const next = shown.findLastIndex((child) => items(child) > 0);
    if (next < 0) return null;
    shown.splice(next, 1);
  }
}

/** The children of which a breakdown is told: so many that neither they nor the rest have 1 to 4 of a kind. */
function brokenDown(
  breakdown: Breakdown,
  parent: Figures | undefined,
  children: readonly RegionOfMonth[],
  of: (child: RegionOfMonth) => Figures,
): RegionOfMonth[] {
  const kinds = BREAKDOWNS[breakdown];
  const shown = children.filter((child) => kinds.every((kind) => !isSmall(count(of(child), kind))));
  for (;;) {
    const rest = (kind: string) =>
      count(parent, kind) - shown.reduce((sum, child) => sum + count(of(child), kind), 0);
    const small = kinds.find((kind) => isSmall(rest(kind)));
    if (small === undefined) return shown;
    const bySize = shown
      .filter((child) => count(of(child), small) > 0)
      .sort((a, b) => count(of(a), small) - count(of(b), small));
    if (bySize.length === 0) return [];
    shown.splice(shown.indexOf(bySize[0]!), 1);
  }
}

function summaryOf(figures: Figures | undefined, told: Told): PetitionSummary {
  const channel = (kind: string) => (told.channel ? count(figures, kind) : null);
  return {
    items: count(figures, 'items'),
    persons: count(figures, 'persons'),
    online: channel('online'),
    letters: channel('letters'),
    visits: channel('visitBatches'),
    completed: told.progress ? count(figures, 'completed') : null,
    suppressed: !told.channel || !told.progress,
  };
}

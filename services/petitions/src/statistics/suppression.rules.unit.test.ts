import fc from 'fast-check';
import type { Figures } from './national-reports.rules';
import { exactSummary, monthsOf, type PetitionSummary, summaryOfMonths } from './petition-summary.rules';
import { type RegionOfMonth, toldOfMonth } from './suppression.rules';

const ROOT = 'r';
/** What single items are: own(region) × channel × done or not. */
const CHANNELS = ['online', 'letters', 'visitBatches', 'phone'] as const;
const CELLS = CHANNELS.flatMap((channel) => [`${channel} completed`, `${channel} open`]);
/** A region with what its own organisations registered, cell by cell. */
interface Place {
  own: number[];
  below: Place[];
}
interface Known {
  path: string[];
  parent: string | null;
  /** Which cells of which regions make it up. */
  places: string[];
  own: number[];
}

function placesOf(place: Place, path: string[], parent: string | null): Known[] {
  const children = place.below.map((child, index) =>
    placesOf(child, [...path, `${path.at(-1)}.${index}`], path.at(-1)!),
  );
  const places = [path.at(-1)!, ...children.flatMap(([child]) => child!.places)];
  return [{ path, parent, places, own: place.own }, ...children.flat()];
}

/** Months as they really are: regions without items, with few, with many of one kind or of several. */
const ownCells = fc.oneof(
  fc.constant(CELLS.map(() => 0)),
  ...[1, 2, 9].map((max) =>
    fc.tuple(...CELLS.map((_, at) => fc.integer({ min: 0, max: at % 3 === 0 ? max : 1 }))),
  ),
  fc.tuple(...CELLS.map(() => fc.constantFrom(0, 0, 5, 6, 7))),
);
const placeOf = (...mostBelow: number[]): fc.Arbitrary<Place> =>
  fc.record({
    own: ownCells,
    below:
      mostBelow.length === 0
        ? fc.constant([])
        : fc.array(placeOf(...mostBelow.slice(1)), { maxLength: mostBelow[0]! }),
  });
const places = placeOf(4, 3);

/** The figures of one region that can be asked for, or follow, each as the cells it is the sum of. */
const COLUMNS: Record<string, (cell: string) => boolean> = {
  items: () => true,
  online: (cell) => cell.startsWith('online'),
  letters: (cell) => cell.startsWith('letters'),
  visits: (cell) => cell.startsWith('visitBatches'),
  completed: (cell) => cell.endsWith('completed'),
};

class Month {
  readonly known: Known[];
  private readonly index: Map<string, number>;
  private readonly values: number[];
  readonly told: Map<string, PetitionSummary | null>;

  constructor(place: Place) {
    this.known = placesOf(place, [ROOT], null);
    const cells = this.known.flatMap(({ path, own }) =>
      CELLS.map((cell, at) => ({ id: `${path.at(-1)} ${cell}`, value: own[at]! })),
    );
    this.index = new Map(cells.map(({ id }, at) => [id, at]));
    this.values = cells.map(({ value }) => value);
    const regions: RegionOfMonth[] = this.known
      .map(({ path, parent, places: all }) => ({
        regionCode: path.at(-1)!,
        parentCode: parent,
        figures: this.figures(all),
      }))
      // A region without figures has no row.
      .filter(({ figures }) => figures.items! > 0);
    const tell = toldOfMonth(ROOT, regions);
    this.told = new Map(this.known.map(({ path }) => [path.at(-1)!, tell(path)]));
  }

  /** The cells that a figure of a set of regions is the sum of. */
  vector(regions: readonly string[], column: (cell: string) => boolean): number[] {
    const vector = this.values.map(() => 0);
    for (const region of regions)
      for (const cell of CELLS) if (column(cell)) vector[this.index.get(`${region} ${cell}`)!] = 1;
    return vector;
  }

  valueOf = (vector: readonly number[]) =>
    vector.reduce((sum, factor, at) => sum + factor * this.values[at]!, 0);

  private figures(regions: readonly string[]): Figures {
    const of = (column: (cell: string) => boolean) => this.valueOf(this.vector(regions, column));
    const persons = of(() => true) * 2;
    const visitBatches = of(COLUMNS.visits!);
    return {
      items: of(COLUMNS.items!),
      persons,
      online: of(COLUMNS.online!),
      letters: of(COLUMNS.letters!),
      visitBatches,
      completed: of(COLUMNS.completed!),
    };
  }
}

const PRIME = 1_000_003;
const inverse = (value: number): number => {
  let [a, b, x, y] = [value, PRIME, 1, 0];
  while (b !== 0) [a, b, x, y] = [b, a % b, y, x - Math.trunc(a / b) * y];
  return ((x % PRIME) + PRIME) % PRIME;
};

/** Everything that follows from some sums by adding and subtracting. */
class Span {
  private readonly rows: { pivot: number; row: number[] }[] = [];

  add(vector: readonly number[]): void {
    const rest = this.reduced(vector);
    const pivot = rest.findIndex((value) => value !== 0);
    if (pivot < 0) return;
    const factor = inverse(rest[pivot]!);
    this.rows.push({ pivot, row: rest.map((value) => (value * factor) % PRIME) });
  }

  holds = (vector: readonly number[]) => this.reduced(vector).every((value) => value === 0);

  private reduced(vector: readonly number[]): number[] {
    let rest = [...vector];
    for (const { pivot, row } of this.rows) {
      const factor = rest[pivot]!;
      if (factor !== 0) rest = rest.map((value, at) => (value + (PRIME - factor) * row[at]!) % PRIME);
    }
    return rest;
  }
}

describe('what an officer is told of small numbers', () => {
  it('never gives a number from 1 to 4, however answers are added and subtracted, over random trees of regions', () => {
    let hidden = 0;
    let shown = 0;
    fc.assert(
      fc.property(places, (place) => {
        const month = new Month(place);
        const span = new Span();
        // Every answer is a sum of cells; where it is none, each of its cells is known to be none.
        for (const { path, places: all } of month.known)
          for (const [name, column] of Object.entries(COLUMNS)) {
            const value = month.told.get(path.at(-1)!)?.[name as 'items'] ?? null;
            if (value === null) continue;
            const vector = month.vector(all, column);
            expect(value).toBe(month.valueOf(vector));
            shown += 1;
            span.add(vector);
            if (value === 0)
              for (const [at, factor] of vector.entries())
                if (factor === 1) span.add(vector.map((_, other) => (other === at ? 1 : 0)));
          }
        for (const { path, places: all } of month.known)
          for (const regions of [all, [path.at(-1)!]])
            for (const column of [
              ...Object.values(COLUMNS),
              (cell: string) => cell.endsWith('open'),
              (cell: string) => cell.startsWith('phone'),
            ]) {
              const vector = month.vector(regions, column);
              const value = month.valueOf(vector);
              if (value === 0 || value > 4) continue;
              hidden += 1;
              expect([path, value, span.holds(vector)]).toEqual([path, value, false]);
            }
      }),
      { numRuns: 150, seed: 1 },
    );
    // Neither everything nor nothing was told.
    expect(hidden).toBeGreaterThan(500);
    expect(shown).toBeGreaterThan(500);
  });

  it('leaves room for 5 in every hidden region: nobody can say that it is a small one', () => {
    fc.assert(
      fc.property(places, (place) => {
        const month = new Month(place);
        const items = (region: string) => month.told.get(region)?.items ?? null;
        for (const { path } of month.known) {
          const region = path.at(-1)!;
          const children = month.known
            .filter(({ parent }) => parent === region)
            .map((child) => child.path.at(-1)!);
          const hidden = children.filter((child) => items(child) === null);
          const total = items(region);
          if (hidden.length === 0 || total === null) continue;
          const rest = total - children.reduce((sum, child) => sum + (items(child) ?? 0), 0);
          // Where some child is told, those that have none are, and the hidden have one at least.
          const least = hidden.length === children.length ? 0 : hidden.length - 1;
          expect(rest - least).toBeGreaterThanOrEqual(5);
        }
      }),
      { numRuns: 150, seed: 2 },
    );
  });

  const region = (regionCode: string, parentCode: string | null, items: number, changes: Figures = {}) => ({
    regionCode,
    parentCode,
    figures: { items, persons: items, online: items, completed: items, ...changes },
  });
  const itemsTold = (regions: RegionOfMonth[], ...codes: string[]) => {
    const tell = toldOfMonth(ROOT, regions);
    return codes.map((code) => tell(code === ROOT ? [ROOT] : [ROOT, code])?.items ?? null);
  };

  it.each([
    ['a small one hides the next smallest, from which it could be subtracted', [12, 9, 3], [12, null, null]],
    ['with another large one beside', [40, 20, 17, 3], [40, 20, null, null]],
    ['what the own organisations registered is a number of its own', [12, 10], [12, null]],
    ['two small ones that leave room hide nobody else', [30, 22, 4, 4], [30, 22, null, null]],
    [
      'five of one each would be known by their sum',
      [5, 1, 1, 1, 1, 1, 0],
      [5, null, null, null, null, null, null],
    ],
    ['none is told as none', [10, 10, 0], [10, 10, 0]],
    ['nothing of a small region', [4, 4, 0], [null, null, null]],
  ])('%s', (_, numbers, expected) => {
    const [root, ...children] = numbers as [number, ...number[]];
    const codes = children.map((__, index) => `c${index}`);
    const regions = [
      region(ROOT, null, root),
      ...children.map((items, index) => region(codes[index]!, ROOT, items)),
    ];
    expect(itemsTold(regions, ROOT, ...codes)).toEqual(expected);
  });

  it('tells a breakdown where no kind is small, neither here nor in the difference to the region above', () => {
    const counts = { letters: 5, online: 15, completed: 20 };
    const tell = toldOfMonth(ROOT, [
      region(ROOT, null, 20, counts),
      region('a', ROOT, 10, { online: 6, letters: 4, completed: 10 }),
      region('b', ROOT, 10, { online: 9, letters: 1, completed: 10 }),
    ]);
    expect(tell([ROOT])).toMatchObject({
      items: 20,
      online: 15,
      letters: 5,
      visits: 0,
      completed: 20,
      suppressed: false,
    });
    expect(tell([ROOT, 'a'])).toMatchObject({
      items: 10,
      online: null,
      letters: null,
      completed: 10,
      suppressed: true,
    });
    expect(tell(['elsewhere'])).toBeNull();
  });

  it('of several months adds up what is told of each, and nothing that is hidden in one', () => {
    const shown = exactSummary({
      items: 20,
      persons: 25,
      online: 10,
      letters: 5,
      visitBatches: 5,
      completed: 12,
    });
    expect(summaryOfMonths([shown, shown])).toMatchObject({ items: 40, online: 20, suppressed: false });
    expect(summaryOfMonths([shown, { ...shown, letters: null }])).toMatchObject({
      items: 40,
      letters: null,
      suppressed: true,
    });
    expect(summaryOfMonths([shown, null])).toMatchObject({ items: null, completed: null, suppressed: true });
  });

  it('asks for whole months that are over', () => {
    const months = (from: string, to: string) => monthsOf({ from, to }, '2026-03-02');
    expect(months('2025-12-01', '2026-02-28')).toEqual(['2025-12-01', '2026-01-01', '2026-02-01']);
    for (const [from, to] of [
      ['2026-02-02', '2026-02-28'],
      ['2026-02-01', '2026-02-27'],
      ['2026-03-01', '2026-03-31'],
      ['2026-03-01', '2026-02-28'],
    ] as const)
      expect(() => months(from, to)).toThrow('INVALID_INPUT');
  });
});

/**
 * What a benchmark says about one figure. A benchmark (e2e/benchmarks/<name>.bench.ts) is a program of its own that
 * prints each figure as a line `bench {json}`; everything else it prints is for the reader.
 */
export interface Measure {
  what: string;
  value: number;
  unit: string;
  /** The bar, when there is one. */
  atMost?: number;
  atLeast?: number;
}

const LINE = /^bench (\{.*\})$/;

function isMeasure(it: unknown): it is Measure {
  const { what, value, unit } = (it ?? {}) as Partial<Measure>;
  return (
    typeof what === 'string' &&
    typeof value === 'number' &&
    Number.isFinite(value) &&
    typeof unit === 'string'
  );
}

/**
 * Finds the figures in a benchmark's output.
 * @throws Error for a line that begins as a figure and is none
 */
export function measuresIn(output: string): Measure[] {
  return output.split(/\r?\n/).flatMap((line) => {
    const text = LINE.exec(line)?.[1];
    if (text === undefined) return [];
    const measure: unknown = JSON.parse(text);
    if (!isMeasure(measure)) throw new Error(`not a measure: ${line}`);
    return [measure];
  });
}

/** Whether a figure meets its bar; undefined when it has none. */
export function meetsBar({ value, atMost, atLeast }: Measure): boolean | undefined {
  if (atMost === undefined && atLeast === undefined) return undefined;
  return (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);
}

const barText = ({ atMost, atLeast }: Measure) =>
  [atMost === undefined ? '' : `at most ${atMost}`, atLeast === undefined ? '' : `at least ${atLeast}`]
    .filter(Boolean)
    .join(', ');

/** The summary that `npm run bench` ends with. */
export function printMeasures(results: { benchmark: string; measures: Measure[] }[]): string {
  const width = Math.max(20, ...results.flatMap((it) => it.measures.map((measure) => measure.what.length)));
  return results
    .flatMap(({ benchmark, measures }) => [
      benchmark,
      ...measures.map((measure) => {
        const verdict = { true: 'ok', false: 'MISSED', undefined: '' }[String(meetsBar(measure))] ?? '';
        const value = Number(measure.value.toPrecision(4));
        return `  ${measure.what.padEnd(width)}  ${value} ${measure.unit}  ${barText(measure)} ${verdict}`.trimEnd();
      }),
    ])
    .join('\n');
}

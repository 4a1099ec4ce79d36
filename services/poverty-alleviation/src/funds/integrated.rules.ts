import { Refusal } from '@junxian/errors';
import type { FundTier, IntegratedProgramme, UseDirection } from '../fund-code-lists';
import { FormFaults } from '../households/form-faults.rules';
import { overLimit } from './allocation.rules';
import {
  fromTenThousandths,
  isTenThousands,
  MAX_TEN_THOUSANDTHS,
  toTenThousandths,
} from './ten-thousands.rules';

/** The measures of a line of integrated funds, 万元. */
export interface IntegratedAmounts {
  planned: string;
  integrated: string;
  spent: string;
}

/** One line of a report: money of one tier, programme and use direction. */
export interface IntegratedLine extends IntegratedAmounts {
  tier: FundTier;
  programme: IntegratedProgramme;
  direction: UseDirection;
}

const MEASURES = ['planned', 'integrated', 'spent'] as const satisfies readonly (keyof IntegratedAmounts)[];

/** A measure of a line, as the graph names it. */
export type IntegratedMeasure = Uppercase<(typeof MEASURES)[number]>;

/**
 * Checks the lines of a report (PA-FD-07): at least one, each tier, programme and direction once, amounts in bounds, spent ≤
 * integrated ≤ planned. Throws one Refusal with all faults, each with its field below `input`.
 */
export function checkLines(lines: readonly IntegratedLine[]): void {
  const faults = new FormFaults();
  if (lines.length === 0) faults.add(noLines());
  const seen = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const field = `input.lines[${index}]`;
    faults.expect(!seen.has(keyOf(line)), field, {
      zh: '同一级次、项目和使用方向只能有一行，请合并',
      en: 'Each tier, programme and direction has one line; add the amounts up',
    });
    seen.add(keyOf(line));
    const faulty = MEASURES.filter((measure) => !isAmount(line[measure]));
    for (const measure of faulty) {
      faults.expect(false, `${field}.${measure}`, {
        zh: '请填写 0 至 99999999.9999、最多四位小数的金额（万元）',
        en: 'Enter an amount (ten thousand yuan) from 0 to 99999999.9999 with at most four decimals',
      });
    }
    if (faulty.length === 0) checkOrder(faults, line, field);
  }
  if (faults.list.length > 0) throw Refusal.many(faults.list);
}

function isAmount(text: string): boolean {
  return isTenThousands(text) && toTenThousandths(text) <= MAX_TEN_THOUSANDTHS;
}

function checkOrder(faults: FormFaults, line: IntegratedLine, field: string): void {
  const [planned, integrated, spent] = MEASURES.map((measure) => toTenThousandths(line[measure]));
  if (integrated! > planned!) {
    faults.add(
      overLimit(`${field}.integrated`, {
        zh: '已整合金额不能超过计划整合金额，请核对',
        en: 'What was integrated cannot exceed what was planned; check both',
      }),
    );
  }
  if (spent! > integrated!) {
    faults.add(
      overLimit(`${field}.spent`, {
        zh: '已支出金额不能超过已整合金额，请核对',
        en: 'What was spent cannot exceed what was integrated; check both',
      }),
    );
  }
}

function noLines(): Refusal {
  return new Refusal(
    'NOTHING_SELECTED',
    { zh: '请至少填写一行', en: 'Enter at least one line' },
    { field: 'input.lines' },
  );
}

/** A line of a province's report beside the sum of its counties. */
export interface ComparedLine {
  tier: FundTier;
  programme: IntegratedProgramme;
  direction: UseDirection;
  reported: IntegratedAmounts;
  counties: IntegratedAmounts;
  /** Which measures differ. */
  differences: IntegratedMeasure[];
}

const NOTHING: IntegratedAmounts = { planned: '0.0000', integrated: '0.0000', spent: '0.0000' };

/**
 * Puts a province's lines beside the sums of its counties (PA-FD-08): every line that one of the two has, in the order of
 * the province's and then the counties' lines; a missing one counts as zero.
 */
export function compareLines(
  reported: readonly IntegratedLine[],
  counties: readonly IntegratedLine[],
): ComparedLine[] {
  const own = new Map(reported.map((line) => [keyOf(line), line]));
  const sums = new Map(counties.map((line) => [keyOf(line), line]));
  return [...new Set([...own.keys(), ...sums.keys()])].map((key) => {
    const { tier, programme, direction } = (own.get(key) ?? sums.get(key))!;
    const ours = amountsOf(own.get(key) ?? NOTHING);
    const theirs = amountsOf(sums.get(key) ?? NOTHING);
    const differences = MEASURES.filter((measure) => ours[measure] !== theirs[measure]).map(
      (measure) => measure.toUpperCase() as IntegratedMeasure,
    );
    return { tier, programme, direction, reported: ours, counties: theirs, differences };
  });
}

function amountsOf(line: IntegratedAmounts): IntegratedAmounts {
  const read = (measure: keyof IntegratedAmounts) => fromTenThousandths(toTenThousandths(line[measure]));
  return { planned: read('planned'), integrated: read('integrated'), spent: read('spent') };
}

function keyOf({ tier, programme, direction }: IntegratedLine): string {
  return `${tier}:${programme}:${direction}`;
}

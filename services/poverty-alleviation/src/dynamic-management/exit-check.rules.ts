import { Refusal } from '@junxian/errors';
import { toHundredths } from '../households/income.rules';

/** The six checks of an exit 脱贫六项指标 (PA-EX-01), in the order in which they are listed. */
export const EXIT_CHECK_ITEMS = [
  'INCOME',
  'WATER_SAFE',
  'WATER_DIFFICULTY',
  'HOUSING',
  'CRITICAL_ILLNESS_INSURANCE',
  'EDUCATION',
] as const;
export type ExitCheckItem = (typeof EXIT_CHECK_ITEMS)[number];

const LABELS: Readonly<Record<ExitCheckItem, string>> = {
  INCOME: '人均纯收入达到贫困线',
  WATER_SAFE: '饮水安全',
  WATER_DIFFICULTY: '无饮水困难',
  HOUSING: '住房有保障',
  CRITICAL_ILLNESS_INSURANCE: '参加大病保险',
  EDUCATION: '义务教育有保障',
};

export interface ExitCheckResult {
  item: ExitCheckItem;
  passed: boolean;
}

/** What the checks are made on: the recorded outcome 帮扶成效, the income, and the year's poverty line. */
export interface ExitFacts {
  outcome: {
    waterSafe: boolean | null;
    waterDifficulty: boolean | null;
    housingSafe: boolean | null;
    criticalIllnessInsured: boolean | null;
    compulsoryEducationMet: boolean | null;
  };
  /** Yuan; null without active members. */
  perCapitaNetIncome: string | null;
  /** `SurveyYear.povertyLine` (PA-EX-02); null where none was set. */
  povertyLine: string | null;
}

/** Makes the six checks (PA-EX-01); what was not recorded is not passed. */
export function exitChecks({ outcome, perCapitaNetIncome, povertyLine }: ExitFacts): ExitCheckResult[] {
  const passed: Record<ExitCheckItem, boolean> = {
    INCOME:
      perCapitaNetIncome !== null &&
      povertyLine !== null &&
      toHundredths(perCapitaNetIncome) >= toHundredths(povertyLine),
    WATER_SAFE: outcome.waterSafe === true,
    WATER_DIFFICULTY: outcome.waterDifficulty === false,
    HOUSING: outcome.housingSafe === true,
    CRITICAL_ILLNESS_INSURANCE: outcome.criticalIllnessInsured === true,
    EDUCATION: outcome.compulsoryEducationMet === true,
  };
  return EXIT_CHECK_ITEMS.map((item) => ({ item, passed: passed[item] }));
}

/** Throws CHECK_FAILED with the checks that were not passed (`details.failed`), unless all were. */
export function expectAllPassed(results: readonly ExitCheckResult[]): void {
  const failed = results.filter(({ passed }) => !passed).map(({ item }) => item);
  if (failed.length === 0) return;
  throw new Refusal(
    'CHECK_FAILED',
    {
      zh: `该户未达到脱贫标准：${failed.map((item) => LABELS[item]).join('、')}。请由业务操作员核实并更新收入信息和帮扶成效后再办理`,
      en: `The household does not meet the standard of exit: ${failed.join(', ')}. Have an operator verify and update income and outcome first`,
    },
    { field: 'householdId', details: { failed } },
  );
}

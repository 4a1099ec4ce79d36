import { refuse } from '@junxian/errors';
import { fromTenThousandths, toTenThousandths } from '../funds/ten-thousands.rules';
import { fromHundredths, isDecimal, toHundredths } from '../households/income.rules';
import type { AcceptanceResult, ProjectStage } from '../project-code-lists';
import { budgetTotal, type ProjectEntry } from './project.rules';
import { fieldRequired, overLimit, ProjectFaults } from './project-faults.rules';
import { type FormValues, missingFields } from './project-forms.rules';

/** What an approval 立项 enters. */
export interface ApprovalInput {
  approvalDocNo: string;
  approvedDate: string;
  approvedAmount: string;
}

/**
 * Checks an approval (PA-PJ-03): document, date not in the future, an amount above 0 and not above the budget,
 * a budget above 0, at least one village, and the type's form complete. Takes the entry with the details as
 * approved. Throws one Refusal with all faults: FIELD_REQUIRED, INVALID_INPUT, OVER_LIMIT.
 */
export function checkApproval(
  input: ApprovalInput,
  entry: Pick<ProjectEntry, 'type' | 'budget' | 'villageCodes' | 'details'>,
  today: string,
): void {
  const faults = new ProjectFaults();
  faults.expectFilled(input.approvalDocNo, 100, 'input.approvalDocNo');
  expectPast(input.approvedDate, today, 'input.approvedDate', faults);
  const isAmount = faults.expectTenThousands(input.approvedAmount, 'input.approvedAmount');
  if (entry.budget.length === 0) faults.add(noBudget());
  else if (isAmount && toTenThousandths(input.approvedAmount) > toTenThousandths(budgetTotal(entry.budget)))
    faults.add(aboveBudget());
  if (entry.villageCodes.length === 0) faults.add(noVillage());
  faults.add(...missingFields(entry.type, 'details', entry.details, 'input.details'));
  faults.refuse();
}

/**
 * Checks the amounts of an adjusted project (PA-PJ-04): the approved amount stays at or above what was spent and
 * what is arranged, and the budget at or above the approved amount. Adds OVER_LIMIT to `faults`.
 */
export function checkAdjustedAmounts(
  after: { approvedAmount: string; budgetTotal: string },
  money: { spent: string; arranged: string },
  faults: ProjectFaults,
): void {
  const approved = toTenThousandths(after.approvedAmount);
  const [, floor] = [toTenThousandths(money.spent), toTenThousandths(money.arranged)].sort((a, b) =>
    a < b ? -1 : 1,
  );
  if (approved < floor!) faults.add(belowMoney(fromTenThousandths(floor!)));
  if (approved > toTenThousandths(after.budgetTotal)) faults.add(aboveBudget('input.budget'));
}

/** What a report of implementation says of progress and money; the results of its type apart. */
export interface ReportInput {
  reportDate: string;
  progressPct: string;
  actualStart?: string | null | undefined;
  actualEnd?: string | null | undefined;
  spent: string;
  acceptanceDate?: string | null | undefined;
  acceptanceResult?: AcceptanceResult | null | undefined;
}

/** What the reports before left. */
export interface ReportedState {
  stage: ProjectStage;
  progressPct: string;
  spent: string;
  actualStart: string | null;
  actualEnd: string | null;
  acceptanceDate: string | null;
  acceptanceResult: AcceptanceResult | null;
  lastReportDate: string | null;
}

/** The state a report leaves. */
export type ReportedAfter = ReportedState & { lastReportDate: string };

const FULL = 100_00n;

/**
 * Decides a report of implementation (PA-PJ-05). Takes the report, the state before, the results of the type as
 * they are after it with what is missing in them for an acceptance, and the money arranged. What is left out stays
 * as it was. Returns the state after: the first report with an actual start makes the project IMPLEMENTING; full
 * progress with a passed acceptance completes it. Throws one Refusal with all faults: FIELD_REQUIRED,
 * INVALID_INPUT, STATE_CONFLICT for progress or spending that falls, OVER_LIMIT for spending above the arranged.
 */
export function decideReport(
  input: ReportInput,
  before: ReportedState,
  { type, results }: { type: ProjectEntry['type']; results: FormValues },
  { arranged, today }: { arranged: string; today: string },
): ReportedAfter {
  const faults = new ProjectFaults();
  const after = {
    actualStart: input.actualStart ?? before.actualStart,
    actualEnd: input.actualEnd ?? before.actualEnd,
    acceptanceDate: input.acceptanceDate ?? before.acceptanceDate,
    acceptanceResult: input.acceptanceResult ?? before.acceptanceResult,
  };
  expectPast(input.reportDate, today, 'input.reportDate', faults);
  faults.expectOrder(before.lastReportDate, input.reportDate, 'input.reportDate', '报告日期不能早于上次报告');
  const progress = checkedProgress(input.progressPct, before.progressPct, faults);
  const spent = checkedSpent(input.spent, before.spent, arranged, faults);
  if (after.actualStart === null && ((progress ?? 0n) > 0n || (spent ?? 0n) > 0n))
    faults.add(fieldRequired('input.actualStart'));
  checkDates(after, input.reportDate, faults);
  const full = progress === FULL;
  faults.expect(full || after.actualEnd === null, 'input.actualEnd', {
    zh: '进度未到 100%，不能填写实际完工日期',
    en: 'Work that is not at 100 % has no actual end yet',
  });
  const accepted = after.acceptanceResult === 'PASSED';
  if ((after.acceptanceDate === null) !== (after.acceptanceResult === null))
    faults.add(
      fieldRequired(after.acceptanceDate === null ? 'input.acceptanceDate' : 'input.acceptanceResult'),
    );
  if (after.acceptanceResult !== null) {
    faults.expect(full, 'input.acceptanceResult', {
      zh: '进度到 100% 后才能验收',
      en: 'Only work at 100 % can be accepted',
    });
    if (after.actualEnd === null) faults.add(fieldRequired('input.actualEnd'));
  }
  if (full && accepted) faults.add(...missingFields(type, 'results', results, 'input.results'));
  faults.refuse();
  return {
    ...after,
    stage: full && accepted ? 'COMPLETED' : after.actualStart === null ? before.stage : 'IMPLEMENTING',
    progressPct: fromHundredths(progress!),
    spent: fromTenThousandths(spent!),
    lastReportDate: input.reportDate,
  };
}

function checkedProgress(text: string, before: string, faults: ProjectFaults): bigint | null {
  const progress = isDecimal(text) ? toHundredths(text) : null;
  if (progress === null || progress < 0n || progress > FULL) {
    faults.add(
      refuse.invalid('input.progressPct', {
        zh: '请填写 0 至 100 之间、最多两位小数的进度，例如 37.5',
        en: 'Enter a progress from 0 to 100 with at most two decimals, for example 37.5',
      }),
    );
    return null;
  }
  faults.expect(progress >= toHundredths(before), 'input.progressPct', {
    zh: `进度不能低于上次上报的 ${before}%`,
    en: `Progress cannot fall below the ${before} % reported before`,
  });
  return progress;
}

function checkedSpent(text: string, before: string, arranged: string, faults: ProjectFaults): bigint | null {
  if (!faults.expectTenThousands(text, 'input.spent', false)) return null;
  const spent = toTenThousandths(text);
  faults.expect(spent >= toTenThousandths(before), 'input.spent', {
    zh: `支出为累计数，不能低于上次上报的 ${before} 万元`,
    en: `Spending is cumulative and cannot fall below the ${before} ten thousand yuan reported before`,
  });
  if (spent > toTenThousandths(arranged)) faults.add(aboveArranged(arranged));
  return spent;
}

function checkDates(
  after: Pick<ReportedState, 'actualStart' | 'actualEnd' | 'acceptanceDate'>,
  reportDate: string,
  faults: ProjectFaults,
): void {
  faults.expectOrder(
    after.actualStart,
    after.actualEnd,
    'input.actualEnd',
    '实际完工日期不能早于实际开工日期',
  );
  faults.expectOrder(
    after.actualEnd,
    after.acceptanceDate,
    'input.acceptanceDate',
    '验收日期不能早于实际完工日期',
  );
  for (const name of ['actualStart', 'actualEnd', 'acceptanceDate'] as const) {
    const date = after[name];
    faults.expect(date === null || date <= reportDate, `input.${name}`, {
      zh: '该日期不能晚于报告日期',
      en: 'This date cannot lie after the date of the report',
    });
  }
}

/** Expects a date that is not in the future. */
export function expectPast(date: string, today: string, field: string, faults: ProjectFaults): void {
  faults.expect(date <= today, field, {
    zh: '日期不能晚于今天',
    en: 'The date cannot lie in the future',
  });
}

const noBudget = () =>
  overLimit(
    'input.approvedAmount',
    '项目没有资金预算，请先在项目库填写',
    'The project has no budget; enter one in the library first',
  );

const noVillage = () => fieldRequired('input.villageCodes');

const aboveBudget = (field = 'input.approvedAmount') =>
  overLimit(
    field,
    '批复金额不能超过预算合计，请核对',
    'The approved amount cannot exceed the budget; check both',
  );

const belowMoney = (floor: string) =>
  overLimit(
    'input.approvedAmount',
    `批复金额不能低于已安排和已支出的 ${floor} 万元`,
    `The approved amount cannot fall below the ${floor} ten thousand yuan arranged or spent`,
  );

const aboveArranged = (arranged: string) =>
  overLimit(
    'input.spent',
    `累计支出不能超过已安排的 ${arranged} 万元；请先办理资金安排`,
    `Spending cannot exceed the ${arranged} ten thousand yuan arranged; arrange more money first`,
  );

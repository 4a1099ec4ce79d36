import { type RegionLevel, scopeRange } from '@junxian/administrative-region';
import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import { IntegratedFundReported, recordEvent } from '@junxian/messaging';
import type { Page, ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { chosenRange } from '../chosen-range.rules';
import type { FundPeriod } from '../fund-code-lists';
import { FormFaults } from '../households/form-faults.rules';
import { type Trace, traceOf } from '../households/household-files.service';
import { requireSettled } from '../settled-regions';
import { editableYear } from '../survey-years/survey-years.service';
import { lockAccounts } from './accounts.store';
import { requireText } from './allocation.rules';
import { checkLines, type IntegratedLine } from './integrated.rules';
import {
  findReport,
  type IntegratedReportView,
  insertReport,
  isReportedWhole,
  joinReports,
  pageOfReports,
  type ReportQuery,
  readReport,
  replaceLines,
  updateReport,
} from './integrated-funds.store';
import { levelNow, requireOwn } from './own-region';

/** A report as it is entered. */
export interface IntegratedInput {
  regionCode: string;
  year: number;
  period: FundPeriod;
  expectedVersion?: number | null | undefined;
  lines: readonly IntegratedLine[];
}

/** Reports of integrated agricultural funds 统筹整合涉农资金 (PA-FD-07…09). */
export class IntegratedFundsService {
  constructor(
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Saves the report of the caller's county or province for a year and period, the first time or anew, and records
   * fund-report.reported; returns its id. Throws the faults of the lines, SCOPE_TOO_WIDE for a region that is neither, OUT_OF_REGION,
   * YEAR_CLOSED, STATE_CONFLICT once submitted (PA-FD-09), STALE_VERSION when somebody else saved it meanwhile.
   */
  async save(tx: ScopedTransaction, input: IntegratedInput): Promise<string> {
    checkLines(input.lines);
    const codes = await this.regions.hold(tx);
    const level = reportingLevel(levelNow(codes, input.regionCode, 'input.regionCode'));
    requireOwn(tx, input.regionCode, level, 'input.regionCode');
    requireSettled(codes, input.regionCode, 'input.regionCode');
    await editableYear(tx, input.year, 'input.year');
    await lockAccounts(tx, input.regionCode, input.year);
    const by = traceOf(tx, this.clock);
    const found = await findReport(tx, input.regionCode, input.year, input.period);
    if ((found?.version ?? null) !== (input.expectedVersion ?? null)) throw refuse.staleVersion();
    if (found) {
      requireDraft(found);
      await updateReport(tx, found.id, {}, by);
    }
    const id = found?.id ?? (await insertReport(tx, { ...input, level }, codes.epoch, by));
    await replaceLines(tx, id, input.lines);
    await this.announce(tx, { ...input, id, status: 'DRAFT' }, by);
    return id;
  }

  /**
   * Submits a report of the caller's own region; afterwards it is read-only (PA-FD-09), and takes the place of what former counties
   * of the region reported until then. Throws NOT_FOUND, OUT_OF_REGION, STATE_CONFLICT, also for a former county's draft beside the
   * region's submitted report, STALE_VERSION, YEAR_CLOSED.
   */
  async submit(tx: ScopedTransaction, id: string, expectedVersion: number): Promise<string> {
    const seen = await this.open(tx, id, expectedVersion);
    requireOwn(tx, seen.regionCode, seen.level, 'id');
    requireDraft(seen);
    if (await isReportedWhole(tx, seen)) throw reportedAlready();
    const by = traceOf(tx, this.clock);
    await updateReport(tx, id, { status: 'SUBMITTED' }, by);
    joinReports(tx, seen);
    await this.announce(tx, { ...seen, status: 'SUBMITTED' }, by);
    return id;
  }

  /**
   * Returns a submitted report to the region that made it, by a level above it (PA-FD-09). Throws NOT_FOUND, FORBIDDEN for the
   * report's own region, STATE_CONFLICT for a draft, REASON_REQUIRED, STALE_VERSION, YEAR_CLOSED.
   */
  async giveBack(
    tx: ScopedTransaction,
    id: string,
    { expectedVersion, reason }: { expectedVersion: number; reason: string },
  ): Promise<string> {
    checkReason(reason);
    const seen = await this.open(tx, id, expectedVersion);
    const own = scopeRange(seen.regionCode, seen.level);
    if (tx.scope.regionLow === own.low && tx.scope.regionHigh === own.high) throw refuse.forbidden('id');
    if (seen.status !== 'SUBMITTED') throw notSubmitted();
    const by = traceOf(tx, this.clock);
    await updateReport(tx, id, { status: 'DRAFT', returnReason: reason.trim() }, by);
    await this.announce(tx, { ...seen, status: 'DRAFT' }, by);
    return id;
  }

  /** One page of reports in a region, the caller's own without one. Throws INVALID_REGION_CODE, FORBIDDEN, INVALID_INPUT. */
  page(
    tx: ScopedTransaction,
    query: Omit<ReportQuery, 'range'> & { region?: string | null | undefined },
    caller: Pick<Principal, 'regionCode' | 'regionLevel'>,
  ): Promise<Page<IntegratedReportView>> {
    return pageOfReports(tx, { ...query, range: chosenRange(query.region, caller) });
  }

  private async open(
    tx: ScopedTransaction,
    id: string,
    expectedVersion: number,
  ): Promise<IntegratedReportView> {
    await this.regions.hold(tx);
    const seen = await readReport(tx, id);
    if (!seen) throw refuse.notFound('id');
    await editableYear(tx, seen.year);
    await lockAccounts(tx, seen.regionCode, seen.year);
    const found = await readReport(tx, id);
    if (found?.version !== expectedVersion) throw refuse.staleVersion();
    return found;
  }

  private async announce(
    tx: ScopedTransaction,
    { id, regionCode, year, status }: Pick<IntegratedReportView, 'id' | 'regionCode' | 'year' | 'status'>,
    { now }: Trace,
  ): Promise<void> {
    await recordEvent(tx, IntegratedFundReported, {
      aggregateId: id,
      regionCode,
      occurredAt: now,
      data: { reportId: id, regionCode, year, status },
    });
  }
}

function reportingLevel(level: RegionLevel): 'COUNTY' | 'PROVINCE' {
  if (level === 'COUNTY' || level === 'PROVINCE') return level;
  throw refuse.invalid('input.regionCode', {
    zh: '统筹整合涉农资金由县和省填报，请选择县或省',
    en: 'Counties and provinces report integrated funds; choose one of them',
  });
}

function requireDraft({ status }: IntegratedReportView): void {
  if (status === 'DRAFT') return;
  throw new Refusal(
    'STATE_CONFLICT',
    {
      zh: '报表已上报，不能修改；如需修改，请联系上级退回',
      en: 'The report was submitted and is read-only; ask the level above to return it',
    },
    { field: 'id' },
  );
}

function reportedAlready(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '本区划该报告期已上报；如需修改，请联系上级退回已上报的报表',
      en: 'The region has submitted a report for this period; to change it, ask the level above to return that one',
    },
    { field: 'id' },
  );
}

function notSubmitted(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '只有已上报的报表可以退回，请刷新后重试',
      en: 'Only a submitted report can be returned; reload it and try again',
    },
    { field: 'id' },
  );
}

function checkReason(reason: string): void {
  if (reason.trim() === '') {
    throw new Refusal(
      'REASON_REQUIRED',
      { zh: '请填写退回原因', en: 'Enter the reason for returning it' },
      { field: 'reason' },
    );
  }
  const faults = new FormFaults();
  requireText(faults, reason, 500, 'reason');
  if (faults.list.length > 0) throw Refusal.many(faults.list);
}

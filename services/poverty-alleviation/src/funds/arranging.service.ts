import { type Clock, isCalendarDate } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid, type Principal } from '@junxian/identity';
import { FundArranged, recordEvent } from '@junxian/messaging';
import type { Page, ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions, RegionCodes } from '@junxian/region-changes';
import { chosenRange } from '../chosen-range.rules';
import type { FundType } from '../fund-code-lists';
import { FormFaults } from '../households/form-faults.rules';
import { type Trace, traceOf } from '../households/household-files.service';
import { projectForFunding } from '../projects/projects.service';
import { requireComplete } from '../settled-regions';
import { editableYear } from '../survey-years/survey-years.service';
import { checkProjectMoney, requireAvailable } from './account.rules';
import { lockAccounts, readAccount } from './accounts.store';
import { expectAmount } from './allocation.rules';
import { arrangedFor } from './arrangements.service';
import {
  type ArrangementView,
  insertArrangement,
  type NewArrangement,
  pageOfArrangements,
  readArrangement,
  updateArrangement,
} from './arrangements.store';
import { levelNow, requireOwn } from './own-region';
import { fromTenThousandths, toTenThousandths } from './ten-thousands.rules';

/** Which arrangements a list shows. */
export interface ArrangementListQuery {
  year: number;
  region?: string | null | undefined;
  fundType?: FundType | null | undefined;
  projectId?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/** Money tied to projects 资金安排 (PA-FD-05). */
export class ArrangingService {
  constructor(
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Arranges money of the caller's region for one of its approved or implementing projects and records fund.arranged;
   * returns the arrangement's id. Throws the faults of the form, OUT_OF_REGION, YEAR_CLOSED, NOT_FOUND, STATE_CONFLICT for a project of
   * another region or stage, or while money of merged regions is on its way, OVER_LIMIT for more than is available or was approved.
   */
  async arrange(tx: ScopedTransaction, input: NewArrangement): Promise<string> {
    checkForm(input, this.clock.today());
    const codes = await this.regions.hold(tx);
    requireOwn(
      tx,
      input.regionCode,
      levelNow(codes, input.regionCode, 'input.regionCode'),
      'input.regionCode',
    );
    requireComplete(codes, input.regionCode, 'input.regionCode');
    await editableYear(tx, input.year, 'input.year');
    await lockAccounts(tx, input.regionCode, input.year);
    const account = await readAccount(tx, input);
    requireAvailable(account, toTenThousandths(input.amount), 'input.amount');
    await this.requireProject(tx, input, toTenThousandths(input.amount), 'input.');
    const by = traceOf(tx, this.clock);
    const id = await insertArrangement(tx, input, codes.epoch, by);
    await this.announce(tx, id, input, by);
    return id;
  }

  /**
   * Gives an arrangement another amount, within what is available, approved and spent; returns its id. Throws NOT_FOUND,
   * OUT_OF_REGION, YEAR_CLOSED, STALE_VERSION, OVER_LIMIT, STATE_CONFLICT.
   */
  async change(tx: ScopedTransaction, id: string, expectedVersion: number, amount: string): Promise<string> {
    const faults = new FormFaults();
    expectAmount(faults, amount, 'amount');
    if (faults.list.length > 0) throw Refusal.many(faults.list);
    const { found, codes } = await this.open(tx, id, expectedVersion);
    const more = toTenThousandths(amount) - toTenThousandths(found.amount);
    if (more > 0n) {
      requireComplete(codes, found.regionCode, 'id');
      requireAvailable(await readAccount(tx, found), more, 'amount');
    }
    await this.requireProject(tx, found, more, '');
    const by = traceOf(tx, this.clock);
    await updateArrangement(tx, id, amount, by);
    await this.announce(tx, id, { ...found, amount }, by);
    return id;
  }

  /** Takes an arrangement back that the project's spending does not need. Throws as {@link change} does. */
  async cancel(tx: ScopedTransaction, id: string, expectedVersion: number): Promise<void> {
    const { found } = await this.open(tx, id, expectedVersion);
    await this.requireProject(tx, found, -toTenThousandths(found.amount), '');
    await tx.query('DELETE FROM fund_arrangement WHERE id = $1', [id]);
    await this.announce(tx, id, { ...found, amount: '0' }, traceOf(tx, this.clock));
  }

  /** One page of the arrangements in a region, the caller's own without one. Throws INVALID_REGION_CODE, FORBIDDEN, INVALID_INPUT. */
  page(
    tx: ScopedTransaction,
    { year, region, fundType, projectId, first, after }: ArrangementListQuery,
    caller: Pick<Principal, 'regionCode' | 'regionLevel'>,
  ): Promise<Page<ArrangementView>> {
    if (projectId != null && !isUuid(projectId)) throw refuse.notFound('projectId');
    const range = chosenRange(region, caller);
    return pageOfArrangements(tx, {
      year,
      range,
      fundType: fundType ?? null,
      projectId: projectId ?? null,
      first,
      after,
    });
  }

  private async open(
    tx: ScopedTransaction,
    id: string,
    expectedVersion: number,
  ): Promise<{ found: ArrangementView; codes: RegionCodes }> {
    const codes = await this.regions.hold(tx);
    const seen = await readArrangement(tx, id);
    if (!seen) throw refuse.notFound('id');
    await editableYear(tx, seen.year);
    requireOwn(tx, seen.regionCode, levelNow(codes, seen.regionCode, 'id'), 'id');
    await lockAccounts(tx, seen.regionCode, seen.year);
    const found = await readArrangement(tx, id);
    if (!found) throw refuse.notFound('id');
    if (found.version !== expectedVersion) throw refuse.staleVersion();
    return { found, codes };
  }

  /** Locks the project and checks what its arrangements come to with a difference more (or less). */
  private async requireProject(
    tx: ScopedTransaction,
    { projectId, regionCode }: Pick<NewArrangement, 'projectId' | 'regionCode'>,
    difference: bigint,
    path: string,
  ): Promise<void> {
    const field = path === '' ? 'id' : `${path}projectId`;
    const project = isUuid(projectId) ? await projectForFunding(tx, projectId) : null;
    if (project === null) throw refuse.notFound(field);
    if (project.regionCode !== regionCode) throw otherRegion(field);
    const isOpen = project.stage === 'APPROVED' || project.stage === 'IMPLEMENTING';
    // What a finished project did not need may still be taken back.
    if (!isOpen && difference > 0n) throw notOpen(field);
    checkProjectMoney(
      {
        approved: toTenThousandths(project.approvedAmount ?? '0'),
        arranged: toTenThousandths(await arrangedFor(tx, projectId)) + difference,
        spent: toTenThousandths(project.spent),
      },
      path === '' ? 'amount' : `${path}amount`,
    );
  }

  private async announce(
    tx: ScopedTransaction,
    id: string,
    { year, fundType, regionCode, projectId, amount }: NewArrangement,
    { now }: Trace,
  ): Promise<void> {
    await recordEvent(tx, FundArranged, {
      aggregateId: id,
      regionCode,
      occurredAt: now,
      data: {
        year,
        fundType,
        arrangementId: id,
        regionCode,
        projectId,
        amount: fromTenThousandths(toTenThousandths(amount)),
      },
    });
  }
}

function checkForm({ amount, date }: NewArrangement, today: string): void {
  const faults = new FormFaults();
  expectAmount(faults, amount, 'input.amount');
  faults.expect(isCalendarDate(date) && date <= today, 'input.date', {
    zh: '请填写不晚于今天的安排日期',
    en: 'Enter the date of the arrangement, today at the latest',
  });
  if (faults.list.length > 0) throw Refusal.many(faults.list);
}

function otherRegion(field: string): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '资金只能安排到本区划的项目；其他区划的项目请先把资金下拨给该区划',
      en: 'Money is arranged for projects of its own region; allocate it to the other region first',
    },
    { field },
  );
}

function notOpen(field: string): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '只能给已立项或实施中的项目安排资金，请先办理立项',
      en: 'Only approved or implementing projects get money; have the project approved first',
    },
    { field },
  );
}

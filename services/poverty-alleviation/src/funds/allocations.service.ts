import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { FundAllocated, FundArrived, recordEvent } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions, RegionCodes } from '@junxian/region-changes';
import { type Trace, traceOf } from '../households/household-files.service';
import { requireComplete, requireSettled } from '../settled-regions';
import { editableFrom, editableYear } from '../survey-years/survey-years.service';
import { requireAvailable } from './account.rules';
import { lockAccounts, readAccount } from './accounts.store';
import {
  type AllocationInput,
  type ArrivalInput,
  checkAllocation,
  checkArrival,
  reallocatedBy,
  requireNothingArrived,
} from './allocation.rules';
import {
  type AllocationLineView,
  type AllocationView,
  deleteAllocation,
  insertAllocation,
  insertArrival,
  isDocumentNoUsed,
  type LineOfAllocation,
  lockAllocation,
  readAllocations,
  readArrival,
  readLines,
  readLinesOf,
  replaceAllocation,
} from './allocations.store';
import { levelNow, requireOwn } from './own-region';
import { fromTenThousandths, sumTenThousandths, toTenThousandths } from './ten-thousands.rules';

/** Money on its way down 资金下拨、到账. */
export class AllocationsService {
  constructor(
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Allocates money of a year (PA-FD-01, PA-FD-02) in one writing transaction and records fund.allocated; returns
   * the allocation's id. Throws the faults of the form (see {@link checkAllocation}), OUT_OF_REGION unless the caller
   * stands for the issuer, YEAR_CLOSED, STATE_CONFLICT for a document number used before or while money of regions that were
   * merged into the issuer is on its way, OVER_LIMIT for more than is available; the nation is where money comes from and has no such limit.
   */
  async allocate(tx: ScopedTransaction, input: AllocationInput): Promise<string> {
    const codes = await this.openForm(tx, input);
    await lockAccounts(tx, input.fromRegion, input.year);
    await this.requireNewDocument(tx, input, null);
    await this.requireMoney(tx, input, codes, 0n);
    const by = traceOf(tx, this.clock);
    const id = await insertAllocation(tx, input, codes.epoch, by);
    await this.announce(tx, id, input, by, false);
    return id;
  }

  /**
   * Puts another form in the place of an allocation, of the same issuer and year, of which nothing has arrived
   * (PA-FD-04). Throws what {@link allocate} throws, NOT_FOUND, STATE_CONFLICT once something arrived or when issuer or year
   * differ, STALE_VERSION.
   */
  async change(
    tx: ScopedTransaction,
    id: string,
    expectedVersion: number,
    input: AllocationInput,
  ): Promise<void> {
    const codes = await this.openForm(tx, input);
    await lockAccounts(tx, input.fromRegion, input.year);
    const { allocation, lines } = await this.openUnarrived(tx, id, expectedVersion);
    if (allocation.regionCode !== input.fromRegion || allocation.year !== input.year) throw otherAccount();
    await this.requireNewDocument(tx, input, id);
    const before = allocation.fundType === input.fundType ? passedOn(allocation, lines) : 0n;
    await this.requireMoney(tx, input, codes, before);
    const by = traceOf(tx, this.clock);
    await replaceAllocation(tx, id, input, codes.epoch, by);
    await this.announce(tx, id, input, by, false);
  }

  /** Deletes an allocation of which nothing has arrived (PA-FD-04). Throws NOT_FOUND, STATE_CONFLICT, STALE_VERSION, YEAR_CLOSED. */
  async remove(tx: ScopedTransaction, id: string, expectedVersion: number): Promise<void> {
    const codes = await this.regions.hold(tx);
    const found = (await readAllocations(tx, [id]))[0];
    if (!found) throw refuse.notFound('id');
    await editableYear(tx, found.year);
    requireOwn(tx, found.regionCode, levelNow(codes, found.regionCode, 'id'), 'id');
    await lockAccounts(tx, found.regionCode, found.year);
    const { allocation, lines } = await this.openUnarrived(tx, id, expectedVersion);
    await deleteAllocation(tx, id);
    const form = {
      ...allocation,
      fromRegion: allocation.regionCode,
      lines: lines.map(({ regionCode, amount }) => ({ toRegion: regionCode, amount })),
    };
    await this.announce(tx, id, form, traceOf(tx, this.clock), true);
  }

  /**
   * Records money that arrived, by its receiver, in part or in whole (PA-FD-03), and fund.arrived; returns the line's
   * id. What is still on its way when the year is closed arrives in the first open year after it (PA-FD-06). Throws the faults
   * of the form, NOT_FOUND, OUT_OF_REGION unless the caller stands for the receiver, YEAR_CLOSED, OVER_LIMIT.
   */
  async recordArrival(tx: ScopedTransaction, input: ArrivalInput): Promise<string> {
    const codes = await this.regions.hold(tx);
    const seen = await this.readLine(tx, input.lineId, 'input.lineId');
    const { year } = await editableFrom(tx, seen.allocation.year);
    const found = await this.openLine(tx, seen, { year, codes, field: 'input.lineId' });
    const { line, allocation } = found;
    checkArrival(input, { ...line, issuedDate: allocation.issuedDate }, this.clock.today());
    const by = traceOf(tx, this.clock);
    const arrivalId = await insertArrival(tx, found, year, input, by);
    const amount = fromTenThousandths(toTenThousandths(input.amount));
    await this.announceArrival(tx, { arrivalId, year, line, allocation, amount }, by);
    return line.id;
  }

  /**
   * Takes back an arrival entered by mistake, as long as its money is neither passed on nor arranged; returns the line's
   * id. Throws NOT_FOUND, OUT_OF_REGION, YEAR_CLOSED, STALE_VERSION, OVER_LIMIT, STATE_CONFLICT while money of merged regions is
   * on its way.
   */
  async withdrawArrival(tx: ScopedTransaction, id: string, expectedVersion: number): Promise<string> {
    const codes = await this.regions.hold(tx);
    const seen = await readArrival(tx, id);
    if (!seen) throw refuse.notFound('id');
    const { year } = seen;
    await editableYear(tx, year);
    const found = await this.readLine(tx, seen.lineId, 'id');
    const { line, allocation } = await this.openLine(tx, found, { year, codes, field: 'id' });
    const arrival = await readArrival(tx, id);
    if (!arrival) throw refuse.notFound('id');
    if (arrival.version !== expectedVersion) throw refuse.staleVersion();
    requireComplete(codes, line.regionCode, 'id');
    const account = await readAccount(tx, {
      regionCode: line.regionCode,
      year,
      fundType: allocation.fundType,
    });
    requireAvailable(account, toTenThousandths(arrival.amount), 'id');
    await tx.query('DELETE FROM fund_arrival WHERE id = $1', [id]);
    await this.announceArrival(
      tx,
      { arrivalId: id, year, line, allocation, amount: fromTenThousandths(0n) },
      traceOf(tx, this.clock),
    );
    return line.id;
  }

  /** What every form of an allocation is checked for before anything is locked. */
  private async openForm(tx: ScopedTransaction, input: AllocationInput): Promise<RegionCodes> {
    const codes = await this.regions.hold(tx);
    checkAllocation(input, { today: this.clock.today(), levelOf: (code) => codes.levelOf(code) });
    requireOwn(
      tx,
      input.fromRegion,
      levelNow(codes, input.fromRegion, 'input.fromRegion'),
      'input.fromRegion',
    );
    requireComplete(codes, input.fromRegion, 'input.fromRegion');
    for (const { toRegion } of input.lines) requireSettled(codes, toRegion, 'input.lines');
    await editableYear(tx, input.year, 'input.year');
    return codes;
  }

  /** An allocation of the account that is locked, with its lines, while nothing has arrived. */
  private async openUnarrived(
    tx: ScopedTransaction,
    id: string,
    expectedVersion: number,
  ): Promise<{ allocation: AllocationView; lines: AllocationLineView[] }> {
    if (!isUuid(id)) throw refuse.notFound('id');
    await lockAllocation(tx, id);
    const [allocation] = await readAllocations(tx, [id]);
    if (!allocation) throw refuse.notFound('id');
    const lines = await readLinesOf(tx, [id]);
    const arrived = sumTenThousandths(lines.map(({ arrivedAmount }) => arrivedAmount));
    requireNothingArrived(fromTenThousandths(arrived));
    if (allocation.version !== expectedVersion) throw refuse.staleVersion();
    return { allocation, lines };
  }

  /** A line whose receiver the caller stands for, with the receiver's account of a year and the document locked. */
  private async openLine(
    tx: ScopedTransaction,
    seen: LineOfAllocation,
    { year, codes, field }: { year: number; codes: RegionCodes; field: string },
  ): Promise<LineOfAllocation> {
    const receiver = seen.line.regionCode;
    requireOwn(tx, receiver, levelNow(codes, receiver, field), field);
    requireSettled(codes, receiver, field);
    await lockAccounts(tx, receiver, year);
    await lockAllocation(tx, seen.allocation.id);
    return this.readLine(tx, seen.line.id, field);
  }

  private async readLine(tx: ScopedTransaction, lineId: string, field: string): Promise<LineOfAllocation> {
    const [line] = await readLines(tx, [lineId]);
    if (!line) throw refuse.notFound(field);
    const [allocation] = await readAllocations(tx, [line.allocationId]);
    return { line, allocation: allocation! };
  }

  private async requireNewDocument(
    tx: ScopedTransaction,
    input: AllocationInput,
    except: string | null,
  ): Promise<void> {
    if (await isDocumentNoUsed(tx, input, except)) throw documentNoUsed();
  }

  private async requireMoney(
    tx: ScopedTransaction,
    input: AllocationInput,
    codes: RegionCodes,
    before: bigint,
  ): Promise<void> {
    if (codes.levelOf(input.fromRegion) === 'NATION') return;
    const passed = reallocatedBy(input);
    if (passed === 0n) return;
    const account = await readAccount(tx, { ...input, regionCode: input.fromRegion });
    requireAvailable({ ...account, reallocated: account.reallocated - before }, passed, 'input.totalAmount');
  }

  private async announce(
    tx: ScopedTransaction,
    id: string,
    form: Pick<AllocationInput, 'documentNo' | 'year' | 'fundType' | 'tier' | 'fromRegion' | 'lines'>,
    { now }: Trace,
    withdrawn: boolean,
  ): Promise<void> {
    await recordEvent(tx, FundAllocated, {
      aggregateId: id,
      regionCode: form.fromRegion,
      occurredAt: now,
      data: {
        allocationId: id,
        documentNo: form.documentNo.trim(),
        year: form.year,
        fundType: form.fundType,
        tier: form.tier,
        fromRegion: form.fromRegion,
        lines: form.lines.map(({ toRegion, amount }) => ({
          toRegion,
          amount: fromTenThousandths(toTenThousandths(amount)),
        })),
        withdrawn,
      },
    });
  }

  private async announceArrival(
    tx: ScopedTransaction,
    {
      arrivalId,
      year,
      line,
      allocation: { id, documentNo, fundType, tier },
      amount,
    }: LineOfAllocation & { arrivalId: string; year: number; amount: string },
    { now }: Trace,
  ): Promise<void> {
    await recordEvent(tx, FundArrived, {
      aggregateId: arrivalId,
      regionCode: line.regionCode,
      occurredAt: now,
      data: {
        documentNo,
        year,
        fundType,
        tier,
        allocationId: id,
        lineId: line.id,
        toRegion: line.regionCode,
        amount,
      },
    });
  }
}

function passedOn({ regionCode }: AllocationView, lines: readonly AllocationLineView[]): bigint {
  return reallocatedBy({
    fromRegion: regionCode,
    lines: lines.map((line) => ({ toRegion: line.regionCode, amount: line.amount })),
  });
}

function documentNoUsed(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该文号本年度已登记，请核对文号，或更正已登记的文件',
      en: 'This document number was entered this year already; check it, or change the document entered before',
    },
    { field: 'input.documentNo' },
  );
}

function otherAccount(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '不能更改下拨区划或年度；请删除该文件后重新登记',
      en: 'Issuer and year stay as they are; delete the document and enter it anew',
    },
    { field: 'input.fromRegion' },
  );
}

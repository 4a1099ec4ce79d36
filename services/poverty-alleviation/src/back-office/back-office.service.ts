import type { Clock } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import {
  BACK_OFFICE_FUNCTION,
  type BackOfficeFunction,
  type BackOfficeFunctionNumber,
} from '../back-office-code-lists';
import { type Trace, traceOf } from '../households/household-files.service';
import type { PersonalData } from '../personal-data';
import type { OperationFacts } from './operation-facts.rules';
import { recordOperation } from './operations.service';
import { type BackOfficeOrder, checkOrder } from './order.rules';

/** What a back-office function would do: everything the preview shows and the log keeps (PA-BO-00). */
export interface Plan {
  function: BackOfficeFunction;
  /** Id of the household or member, code of the village. */
  targetId: string;
  /** null while the household does not exist yet, and for villages. */
  householdId: string | null;
  /** Where the target lies, if no household says it. */
  regionCode?: string;
  year: number | null;
  before: OperationFacts;
  after: OperationFacts;
  /** What the person has to type. */
  confirmation: string;
  /** Versions of everything the plan rests on: with any of them the preview expires. */
  versions: readonly (string | number)[];
}

/** One function of the back office: planned for the preview, planned again under locks and carried out on order. */
export interface Operation<Input, P extends Plan = Plan> {
  /**
   * Decides what the function would do, or throws why it may not be done. With `lock` what it rests on is locked
   * until the transaction ends; without it nothing is written.
   */
  plan(tx: ScopedTransaction, input: Input, lock: boolean): Promise<P>;
  /** Does it. Returns what is known only now, for the log: the ids of what came into being. */
  apply(
    tx: ScopedTransaction,
    plan: P,
    by: Trace,
    order: BackOfficeOrder,
  ): Promise<Partial<Pick<Plan, 'targetId' | 'householdId'>>>;
}

/** A back-office function about to be done, as people see it before they confirm. */
export interface PreviewView
  extends Pick<Plan, 'function' | 'householdId' | 'year' | 'before' | 'after' | 'confirmation'> {
  previewToken: string;
}

/** An order with the preview it confirms. */
export interface ConfirmedOrder extends BackOfficeOrder {
  previewToken: string;
}

/** Runs the functions of the back office 后台业务 (PA-BO-00): preview, typed confirmation, the act, the log. */
export class BackOfficeService {
  constructor(
    private readonly personal: PersonalData,
    private readonly clock: Clock,
  ) {}

  /** What a function would do, and the token that confirms exactly this. Throws what the function itself would throw. */
  async preview<Input extends object, P extends Plan>(
    tx: ScopedTransaction,
    operation: Operation<Input, P>,
    input: Input,
  ): Promise<PreviewView> {
    const plan = await operation.plan(tx, input, false);
    return { ...plan, previewToken: this.tokenOf(plan, input) };
  }

  /**
   * Does a function in one writing transaction and writes it into the log; returns the id of the log's line. Throws
   * REASON_REQUIRED, CHECK_FAILED for a confirmation not typed as asked, STALE_VERSION when the preview no longer
   * holds or was of something else, and whatever the function throws.
   */
  async execute<Input extends object, P extends Plan>(
    tx: ScopedTransaction,
    operation: Operation<Input, P>,
    input: Input,
    order: ConfirmedOrder,
  ): Promise<string> {
    const plan = await operation.plan(tx, input, true);
    checkOrder(order, plan.confirmation);
    if (order.previewToken !== this.tokenOf(plan, input)) throw previewExpired();
    const by = traceOf(tx, this.clock);
    const done = { ...plan, ...(await operation.apply(tx, plan, by, order)) };
    return recordOperation(
      tx,
      {
        function: BACK_OFFICE_FUNCTION.code(plan.function) as BackOfficeFunctionNumber,
        targetId: done.targetId,
        householdId: done.householdId,
        regionCode: plan.regionCode ?? null,
        year: plan.year,
        before: plan.before,
        after: plan.after,
        reason: order.reason,
        docRef: order.docRef,
      },
      by,
    );
  }

  /** Keyed, so that it tells nothing of the input; the same for the same input on the same state. */
  private tokenOf({ function: name, targetId, before, after, versions }: Plan, input: object): string {
    return this.personal.digest(JSON.stringify([name, targetId, before, after, versions, sorted(input)]));
  }
}

function previewExpired(): Refusal {
  return new Refusal(
    'STALE_VERSION',
    {
      zh: '预览后数据已有变动，或预览的不是本次办理的内容，请重新预览并核对',
      en: 'Something changed since the preview, or it was of something else; preview again and check',
    },
    { field: 'order.previewToken' },
  );
}

/** A value whose objects have their keys in one order: the same request may be written in another order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined && entry !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, entry]) => [name, sorted(entry)]),
  );
}

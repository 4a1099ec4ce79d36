import { levelOfCode } from '@junxian/administrative-region';
import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { arrangedFor } from '../funds/arrangements.service';
import { fromTenThousandths, toTenThousandths } from '../funds/ten-thousands.rules';
import { traceOf } from '../households/household-files.service';
import { PROJECT_SUBTYPE, type ProjectSubtype } from '../project-code-lists';
import { changesOf } from './adjustment.rules';
import { checkAdjustedAmounts, expectPast } from './life-cycle.rules';
import { type OpenProject, openProject, type ProjectRequest, projectChanged } from './open-project.service';
import {
  type BudgetLineInput,
  budgetTotal,
  type CommonFields,
  checkBudget,
  checkCommon,
  checkSubtype,
  checkVillages,
  type RegionFacts,
} from './project.rules';
import { ProjectFaults } from './project-faults.rules';
import { type FormsInput, missingFields, readForm } from './project-forms.rules';
import { insertAdjustment, replaceBudget, replaceVillages, updateProject } from './projects.store';

type Optional<Fields> = { [Name in keyof Fields]?: Fields[Name] | null | undefined };

/** An adjustment as it comes in; what is left out stays. */
export interface AdjustProjectInput
  extends ProjectRequest,
    Optional<
      CommonFields & { subtype: ProjectSubtype; villageCodes: readonly string[]; approvedAmount: string }
    > {
  reason: string;
  documentNo: string;
  date: string;
  budget?: readonly BudgetLineInput[] | null | undefined;
  details?: FormsInput | null | undefined;
}

/** Adjusts projects that are approved or implemented 项目调整. */
export class ProjectAdjustments {
  constructor(
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Adjusts a project (PA-PJ-04): what changed is kept with reason, document and date. Throws NOT_FOUND,
   * STALE_VERSION, STATE_CONFLICT in another stage or for a village whose households benefit, REASON_REQUIRED,
   * INVALID_INPUT when nothing changes, OVER_LIMIT for amounts below what was spent or arranged; several at once.
   */
  async adjust(tx: ScopedTransaction, input: AdjustProjectInput): Promise<void> {
    const by = traceOf(tx, this.clock);
    const codes = await this.regions.hold(tx);
    const project = await openProject(tx, input, 'ADJUST');
    const arranged = await arrangedFor(tx, project.id);
    const after = this.checked(input, project, codes, arranged);
    const changes = changesOf(project, after);
    if (changes === null) throw nothingChanges();
    if (changes.after.villageCodes !== undefined)
      await this.refuseVillagesInUse(tx, project, after.villageCodes);
    await updateProject(
      tx,
      project.id,
      [
        ['name', after.name],
        ['subtype', PROJECT_SUBTYPE.code(after.subtype)],
        ['owner', after.owner],
        ['manager', after.manager],
        ['planned_start', after.plannedStart],
        ['planned_end', after.plannedEnd],
        ['content', after.content],
        ['planned_households', after.plannedHouseholds],
        ['planned_persons', after.plannedPersons],
        ['details', JSON.stringify(after.details)],
        ['budget_total', after.budgetTotal],
        ['approved_amount', after.approvedAmount],
      ],
      by,
    );
    if (changes.after.villageCodes !== undefined)
      await replaceVillages(tx, project.id, after.villageCodes, codes.epoch);
    if (changes.after.budget !== undefined) await replaceBudget(tx, project.id, after.budget);
    const { reason, documentNo, date } = input;
    await insertAdjustment(tx, project.id, { reason: reason.trim(), documentNo, date, ...changes }, by);
    await projectChanged(tx, project, by);
  }

  /** The project as adjusted; throws all faults of the form at once. */
  private checked(
    input: AdjustProjectInput,
    project: OpenProject,
    regions: RegionFacts,
    arranged: string,
  ): OpenProject {
    const faults = new ProjectFaults();
    if (input.reason.trim() === '') faults.add(reasonRequired());
    else faults.expectText(input.reason, 500, 'input.reason');
    faults.expectFilled(input.documentNo, 100, 'input.documentNo');
    expectPast(input.date, this.clock.today(), 'input.date', faults);
    faults.expectOrder(project.approvedDate, input.date, 'input.date', '调整日期不能早于批复日期');
    const common = {
      name: input.name?.trim() ?? project.name,
      owner: input.owner?.trim() ?? project.owner,
      manager: input.manager?.trim() ?? project.manager,
      plannedStart: input.plannedStart ?? project.plannedStart,
      plannedEnd: input.plannedEnd ?? project.plannedEnd,
      content: input.content?.trim() ?? project.content,
      plannedHouseholds: input.plannedHouseholds ?? project.plannedHouseholds,
      plannedPersons: input.plannedPersons ?? project.plannedPersons,
    };
    checkCommon(common, faults);
    const subtype = input.subtype ?? project.subtype;
    checkSubtype(subtype, project.type, faults);
    if (input.villageCodes?.length === 0) faults.add(noVillage());
    if (input.villageCodes)
      checkVillages(
        input.villageCodes,
        {
          code: project.regionCode,
          level: regions.levelOf(project.regionCode) ?? levelOfCode(project.regionCode),
        },
        regions,
        faults,
        project.villageCodes,
      );
    const changed = readForm(project.type, 'details', input.details, 'input.details', faults.list);
    const details = { ...project.details, ...changed };
    faults.add(...missingFields(project.type, 'details', details, 'input.details'));
    const amounts = this.amounts(input, project, arranged, faults);
    faults.refuse();
    return {
      ...project,
      ...common,
      ...amounts,
      subtype,
      details,
      villageCodes: input.villageCodes ? [...input.villageCodes].sort() : project.villageCodes,
    };
  }

  private amounts(input: AdjustProjectInput, project: OpenProject, arranged: string, faults: ProjectFaults) {
    const before = faults.list.length;
    const budget = input.budget ? checkBudget(input.budget, faults) : project.budget;
    const given = input.approvedAmount ?? project.approvedAmount!;
    faults.expectTenThousands(given, 'input.approvedAmount');
    // Sums are taken of amounts only.
    if (faults.list.length > before) return { budget, budgetTotal: project.budgetTotal };
    const approvedAmount = fromTenThousandths(toTenThousandths(given));
    const total = budgetTotal(budget);
    checkAdjustedAmounts({ approvedAmount, budgetTotal: total }, { spent: project.spent, arranged }, faults);
    return { budget, budgetTotal: total, approvedAmount };
  }

  /** A village whose households benefit from the project stays one of its villages (PA-PJ-06). */
  private async refuseVillagesInUse(
    tx: ScopedTransaction,
    project: OpenProject,
    villageCodes: readonly string[],
  ): Promise<void> {
    const removed = project.villageCodes.filter((code) => !villageCodes.includes(code));
    const inUse = await tx.query<{ code: string }>(
      `SELECT DISTINCT region_code AS code FROM beneficiary_household
       WHERE project_id = $1 AND region_code = ANY($2::text[]) ORDER BY region_code`,
      [project.id, removed],
    );
    if (inUse.length > 0) throw villagesInUse(inUse.map(({ code }) => code));
  }
}

function reasonRequired(): Refusal {
  return new Refusal(
    'REASON_REQUIRED',
    { zh: '请填写调整原因', en: 'Give the reason of the adjustment' },
    { field: 'input.reason' },
  );
}

function noVillage(): Refusal {
  return refuse.invalid('input.villageCodes', {
    zh: '已立项的项目至少保留一个行政村',
    en: 'An approved project keeps at least one village',
  });
}

function nothingChanges(): Refusal {
  return refuse.invalid('input', {
    zh: '没有填写与现在不同的内容，请填写要调整的内容',
    en: 'Nothing differs from the project as it is; fill in what is to be adjusted',
  });
}

function villagesInUse(codes: string[]): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: `行政村 ${codes.slice(0, 5).join('、')} 已有受益户，不能移出项目；请先移除受益户`,
      en: `Households of ${codes.slice(0, 5).join(', ')} benefit from the project; remove them before the village`,
    },
    { field: 'input.villageCodes', details: { villageCodes: codes.slice(0, 100) } },
  );
}

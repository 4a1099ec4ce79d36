import type { Clock } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import { arrangedFor } from '../funds/arrangements.service';
import { toTenThousandths } from '../funds/ten-thousands.rules';
import { traceOf } from '../households/household-files.service';
import { PROJECT_STAGE } from '../project-code-lists';
import { editableYear } from '../survey-years/survey-years.service';
import { type ApprovalInput, checkApproval, decideReport, type ReportInput } from './life-cycle.rules';
import { openProject, type ProjectRequest, projectChanged, stageChanged } from './open-project.service';
import { ProjectFaults } from './project-faults.rules';
import { type FormsInput, readForm } from './project-forms.rules';
import { insertReport, reportedColumns, updateProject } from './projects.store';

/** An approval as it comes in. */
export interface ApproveProjectInput extends ProjectRequest, ApprovalInput {
  details?: FormsInput | null | undefined;
}

/** A report as it comes in. */
export interface ReportImplementationInput extends ProjectRequest, ReportInput {
  results?: FormsInput | null | undefined;
}

/** How projects go from stage to stage: approval 立项, implementation 实施, cancellation 取消. */
export class ProjectStages {
  constructor(private readonly clock: Clock) {}

  /**
   * Approves a library entry (PA-PJ-03). Throws NOT_FOUND, STALE_VERSION, STATE_CONFLICT outside the library,
   * YEAR_CLOSED, and all faults of the approval at once (see {@link checkApproval}).
   */
  async approve(tx: ScopedTransaction, input: ApproveProjectInput): Promise<void> {
    const by = traceOf(tx, this.clock);
    const project = await openProject(tx, input, 'APPROVE');
    await editableYear(tx, project.year, 'input.id');
    const faults = new ProjectFaults();
    const confirmed = readForm(project.type, 'details', input.details, 'input.details', faults.list);
    faults.refuse();
    const details = { ...project.details, ...confirmed };
    checkApproval(input, { ...project, details }, this.clock.today());
    await updateProject(
      tx,
      project.id,
      [
        ['stage', PROJECT_STAGE.code('APPROVED')],
        ['approval_doc_no', input.approvalDocNo.trim()],
        ['approved_date', input.approvedDate],
        ['approved_amount', input.approvedAmount],
        ['details', JSON.stringify(details)],
      ],
      by,
    );
    await stageChanged(tx, project, project.stage, 'APPROVED', by);
  }

  /**
   * Takes a report of implementation (PA-PJ-05). Results that are left out stay as reported before. Throws
   * NOT_FOUND, STALE_VERSION, STATE_CONFLICT before the approval and after the end, and all faults of the report
   * at once (see {@link decideReport}).
   */
  async report(tx: ScopedTransaction, input: ReportImplementationInput): Promise<void> {
    const by = traceOf(tx, this.clock);
    const project = await openProject(tx, input, 'REPORT');
    const faults = new ProjectFaults();
    const reported = readForm(project.type, 'results', input.results, 'input.results', faults.list);
    faults.refuse();
    const results = { ...project.results, ...reported };
    const after = decideReport(
      input,
      project,
      { type: project.type, results },
      { arranged: await arrangedFor(tx, project.id), today: this.clock.today() },
    );
    await updateProject(tx, project.id, reportedColumns(after, results), by);
    await insertReport(tx, project.id, after, results, by);
    if (after.stage !== project.stage) await stageChanged(tx, project, project.stage, after.stage, by);
    else await projectChanged(tx, project, by);
  }

  /**
   * Cancels a project of the library or an approved one, with a reason. Throws NOT_FOUND, STALE_VERSION,
   * REASON_REQUIRED, INVALID_INPUT for a reason above 500 characters, STATE_CONFLICT in another stage or while money is arranged for it.
   */
  async cancel(
    tx: ScopedTransaction,
    { reason, ...request }: ProjectRequest & { reason: string },
  ): Promise<void> {
    const by = traceOf(tx, this.clock);
    const project = await openProject(tx, request, 'CANCEL');
    if (reason.trim() === '') throw reasonRequired();
    const faults = new ProjectFaults();
    faults.expectText(reason, 500, 'reason');
    faults.refuse();
    if (toTenThousandths(await arrangedFor(tx, project.id)) > 0n) throw moneyArranged();
    await updateProject(
      tx,
      project.id,
      [
        ['stage', PROJECT_STAGE.code('CANCELLED')],
        ['cancel_reason', reason.trim()],
      ],
      by,
    );
    await stageChanged(tx, project, project.stage, 'CANCELLED', by);
  }
}

/** REASON_REQUIRED of the field `reason`. */
export function reasonRequired(field = 'reason'): Refusal {
  return new Refusal('REASON_REQUIRED', { zh: '请填写原因', en: 'Give a reason' }, { field });
}

function moneyArranged(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该项目已有资金安排，请先收回资金安排，再取消项目',
      en: 'Money is arranged for this project; take the arrangement back before cancelling it',
    },
    { field: 'id' },
  );
}

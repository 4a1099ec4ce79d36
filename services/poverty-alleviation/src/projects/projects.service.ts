import type { Clock } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { type Trace, traceOf } from '../households/household-files.service';
import { PROJECT_STAGE, type ProjectStage } from '../project-code-lists';
import { requireSettled } from '../settled-regions';
import { editableYear } from '../survey-years/survey-years.service';
import { openProject, projectChanged, stageChanged } from './open-project.service';
import { checkEntry, type ProjectEntry, type ProjectEntryInput } from './project.rules';
import { insertProject, nextProjectNo, replaceBudget, replaceVillages, updateEntry } from './projects.store';

/** A library entry as it is saved: new, or changed by its id. */
export interface SaveProjectInput extends ProjectEntryInput {
  id?: string | null | undefined;
  expectedVersion?: number | null | undefined;
}

/** The project library 项目库. */
export class ProjectLibrary {
  constructor(
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds or changes a library entry (PA-PJ-01, PA-PJ-02); returns its id. Everything of an entry may be changed;
   * with its region, year or type it gets another number. Throws all faults of the form (see {@link checkEntry}),
   * YEAR_CLOSED, NOT_FOUND, STALE_VERSION, or STATE_CONFLICT once it has left the library.
   */
  async save(tx: ScopedTransaction, input: SaveProjectInput): Promise<string> {
    const by = traceOf(tx, this.clock);
    const codes = await this.regions.hold(tx);
    await editableYear(tx, input.year, 'input.year');
    const before = input.id == null ? null : await this.opened(tx, input.id, input.expectedVersion);
    const entry = checkEntry(input, codes);
    if (before === null) return this.add(tx, entry, codes.epoch, by);
    const movesRegion = before.regionCode !== entry.regionCode;
    if (movesRegion) requireSettled(codes, entry.regionCode, 'input.regionCode');
    const isSameSeries = !movesRegion && before.year === entry.year && before.type === entry.type;
    const moved = isSameSeries ? null : { projectNo: await nextProjectNo(tx, entry) };
    await updateEntry(tx, before.id, entry, moved, by);
    await this.replaceParts(tx, before.id, entry, codes.epoch);
    await projectChanged(tx, { id: before.id, ...entry }, by);
    return before.id;
  }

  /** Deletes a library entry (PA-PJ-02); returns its number. Throws NOT_FOUND, STALE_VERSION, STATE_CONFLICT, YEAR_CLOSED. */
  async delete(tx: ScopedTransaction, id: string, expectedVersion: number): Promise<string> {
    const project = await openProject(tx, { id, expectedVersion }, 'DELETE');
    await editableYear(tx, project.year, 'id');
    await tx.query('DELETE FROM project WHERE id = $1', [id]);
    await projectChanged(tx, project, traceOf(tx, this.clock), true);
    return project.projectNo;
  }

  private async opened(tx: ScopedTransaction, id: string, expectedVersion: number | null | undefined) {
    if (expectedVersion == null) throw refuse.staleVersion('input.expectedVersion');
    const before = await openProject(tx, { id, expectedVersion }, 'SAVE');
    await editableYear(tx, before.year, 'input.id');
    return before;
  }

  private async add(tx: ScopedTransaction, entry: ProjectEntry, epoch: number, by: Trace): Promise<string> {
    const id = await insertProject(tx, await nextProjectNo(tx, entry), entry, epoch, by);
    await this.replaceParts(tx, id, entry, epoch);
    await stageChanged(tx, { id, ...entry }, null, 'LIBRARY', by);
    return id;
  }

  private async replaceParts(
    tx: ScopedTransaction,
    id: string,
    { villageCodes, budget }: ProjectEntry,
    epoch: number,
  ): Promise<void> {
    await replaceVillages(tx, id, villageCodes, epoch);
    await replaceBudget(tx, id, budget);
  }
}

/** What arranging money asks of a project (PA-FD-05); 万元. */
export interface ProjectForFunding {
  id: string;
  year: number;
  stage: ProjectStage;
  regionCode: string;
  approvedAmount: string | null;
  spent: string;
}

/**
 * A project that money is arranged for, locked until the transaction ends, so that neither its stage nor its
 * amounts change meanwhile; null when it is not there or does not belong to the caller's region.
 */
export async function projectForFunding(
  tx: ScopedTransaction,
  id: string,
): Promise<ProjectForFunding | null> {
  if (!isUuid(id)) return null;
  const [row] = await tx.query<ProjectForFunding & { stage: string }>(
    `SELECT id, year, stage, region_code AS "regionCode", approved_amount AS "approvedAmount", spent
     FROM project WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  return row === undefined ? null : { ...row, stage: PROJECT_STAGE.name(row.stage) };
}

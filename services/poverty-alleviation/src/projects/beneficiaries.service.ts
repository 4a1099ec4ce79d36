import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { ProjectBeneficiariesChanged, recordEvents } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { recordChanged, type Trace, traceOf } from '../households/household-files.service';
import { readHouseholds } from '../households/household-views.service';
import { addProjectMeasures, removeProjectMeasures } from '../households/measures.service';
import { editableYear, type SurveyYear } from '../survey-years/survey-years.service';
import {
  type AddedBeneficiary,
  anyRecordElsewhere,
  deleteBeneficiaries,
  existingKeys,
  householdsOfMembers,
  insertBeneficiaries,
  lockCandidates,
  writeRelocation,
} from './beneficiaries.store';
import {
  type BeneficiaryInput,
  beneficiaryKey,
  checkBeneficiaries,
  MAX_BENEFICIARIES,
  resettlementOf,
} from './beneficiary.rules';
import { type OpenProject, openProject } from './open-project.service';
import { updateProject } from './projects.store';

/** Who is to benefit from a project from now on, and who no longer. */
export interface SetBeneficiariesInput {
  projectId: string;
  expectedVersion: number;
  /** Ids of entries. */
  remove?: readonly string[] | null | undefined;
  add?: readonly BeneficiaryInput[] | null | undefined;
}

/** Households named by one event; more take several. */
const EVENT_SIZE = 500;

/** Registers who benefits from projects 受益户. */
export class ProjectBeneficiaries {
  constructor(private readonly clock: Clock) {}

  /**
   * Removes entries, then adds others, all or none (PA-PJ-06…08, PA-SX-04): every entry brings its household a
   * measure, which goes with it; relocation also writes the household's relocation tab. The number of statements
   * does not depend on how many there are. Throws NOT_FOUND, STALE_VERSION, STATE_CONFLICT outside IMPLEMENTING,
   * or for an entry whose measure is out of the caller's reach, YEAR_CLOSED, NOTHING_SELECTED, OVER_LIMIT for too many at once, and all faults of the entries at once (see
   * {@link checkBeneficiaries}).
   */
  async set(
    tx: ScopedTransaction,
    { projectId, expectedVersion, ...input }: SetBeneficiariesInput,
  ): Promise<void> {
    const by = traceOf(tx, this.clock);
    const project = await openProject(tx, { id: projectId, expectedVersion }, 'SET_BENEFICIARIES');
    const year = await editableYear(tx, project.year, 'input.projectId');
    const remove = [...new Set(input.remove ?? [])];
    const add = input.add ?? [];
    checkSizes(remove.length, add.length);
    const removed = await this.remove(tx, project, remove);
    const householdIds = [...new Set(add.map(({ householdId }) => householdId))];
    const keptBefore = await existingKeys(tx, project.id, householdIds.filter(isUuid));
    const added = await this.add(tx, project, year, add, keptBefore, by);
    await this.recount(tx, project, { removed, added, keptBefore }, by);
    await announce(tx, project, { removed, added }, by);
  }

  private async remove(
    tx: ScopedTransaction,
    project: OpenProject,
    ids: readonly string[],
  ): Promise<string[]> {
    if (ids.length === 0) return [];
    if (!ids.every(isUuid)) throw refuse.notFound('input.remove');
    // The measures first: they name the entries they follow.
    await removeProjectMeasures(tx, ids);
    const gone = await deleteBeneficiaries(tx, project.id, ids);
    if (gone.length !== ids.length) throw refuse.notFound('input.remove');
    if (await anyRecordElsewhere(tx, gone, project.year)) throw measureElsewhere();
    return gone.map(({ householdId }) => householdId);
  }

  private async add(
    tx: ScopedTransaction,
    project: OpenProject,
    year: SurveyYear,
    entries: readonly BeneficiaryInput[],
    existing: ReadonlySet<string>,
    by: Trace,
  ): Promise<AddedBeneficiary[]> {
    if (entries.length === 0) return [];
    const ids = [...new Set(entries.map(({ householdId }) => householdId))].filter(isUuid);
    const memberIds = entries.flatMap(({ memberId }) =>
      memberId != null && isUuid(memberId) ? [memberId] : [],
    );
    checkBeneficiaries(entries, {
      type: project.type,
      villageCodes: project.villageCodes,
      households: await lockCandidates(tx, ids, year.year),
      householdOfMember: await householdsOfMembers(tx, memberIds, year.year),
      existing,
      today: this.clock.today(),
    });
    const isRelocation = project.type === 'RELOCATION';
    const complete = entries.map((entry) => ({
      ...entry,
      resettlement: isRelocation ? (entry.resettlement ?? resettlementOf(project.subtype)) : null,
    }));
    const added = await insertBeneficiaries(tx, project, complete, by);
    const entryOf = new Map(complete.map((entry) => [beneficiaryKey(entry), entry]));
    await addProjectMeasures(
      tx,
      added.map((beneficiary) => {
        const entry = entryOf.get(beneficiaryKey(beneficiary))!;
        return {
          householdId: beneficiary.householdId,
          year: year.year,
          projectId: project.id,
          beneficiaryId: beneficiary.id,
          category: project.type,
          content: entry.content?.trim() ?? project.name,
          amount: entry.amount ?? null,
          date: entry.startDate ?? null,
        };
      }),
      by,
    );
    if (isRelocation) await this.relocate(tx, year, complete, ids, by);
    return added;
  }

  private async relocate(
    tx: ScopedTransaction,
    year: SurveyYear,
    entries: readonly (BeneficiaryInput & {
      resettlement: NonNullable<BeneficiaryInput['resettlement']> | null;
    })[],
    householdIds: readonly string[],
    by: Trace,
  ): Promise<void> {
    // A household may be named by several of its members; the last entry tells its new home.
    const last = new Map(entries.map((entry) => [entry.householdId, entry]));
    await writeRelocation(
      tx,
      year.year,
      [...last.values()].map(({ householdId, resettlement, moveDate }) => ({
        householdId,
        resettlement: resettlement!,
        moveDate: moveDate ?? null,
      })),
      by,
    );
    const households = await readHouseholds(tx, householdIds);
    await recordChanged(
      tx,
      households.map((household) => ({ household, year })),
      ['RELOCATION'],
      by,
    );
  }

  /** Books the entries and households that came and went on the project, which is locked. */
  private async recount(
    tx: ScopedTransaction,
    project: OpenProject,
    { removed, added, keptBefore }: { removed: string[]; added: AddedBeneficiary[]; keptBefore: Set<string> },
    by: Trace,
  ): Promise<void> {
    const left = new Set(removed);
    const remaining = householdsIn(await existingKeys(tx, project.id, [...left]));
    const came = new Set(added.map(({ householdId }) => householdId));
    const wereThere = householdsIn(keptBefore);
    const isNew = (id: string) => !wereThere.has(id) && !left.has(id);
    const isGone = (id: string) => !remaining.has(id);
    await updateProject(
      tx,
      project.id,
      [
        ['beneficiary_households', project.beneficiaryHouseholds + count(came, isNew) - count(left, isGone)],
        ['beneficiary_entries', project.beneficiaryEntries + added.length - removed.length],
      ],
      by,
    );
  }
}

function count(ids: ReadonlySet<string>, holds: (id: string) => boolean): number {
  return [...ids].filter(holds).length;
}

function householdsIn(keys: ReadonlySet<string>): Set<string> {
  return new Set([...keys].map((key) => key.slice(0, key.indexOf(':'))));
}

function checkSizes(removed: number, added: number): void {
  if (removed + added === 0)
    throw new Refusal(
      'NOTHING_SELECTED',
      { zh: '请选择要新增或移除的受益户', en: 'Choose households to add or entries to remove' },
      { field: 'input' },
    );
  if (removed > MAX_BENEFICIARIES || added > MAX_BENEFICIARIES)
    throw new Refusal(
      'OVER_LIMIT',
      {
        zh: `一次最多新增或移除 ${MAX_BENEFICIARIES} 户，请分批办理`,
        en: `At most ${MAX_BENEFICIARIES} entries are added or removed at once; split them up`,
      },
      { field: added > MAX_BENEFICIARIES ? 'input.add' : 'input.remove' },
    );
}

function measureElsewhere(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '所选受益户中有的已迁到其他区划，其帮扶措施已随户迁移；请由同时管辖两地的上级项目管理人员移除',
      en: 'A household among these was moved to another region and took its measure along; have a project officer of the level above both regions remove it',
    },
    { field: 'input.remove' },
  );
}

/** Records project.beneficiaries-changed, in events of bounded size. */
async function announce(
  tx: ScopedTransaction,
  { id, regionCode, year, type }: OpenProject,
  { removed, added }: { removed: readonly string[]; added: readonly AddedBeneficiary[] },
  { now }: Trace,
): Promise<void> {
  const changes = [
    ...chunks([...new Set(added.map(({ householdId }) => householdId))]).map((ids) => ({
      added: ids,
      removed: [],
    })),
    ...chunks([...new Set(removed)]).map((ids) => ({ added: [], removed: ids })),
  ];
  await recordEvents(
    tx,
    ProjectBeneficiariesChanged,
    changes.map((change) => ({
      aggregateId: id,
      regionCode,
      occurredAt: now,
      data: { projectId: id, year, type, ...change },
    })),
  );
}

function chunks(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / EVENT_SIZE) }, (_, index) =>
    ids.slice(index * EVENT_SIZE, (index + 1) * EVENT_SIZE),
  );
}

import { type Bilingual, faultsOf, type Refusal } from '@junxian/errors';
import { groupBy, type ScopedTransaction } from '@junxian/persistence';
import type { PersonalData } from '../personal-data';
import type { ProjectBeneficiaries } from '../projects/beneficiaries.service';
import { type BeneficiaryInput, beneficiaryKey, MAX_BENEFICIARIES } from '../projects/beneficiary.rules';
import { type BeneficiaryView, readBeneficiariesOfHouseholds } from '../projects/beneficiary-views.service';
import {
  lockHouseholds,
  lockProjects,
  membersByDocument,
  type NamedProject,
} from './beneficiary-import.store';
import {
  BENEFICIARY_ALIASES,
  BENEFICIARY_COLUMNS,
  type BeneficiaryRow,
  contentsOf,
  entryOf,
} from './beneficiary-sheet.rules';
import { saysTheSame } from './cell-comparison.rules';
import type { RecordCounts, SavedCounts } from './import.types';
import { rowFault } from './sheet-columns.rules';
import {
  FirstRows,
  type RowFaults,
  type RowsChecked,
  type RowTaker,
  refusalOf,
} from './sheet-import.service';

/** A row whose project, household and member are found. */
interface Entry {
  row: BeneficiaryRow;
  project: NamedProject;
  input: BeneficiaryInput;
}

/** An entry that is to be written, in place of the one that stands. */
interface Change extends Entry {
  replaces: string | null;
}

/**
 * Imports beneficiaries of projects 项目受益户 (PA-PJ-06…08): who benefits already is entered anew where the row says
 * otherwise, what the row leaves empty stays, and nobody is removed. Sets of entries, not single ones, are written.
 */
export class BeneficiaryImport implements RowTaker<typeof BENEFICIARY_COLUMNS> {
  readonly kind = 'BENEFICIARIES';
  readonly columns = BENEFICIARY_COLUMNS;

  constructor(
    private readonly beneficiaries: ProjectBeneficiaries,
    private readonly personal: PersonalData,
  ) {}

  async takeOver(
    tx: ScopedTransaction,
    rows: readonly BeneficiaryRow[],
    faults: RowFaults,
    checked: RowsChecked,
  ): Promise<RecordCounts[]> {
    const counts: SavedCounts = { record: 'BENEFICIARY', added: 0, changed: 0, unchanged: 0 };
    const entries = withoutRepeated(await this.find(tx, rows, faults), faults);
    const standing = new Map(
      (
        await readBeneficiariesOfHouseholds(tx, [...new Set(entries.map(({ input }) => input.householdId))])
      ).map((view) => [`${view.projectId}:${beneficiaryKey(view)}`, view]),
    );
    const byProject = groupBy(entries, ({ project }) => project.id);
    let done = 0;
    for (const id of [...byProject.keys()].sort()) {
      await checked(done);
      const changes: Change[] = [];
      for (const entry of byProject.get(id)!) {
        const before = standing.get(`${id}:${beneficiaryKey(entry.input)}`);
        const input = before === undefined ? entry.input : restated(entry, before);
        counts[before === undefined ? 'added' : input === null ? 'unchanged' : 'changed'] += 1;
        if (input !== null) changes.push({ ...entry, input, replaces: before?.id ?? null });
      }
      await this.set(tx, changes, faults);
      done += byProject.get(id)!.length;
    }
    return [counts];
  }

  /** Finds whom the rows name, each kind of name with one statement; locks projects and households in the order in which everybody does. */
  private async find(
    tx: ScopedTransaction,
    rows: readonly BeneficiaryRow[],
    faults: RowFaults,
  ): Promise<Entry[]> {
    const projects = await lockProjects(
      tx,
      rows.map(({ cells }) => cells.projectNo),
    );
    const households = await lockHouseholds(
      tx,
      rows.map(({ cells }) => cells.householdNo),
    );
    const indexesOf = ({ cells }: BeneficiaryRow) => this.personal.searchIndexes(cells.memberIdNumber) ?? [];
    const members = await membersByDocument(tx, {
      householdIds: [...households.values()],
      years: [...new Set([...projects.values()].map(({ year }) => year))],
      indexes: rows.flatMap(indexesOf),
    });
    return rows.flatMap((row) => {
      const project = projects.get(row.cells.projectNo);
      const householdId = households.get(row.cells.householdNo);
      if (project === undefined) faults.add(notFound(row, 'projectNo', NO_PROJECT));
      if (householdId === undefined) faults.add(notFound(row, 'householdNo', NO_HOUSEHOLD));
      if (project === undefined || householdId === undefined) return [];
      const memberId = indexesOf(row)
        .map((index) => members.get(`${householdId} ${project.year} ${index}`))
        .find((id) => id !== undefined);
      if (memberId === undefined && row.cells.memberIdNumber !== undefined) {
        faults.add(notFound(row, 'memberIdNumber', NO_MEMBER));
        return [];
      }
      return [{ row, project, input: { ...contentsOf(row), householdId, memberId } }];
    });
  }

  private async set(tx: ScopedTransaction, changes: readonly Change[], faults: RowFaults): Promise<void> {
    for (let start = 0; start < changes.length && !faults.isFull; start += MAX_BENEFICIARIES) {
      const part = changes.slice(start, start + MAX_BENEFICIARIES);
      const { id, version } = part[0]!.project;
      const refusal = await refusalOf(() =>
        this.beneficiaries.set(tx, {
          projectId: id,
          // Locked by this import, which alone gives it versions meanwhile.
          expectedVersion: version + start / MAX_BENEFICIARIES,
          remove: part.flatMap(({ replaces }) => replaces ?? []),
          add: part.map(({ input }) => input),
        }),
      );
      if (refusal !== null) {
        addFaults(refusal, part, faults);
        return;
      }
    }
  }
}

/** What is entered in place of an entry that stands, or null when the row says what stands. */
function restated({ row, input }: Entry, before: BeneficiaryView): BeneficiaryInput | null {
  const cells = contentsOf(row);
  if (saysTheSame(cells, before)) return null;
  const { amount, content, startDate, area, moveDate, resettlement, loan, dividend } = before;
  const stored = { amount, content, startDate, area, moveDate, resettlement, loan, dividend };
  return { ...stored, ...cells, householdId: input.householdId, memberId: input.memberId };
}

/** Tells what a set of entries was refused for at their rows; a fault of the project at the first of them. */
function addFaults(refusal: Refusal, part: readonly Change[], faults: RowFaults): void {
  for (const { code, field, text } of faultsOf(refusal)) {
    const entry = entryOf(field);
    const { rowNumber } = (part[entry?.index ?? 0] ?? part[0]!).row;
    const fault = { code, text, field: entry === null ? 'projectNo' : entry.field };
    faults.add(rowFault(fault, rowNumber, BENEFICIARY_COLUMNS, BENEFICIARY_ALIASES));
  }
}

/** The entries of whom no earlier row speaks. */
function withoutRepeated(entries: readonly Entry[], faults: RowFaults): Entry[] {
  const seen = new FirstRows();
  return entries.filter(({ row, project, input }) => {
    const earlier = seen.before(row.rowNumber, [`${project.id}:${beneficiaryKey(input)}`]);
    if (earlier === undefined) return true;
    faults.add({
      rowNumber: row.rowNumber,
      column: BENEFICIARY_COLUMNS.householdNo.title,
      code: 'STATE_CONFLICT',
      text: {
        zh: `与第 ${earlier} 行是同一项目的同一受益户（人），请删去一行`,
        en: `names the beneficiary of row ${earlier} again; take one out`,
      },
    });
    return false;
  });
}

const NO_PROJECT: Bilingual = {
  zh: '没有此项目编号，或项目不由您的辖区管理，请核对',
  en: 'is no project that your region manages; check it',
};
const NO_HOUSEHOLD: Bilingual = {
  zh: '本辖区没有此户编号，请核对',
  en: 'is no household of your region; check it',
};
const NO_MEMBER: Bilingual = {
  zh: '该户在项目年度没有此证件号码的成员，请核对',
  en: 'is of nobody of this household in the year of the project; check it',
};

function notFound({ rowNumber }: BeneficiaryRow, field: keyof typeof BENEFICIARY_COLUMNS, text: Bilingual) {
  return { rowNumber, column: BENEFICIARY_COLUMNS[field].title, code: 'NOT_FOUND', text };
}

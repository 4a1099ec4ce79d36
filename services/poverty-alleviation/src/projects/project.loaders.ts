import { rowsOfEach, type ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import { type BeneficiaryView, readBeneficiariesOfHouseholds } from './beneficiary-views.service';
import type { BudgetLine } from './project.rules';
import {
  type AdjustmentView,
  type ImplementationView,
  type OfProject,
  type ProjectView,
  readAdjustments,
  readBudgets,
  readImplementations,
  readProjects,
  readVillages,
} from './project-views.service';

/** The loaders of this room: however many are asked for in one request, each takes one statement. */
export interface ProjectLoaders {
  project: DataLoader<string, ProjectView | null>;
  projectVillages: DataLoader<string, OfProject<{ code: string }>[]>;
  projectBudget: DataLoader<string, OfProject<BudgetLine>[]>;
  projectAdjustments: DataLoader<string, AdjustmentView[]>;
  projectImplementations: DataLoader<string, ImplementationView[]>;
  /** By household. */
  projectsOfHousehold: DataLoader<string, BeneficiaryView[]>;
}

/** Makes the loaders of one request. What lies outside the caller's region is null, as if it were not there. */
export function projectLoaders(read: () => Promise<ScopedTransaction>): ProjectLoaders {
  const lists = <Row>(
    rows: (tx: ScopedTransaction, ids: readonly string[]) => Promise<Row[]>,
    keyOf: (row: Row) => string,
  ) =>
    new DataLoader<string, Row[]>(async (ids) => {
      return rowsOfEach(ids, await rows(await read(), ids), keyOf);
    });
  const ofProject = ({ projectId }: { projectId: string }) => projectId;
  return {
    project: new DataLoader(async (ids) => {
      const found = new Map((await readProjects(await read(), ids)).map((row) => [row.id, row]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    projectVillages: lists(readVillages, ofProject),
    projectBudget: lists(readBudgets, ofProject),
    projectAdjustments: lists(readAdjustments, ofProject),
    projectImplementations: lists(readImplementations, ofProject),
    projectsOfHousehold: lists(readBeneficiariesOfHouseholds, ({ householdId }) => householdId),
  };
}

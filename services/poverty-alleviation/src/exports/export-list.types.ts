import type { CellValue, ColumnDefinition } from '@junxian/documents';
import type { Principal } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { DuplicateClass } from '../back-office-code-lists';
import type { Resettlement } from '../code-lists';
import type { FundBatch, FundTier, FundType } from '../fund-code-lists';
import type { Condition } from '../households/conditions.rules';
import type { ProjectStage, ProjectSubtype, ProjectType } from '../project-code-lists';

/** What an export is narrowed by, as the list's own query is; each list takes what concerns it. */
export interface ExportFilter {
  year?: number | null | undefined;
  region?: string | null | undefined;
  name?: string | null | undefined;
  idNumber?: string | null | undefined;
  conditions?: readonly Condition[] | null | undefined;
  closureYear?: number | null | undefined;
  operations?: readonly string[] | null | undefined;
  from?: string | null | undefined;
  to?: string | null | undefined;
  delisted?: boolean | null | undefined;
  villageHead?: string | null | undefined;
  officePhone?: string | null | undefined;
  fundType?: FundType | null | undefined;
  tier?: FundTier | null | undefined;
  batch?: FundBatch | null | undefined;
  documentNo?: string | null | undefined;
  projectType?: ProjectType | null | undefined;
  projectSubtype?: ProjectSubtype | null | undefined;
  stage?: ProjectStage | null | undefined;
  village?: string | null | undefined;
  resettlement?: Resettlement | null | undefined;
  duplicateClass?: DuplicateClass | null | undefined;
}

/** What a list is asked for. */
export interface ExportQuestion {
  filter: ExportFilter;
  principal: Principal;
  /** Whether ID numbers are wanted in full. */
  reveal: boolean;
  first: number;
  after: string | null;
}

/** One page of a list's rows by column key. */
export interface ExportedPage {
  rows: Record<string, CellValue>[];
  next: string | null;
  /** Whose numbers the page shows in full: citizen ids, where the number gives one. */
  revealed?: { field: string; citizenIds: string[] };
}

/** A list that can be exported; the column `seq` is filled in by the export. Pages are read in transactions of their own. */
export interface ExportedList {
  title: string;
  columns: readonly ColumnDefinition[];
  /** Roles, any of which may export it; every role of this service unless given. */
  roles?: readonly string[];
  page(tx: ScopedTransaction, question: ExportQuestion): Promise<ExportedPage>;
}

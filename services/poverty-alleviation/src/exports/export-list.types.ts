import type { CellValue, ColumnDefinition } from '@junxian/documents';
import type { Principal } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Condition } from '../households/conditions.rules';

/** What an export is narrowed by; each list takes what concerns it. */
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

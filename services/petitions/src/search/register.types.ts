import type { CellValue, ColumnDefinition } from '@junxian/documents';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { PersonalData } from '../cases/personal-data.service';
import type { CaseFilter } from './case-filter.rules';

/** What a register is asked for. */
export interface RegisterQuestion {
  filter: CaseFilter;
  officer: Officer;
  today: string;
  personal: PersonalData;
  /** Rows of a page. */
  first: number;
  after: string | null;
}

/** One page of a register's rows. */
export interface RegisterPage {
  rows: Record<string, CellValue>[];
  /** How many of the rows show a petitioner's identity in full, for the audit (PT-SEC-02). */
  identitiesInFull: number;
  /** Where the next page begins, or null at the end. */
  next: string | null;
}

/**
 * A list that can be exported 台账. Rooms write their own and add it to `registers.ts`; the column `seq` is filled in by the export. A page is read in a transaction
 * of its own, so that a slow download holds neither a connection nor a snapshot.
 */
export interface Register {
  title: string;
  columns: readonly ColumnDefinition[];
  page(tx: ScopedTransaction, question: RegisterQuestion): Promise<RegisterPage>;
}

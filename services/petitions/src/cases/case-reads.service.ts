import { isUuid } from '@junxian/identity';
import { rowsOfEach, type ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import { organisationsByIds } from '../organisations/organisations.service';
import type { CaseItem, HandlingRecord, Organisation, OrgTask, Petitioner } from './case.types';
import { CASE_COLUMNS, PETITIONER_COLUMNS, RECORD_COLUMNS, TASK_COLUMNS } from './case-columns';

/** How other rooms select these rows. */
export { CASE_COLUMNS, PETITIONER_COLUMNS, RECORD_COLUMNS, TASK_COLUMNS };

/** The loaders every room uses: however many are asked for in one request, each takes one statement. */
export interface CaseLoaders {
  /** An item in sight, or null. */
  caseItem: DataLoader<string, CaseItem | null>;
  mainPetitioner: DataLoader<string, Petitioner | null>;
  handlingRecords: DataLoader<string, HandlingRecord[]>;
  tasksOfCase: DataLoader<string, OrgTask[]>;
  orgTask: DataLoader<string, OrgTask | null>;
  organisation: DataLoader<string, Organisation | null>;
  itemsOfMatter: DataLoader<string, CaseItem[]>;
}

type Read = () => Promise<ScopedTransaction>;

/** Loads one row per id, null where there is none in sight. */
export function oneById<Row extends { id: string }>(
  read: Read,
  select: (tx: ScopedTransaction, ids: readonly string[]) => Promise<Row[]>,
): DataLoader<string, Row | null> {
  return new DataLoader(async (ids) => {
    const found = new Map((await select(await read(), ids.filter(isUuid))).map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });
}

/** Loads the rows that hang on each of several ids, in the order of the statement. */
export function manyBy<Row>(
  read: Read,
  key: (row: Row) => string,
  select: (tx: ScopedTransaction, ids: readonly string[]) => Promise<Row[]>,
): DataLoader<string, Row[]> {
  return new DataLoader(async (ids) => {
    return rowsOfEach(ids, await select(await read(), ids.filter(isUuid)), key);
  });
}

/** Makes the loaders of one request. */
export function caseLoaders(read: Read): CaseLoaders {
  const where =
    <Row>(columns: string, from: string, condition: string, order: string) =>
    (tx: ScopedTransaction, ids: readonly string[]) =>
      tx.query<Row>(`SELECT ${columns} FROM ${from} WHERE ${condition} = ANY($1::uuid[]) ORDER BY ${order}`, [
        ids,
      ]);
  return {
    caseItem: oneById(read, where<CaseItem>(CASE_COLUMNS, 'case_item c', 'c.id', 'c.id')),
    mainPetitioner: new DataLoader(async (ids) => {
      const rows = await (await read()).query<Petitioner>(
        `SELECT ${PETITIONER_COLUMNS} FROM petitioner p WHERE p.case_item_id = ANY($1::uuid[]) AND p.is_main`,
        [ids],
      );
      const found = new Map(rows.map((row) => [row.caseItemId, row]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    handlingRecords: manyBy(
      read,
      (record) => record.caseItemId!,
      where<HandlingRecord>(RECORD_COLUMNS, 'handling_record r', 'r.case_item_id', 'r.case_item_id, r.seq'),
    ),
    tasksOfCase: manyBy(
      read,
      (task) => task.caseItemId,
      where<OrgTask>(TASK_COLUMNS, 'org_task t', 't.case_item_id', 't.case_item_id, t.received_at, t.id'),
    ),
    orgTask: oneById(read, where<OrgTask>(TASK_COLUMNS, 'org_task t', 't.id', 't.id')),
    organisation: oneById(read, organisationsByIds),
    itemsOfMatter: manyBy(
      read,
      (item) => item.matterId,
      where<CaseItem>(CASE_COLUMNS, 'case_item c', 'c.matter_id', 'c.matter_id, c.id'),
    ),
  };
}

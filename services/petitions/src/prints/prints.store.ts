import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import { insertion } from '../rows';
import type { PrintKind, PrintSnapshot } from './print.types';

const COLUMNS = `s.id, s.case_item_id AS "caseItemId", s.kind, s.subject_id AS "subjectId", s.organisation_id AS "organisationId",
  s.doc_no AS "docNo", s.issued_on::text AS "issuedOn", s.verification_code AS "verificationCode", s.content_hash AS "contentHash",
  s.named_index AS "namedIndex", s.created_at AS "createdAt"`;

/**
 * The snapshot of a document that may be copied today, or undefined when there is none: the first one, but none that names the petitioner when
 * today's print names nobody (`namedIndex` null), and of a slip only one with today's name, which the query code works with.
 */
export async function snapshotOf(
  tx: ScopedTransaction,
  { kind, subjectId, namedIndex }: Pick<PrintSnapshot, 'kind' | 'subjectId' | 'namedIndex'>,
): Promise<PrintSnapshot | undefined> {
  const [snapshot] = await tx.query<PrintSnapshot>(
    `SELECT ${COLUMNS} FROM print_snapshot s WHERE s.subject_id = $1 AND s.kind = $2
       AND (s.named_index IS NOT DISTINCT FROM $3 OR ($3 IS NOT NULL AND s.kind <> 'QUERY_CODE_SLIP'))
     ORDER BY s.created_at, s.id LIMIT 1`,
    [subjectId, kind, namedIndex],
  );
  return snapshot;
}

/** Stores the snapshot of a document, once. Returns it. */
export async function insertSnapshot(
  tx: ScopedTransaction,
  row: Omit<PrintSnapshot, 'id'> & { organisationName: string; htmlSealed: string; createdBy: string },
): Promise<PrintSnapshot> {
  const { columns, placeholders, values } = insertion(row);
  const [snapshot] = await tx.query<PrintSnapshot>(
    `INSERT INTO print_snapshot AS s (${columns}) VALUES (${placeholders}) RETURNING ${COLUMNS}`,
    values,
  );
  return snapshot!;
}

/** Logs one more print of a snapshot, whose item must be locked. Returns the number of the copy: 0 for the first print. */
export async function logPrint(
  tx: ScopedTransaction,
  snapshotId: string,
  officer: Officer,
  at: Date,
): Promise<number> {
  const [row] = await tx.query<{ copyNo: number }>(
    `INSERT INTO print_log (snapshot_id, copy_no, at, account_id, organisation_id, operator_present)
     SELECT $1, (SELECT count(*) FROM print_log l WHERE l.snapshot_id = $1), $2, $3, $4, $5 RETURNING copy_no AS "copyNo"`,
    [snapshotId, at, officer.accountId, officer.organisationId, officer.operatorName !== null],
  );
  return row!.copyNo;
}

/** What anybody may learn who has the code on a print. */
export interface VerifiedPrint {
  kind: PrintKind;
  docNo: string;
  organisation: string;
  issuedOn: string;
  contentHash: string;
}

/** What a verification code stands for, or undefined; for anybody. */
export async function verifiedPrint(tx: ScopedTransaction, code: string): Promise<VerifiedPrint | undefined> {
  const [found] = await tx.query<VerifiedPrint>(
    `SELECT kind, doc_no AS "docNo", organisation, issued_on::text AS "issuedOn", content_hash AS "contentHash" FROM pt_prt_01_verify($1)`,
    [code],
  );
  return found;
}

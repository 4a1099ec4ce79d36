import type { ScopedTransaction } from '@junxian/persistence';
import type { PrintJobKind } from './print.rules';

/** A print as it was made; it never changes. */
export interface PrintSnapshot {
  id: string;
  kind: PrintJobKind;
  year: number;
  number: string;
  /** How many forms it has. */
  forms: number;
  verificationCode: string;
  contentHash: string;
  createdAt: Date;
}

/** What is stored of a print beside what {@link PrintSnapshot} says. */
export interface NewSnapshot extends Omit<PrintSnapshot, 'id'> {
  regionCode: string;
  /** The day of the print, YYYY-MM-DD. */
  issuedOn: string;
  htmlSealed: string;
  createdBy: string;
}

/** The next number of a print: the day, and a serial that is used once. */
export async function nextPrintNumber(tx: ScopedTransaction, day: string): Promise<string> {
  const [row] = await tx.query<{ serial: string }>(
    `SELECT lpad(nextval('print_number')::text, 8, '0') AS serial`,
  );
  return `FP${day.replaceAll('-', '')}${row!.serial}`;
}

/** Stores a print. Returns it. */
export async function insertSnapshot(tx: ScopedTransaction, row: NewSnapshot): Promise<PrintSnapshot> {
  const [inserted] = await tx.query<{ id: string }>(
    `INSERT INTO print_snapshot (region_code, kind, year, number, forms, issued_on, verification_code, content_hash,
       html_sealed, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
    [
      row.regionCode,
      row.kind,
      row.year,
      row.number,
      row.forms,
      row.issuedOn,
      row.verificationCode,
      row.contentHash,
      row.htmlSealed,
      row.createdAt,
      row.createdBy,
    ],
  );
  return { ...row, id: inserted!.id };
}

/** What anybody may learn who has the code on a print. */
export interface VerifiedPrint {
  kind: PrintJobKind;
  number: string;
  regionCode: string;
  year: number;
  issuedOn: string;
  contentHash: string;
}

/** What a verification code stands for, or undefined; for anybody. */
export async function verifiedPrint(tx: ScopedTransaction, code: string): Promise<VerifiedPrint | undefined> {
  const [found] = await tx.query<VerifiedPrint & Record<string, unknown>>(
    `SELECT kind, number, region_code AS "regionCode", year, issued_on::text AS "issuedOn", content_hash AS "contentHash"
     FROM pa_pr_05_verify($1)`,
    [code],
  );
  return found;
}

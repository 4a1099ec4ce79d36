import { dateInShanghai } from '@junxian/calendar';
import type { ScopedTransaction } from '@junxian/persistence';

/** Series of document numbers 文种代字; each organisation counts each series anew every year. */
export const DOCUMENT_SERIES = {
  ACCEPTANCE: '信受告',
  NON_ACCEPTANCE: '信不受告',
  NO_LONGER_ACCEPTANCE: '信不再受告',
  HANDLING_OPINION: '信答复',
  REVIEW_OPINION: '信复查',
  RE_REVIEW_OPINION: '信复核',
  REVIEW_CASE: '信复查登',
  RE_REVIEW_CASE: '信复核登',
  REVIEW_PAPER: '信复查程',
  RE_REVIEW_PAPER: '信复核程',
} as const;
export type DocumentSeries = keyof typeof DOCUMENT_SERIES;

/**
 * The next document number 文号 of an organisation, as GB/T 9704 writes it: 信受告〔2026〕7号. Takes the officer's own
 * organisation; holds the series until the transaction ends, so numbers have no gaps and no doubles.
 */
export async function nextDocumentNumber(
  tx: ScopedTransaction,
  organisationId: string,
  series: DocumentSeries,
  at: Date,
): Promise<string> {
  const year = Number(dateInShanghai(at).slice(0, 4));
  const [row] = await tx.query<{ serial: number }>(
    `INSERT INTO document_serial AS s (organisation_id, year, series, last_serial) VALUES ($1, $2, $3, 1)
     ON CONFLICT (organisation_id, year, series) DO UPDATE SET last_serial = s.last_serial + 1
     RETURNING s.last_serial AS serial`,
    [organisationId, year, series],
  );
  return `${DOCUMENT_SERIES[series]}〔${year}〕${row!.serial}号`;
}

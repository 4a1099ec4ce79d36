import { Refusal } from '@junxian/errors';

/** What one uploaded spreadsheet may cost before it is refused. */
export interface SheetLimits {
  /** Bytes of the file as uploaded. */
  maxBytes: number;
  /** Bytes of the parts that are read, after decompression: the guard against a zip bomb. */
  maxInflatedBytes: number;
  /** Rows with content, header included. */
  maxRows: number;
  maxColumns: number;
  /** Characters of one cell. */
  maxCellLength: number;
  /** Faults that are listed; a file with more is wrong as a whole. */
  maxFaults: number;
}

/** Enough for the largest registration a province sends in one file, small enough for one request. */
export const DEFAULT_LIMITS: SheetLimits = {
  maxBytes: 8 * 1024 * 1024,
  maxInflatedBytes: 64 * 1024 * 1024,
  maxRows: 20_000,
  maxColumns: 100,
  maxCellLength: 2_000,
  maxFaults: 1_000,
};

/** The refusal of a file that is not a readable spreadsheet; `why` completes the sentence in both languages. */
export function unreadable(why: { zh: string; en: string }): Refusal {
  return new Refusal(
    'FILE_UNREADABLE',
    { zh: `无法读取该文件：${why.zh}`, en: `The file cannot be read: ${why.en}` },
    { field: 'file' },
  );
}

/** The refusal of a file beyond a limit; `what` names the limit and how to stay under it. */
export function tooLarge(what: { zh: string; en: string }, limit: number): Refusal {
  return new Refusal(
    'FILE_TOO_LARGE',
    { zh: `文件过大：${what.zh}`, en: `The file is too large: ${what.en}` },
    { field: 'file', details: { limit }, httpStatus: 413 },
  );
}

/** The refusal of a file with more rows than `limits` allow. */
export function tooManyRows(limits: SheetLimits): Refusal {
  return tooLarge(
    {
      zh: `最多 ${limits.maxRows} 行，请拆分为多个文件后分别导入`,
      en: `at most ${limits.maxRows} rows; split it into several files`,
    },
    limits.maxRows,
  );
}

/** The refusal of a file with more columns than `limits` allow. */
export function tooManyColumns(limits: SheetLimits): Refusal {
  return tooLarge(
    {
      zh: `最多 ${limits.maxColumns} 列，请按模板整理后重新上传`,
      en: `at most ${limits.maxColumns} columns; arrange it like the template and upload it again`,
    },
    limits.maxColumns,
  );
}

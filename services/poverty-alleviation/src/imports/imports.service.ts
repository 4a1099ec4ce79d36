import type { Clock } from '@junxian/calendar';
import {
  cancelJob,
  type DownloadLink,
  exportMime,
  type FileAnnouncement,
  findJob,
  type Job,
  type LinkSigner,
  linkInvalid,
  listJobs,
  type OpenedExport,
  orderJob,
  type SheetFault,
  type SheetFile,
  type StartedUpload,
  type StoredFiles,
  template,
  writeErrorSheet,
} from '@junxian/documents';
import { refuse } from '@junxian/errors';
import { accountScope, isUuid, type Scope } from '@junxian/identity';
import { type Database, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import { editableYear } from '../survey-years/survey-years.service';
import { clearStaged, readFaults } from './household-import.store';
import {
  type HouseholdOrder,
  IMPORT_JOBS,
  type ImportKind,
  type ImportRequest,
  type ImportResult,
  type SheetOrder,
} from './import.types';
import { IMPORT_FORMS, importKindOf } from './import-forms';

const ERROR_SHEET = 'poverty-alleviation.import-errors';
const TEMPLATE = 'poverty-alleviation.import-template';
const LINK_SECONDS = 300;

export type ImportJobView = Job<ImportRequest, ImportResult>;

/** A fault as its list shows it. */
export interface ImportFaultRow {
  seq: number;
  rowNumber: number | null;
  column: string | null;
  code: string;
  zh: string;
  en: string;
}

export interface ImportsOptions {
  database: Database;
  clock: Clock;
  files: StoredFiles;
  links: LinkSigner;
  /** Where this service's files are reached from outside: `https://host/files/poverty-alleviation`. */
  linkBase: string;
  /** Called when there is a job to do. */
  ordered: () => void;
}

/** Imports by spreadsheet 导入: uploading, ordering, following, and what was wrong. */
export class Imports {
  constructor(private readonly options: ImportsOptions) {}

  /** Announces a sheet; returns where to PUT it. Throws FILE_TOO_LARGE, FILE_TYPE_NOT_ALLOWED, TOO_MANY_FILES. */
  startUpload(tx: ScopedTransaction, file: FileAnnouncement): Promise<StartedUpload> {
    return this.options.files.startUpload(tx, { accountId: tx.scope.accountId }, file);
  }

  /**
   * Orders the import of uploaded households into the data set of a year. Throws INVALID_INPUT or YEAR_CLOSED for the
   * year, and what {@link order} throws.
   */
  async orderHouseholds(
    tx: ScopedTransaction,
    { fileId, year, dryRun }: HouseholdOrder,
  ): Promise<ImportJobView> {
    await editableYear(tx, year);
    return this.order(tx, 'HOUSEHOLDS', { fileId, year, dryRun });
  }

  /**
   * Orders the import of an uploaded sheet. Throws FILE_NOT_FOUND for a file that is no unused one of the account's,
   * TOO_MANY_JOBS.
   */
  async order(
    tx: ScopedTransaction,
    kind: ImportKind,
    input: SheetOrder | HouseholdOrder,
  ): Promise<ImportJobView> {
    const { files, clock, ordered } = this.options;
    const { accountId } = tx.scope;
    if (accountId === null) throw refuse.unauthenticated();
    const [file] = await files.attach(tx, [input.fileId], accountId);
    const job = await orderJob(tx, { kind: IMPORT_JOBS[kind], input, now: clock.now() });
    await tx.query(
      'INSERT INTO import_file (job_id, owner_account, file_id, file_name) VALUES ($1, $2, $3, $4)',
      [job.id, accountId, file!.id, file!.fileName],
    );
    tx.afterCommit(ordered);
    return job as ImportJobView;
  }

  /** An import of the caller's own, or null. */
  async find(tx: ScopedTransaction, id: string): Promise<ImportJobView | null> {
    return (await findJob(tx, id)) as ImportJobView | null;
  }

  /** The caller's own imports, the newest first. */
  list(
    tx: ScopedTransaction,
    page: { first?: number | null | undefined; after?: string | null | undefined },
  ): Promise<Page<ImportJobView>> {
    return listJobs(tx, { kinds: Object.values(IMPORT_JOBS), ...page }) as Promise<Page<ImportJobView>>;
  }

  /** Cancels an import of the caller's own; nothing of its rows stays. Throws NOT_FOUND, or STATE_CONFLICT when it has ended. */
  async cancel(tx: ScopedTransaction, id: string): Promise<ImportJobView> {
    const job = await cancelJob(tx, id, this.options.clock.now());
    await clearStaged(tx, job.id);
    return job as ImportJobView;
  }

  /** One page of the faults of an import, in the order of its rows. */
  faults(
    tx: ScopedTransaction,
    jobId: string,
    page: { first?: number | null | undefined; after?: string | null | undefined },
  ): Promise<Page<ImportFaultRow>> {
    return keysetPage<ImportFaultRow>(tx, {
      select:
        'f.seq, f.row_number AS "rowNumber", f.column_title AS "column", f.code, f.text_zh AS zh, f.text_en AS en',
      from: 'import_fault f',
      where: ['f.job_id = $1'],
      parameters: [jobId],
      order: [{ column: 'f.seq', key: 'seq', type: 'integer' }],
      ...page,
    });
  }

  /** A link to the error sheet of an import, or null while nothing is wrong with it. */
  async errorSheetLink({ id, result }: ImportJobView, scope: Scope): Promise<DownloadLink | null> {
    if (result === null || result.accepted) return null;
    return this.link('import-errors', ERROR_SHEET, { jobId: id, account: scope.accountId });
  }

  /** A link to an empty form. */
  templateLink(kind: ImportKind): Promise<DownloadLink> {
    return this.link('import-templates', TEMPLATE, { kind });
  }

  /** The error sheet behind a link. Throws LINK_INVALID, also when the import or its file is gone. */
  async openErrorSheet(token: string): Promise<OpenedExport> {
    const { database, links } = this.options;
    const { jobId, account } = await links.verify(token, ERROR_SHEET);
    const found = await database.read(accountScope(String(account)), async (tx) => {
      const [file] = isUuid(String(jobId)) ? await readFile(tx, String(jobId)) : [];
      return file && { ...file, faults: await readFaults(tx, String(jobId)) };
    });
    if (found === undefined) throw linkInvalid();
    const { limits } = IMPORT_FORMS[importKindOf(found.kind)];
    return {
      fileName: `${found.fileName.replace(/\.\w+$/, '')}-错误.xlsx`,
      mime: exportMime('XLSX'),
      write: (output) =>
        this.withSheet(found.fileId, (sheet) =>
          writeErrorSheet(sheet, found.faults as SheetFault[], output, limits),
        ),
    };
  }

  /** The form behind a link. Throws LINK_INVALID. */
  async openTemplate(token: string): Promise<OpenedExport> {
    const { kind } = await this.options.links.verify(token, TEMPLATE);
    const { columns, sheetName } = IMPORT_FORMS[kind as ImportKind];
    const content = await template(columns, { sheetName });
    return {
      fileName: `${sheetName}导入表.xlsx`,
      mime: exportMime('XLSX'),
      write: async (output) => {
        output.end(content);
      },
    };
  }

  /** Runs work on an uploaded sheet. Throws LINK_INVALID when it is gone. */
  async withSheet<T>(fileId: string, work: (sheet: SheetFile) => Promise<T>): Promise<T> {
    const done = await this.options.files.withContent(fileId, async ({ fileName: name }, content) => ({
      result: await work({ name, content }),
    }));
    if (done === null) throw linkInvalid();
    return done.result;
  }

  private async link(
    route: string,
    purpose: string,
    payload: Record<string, unknown>,
  ): Promise<DownloadLink> {
    const { links, linkBase } = this.options;
    const { token, expiresAt } = await links.signedLink({ purpose, payload }, LINK_SECONDS);
    return { url: `${linkBase}/${route}/${token}`, expiresAt };
  }
}

/** The names of the files of some imports, by job; for a DataLoader. */
export async function fileNames(
  tx: ScopedTransaction,
  jobIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.query<{ jobId: string; fileName: string }>(
    'SELECT job_id AS "jobId", file_name AS "fileName" FROM import_file WHERE job_id = ANY($1::uuid[])',
    [jobIds],
  );
  return new Map(rows.map(({ jobId, fileName }) => [jobId, fileName]));
}

function readFile(tx: ScopedTransaction, jobId: string) {
  return tx.query<{ fileId: string; fileName: string; kind: string }>(
    `SELECT f.file_id AS "fileId", f.file_name AS "fileName", j.kind FROM import_file f JOIN job j ON j.id = f.job_id
     WHERE f.job_id = $1`,
    [jobId],
  );
}

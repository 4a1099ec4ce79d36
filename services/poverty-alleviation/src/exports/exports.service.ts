import { referenceNames } from '@junxian/administrative-region';
import { type Clock, dateInShanghai, dateTimeInShanghai } from '@junxian/calendar';
import {
  type ColumnDefinition,
  type DownloadEnd,
  EXPORT_LINK_SECONDS,
  type ExportFormat,
  type ExportLink,
  type ExportPage,
  type LinkSigner,
  linkInvalid,
  type OpenedExport,
  openedExport,
} from '@junxian/documents';
import { refuse } from '@junxian/errors';
import { type Principal, scopeOf } from '@junxian/identity';
import { PovertyIdentityRevealed, recordEvent } from '@junxian/messaging';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import type { PersonalData } from '../personal-data';
import type { StatisticsService, StatQuestion } from '../statistics/statistics.service';
import type { ExportedList, ExportFilter } from './export-list.types';
import { CASE_WORKERS } from './household-lists';
import { statisticSheet } from './statistic-sheet';

export interface ExportsOptions {
  database: Database;
  clock: Clock;
  personal: PersonalData;
  links: LinkSigner;
  /** Where this service's files are reached from outside: `https://host/files/poverty-alleviation`. */
  linkBase: string;
  lists: Readonly<Record<string, ExportedList>>;
  statistics: StatisticsService;
}

/** Which list is to be exported. */
export interface ListRequest {
  list: string;
  filter: ExportFilter;
  format: ExportFormat;
  /** ID numbers in full. */
  reveal: boolean;
}

/** Which table is to be exported. */
export interface TableRequest extends StatQuestion {
  format: ExportFormat;
}

/** What is sealed with an export until it is downloaded. */
type Wanted = { filter: ExportFilter } | { statistic: StatQuestion };

/** Who asked, as it stands in the link: ids and roles, nothing personal. */
type Asker = Pick<
  Principal,
  'accountId' | 'appointmentId' | 'organisationId' | 'regionCode' | 'regionLevel' | 'roles' | 'operatorName'
>;

/** What is downloaded. */
interface Contents {
  title: string;
  columns: readonly ColumnDefinition[];
  region: string;
  year: number | null;
  page(after: string | null): Promise<ExportPage>;
}

const PURPOSE = 'poverty-alleviation.export';
const STATISTIC = 'STATISTIC';
const ROWS_PER_PAGE = 100;

/**
 * Exports lists and tables 导出 (catalogue §6). Asking tries the list, notes who wants what and gives a link for five
 * minutes; the download streams it under the asker's own scope, page by page, so that memory, connections and snapshots
 * stay small whatever its length.
 */
export class Exports {
  constructor(private readonly options: ExportsOptions) {}

  /**
   * Notes an export of a list and returns a link to it. Throws what the list itself refuses, FORBIDDEN to who may not
   * see it or, with `reveal`, may not see numbers in full.
   */
  async requestList(tx: ScopedTransaction, request: ListRequest, principal: Principal): Promise<ExportLink> {
    const { list, filter, format, reveal } = request;
    const definition = this.listOf(list);
    if (definition.roles && !holdsAny(principal, definition.roles)) throw refuse.forbidden();
    if (reveal && !holdsAny(principal, CASE_WORKERS)) throw refuse.forbidden();
    await definition.page(tx, { filter, principal, reveal: false, first: 1, after: null });
    return this.note(tx, principal, { list, format, reveals: reveal, wanted: { filter } });
  }

  /** Notes an export of a statistics table and returns a link to it. Throws as the table does. Rule: PA-ST-00. */
  async requestTable(
    tx: ScopedTransaction,
    { table, year, region, format }: TableRequest,
    principal: Principal,
  ): Promise<ExportLink> {
    const view = await this.options.statistics.table(tx, { table, year, region });
    const wanted = { statistic: { table, year: view.year, region } };
    return this.note(tx, principal, { list: STATISTIC, format, reveals: false, wanted });
  }

  /** Opens an export by the token of its link, and notes that it is downloaded. Throws LINK_INVALID for a wrong or expired token. */
  async open(token: string): Promise<OpenedExport> {
    const { database, clock, personal, links } = this.options;
    const { exportId, asker } = (await links.verify(token, PURPOSE)) as { exportId: string; asker: Asker };
    const principal: Principal = { ...asker, kind: 'OFFICER', sessionId: null, pending: false };
    const scope = scopeOf(principal);
    const log = await database.write(scope, async (tx) => {
      const [found] = await tx.query<{
        list: string;
        format: ExportFormat;
        sealed: string;
        reveals: boolean;
      }>('SELECT list, format, filter_sealed AS sealed, reveals FROM export_log WHERE id = $1', [exportId]);
      if (found === undefined) throw linkInvalid();
      await noteDownload(tx, exportId, 'STARTED', clock.now(), null);
      return found;
    });
    const wanted = JSON.parse(personal.open(log.sealed, 'export_log.filter')!) as Wanted;
    const { title, columns, region, year, page } =
      'statistic' in wanted
        ? await this.tableContents(wanted.statistic, principal)
        : this.listContents(log.list, wanted.filter, log.reveals, { exportId, asker: principal });
    return openedExport({
      title,
      columns,
      format: log.format,
      day: dateInShanghai(clock.now()),
      heading: () => ({
        regionName: referenceNames().pathOf(region),
        ...(year === null ? {} : { year }),
        producedAt: dateTimeInShanghai(clock.now()),
        operatorName: asker.operatorName ?? asker.accountId ?? '',
      }),
      page,
      ended: (how, rows) => database.write(scope, (tx) => noteDownload(tx, exportId, how, clock.now(), rows)),
    });
  }

  private async tableContents(question: StatQuestion, asker: Principal): Promise<Contents> {
    const view = await this.options.database.read(scopeOf(asker), (tx) =>
      this.options.statistics.table(tx, question),
    );
    const sheet = statisticSheet(view);
    const page = async () => ({ rows: sheet.rows, next: null });
    return {
      title: view.title,
      columns: sheet.columns,
      region: view.regionCode,
      year: view.year,
      page,
    };
  }

  private listContents(
    list: string,
    filter: ExportFilter,
    reveal: boolean,
    { exportId, asker }: { exportId: string; asker: Principal },
  ): Contents {
    const { database, clock } = this.options;
    const { title, columns, page } = this.listOf(list);
    return {
      title,
      columns,
      region: filter.region ?? asker.regionCode!,
      year: filter.year ?? null,
      page: async (after) => {
        const question = { filter, principal: asker, reveal, first: ROWS_PER_PAGE, after };
        const { rows, next, revealed } = await database.read(scopeOf(asker), (tx) => page(tx, question));
        if (revealed) {
          // Before anybody sees them (decision 0004).
          await database.write(scopeOf(asker), (tx) =>
            recordEvent(tx, PovertyIdentityRevealed, {
              aggregateId: exportId,
              occurredAt: clock.now(),
              data: { ...revealed, accountId: asker.accountId!, purpose: title },
            }),
          );
        }
        return { rows, next };
      },
    };
  }

  private async note(
    tx: ScopedTransaction,
    principal: Principal,
    {
      list,
      format,
      reveals,
      wanted,
    }: { list: string; format: ExportFormat; reveals: boolean; wanted: Wanted },
  ): Promise<ExportLink> {
    const { clock, personal, links, linkBase } = this.options;
    const { accountId, appointmentId, organisationId, regionCode, regionLevel, operatorName } = principal;
    if (accountId === null || regionCode === null) throw refuse.forbidden();
    const at = clock.now();
    const [row] = await tx.query<{ id: string }>(
      `INSERT INTO export_log (region_code, account_id, list, format, filter_sealed, reveals, requested_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
      [
        regionCode,
        accountId,
        list,
        format,
        personal.seal(JSON.stringify(wanted), 'export_log.filter'),
        reveals,
        at,
        new Date(at.getTime() + EXPORT_LINK_SECONDS * 1000),
      ],
    );
    const roles = principal.roles.filter((role) => role.startsWith('poverty-alleviation:'));
    const asker: Asker = {
      accountId,
      appointmentId,
      organisationId,
      regionCode,
      regionLevel,
      roles,
      operatorName,
    };
    const payload = { exportId: row!.id, asker };
    const { token, expiresAt } = await links.signedLink({ purpose: PURPOSE, payload }, EXPORT_LINK_SECONDS);
    return { url: `${linkBase}/exports/${token}`, expiresAt };
  }

  private listOf(name: string): ExportedList {
    const list = this.options.lists[name];
    if (!list) throw new RangeError('The graph names a list that nobody exports');
    return list;
  }
}

function holdsAny({ roles }: Principal, wanted: readonly string[]): boolean {
  return wanted.some((role) => roles.includes(`poverty-alleviation:${role}`));
}

async function noteDownload(
  tx: ScopedTransaction,
  exportId: string,
  stage: 'STARTED' | DownloadEnd,
  at: Date,
  rows: number | null,
): Promise<void> {
  await tx.query('INSERT INTO export_download (export_id, at, stage, row_count) VALUES ($1, $2, $3, $4)', [
    exportId,
    at,
    stage,
    rows,
  ]);
}

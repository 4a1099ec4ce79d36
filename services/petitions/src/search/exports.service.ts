import { type Clock, dateInShanghai } from '@junxian/calendar';
import {
  type DownloadEnd,
  EXPORT_LINK_SECONDS,
  type ExportFormat,
  type ExportLink,
  type LinkSigner,
  linkInvalid,
  type OpenedExport,
  openedExport,
} from '@junxian/documents';
import { refuse } from '@junxian/errors';
import { type Principal, scopeOf } from '@junxian/identity';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import { officerOf } from '../actor';
import type { PersonalData } from '../cases/personal-data.service';
import { type CaseFilter, checkFilter } from './case-filter.rules';
import type { Register } from './register.types';

export interface ExportsOptions {
  database: Database;
  clock: Clock;
  personal: PersonalData;
  links: LinkSigner;
  /** Where this service's files are reached from outside: `https://host/files/petitions`. */
  linkBase: string;
  registers: Readonly<Record<string, Register>>;
}

const PURPOSE = 'petitions.export';
const ROWS_PER_PAGE = 1_000;
/** Who asked, as it stands in the link: ids and roles, nothing personal. */
interface Asker {
  accountId: string;
  appointmentId: string;
  organisationId: string;
  regionCode: string;
  regionLevel: Principal['regionLevel'];
  roles: string[];
}

/**
 * Exports lists 导出. Asking writes down who wants what; the download streams it under the asker's own scope, page by page, so that memory, connections and
 * snapshots stay small whatever its length, and writes down how many identities were shown in full (PT-SEC-02).
 */
export class Exports {
  constructor(private readonly options: ExportsOptions) {}

  /** Notes an export and returns a link to it for five minutes. Throws INVALID_INPUT (filter), FORBIDDEN without an appointment. Rule: PT-QRY-01. */
  async request(
    tx: ScopedTransaction,
    { register, filter, format }: { register: string; filter: CaseFilter; format: ExportFormat },
    principal: Principal,
  ): Promise<ExportLink> {
    const { clock, personal, links, linkBase } = this.options;
    checkFilter(filter);
    const { accountId, organisationId, regionCode, roles, operatorName } = officerOf(principal);
    const { appointmentId, regionLevel } = principal;
    if (appointmentId === null) throw refuse.forbidden();
    const at = clock.now();
    const [row] = await tx.query<{ id: string }>(
      `INSERT INTO export_log (region_code, organisation_id, account_id, appointment_id, operator_present, register, format, filter_sealed, requested_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
      [
        regionCode,
        organisationId,
        accountId,
        appointmentId,
        operatorName !== null,
        register,
        format,
        personal.seal(JSON.stringify(filter), 'export_log.filter'),
        at,
        new Date(at.getTime() + EXPORT_LINK_SECONDS * 1000),
      ],
    );
    const asker: Asker = {
      accountId,
      appointmentId,
      organisationId,
      regionCode,
      regionLevel,
      roles: roles.filter((role) => role.startsWith('petitions:')),
    };
    const payload = { exportId: row!.id, asker };
    const { token, expiresAt } = await links.signedLink({ purpose: PURPOSE, payload }, EXPORT_LINK_SECONDS);
    return { url: `${linkBase}/exports/${token}`, expiresAt };
  }

  /**
   * Opens an export by the token of its link, and notes that it is downloaded. Throws LINK_INVALID for a wrong or expired token, and when the asker no
   * longer holds the appointment or its roles.
   */
  async open(token: string): Promise<OpenedExport> {
    const { database, clock, personal, links, registers } = this.options;
    const { exportId, asker } = (await links.verify(token, PURPOSE)) as { exportId: string; asker: Asker };
    const principal: Principal = {
      ...asker,
      kind: 'OFFICER',
      sessionId: null,
      operatorName: null,
      pending: false,
    };
    const scope = scopeOf(principal);
    const today = dateInShanghai(clock.now());
    const log = await database.write(scope, async (tx) => {
      if (!(await stillHolds(tx, asker, today))) throw linkInvalid();
      const [found] = await tx.query<{ register: string; format: ExportFormat; filterSealed: string }>(
        'SELECT register, format, filter_sealed AS "filterSealed" FROM export_log WHERE id = $1',
        [exportId],
      );
      if (found === undefined) throw linkInvalid();
      await noteDownload(tx, exportId, 'STARTED', clock.now());
      return found;
    });
    const register = registers[log.register];
    if (register === undefined) throw linkInvalid();
    const filter = JSON.parse(personal.open(log.filterSealed, 'export_log.filter')!) as CaseFilter;
    const officer = officerOf(principal);
    let identitiesInFull = 0;
    return openedExport({
      title: register.title,
      columns: register.columns,
      format: log.format,
      day: today,
      heading: () => ({ producedAt: today }),
      page: async (after) => {
        const question = { filter, officer, today, personal, first: ROWS_PER_PAGE, after };
        const page = await database.read(scope, (tx) => register.page(tx, question));
        identitiesInFull += page.identitiesInFull;
        return page;
      },
      ended: (how, rows) =>
        database.write(scope, (tx) =>
          noteDownload(tx, exportId, how, clock.now(), { rows, identitiesInFull }),
        ),
    });
  }
}

async function noteDownload(
  tx: ScopedTransaction,
  exportId: string,
  stage: 'STARTED' | DownloadEnd,
  at: Date,
  shown?: { rows: number; identitiesInFull: number },
): Promise<void> {
  await tx.query(
    'INSERT INTO export_download (export_id, at, stage, row_count, identities_in_full) VALUES ($1, $2, $3, $4, $5)',
    [exportId, at, stage, shown?.rows ?? null, shown?.identitiesInFull ?? null],
  );
}

/** Whether the asker still acts in the appointment, with all the roles the link was made for. */
async function stillHolds(tx: ScopedTransaction, asker: Asker, today: string): Promise<boolean> {
  const rows = await tx.query(
    `SELECT FROM officer_appointment a WHERE a.id = $1 AND a.account_id = $2 AND a.organisation_id = $3 AND a.roles @> $4::text[]
       AND a.valid_from <= $5 AND (a.valid_to IS NULL OR a.valid_to >= $5) AND a.ended_on IS NULL
       AND NOT EXISTS (SELECT FROM disabled_account d WHERE d.account_id = a.account_id)`,
    [asker.appointmentId, asker.accountId, asker.organisationId, asker.roles, today],
  );
  return rows.length > 0;
}

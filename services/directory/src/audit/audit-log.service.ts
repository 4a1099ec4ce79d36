import { dateInShanghai, dateTimeInShanghai } from '@junxian/calendar';
import { type ColumnDefinition, sheetBuffer } from '@junxian/documents';
import { Refusal } from '@junxian/errors';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import { type AuditActor, recordAudit } from './audit.service';
import { type AuditAction, auditActions } from './audit-action';
import type { Json } from './audit-chain.rules';

/** Which entries are asked for; what is left out does not restrict. */
export interface AuditFilter {
  from?: Date | null;
  /** Exclusive. */
  to?: Date | null;
  action?: AuditAction | null;
  accountId?: string | null;
  targetType?: string | null;
  targetId?: string | null;
  outcome?: 'OK' | 'REFUSED' | null;
}

/** One entry as an auditor sees it. */
export interface AuditLogEntry {
  sequence: string;
  at: Date;
  accountId: string | null;
  operatorName: string | null;
  organisationId: string | null;
  regionCode: string;
  ip: string | null;
  action: AuditAction;
  targetType: string;
  targetId: string | null;
  before: Json;
  after: Json;
  outcome: 'OK' | 'REFUSED';
}

/** Who reads, and when: it goes into the log itself (DI-AUD-03). */
export interface AuditReader {
  actor: AuditActor;
  at: Date;
}

export const MOST_EXPORTED = 20_000;
const EXPORT_PAGE = 1000;

/**
 * One page of the log, newest first, limited to the auditor's region by row-level security and by the
 * query (DI-AUD-03). The reading itself becomes an entry of the same transaction: what cannot be
 * recorded is not shown. Throws INVALID_INPUT for a page size or cursor that is none.
 */
export async function readAuditLog(
  tx: ScopedTransaction,
  filter: AuditFilter,
  page: { first?: number | null; after?: string | null },
  reader: AuditReader,
): Promise<Page<AuditLogEntry>> {
  const result = await pageOf(tx, filter, page, 100);
  await recordAudit(tx, {
    action: 'AUDIT_READ',
    targetType: 'audit-log',
    targetId: null,
    after: { filter, entries: result.nodes.length },
    outcome: 'OK',
    ...reader,
  });
  return result;
}

export interface ExportedFile {
  fileName: string;
  contentType: string;
  content: Buffer;
  rows: number;
}

/**
 * The entries of a filter as a spreadsheet, newest first; audited as an export. Throws EXPORT_TOO_LARGE
 * beyond {@link MOST_EXPORTED} entries rather than giving a part that looks like the whole.
 */
export async function exportAuditLog(
  tx: ScopedTransaction,
  filter: AuditFilter,
  format: 'XLSX' | 'CSV',
  reader: AuditReader,
): Promise<ExportedFile> {
  const rows: AuditLogEntry[] = [];
  let after: string | null = null;
  do {
    const page: Page<AuditLogEntry> = await pageOf(tx, filter, { first: EXPORT_PAGE, after }, EXPORT_PAGE);
    rows.push(...page.nodes);
    after = page.hasNextPage ? page.endCursor : null;
    if (rows.length + (after === null ? 0 : 1) > MOST_EXPORTED) throw tooLarge();
  } while (after !== null);
  const content = await sheetBuffer(columns, rows.map(cells), {
    format,
    sheetName: '审计日志',
    heading: { title: '审计日志', producedAt: dateTimeInShanghai(reader.at) },
  });
  await recordAudit(tx, {
    action: 'AUDIT_EXPORTED',
    targetType: 'audit-log',
    targetId: null,
    after: { filter, format, entries: rows.length },
    outcome: 'OK',
    ...reader,
  });
  return {
    fileName: `audit-log-${dateInShanghai(reader.at)}.${format.toLowerCase()}`,
    contentType:
      format === 'CSV'
        ? 'text/csv; charset=utf-8'
        : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    content,
    rows: rows.length,
  };
}

function tooLarge(): Refusal {
  return new Refusal(
    'EXPORT_TOO_LARGE',
    {
      zh: `导出超过 ${MOST_EXPORTED} 条，请缩小时间范围或增加条件后分批导出`,
      en: `More than ${MOST_EXPORTED} entries; narrow the period or add conditions and export in parts`,
    },
    { field: 'filter', details: { most: MOST_EXPORTED } },
  );
}

async function pageOf(
  tx: ScopedTransaction,
  filter: AuditFilter,
  page: { first?: number | null; after?: string | null },
  maxPageSize: number,
): Promise<Page<AuditLogEntry>> {
  const { where, parameters } = await conditions(tx, filter);
  return keysetPage<AuditLogEntry>(tx, {
    select: `sequence::text AS sequence, at, account_id AS "accountId", operator_name AS "operatorName",
      organisation_id AS "organisationId", region_code AS "regionCode", ip, action, target_type AS "targetType",
      target_id AS "targetId", before, after, outcome`,
    from: 'audit_entry e',
    where,
    parameters,
    // Qualified: the bare name would be the text of the answer, and texts order 9 after 10.
    order: [{ column: 'e.sequence', key: 'sequence', type: 'bigint', direction: 'DESC' }],
    ...page,
    maxPageSize,
  });
}

async function conditions(
  tx: ScopedTransaction,
  filter: AuditFilter,
): Promise<{ where: string[]; parameters: unknown[] }> {
  const { where, parameters } = await regionConditions(tx);
  const add = (condition: string, value: unknown) => {
    if (value === null || value === undefined) return;
    parameters.push(value);
    where.push(`${condition} $${parameters.length}`);
  };
  add('at >=', filter.from);
  add('at <', filter.to);
  add('action =', filter.action);
  add('account_id =', filter.accountId);
  add('target_type =', filter.targetType);
  add('target_id =', filter.targetId);
  add('outcome =', filter.outcome);
  return { where, parameters };
}

/** What row-level security demands anyway, said again so that the planner may use the index on the region. */
async function regionConditions(tx: ScopedTransaction): Promise<{ where: string[]; parameters: unknown[] }> {
  const { regionLow, regionHigh, regionLevel } = tx.scope;
  if (regionLevel === 'NATION') return { where: [], parameters: [] };
  // Entries of codes that a region had before a re-code belong to the region that follows (DI-REG-10).
  const former = await tx.query<{ region_code: string }>(
    'SELECT region_code FROM audit_region_successor WHERE current_code >= $1 AND current_code < $2',
    [regionLow, regionHigh],
  );
  if (former.length === 0)
    return { where: ['region_code >= $1 AND region_code < $2'], parameters: [regionLow, regionHigh] };
  return {
    where: ['region_code >= $1 AND region_code < $2 OR region_code = ANY ($3::text[])'],
    parameters: [regionLow, regionHigh, former.map((row) => row.region_code)],
  };
}

const columns = [
  { key: 'sequence', title: '序号' },
  { key: 'at', title: '时间', width: 26 },
  { key: 'action', title: '操作', width: 20 },
  { key: 'outcome', title: '结果' },
  { key: 'accountId', title: '账号', width: 38 },
  { key: 'operatorName', title: '操作人' },
  { key: 'organisationId', title: '单位', width: 38 },
  { key: 'regionCode', title: '行政区划代码', width: 16 },
  { key: 'ip', title: 'IP 地址', width: 18 },
  { key: 'targetType', title: '对象类型' },
  { key: 'targetId', title: '对象', width: 38 },
  { key: 'before', title: '变更前', width: 40 },
  { key: 'after', title: '变更后', width: 40 },
] as const satisfies readonly ColumnDefinition[];

function cells(entry: AuditLogEntry): Record<(typeof columns)[number]['key'], string | null> {
  const json = (value: Json) => (value === null ? null : JSON.stringify(value));
  return {
    ...entry,
    at: dateTimeInShanghai(entry.at),
    action: auditActions[entry.action]?.zh ?? entry.action,
    outcome: entry.outcome === 'OK' ? '成功' : '拒绝',
    before: json(entry.before),
    after: json(entry.after),
  };
}

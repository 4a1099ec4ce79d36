import { dateInShanghai, isCalendarDate } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { expectVersion, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import type { Officer } from '../actor';
import { caseForChange, noteOnCase } from '../cases/case-changes.service';
import { cleanText, fieldRequired } from '../public-accounts/faults.rules';
import { assignments, insertion, selectList } from '../rows';
import type { Attachments } from '../submissions/attachments.service';
import { Faults } from '../texts.rules';
import type { LeaderReception } from './interviews.types';

export const RECEPTION_COLUMNS = selectList(
  [
    'id',
    'caseItemId',
    'organisationId',
    'leaderName',
    'leaderPost',
    'receptionDate',
    'place',
    'content',
    'opinion',
    'version',
  ],
  'l',
);

/** A leader's reception as typed; with an id the one to change. */
export interface ReceptionForm {
  id?: string | null | undefined;
  expectedVersion?: number | null | undefined;
  caseItemId: string;
  leaderName?: string | null | undefined;
  leaderPost?: string | null | undefined;
  receptionDate?: string | null | undefined;
  place?: string | null | undefined;
  content?: string | null | undefined;
  opinion?: string | null | undefined;
  fileIds?: readonly string[] | null | undefined;
}

/**
 * Stores a leader's public reception of an item's petitioner, with attachments (PT-VIS-06). Starred fields are leader, date and content:
 * all that are missing are refused together (FIELD_REQUIRED). Throws NOT_FOUND, ITEM_READ_ONLY (PT-APR-01), STALE_VERSION, FILE_NOT_FOUND, TOO_MANY_ATTACHMENTS.
 */
export async function saveLeaderReception(
  tx: ScopedTransaction,
  attachments: Attachments,
  form: ReceptionForm,
  officer: Officer,
  at: Date,
): Promise<LeaderReception> {
  const facts = checkedReception(form, dateInShanghai(at));
  const item = await caseForChange(tx, form.caseItemId, null);
  await checkNotInApproval(tx, item.id);
  const row = { ...facts, updatedAt: at };
  const stored =
    form.id == null
      ? await inserted(tx, {
          ...row,
          caseItemId: item.id,
          organisationId: officer.organisationId,
          createdAt: at,
          createdBy: officer.accountId,
        })
      : await changed(tx, form.id, form.expectedVersion, item.id, row);
  await attachments.attachFiles(
    tx,
    { type: 'LEADER_RECEPTION', id: stored.id, caseItemId: item.id },
    form.fileIds ?? [],
    officer,
  );
  await noteOnCase(tx, item, { action: 'LEADER_RECEPTION', actor: officer, at, subjectId: stored.id });
  return stored;
}

/** Receptions of the officer's organisation, the latest first. */
export function leaderReceptions(
  tx: ScopedTransaction,
  { from, to, first, after }: PageArguments & { from?: string | null; to?: string | null },
  officer: Officer,
): Promise<Page<LeaderReception>> {
  return keysetPage<LeaderReception>(tx, {
    select: RECEPTION_COLUMNS,
    from: 'leader_reception l',
    where: ['l.organisation_id = $1', 'l.reception_date BETWEEN $2 AND $3'],
    parameters: [officer.organisationId, from ?? '0001-01-01', to ?? '9999-12-31'],
    order: [
      { column: 'l.reception_date', key: 'receptionDate', type: 'date', direction: 'DESC' },
      { column: 'l.id', key: 'id', type: 'uuid', direction: 'DESC' },
    ],
    first,
    after,
  });
}

/** Receptions of items in sight, of the own organisation, in order. */
export function receptionsOf(tx: ScopedTransaction, itemIds: readonly string[]): Promise<LeaderReception[]> {
  return tx.query<LeaderReception>(
    `SELECT ${RECEPTION_COLUMNS} FROM leader_reception l WHERE l.case_item_id = ANY($1::uuid[]) ORDER BY l.case_item_id, l.id`,
    [itemIds],
  );
}

/** While an item waits for a leader nothing is added to it. The item must be locked, as submitting for review locks it too. */
async function checkNotInApproval(tx: ScopedTransaction, caseItemId: string): Promise<void> {
  const [waiting] = await tx.query(
    `SELECT FROM org_task WHERE case_item_id = $1 AND custody AND state = 'IN_APPROVAL'`,
    [caseItemId],
  );
  if (waiting === undefined) return;
  throw new Refusal(
    'ITEM_READ_ONLY',
    {
      zh: '该信访件正在送审，领导批示或撤销送审后才能登记接访情况',
      en: 'The item is in approval; the reception can be entered after the leader has decided or the request is cancelled',
    },
    { httpStatus: 409 },
  );
}

function checkedReception(form: ReceptionForm, today: string) {
  const faults = new Faults();
  const text = (field: 'leaderName' | 'leaderPost' | 'place' | 'content' | 'opinion', longest: number) =>
    cleanText(form[field], field, longest, faults);
  const leaderName = text('leaderName', 100);
  if (leaderName === null) faults.add(fieldRequired('leaderName', '接访领导', 'the leader'));
  const receptionDate = form.receptionDate ?? null;
  if (receptionDate === null)
    faults.add(fieldRequired('receptionDate', '接访日期', 'the date of the reception'));
  else if (!isCalendarDate(receptionDate) || receptionDate > today)
    faults.add(
      refuse.invalid('receptionDate', {
        zh: '接访日期不存在或晚于今天，请核对后重填',
        en: 'The date does not exist or lies in the future; check it and enter it again',
      }),
    );
  const content = text('content', 10_000);
  if (content === null) faults.add(fieldRequired('content', '接访内容', 'what was said'));
  const optional = {
    leaderPost: text('leaderPost', 100),
    place: text('place', 200),
    opinion: text('opinion', 5_000),
  };
  faults.throwIfAny();
  return { ...optional, leaderName: leaderName!, receptionDate: receptionDate!, content: content! };
}

async function inserted(tx: ScopedTransaction, row: object): Promise<LeaderReception> {
  const { columns, placeholders, values } = insertion(row);
  const [stored] = await tx.query<LeaderReception>(
    `INSERT INTO leader_reception AS l (${columns}) VALUES (${placeholders}) RETURNING ${RECEPTION_COLUMNS}`,
    values,
  );
  return stored!;
}

async function changed(
  tx: ScopedTransaction,
  id: string,
  expectedVersion: number | null | undefined,
  caseItemId: string,
  row: object,
): Promise<LeaderReception> {
  const [present] = isUuid(id)
    ? await tx.query('SELECT FROM leader_reception WHERE id = $1 AND case_item_id = $2', [id, caseItemId])
    : [];
  if (present === undefined) throw refuse.notFound('id');
  const { sql, values } = assignments(row, 3);
  return expectVersion(
    await tx.query<LeaderReception>(
      `UPDATE leader_reception l SET ${sql}, version = l.version + 1 WHERE l.id = $1 AND l.version = $2 RETURNING ${RECEPTION_COLUMNS}`,
      [id, expectedVersion ?? 0, ...values],
    ),
  );
}

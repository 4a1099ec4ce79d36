import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { groupBy, type Page, pageSize, type ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import type { CaseState } from '../cases/case.types';
import { selectList } from '../rows';
import { REPORT_ACTIONS, RETURN_ACTIONS, SHARED_ACTIONS } from './journal.rules';

/** One entry of an item's journal 流转记录, as stored; what it says in detail is not for reading. */
export interface JournalEntry {
  id: string;
  at: Date;
  action: string;
  fromState: CaseState | null;
  toState: CaseState;
  accountId: string;
  organisationId: string | null;
}

/** A page of one item's journal. */
export interface JournalPage {
  caseItemId: string;
  first: number;
  /** The entry after which the page begins. */
  after: string | null;
}

export interface JournalLoaders {
  journal: DataLoader<JournalPage, Page<JournalEntry>, string>;
}

const ENTRY_COLUMNS = selectList(
  [
    'id',
    'at',
    'action',
    'fromState',
    'toState',
    'accountId',
    'organisationId',
  ] satisfies (keyof JournalEntry)[],
  'j',
);

/** Checks which page of a journal is asked for. Throws INVALID_INPUT on a size out of range or a cursor that is none. */
export function journalPage(
  caseItemId: string,
  { first, after }: { first?: number | null; after?: string | null },
): JournalPage {
  const size = pageSize(first);
  if (after != null && !isUuid(after))
    throw refuse.invalid('after', {
      zh: '翻页标记无效，请从第一页重新查询',
      en: 'The cursor is not valid; start again from the first page',
    });
  return { caseItemId, first: size, after: after ?? null };
}

/**
 * Pages of journals, oldest entry first, one statement however many items are asked about. Row-level security shows the journal with its item; of its
 * entries everybody reads the item's course, and only the organisation that acted, and those who supervise, its inner affairs (section 6).
 */
export function journalLoaders(read: () => Promise<ScopedTransaction>): JournalLoaders {
  return {
    journal: new DataLoader(
      async (pages: readonly JournalPage[]) => {
        const tx = await read();
        const rows = await tx.query<JournalEntry & { place: number }>(
          `SELECT asked.place::integer AS place, e.*
           FROM unnest($1::uuid[], $2::integer[], $3::uuid[]) WITH ORDINALITY AS asked(case_item_id, size, after, place)
           CROSS JOIN LATERAL (
             SELECT ${ENTRY_COLUMNS} FROM case_journal j
             WHERE j.case_item_id = asked.case_item_id AND (asked.after IS NULL OR j.id > asked.after) AND (
               j.action = ANY($4) OR j.organisation_id = my_organisation()
               OR (j.organisation_id IS NOT NULL AND junxian.has_role('petitions:SUPERVISOR'))
               OR (j.action = ANY($5) AND EXISTS (SELECT FROM report p WHERE p.id = j.subject_id))
               OR (j.action = ANY($6) AND EXISTS (SELECT FROM return_request q WHERE q.id = j.subject_id)))
             ORDER BY j.id LIMIT asked.size + 1) e
           ORDER BY asked.place, e.id`,
          [
            pages.map(({ caseItemId }) => caseItemId),
            pages.map(({ first }) => first),
            pages.map(({ after }) => after),
            SHARED_ACTIONS,
            REPORT_ACTIONS,
            RETURN_ACTIONS,
          ],
        );
        const found = groupBy(rows, ({ place }) => place);
        return pages.map(({ first }, index) => pageOf(found.get(index + 1) ?? [], first));
      },
      { cacheKeyFn: ({ caseItemId, first, after }) => `${caseItemId} ${first} ${after}` },
    ),
  };
}

function pageOf(rows: JournalEntry[], first: number): Page<JournalEntry> {
  const nodes = rows.slice(0, first);
  return { nodes, endCursor: nodes.at(-1)?.id ?? null, hasNextPage: rows.length > first };
}

import { daysBetween } from '@junxian/calendar';
import { keysetPage } from '@junxian/persistence';
import type { CaseItem } from '../cases/case.types';
import { labelOf } from '../labels';
import type { DeadlineKind } from '../supervision/warning-level.rules';
import { clockOfItem } from '../work-lists/urgency.rules';
import { checkFilter } from './case-filter.rules';
import { filteredItems, ORDER_KEYS, REVIEW_CLOCK_RUNS } from './case-search.store';
import type { Register } from './register.types';

type OverdueRow = Pick<
  CaseItem,
  | 'itemNo'
  | 'channel'
  | 'title'
  | 'state'
  | 'routedAt'
  | 'routeDueOn'
  | 'acceptedAt'
  | 'acceptDueOn'
  | 'handleDueOn'
> & {
  registeredBy: string | null;
  custodian: string | null;
  assigner: string | null;
  resultDueOn: string | null;
  authority: string | null;
  reviewLevel: 'REVIEW' | 'RE_REVIEW' | null;
  reviewDueOn: string | null;
};

const KINDS: Readonly<Record<DeadlineKind, string>> = {
  ROUTE: '转送、交办期限',
  ACCEPT: '受理告知期限',
  HANDLE: '办理期限',
  RESULT: '反馈结果期限',
  REVIEW: '复查期限',
  RE_REVIEW: '复核期限',
};

const SELECT = `${ORDER_KEYS}, c.item_no AS "itemNo", c.channel, c.title, c.state, c.routed_at AS "routedAt", c.route_due_on::text AS "routeDueOn",
  c.accepted_at AS "acceptedAt", c.accept_due_on::text AS "acceptDueOn", c.handle_due_on::text AS "handleDueOn",
  g.seal_name AS "registeredBy", u.seal_name AS custodian, w.assigner, w.result_due_on::text AS "resultDueOn",
  v.authority, v.level AS "reviewLevel", v.due_on::text AS "reviewDueOn"`;
const JOINS = `
  LEFT JOIN organisation g ON g.id = c.organisation_id
  LEFT JOIN organisation u ON u.id = c.custodian_organisation_id
  LEFT JOIN LATERAL (SELECT t.result_due_on, a.seal_name AS assigner FROM org_task t LEFT JOIN organisation a ON a.id = t.organisation_id
    WHERE t.case_item_id = c.id AND t.state = 'AWAITING_RESULT' AND t.result_due_on IS NOT NULL AND c.outcome IS NULL
    ORDER BY t.result_due_on, t.id LIMIT 1) w ON true
  LEFT JOIN LATERAL (SELECT v.level, v.due_on, a.seal_name AS authority FROM review_case v LEFT JOIN organisation a ON a.id = v.authority_organisation_id
    WHERE v.case_item_id = c.id AND ${REVIEW_CLOCK_RUNS}) v ON true`;

/** The overdue list 逾期台账 (§8, 5.1): every overdue item in sight with the clock that is over longest; it names no petitioner. */
export const overdueRegister: Register = {
  title: '逾期信访件台账',
  columns: [
    { key: 'seq', title: '序号', width: 8 },
    { key: 'itemNo', title: '信访件编号', width: 28 },
    { key: 'channel', title: '信访形式' },
    { key: 'summary', title: '反映内容摘要', width: 48 },
    { key: 'registeredBy', title: '登记机构', width: 28 },
    { key: 'custodian', title: '当前办理机构', width: 28 },
    { key: 'assigner', title: '交办机构', width: 28 },
    { key: 'deadline', title: '逾期期限' },
    { key: 'dueOn', title: '到期日' },
    { key: 'days', title: '逾期天数' },
    { key: 'state', title: '状态' },
  ],
  async page(tx, { filter, officer, today, personal, first, after }) {
    const items = await filteredItems(
      tx,
      checkFilter({ ...filter, overdue: true }),
      personal,
      officer,
      today,
    );
    const { nodes, endCursor, hasNextPage } = await keysetPage<OverdueRow>(tx, {
      ...items,
      select: SELECT,
      from: `${items.from}${JOINS}`,
      first,
      after,
      maxPageSize: first,
    });
    const rows = nodes.map((row) => {
      const { kind, dueOn } = longestOver(row, today);
      return {
        itemNo: row.itemNo,
        channel: labelOf('channel', row.channel),
        summary: row.title,
        registeredBy: row.registeredBy,
        custodian: kind === row.reviewLevel ? row.authority : row.custodian,
        assigner: kind === 'RESULT' ? row.assigner : null,
        deadline: KINDS[kind],
        dueOn,
        days: daysBetween(dueOn, today),
        state: labelOf('state', row.state),
      };
    });
    return { rows, identitiesInFull: 0, next: hasNextPage ? endCursor : null };
  },
};

function longestOver(row: OverdueRow, today: string): { kind: DeadlineKind; dueOn: string } {
  const { resultDueOn, reviewLevel, reviewDueOn } = row;
  const clocks: ({ kind: DeadlineKind; dueOn: string } | null)[] = [
    clockOfItem(row),
    resultDueOn === null ? null : { kind: 'RESULT', dueOn: resultDueOn },
    reviewLevel === null || reviewDueOn === null ? null : { kind: reviewLevel, dueOn: reviewDueOn },
  ];
  const [longest] = clocks
    .filter((clock) => clock !== null)
    .filter(({ dueOn }) => dueOn < today)
    .sort((a, b) => (a.dueOn < b.dueOn ? -1 : 1));
  if (longest === undefined) throw new Error('an overdue item without an overdue clock');
  return longest;
}

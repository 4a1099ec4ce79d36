import { dateInShanghai } from '@junxian/calendar';
import { keysetPage, type ScopedTransaction } from '@junxian/persistence';
import type { CaseOutcome, CaseState, Channel, HandlingMode, Purpose } from '../cases/case.types';
import type { IdentityView } from '../cases/petitioner-view.rules';
import { labelOf } from '../labels';
import { CLOCK_OF_ITEM } from '../work-lists/urgency.rules';
import { type CaseFilter, checkFilter } from './case-filter.rules';
import { filteredItems, ORDER_KEYS } from './case-search.store';
import { identityViewSql } from './identity-view.store';
import type { Register, RegisterPage, RegisterQuestion } from './register.types';
import { nameCell, showsIdentity } from './register-cells';

export { nameCell, showsIdentity } from './register-cells';

interface RegisterRow {
  view: IdentityView;
  itemNo: string;
  channel: Channel;
  receivedAt: Date;
  name: string | null;
  address: string | null;
  persons: number;
  firstInSystem: boolean;
  problemRegionCode: string;
  purpose: Purpose;
  category: string;
  title: string;
  mode: HandlingMode | null;
  destination: string | null;
  state: CaseState;
  outcome: CaseOutcome | null;
  dueOn: string | null;
}

const COLUMNS = [
  { key: 'seq', title: '序号', width: 8 },
  { key: 'itemNo', title: '信访件编号', width: 28 },
  { key: 'channel', title: '信访形式' },
  { key: 'receivedOn', title: '收到日期' },
  { key: 'name', title: '信访人' },
  { key: 'address', title: '住址', width: 36 },
  { key: 'persons', title: '人数', width: 8 },
  { key: 'first', title: '初重', width: 8 },
  { key: 'problemRegion', title: '问题属地', width: 16 },
  { key: 'purpose', title: '信访目的' },
  { key: 'category', title: '内容分类', width: 20 },
  { key: 'summary', title: '反映内容摘要', width: 48 },
  { key: 'mode', title: '办理方式' },
  { key: 'destination', title: '去向机构', width: 28 },
  { key: 'state', title: '状态', width: 20 },
  { key: 'dueOn', title: '期限' },
] as const;

const SELECT = `${ORDER_KEYS}, c.item_no AS "itemNo", c.channel, c.received_at AS "receivedAt", p.name,
  coalesce(p.usual_address, p.household_address, p.mailing_address) AS address,
  coalesce(c.visitor_count, c.affected_count, 1) AS persons, c.first_in_system AS "firstInSystem",
  c.problem_region_code AS "problemRegionCode", c.purpose, coalesce(k.name, c.content_category) AS category, c.title,
  h.mode, d.seal_name AS destination, c.state, c.outcome, (${CLOCK_OF_ITEM})::text AS "dueOn"`;
const JOINS = `
  LEFT JOIN petitioner p ON p.case_item_id = c.id AND p.is_main
  LEFT JOIN content_category k ON k.code = c.content_category
  LEFT JOIN LATERAL (SELECT r.mode, r.destination_organisation_id FROM handling_record r
    WHERE r.case_item_id = c.id AND r.state = 'DONE' ORDER BY r.seq DESC LIMIT 1) h ON true
  LEFT JOIN organisation d ON d.id = h.destination_organisation_id`;

/**
 * The register of items (§8: online, letter, visit, or whatever a search finds), newest registration first. Name and address follow the viewer's identity
 * view: in full, masked, 匿名 or nothing. `fixed` narrows the filter.
 */
export function caseRegister(title: string, fixed: CaseFilter = {}): Register {
  return { title, columns: COLUMNS, page: (tx, question) => page(tx, question, fixed) };
}

async function page(
  tx: ScopedTransaction,
  { filter, officer, today, personal, first, after }: RegisterQuestion,
  fixed: CaseFilter,
): Promise<RegisterPage> {
  const items = await filteredItems(tx, checkFilter({ ...filter, ...fixed }), personal, officer, today);
  const view = identityViewSql({ kind: 'OFFICER', ...officer }, items.placeholder);
  const { nodes, endCursor, hasNextPage } = await keysetPage<RegisterRow>(tx, {
    ...items,
    select: `${SELECT}, ${view} AS view`,
    from: `${items.from}${JOINS}`,
    first,
    after,
    maxPageSize: first,
  });
  return {
    rows: nodes.map(cellsOf),
    identitiesInFull: nodes.filter(showsIdentity).length,
    next: hasNextPage ? endCursor : null,
  };
}

function cellsOf(row: RegisterRow) {
  return {
    itemNo: row.itemNo,
    channel: labelOf('channel', row.channel),
    receivedOn: dateInShanghai(row.receivedAt),
    name: nameCell(row.view, row.name),
    address: row.view === 'FULL' ? row.address : null,
    persons: row.persons,
    first: row.firstInSystem ? '初' : '重',
    problemRegion: row.problemRegionCode,
    purpose: labelOf('purpose', row.purpose),
    category: row.category,
    summary: row.title,
    mode: row.mode === null ? null : labelOf('mode', row.mode),
    destination: row.destination,
    state: stateOf(row),
    dueOn: row.dueOn,
  };
}

const stateOf = ({ state, outcome }: Pick<RegisterRow, 'state' | 'outcome'>) =>
  state === 'COMPLETED' && outcome !== null
    ? `${labelOf('state', state)}（${labelOf('outcome', outcome)}）`
    : labelOf('state', state);

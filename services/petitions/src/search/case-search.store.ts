import { addDays, startOfDayInShanghai } from '@junxian/calendar';
import { isUuid } from '@junxian/identity';
import type { KeysetQuery, ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { PersonalData } from '../cases/personal-data.service';
import type { CheckedFilter, SearchScope } from './case-filter.rules';
import { identityViewSql } from './identity-view.store';

/** The part of a keyset query that a filter decides, and how to add parameters of one's own. */
export interface FilteredItems {
  from: string;
  where: string[];
  parameters: unknown[];
  placeholder: (value: unknown) => string;
  order: KeysetQuery['order'];
}

/** What the keys of {@link FilteredItems.order} need in a select list. */
export const ORDER_KEYS = 's.registered_at::text AS "registeredAt", s.case_item_id::text AS id';

/**
 * The items in an officer's sight that a filter finds, newest registration first: `s` is who sees it, `c` the item. Only comparisons that PostgreSQL knows to leak
 * nothing (=, <, >=) stand in it, so that they may use indexes below row-level security. By name or number only items are found whose
 * petitioner the officer may know: in full by the beginning of a name, masked by the whole name.
 */
export async function filteredItems(
  tx: ScopedTransaction,
  filter: CheckedFilter,
  personal: PersonalData,
  officer: Officer,
  today: string,
): Promise<FilteredItems> {
  const parameters: unknown[] = [];
  const placeholder = (value: unknown) => `$${parameters.push(value)}`;
  const where = [`s.organisation_id = ${placeholder(officer.organisationId)}`];
  const add = (condition: string) => where.push(condition);
  const oneOf = (column: string, codes: readonly string[] | null) =>
    codes !== null && add(`${column} = ANY(${placeholder(codes)}::text[])`);
  const range = (column: string, { low, high }: { low: string; high: string }) =>
    `${column} >= ${placeholder(low)} AND ${column} < ${placeholder(high)}`;

  if (filter.itemNo !== null) add(range('c.item_no', filter.itemNo));
  oneOf('c.channel', filter.channels);
  oneOf('c.purpose', filter.purposes);
  oneOf('c.state', filter.states);
  if (filter.receivedFrom !== null) {
    const from = placeholder(startOfDayInShanghai(filter.receivedFrom));
    // Nothing is registered before it is received, which bounds the walk through the index.
    add(`c.received_at >= ${from} AND s.registered_at >= ${from}`);
  }
  if (filter.receivedTo !== null) {
    const end = startOfDayInShanghai(addDays(filter.receivedTo, 1));
    const until = await registeredUntil(tx, end);
    add(`c.received_at < ${placeholder(end)} AND s.registered_at < ${placeholder(until)}`);
  }
  if (filter.problemRegion !== null) add(range('c.problem_region_code', filter.problemRegion));
  if (filter.category !== null) {
    // One range, for the index: the category itself and all that begins with it, then only what lies below it.
    const code = 'c.content_category COLLATE "C"';
    add(
      `${range(code, { low: filter.category, high: `${filter.category}/` })}
       AND (c.content_category = ${placeholder(filter.category)} OR ${code} >= ${placeholder(`${filter.category}.`)})`,
    );
  }
  if (filter.modes !== null || filter.destinationOrgId !== null) add(handled(filter, placeholder));
  if (filter.overdue) add(overdue(placeholder(today)));
  if (filter.scope === 'ORGANISATION') add(HELD_BY_OWN);
  if (filter.scope === 'MINE') where.push(...inOwnHands(placeholder(officer.accountId)));
  if (filter.name !== null || filter.idNumber !== null) add(whose(filter, personal, officer, placeholder));
  return {
    from: `${WALKED[filter.scope]} JOIN case_item c ON c.id = s.case_item_id`,
    where,
    parameters,
    placeholder,
    order: [
      { column: 's.registered_at', key: 'registeredAt', type: 'timestamptz', direction: 'DESC' },
      { column: 's.case_item_id', key: 'id', type: 'uuid', direction: 'DESC' },
    ],
  };
}

/**
 * What a search walks through, in the order of the list: what the organisation sees, or its tasks. Of one's own tasks the sight need not be looked up: the item's
 * policy does, and the planner would take the two to meet seldom.
 */
const WALKED: Readonly<Record<SearchScope, string>> = {
  SUBTREE: 'case_sight s',
  MINE: 'org_task s',
  ORGANISATION: 'case_sight s',
};

/**
 * Items of which an account holds or held a task in the own organisation, $1; each by its first task. With OFFSET, here and below, a condition is looked up
 * for each row, not read for all of them before the first.
 */
const inOwnHands = (account: string): string[] => [
  `s.holder_id = ${account}`,
  `NOT EXISTS (SELECT FROM org_task e WHERE e.case_item_id = s.case_item_id AND e.organisation_id = $1 AND e.holder_id = ${account} AND e.id < s.id OFFSET 0)`,
];

const ownEdge = (edge: 'min' | 'max') => `
  (SELECT ${edge}(h.registered_at) FROM case_sight h WHERE h.organisation_id = $1 AND h.reason <> 'SUBTREE'),
  (SELECT ${edge}(o.registered_at) FROM org_task o WHERE o.organisation_id = $1)`;

/**
 * What the organisation registered or held. One that first saw an item as the bureau above keeps that reason when it gets the item itself. Nothing is walked
 * through that is older or newer than all of it; of an organisation that never had an item, nothing at all.
 */
const HELD_BY_OWN = `(s.reason <> 'SUBTREE' OR EXISTS (SELECT FROM org_task o WHERE o.organisation_id = $1
    AND o.registered_at = s.registered_at AND o.case_item_id = s.case_item_id AND o.state <> 'CANCELLED' OFFSET 0))
  AND s.registered_at >= least(${ownEdge('min')}) AND s.registered_at <= greatest(${ownEdge('max')})`;

/**
 * Until when what was received before an instant was registered: within fifteen days for nearly all, the others are known by an index. The list is walked by the
 * time of registration, so that the walk for something old does not begin today. Asked for beforehand: of a bound that it does not know the planner
 * takes nearly nothing to lie within it, and sorts a month of the whole country for its first page.
 */
async function registeredUntil(tx: ScopedTransaction, end: Date): Promise<Date> {
  const [row] = await tx.query<{ until: Date }>(
    `SELECT greatest($1::timestamptz + interval '15 days', (SELECT max(l.registered_at) + interval '1 second' FROM case_item l
       WHERE l.registered_at - l.received_at >= interval '15 days' AND l.received_at < $1)) AS until`,
    [end],
  );
  return row!.until;
}

type Placeholder = FilteredItems['placeholder'];

/**
 * One handling record must have both: the mode and the destination. What was sent to one organisation is looked up first; of one mode there may be
 * millions.
 */
function handled({ modes, destinationOrgId }: CheckedFilter, placeholder: Placeholder): string {
  const conditions = [`r.state = 'DONE'`];
  if (modes !== null) conditions.push(`r.mode = ANY(${placeholder(modes)}::text[])`);
  if (destinationOrgId === null)
    return `EXISTS (SELECT FROM handling_record r WHERE r.case_item_id = c.id AND ${conditions.join(' AND ')})`;
  if (!isUuid(destinationOrgId)) return 'false';
  conditions.push(`r.destination_organisation_id = ${placeholder(destinationOrgId)}`);
  return `s.case_item_id = ANY(ARRAY(SELECT r.case_item_id FROM handling_record r WHERE ${conditions.join(' AND ')}))`;
}

/** Whether the clock of a review `v` runs: not while it is suspended or waits for materials, nor once the opinion is served. */
export const REVIEW_CLOCK_RUNS = `v.ended_at IS NULL AND v.state IN ('REGISTERED', 'ASSIGNED', 'EXAMINING', 'OPINION_DRAFT', 'SIGNED')`;

/**
 * Items of which a clock is over today (5.1), the clocks of `running_clock`. They are looked up first, each kind by its own index.
 */
function overdue(today: string): string {
  const items = (condition: string) => `SELECT o.id FROM case_item o WHERE ${condition} < ${today}::date`;
  return `s.case_item_id = ANY(ARRAY(
    ${items(`o.state = 'ACCEPTED' AND o.handle_due_on`)}
    UNION ALL ${items('o.accepted_at IS NULL AND o.outcome IS NULL AND o.accept_due_on')}
    UNION ALL ${items(`o.routed_at IS NULL AND o.state = 'REGISTERED' AND o.accept_due_on IS NULL AND o.route_due_on`)}
    UNION ALL SELECT w.case_item_id FROM org_task w JOIN case_item o ON o.id = w.case_item_id
      WHERE w.state = 'AWAITING_RESULT' AND w.result_due_on < ${today}::date AND o.outcome IS NULL
    UNION ALL SELECT v.case_item_id FROM review_case v WHERE ${REVIEW_CLOCK_RUNS} AND v.due_on < ${today}::date))`;
}

/**
 * Names and numbers are looked up first, by their own indexes, as an array: the planner would otherwise hope to meet one soon while it walks through
 * everything in sight.
 */
function whose(
  { name, idNumber }: CheckedFilter,
  personal: PersonalData,
  officer: Officer,
  placeholder: Placeholder,
): string {
  const view = identityViewSql({ kind: 'OFFICER', ...officer }, placeholder);
  const conditions = ['p.is_main'];
  if (idNumber !== null)
    conditions.push(`p.id_number_index = ${placeholder(personal.index('idNumber', idNumber))}`);
  let known = `${view} IN ('FULL', 'PARTIAL')`;
  if (name !== null) {
    conditions.push(
      `p.name COLLATE "C" >= ${placeholder(name.low)} AND p.name COLLATE "C" < ${placeholder(name.high)}`,
    );
    known = `CASE ${view} WHEN 'FULL' THEN true WHEN 'PARTIAL' THEN EXISTS (
      SELECT FROM petitioner q WHERE q.case_item_id = c.id AND q.is_main AND q.name = ${placeholder(name.whole)}) ELSE false END`;
  }
  return `s.case_item_id = ANY(ARRAY(SELECT p.case_item_id FROM petitioner p WHERE ${conditions.join(' AND ')})) AND ${known}`;
}

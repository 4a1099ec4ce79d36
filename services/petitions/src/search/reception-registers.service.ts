import { maskValue } from '@junxian/access';
import { addDays, dateInShanghai, startOfDayInShanghai } from '@junxian/calendar';
import { keysetPage } from '@junxian/persistence';
import type { IdentityView } from '../cases/petitioner-view.rules';
import { labelOf } from '../labels';
import { checkFilter } from './case-filter.rules';
import { identityViewSql } from './identity-view.store';
import type { Register, RegisterQuestion } from './register.types';
import { nameCell, showsIdentity } from './register-cells';

interface SimpleRow {
  registeredAt: string;
  at: Date;
  name: string;
  address: string;
  kind: string;
  letterCount: number;
  addressee: string | null;
  mode: string;
  destination: string;
  note: string | null;
}

/** Register of simple registrations 来信简单登记台账 of the own organisation (§8). Names are masked for all but registrars of letters, as in their lists. */
export const simpleRegister: Register = {
  title: '来信简单登记台账',
  columns: [
    { key: 'seq', title: '序号', width: 8 },
    { key: 'date', title: '登记日期' },
    { key: 'name', title: '姓名' },
    { key: 'address', title: '住址', width: 36 },
    { key: 'kind', title: '类别', width: 16 },
    { key: 'letterCount', title: '来信数量' },
    { key: 'addressee', title: '受信人' },
    { key: 'mode', title: '办理方式' },
    { key: 'destination', title: '去向', width: 28 },
    { key: 'note', title: '说明', width: 36 },
  ],
  async page(tx, question) {
    const { first, after, officer } = question;
    const { where, parameters } = inPeriod('r.registered_at', question);
    const { nodes, endCursor, hasNextPage } = await keysetPage<SimpleRow>(tx, {
      select: `r.registered_at::text AS "registeredAt", r.id::text AS id, r.registered_at AS at, r.name, r.address, r.kind, r.letter_count AS "letterCount",
        r.addressee, r.handling_mode AS mode, r.destination, r.note`,
      from: 'simple_registration r',
      where: ['r.organisation_id = $1', ...where],
      parameters,
      order: [
        { column: 'r.registered_at', key: 'registeredAt', type: 'timestamptz', direction: 'DESC' },
        { column: 'r.id', key: 'id', type: 'uuid', direction: 'DESC' },
      ],
      first,
      after,
      maxPageSize: first,
    });
    const inFull = officer.roles.includes('petitions:LETTER_REGISTRAR');
    return {
      rows: nodes.map((row) => ({
        date: dateInShanghai(row.at),
        name: inFull ? row.name : maskValue('NAME', row.name),
        address: inFull ? row.address : null,
        kind: labelOf('simpleKind', row.kind),
        letterCount: row.letterCount,
        addressee: row.addressee,
        mode: labelOf('mode', row.mode),
        destination: row.destination,
        note: row.note,
      })),
      identitiesInFull: inFull ? nodes.length : 0,
      next: hasNextPage ? endCursor : null,
    };
  },
};

interface ReceptionRow {
  heldAt: string;
  at: Date;
  view: IdentityView;
  name: string | null;
  persons: number;
  received: string;
  content: string;
  opinion: string | null;
  itemNo: string;
}

/** Finished interviews and leaders' receptions of one organisation, $1. */
const RECEPTIONS = `(
  SELECT i.id, i.case_item_id, coalesce(i.started_at, i.received_at) AS held_at, i.interviewer_id::text AS received, i.content, NULL AS opinion
  FROM interview i WHERE i.organisation_id = $1 AND i.state = 'DONE'
  UNION ALL
  SELECT l.id, l.case_item_id, l.reception_date::timestamp AT TIME ZONE 'Asia/Shanghai', concat_ws(' ', l.leader_name, l.leader_post), l.content, l.opinion
  FROM leader_reception l WHERE l.organisation_id = $1) e`;

/**
 * Register of interviews and leaders' receptions 接谈登记台账 of the own organisation (§8), newest first. An interviewer is named by the account, whose name is
 * the directory's.
 */
export const interviewRegister: Register = {
  title: '来访接谈登记台账',
  columns: [
    { key: 'seq', title: '序号', width: 8 },
    { key: 'date', title: '接谈日期' },
    { key: 'itemNo', title: '信访件编号', width: 28 },
    { key: 'visitor', title: '来访人' },
    { key: 'persons', title: '来访人数' },
    { key: 'received', title: '接谈人（账号）或接访领导', width: 38 },
    { key: 'content', title: '接谈内容', width: 60 },
    { key: 'opinion', title: '意见', width: 36 },
  ],
  async page(tx, question) {
    const { first, after, officer } = question;
    const { where, parameters } = inPeriod('e.held_at', question);
    const view = identityViewSql({ kind: 'OFFICER', ...officer }, (value) => `$${parameters.push(value)}`);
    const { nodes, endCursor, hasNextPage } = await keysetPage<ReceptionRow>(tx, {
      select: `e.held_at::text AS "heldAt", e.id::text AS id, e.held_at AS at, p.name, coalesce(c.visitor_count, 1) AS persons, e.received, e.content, e.opinion,
        c.item_no AS "itemNo", ${view} AS view`,
      from: `${RECEPTIONS} JOIN case_item c ON c.id = e.case_item_id LEFT JOIN petitioner p ON p.case_item_id = c.id AND p.is_main`,
      where,
      parameters,
      order: [
        { column: 'e.held_at', key: 'heldAt', type: 'timestamptz', direction: 'DESC' },
        { column: 'e.id', key: 'id', type: 'uuid', direction: 'DESC' },
      ],
      first,
      after,
      maxPageSize: first,
    });
    return {
      rows: nodes.map((row) => ({
        date: dateInShanghai(row.at),
        itemNo: row.itemNo,
        visitor: nameCell(row.view, row.name),
        persons: row.persons,
        received: row.received,
        content: row.content,
        opinion: row.opinion,
      })),
      identitiesInFull: nodes.filter(showsIdentity).length,
      next: hasNextPage ? endCursor : null,
    };
  },
};

/** Conditions of a register that knows days only; $1 is the own organisation. */
function inPeriod(column: string, { filter, officer }: RegisterQuestion) {
  const { receivedFrom, receivedTo } = checkFilter(filter);
  const parameters: unknown[] = [officer.organisationId];
  const where: string[] = [];
  if (receivedFrom !== null)
    where.push(`${column} >= $${parameters.push(startOfDayInShanghai(receivedFrom))}`);
  if (receivedTo !== null)
    where.push(`${column} < $${parameters.push(startOfDayInShanghai(addDays(receivedTo, 1)))}`);
  return { where, parameters };
}

import { keysetPage } from '@junxian/persistence';
import { type IdentityView, type ItemOfIdentity, identityView } from '../cases/petitioner-view.rules';
import { labelOf } from '../labels';
import { checkFilter } from '../search/case-filter.rules';
import { nameCell, showsIdentity } from '../search/case-register.service';
import type { Register } from '../search/register.types';
import type { ReviewCase } from './review.types';
import { isEnded } from './review-state.rules';

type RegisterRow = Pick<
  ReviewCase,
  | 'reviewNo'
  | 'level'
  | 'authorityOrganisationId'
  | 'receivedOn'
  | 'dueOn'
  | 'pausedDays'
  | 'state'
  | 'result'
  | 'servedOn'
> &
  ItemOfIdentity & { itemNo: string; name: string | null; respondent: string | null };

/**
 * The review register 复查复核台账 of the own organisation (§8), newest first, by day of receipt and item number of the
 * filter. The applicant's name follows the viewer's identity view, the authority of a running review counting as holder.
 */
export const reviewRegister: Register = {
  title: '复查复核台账',
  columns: [
    { key: 'seq', title: '序号', width: 8 },
    { key: 'number', title: '编号', width: 24 },
    { key: 'level', title: '层级' },
    { key: 'itemNo', title: '信访件编号', width: 28 },
    { key: 'applicant', title: '申请人' },
    { key: 'respondent', title: '被申请人', width: 28 },
    { key: 'received', title: '收到日期' },
    { key: 'due', title: '到期日' },
    { key: 'pausedDays', title: '扣除天数' },
    { key: 'state', title: '所处环节' },
    { key: 'result', title: '结论' },
    { key: 'served', title: '送达日期' },
  ],
  async page(tx, { filter, officer, first, after }) {
    const { itemNo, receivedFrom, receivedTo } = checkFilter(filter);
    const { nodes, endCursor, hasNextPage } = await keysetPage<RegisterRow>(tx, {
      select: `v.id::text AS id, v.review_no AS "reviewNo", v.level, v.authority_organisation_id AS "authorityOrganisationId",
        v.received_on::text AS "receivedOn", v.due_on::text AS "dueOn", v.paused_days AS "pausedDays", v.state, v.result,
        v.served_on::text AS "servedOn", c.item_no AS "itemNo", c.purpose, c.confidential, c.need_to_know AS "needToKnow", c.anonymous,
        c.account_id AS "accountId", c.organisation_id AS "organisationId", c.custodian_organisation_id AS "custodianOrganisationId",
        c.responsible_organisation_id AS "responsibleOrganisationId", c.accused_organisation_id AS "accusedOrganisationId",
        c.accused_account_id AS "accusedAccountId", p.name, o.seal_name AS respondent`,
      from: `review_case v JOIN case_item c ON c.id = v.case_item_id LEFT JOIN petitioner p ON p.id = v.applicant_id
        LEFT JOIN organisation o ON o.id = v.respondent_organisation_id`,
      where: [
        'v.authority_organisation_id = $1',
        '$2::date IS NULL OR v.received_on >= $2',
        '$3::date IS NULL OR v.received_on <= $3',
        '$4::text IS NULL OR (c.item_no >= $4 AND c.item_no < $5)',
      ],
      parameters: [
        officer.organisationId,
        receivedFrom,
        receivedTo,
        itemNo?.low ?? null,
        itemNo?.high ?? null,
      ],
      order: [{ column: 'v.id', key: 'id', type: 'uuid', direction: 'DESC' }],
      first,
      after,
      maxPageSize: first,
    });
    const shown = nodes.map((row) => ({ ...row, view: applicantView(row, row, officer) }));
    return {
      rows: shown.map((row) => ({
        number: row.reviewNo,
        level: labelOf('reviewLevel', row.level),
        itemNo: row.itemNo,
        applicant: nameCell(row.view, row.name),
        respondent: row.respondent,
        received: row.receivedOn,
        due: row.dueOn,
        pausedDays: row.pausedDays,
        state: labelOf('reviewState', row.state),
        result: row.result === null ? null : labelOf('reviewResult', row.result),
        served: row.servedOn,
      })),
      identitiesInFull: shown.filter(showsIdentity).length,
      next: hasNextPage ? endCursor : null,
    };
  },
};

/** What a viewer sees of a review's applicant: the authority counts as the holder of the item while its review runs (section 6). */
export function applicantView(
  item: ItemOfIdentity,
  review: Pick<ReviewCase, 'state' | 'authorityOrganisationId'>,
  viewer: { accountId: string | null; organisationId: string | null; roles: readonly string[] },
): IdentityView {
  return identityView(
    { ...item, reviewAuthorityOrganisationId: isEnded(review.state) ? null : review.authorityOrganisationId },
    {
      kind: 'OFFICER',
      accountId: viewer.accountId,
      organisationId: viewer.organisationId,
      roles: viewer.roles,
    },
  );
}

import type { ScopedTransaction } from '@junxian/persistence';
import type { CaseFacts } from './contributions.rules';

const DAY = (instant: string) => `(${instant} AT TIME ZONE 'Asia/Shanghai')::date::text`;

/** What is counted of case items, one statement for all. Organisations stand where they are now. */
export async function caseFacts(tx: ScopedTransaction, ids: readonly string[]): Promise<CaseFacts[]> {
  return tx.query<CaseFacts>(
    `SELECT c.id, jsonb_build_object('organisationId', c.organisation_id, 'regionCode', c.region_code) AS "registeredBy",
       ${DAY('c.registered_at')} AS "registeredOn", c.channel, c.purpose, c.content_category AS "contentCategory",
       c.first_in_system AS "firstInSystem", c.visitor_count AS "visitorCount", c.joint_signature AS "jointSignature",
       c.affected_count AS "affectedCount", c.collective, c.state, c.outcome, ${DAY('c.completed_at')} AS "completedOn",
       c.satisfaction_in_scope AS "satisfactionInScope",
       jsonb_build_object('organisationId', unit.id, 'regionCode', unit.region_code) AS unit,
       c.accept_due_on::text AS "acceptDueOn", ${DAY('coalesce(c.accepted_at, c.completed_at)')} AS "decidedOn",
       c.handle_due_on::text AS "handleDueOn", c.extended_days AS "extendedDays", c.accused_organisation_id AS "accusedOrganisationId",
       c.accused_account_id AS "accusedAccountId",
       (SELECT jsonb_build_object('dept', e.dept_rating, 'unit', e.unit_rating) FROM evaluation e
        WHERE e.case_item_id = c.id ORDER BY e.round DESC LIMIT 1) AS evaluation,
       coalesce((SELECT jsonb_agg(jsonb_build_object('mode', r.mode, 'on', ${DAY('r.at')}, 'inBatch', r.batch_id IS NOT NULL,
          'state', r.state, 'organisationId', o.id, 'regionCode', o.region_code))
        FROM handling_record r JOIN organisation o ON o.id = r.from_organisation_id
        WHERE r.case_item_id = c.id AND r.mode IS NOT NULL AND r.state <> 'DRAFT'), '[]') AS records,
       coalesce((SELECT jsonb_agg(jsonb_build_object('level', v.level, 'receivedOn', v.received_on, 'organisationId', o.id,
          'regionCode', o.region_code, 'accepted', v.acceptance_form = 'ACCEPT', 'rejected', v.acceptance_form = 'REJECT',
          'result', v.result, 'suspended', EXISTS (SELECT FROM review_pause p WHERE p.review_case_id = v.id AND p.kind = 'SUSPENSION'),
          'terminated', v.state = 'TERMINATED', 'closed', v.state = 'CLOSED'))
        FROM review_case v JOIN organisation o ON o.id = v.authority_organisation_id WHERE v.case_item_id = c.id), '[]') AS reviews
     FROM case_item c JOIN organisation unit ON unit.id = coalesce(c.responsible_organisation_id, c.custodian_organisation_id)
     WHERE c.id = ANY($1::uuid[])`,
    [ids],
  );
}

/** What is counted of simple registrations. */
export async function simpleFacts(
  tx: ScopedTransaction,
  ids: readonly string[],
): Promise<
  {
    id: string;
    registeredBy: { organisationId: string; regionCode: string };
    registeredOn: string;
    letterCount: number;
  }[]
> {
  return tx.query(
    `SELECT s.id, jsonb_build_object('organisationId', s.organisation_id, 'regionCode', s.region_code) AS "registeredBy",
       ${DAY('s.registered_at')} AS "registeredOn", s.letter_count AS "letterCount"
     FROM simple_registration s WHERE s.id = ANY($1::uuid[])`,
    [ids],
  );
}

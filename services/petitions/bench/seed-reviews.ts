import { serviceScope } from '@junxian/identity';
import type { Database } from '@junxian/persistence';
import { recount } from '../src/statistics/recount.service';
import { officerOf } from './places';
import type { SeedingClient } from './seed-organisations';

/** Items that are counted anew at a time. */
const BATCH = 500;
/** The instant so many days after the opinion that is challenged was served. */
const at = (days: number) => `((base + ${days} + time '10:00') AT TIME ZONE 'Asia/Shanghai')`;
/** Days after that. */
const APPLIED = 20;
const RECEIVED = 21;
const ASKED = 25;
const DEFENDED = 30;
const SIGNED = 40;
const SERVED = 45;
const CLOSED = 46;
const LAST_DAY = 30;

/** One row for each review, then each re-review, with all that the statements below need. $1 is today. */
const REVIEWS = `
  CREATE TABLE seed_review AS
  WITH one AS (
    SELECT uuidv7() AS id, 'REVIEW' AS level, NULL::uuid AS previous_id, c.id AS case_item_id, c.matter_id, c.served_on AS base, o.id AS respondent,
      o.superior_id AS authority, abs(hashtext(c.item_no)) AS chance, uuidv7() AS opinion_id, p.id AS applicant_id,
      c.version - (c.state = 'LAPSED')::int AS version, (SELECT max(r.seq) FROM handling_record r WHERE r.case_item_id = c.id) AS seq
    FROM case_item c JOIN organisation o ON o.id = c.responsible_organisation_id JOIN petitioner p ON p.case_item_id = c.id AND p.is_main
    WHERE c.created_by = 'seed' AND c.outcome = 'REPLIED' AND o.superior_id IS NOT NULL AND c.served_on + ${RECEIVED} < $1::date
      AND abs(hashtext(c.item_no)) % 41 = 0),
  both_levels AS (
    SELECT * FROM one
    UNION ALL
    SELECT uuidv7(), 'RE_REVIEW', one.id, case_item_id, matter_id, base + ${SERVED}, o.id, o.superior_id, chance, opinion_id, applicant_id, one.version + 2, seq + 1
    FROM one JOIN organisation o ON o.id = one.authority
    WHERE chance % 3 = 0 AND o.superior_id IS NOT NULL AND base + ${SERVED + RECEIVED} < $1::date)
  SELECT b.*, uuidv7() AS record_id, uuidv7() AS step_id, a.region_code, ${officerOf('b.authority')} AS officer_id,
    b.base + ${DEFENDED} < $1::date AS defended, b.base + ${CLOSED} < $1::date AS closed,
    b.level = 'REVIEW' AND EXISTS (SELECT FROM both_levels n WHERE n.previous_id = b.id) AS goes_on
  FROM both_levels b JOIN organisation a ON a.id = b.authority ORDER BY b.id`;

const STATE_OF_ITEM = `CASE WHEN NOT v.closed THEN 'UNDER_' || v.level WHEN v.level = 'RE_REVIEW' THEN 'FINAL'
  WHEN v.base + ${SERVED + LAST_DAY} < $1::date THEN 'LAPSED' ELSE 'REVIEWED' END`;

const STATEMENTS: readonly (readonly [what: string, sql: string, today?: 'today'])[] = [
  [
    'opinions that are challenged',
    `INSERT INTO handling_opinion (id, case_item_id, organisation_id, handling_record_id, state, conclusion, facts, basis, body, remedy_text, doc_no,
       document_hash, decided_at, decided_by, service_mode, served_on, receipt, created_at, created_by, updated_at)
     SELECT opinion_id, v.case_item_id, respondent, r.id, 'SERVED', 'NOT_SUPPORT', '经调查核实。', '有关规定', '答复如下。', '可以申请复查。', '压测答复' || v.id,
       'bench', r.at, ${officerOf('respondent')}, 'POST', base, 'SIGNED', r.at, ${officerOf('respondent')}, r.at
     FROM seed_review v JOIN handling_record r ON r.case_item_id = v.case_item_id AND r.mode = 'SERVE_OPINION' WHERE level = 'REVIEW'`,
  ],
  [
    'records of reviews',
    `INSERT INTO handling_record (id, case_item_id, seq, mode, from_organisation_id, officer_id, destination_organisation_id, state, at)
     SELECT record_id, case_item_id, seq + 1, 'SUBMIT_' || level, authority, officer_id, authority, 'DONE', ${at(RECEIVED)} FROM seed_review`,
  ],
  [
    'reviews',
    `INSERT INTO review_case (id, authority_organisation_id, region_code, review_no, level, case_item_id, handling_record_id, previous_review_id, applicant_id,
       application_date, received_on, handling_opinion_id, challenged_doc_no, respondent_organisation_id, handler_id, acceptance_form, due_on, state, result,
       opinion_doc_no, signed_at, service_mode, served_on, receipt, appeal_due_on, ended_at, created_at, created_by, updated_at)
     SELECT id, authority, region_code, '压测复查' || id, level, case_item_id, record_id, previous_id, applicant_id, base + ${APPLIED}, base + ${RECEIVED}, opinion_id,
       '压测答复', respondent, officer_id, 'ACCEPT', base + ${RECEIVED + LAST_DAY}, CASE WHEN closed THEN 'CLOSED' ELSE 'EXAMINING' END,
       CASE WHEN closed THEN 'UPHOLD' END, CASE WHEN closed THEN '压测意见' || id END, CASE WHEN closed THEN ${at(SIGNED)} END, CASE WHEN closed THEN 'POST' END,
       CASE WHEN closed THEN base + ${SERVED} END, CASE WHEN closed THEN 'SIGNED' END,
       CASE WHEN closed AND level = 'REVIEW' THEN base + ${SERVED + LAST_DAY} END, CASE WHEN closed THEN ${at(CLOSED)} END,
       ${at(RECEIVED)}, officer_id, ${at(RECEIVED)} FROM seed_review ORDER BY id`,
  ],
  [
    'applications',
    `INSERT INTO review_application (review_case_id, request, grounds) SELECT id, '请求撤销答复。', '事实不清。' FROM seed_review`,
  ],
  [
    'defences',
    `INSERT INTO review_step (id, review_case_id, case_item_id, kind, state, organisation_id, question, content, due_on, started_at, started_by, finished_at,
       finished_by)
     SELECT step_id, id, case_item_id, 'DEFENCE', CASE WHEN defended THEN 'DONE' ELSE 'OPEN' END, respondent, '请提交答辩材料。',
       CASE WHEN defended THEN '答辩如下。' END, base + ${ASKED + 10}, ${at(ASKED)}, officer_id, CASE WHEN defended THEN ${at(DEFENDED)} END,
       CASE WHEN defended THEN ${officerOf('respondent')} END FROM seed_review WHERE base + ${ASKED} < $1::date`,
    'today',
  ],
  [
    'tasks of defences',
    `INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, subject_id, received_at, registered_at, result_due_on)
     SELECT v.case_item_id, 'REVIEW_STEP', 'UNIT_INBOX', o.id, o.region_code, v.step_id, s.started_at, c.registered_at, s.due_on
     FROM seed_review v JOIN review_step s ON s.id = v.step_id AND s.state = 'OPEN' JOIN organisation o ON o.id = v.respondent
       JOIN case_item c ON c.id = v.case_item_id`,
  ],
  [
    'sight of authorities',
    `INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at)
     SELECT v.authority, c.id, 'REVIEW', c.registered_at, ${at(RECEIVED)} FROM seed_review v JOIN case_item c ON c.id = v.case_item_id
     ON CONFLICT DO NOTHING`,
  ],
  [
    'lapses that did not happen',
    `DELETE FROM case_journal j USING seed_review v WHERE j.case_item_id = v.case_item_id AND j.action = 'LAPSE'`,
  ],
  [
    'journal of reviews',
    `INSERT INTO case_journal (case_item_id, at, action, from_state, to_state, item_version, account_id, organisation_id, subject_id)
     SELECT case_item_id, done.at, done.action, done.before, done.after, version + done.step, officer_id::text, authority, id
     FROM seed_review CROSS JOIN LATERAL (VALUES
       (1, ${at(RECEIVED)}, 'SUBMIT_' || level, CASE level WHEN 'REVIEW' THEN 'COMPLETED' ELSE 'REVIEWED' END, 'UNDER_' || level, true),
       (2, ${at(CLOSED)}, level || '_CLOSED', 'UNDER_' || level, CASE level WHEN 'REVIEW' THEN 'REVIEWED' ELSE 'FINAL' END, closed),
       (3, ${at(SERVED + LAST_DAY + 1)}, 'LAPSE', 'REVIEWED', 'LAPSED',
         closed AND level = 'REVIEW' AND NOT goes_on AND base + ${SERVED + LAST_DAY} < $1::date)) AS done(step, at, action, before, after, holds)
     WHERE done.holds`,
    'today',
  ],
  [
    'states after reviews',
    `UPDATE case_item c SET state = ${STATE_OF_ITEM}, served_on = CASE WHEN v.closed THEN v.base + ${SERVED} ELSE c.served_on END,
       appeal_due_on = CASE WHEN v.level = 'RE_REVIEW' AND v.closed THEN NULL WHEN v.closed THEN v.base + ${SERVED + LAST_DAY} ELSE c.appeal_due_on END,
       version = v.version + 1 + v.closed::int + (${STATE_OF_ITEM} = 'LAPSED')::int
     FROM seed_review v WHERE v.case_item_id = c.id AND NOT v.goes_on`,
    'today',
  ],
  [
    'matters after reviews',
    `UPDATE petition_matter m SET status = CASE c.state WHEN 'FINAL' THEN 'FINAL' WHEN 'LAPSED' THEN 'LAPSED' ELSE 'OPEN' END
     FROM seed_review v JOIN case_item c ON c.id = v.case_item_id WHERE m.id = v.matter_id`,
  ],
];

/**
 * Lets one of forty-one petitioners who were replied to ask for a review 复查 of the superior organ, and every third of them for a re-review 复核; all are
 * upheld, a month and a half after the opinion that they challenge was served. Of the file of a review there are the application and the defence,
 * none of the documents. The service itself counts the items anew. After `seedCases`; returns how many reviews there are.
 */
export async function seedReviews(
  client: SeedingClient,
  database: Pick<Database, 'write'>,
  today: string,
): Promise<number> {
  await client.adminQuery('SET session_replication_role = replica; DROP TABLE IF EXISTS seed_review');
  try {
    await client.adminQuery(REVIEWS, [today]);
    await client.adminQuery('CREATE INDEX ON seed_review (case_item_id); ANALYZE seed_review');
    for (const [what, sql, needs] of STATEMENTS)
      await client.adminQuery(sql, needs === undefined ? [] : [today]).catch((error: Error) => {
        throw new Error(`${what}: ${error.message}`);
      });
    const reviewed = await client.adminQuery<{ id: string }>(
      'SELECT DISTINCT case_item_id AS id FROM seed_review',
    );
    const [counted] = await client.adminQuery<{ reviews: number }>(
      'SELECT count(*)::int AS reviews FROM seed_review',
    );
    const ids = reviewed.map(({ id }) => id);
    for (let from = 0; from < ids.length; from += BATCH)
      await database.write(serviceScope('petitions.bench'), (tx) =>
        recount(tx, ids.slice(from, from + BATCH)),
      );
    for (const table of ['handling_opinion', 'review_case', 'review_step', 'case_item', 'handling_record'])
      await client.adminQuery(`VACUUM (ANALYZE) ${table}`);
    return counted!.reviews;
  } finally {
    await client.adminQuery('DROP TABLE IF EXISTS seed_review; RESET session_replication_role');
  }
}

import { serviceScope } from '@junxian/identity';
import type { Database } from '@junxian/persistence';
import { recount } from '../src/statistics/recount.service';
import type { SeedingClient } from './seed-organisations';

/** Registrations that are counted anew at a time. */
const BATCH = 500;
/** Every so-manieth item, by its number. */
const oneOf = (so: number) =>
  `c.created_by = 'seed' AND abs(hashtext(c.item_no)) % ${so} = 5 AND c.registered_at < $1::date`;

const STATEMENTS = [
  // The task and the talk are made in one statement, so that they know each other.
  `WITH talk AS MATERIALIZED (
     SELECT uuidv7() AS task_id, c.id, c.organisation_id, c.region_code, c.registrar_id, c.registered_at, c.registered_at < $1::date - 3 AS done
     FROM case_item c WHERE c.channel = 'VISIT' AND ${oneOf(10)}),
   tasks AS (
     INSERT INTO org_task (id, case_item_id, kind, state, organisation_id, region_code, holder_id, received_at, registered_at, opened_at, done_at, done_by)
     SELECT task_id, id, 'INTERVIEW', CASE WHEN done THEN 'DONE' ELSE 'TODO' END, organisation_id, region_code, registrar_id, registered_at, registered_at,
       registered_at, CASE WHEN done THEN registered_at + interval '1 hour' END, CASE WHEN done THEN registrar_id END FROM talk)
   INSERT INTO interview (case_item_id, organisation_id, task_id, interviewer_id, started_at, content, state, received_at, done_at, created_at, created_by, updated_at)
   SELECT id, organisation_id, task_id, registrar_id, CASE WHEN done THEN registered_at + interval '10 minutes' END, CASE WHEN done THEN '接谈情况如下。' END,
     CASE WHEN done THEN 'DONE' ELSE 'TODO' END, registered_at, CASE WHEN done THEN registered_at + interval '1 hour' END, registered_at, registrar_id, registered_at
   FROM talk`,
  `INSERT INTO leader_reception (case_item_id, organisation_id, leader_name, leader_post, reception_date, content, created_at, created_by, updated_at)
   SELECT c.id, c.organisation_id, '压测领导', '局长', c.petition_date, '接访情况如下。', c.registered_at, c.registrar_id, c.registered_at
   FROM case_item c WHERE c.channel = 'VISIT' AND ${oneOf(100)}`,
  `INSERT INTO simple_registration (region_code, organisation_id, kind, name, address, letter_count, handling_mode, destination, registered_at, created_by)
   SELECT c.region_code, c.organisation_id, CASE WHEN c.purpose = 'APPEAL' THEN 'FINAL' ELSE 'UNCLEAR' END, '不详', '不详', 1, 'ARCHIVE', '存档', c.registered_at,
     c.registrar_id FROM case_item c WHERE c.channel = 'LETTER' AND ${oneOf(40)}`,
  // Submitted the day before it was registered; and those of today, which nobody has opened.
  `WITH sent AS (
     INSERT INTO online_submission (organisation_id, region_code, account_id, title, problem_region_code, problem_address, content, anonymous, state,
       submitted_at, route_due_on, opened_at, opened_by, case_item_id, updated_at)
     SELECT c.organisation_id, c.region_code, c.account_id, c.title, c.problem_region_code, c.problem_address, c.content, false, 'REGISTERED', c.received_at,
       c.route_due_on, c.registered_at, c.registrar_id, c.id, c.registered_at
     FROM case_item c WHERE c.channel = 'ONLINE' AND c.account_id IS NOT NULL AND ${oneOf(20)} RETURNING id, case_item_id)
   UPDATE case_item c SET submission_id = sent.id FROM sent WHERE c.id = sent.case_item_id`,
  `INSERT INTO online_submission (organisation_id, region_code, account_id, title, problem_region_code, problem_address, content, anonymous, submitted_at,
     route_due_on, updated_at)
   SELECT s.organisation_id, s.region_code, s.account_id, s.title, s.problem_region_code, s.problem_address, s.content, false, moved.at,
     $1::date + 15, moved.at
   FROM online_submission s CROSS JOIN LATERAL (SELECT $1::date + (s.submitted_at AT TIME ZONE 'Asia/Shanghai')::time AS at) moved
   WHERE s.state = 'REGISTERED' AND abs(hashtext(s.id::text)) % 50 = 1`,
];

/**
 * Adds what comes before an item or beside it: of one visit of ten an interview, of one of a hundred a leader's reception, one simple registration for forty
 * letters, the submission of one online item of twenty, and those that nobody has opened yet. The service itself counts the simple registrations.
 * After `seedCases`.
 */
export async function seedReceptions(
  client: SeedingClient,
  database: Pick<Database, 'write'>,
  today: string,
): Promise<void> {
  await client.adminQuery('SET session_replication_role = replica');
  try {
    for (const sql of STATEMENTS) await client.adminQuery(sql, [today]);
    const simple = await client.adminQuery<{ id: string }>('SELECT id FROM simple_registration');
    const ids = simple.map(({ id }) => id);
    for (let from = 0; from < ids.length; from += BATCH)
      await database.write(serviceScope('petitions.bench'), (tx) =>
        recount(tx, ids.slice(from, from + BATCH)),
      );
    for (const table of [
      'interview',
      'leader_reception',
      'simple_registration',
      'online_submission',
      'org_task',
      'case_item',
    ])
      await client.adminQuery(`VACUUM (ANALYZE) ${table}`);
  } finally {
    await client.adminQuery('RESET session_replication_role');
  }
}

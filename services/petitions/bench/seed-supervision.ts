import type { Clock } from '@junxian/calendar';
import type { Database } from '@junxian/persistence';
import { raiseWarnings } from '../src/supervision/daily-run.service';
import { officerOf } from './places';
import type { SeedingClient } from './seed-organisations';

/** Reminders so many days before today; all but the last are answered the day after. */
const SENT_BEFORE = [9, 6, 3];

/**
 * Runs the daily supervision 06:00 of the service, as if it had never run before, then has the superior of each unit that is late remind it three times;
 * the third goes to the organ above. One of a hundred other items was reminded of once, and answered for. After `seedCases`; returns how many
 * levels of warnings changed.
 */
export async function seedSupervision(
  client: SeedingClient,
  database: Database,
  clock: Clock,
): Promise<number> {
  const raised = await raiseWarnings(database, clock);
  await client.adminQuery('SET session_replication_role = replica');
  try {
    await client.adminQuery(REMINDERS_OF_LATE, [clock.today(), SENT_BEFORE]);
    await client.adminQuery(REMINDERS_ANSWERED);
    await client.adminQuery(ESCALATIONS);
    for (const table of ['warning', 'supervision_reminder', 'supervision_escalation', 'case_item'])
      await client.adminQuery(`VACUUM (ANALYZE) ${table}`);
    return raised;
  } finally {
    await client.adminQuery('RESET session_replication_role');
  }
}

const COLUMNS = `case_item_id, organisation_id, sent_by, target_organisation_id, region_code, deadline_kind, level, reason, text, sent_at, answer_due_on,
  seen_at, seen_by, answer_text, answered_at, answered_by`;

/** $1 today, $2 so many days before. */
const REMINDERS_OF_LATE = `
  INSERT INTO supervision_reminder (${COLUMNS})
  SELECT w.case_item_id, t.superior_id, ${officerOf('t.superior_id')}, t.id, t.region_code, w.deadline_kind, 'RED', 'LATE_WITHOUT_CAUSE', '请抓紧办理。', sent.at,
    (sent.at + interval '10 days')::date, answered.at, answered.by, answered.text, answered.at, answered.by
  FROM warning w JOIN organisation t ON t.id = w.target_organisation_id
    CROSS JOIN unnest($2::int[]) WITH ORDINALITY AS before(days, place)
    CROSS JOIN LATERAL (SELECT ($1::date - before.days + time '10:00') AT TIME ZONE 'Asia/Shanghai' AS at) sent
    LEFT JOIN LATERAL (SELECT sent.at + interval '1 day' AS at, ${officerOf('t.id')} AS by, '正在办理。' AS text) answered
      ON before.place < cardinality($2::int[])
  WHERE w.level = 'RED' AND w.case_item_id IS NOT NULL AND t.superior_id IS NOT NULL`;

const REMINDERS_ANSWERED = `
  INSERT INTO supervision_reminder (${COLUMNS})
  SELECT c.id, u.superior_id, ${officerOf('u.superior_id')}, u.id, u.region_code, 'HANDLE', 'YELLOW', 'NO_RESULT', '请及时反馈。', sent.at,
    (sent.at + interval '10 days')::date, sent.at + interval '1 day', ${officerOf('u.id')}, '已反馈。', sent.at + interval '1 day', ${officerOf('u.id')}
  FROM case_item c JOIN organisation u ON u.id = c.responsible_organisation_id
    CROSS JOIN LATERAL (SELECT c.registered_at + interval '30 days' AS at) sent
  WHERE c.created_by = 'seed' AND c.outcome = 'REPLIED' AND u.superior_id IS NOT NULL AND abs(hashtext(c.item_no)) % 100 = 7`;

/** The last red reminder of each item and deadline, to the organ above the one that sent it. */
const ESCALATIONS = `
  INSERT INTO supervision_escalation (case_item_id, reminder_id, deadline_kind, from_organisation_id, to_organisation_id, at)
  SELECT r.case_item_id, r.id, r.deadline_kind, o.id, o.superior_id, r.sent_at
  FROM (SELECT DISTINCT ON (case_item_id, deadline_kind) * FROM supervision_reminder WHERE level = 'RED'
        ORDER BY case_item_id, deadline_kind, sent_at DESC) r
    JOIN organisation o ON o.id = r.organisation_id
  WHERE o.superior_id IS NOT NULL
  ON CONFLICT (reminder_id) DO NOTHING`;

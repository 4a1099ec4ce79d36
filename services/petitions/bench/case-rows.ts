import { daysAfter } from './case-layout';
import { bureauId } from './places';

/** Tables that are filled; their indexes are made afterwards, which takes a fraction of the time. */
export const CASE_TABLES = [
  'petition_matter',
  'case_item',
  'petitioner',
  'co_visitor',
  'case_sight',
  'handling_record',
  'org_task',
  'case_journal',
  'evaluation_window',
  'published_case',
];

/** The account of person number `person`, who submits online. */
const accountId = (person: string) => `md5('bench account ' || ${person})::uuid`;
/** SQL: the day so many days after that of an item. */
const on = (days: number) => `(day + ${days})`;
const ITEM_NO = `left(region_code, 6) || '-' || to_char(day, 'YYYYMMDD') || '-' || (CASE channel WHEN 'ONLINE' THEN 'W' WHEN 'LETTER' THEN 'L' ELSE 'V' END)
  || '-' || lpad(serial::text, 5, '0')`;
/** A matter's further item joins the matter of the item before it. */
const MATTER = `CASE WHEN further THEN (SELECT b.matter_id FROM seed b WHERE b.n = seed.n - 1) ELSE matter_id END`;
const RESPONSIBLE = `CASE WHEN accepted OR (completed AND ending = 'DIRECT_REPLY' AND handler_id <> organisation_id) THEN handler_id END`;
const MODE = `CASE WHEN further OR anonymous THEN 'EXCLUDED' WHEN purpose = 'SEEK_SOLUTION' THEN 'REQUIRED' ELSE 'MANUAL' END`;
const IN_SCOPE = `(NOT further AND NOT anonymous AND purpose = 'SEEK_SOLUTION')`;

/** The statements that make the rows of all items from their layout, each with what it makes. */
export const CASE_ROWS: readonly (readonly [string, string])[] = [
  [
    'matters',
    `INSERT INTO petition_matter (id, region_code, organisation_id, matter_no, title, problem_region_code, first_item_id, item_count, status,
       created_at, created_by, updated_at)
     SELECT matter_id, region_code, organisation_id, 'M-' || ${ITEM_NO}, '压测信访事项' || n, problem, id,
       CASE WHEN n % 8 = 7 AND n < (SELECT max(n) FROM seed) THEN 2 ELSE 1 END, CASE state WHEN 'LAPSED' THEN 'LAPSED' ELSE 'OPEN' END,
       registered_at, 'seed', registered_at FROM seed WHERE NOT further`,
  ],
  [
    'items',
    `INSERT INTO case_item (id, region_code, organisation_id, item_no, matter_id, channel, account_id, citizen_id, petition_date, received_at, registered_at,
       registrar_id, anonymous, title, problem_region_code, problem_address, content, purpose, content_category, litigation_related,
       first_in_system, satisfaction_mode, satisfaction_in_scope, query_code_sealed, query_code_index, letter_count, visitor_count, collective,
       joint_signature, affected_count, state, outcome, custodian_organisation_id, responsible_organisation_id, petition_dept_organisation_id, self_handling, route_due_on, routed_at,
       accept_received_at, accept_due_on, accepted_at, handle_due_on, completed_at, served_on, appeal_due_on, created_at, created_by, updated_at, version)
     SELECT id, region_code, organisation_id, ${ITEM_NO}, ${MATTER}, channel, CASE WHEN channel = 'ONLINE' AND NOT anonymous THEN ${accountId('person')} END,
       CASE WHEN NOT anonymous THEN citizen END, day, registered_at, registered_at,
       officer_id, anonymous, '压测信访件' || n, problem, '示例路' || n % 500 || '号', repeat('反映的情况如下，请予核实处理。', 8), purpose, category, false,
       NOT further, ${MODE}, ${IN_SCOPE}, query_sealed, 'bench ' || n, CASE channel WHEN 'LETTER' THEN 1 END, visitors, coalesce(visitors >= 5, false),
       signers IS NOT NULL, signers, state, CASE WHEN completed THEN ending END, handler_id, ${RESPONSIBLE}, organisation_id, accepted, ${on(15)}, CASE WHEN routed THEN ${daysAfter(2)} END,
       CASE WHEN routed THEN ${daysAfter(2)} END, CASE WHEN routed THEN ${on(17)} END, CASE WHEN accepted THEN ${daysAfter(5)} END, CASE WHEN accepted THEN ${on(65)} END,
       completed_at, CASE WHEN completed AND ending = 'REPLIED' THEN ${on(40)} END, CASE WHEN completed AND ending = 'REPLIED' THEN ${on(70)} END,
       registered_at, 'seed', coalesce(completed_at, registered_at), 1 + routed::int + accepted::int * 2 + completed::int + (state = 'LAPSED')::int
     FROM seed JOIN seed_person ON p = person ORDER BY n`,
  ],
  [
    'petitioners',
    `INSERT INTO petitioner (case_item_id, is_main, citizen_id, name, sex, id_type, id_number_sealed, id_number_index, usual_address, mobile_sealed,
       mobile_index, created_at)
     SELECT id, true, citizen, name, 'MALE', 'RESIDENT_ID', id_sealed, id_index, CASE WHEN p % 4 = 0 THEN '示例路' || p % 500 || '号' END, mobile_sealed, mobile_index, registered_at
     FROM seed JOIN seed_person ON p = person WHERE NOT anonymous ORDER BY n`,
  ],
  [
    'co-visitors',
    `INSERT INTO co_visitor (case_item_id, name, sex, id_type, id_number_sealed, id_number_index, source, representative, created_at, created_by)
     SELECT id, w.name, 'FEMALE', 'RESIDENT_ID', w.id_sealed, w.id_index, 'MANUAL', further_one = 1, registered_at, officer_id
     FROM seed CROSS JOIN generate_series(1, least(visitors, 5) - 1) AS further_one
       JOIN seed_person w ON w.p = (person + further_one * 101) % (SELECT count(*) FROM seed_person) WHERE NOT anonymous AND channel = 'VISIT'`,
  ],
  [
    'sight',
    `INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at)
     SELECT DISTINCT ON (seed.id, who.organisation) who.organisation, seed.id, who.reason, registered_at, registered_at
     FROM seed CROSS JOIN LATERAL (VALUES
       (1, organisation_id, 'REGISTERED', true), (2, handler_id, 'HELD', routed),
       (3, county_bureau, 'SUBTREE', routed OR channel = 'VISIT'), (3, city_bureau, 'SUBTREE', routed OR channel <> 'ONLINE'),
       (3, province_bureau, 'SUBTREE', true), (3, ${bureauId(`'000000000000'`)}, 'SUBTREE', true)) AS who(rank, organisation, reason, sees)
     WHERE who.sees ORDER BY seed.id, who.organisation, who.rank`,
  ],
  [
    'records',
    `INSERT INTO handling_record (id, case_item_id, seq, mode, from_organisation_id, officer_id, destination_organisation_id, result_required, result_due_on, state, at)
     SELECT CASE WHEN done.mode IN ('ASSIGN', 'FORWARD') THEN route_record ELSE uuidv7() END, id,
       done.seq, done.mode, done.by,
       CASE done.by WHEN organisation_id THEN officer_id ELSE handling_officer_id END, done.destination,
       done.mode = 'ASSIGN', CASE done.mode WHEN 'ASSIGN' THEN ${on(60)} END, 'DONE', registered_at + done.place * interval '1 day'
     FROM seed CROSS JOIN LATERAL (VALUES
       (1, 2, route, organisation_id, handler_id, routed), (1 + routed::int, 5, 'INFORM_ACCEPT', handler_id, NULL, accepted),
       (2 + routed::int, 6, 'HANDLE_SELF', handler_id, handler_id, accepted),
       (1 + routed::int + accepted::int * 2, CASE ending WHEN 'REPLIED' THEN 40 ELSE 6 END,
         CASE ending WHEN 'REPLIED' THEN 'SERVE_OPINION' WHEN 'ARCHIVED' THEN 'ARCHIVE' ELSE ending END, handler_id, NULL, completed))
       AS done(seq, place, mode, by, destination, holds) WHERE done.holds`,
  ],
  [
    'tasks',
    `INSERT INTO org_task (id, case_item_id, handling_record_id, from_task_id, kind, state, custody, organisation_id, region_code, holder_id, received_at,
       registered_at, opened_at, done_at, done_by, result_due_on)
     SELECT own_task, id, NULL, NULL, 'HANDLE',
       CASE WHEN completed OR route = 'FORWARD' THEN 'DONE' WHEN route = 'ASSIGN' THEN 'AWAITING_RESULT' ELSE 'TODO' END, NOT completed AND NOT routed,
       organisation_id, region_code, officer_id, registered_at, registered_at, registered_at,
       CASE WHEN completed THEN completed_at WHEN route = 'FORWARD' THEN ${daysAfter(2)} END,
       CASE WHEN completed OR route = 'FORWARD' THEN officer_id END, CASE WHEN route = 'ASSIGN' THEN ${on(60)} END FROM seed
     UNION ALL
     SELECT their_task, id, route_record, own_task, 'HANDLE', CASE WHEN completed THEN 'DONE' WHEN age > 3 THEN 'TODO' ELSE 'UNIT_INBOX' END, NOT completed,
       handler_id, county, CASE WHEN completed OR age > 3 THEN handling_officer_id END, ${daysAfter(2)}, registered_at,
       CASE WHEN completed OR age > 3 THEN ${daysAfter(3)} END, completed_at, CASE WHEN completed THEN handling_officer_id END,
       CASE WHEN route = 'ASSIGN' THEN ${on(60)} END FROM seed WHERE routed`,
  ],
  [
    'journal',
    `INSERT INTO case_journal (case_item_id, at, action, from_state, to_state, item_version, account_id, organisation_id)
     SELECT id, registered_at + done.place * interval '1 day', done.action, done.before, done.after, done.version,
       (CASE done.by WHEN organisation_id THEN officer_id ELSE handling_officer_id END)::text, done.by
     FROM seed CROSS JOIN LATERAL (VALUES
       (0, 'REGISTER', NULL, 'REGISTERED', organisation_id, 1, true), (2, route, 'REGISTERED', 'IN_HANDLING', organisation_id, 2, routed),
       (5, 'INFORM_ACCEPT', CASE WHEN routed THEN 'IN_HANDLING' ELSE 'REGISTERED' END, 'ACCEPTED', handler_id, 2 + routed::int, accepted),
       (6, 'HANDLE_SELF', 'ACCEPTED', 'ACCEPTED', handler_id, 3 + routed::int, accepted),
       (CASE ending WHEN 'REPLIED' THEN 40 ELSE 6 END, CASE ending WHEN 'REPLIED' THEN 'SERVE_OPINION' WHEN 'ARCHIVED' THEN 'ARCHIVE' ELSE ending END,
        CASE WHEN accepted THEN 'ACCEPTED' WHEN routed THEN 'IN_HANDLING' ELSE 'REGISTERED' END, 'COMPLETED', handler_id, 2 + routed::int + accepted::int * 2, completed),
       (71, 'LAPSE', 'COMPLETED', 'LAPSED', handler_id, 3 + routed::int + accepted::int * 2, state = 'LAPSED'))
       AS done(place, action, before, after, by, version, holds) WHERE done.holds`,
  ],
  [
    'evaluation windows',
    `INSERT INTO evaluation_window (case_item_id, first_due_on, opened_at)
     SELECT id, (completed_at AT TIME ZONE 'Asia/Shanghai')::date + 30, completed_at FROM seed WHERE completed AND ending <> 'ARCHIVED' AND ${IN_SCOPE}`,
  ],
  [
    'published cases',
    `INSERT INTO published_case (region_code, organisation_id, case_item_id, problem_region_code, title, body, status, consent_confirmed, published_at,
       created_at, created_by, updated_at, updated_by)
     SELECT region_code, organisation_id, id, problem, '压测案例' || n, repeat('办理情况如下。', 20), 'PUBLISHED', true, completed_at + interval '5 days',
       completed_at, officer_id, completed_at + interval '5 days', officer_id
     FROM seed WHERE completed AND ending = 'REPLIED' AND age > 60 AND n % 200 = 1 AND purpose <> 'ACCUSATION'`,
  ],
];

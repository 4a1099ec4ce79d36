import { giveUpFileOf } from '@junxian/documents';
import { definer } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

interface BeyondScopeFunction {
  /** `name(argument types)`, the name beginning with its rule. */
  signature: string;
  create: string;
  /** What it writes, beyond reading. */
  grants?: string;
}

const N = Array.from({ length: 10 }, (_, index) => `n${index + 1}`);
/** NR-6 and NR-7 count in n4 what is undecided, and only once its day is past. */
const pastDue = (n: string, alias: string) =>
  n === 'n4' ? ` FILTER (WHERE of_report NOT IN ('NR-6', 'NR-7') OR ${alias}.day < today)` : '';

/** All functions of this service that look, or act, beyond what the caller sees; each named by its rule. */
const FUNCTIONS: readonly BeyondScopeFunction[] = [
  {
    // PT-SEC-01: lets an organisation and the bureaus above it see an item; only for who sees it already. Says nothing.
    signature: 'pt_sec_01_let_see(uuid, uuid, text[], text, timestamptz)',
    create: `CREATE FUNCTION pt_sec_01_let_see(item uuid, organisation uuid, regions text[], why text, at timestamptz)
      RETURNS void LANGUAGE sql AS $$
        INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at)
        SELECT seeing.id, c.id, seeing.reason, c.registered_at, at
        FROM case_item c CROSS JOIN (
          SELECT organisation AS id, why AS reason
          UNION ALL SELECT o.id, 'SUBTREE' FROM organisation o
          WHERE o.region_code = ANY(regions) AND o.is_bureau AND NOT o.removed AND o.id <> organisation) AS seeing
        WHERE c.id = item AND (junxian.is_service() OR (is_petition_officer()
          AND c.accused_organisation_id IS DISTINCT FROM my_organisation()
          AND (c.accused_account_id IS NULL OR c.accused_account_id::text <> junxian.account_id())
          AND (c.organisation_id = my_organisation() OR EXISTS (
            SELECT FROM case_sight s WHERE s.case_item_id = c.id AND s.organisation_id = my_organisation()))))
        ON CONFLICT (case_item_id, organisation_id) DO NOTHING $$`,
    grants: 'GRANT INSERT ON case_sight TO petitions_definer',
  },
  {
    // PT-SEC-01: a bureau, newly designated or moved, sees what was sent into its subtree before; what it saw it keeps. Says nothing.
    signature: 'pt_sec_01_show_subtree(uuid)',
    create: `CREATE FUNCTION pt_sec_01_show_subtree(bureau uuid) RETURNS void LANGUAGE sql AS $$
        INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at)
        SELECT DISTINCT ON (s.case_item_id) b.id, s.case_item_id, 'SUBTREE', s.registered_at, s.granted_at
        FROM organisation b
          JOIN organisation o ON b.region_code IN (SELECT a.region_code FROM region_ancestors(o.region_code) a) AND o.id <> b.id
          JOIN case_sight s ON s.organisation_id = o.id AND s.reason <> 'SUBTREE'
        WHERE b.id = bureau AND b.is_bureau AND NOT b.removed
          AND (junxian.is_service() OR (junxian.has_role('petitions:ADMIN') AND junxian.in_scope(b.region_code)))
        ORDER BY s.case_item_id, s.granted_at
        ON CONFLICT (case_item_id, organisation_id) DO NOTHING $$`,
  },
  {
    // PT-TSK-03: an item taken back unopened is hidden again from the receiver, and from the bureaus above it, unless they see it for another
    // reason: they registered, review, were consulted, had a task of it, or lie above such an organisation. By who holds the item. Says nothing.
    signature: 'pt_tsk_03_hide_again(uuid)',
    create: `CREATE FUNCTION pt_tsk_03_hide_again(item uuid) RETURNS void LANGUAGE sql AS $$
        WITH concerned AS (
          SELECT s.organisation_id AS id FROM case_sight s
          WHERE s.case_item_id = item AND (s.reason IN ('REGISTERED', 'REVIEW', 'CONSULTED') OR EXISTS (
            SELECT FROM org_task t WHERE t.case_item_id = item AND t.organisation_id = s.organisation_id AND t.state <> 'CANCELLED')))
        DELETE FROM case_sight s
        WHERE s.case_item_id = item AND s.organisation_id NOT IN (SELECT id FROM concerned)
          AND NOT EXISTS (SELECT FROM organisation b WHERE b.id = s.organisation_id AND b.is_bureau AND EXISTS (
            SELECT FROM concerned JOIN organisation o ON o.id = concerned.id CROSS JOIN LATERAL region_ancestors(o.region_code) a
            WHERE a.region_code = b.region_code))
          AND EXISTS (SELECT FROM org_task t WHERE t.case_item_id = item AND t.custody AND t.organisation_id = my_organisation()
            AND is_petition_officer()) $$`,
    grants: 'GRANT DELETE ON case_sight TO petitions_definer',
  },
  {
    // PT-HND-08: sums of the counters of regions in the caller's range, without what accuses the caller or the caller's organisation: who could
    // compare the two would know. Exact for who counts or supervises; to others the whole months of NR-1, for suppression.rules.ts.
    signature: 'pt_hnd_08_figures(text, text[], text[], date, date, date, boolean)',
    create: `CREATE FUNCTION pt_hnd_08_figures(of_report text, regions text[], parents text[], from_day date, to_day date, today date, monthly boolean)
      RETURNS TABLE (region_code text, parent_code text, month date, key text, figures integer[]) LANGUAGE sql STABLE AS $$
        WITH asked AS MATERIALIZED (
          SELECT is_petition_officer() AND (exact OR (monthly AND of_report = 'NR-1')) AS may,
            CASE WHEN exact THEN from_day ELSE date_trunc('month', from_day)::date END AS low,
            CASE WHEN exact THEN to_day ELSE (date_trunc('month', to_day) + interval '1 month - 1 day')::date END AS high
          FROM (SELECT junxian.has_role('petitions:STATISTICIAN') OR junxian.has_role('petitions:SUPERVISOR') AS exact) AS caller),
        -- Whole months by their own counters, the days at both ends one by one; a month in which some day is not yet past its due date by days.
        months AS MATERIALIZED (
          SELECT low, high, first, greatest(first, after) AS after FROM (
            SELECT low, high + 1 AS high, date_trunc('month', low + interval '1 month - 1 day')::date AS first,
              date_trunc('month', CASE WHEN of_report IN ('NR-6', 'NR-7') THEN least(high + 1, today) ELSE high + 1 END)::date AS after
            FROM asked WHERE may) AS whole),
        ranges AS MATERIALIZED (
          SELECT 'DAY' AS span, low AS since, CASE WHEN first = after THEN high ELSE first END AS until FROM months
          UNION ALL SELECT 'MONTH', first, after FROM months
          UNION ALL SELECT 'DAY', after, high FROM months WHERE first < after),
        counted AS (
          SELECT c.* FROM ranges r CROSS JOIN unnest(regions) AS given(code) JOIN statistic_counter c
            ON c.report = of_report AND c.region_code = given.code AND c.span = r.span AND c.day >= r.since AND c.day < r.until
          WHERE junxian.in_scope(given.code)
          UNION ALL
          SELECT c.* FROM ranges r CROSS JOIN unnest(parents) AS given(code) JOIN statistic_counter c
            ON c.report = of_report AND c.parent_code = given.code AND c.span = r.span AND c.day >= r.since AND c.day < r.until
          WHERE junxian.in_scope(given.code) AND c.region_code <> ALL (regions)),
        summed AS (
          SELECT c.region_code, min(c.parent_code) AS parent_code, CASE WHEN monthly THEN date_trunc('month', c.day)::date ELSE 'epoch' END AS period, c.key,
            ${N.map((n) => `sum(c.${n})${pastDue(n, 'c')} AS ${n}`).join(', ')}
          FROM counted c GROUP BY 1, 3, 4),
        hidden AS (
          SELECT a.region_code, CASE WHEN monthly THEN date_trunc('month', s.day)::date ELSE 'epoch' END AS period, s.key,
            ${N.map((n) => `sum(s.${n})${pastDue(n, 's')} AS ${n}`).join(', ')}
          FROM months m JOIN statistic_contribution s ON s.report = of_report AND s.day >= m.low AND s.day < m.high
            CROSS JOIN LATERAL region_ancestors(s.region_code) a
          WHERE (s.accused_organisation_id = my_organisation() OR s.accused_account_id::text = junxian.account_id())
            AND (s.roll_up OR a.region_code = s.region_code)
          GROUP BY 1, 2, 3)
        SELECT told.region_code, told.parent_code, told.month, told.key, told.figures FROM (
          SELECT c.region_code, c.parent_code, CASE WHEN monthly THEN c.period END AS month, c.key,
            ARRAY[${N.map((n) => `coalesce(c.${n}, 0) - coalesce(h.${n}, 0)`).join(', ')}]::integer[] AS figures
          FROM summed c LEFT JOIN hidden h ON h.region_code = c.region_code AND h.period = c.period AND h.key = c.key) AS told
        -- A row of noughts would tell that there was something.
        WHERE told.figures <> array_fill(0, ARRAY[10]) $$`,
  },
  {
    // PT-DUP-06: whether a registrar may link a new record to an item: one in sight, or one that the duplicate check would show. It finds an anonymous
    // one by its account alone, which an organisation knows by a submission that it has opened.
    signature: 'pt_dup_06_linkable(uuid)',
    create: `CREATE FUNCTION pt_dup_06_linkable(item uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT is_petition_officer() AND EXISTS (SELECT FROM case_item c WHERE c.id = item
          AND (junxian.has_role('petitions:ONLINE_REGISTRAR') OR junxian.has_role('petitions:LETTER_REGISTRAR')
            OR junxian.has_role('petitions:VISIT_REGISTRAR'))
          AND c.accused_organisation_id IS DISTINCT FROM my_organisation()
          AND (c.accused_account_id IS NULL OR c.accused_account_id::text <> junxian.account_id())
          AND (c.organisation_id = my_organisation() OR EXISTS (
              SELECT FROM case_sight s WHERE s.case_item_id = c.id AND s.organisation_id = my_organisation())
            OR (c.purpose <> 'ACCUSATION' AND NOT c.confidential AND (NOT c.anonymous OR EXISTS (
              SELECT FROM online_submission o WHERE o.account_id = c.account_id AND o.organisation_id = my_organisation()
                AND o.state IN ('OPENED', 'REGISTERED')))))) $$`,
  },
  {
    // PT-DUP-06: the whole system is searched for a person; of each item found number, date, organisation, state and why, no more.
    // Hidden: what accuses the caller (PT-HND-08), and who stands behind a protected or anonymous item (section 6, scenario 34).
    signature: 'pt_dup_06_candidates(text, text, text, text, uuid)',
    create: `CREATE FUNCTION pt_dup_06_candidates(given_name text, given_address text, id_index text, mobile_index text, account uuid)
      RETURNS TABLE (id uuid, item_no text, petition_date date, organisation_id uuid, state text, match text, likeness real)
      LANGUAGE sql STABLE AS $$
        WITH given AS MATERIALIZED (SELECT address_signature(given_address) AS signature),
        found AS (
          (SELECT p.case_item_id, 5 AS rank, 1::real AS likeness FROM petitioner p WHERE p.id_number_index = $3 ORDER BY p.id DESC LIMIT 200)
          UNION ALL (SELECT i.id, 4, 1 FROM case_item i WHERE i.account_id = account ORDER BY i.id DESC LIMIT 200)
          UNION ALL (SELECT p.case_item_id, 3, 1 FROM petitioner p WHERE p.mobile_index = $4 ORDER BY p.id DESC LIMIT 200)
          UNION ALL (SELECT same.case_item_id, CASE WHEN given_address IS NULL THEN 1 ELSE 2 END, same.likeness FROM (
              SELECT p.case_item_id, p.id, coalesce(bit_count(p.address_signature & given.signature)::real
                / nullif(least(bit_count(p.address_signature), bit_count(given.signature)), 0), 0)::real AS likeness
              FROM given, LATERAL (SELECT n.case_item_id, n.id, n.address_signature FROM petitioner n
                WHERE n.name COLLATE "C" = given_name ORDER BY n.created_at DESC, n.id DESC LIMIT 2000) AS p) AS same
            WHERE given_address IS NULL OR same.likeness >= 0.5
            ORDER BY same.likeness DESC, same.id DESC LIMIT 200))
        SELECT c.id, c.item_no, c.petition_date, c.organisation_id, c.state,
          (ARRAY['NAME', 'NAME_AND_ADDRESS', 'MOBILE', 'ACCOUNT', 'ID_NUMBER'])[best.rank], best.likeness
        FROM (SELECT DISTINCT ON (f.case_item_id) f.case_item_id, f.rank, f.likeness FROM found f
              ORDER BY f.case_item_id, f.rank DESC, f.likeness DESC) AS best
          JOIN case_item c ON c.id = best.case_item_id
        WHERE is_petition_officer()
          AND (junxian.has_role('petitions:ONLINE_REGISTRAR') OR junxian.has_role('petitions:LETTER_REGISTRAR')
            OR junxian.has_role('petitions:VISIT_REGISTRAR') OR junxian.has_role('petitions:INTERVIEWER'))
          AND c.accused_organisation_id IS DISTINCT FROM my_organisation()
          AND (c.accused_account_id IS NULL OR c.accused_account_id::text <> junxian.account_id())
          AND (best.rank = 4 OR NOT c.anonymous)
          AND ((c.purpose <> 'ACCUSATION' AND NOT c.confidential) OR (c.custodian_organisation_id = my_organisation()
            AND (c.need_to_know OR c.organisation_id = my_organisation() OR c.responsible_organisation_id IS DISTINCT FROM my_organisation())))
        ORDER BY best.rank DESC, best.likeness DESC, c.id DESC LIMIT 50 $$`,
  },
  {
    // PT-DUP-02: a registrar adds an item to the matter of another one, which may be out of sight; learns the matter's id alone.
    // Null for what the duplicate check would never show.
    signature: 'pt_dup_02_join_matter(uuid, timestamptz)',
    create: `CREATE FUNCTION pt_dup_02_join_matter(item uuid, at timestamptz) RETURNS uuid LANGUAGE sql AS $$
        UPDATE petition_matter m SET item_count = m.item_count + 1, updated_at = at, version = m.version + 1
        FROM case_item c WHERE c.id = item AND m.id = c.matter_id AND pt_dup_06_linkable(item) RETURNING m.id $$`,
    grants: 'GRANT UPDATE ON petition_matter TO petitions_definer',
  },
  {
    // PT-PUB-17: the item of a query code and its main petitioner's name, of any channel; never an anonymous one. The id alone.
    signature: 'pt_pub_17_case_of_code(text, text)',
    create: `CREATE FUNCTION pt_pub_17_case_of_code(code_index text, petitioner_name text) RETURNS uuid LANGUAGE sql STABLE AS $$
        SELECT c.id FROM case_item c JOIN petitioner p ON p.case_item_id = c.id AND p.is_main
        WHERE c.query_code_index = code_index AND NOT c.anonymous
          AND regexp_replace(translate(p.name, '•・‧∙', '····'), '\\s', '', 'g') = petitioner_name $$`,
  },
  {
    // PT-RVW-02: the registered superior of the organ that decided an item, if a review can be asked for, or could before it lapsed, sees it from
    // now on; the bureaus above do anyway. For review clerks, by the number that stands on the opinion. Says nothing.
    signature: 'pt_rvw_02_let_superior_see(text, timestamptz)',
    create: `CREATE FUNCTION pt_rvw_02_let_superior_see(number text, at timestamptz) RETURNS void LANGUAGE sql AS $$
        INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at)
        SELECT my_organisation(), c.id, 'REVIEW', c.registered_at, at
        FROM case_item c JOIN organisation o ON o.id = CASE c.state WHEN 'COMPLETED' THEN c.responsible_organisation_id
          ELSE coalesce((SELECT v.authority_organisation_id FROM review_case v WHERE v.level = 'REVIEW' AND v.state = 'CLOSED' AND v.handling_opinion_id =
                  (SELECT h.id FROM handling_opinion h WHERE h.case_item_id = c.id AND h.state = 'SERVED' ORDER BY h.id DESC LIMIT 1)),
                c.responsible_organisation_id) END
        WHERE c.item_no = number AND c.outcome = 'REPLIED' AND c.state IN ('COMPLETED', 'REVIEWED', 'LAPSED')
          AND c.accused_organisation_id IS DISTINCT FROM my_organisation()
          AND (c.accused_account_id IS NULL OR c.accused_account_id::text <> junxian.account_id())
          AND NOT EXISTS (SELECT FROM officer_appointment a WHERE a.account_id = c.accused_account_id AND a.organisation_id = my_organisation()
            AND a.ended_on IS NULL AND (a.valid_to IS NULL OR a.valid_to >= (at AT TIME ZONE 'Asia/Shanghai')::date))
          AND is_petition_officer() AND junxian.has_role('petitions:REVIEW_CLERK')
          AND EXISTS (SELECT FROM organisation s WHERE s.id = o.superior_id AND s.id = my_organisation() AND NOT s.removed)
        ON CONFLICT (case_item_id, organisation_id) DO NOTHING $$`,
  },
  {
    // 3.2: whether a matter has another item that is not at its end, wherever it is handled; for who sees an item of the matter.
    signature: 'pt_rvw_03_other_item_open(uuid, uuid)',
    create: `CREATE FUNCTION pt_rvw_03_other_item_open(matter uuid, item uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT FROM case_item c WHERE c.matter_id = matter AND c.id <> item AND c.state NOT IN ('LAPSED', 'FINAL')
            AND (c.state <> 'COMPLETED' OR c.outcome = 'REPLIED'))
          AND (junxian.is_service() OR (is_petition_officer() AND EXISTS (
            SELECT FROM case_item own JOIN case_sight s ON s.case_item_id = own.id AND s.organisation_id = my_organisation()
            WHERE own.id = item AND own.matter_id = matter AND own.accused_organisation_id IS DISTINCT FROM my_organisation()))) $$`,
  },
  {
    // 7.9, 7.16: whether a person holds a role in another organisation today, before they are asked by name. For review handlers.
    signature: 'pt_rvw_03_holds_role(uuid, uuid, text, date)',
    create: `CREATE FUNCTION pt_rvw_03_holds_role(account uuid, organisation uuid, role text, today date) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT is_petition_officer() AND junxian.has_role('petitions:REVIEW_HANDLER') AND role IN ('petitions:LAWYER', 'petitions:EXPERT') AND EXISTS (
          SELECT FROM officer_appointment a WHERE a.account_id = account AND a.organisation_id = organisation AND role = ANY(a.roles)
            AND a.ended_on IS NULL AND a.valid_from <= today AND (a.valid_to IS NULL OR a.valid_to >= today)
            AND NOT EXISTS (SELECT FROM disabled_account d WHERE d.account_id = account)) $$`,
  },
  {
    // PT-SUP-05: whether a submission still waits, so that a bureau above is not warned of one that was registered. Says nothing else.
    signature: 'pt_sup_05_submission_waits(uuid)',
    create: `CREATE FUNCTION pt_sup_05_submission_waits(submission uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT is_petition_officer() AND EXISTS (
          SELECT FROM online_submission s WHERE s.id = submission AND s.state IN ('SUBMITTED', 'OPENED')) $$`,
  },
  {
    // PT-HND-08: which of some organisations the accused person of an item has a post in; for officers who see the item.
    signature: 'pt_hnd_08_posts_of_accused(uuid, uuid[], date)',
    create: `CREATE FUNCTION pt_hnd_08_posts_of_accused(item uuid, among uuid[], today date) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
        SELECT DISTINCT a.organisation_id FROM case_item c JOIN officer_appointment a ON a.account_id = c.accused_account_id
        WHERE c.id = item AND a.organisation_id = ANY(among) AND a.ended_on IS NULL AND (a.valid_to IS NULL OR a.valid_to >= today)
          AND is_petition_officer() AND c.accused_organisation_id IS DISTINCT FROM my_organisation()
          AND c.accused_account_id::text <> junxian.account_id()
          AND (c.organisation_id = my_organisation() OR EXISTS (
            SELECT FROM case_sight s WHERE s.case_item_id = c.id AND s.organisation_id = my_organisation())) $$`,
  },
  {
    // PT-PRT-01: what a verification code on a print stands for: kind, number, issuer, date and hash; for anybody, nothing of the text.
    signature: 'pt_prt_01_verify(text)',
    create: `CREATE FUNCTION pt_prt_01_verify(code text)
      RETURNS TABLE (kind text, doc_no text, organisation text, issued_on date, content_hash text) LANGUAGE sql STABLE AS $$
        SELECT s.kind, s.doc_no, s.organisation_name, s.issued_on, s.content_hash FROM print_snapshot s
        WHERE s.verification_code = code COLLATE "C" $$`,
  },
];

/** What came later: each list is made by the migration that needs it. */
export const DRAFT_FILE_FUNCTIONS: readonly BeyondScopeFunction[] = [
  {
    // PT-PUB-11: the file of an attachment that was removed from a draft is given up, also one that a colleague uploaded. A trigger: whether the
    // attachment may be removed its own policies decide. Says nothing.
    signature: 'pt_pub_11_give_up_file()',
    create: giveUpFileOf('pt_pub_11_give_up_file'),
    grants: 'GRANT UPDATE (state, attached_at, expires_at) ON stored_file TO petitions_definer',
  },
];

export const SERVICE_OWED_FUNCTIONS: readonly BeyondScopeFunction[] = [
  {
    // PT-NTC-04: whether the petitioner of an item can be served, name and an address being known; for officers who see the item, also where they may
    // not know who petitions (section 6). Neither name nor address.
    signature: 'pt_ntc_04_service_owed(uuid)',
    create: `CREATE FUNCTION pt_ntc_04_service_owed(item uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT is_petition_officer() AND EXISTS (SELECT FROM case_item c JOIN petitioner p ON p.case_item_id = c.id AND p.is_main
          WHERE c.id = item AND p.name IS NOT NULL
            AND (p.household_address IS NOT NULL OR p.usual_address IS NOT NULL OR p.mailing_address IS NOT NULL)
            AND c.accused_organisation_id IS DISTINCT FROM my_organisation()
            AND (c.accused_account_id IS NULL OR c.accused_account_id::text <> junxian.account_id())
            AND (c.organisation_id = my_organisation() OR EXISTS (
              SELECT FROM case_sight s WHERE s.case_item_id = c.id AND s.organisation_id = my_organisation()))) $$`,
  },
];

/** Whether an organisation is one that an item must never be routed to: the accused unit, where the accused person has a post, or below one of these. */
const OF_ACCUSED = (organisation: string) => `EXISTS (
          WITH RECURSIVE chain AS (
            SELECT u.id, u.superior_id FROM organisation u WHERE u.id = ${organisation}
            UNION SELECT s.id, s.superior_id FROM chain JOIN organisation s ON s.id = chain.superior_id)
          SELECT FROM chain WHERE chain.id = c.accused_organisation_id OR EXISTS (
            SELECT FROM officer_appointment p WHERE p.account_id = c.accused_account_id AND p.organisation_id = chain.id
              AND p.ended_on IS NULL AND (p.valid_to IS NULL OR p.valid_to >= today)))`;

/** The nearest bureau of an organisation's region and those above that the accused of an item do not reach; for officers who see the item. */
const BUREAU_ABOVE = (
  organisation: string,
) => `SELECT b.id FROM case_item c JOIN organisation o ON o.id = ${organisation} CROSS JOIN LATERAL region_ancestors(o.region_code) a
          JOIN organisation b ON b.region_code = a.region_code AND b.is_bureau AND NOT b.removed AND b.id <> o.id
        WHERE c.id = item AND is_petition_officer() AND c.accused_organisation_id IS DISTINCT FROM my_organisation()
          AND (c.accused_account_id IS NULL OR c.accused_account_id::text <> junxian.account_id())
          AND (c.organisation_id = my_organisation() OR EXISTS (
            SELECT FROM case_sight s WHERE s.case_item_id = c.id AND s.organisation_id = my_organisation()))
          AND NOT ${OF_ACCUSED('b.id')}
        ORDER BY b.region_code DESC, b.id LIMIT 1`;

export const RELIEF_FUNCTIONS: readonly BeyondScopeFunction[] = [
  {
    // PT-TSK-02, PT-HND-08: the bureau that takes an item over whose custodian cannot keep it: the nearest of the custodian's region and those above that
    // the accused do not reach. For officers who see the item.
    signature: 'pt_tsk_02_relieving_bureau(uuid, date)',
    create: `CREATE FUNCTION pt_tsk_02_relieving_bureau(item uuid, today date) RETURNS uuid LANGUAGE sql STABLE AS $$
        ${BUREAU_ABOVE('c.custodian_organisation_id')} $$`,
  },
  {
    // PT-TSK-02, PT-HND-08: the custody of an item goes into the unit inbox of the bureau above, with all its clocks: by an officer of that bureau when the
    // custodian was removed, by the custodian itself when the accused reach it. What the custodian had begun ends with it: approvals, a return asked for,
    // an opinion that was not served; whether the petitioner has died the bureau looks into. The id of the bureau's task; null, and nothing is done, otherwise.
    signature: 'pt_tsk_02_take_over(uuid, timestamptz)',
    create: `CREATE FUNCTION pt_tsk_02_take_over(item uuid, at timestamptz) RETURNS uuid LANGUAGE plpgsql AS $$
        DECLARE
          held org_task;
          today date := (at AT TIME ZONE 'Asia/Shanghai')::date;
          bureau uuid := pt_tsk_02_relieving_bureau(item, today);
          lies record;
          received uuid;
        BEGIN
          SELECT t.* INTO held FROM org_task t WHERE t.case_item_id = item AND t.custody FOR UPDATE;
          IF held.id IS NULL OR bureau IS NULL OR NOT EXISTS (
            SELECT FROM case_item c JOIN organisation o ON o.id = c.custodian_organisation_id
            WHERE c.id = item AND o.id = held.organisation_id AND CASE WHEN o.removed
              THEN bureau = my_organisation() AND (junxian.has_role('petitions:HANDLER') OR junxian.has_role('petitions:LEADER'))
              ELSE o.id = my_organisation() AND ${OF_ACCUSED('o.id')} END) THEN RETURN NULL; END IF;
          -- Not by those who take part: the bureau does not yet.
          PERFORM set_config('junxian.actor', 'SERVICE', true);
          UPDATE org_task SET state = 'DONE', custody = false, done_at = at, done_by = junxian.account_id()::uuid, version = version + 1 WHERE id = held.id;
          UPDATE approval_request SET state = 'CANCELLED', decided_at = at, version = version + 1
            WHERE case_item_id = item AND state IN ('PENDING', 'OPENED');
          UPDATE return_request SET state = 'WITHDRAWN', decided_at = at, decided_by = junxian.account_id()::uuid, version = version + 1
            WHERE task_id = held.id AND state = 'PENDING';
          UPDATE handling_opinion SET state = 'VOID', updated_at = at, version = version + 1
            WHERE case_item_id = item AND state IN ('DRAFT', 'IN_APPROVAL', 'APPROVED');
          SELECT p.code, p.epoch INTO lies FROM organisation o CROSS JOIN LATERAL present_region(o.id, o.region_code) p WHERE o.id = bureau;
          INSERT INTO org_task (case_item_id, handling_record_id, from_task_id, kind, state, custody, organisation_id, region_code, region_epoch,
              received_at, result_due_on, accept_due_on)
            VALUES (item, held.handling_record_id, held.from_task_id, 'HANDLE', 'UNIT_INBOX', true, bureau, lies.code, lies.epoch,
              at, held.result_due_on, held.accept_due_on)
            RETURNING id INTO received;
          WITH ended AS (
            UPDATE org_task SET state = 'CANCELLED', holder_id = NULL, done_at = at, done_by = junxian.account_id()::uuid, version = version + 1
            WHERE case_item_id = item AND organisation_id = held.organisation_id AND kind IN ('APPROVAL', 'PETITIONER_DECEASED')
              AND state IN ('UNIT_INBOX', 'TODO')
            RETURNING kind, subject_id)
          INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, region_epoch, subject_id, received_at)
            SELECT item, kind, 'UNIT_INBOX', bureau, lies.code, lies.epoch, subject_id, at FROM ended WHERE kind = 'PETITIONER_DECEASED';
          -- The bureau takes part from now on; the custodian says itself that it has handed the item on.
          IF bureau = my_organisation() THEN UPDATE case_item SET custodian_organisation_id = bureau WHERE id = item; END IF;
          PERFORM set_config('junxian.actor', 'CALLER', true);
          RETURN received;
        END $$`,
    grants: `GRANT UPDATE (custodian_organisation_id) ON case_item TO petitions_definer;
      GRANT INSERT ON org_task TO petitions_definer;
      GRANT UPDATE (state, custody, holder_id, done_at, done_by, version) ON org_task TO petitions_definer;
      GRANT UPDATE (state, decided_at, version) ON approval_request TO petitions_definer;
      GRANT UPDATE (state, decided_at, decided_by, version) ON return_request TO petitions_definer;
      GRANT UPDATE (state, updated_at, version) ON handling_opinion TO petitions_definer`,
  },
];

/** Whether a removed organisation `o` lies in the caller's range or above the caller's organisation `b`: what it left may be the caller's to take over. */
const ON_MY_PATH = `o.removed
              AND ((o.region_code >= current_setting('junxian.region_low', true) AND o.region_code < current_setting('junxian.region_high', true))
                OR o.region_code IN (SELECT a.region_code FROM region_ancestors(b.region_code) a))`;

export const LEFT_SUBMISSION_FUNCTIONS: readonly BeyondScopeFunction[] = [
  {
    // PT-TSK-02: the submissions that nobody registered when their bureau was removed, for the registrars of the bureau that receives what concerns their
    // problem regions today, and for nobody else.
    signature: 'pt_tsk_02_left_submissions()',
    create: `CREATE FUNCTION pt_tsk_02_left_submissions() RETURNS SETOF online_submission LANGUAGE sql STABLE AS $$
        WITH left_behind AS MATERIALIZED (
          SELECT s.* FROM organisation b JOIN organisation o ON ${ON_MY_PATH}
            JOIN online_submission s ON s.organisation_id = o.id AND s.state IN ('SUBMITTED', 'OPENED')
          WHERE b.id = my_organisation() AND b.is_bureau AND NOT b.removed
            AND is_petition_officer() AND junxian.has_role('petitions:ONLINE_REGISTRAR')),
        mine AS MATERIALIZED (
          SELECT r.code FROM (SELECT DISTINCT problem_region_code AS code FROM left_behind) r WHERE receiving_bureau(r.code) = my_organisation())
        SELECT l.* FROM left_behind l JOIN mine m ON m.code = l.problem_region_code $$`,
  },
  {
    // PT-TSK-02: such a submission becomes the caller's bureau's, as it is and with its clock, and the blank record of its opening with it. TAKEN, and from which
    // bureau; STALE when it is not as the registrar saw it; nulls, and nothing is done, when it is not the caller's to take.
    signature: 'pt_tsk_02_take_submission(uuid, integer, timestamptz)',
    create: `CREATE FUNCTION pt_tsk_02_take_submission(submission uuid, seen integer, at timestamptz, OUT how text, OUT left_by uuid) LANGUAGE plpgsql AS $$
        DECLARE
          mine uuid := my_organisation();
          lies_in text;
          waits online_submission;
        BEGIN
          IF NOT (is_petition_officer() AND junxian.has_role('petitions:ONLINE_REGISTRAR')) THEN RETURN; END IF;
          SELECT s.* INTO waits FROM online_submission s WHERE s.id = submission FOR UPDATE;
          SELECT b.region_code INTO lies_in FROM organisation b JOIN organisation o ON o.id = waits.organisation_id AND o.removed
            WHERE b.id = mine AND b.id = receiving_bureau(waits.problem_region_code);
          IF lies_in IS NULL OR waits.state = 'REGISTERED' THEN RETURN; END IF;
          IF waits.version <> seen OR waits.state = 'WITHDRAWN' THEN how := 'STALE'; RETURN; END IF;
          UPDATE online_submission SET organisation_id = mine, region_code = lies_in, updated_at = at, version = version + 1 WHERE id = submission;
          UPDATE handling_record SET from_organisation_id = mine, version = version + 1 WHERE submission_id = submission AND case_item_id IS NULL;
          how := 'TAKEN';
          left_by := waits.organisation_id;
        END $$`,
    grants: `GRANT UPDATE (organisation_id, region_code, updated_at, version) ON online_submission TO petitions_definer;
      GRANT UPDATE (from_organisation_id, version) ON handling_record TO petitions_definer`,
  },
];

/** The next-higher organ of an organisation for an item: its superior, else the nearest bureau of the regions above; passed over where the accused reach it. */
export const HIGHER_ORGAN = `CREATE FUNCTION higher_organ(item uuid, organisation uuid, today date) RETURNS uuid LANGUAGE plpgsql STABLE AS $$
        DECLARE
          c record;
          organ uuid := organisation;
          passed uuid[] := '{}';
        BEGIN
          SELECT i.accused_organisation_id, i.accused_account_id INTO c FROM case_item i WHERE i.id = item;
          WHILE organ <> ALL (passed) LOOP
            passed := passed || organ;
            SELECT coalesce(
              (SELECT s.id FROM organisation s WHERE s.id = o.superior_id AND NOT s.removed AND s.id <> o.id),
              (SELECT b.id FROM region_ancestors(o.region_code) a
                 JOIN organisation b ON b.region_code = a.region_code AND b.is_bureau AND NOT b.removed AND b.id <> o.id
               WHERE a.region_code <> o.region_code ORDER BY a.region_code DESC, b.id LIMIT 1))
              INTO organ FROM organisation o WHERE o.id = organ;
            IF organ IS NULL OR NOT ${OF_ACCUSED('organ')} THEN RETURN organ; END IF;
          END LOOP;
          RETURN NULL;
        END $$`;

/** Of a review `v` whose authority was removed: what is the caller's to take over, an organisation that may never see the item excepted. */
const LEFT_REVIEWS = `organisation b JOIN organisation o ON ${ON_MY_PATH}
            JOIN review_case v ON v.authority_organisation_id = o.id AND v.ended_at IS NULL
            JOIN case_item c ON c.id = v.case_item_id
          WHERE b.id = my_organisation() AND NOT b.removed AND is_petition_officer() AND is_review_officer()
            AND c.accused_organisation_id IS DISTINCT FROM b.id
            AND (c.accused_account_id IS NULL OR c.accused_account_id::text <> junxian.account_id())
            AND higher_organ(c.id, v.respondent_organisation_id, today) = b.id`;

export const LEFT_REVIEW_FUNCTIONS: readonly BeyondScopeFunction[] = [
  {
    // PT-RVW-02: the reviews under way whose authority was removed, for review officers of the organ that is next-higher above the respondent today, and
    // for nobody else.
    signature: 'pt_rvw_02_left_reviews(date)',
    create: `CREATE FUNCTION pt_rvw_02_left_reviews(today date) RETURNS SETOF review_case LANGUAGE sql STABLE AS $$
        SELECT v.* FROM ${LEFT_REVIEWS} $$`,
  },
  {
    // PT-RVW-02: such a review becomes the caller's organisation's, under a number of its own, with its clock and its file; a leader appoints a handler. Documents
    // that were not filed are drafts again, whoever had approved them; whoever was asked within the organ that was removed is asked no more; whether the
    // petitioner has died the new authority looks into. Whether it was done: not when it is not the caller's to take.
    signature: 'pt_rvw_02_take_review(uuid, integer, text, timestamptz)',
    create: `CREATE FUNCTION pt_rvw_02_take_review(review uuid, seen integer, number text, at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
        DECLARE
          mine uuid := my_organisation();
          today date := (at AT TIME ZONE 'Asia/Shanghai')::date;
          gone uuid;
          item uuid;
          lies record;
        BEGIN
          IF NOT (junxian.has_role('petitions:REVIEW_CLERK') OR junxian.has_role('petitions:REVIEW_LEADER')) THEN RETURN false; END IF;
          PERFORM FROM case_item i WHERE i.id = (SELECT v.case_item_id FROM review_case v WHERE v.id = review) FOR UPDATE;
          PERFORM FROM review_case v WHERE v.id = review FOR UPDATE;
          SELECT v.authority_organisation_id, v.case_item_id INTO gone, item FROM ${LEFT_REVIEWS} AND v.id = review AND v.version = seen;
          IF item IS NULL THEN RETURN false; END IF;
          SELECT p.code, p.epoch INTO lies FROM organisation o CROSS JOIN LATERAL present_region(o.id, o.region_code) p WHERE o.id = mine;
          -- Not by those who take part: the new authority does not yet.
          PERFORM set_config('junxian.actor', 'SERVICE', true);
          UPDATE review_case SET authority_organisation_id = mine, region_code = lies.code, region_epoch = lies.epoch, review_no = number, handler_id = NULL,
            updated_at = at, version = version + 1 WHERE id = review;
          UPDATE review_approval SET approved = false, decision_text = '复查复核机关已撤销，由接管机关重新送审', decided_at = at
            WHERE review_case_id = review AND approved IS NULL;
          UPDATE review_document SET state = 'DRAFT', updated_at = at, version = version + 1
            WHERE review_case_id = review AND state IN ('IN_APPROVAL', 'APPROVED', 'REJECTED');
          UPDATE review_step SET state = 'CANCELLED', finished_at = at, finished_by = junxian.account_id()::uuid, version = version + 1
            WHERE review_case_id = review AND state = 'OPEN' AND question IS NOT NULL AND organisation_id = gone;
          WITH ended AS (
            UPDATE org_task SET state = 'CANCELLED', holder_id = NULL, done_at = at, done_by = junxian.account_id()::uuid, version = version + 1
            WHERE case_item_id = item AND organisation_id = gone AND state IN ('UNIT_INBOX', 'TODO') AND (kind = 'PETITIONER_DECEASED' OR (kind = 'REVIEW_STEP'
              AND (subject_id IN (SELECT s.id FROM review_step s WHERE s.review_case_id = review)
                OR subject_id IN (SELECT d.id FROM review_document d WHERE d.review_case_id = review))))
            RETURNING kind, subject_id)
          INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, region_epoch, subject_id, received_at)
            SELECT item, kind, 'UNIT_INBOX', mine, lies.code, lies.epoch, subject_id, at FROM ended WHERE kind = 'PETITIONER_DECEASED';
          INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at)
            SELECT mine, c.id, 'REVIEW', c.registered_at, at FROM case_item c WHERE c.id = item ON CONFLICT (case_item_id, organisation_id) DO NOTHING;
          PERFORM set_config('junxian.actor', 'CALLER', true);
          RETURN true;
        END $$`,
    grants: `GRANT UPDATE (authority_organisation_id, region_code, region_epoch, review_no, handler_id, updated_at, version) ON review_case TO petitions_definer;
      GRANT UPDATE (approved, decision_text, decided_at) ON review_approval TO petitions_definer;
      GRANT UPDATE (state, updated_at, version) ON review_document TO petitions_definer;
      GRANT UPDATE (state, finished_at, finished_by, version) ON review_step TO petitions_definer`,
  },
];

export const LEFT_RESULT_FUNCTIONS: readonly BeyondScopeFunction[] = [
  {
    // PT-TSK-02, PT-HND-08: the bureau that takes over what an organisation waits for of an item: the nearest of its region and those above that the accused do not
    // reach. For officers who see the item.
    signature: 'pt_tsk_02_bureau_above(uuid, uuid, date)',
    create: `CREATE FUNCTION pt_tsk_02_bureau_above(item uuid, organisation uuid, today date) RETURNS uuid LANGUAGE sql STABLE AS $$
        ${BUREAU_ABOVE('organisation')} $$`,
  },
  {
    // PT-TSK-02, PT-HND-12: the result that a removed organisation waits for is the bureau's above to wait for, in the hands of the officer who takes it over, on the
    // day it was due; so is a report that was handed in and that nobody has reviewed. Whether it was done: not when it is not the caller's to take.
    signature: 'pt_tsk_02_take_result(uuid, integer, timestamptz)',
    create: `CREATE FUNCTION pt_tsk_02_take_result(task uuid, seen integer, at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
        DECLARE
          mine uuid := my_organisation();
          today date := (at AT TIME ZONE 'Asia/Shanghai')::date;
          waits org_task;
          lies record;
        BEGIN
          IF NOT (junxian.has_role('petitions:HANDLER') OR junxian.has_role('petitions:LEADER')) THEN RETURN false; END IF;
          PERFORM FROM case_item c WHERE c.id = (SELECT t.case_item_id FROM org_task t WHERE t.id = task) FOR UPDATE;
          SELECT t.* INTO waits FROM org_task t WHERE t.id = task FOR UPDATE;
          IF waits.id IS NULL OR waits.state <> 'AWAITING_RESULT' OR waits.version <> seen
            OR NOT EXISTS (SELECT FROM organisation o WHERE o.id = waits.organisation_id AND o.removed)
            OR pt_tsk_02_bureau_above(waits.case_item_id, waits.organisation_id, today) IS DISTINCT FROM mine THEN RETURN false; END IF;
          SELECT p.code, p.epoch INTO lies FROM organisation o CROSS JOIN LATERAL present_region(o.id, o.region_code) p WHERE o.id = mine;
          -- Not by those who take part: the bureau does not yet.
          PERFORM set_config('junxian.actor', 'SERVICE', true);
          UPDATE org_task SET organisation_id = mine, region_code = lies.code, region_epoch = lies.epoch, holder_id = junxian.account_id()::uuid,
            version = version + 1 WHERE id = task;
          WITH readdressed AS (
            UPDATE report SET to_organisation_id = mine, updated_at = at, version = version + 1
            WHERE awaiting_task_id = task AND state = 'SUBMITTED' RETURNING id)
          UPDATE org_task SET organisation_id = mine, region_code = lies.code, region_epoch = lies.epoch, state = 'TODO', holder_id = junxian.account_id()::uuid,
            version = version + 1
            WHERE kind = 'REPORT_REVIEW' AND state IN ('UNIT_INBOX', 'TODO') AND subject_id IN (SELECT r.id FROM readdressed r);
          PERFORM set_config('junxian.actor', 'CALLER', true);
          RETURN true;
        END $$`,
    grants: `GRANT UPDATE (organisation_id, region_code, region_epoch) ON org_task TO petitions_definer;
      GRANT UPDATE (to_organisation_id, updated_at, version) ON report TO petitions_definer`,
  },
];

export const BEYOND_SCOPE_FUNCTIONS = [
  ...FUNCTIONS,
  ...DRAFT_FILE_FUNCTIONS,
  ...SERVICE_OWED_FUNCTIONS,
  ...RELIEF_FUNCTIONS,
  ...LEFT_SUBMISSION_FUNCTIONS,
  ...LEFT_REVIEW_FUNCTIONS,
  ...LEFT_RESULT_FUNCTIONS,
].map(({ signature }) => signature);

/** Makes functions that look or act beyond the scope, with the rights they need. */
export async function createBeyondScope(
  runner: QueryRunner,
  functions: readonly BeyondScopeFunction[],
): Promise<void> {
  for (const { signature, create, grants } of functions) {
    if (grants !== undefined) await runner.query(grants);
    await runner.query(definer('petitions', signature, create));
  }
}

/** Undoes {@link createBeyondScope}. */
export async function dropBeyondScope(
  runner: QueryRunner,
  functions: readonly BeyondScopeFunction[],
): Promise<void> {
  for (const { signature } of [...functions].reverse()) await runner.query(`DROP FUNCTION ${signature}`);
}

/** Makes one of the first functions anew, in a database where it stands as it was before its text changed. */
export async function remakeBeyondScope(runner: QueryRunner, signature: string): Promise<void> {
  const changed = FUNCTIONS.filter((each) => each.signature === signature);
  await dropBeyondScope(runner, changed);
  await createBeyondScope(runner, changed);
}

export class BeyondScope1000000000900 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createBeyondScope(runner, FUNCTIONS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropBeyondScope(runner, FUNCTIONS);
  }
}

import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OFFICER_WITH_THE_ITEM, SERVICE } from './200-cases';

/** Officers of the organisation that issued the document. */
const ISSUER = `(${OFFICER_WITH_THE_ITEM} AND organisation_id = my_organisation())`;
/** Registrars and handlers of the organisation that registered the item (section 6, ruling “Query code”). */
const MAY_KNOW_CODE = `(${['ONLINE_REGISTRAR', 'LETTER_REGISTRAR', 'VISIT_REGISTRAR', 'HANDLER']
  .map((role) => `junxian.has_role('petitions:${role}')`)
  .join(' OR ')})`;
/** What a snapshot may be of: a check by its code finds it genuine, so there must be such a document of that organisation. */
const IS_ISSUED = `CASE kind
            WHEN 'QUERY_CODE_SLIP' THEN subject_id = case_item_id AND ${MAY_KNOW_CODE} AND EXISTS (SELECT FROM case_item c
              WHERE c.id = case_item_id AND c.organisation_id = my_organisation() AND c.item_no = doc_no AND NOT c.anonymous)
            WHEN 'HANDLING_OPINION' THEN EXISTS (SELECT FROM handling_opinion o WHERE o.id = subject_id
              AND o.case_item_id = print_snapshot.case_item_id AND o.organisation_id = my_organisation() AND o.doc_no = print_snapshot.doc_no)
            WHEN 'REVIEW_OPINION' THEN ${reviewed('REVIEW')}
            WHEN 'RE_REVIEW_OPINION' THEN ${reviewed('RE_REVIEW')}
            ELSE EXISTS (SELECT FROM notice n WHERE n.id = subject_id AND n.case_item_id = print_snapshot.case_item_id
              AND n.organisation_id = my_organisation() AND n.doc_no = print_snapshot.doc_no AND n.kind || '_NOTICE' = print_snapshot.kind)
          END`;

function reviewed(level: 'REVIEW' | 'RE_REVIEW'): string {
  return `EXISTS (SELECT FROM review_document d JOIN review_case v ON v.id = d.review_case_id WHERE d.id = subject_id AND v.level = '${level}'
              AND v.case_item_id = print_snapshot.case_item_id AND v.authority_organisation_id = my_organisation() AND d.doc_no = print_snapshot.doc_no)`;
}

/** Printed documents 打印: frozen as they were first printed, and the log of every print (PT-PRT-01). */
export class Prints1000000000830 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE print_snapshot (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        kind text NOT NULL CHECK (kind IN ('QUERY_CODE_SLIP', 'ACCEPTANCE_NOTICE', 'NON_ACCEPTANCE_NOTICE', 'NO_LONGER_ACCEPTANCE_NOTICE',
          'HANDLING_OPINION', 'REVIEW_OPINION', 'RE_REVIEW_OPINION')),
        -- The notice, opinion or review document; the item itself for a slip.
        subject_id uuid NOT NULL,
        -- Who issued the document, and its name at that time.
        organisation_id uuid NOT NULL,
        organisation_name text NOT NULL,
        doc_no text NOT NULL,
        issued_on date NOT NULL,
        verification_code text COLLATE "C" NOT NULL,
        content_hash text NOT NULL,
        -- Keyed, of the petitioner's name on the page; null when it names nobody.
        named_index text COLLATE "C",
        -- The page, sealed: it names the petitioner.
        html_sealed text NOT NULL,
        created_at timestamptz NOT NULL,
        created_by uuid NOT NULL
      );
      -- Another one only when the petitioner may not be named any more, or by a corrected name on a slip.
      CREATE UNIQUE INDEX print_snapshot_document ON print_snapshot (subject_id, kind, named_index) NULLS NOT DISTINCT;
      CREATE UNIQUE INDEX print_snapshot_code ON print_snapshot (verification_code);
      CREATE INDEX print_snapshot_item ON print_snapshot (case_item_id, id);
      ${protect('print_snapshot', {
        // Whoever holds a link to a print reads that one page and nothing else.
        read: `${SERVICE} OR ${ISSUER} OR junxian.account_id() = 'print:' || id::text`,
        insert: `${SERVICE} OR (${ISSUER} AND created_by::text = junxian.account_id()
          AND organisation_name = (SELECT seal_name FROM organisation o WHERE o.id = organisation_id) AND ${IS_ISSUED})`,
        update: 'false',
        remove: 'false',
      })};

      -- Every time a document was printed; 0 is the original, then come the copies 副本.
      CREATE TABLE print_log (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        snapshot_id uuid NOT NULL REFERENCES print_snapshot (id),
        copy_no integer NOT NULL CHECK (copy_no >= 0),
        at timestamptz NOT NULL,
        account_id uuid NOT NULL,
        organisation_id uuid NOT NULL,
        operator_present boolean NOT NULL
      );
      CREATE UNIQUE INDEX print_log_copy ON print_log (snapshot_id, copy_no);
      ${protect('print_log', {
        read: `${SERVICE} OR (is_petition_officer() AND EXISTS (SELECT FROM print_snapshot s WHERE s.id = snapshot_id))`,
        insert: `${SERVICE} OR (is_petition_officer() AND organisation_id = my_organisation()
          AND account_id::text = junxian.account_id() AND EXISTS (SELECT FROM print_snapshot s WHERE s.id = snapshot_id))`,
        update: 'false',
        remove: 'false',
      })};
      REVOKE UPDATE, DELETE, TRUNCATE ON print_snapshot, print_log FROM petitions_app;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE print_log, print_snapshot');
  }
}

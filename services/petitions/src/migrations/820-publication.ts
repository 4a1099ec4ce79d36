import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OFFICER_WITH_THE_ITEM, SERVICE } from './200-cases';

const ADMIN = `${SERVICE} OR (junxian.has_role('petitions:ADMIN') AND ${inCallersRange('region_code')})`;
const REGION = `
        region_code text COLLATE "C" NOT NULL,
        region_epoch integer NOT NULL DEFAULT 0`;
const TRACE = `
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        updated_at timestamptz NOT NULL,
        updated_by text NOT NULL,
        version integer NOT NULL DEFAULT 1`;

/** What the public reads: published cases 案例公开, the guide 信访指南, links 各市信访导航; and online suggestions 网上建议. */
export class Publication1000000000820 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE published_case (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        -- The organisation whose editors write it.
        organisation_id uuid NOT NULL,
        case_item_id uuid NOT NULL UNIQUE REFERENCES case_item (id),
        problem_region_code text COLLATE "C" NOT NULL,
        title text NOT NULL,
        body text NOT NULL,
        status text NOT NULL DEFAULT 'DRAFT' CHECK (status IN ('DRAFT', 'PUBLISHED', 'UNPUBLISHED')),
        -- The petitioner agrees that it is published (PT-PBL-02).
        consent_confirmed boolean NOT NULL DEFAULT false,
        published_at timestamptz,
        ${TRACE},
        CHECK (status <> 'PUBLISHED' OR (consent_confirmed AND published_at IS NOT NULL))
      );
      CREATE INDEX published_case_region ON published_case (region_code);
      CREATE INDEX published_case_problem_region ON published_case (problem_region_code);
      CREATE INDEX published_case_public ON published_case (published_at DESC, id DESC) WHERE status = 'PUBLISHED';
      CREATE INDEX published_case_public_region ON published_case (problem_region_code, published_at DESC, id DESC) WHERE status = 'PUBLISHED';
      CREATE INDEX published_case_own ON published_case (organisation_id, updated_at DESC, id DESC);
      ${protect('published_case', {
        read: `${SERVICE} OR status = 'PUBLISHED' OR (${OFFICER_WITH_THE_ITEM} AND organisation_id = my_organisation())`,
        write: `${SERVICE} OR (${OFFICER_WITH_THE_ITEM} AND organisation_id = my_organisation() AND junxian.has_role('petitions:CASE_EDITOR'))`,
        remove: 'false',
      })};

      -- One of a kind and region is meant; not unique, since two regions may merge. The newest is shown.
      CREATE TABLE guide_page (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        kind text NOT NULL CHECK (kind IN ('REGULATION', 'NOTES', 'CITY_DEPARTMENTS', 'PROVINCE_DEPARTMENTS')),
        title text NOT NULL,
        body text NOT NULL,
        ${TRACE}
      );
      CREATE INDEX guide_page_region ON guide_page (region_code, kind);
      ${protect('guide_page', { read: 'true', write: ADMIN, remove: ADMIN })};

      CREATE TABLE city_link (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        kind text NOT NULL CHECK (kind IN ('CITY_NAVIGATION', 'GOVERNOR_MAILBOX')),
        title text NOT NULL,
        url text NOT NULL CHECK (url ~ '^https?://'),
        ${TRACE}
      );
      CREATE INDEX city_link_region ON city_link (region_code, id);
      ${protect('city_link', { read: 'true', write: ADMIN, remove: ADMIN })};

      CREATE TABLE suggestion (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        account_id uuid NOT NULL,
        title text NOT NULL,
        content text NOT NULL,
        submitted_at timestamptz NOT NULL,
        reply text,
        replied_at timestamptz,
        replied_by text,
        version integer NOT NULL DEFAULT 1,
        CHECK ((reply IS NULL) = (replied_at IS NULL))
      );
      CREATE INDEX suggestion_region ON suggestion (region_code, submitted_at DESC, id DESC);
      CREATE INDEX suggestion_account ON suggestion (account_id, submitted_at DESC, id DESC);
      ${protect('suggestion', {
        read: `${SERVICE} OR account_id::text = junxian.account_id() OR (junxian.has_role('petitions:ONLINE_REGISTRAR') AND ${inCallersRange('region_code')})`,
        insert: `account_id::text = junxian.account_id() AND junxian.has_role('public:CITIZEN')`,
        update: `${SERVICE} OR (junxian.has_role('petitions:ONLINE_REGISTRAR') AND ${inCallersRange('region_code')})`,
        remove: 'false',
      })};
      REVOKE UPDATE ON suggestion FROM petitions_app;
      GRANT UPDATE (reply, replied_at, replied_by, version, region_code, region_epoch) ON suggestion TO petitions_app;

      SELECT set_config('junxian.actor', 'SERVICE', true);
      INSERT INTO guide_page (region_code, kind, title, body, created_at, created_by, updated_at, updated_by) VALUES
        ('000000000000', 'REGULATION', '信访工作条例',
         '《信访工作条例》自2022年5月1日起施行。公民、法人或者其他组织可以采用信息网络、书信、电话、传真、走访等形式，向各级机关、单位反映情况，提出建议、意见或者投诉请求，有关机关、单位应当依规依法处理。',
         '2022-05-01T00:00:00+08:00', 'service:petitions', '2022-05-01T00:00:00+08:00', 'service:petitions'),
        ('000000000000', 'NOTES', '注意事项',
         E'一、请如实填写姓名、地址和联系方式，并对所反映内容的真实性负责。\n二、请写明问题发生地和具体诉求，可以上传有关材料。\n三、提交后、工作人员调阅前可以撤回。\n四、请妥善保管查询码，凭姓名和查询码可以查询办理进程并作满意度评价。',
         '2022-05-01T00:00:00+08:00', 'service:petitions', '2022-05-01T00:00:00+08:00', 'service:petitions');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE suggestion, city_link, guide_page, published_case');
  }
}

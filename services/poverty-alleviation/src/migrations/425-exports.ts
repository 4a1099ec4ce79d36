import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Exports 导出: who asked for which list, and what became of each download. */
export class Exports1000000000425 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const own = 'account_id::text = junxian.account_id()';
    await runner.query(`
      CREATE TABLE export_log (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        -- The region of whoever asked.
        region_code text COLLATE "C" NOT NULL,
        account_id uuid NOT NULL,
        -- The list or table, and the filter, sealed since it may hold names and numbers that were searched for.
        list text NOT NULL,
        format text NOT NULL CHECK (format IN ('XLSX', 'CSV')),
        filter_sealed text NOT NULL,
        -- ID numbers in full.
        reveals boolean NOT NULL,
        requested_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX export_log_account ON export_log (account_id, id);
      ${protect('export_log', { read: `junxian.is_service() OR ${own}`, insert: own, update: 'false', remove: 'false' })};

      -- One row when a download begins and one when it ended.
      CREATE TABLE export_download (
        export_id uuid NOT NULL REFERENCES export_log (id),
        at timestamptz NOT NULL,
        stage text NOT NULL CHECK (stage IN ('STARTED', 'FINISHED', 'BROKEN_OFF')),
        row_count integer CHECK (row_count >= 0),
        CHECK ((stage = 'STARTED') = (row_count IS NULL))
      );
      CREATE INDEX export_download_export ON export_download (export_id, at);
      ${protect('export_download', {
        read: 'EXISTS (SELECT FROM export_log l WHERE l.id = export_id)',
        insert: 'EXISTS (SELECT FROM export_log l WHERE l.id = export_id)',
        update: 'false',
        remove: 'false',
      })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE export_download, export_log');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { regionTableSql } from '../regions/region-table';

/** Regions with their validity (DI-REG-06, DI-REG-07). The rows come from the national file at first start. */
export class Regions1000000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(regionTableSql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE region; DROP FUNCTION refuse_overlapping_region()');
  }
}

import { inCallersRange } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const RECEIVED = inCallersRange('region_code');

/**
 * What a region passed on is known to it and to those above it wherever the receiver lies today: a receiver that goes to
 * another county takes its money along, and what was passed on cannot be used again (PA-FD-02).
 */
export class IssuedLines1000000000550 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER POLICY read_scope ON fund_allocation_line USING (${RECEIVED} OR ${inCallersRange('from_region_code')})`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER POLICY read_scope ON fund_allocation_line USING (${RECEIVED})`);
  }
}

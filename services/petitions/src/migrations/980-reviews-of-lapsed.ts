import type { MigrationInterface, QueryRunner } from 'typeorm';
import { remakeBeyondScope } from './beyond-scope';

/** The superior without a bureau finds an item that has lapsed too, since an application made in time may come after that; never where the accused has a post. */
export class ReviewsOfLapsed1000000000980 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await remakeBeyondScope(runner, 'pt_rvw_02_let_superior_see(text, timestamptz)');
  }

  async down(): Promise<void> {
    // The text of before is not kept: what it let be opened, this does too.
  }
}

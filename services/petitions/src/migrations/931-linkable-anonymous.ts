import type { MigrationInterface, QueryRunner } from 'typeorm';
import { remakeBeyondScope } from './beyond-scope';

/** Linking tells nobody that an anonymous item out of sight exists, unless the duplicate check would (PT-DUP-06). */
export class LinkableAnonymous1000000000931 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return remakeBeyondScope(runner, 'pt_dup_06_linkable(uuid)');
  }

  /** What it said before is not brought back. */
  async down(): Promise<void> {}
}

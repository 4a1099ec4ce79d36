import { HandlingStage } from '../handling/handling.fixture';
import type { TestStore } from '../testing/store.support.test';
import { raiseWarnings } from './daily-run.service';

/** Items under supervision, and the daily run. */
export class SupervisionStage extends HandlingStage {
  constructor(store: TestStore) {
    super(store);
  }

  /** The run of a day, at 06:00 unless said otherwise; returns how many levels it changed. */
  run(date: string, time = '06:00'): Promise<number> {
    this.at(date, time);
    return raiseWarnings(this.store.database, this.store.clock);
  }

  /** Runs of several days, one after the other. */
  async runDays(...dates: string[]): Promise<void> {
    for (const date of dates) await this.run(date);
  }

  /** The stored level of a clock's warning, null for none. */
  async level(subjectId: string, kind: string): Promise<string | null> {
    const [row] = await this.store.adminQuery<{ level: string | null }>(
      'SELECT level FROM warning WHERE subject_id = $1 AND deadline_kind = $2',
      [subjectId, kind],
    );
    return row?.level ?? null;
  }

  /** What became of a clock's warning: `null>YELLOW`, … */
  async history(subjectId: string, kind: string): Promise<string[]> {
    const rows = await this.store.adminQuery<{ change: string }>(
      `SELECT h.day::text || ' ' || coalesce(h.from_level, '-') || '>' || coalesce(h.to_level, '-') AS change
       FROM warning_history h JOIN warning w ON w.id = h.warning_id WHERE w.subject_id = $1 AND w.deadline_kind = $2 ORDER BY h.id`,
      [subjectId, kind],
    );
    return rows.map(({ change }) => change);
  }

  /** Levels that were told of a subject, in order: `ROUTE YELLOW`, … */
  async raised(subjectId: string): Promise<string[]> {
    const rows = await this.store.adminQuery<{ raised: string }>(
      `SELECT (envelope::jsonb #>> '{data,deadlineKind}') || ' ' || (envelope::jsonb #>> '{data,level}') AS raised
       FROM outbox WHERE key = $1 AND envelope::jsonb ->> 'type' LIKE '%.warning-raised.v1' ORDER BY position`,
      [subjectId],
    );
    return rows.map(({ raised }) => raised);
  }
}

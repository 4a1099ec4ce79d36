import type { Clock } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import type { Scope } from '@junxian/identity';
import { recordEvent, SurveyYearClosed, SurveyYearOpened } from '@junxian/messaging';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { carryArrangementsOver, carryRestsOver } from '../funds/year-end.service';
import { type Trace, traceOf } from '../households/household-files.service';
import { scopes } from '../service-scopes';
import { carryToDosOver } from '../to-dos/to-dos.service';
import { SURVEY_YEARS_LOCK, surveyYear, surveyYears } from './survey-years.service';
import {
  COPY_STEPS,
  copyBatch,
  countHouseholds,
  HOUSEHOLD_STEP,
  type YearOpeningState,
} from './year-copy.store';
import { checkClosing, checkOpening, type OpenYearInput } from './year-turn.rules';

/** Households per transaction of the copy: writers of any year wait for one batch at most, about a second. */
const BATCH_SIZE = 1_000;
/** Projects per transaction of a close, likewise. */
const PROJECTS_PER_BATCH = 500;

/** How background work goes on: rows per transaction, and whether to begin another one. */
interface BatchOptions {
  batchSize?: number;
  goOn?: () => boolean;
}

/** How far the copy into a year has come, as the administrator sees it. */
export interface YearOpeningView {
  year: number;
  sourceYear: number;
  households: number;
  householdsCopied: number;
  startedAt: Date;
  finishedAt: Date | null;
}

/** Opens and closes year-end data sets 年度开放、关闭. */
export class YearTurnService {
  constructor(
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens the year after the current cycle: from now on the current year's data stand still, and {@link continueOpening} copies
   * them in the background; when that is done the new year may be changed and is the current cycle (PA-YR-07). Returns the year. Throws
   * INVALID_INPUT, or STATE_CONFLICT while another year is being opened.
   */
  async open(tx: ScopedTransaction, input: OpenYearInput): Promise<number> {
    await tx.query('SET LOCAL statement_timeout = 0');
    // Seconds for a country, in which nobody shall wait; the copy says in the end how many it were.
    const households = await countHouseholds(tx, input.year - 1);
    await holdAlone(tx);
    const years = await surveyYears(tx);
    const cycle = years.find(({ isCurrentCycle }) => isCurrentCycle)!;
    checkOpening(
      input,
      cycle,
      years.some(({ isBeingCopied }) => isBeingCopied),
    );
    const { actor, now } = traceOf(tx, this.clock);
    await tx.query(
      `INSERT INTO survey_year (year, is_current_cycle, editable, pairing_open, poverty_line, has_county, has_natural_village)
       SELECT $1, false, false, pairing_open, coalesce($3, poverty_line), has_county, has_natural_village
       FROM survey_year WHERE year = $2`,
      [input.year, cycle.year, input.povertyLine ?? null],
    );
    await tx.query(
      'INSERT INTO year_opening (year, source_year, households, started_by, started_at) VALUES ($1, $2, $3, $4, $5)',
      [input.year, cycle.year, households, actor, now],
    );
    return input.year;
  }

  /**
   * Closes a year for good: from now on nothing of it may be changed, and {@link continueClosing} makes its fund balances the next
   * year's carry-in in the background (PA-FD-06). Throws INVALID_INPUT for an unknown year, STALE_VERSION, STATE_CONFLICT when it
   * is closed or being copied, or while an earlier year is not closed.
   */
  async close(tx: ScopedTransaction, year: number, expectedVersion: number): Promise<void> {
    await holdAlone(tx);
    const found = await surveyYear(tx, year);
    checkClosing(found, await surveyYears(tx));
    if (found.version !== expectedVersion) throw refuse.staleVersion();
    const { actor } = traceOf(tx, this.clock);
    await tx.query(
      'UPDATE survey_year SET editable = false, closed_by = $2, version = version + 1 WHERE year = $1',
      [year, actor],
    );
  }

  /**
   * Goes on with the copy into the year that is being opened, batch by batch in transactions of their own, until it is complete. May
   * be killed anywhere and be run by several processes: each batch notes how far it came. `goOn` is asked before each batch.
   * Returns the number of batches; waits for another day while rows follow a change of regions.
   */
  continueOpening(
    database: Pick<Database, 'write'>,
    { batchSize = BATCH_SIZE, goOn }: BatchOptions = {},
  ): Promise<number> {
    return inBatches(database, scopes.openYear(), (tx) => this.copyOne(tx, batchSize), goOn);
  }

  /** Goes on with carrying over the money of a year that is being closed, as {@link continueOpening} does with a copy. */
  continueClosing(
    database: Pick<Database, 'write'>,
    { batchSize = PROJECTS_PER_BATCH, goOn }: BatchOptions = {},
  ): Promise<number> {
    return inBatches(database, scopes.closeYear(), (tx) => this.carryOne(tx, batchSize), goOn);
  }

  /** Carries the money of one batch over, or completes the close; false when there is nothing to do now. */
  private async carryOne(tx: ScopedTransaction, batchSize: number): Promise<boolean> {
    const unfinished = 'FROM survey_year WHERE closed_by IS NOT NULL AND closed_at IS NULL';
    // Asked before anybody is made to wait, as in a copy.
    if ((await tx.query(`SELECT ${unfinished}`)).length === 0) return false;
    await this.regions.hold(tx);
    await holdAlone(tx);
    const [state] = await tx.query<{ year: number; closedBy: string }>(
      `SELECT year, closed_by AS "closedBy" ${unfinished}
         AND NOT EXISTS (SELECT FROM region_change WHERE followed_at IS NULL) ORDER BY year LIMIT 1`,
    );
    if (state === undefined) return false;
    const by: Trace = { actor: state.closedBy, now: this.clock.now() };
    const today = this.clock.today();
    if ((await carryArrangementsOver(tx, state.year, batchSize, { ...by, today })) > 0) return true;
    await carryRestsOver(tx, state.year, by);
    await tx.query('UPDATE survey_year SET closed_at = $2, version = version + 1 WHERE year = $1', [
      state.year,
      by.now,
    ]);
    await recordEvent(tx, SurveyYearClosed, {
      aggregateId: String(state.year),
      occurredAt: by.now,
      data: { year: state.year },
    });
    return true;
  }

  /** Copies one batch, or completes the opening; false when there is nothing to do now. */
  private async copyOne(tx: ScopedTransaction, batchSize: number): Promise<boolean> {
    // Asked before anybody is made to wait: whoever wants a lock alone holds up all who would share it.
    const openings = await tx.query('SELECT FROM year_opening WHERE finished_at IS NULL');
    if (openings.length === 0) return false;
    await this.regions.hold(tx);
    await holdAlone(tx);
    const [state] = await tx.query<YearOpeningState>(
      `SELECT year, source_year AS "sourceYear", step, last_key AS "lastKey" FROM year_opening
       WHERE finished_at IS NULL AND NOT EXISTS (SELECT FROM region_change WHERE followed_at IS NULL) FOR UPDATE`,
    );
    if (state === undefined) return false;
    const by = traceOf(tx, this.clock);
    if (state.step === COPY_STEPS) {
      await this.complete(tx, state, by.now);
      return true;
    }
    const { count, lastKey } = await copyBatch(tx, state, { ...by, limit: batchSize });
    if (count === 0) {
      await tx.query(
        `UPDATE year_opening SET step = step + 1, last_key = NULL, households = CASE step WHEN $2 THEN households_copied ELSE households END
         WHERE year = $1`,
        [state.year, HOUSEHOLD_STEP],
      );
    } else {
      await tx.query(
        'UPDATE year_opening SET last_key = $2, households_copied = households_copied + $3 WHERE year = $1',
        [state.year, lastKey, state.step === HOUSEHOLD_STEP ? count : 0],
      );
    }
    return true;
  }

  private async complete(
    tx: ScopedTransaction,
    { year, sourceYear }: YearOpeningState,
    now: Date,
  ): Promise<void> {
    await tx.query('UPDATE survey_year SET is_current_cycle = false, version = version + 1 WHERE year = $1', [
      sourceYear,
    ]);
    await tx.query(
      'UPDATE survey_year SET is_current_cycle = true, editable = true, version = version + 1 WHERE year = $1',
      [year],
    );
    await tx.query('UPDATE year_opening SET finished_at = $2 WHERE year = $1', [year, now]);
    await carryToDosOver(tx, sourceYear, year);
    await recordEvent(tx, SurveyYearOpened, {
      aggregateId: String(year),
      occurredAt: now,
      data: { year },
    });
  }
}

/** The openings of years, by year. */
export async function readOpenings(
  tx: ScopedTransaction,
  years: readonly number[],
): Promise<ReadonlyMap<number, YearOpeningView>> {
  const rows = await tx.query<YearOpeningView>(
    `SELECT year, source_year AS "sourceYear", households, households_copied AS "householdsCopied",
       started_at AS "startedAt", finished_at AS "finishedAt" FROM year_opening WHERE year = ANY($1::int[])`,
    [years],
  );
  return new Map(rows.map((row) => [row.year, row]));
}

/** Runs transactions one after the other until one finds nothing to do, or `goOn` says no; returns how many did something. */
async function inBatches(
  database: Pick<Database, 'write'>,
  scope: Scope,
  one: (tx: ScopedTransaction) => Promise<boolean>,
  goOn: () => boolean = () => true,
): Promise<number> {
  let batches = 0;
  while (goOn() && (await database.write(scope, one))) batches++;
  return batches;
}

/** Until the transaction ends nobody writes data of any year; waits for those who do. */
async function holdAlone(tx: ScopedTransaction): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(${SURVEY_YEARS_LOCK})`);
}

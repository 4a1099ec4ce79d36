import type { Clock } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { SaveMeasureInput } from '../generated/graphql';
import { openFile, traceOf } from './household-files.service';
import type { YearKey } from './household-views.service';
import { checkMeasure, expectEnteredByHand } from './measure-form.rules';
import {
  deleteMeasure,
  insertManualMeasure,
  type MeasureView,
  readMeasure,
  updateMeasure,
} from './measures.service';

/** Measures 帮扶措施 entered by hand on a household's page (PA-HH-10). */
export class ManualMeasuresService {
  constructor(private readonly clock: Clock) {}

  /**
   * Adds a measure, or changes the one whose id is given. Returns the key of the household's record. Throws what
   * {@link openFile} throws, FIELD_LOCKED for years and measures the page only shows (PA-HH-10), NOT_FOUND,
   * STALE_VERSION, or one refusal with every fault of the form.
   */
  async save(tx: ScopedTransaction, input: SaveMeasureInput): Promise<YearKey> {
    const { id, year } = input;
    const { household } = await openFile(tx, input, year);
    const key: YearKey = { householdId: household.id, year };
    const standing = id == null ? null : await this.open(tx, id, input.expectedVersion ?? null, key);
    expectEnteredByHand(year, standing?.source ?? 'MANUAL');
    checkMeasure(input, year, this.clock.today());
    const by = traceOf(tx, this.clock);
    const values = {
      category: input.category,
      content: input.content.trim(),
      amount: input.amount ?? null,
      date: input.date ?? null,
    };
    if (standing) await updateMeasure(tx, standing.id, values, by);
    else await insertManualMeasure(tx, key, values, by);
    return key;
  }

  /** Deletes a measure entered by hand. Takes its id and the version seen; returns and throws as {@link save}. */
  async delete(tx: ScopedTransaction, id: string, expectedVersion: number): Promise<YearKey> {
    const found = isUuid(id) ? await readMeasure(tx, id) : null;
    if (!found) throw refuse.notFound('id');
    const key: YearKey = { householdId: found.householdId, year: found.year };
    // Measures change under the lock of their household's file only, so what is read next is what stands.
    await openFile(tx, key, key.year);
    const { source, year } = await this.open(tx, id, expectedVersion, key);
    expectEnteredByHand(year, source);
    await deleteMeasure(tx, id);
    return key;
  }

  /** The measure as it stands under the lock of its household's file. */
  private async open(
    tx: ScopedTransaction,
    id: string,
    expectedVersion: number | null,
    { householdId, year }: YearKey,
  ): Promise<MeasureView> {
    const found = isUuid(id) ? await readMeasure(tx, id) : null;
    if (!found || found.householdId !== householdId || found.year !== year) throw refuse.notFound('id');
    if (found.version !== expectedVersion) throw refuse.staleVersion();
    return found;
  }
}

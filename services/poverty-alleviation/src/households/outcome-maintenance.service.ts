import type { Clock } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { SaveOutcomeInput } from '../generated/graphql';
import { openFile, recordChanged, traceOf } from './household-files.service';
import type { YearKey } from './household-views.service';
import { readOutcomes, upsertOutcome } from './outcomes.service';

/** Base maintenance of tab 7 帮扶成效 (PA-HH-08). */
export class OutcomeMaintenanceService {
  constructor(private readonly clock: Clock) {}

  /**
   * Saves the outcome of a household's year; flags left out stay, null clears. `expectedVersion` is that of the
   * outcome, 0 for the first. Returns the key of the record; throws what {@link openFile} throws, and STALE_VERSION.
   */
  async save(tx: ScopedTransaction, input: SaveOutcomeInput): Promise<YearKey> {
    const { householdId, year, expectedVersion, ...flags } = input;
    // The version the officer saw is the outcome's, not the record's.
    const file = await openFile(tx, { householdId }, year);
    const key: YearKey = { householdId, year };
    const [standing] = await readOutcomes(tx, [key]);
    if (standing?.version !== expectedVersion) throw refuse.staleVersion();
    const by = traceOf(tx, this.clock);
    await upsertOutcome(tx, key, flags, by);
    await recordChanged(tx, [file], ['OUTCOME'], by);
    return key;
  }
}

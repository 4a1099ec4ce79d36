import { HouseholdIdentified, HouseholdRecordChanged, recordEvents } from '@junxian/messaging';
import { isUniqueViolation, type ScopedTransaction } from '@junxian/persistence';
import { identifiedEvent } from '../households/household-registration.service';
import {
  type ChangedHousehold,
  type NewHousehold,
  portionsOf,
  takeSerials,
  type Writing,
  writeChanges,
  writeNewHouseholds,
} from './household-writing.store';

/** Somebody changed what the import had compared; the next attempt compares anew. */
export class Overtaken extends Error {
  constructor(what: string) {
    super(`${what} changed while an import was checked`);
  }
}

/**
 * Writes all that is staged of an import, in portions, in the caller's transaction, which holds the households that
 * change, and announces it. `told` hears after each portion how many of the sheet's `rows` are written; those that stand as
 * the sheet says are none to be written, so they count from the beginning. Throws {@link Overtaken}.
 */
export async function writeStaged(
  tx: ScopedTransaction,
  writing: Writing,
  rows: number,
  told: (rowsWritten: number) => Promise<void>,
): Promise<void> {
  const portions = await portionsOf(tx, writing.jobId);
  let written = portions.reduce((left, portion) => left - portion.rows, rows);
  await told(written);
  const serials = await takeSerials(tx, writing.jobId);
  for (const portion of portions) {
    if (portion.changes > 0) {
      const changed = await writeChanges(tx, writing, portion);
      if (changed.written !== portion.changes) throw new Overtaken('a household');
      await announceChanged(tx, writing, changed.households);
    }
    if (portion.newMembers > 0) {
      await announceNew(tx, writing, await writeNew(tx, writing, portion, serials));
    }
    written += portion.rows;
    await told(written);
  }
}

function writeNew(...written: Parameters<typeof writeNewHouseholds>): Promise<NewHousehold[]> {
  return writeNewHouseholds(...written).catch((error: unknown) => {
    throw isUniqueViolation(error, 'member_year_record_identity') ? new Overtaken('a person') : error;
  });
}

async function announceNew(
  tx: ScopedTransaction,
  { year, by }: Writing,
  households: readonly NewHousehold[],
): Promise<void> {
  await recordEvents(
    tx,
    HouseholdIdentified,
    households.map((household) =>
      identifiedEvent({ villageCode: household.villageCode, year, by, origin: 'IMPORT' }, household),
    ),
  );
}

async function announceChanged(
  tx: ScopedTransaction,
  { year, by }: Writing,
  households: readonly ChangedHousehold[],
): Promise<void> {
  await recordEvents(
    tx,
    HouseholdRecordChanged,
    households.map(({ id, regionCode }) => ({
      aggregateId: id,
      regionCode,
      occurredAt: by.now,
      data: {
        householdId: id,
        year,
        parts: ['BASIC', 'PRODUCTION_AND_LIVING', 'INCOME_AND_HEALTH', 'RELOCATION', 'MEMBERS'],
      },
    })),
  );
}

import { eventually } from '../support/system';
import type { FaultStage } from './fault-stage';
import {
  done,
  hasEnded,
  householdRows,
  IMPORTED,
  importBecomes,
  OPENED,
  orderImport,
  PovertyAtWork,
  UNLIKE_THE_LEDGER,
} from './poverty-at-work';

/** Work of many batches that dies in the middle of one, and between two. `it` runs a test or, where this takes too long, skips it. */
export function longWorkFaults(
  { system, officer, ready, sql, counted, everyEffectArrived }: FaultStage,
  it: jest.It,
): void {
  it('kill −9 while a sheet is checked, and while it is written: all of it is there once, and a second run changes nothing', async () => {
    const rows = householdRows(450);
    const all = {
      households: 450,
      members: 900,
      records: 450,
      memberRecords: 900,
      history: 450,
      events: 450,
      staged: 0,
    };
    let id = '';
    await PovertyAtWork.begin(
      system(),
      () => ready('poverty-alleviation'),
      async (at) => {
        await at.hold('member_year_record');
        id = await orderImport(officer(), rows);
        await importBecomes(officer(), id, ({ phase }) => phase === 'CHECKING');
        await at.hold('import_row');
        await at.killedAt('import_row');
        await at.killedAt('member_year_record', async () => {
          expect((await sql(IMPORTED))[0]).toMatchObject({ households: 0, memberRecords: 0, events: 0 });
        });
      },
    );
    expect(await importBecomes(officer(), id, hasEnded)).toMatchObject({
      state: 'DONE',
      result: { accepted: true, rows: 900, newHouseholds: 450, newMembers: 900 },
    });
    expect(await sql(IMPORTED)).toEqual([all]);
    const both = await everyEffectArrived();
    expect(both.counted).toEqual(both.recounted);

    const again = await orderImport(officer(), rows);
    expect(await importBecomes(officer(), again, hasEnded)).toMatchObject({
      state: 'DONE',
      result: {
        newHouseholds: 0,
        newMembers: 0,
        changedHouseholds: 0,
        changedMembers: 0,
        unchangedHouseholds: 450,
      },
    });
    expect(await sql(IMPORTED)).toEqual([all]);
    expect(await counted(2017)).toEqual(both.counted);
  }, 240_000);

  it('kill −9 while a year is opened and counted: it goes on, each row is copied once and every figure is right', async () => {
    const keeper = await system().signIn('years');
    const before = await counted(2017);
    await PovertyAtWork.begin(
      system(),
      () => ready('poverty-alleviation'),
      async (at) => {
        await at.hold('statistic_contribution');
        await at.hold('village_year_record');
        await at.hold('member_year_record');
        await done(keeper, 'mutation { openYear(input: { year: 2018 }) { year } }', {});
        // In the middle of a batch: nothing of it is there.
        await at.killedAt('member_year_record', async () =>
          expect((await sql(OPENED))[0]).toMatchObject({ households: 0, members: 0, finished: false }),
        );
        // Between two kinds of rows: what was copied stays, the rest is still to come.
        await at.killedAt('village_year_record', async () => {
          const [row] = await sql<Record<string, number>>(OPENED);
          expect(row).toMatchObject({ villages: 0, finished: false, copied: row!.householdsBefore });
          expect([row!.households, row!.members]).toEqual([row!.householdsBefore, row!.membersBefore]);
        });
        // In the middle of the first batch of its statistics.
        await at.killedAt('statistic_contribution', async () => expect(await counted(2018)).toEqual([]));
      },
    );
    await eventually(
      'the count of the year',
      () => keeper.query('{ surveyYears { year isCurrentCycle editable isBeingCounted } }').catch(() => null),
      (answer) => answer?.data?.surveyYears.at(-1).isBeingCounted === false,
      60_000,
    );
    const [row] = await sql<Record<string, number>>(OPENED);
    expect(row).toMatchObject({
      households: row!.householdsBefore,
      copied: row!.householdsBefore,
      members: row!.membersBefore,
      villages: row!.villagesBefore,
      counties: row!.countiesBefore,
      finished: true,
      announced: 1,
    });
    expect(row!.households).toBeGreaterThan(100);
    const both = await everyEffectArrived(2018);
    expect(both.counted).toEqual(both.recounted);
    expect(await sql(UNLIKE_THE_LEDGER, [2018])).toEqual([]);
    expect(await counted(2017)).toEqual(before);
  }, 240_000);
}

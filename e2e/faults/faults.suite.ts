import type { GraphAnswer } from '@junxian/test-kit';
import { citizenNumber, householdForm, IDENTIFY, places } from '../support/demo';
import { eventually, type SignedIn, type System, startSystem } from '../support/system';
import { letterTitle, PetitionsAtWork, submissionTitle } from './petitions-at-work';
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

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * What must hold when processes die: every committed change has its effect exactly once, and nothing
 * that was not committed has any. The same suite runs on both transports. `longWork`: whether imports
 * and the opening of a year are interrupted too, which takes a minute.
 */
export function faultSuite(
  environment: () => Record<string, string>,
  { longWork }: { longWork: boolean },
): void {
  const itAtLength = longWork ? it : it.skip;
  let system: System;
  let officer: SignedIn;

  beforeAll(async () => {
    system = await startSystem({
      // What was killed is taken up again before long.
      environment: {
        JOB_CLAIM_SECONDS: '2',
        JUNXIAN_LONGEST_RESTART_PAUSE_MS: '1000',
        ...environment(),
      },
    });
    officer = await system.signIn('yunzhou');
  }, 240_000);
  afterAll(() => system?.stop(), 60_000);

  const sql = <Row>(text: string, parameters: unknown[] = []) =>
    system.adminQuery<Row>('poverty-alleviation', text, parameters);
  const one = async (text: string, parameters: unknown[] = []) =>
    (await sql<{ n: number }>(text, parameters))[0]!.n;

  const isReady = async (name: string): Promise<boolean> => {
    try {
      return (await fetch(`${system.process(name).origin}/health/ready`)).ok;
    } catch {
      return false;
    }
  };

  const ready = (name: string) =>
    eventually(
      name,
      () => isReady(name),
      (is) => is,
      60_000,
    );

  const counted = (year: number) =>
    sql(
      `SELECT region_code, count::int AS households, amount::int AS persons FROM statistic_counter
          WHERE year = $1 AND cell = 'poor' AND count <> 0 ORDER BY 1`,
      [year],
    );
  const recounted = (year: number) =>
    sql(
      `SELECT code AS region_code, count(*)::int AS households, sum(member_count)::int AS persons
           FROM household_year_record r CROSS JOIN LATERAL (
             VALUES ('000000000000'), (rpad(left(region_code, 2), 12, '0')), (rpad(left(region_code, 4), 12, '0')),
                    (rpad(left(region_code, 6), 12, '0')), (rpad(left(region_code, 9), 12, '0')), (region_code)) AS above(code)
          WHERE year = $1 AND poverty_status IN ('0', '3')
            AND EXISTS (SELECT FROM household h WHERE h.id = household_id AND h.file_status = 'ACTIVE')
          GROUP BY 1 ORDER BY 1`,
      [year],
    );

  /** Identifies a household as often as it takes: the key makes the repetition harmless. */
  async function identifyUntilAnswered(serial: number): Promise<string> {
    const idNumber = citizenNumber(serial % 1000, `19${80 + Math.floor(serial / 1000)}0101`);
    const input = householdForm({
      villageCode: places.village,
      headName: '示例',
      idNumber,
      idempotencyKey: `fault-${serial}`,
    });
    let last: unknown;
    // Four times a service begins anew, one after the other: on a busy machine each takes twenty seconds.
    for (const until = Date.now() + 180_000; Date.now() < until; await pause(200)) {
      const answer = await officer
        .query(IDENTIFY, { input })
        .catch((error: Error) => ({ data: null, errors: [error] }));
      if (answer.data?.identifyHousehold) return answer.data.identifyHousehold.id;
      last = answer.errors;
    }
    throw new Error(`household ${serial} was never accepted: ${JSON.stringify(last)}`);
  }

  const everyEffectArrived = (year = 2017) =>
    eventually(
      'counters equal to a recount',
      async () => ({ counted: await counted(year), recounted: await recounted(year) }),
      (both) => JSON.stringify(both.counted) === JSON.stringify(both.recounted),
      60_000,
    );

  it('kill −9 of the service again and again while officers write: every household once, every figure right', async () => {
    let writing = true;
    const killer = (async () => {
      for (let round = 0; writing && round < 4; round += 1) {
        await pause(300 + round * 137);
        await ready('poverty-alleviation');
        process.kill(system.process('poverty-alleviation').pid, 'SIGKILL');
      }
    })();
    const serials = Array.from({ length: 60 }, (_, index) => 100 + index);
    const ids: string[] = [];
    for (let start = 0; start < serials.length; start += 6) {
      ids.push(...(await Promise.all(serials.slice(start, start + 6).map(identifyUntilAnswered))));
    }
    writing = false;
    await killer;
    expect(new Set(ids).size).toBe(serials.length);
    expect(
      await eventually(
        'the service',
        () => one('SELECT count(*)::int AS n FROM household WHERE id = ANY($1)', [ids]),
        (n) => n === 60,
      ),
    ).toBe(60);
    const both = await everyEffectArrived();
    expect(both.counted).toEqual(both.recounted);
    expect(
      await one(
        `SELECT count(*)::int AS n FROM (
           SELECT key FROM outbox WHERE envelope::json ->> 'type' LIKE '%household.identified%' GROUP BY key HAVING count(*) > 1) AS twice`,
      ),
    ).toBe(0);
  }, 360_000);

  it('kill −9 of directory in the middle of changes: the audit chain is whole and every change has its event', async () => {
    const admin = await system.signIn('datong');
    const [own] = await system.adminQuery<{ id: string }>(
      'directory',
      `SELECT organisation_id AS id FROM account WHERE login_name = 'datong'`,
    );
    const work = (async () => {
      for (let n = 0; n < 12; n += 1) {
        const name = `示例故障单位${n}`;
        let last: unknown;
        const until = Date.now() + 60_000;
        for (; Date.now() < until; await pause(200)) {
          const answer = await admin
            .query(
              `mutation ($input: CreateOrganisationInput!) { createOrganisation(input: $input) { id } }`,
              {
                input: {
                  kind: 'DEPARTMENT',
                  sealName: name,
                  regionCode: places.datong,
                  superiorId: own!.id,
                  hasExtranet: true,
                },
              },
            )
            .catch(
              (error: Error): GraphAnswer => ({
                status: 0,
                data: null,
                errors: [{ message: error.message }],
              }),
            );
          last = answer.errors;
          // Killed after the commit, before the answer: the second try finds the name taken, by itself.
          if (answer.data?.createOrganisation || answer.errors?.[0]?.extensions?.code === 'DUPLICATE_NAME')
            break;
        }
        if (Date.now() >= until) throw new Error(`${name} was never accepted: ${JSON.stringify(last)}`);
      }
    })();
    await pause(400);
    process.kill(system.process('directory').pid, 'SIGKILL');
    await ready('directory');
    process.kill(system.process('directory').pid, 'SIGKILL');
    await work;
    const rows = await system.adminQuery<{ events: number }>(
      'directory',
      `SELECT (SELECT count(*)::int FROM outbox o WHERE o.key = organisation.id::text) AS events
         FROM organisation WHERE seal_name LIKE '示例故障单位%'`,
    );
    expect(rows).toHaveLength(12);
    expect(rows.every(({ events }) => events === 1)).toBe(true);
    await ready('directory');
    const auditor = await eventually(
      'the gateway’s way to directory',
      () => system.signIn('auditor').catch(() => null),
      (signedIn) => signedIn !== null,
      30_000,
    );
    const verified = await eventually(
      'the audit',
      () => auditor!.query('{ verifyAudit { intact faultCount checked } }'),
      (answer) => answer.data?.verifyAudit != null,
    );
    expect(verified.data!.verifyAudit).toMatchObject({ intact: true, faultCount: 0 });
  }, 180_000);

  it('kill −9 of petitions while citizens submit and officers register and forward: nothing acknowledged lost, nothing twice', async () => {
    const work = await PetitionsAtWork.begin(system);
    let working = true;
    const killer = (async () => {
      for (let round = 0; working && round < 2; round += 1) {
        await pause(250 + round * 170);
        await ready('petitions');
        process.kill(system.process('petitions').pid, 'SIGKILL');
      }
    })();
    const letters = Array.from({ length: 12 }, (_, serial) => serial);
    const submissions = Array.from({ length: 4 }, (_, serial) => serial);
    const lane = async (serials: number[], work: (serial: number) => Promise<string>) => {
      const ids: string[] = [];
      for (const serial of serials) ids.push(await work(serial));
      return ids;
    };
    const [submitted, ...registered] = await Promise.all([
      lane(submissions, (serial) => work.submission(serial)),
      ...[0, 1, 2].map((rest) =>
        lane(
          letters.filter((serial) => serial % 3 === rest),
          (serial) => work.letter(serial),
        ),
      ),
    ]);
    working = false;
    await killer;
    await ready('petitions');

    const items = await system.adminQuery<{ id: string; title: string }>(
      'petitions',
      `SELECT c.id, c.title, c.state, c.version,
         (SELECT count(*)::int FROM org_task t WHERE t.case_item_id = c.id AND t.custody) AS custodians,
         (SELECT array_agg(o.envelope::jsonb ->> 'type' ORDER BY o.position) FROM outbox o WHERE o.key = c.id::text) AS events,
         (SELECT array_agg(j.action ORDER BY j.id) FROM case_journal j WHERE j.case_item_id = c.id) AS journal
       FROM case_item c WHERE c.title LIKE '示例故障来信%' ORDER BY c.title`,
    );
    expect(items.map(({ title }) => title).sort()).toEqual(letters.map(letterTitle).sort());
    expect(items.map(({ id }) => id).sort()).toEqual(registered.flat().sort());
    for (const item of items)
      expect(item).toMatchObject({
        state: 'IN_HANDLING',
        custodians: 1,
        events: ['junxian.petitions.case.registered.v1', 'junxian.petitions.case.forwarded.v1'],
        journal: ['REGISTER', 'FORWARD'],
      });
    const received = await system.adminQuery<{ id: string; title: string; events: string[] }>(
      'petitions',
      `SELECT s.id, s.title, (SELECT array_agg(o.envelope::jsonb ->> 'type') FROM outbox o WHERE o.key = s.id::text) AS events
       FROM online_submission s WHERE s.title LIKE '示例故障网上信访%' ORDER BY s.title`,
    );
    expect(received.map(({ title }) => title)).toEqual(submissions.map(submissionTitle));
    expect(received.map(({ id }) => id).sort()).toEqual(submitted!.sort());
    for (const { events } of received) expect(events).toEqual(['junxian.petitions.submission.created.v1']);
    await eventually(
      'every event of petitions sent',
      () =>
        system.adminQuery<{ n: number }>(
          'petitions',
          'SELECT count(*)::int AS n FROM outbox WHERE published_at IS NULL',
        ),
      ([left]) => left!.n === 0,
      30_000,
    );
  }, 240_000);

  itAtLength(
    'kill −9 while a sheet is checked, and while it is written: all of it is there once, and a second run changes nothing',
    async () => {
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
        system,
        () => ready('poverty-alleviation'),
        async (at) => {
          await at.hold('member_year_record');
          id = await orderImport(officer, rows);
          await importBecomes(officer, id, ({ phase }) => phase === 'CHECKING');
          await at.hold('import_row');
          await at.killedAt('import_row');
          await at.killedAt('member_year_record', async () => {
            expect((await sql(IMPORTED))[0]).toMatchObject({ households: 0, memberRecords: 0, events: 0 });
          });
        },
      );
      expect(await importBecomes(officer, id, hasEnded)).toMatchObject({
        state: 'DONE',
        result: { accepted: true, rows: 900, newHouseholds: 450, newMembers: 900 },
      });
      expect(await sql(IMPORTED)).toEqual([all]);
      const both = await everyEffectArrived();
      expect(both.counted).toEqual(both.recounted);

      const again = await orderImport(officer, rows);
      expect(await importBecomes(officer, again, hasEnded)).toMatchObject({
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
    },
    240_000,
  );

  itAtLength(
    'kill −9 while a year is opened and counted: it goes on, each row is copied once and every figure is right',
    async () => {
      const keeper = await system.signIn('years');
      const before = await counted(2017);
      await PovertyAtWork.begin(
        system,
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
        () =>
          keeper.query('{ surveyYears { year isCurrentCycle editable isBeingCounted } }').catch(() => null),
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
    },
    240_000,
  );

  /** Events that the service's consumers were given and knew, by its own count. */
  const duplicates = async () => {
    const { origin } = system.process('poverty-alleviation');
    const figures = await (await fetch(`${origin}/metrics`)).text();
    const counts = [
      ...figures.matchAll(/^junxian_events_consumed_total\{[^}]*outcome="duplicate"[^}]*\} (\d+)/gm),
    ];
    return counts.reduce((sum, [, count]) => sum + Number(count), 0);
  };

  it('a second delivery of everything changes nothing', async () => {
    await ready('poverty-alleviation');
    const before = await everyEffectArrived();
    const known = await one(
      `SELECT count(*)::int AS n FROM inbox WHERE event_id IN (SELECT envelope::jsonb ->> 'id' FROM outbox)`,
    );
    expect(known).toBeGreaterThan(60);
    const duplicatesBefore = await duplicates();
    await sql('UPDATE outbox SET published_at = NULL');
    await eventually(
      'the second delivery',
      async () => (await duplicates()) - duplicatesBefore,
      (n) => n >= known,
      60_000,
    );
    expect(await counted(2017)).toEqual(before.counted);
  }, 120_000);
}

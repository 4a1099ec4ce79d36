import { citizenNumber, householdForm, IDENTIFY, places } from '../support/demo';
import { eventually, type SignedIn, type System, startSystem } from '../support/system';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * What must hold when processes die: every committed change has its effect exactly once, and nothing
 * that was not committed has any. The same suite runs on both transports.
 */
export function faultSuite(environment: () => Record<string, string>): void {
  let system: System;
  let officer: SignedIn;

  beforeAll(async () => {
    system = await startSystem({ environment: environment() });
    officer = await system.signIn('yunzhou');
  }, 240_000);
  afterAll(() => system?.stop(), 60_000);

  const sql = <Row>(text: string, parameters: unknown[] = []) =>
    system.adminQuery<Row>('poverty-alleviation', text, parameters);
  const one = async (text: string, parameters: unknown[] = []) =>
    (await sql<{ n: number }>(text, parameters))[0]!.n;

  const counted = () =>
    sql(`SELECT region_code, sum(households)::int AS households, sum(persons)::int AS persons FROM poverty_counter
          WHERE year = 2017 AND households <> 0 GROUP BY 1 ORDER BY 1`);
  const recounted = () =>
    sql(`SELECT code AS region_code, count(*)::int AS households, sum(member_count)::int AS persons
           FROM household_year_record r CROSS JOIN LATERAL (
             VALUES ('000000000000'), (rpad(left(region_code, 2), 12, '0')), (rpad(left(region_code, 4), 12, '0')),
                    (rpad(left(region_code, 6), 12, '0')), (rpad(left(region_code, 9), 12, '0')), (region_code)) AS above(code)
          WHERE year = 2017 GROUP BY 1 ORDER BY 1`);

  /** Identifies a household as often as it takes: the key makes the repetition harmless. */
  async function identifyUntilAnswered(serial: number): Promise<string> {
    const idNumber = citizenNumber(serial % 1000, `19${60 + Math.floor(serial / 1000)}0101`);
    const input = householdForm({
      villageCode: places.village,
      headName: '示例',
      idNumber,
      idempotencyKey: `fault-${serial}`,
    });
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const answer = await officer.query(IDENTIFY, { input }).catch(() => ({ data: null, errors: [] }));
      if (answer.data?.identifyHousehold) return answer.data.identifyHousehold.id;
      await pause(150);
    }
    throw new Error(`household ${serial} was never accepted`);
  }

  const everyEffectArrived = () =>
    eventually(
      'counters equal to a recount',
      async () => ({ counted: await counted(), recounted: await recounted() }),
      (both) => JSON.stringify(both.counted) === JSON.stringify(both.recounted),
      60_000,
    );

  it('kill −9 of the service again and again while officers write: every household once, every figure right', async () => {
    let writing = true;
    const killer = (async () => {
      for (let round = 0; writing && round < 8; round += 1) {
        await pause(900 + round * 137);
        try {
          process.kill(system.process('poverty-alleviation').pid, 'SIGKILL');
        } catch {
          // It is being started again.
        }
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
  }, 240_000);

  it('kill −9 of directory in the middle of changes: the audit chain is whole and every change has its event', async () => {
    const admin = await system.signIn('datong');
    const created: string[] = [];
    const work = (async () => {
      for (let n = 0; n < 12; n += 1) {
        const name = `示例故障单位${n}`;
        for (let attempt = 0; attempt < 100; attempt += 1) {
          const answer = await admin
            .query(
              `mutation ($input: CreateOrganisationInput!) { createOrganisation(input: $input) { id } }`,
              {
                input: {
                  kind: 'DEPARTMENT',
                  sealName: name,
                  regionCode: places.datong,
                  superiorId: await ownOrganisation(),
                  hasExtranet: true,
                },
              },
            )
            .catch(() => ({ data: null, errors: [] as { extensions?: Record<string, unknown> }[] }));
          const code = answer.errors?.[0]?.extensions?.code;
          if (answer.data?.createOrganisation || code === 'DUPLICATE_NAME') break;
          await pause(200);
        }
        created.push(name);
      }
    })();
    let organisation: string | undefined;
    async function ownOrganisation(): Promise<string> {
      organisation ??= (
        await system.adminQuery<{ id: string }>(
          'directory',
          `SELECT organisation_id AS id FROM account WHERE login_name = 'datong'`,
        )
      )[0]!.id;
      return organisation;
    }
    await pause(400);
    process.kill(system.process('directory').pid, 'SIGKILL');
    await pause(2_500);
    process.kill(system.process('directory').pid, 'SIGKILL');
    await work;
    const rows = await system.adminQuery<{ events: number }>(
      'directory',
      `SELECT (SELECT count(*)::int FROM outbox o WHERE o.key = organisation.id::text) AS events
         FROM organisation WHERE seal_name LIKE '示例故障单位%'`,
    );
    expect(rows).toHaveLength(12);
    expect(rows.every(({ events }) => events === 1)).toBe(true);
    const auditor = await system.signIn('auditor');
    const verified = await eventually(
      'the audit',
      () => auditor.query('{ verifyAudit { intact faultCount checked } }'),
      (answer) => answer.data?.verifyAudit != null,
    );
    expect(verified.data!.verifyAudit).toMatchObject({ intact: true, faultCount: 0 });
  }, 180_000);

  it('a second delivery of everything changes nothing', async () => {
    const before = await everyEffectArrived();
    await sql('UPDATE outbox SET published_at = NULL');
    await eventually(
      'the relay',
      () => one('SELECT count(*)::int AS n FROM outbox WHERE published_at IS NULL'),
      (n) => n === 0,
      60_000,
    );
    await pause(3_000);
    expect(await counted()).toEqual(before.counted);
  }, 120_000);
}

import type { SignedIn } from '../support/signing-in';
import { eventually, type System, startSystem } from '../support/system';

/** A system whose processes are killed, and what its poverty service has written. */
export interface FaultStage {
  system(): System;
  /** The county's officer who writes. */
  officer(): SignedIn;
  /** Kills a process with −9; the launcher starts it again. */
  kill(name: string): void;
  /** Waits until a process answers again. */
  ready(name: string): Promise<unknown>;
  /** SQL in the database of the poverty service. */
  sql<Row>(text: string, parameters?: unknown[]): Promise<Row[]>;
  /** The one number `n` that a query tells. */
  one(text: string, parameters?: unknown[]): Promise<number>;
  /** The counters of poor households of a year, by region. */
  counted(year: number): Promise<unknown[]>;
  /** Waits until the counters of a year are what a recount of its rows says; returns both. */
  everyEffectArrived(year?: number): Promise<{ counted: unknown[]; recounted: unknown[] }>;
}

/** The stage of the tests of a `describe`: started before them, ended after them. */
export function faultStage(environment: () => Record<string, string>): FaultStage {
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

  const everyEffectArrived = (year = 2017) =>
    eventually(
      'counters equal to a recount',
      async () => ({ counted: await counted(year), recounted: await recounted(year) }),
      (both) => JSON.stringify(both.counted) === JSON.stringify(both.recounted),
      60_000,
    );

  return {
    system: () => system,
    officer: () => officer,
    kill: (name) => {
      process.kill(system.process(name).pid, 'SIGKILL');
    },
    ready,
    sql,
    one,
    counted,
    everyEffectArrived,
  };
}

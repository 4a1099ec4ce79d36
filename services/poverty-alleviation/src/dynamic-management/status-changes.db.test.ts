import { rule, scenario } from '@junxian/test-kit';
import { VILLAGES } from '../testing/store.support.test';
import { exitCheck } from './exit-check.service';
import { ASSURED, CYCLE, MANAGER, OPERATOR, refusal, Stage } from './stage.fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.store.close());

const changes = () => stage.store.services.statusChanges;
const exit = async (id: string) => {
  const { version } = await stage.record(id);
  await stage.as(MANAGER, (tx) => changes().markExit(tx, { householdId: id, expectedVersion: version }));
};
const stableExit = (
  change: 'STABLE_EXIT' | 'STABLE_EXIT_OF_EXITED',
  ids: readonly string[],
  month?: string,
) =>
  stage.as(MANAGER, (tx) =>
    changes().markStableExit(tx, change, { householdIds: ids, benefitEndMonth: month }),
  );
const returned = async (id: string, more: object = { reason: 'ILLNESS', returnDate: '2017-10-01' }) => {
  const { version } = await stage.record(id);
  await stage.as(MANAGER, (tx) =>
    changes().markReturned(tx, { householdId: id, expectedVersion: version, ...more }),
  );
};

describe('exit', () => {
  scenario(
    'poverty-alleviation',
    7,
    'per capita of 3,100.00 and all other checks passed: exit in 2017',
    async () => {
      const { id } = await stage.family(['SPOUSE', 'SON', 'DAUGHTER', 'MOTHER'], {
        netIncome: '15500.00',
        outcome: ASSURED,
      });
      expect((await stage.record(id)).perCapita).toBe('3100.00');
      await exit(id);
      expect(await stage.situation(id)).toMatchObject({ povertyStatus: 'EXITED', exitYear: 2017 });
    },
  );

  scenario(
    'poverty-alleviation',
    8,
    'per capita of 3,099.99: CHECK_FAILED [INCOME], status unchanged',
    async () => {
      const { id } = await stage.family([], { netIncome: '3099.99', outcome: ASSURED });
      expect(await refusal(exit(id))).toMatchObject({
        code: 'CHECK_FAILED',
        details: { failed: ['INCOME'] },
      });
      expect(await stage.situation(id)).toMatchObject({ povertyStatus: 'UNEXITED', exitYear: null });
      expect(await stage.history(id)).toHaveLength(1);
    },
  );

  scenario('poverty-alleviation', 9, 'unsafe water and a child out of school are both named', async () => {
    const { id } = await stage.family([], {
      netIncome: '4000.00',
      outcome: { ...ASSURED, waterSafe: false, compulsoryEducationMet: false },
    });
    expect(await refusal(exit(id))).toMatchObject({
      code: 'CHECK_FAILED',
      details: { failed: ['WATER_SAFE', 'EDUCATION'] },
    });
  });

  rule(['PA-EX-02', 'PA-EX-03'], 'the line is the year’s; checks are kept with the history', async () => {
    const { id } = await stage.family([], { netIncome: '3200.00', outcome: ASSURED });
    await stage.store.adminQuery(`UPDATE survey_year SET poverty_line = 3200.01 WHERE year = ${CYCLE}`);
    const refused = await refusal(exit(id));
    await stage.store.adminQuery(`UPDATE survey_year SET poverty_line = 3100 WHERE year = ${CYCLE}`);
    expect(refused.details).toEqual({ failed: ['INCOME'] });
    await exit(id);
    expect(await stage.situation(id)).toMatchObject({ povertyStatus: 'EXITED', exitYear: CYCLE });
    const [kept] = await stage.store.adminQuery<{ check_result: Record<string, unknown> }>(
      `SELECT check_result FROM household_status_history WHERE household_id = '${id}' AND operation = 'EXIT'`,
    );
    expect(kept!.check_result).toMatchObject({
      perCapitaNetIncome: '3200.00',
      povertyLine: '3100.00',
      results: expect.arrayContaining([{ item: 'INCOME', passed: true }]),
    });
    expect(await stage.events('status-changed', id)).toEqual([
      {
        householdId: id,
        year: CYCLE,
        operation: 'EXIT',
        from: 'UNEXITED',
        to: 'EXITED',
        reason: null,
        checks: [
          'INCOME',
          'WATER_SAFE',
          'WATER_DIFFICULTY',
          'HOUSING',
          'CRITICAL_ILLNESS_INSURANCE',
          'EDUCATION',
        ],
      },
    ]);
  });

  it('shows the checks before the exit, and none of a household out of reach', async () => {
    const { id } = await stage.family([], { netIncome: '5000.00' });
    const check = await stage.as(MANAGER, (tx) => exitCheck(tx, id));
    expect(check).toMatchObject({ perCapitaNetIncome: '5000.00', povertyLine: '3100.00', passed: false });
    expect(check.results.filter(({ passed }) => passed)).toEqual([{ item: 'INCOME', passed: true }]);
    const other = await stage.family([], { village: VILLAGES.yungang });
    expect(await refusal(stage.as(MANAGER, (tx) => exitCheck(tx, other.id)))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  rule('PA-YR-06', 'only the record of the cycle is written, and none in a closed cycle', async () => {
    const { id } = await stage.family([], { netIncome: '5000.00', outcome: ASSURED });
    await stage.store.adminQuery(
      `INSERT INTO household_year_record SELECT (jsonb_populate_record(r, '{"year": 2016}')).* FROM household_year_record r WHERE household_id = '${id}'`,
    );
    const earlier = () =>
      stage.store.adminQuery(
        `SELECT * FROM household_year_record WHERE household_id = '${id}' AND year = 2016`,
      );
    const before = await earlier();
    await exit(id);
    expect(await earlier()).toEqual(before);
    await stage.store.adminQuery(`UPDATE survey_year SET editable = false WHERE year = ${CYCLE}`);
    const refused = await refusal(stableExit('STABLE_EXIT_OF_EXITED', [id]));
    await stage.store.adminQuery(`UPDATE survey_year SET editable = true WHERE year = ${CYCLE}`);
    expect(refused.code).toBe('YEAR_CLOSED');
  });

  it('lets exactly one of two managers exit a household', async () => {
    const { id } = await stage.family([], { netIncome: '5000.00', outcome: ASSURED });
    const outcomes = await Promise.allSettled([exit(id), exit(id)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await stage.events('status-changed', id)).toHaveLength(1);
    const [row] = await stage.store.adminQuery<{ count: number }>(
      `SELECT count(*)::int AS count FROM dynamic_operation WHERE household_id = '${id}'`,
    );
    expect(row!.count).toBe(1);
  });
});

describe('stable exit', () => {
  scenario(
    'poverty-alleviation',
    10,
    'the function for exited households refuses an unexited one; 1.2.1.3 takes it',
    async () => {
      const { id } = await stage.family();
      expect(await refusal(stableExit('STABLE_EXIT_OF_EXITED', [id]))).toMatchObject({
        code: 'STATE_CONFLICT',
      });
      await stableExit('STABLE_EXIT', [id]);
      expect(await stage.situation(id)).toMatchObject({ povertyStatus: 'STABLE_EXIT' });
    },
  );

  scenario('poverty-alleviation', 11, 'all of 20 exited households at once, with 20 events', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 20; count += 1) ids.push((await stage.family()).id);
    for (const id of ids) await stage.exitedIn(id, 2016);
    await stableExit('STABLE_EXIT_OF_EXITED', ids);
    for (const id of ids) {
      expect(await stage.situation(id)).toMatchObject({ povertyStatus: 'STABLE_EXIT', exitYear: 2016 });
      expect(await stage.events('status-changed', id)).toMatchObject([{ from: 'EXITED', to: 'STABLE_EXIT' }]);
    }
  });

  rule(
    ['PA-SX-01', 'PA-SX-02'],
    'each function refuses the other’s households and then does nothing; no check is made',
    async () => {
      const poor = await stage.family([], { netIncome: '1.00' });
      const exited = await stage.family();
      await stage.exitedIn(exited.id, 2016);
      const refused = await refusal(stableExit('STABLE_EXIT', [poor.id, exited.id]));
      expect(refused).toMatchObject({ code: 'STATE_CONFLICT', field: 'householdIds[1]' });
      expect((await stage.situation(poor.id)).povertyStatus).toBe('UNEXITED');
      await stableExit('STABLE_EXIT', [poor.id]);
      await stableExit('STABLE_EXIT_OF_EXITED', [exited.id]);
      expect(await stage.situation(poor.id)).toMatchObject({ povertyStatus: 'STABLE_EXIT', exitYear: CYCLE });
      expect(await stage.situation(exited.id)).toMatchObject({
        povertyStatus: 'STABLE_EXIT',
        exitYear: 2016,
      });
      expect(await refusal(stableExit('STABLE_EXIT', [poor.id]))).toMatchObject({ code: 'STATE_CONFLICT' });
    },
  );

  it('of many ticked at once every household that is in the way is named by its place', async () => {
    const [first, cleared, third] = [await stage.family(), await stage.family(), await stage.family()];
    const away = await stage.family([], { village: VILLAGES.yungang });
    await stage.store.adminQuery(
      `UPDATE household SET file_status = 'CLEARED', closed_year = 2017 WHERE id = '${cleared.id}'`,
    );
    const ticked = [first.id, cleared.id, third.id, away.id, 'nothing'];
    const refused = await refusal(stableExit('STABLE_EXIT', ticked));
    expect(refused.faults.map(({ code, field }) => `${code} ${field}`)).toEqual([
      'STATE_CONFLICT householdIds[1]',
      'NOT_FOUND householdIds[3]',
      'NOT_FOUND householdIds[4]',
    ]);
    expect((await stage.situation(first.id)).povertyStatus).toBe('UNEXITED');
  });

  it('ends benefits in the month given, or in that of today', async () => {
    const [given, today] = [await stage.family(), await stage.family()];
    await stableExit('STABLE_EXIT', [given.id], '2018-03');
    await stableExit('STABLE_EXIT', [today.id]);
    expect((await stage.situation(given.id)).benefitEndMonth).toBe('2018-03');
    expect((await stage.situation(today.id)).benefitEndMonth).toBe('2017-11');
    expect(await refusal(stableExit('STABLE_EXIT', [(await stage.family()).id], '2017-13'))).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'benefitEndMonth',
    });
  });

  it('lets one of two overlapping selections in opposite order win, and neither waits for ever', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 6; count += 1) ids.push((await stage.family()).id);
    const outcomes = await Promise.allSettled([
      stableExit('STABLE_EXIT', ids),
      stableExit('STABLE_EXIT', [...ids].reverse()),
    ]);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused).toEqual([expect.objectContaining({ code: 'STATE_CONFLICT' })]);
    for (const id of ids) expect(await stage.events('status-changed', id)).toHaveLength(1);
  });

  it('wants something to be ticked', async () => {
    expect(await refusal(stableExit('STABLE_EXIT', []))).toMatchObject({ code: 'NOTHING_SELECTED' });
  });
});

describe('return', () => {
  scenario(
    'poverty-alleviation',
    12,
    'exit of 2016: returned in 2017 by cause 01; exit of 2017: STATE_CONFLICT',
    async () => {
      const early = await stage.family();
      await stage.exitedIn(early.id, 2016);
      await returned(early.id);
      expect(await stage.situation(early.id)).toMatchObject({
        povertyStatus: 'RETURNED',
        returnYear: 2017,
        returnReason: 'ILLNESS',
        exitYear: 2016,
      });
      const late = await stage.family();
      await stage.exitedIn(late.id, 2017);
      expect(await refusal(returned(late.id))).toMatchObject({ code: 'STATE_CONFLICT' });
    },
  );

  rule(
    ['PA-RT-01', 'PA-RT-02'],
    'reason and day are required, all faults at once; the event has the code',
    async () => {
      const { id } = await stage.family();
      await stage.exitedIn(id, 2015);
      const refused = await refusal(returned(id, {}));
      expect(refused.faults.map(({ code, field }) => [code, field])).toEqual([
        ['REASON_REQUIRED', 'reason'],
        ['FIELD_REQUIRED', 'returnDate'],
      ]);
      expect(await refusal(returned(id, { reason: 'ILLNESS', returnDate: '2017-11-21' }))).toMatchObject({
        code: 'INVALID_INPUT',
        field: 'returnDate',
      });
      await returned(id, { reason: 'DISASTER', returnDate: '2017-11-20' });
      expect(await stage.events('status-changed', id)).toMatchObject([
        { operation: 'RETURN', from: 'EXITED', to: 'RETURNED', reason: '04' },
      ]);
      expect((await stage.history(id)).at(-1)).toMatchObject({ operation: 'RETURN', reason: '04' });
    },
  );

  rule('PA-RT-03', 'a stable exit does not return, nor does an unexited household', async () => {
    const { id } = await stage.family();
    expect(await refusal(returned(id))).toMatchObject({ code: 'STATE_CONFLICT' });
    await stableExit('STABLE_EXIT', [id]);
    expect(await refusal(returned(id))).toMatchObject({ code: 'STATE_CONFLICT' });
  });
});

describe('key targets', () => {
  const setKeyTargets = (householdIds: readonly string[], isKeyTarget: boolean) =>
    stage.as(OPERATOR, (tx) => changes().setKeyTargets(tx, { householdIds, isKeyTarget }));

  rule('PA-KT-01', 'are marked in bulk and found by filter; repeating changes nothing', async () => {
    const families = [
      await stage.family([], { village: VILLAGES.yunzhouOther }),
      await stage.family([], {
        village: VILLAGES.yunzhouOther,
        form: {
          basic: {
            householdAttribute: 'ALLOWANCE_POOR',
            identificationStandard: 'PROVINCIAL',
            mainCause: 'ILLNESS',
            isMilitaryMartyrFamily: false,
          },
        },
      }),
    ];
    const ids = families.map(({ id }) => id);
    const found = async (filter: object) => {
      const page = await stage.as(OPERATOR, (tx) =>
        stage.store.services.candidates.inRegion(tx, OPERATOR, { region: '140215102000', ...filter }),
      );
      return page.nodes.map(({ householdId }) => householdId);
    };
    await setKeyTargets(ids, true);
    const versions = await stage.seen(...families);
    await setKeyTargets(ids, true);
    expect(await stage.seen(...families)).toEqual(versions);
    for (const id of ids) expect(await stage.events('key-target-changed', id)).toHaveLength(1);
    expect(await found({ isKeyTarget: true })).toEqual(ids);
    expect(await found({ isKeyTarget: true, attribute: 'ALLOWANCE_POOR' })).toEqual([ids[1]]);
    expect(await found({ isKeyTarget: true, standard: 'NATIONAL' })).toEqual([ids[0]]);
    await setKeyTargets([ids[0]!], false);
    expect(await found({ isKeyTarget: true })).toEqual([ids[1]]);
    expect(await found({ isKeyTarget: false })).toEqual([ids[0]]);
  });
});

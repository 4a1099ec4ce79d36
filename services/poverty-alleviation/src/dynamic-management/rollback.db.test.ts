import { Refusal } from '@junxian/errors';
import { rule, scenario } from '@junxian/test-kit';
import { closedHouseholds } from '../queries/closed-households.service';
import { VILLAGES } from '../testing/store.support.test';
import type { PopulationChangeInput } from './population-form.rules';
import {
  ASSURED,
  type Family,
  MANAGER,
  newMember,
  OPERATOR,
  PROVINCE_ADMIN,
  refusal,
  Stage,
} from './stage.fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.store.close());

const DAY = '2017-09-01';
/** What the province administrator does: preview, type the number, order. */
const rollBack = async (id: string, order: object = {}) => {
  const { rollback, backOfficeRunner } = stage.store.services;
  const input = { householdId: id };
  const { confirmation, previewToken } = await stage.as(PROVINCE_ADMIN, (tx) =>
    backOfficeRunner.preview(tx, rollback, input),
  );
  return stage.as(PROVINCE_ADMIN, (tx) =>
    backOfficeRunner.execute(tx, rollback, input, { reason: '误操作', confirmation, previewToken, ...order }),
  );
};
const exit = async (id: string) => {
  const { version } = await stage.record(id);
  await stage.as(MANAGER, (tx) =>
    stage.store.services.statusChanges.markExit(tx, { householdId: id, expectedVersion: version }),
  );
};
const apply = async (families: readonly { id: string }[], changes: readonly PopulationChangeInput[]) => {
  const households = await stage.seen(...families);
  return stage.as(OPERATOR, (tx) => stage.store.services.population.apply(tx, { households, changes }));
};
const setKeyTarget = (id: string, isKeyTarget: boolean) =>
  stage.as(OPERATOR, (tx) =>
    stage.store.services.statusChanges.setKeyTargets(tx, { householdIds: [id], isKeyTarget }),
  );
const move = (memberId: string, to: Family): PopulationChangeInput => ({
  transfer: { memberId, toHouseholdId: to.id, relationToHead: 'OTHER', reason: 'MARRIAGE', changeDate: DAY },
});
const reduce = (memberId: string, more: object = {}): PopulationChangeInput => ({
  reduce: { memberId, reason: 'MISSING', changeDate: DAY, ...more },
});
const operations = (id: string) =>
  stage.store.adminQuery<{ kind: string; rolledBack: boolean }>(
    `SELECT kind, rolled_back_by IS NOT NULL AS "rolledBack" FROM dynamic_operation WHERE household_id = '${id}' ORDER BY position`,
  );

describe('rollback', () => {
  scenario(
    'poverty-alleviation',
    25,
    'exit in 2017, then rollback 8.1: UNEXITED, exit year null, history shows both',
    async () => {
      const { id } = await stage.family([], { netIncome: '5000.00', outcome: ASSURED });
      await exit(id);
      await rollBack(id);
      expect(await stage.situation(id)).toMatchObject({ povertyStatus: 'UNEXITED', exitYear: null });
      expect((await stage.history(id)).slice(1)).toEqual([
        { operation: 'EXIT', from: '0', to: '1', isRolledBack: true, reason: null },
        { operation: 'ROLLBACK', from: '1', to: '0', isRolledBack: false, reason: null },
      ]);
      expect((await stage.events('status-changed', id)).at(-1)).toMatchObject({
        operation: 'ROLLBACK',
        from: 'EXITED',
        to: 'UNEXITED',
      });
      const [line] = await stage.store.adminQuery<{ function: string; before: object; after: object }>(
        `SELECT function, before, after FROM back_office_operation WHERE household_id = '${id}'`,
      );
      expect(line!.function).toBe('8.1');
      expect(Object.values(line!.before)[0]).toMatchObject({ povertyStatus: '1', exitYear: 2017 });
      expect(Object.values(line!.after)[0]).toMatchObject({ povertyStatus: '0', exitYear: null });
    },
  );

  rule('PA-BO-01', 'operations are taken back from the latest on, and a rollback not at all', async () => {
    const family = await stage.family(['SPOUSE', 'SON'], { netIncome: '12000.00', outcome: ASSURED });
    const start = await stage.situation(family.id);
    await exit(family.id);
    await apply([family], [reduce(family.of.SON!)]);
    await setKeyTarget(family.id, true);
    await rollBack(family.id);
    expect(await stage.situation(family.id)).toMatchObject({ isKeyTarget: false, povertyStatus: 'EXITED' });
    await rollBack(family.id);
    expect(await stage.record(family.id)).toMatchObject({ perCapita: '4000.00', memberCount: 3 });
    await rollBack(family.id);
    expect(await stage.situation(family.id)).toEqual(start);
    expect(await operations(family.id)).toEqual([
      { kind: 'EXIT', rolledBack: true },
      { kind: 'POPULATION_CHANGE', rolledBack: true },
      { kind: 'KEY_TARGET', rolledBack: true },
      { kind: 'ROLLBACK', rolledBack: false },
      { kind: 'ROLLBACK', rolledBack: false },
      { kind: 'ROLLBACK', rolledBack: false },
    ]);
    expect(await refusal(rollBack(family.id))).toMatchObject({ code: 'STATE_CONFLICT' });
  });

  rule('PA-BO-01', 'a transfer waits for what the other household did later', async () => {
    const family = await stage.family(['SON']);
    const target = await stage.family([], { village: VILLAGES.yunzhou2 });
    const start = [await stage.situation(family.id), await stage.situation(target.id)];
    await apply([family, target], [move(family.of.SON!, target)]);
    await setKeyTarget(target.id, true);
    const refused = await refusal(rollBack(family.id));
    expect(refused).toMatchObject({ code: 'STATE_CONFLICT', details: { households: [expect.any(String)] } });
    await rollBack(target.id);
    await rollBack(family.id);
    expect([await stage.situation(family.id), await stage.situation(target.id)]).toEqual(start);
    const [row] = await stage.store.adminQuery<{ here: string; changes: number }>(
      `SELECT (SELECT region_code FROM member WHERE id = '${family.of.SON}') AS here,
         (SELECT count(*)::int FROM population_change WHERE member_id = '${family.of.SON}' AND rolled_back_by IS NOT NULL) AS changes`,
    );
    expect(row).toEqual({ here: VILLAGES.yunzhou1, changes: 2 });
  });

  it('opens a household that was closed, with its head, and deletes the entry of who was added', async () => {
    const family = await stage.family();
    const start = await stage.situation(family.id);
    const baby = newMember('SON', { birthDate: '2017-08-01', education: 'PRESCHOOL_CHILD' });
    const add = { householdId: family.id, member: baby, reason: 'NEWBORN' as const, changeDate: DAY };
    const { changes } = await apply([family], [{ add }]);
    await rollBack(family.id);
    expect(Object.keys(await stage.active(family.id))).toEqual([family.of.HEAD]);
    const { members } = await stage.situation(family.id);
    expect(members.find(({ id }) => id === changes[0]!.memberId)).toMatchObject({ status: 'DELETED' });
    await apply([family], [reduce(family.of.HEAD!)]);
    expect((await stage.situation(family.id)).fileStatus).toBe('CLOSED');
    await rollBack(family.id);
    const now = await stage.situation(family.id);
    expect(now).toMatchObject({ fileStatus: 'ACTIVE', povertyStatus: start.povertyStatus });
    expect(await stage.active(family.id)).toEqual({ [family.of.HEAD!]: 'HEAD' });
    expect(await stage.events('reopened', family.id)).toEqual([{ householdId: family.id, year: 2017 }]);
    // The number is free to come again.
    await apply([family], [{ add }]);
  });

  it('takes a split back: members return, the new file is closed', async () => {
    const family = await stage.family(['SON', 'DAUGHTER'], { netIncome: '9000.00' });
    const start = await stage.situation(family.id);
    const [seen] = await stage.seen(family);
    const id = await stage.as(OPERATOR, (tx) =>
      stage.store.services.split.split(tx, {
        ...seen!,
        members: [{ memberId: family.of.SON!, relationToHead: 'HEAD' }],
        villageCode: VILLAGES.yunzhou2,
        changeDate: DAY,
        basic: { mainCause: 'ILLNESS', isMilitaryMartyrFamily: false },
        productionAndLiving: {},
        incomeAndHealth: {},
        relocation: { isRelocationHousehold: false },
      }),
    );
    await rollBack(id);
    expect(await stage.situation(family.id)).toEqual(start);
    expect(await stage.record(family.id)).toMatchObject({ perCapita: '3000.00', memberCount: 3 });
    expect(await stage.situation(id)).toMatchObject({ fileStatus: 'CLOSED', members: [] });
    expect(await stage.events('closed', id)).toMatchObject([{ reason: 'ROLLBACK' }]);
    // It is not among the households that ceased to be.
    const county = { low: '140215', high: '140216' };
    const closed = await stage.as(OPERATOR, (tx) => closedHouseholds(tx, county, {}));
    expect(closed.nodes.map(({ householdId }) => householdId)).not.toContain(id);
  });

  it('does not overwrite what was changed by other functions since, nor bring back who is active elsewhere', async () => {
    const family = await stage.family(['SPOUSE', 'SON']);
    await apply([family], [reduce(family.of.SON!)]);
    await stage.store.adminQuery(
      `UPDATE member_year_record SET status = '11' WHERE member_id = '${family.of.SPOUSE}'`,
    );
    expect(await refusal(rollBack(family.id))).toMatchObject({ code: 'STATE_CONFLICT' });
    const other = await stage.family();
    const twin = newMember('DAUGHTER');
    const { changes } = await apply(
      [other],
      [{ add: { householdId: other.id, member: twin, reason: 'OTHER', changeDate: DAY } }],
    );
    await apply([other], [reduce(changes[0]!.memberId)]);
    const third = await stage.family();
    await apply(
      [third],
      [{ add: { householdId: third.id, member: twin, reason: 'OTHER', changeDate: DAY } }],
    );
    expect(await refusal(rollBack(other.id))).toMatchObject({ code: 'DUPLICATE_ID' });
  });

  describe('of a member whose row of old data repeats a number (5.7)', () => {
    const repeat = (memberId: string, of: string) =>
      stage.store.adminQuery(
        `UPDATE member_year_record r SET repeats_number = true, id_number_sealed = o.id_number_sealed,
           id_number_index = o.id_number_index, citizen_id = o.citizen_id
         FROM member_year_record o WHERE r.member_id = $1 AND o.member_id = $2 AND r.year = 2017 AND o.year = 2017`,
        [memberId, of],
      );
    const holders = (of: string) =>
      stage.store.adminQuery<{ id: string; marked: boolean }>(
        `SELECT m.member_id AS id, m.repeats_number AS marked FROM member_year_record m
         JOIN member_year_record o ON o.id_number_index = m.id_number_index AND o.year = m.year
         WHERE o.member_id = $1 AND m.status IN ('1', '4') ORDER BY m.member_id`,
        [of],
      );

    rule(
      ['PA-BO-01', 'PA-NI-03'],
      'is refused once the number was registered anew, marked or not',
      async () => {
        const twin = newMember('SON');
        const [family, old] = [await stage.family(), await stage.family(['SON'])];
        const { changes } = await apply(
          [family],
          [{ add: { householdId: family.id, member: twin, reason: 'OTHER', changeDate: DAY } }],
        );
        await repeat(old.of.SON!, changes[0]!.memberId);
        await apply([old], [reduce(old.of.SON!)]);
        // Somebody else carries the number still: what left does not become a duplicate again.
        expect(await refusal(rollBack(old.id))).toMatchObject({ code: 'DUPLICATE_ID' });
        await apply([family], [reduce(changes[0]!.memberId)]);
        const third = await stage.family();
        await apply(
          [third],
          [{ add: { householdId: third.id, member: twin, reason: 'OTHER', changeDate: DAY } }],
        );
        for (const { id } of [old, family]) {
          expect(await refusal(rollBack(id))).toMatchObject({ code: 'DUPLICATE_ID' });
        }
        expect(await holders(old.of.SON!)).toHaveLength(1);
        // Once the number is free he comes back, and obeys the uniqueness as new ones do.
        await rollBack(third.id);
        await rollBack(old.id);
        expect(await holders(old.of.SON!)).toEqual([{ id: old.of.SON, marked: false }]);
      },
    );

    rule(
      'PA-BO-01',
      'brings back a household with both copies, of which one obeys the index again',
      async () => {
        const family = await stage.family(['SON', 'DAUGHTER']);
        await repeat(family.of.SON!, family.of.HEAD!);
        await apply([family], [reduce(family.of.DAUGHTER!), reduce(family.of.SON!), reduce(family.of.HEAD!)]);
        await rollBack(family.id);
        expect((await holders(family.of.HEAD!)).map(({ marked }) => marked).sort()).toEqual([false, true]);
      },
    );

    it('or a registration of the number at the same moment: one of them is refused', async () => {
      const twin = newMember('SON');
      const [family, old, third] = [await stage.family(), await stage.family(['SON']), await stage.family()];
      const { changes } = await apply(
        [family],
        [{ add: { householdId: family.id, member: twin, reason: 'OTHER', changeDate: DAY } }],
      );
      await repeat(old.of.SON!, changes[0]!.memberId);
      await apply([family], [reduce(changes[0]!.memberId)]);
      await apply([old], [reduce(old.of.SON!)]);
      const outcomes = await Promise.allSettled([
        rollBack(old.id),
        apply([third], [{ add: { householdId: third.id, member: twin, reason: 'OTHER', changeDate: DAY } }]),
      ]);
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(refused).toEqual([expect.objectContaining({ code: 'DUPLICATE_ID' })]);
      expect(await holders(old.of.SON!)).toHaveLength(1);
    });
  });

  rule(
    'PA-BO-01',
    'takes nothing back in part: not while one of the households stands in another province by now',
    async () => {
      const here = await stage.family(['SON']);
      const there = await stage.family([], { village: VILLAGES.yungang });
      const households = await stage.seen(here, there);
      await stage.as(PROVINCE_ADMIN, (tx) =>
        stage.store.services.population.apply(tx, { households, changes: [move(here.of.SON!, there)] }),
      );
      // The county went to another province.
      for (const table of [
        'household_year_record',
        'member_year_record',
        'dynamic_operation',
        'population_change',
      ])
        await stage.store.adminQuery(
          `UPDATE ${table} SET region_code = '${VILLAGES.shandong}' WHERE household_id = '${there.id}'`,
        );
      await stage.store.adminQuery(
        `UPDATE household SET region_code = '${VILLAGES.shandong}' WHERE id = '${there.id}'`,
      );
      const before = await stage.situation(here.id);
      expect(await refusal(rollBack(here.id))).toMatchObject({
        code: 'STATE_CONFLICT',
        field: 'householdId',
      });
      expect(await stage.situation(here.id)).toEqual(before);
      expect(await operations(here.id)).toEqual([{ kind: 'POPULATION_CHANGE', rolledBack: false }]);
    },
  );

  it('wants the typed confirmation and a preview that still holds', async () => {
    const { id } = await stage.family();
    await setKeyTarget(id, true);
    expect(await refusal(rollBack(id, { confirmation: '1' }))).toMatchObject({ code: 'CHECK_FAILED' });
    expect(await refusal(rollBack(id, { previewToken: 'x' }))).toMatchObject({ code: 'STALE_VERSION' });
    expect(await refusal(rollBack(id, { reason: ' ' }))).toMatchObject({ code: 'REASON_REQUIRED' });
    expect((await stage.situation(id)).isKeyTarget).toBe(true);
  });

  it('lets one of two administrators take an operation back', async () => {
    const { id } = await stage.family();
    await setKeyTarget(id, true);
    const outcomes = await Promise.allSettled([rollBack(id), rollBack(id)]);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused).toEqual([expect.any(Refusal)]);
    expect(await operations(id)).toHaveLength(2);
  });
});

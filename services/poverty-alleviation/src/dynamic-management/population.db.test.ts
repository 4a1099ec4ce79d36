import { rule, scenario } from '@junxian/test-kit';
import { readMembers } from '../households/household-views.service';
import { VILLAGES } from '../testing/store.support.test';
import type { PopulationChangeInput } from './population-form.rules';
import type { SplitHouseholdInput } from './split.rules';
import { type Family, newMember, OPERATOR, PROVINCE_ADMIN, refusal, Stage } from './stage.fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.store.close());

const DAY = '2017-09-01';
const apply = async (
  families: readonly { id: string }[],
  changes: readonly PopulationChangeInput[],
  who = OPERATOR,
) => {
  const households = await stage.seen(...families);
  return stage.as(who, (tx) => stage.store.services.population.apply(tx, { households, changes }));
};
const transfer = (
  memberId: string,
  to: Family,
  relationToHead = 'OTHER' as const,
): PopulationChangeInput => ({
  transfer: { memberId, toHouseholdId: to.id, relationToHead, reason: 'MARRIAGE', changeDate: DAY },
});
const reduce = (memberId: string, more: object = {}): PopulationChangeInput => ({
  reduce: { memberId, reason: 'DECEASED', changeDate: DAY, ...more },
});
const newborn = (to: Family, more: object = { reason: 'NEWBORN' }): PopulationChangeInput => ({
  add: {
    householdId: to.id,
    member: newMember('SON', { birthDate: '2017-08-30', education: 'PRESCHOOL_CHILD' }),
    changeDate: DAY,
    ...more,
  },
});
const file = async (id: string) => {
  const [row] = await stage.store.adminQuery<{
    file_status: string;
    closed_year: number;
    closure_year: number;
  }>(
    `SELECT h.file_status, h.closed_year, r.closure_year FROM household h
     JOIN household_year_record r ON r.household_id = h.id AND r.year = 2017 WHERE h.id = '${id}'`,
  );
  return row!;
};

describe('population changes', () => {
  scenario(
    'poverty-alleviation',
    13,
    'a newborn makes 4,000.00 per capita 3,200.00; without a reason REASON_REQUIRED',
    async () => {
      const family = await stage.family(['SPOUSE', 'DAUGHTER', 'MOTHER'], { netIncome: '16000.00' });
      expect((await stage.record(family.id)).perCapita).toBe('4000.00');
      expect(await refusal(apply([family], [newborn(family, {})]))).toMatchObject({
        code: 'REASON_REQUIRED',
        field: 'changes[0].add.reason',
      });
      const { changes } = await apply([family], [newborn(family)]);
      expect(await stage.record(family.id)).toMatchObject({ perCapita: '3200.00', memberCount: 5 });
      expect(changes).toMatchObject([
        {
          kind: 'ADD',
          direction: 'IN',
          reason: '01',
          fromHouseholdId: null,
          toHouseholdId: family.id,
          perCapitaBefore: '4000.00',
          perCapitaAfter: '3200.00',
        },
      ]);
      expect(await stage.events('changed', changes[0]!.memberId)).toMatchObject([
        { kind: 'ADD', perCapitaBefore: '4000.00', perCapitaAfter: '3200.00', reason: '01' },
      ]);
    },
  );

  scenario(
    'poverty-alleviation',
    14,
    'the head moves last, and then the household is CLOSED in 2017',
    async () => {
      const family = await stage.family(['SPOUSE', 'SON']);
      const target = await stage.family([], { village: VILLAGES.yunzhou2 });
      const head = transfer(family.of.HEAD!, target);
      expect(await refusal(apply([family, target], [head]))).toMatchObject({ code: 'HEAD_NOT_ALLOWED' });
      await apply([family, target], [transfer(family.of.SPOUSE!, target), transfer(family.of.SON!, target)]);
      await apply([family, target], [head]);
      expect(await file(family.id)).toEqual({ file_status: 'CLOSED', closed_year: 2017, closure_year: 2017 });
      expect(Object.keys(await stage.active(target.id))).toHaveLength(4);
      expect(await stage.events('closed', family.id)).toMatchObject([
        { year: 2017, reason: 'LAST_MEMBER_TRANSFERRED' },
      ]);
    },
  );

  scenario(
    'poverty-alleviation',
    15,
    'the head dies: HEAD_REQUIRED without a new head; the wife gets relation 01 and the others are restated',
    async () => {
      const family = await stage.family(['SPOUSE', 'SON', 'MOTHER']);
      const { HEAD, SPOUSE, SON, MOTHER } = family.of;
      expect(await refusal(apply([family], [reduce(HEAD!)]))).toMatchObject({
        code: 'HEAD_REQUIRED',
        field: 'changes[0].reduce.newHeadId',
      });
      await apply([family], [reduce(HEAD!, { newHeadId: SPOUSE })]);
      expect(await stage.active(family.id)).toEqual({
        [SPOUSE!]: 'HEAD',
        [SON!]: 'SON',
        [MOTHER!]: 'HUSBANDS_MOTHER',
      });
      const { members } = await stage.situation(family.id);
      expect(members.find(({ id }) => id === HEAD)).toMatchObject({
        status: 'DECEASED',
        statusDate: DAY,
        statusReason: '01',
      });
    },
  );

  rule(['PA-PC-01', 'PA-PC-06'], 'every change has a reason; one that fails leaves all undone', async () => {
    const family = await stage.family(['SPOUSE']);
    const target = await stage.family();
    const before = [await stage.situation(family.id), await stage.situation(target.id)];
    const unreasoned = [
      { transfer: { ...transfer(family.of.SPOUSE!, target).transfer!, reason: null } },
      { reduce: { memberId: target.of.HEAD!, changeDate: DAY } },
      { add: { ...newborn(target).add!, reason: null } },
    ];
    const refused = await refusal(apply([family, target], unreasoned));
    expect(refused.faults.map(({ code, field }) => [code, field])).toEqual([
      ['REASON_REQUIRED', 'changes[0].transfer.reason'],
      ['REASON_REQUIRED', 'changes[1].reduce.reason'],
      ['REASON_REQUIRED', 'changes[2].add.reason'],
    ]);
    const twice = newMember('SON', { birthDate: '2016-01-01', education: 'PRESCHOOL_CHILD' });
    const add = { householdId: target.id, member: twice, reason: 'ADOPTED' as const, changeDate: DAY };
    const list = [transfer(family.of.SPOUSE!, target), { add }, { add }];
    expect(await refusal(apply([family, target], list))).toMatchObject({
      code: 'DUPLICATE_ID',
      field: 'changes[2].add.member.idNumber',
    });
    expect([await stage.situation(family.id), await stage.situation(target.id)]).toEqual(before);
  });

  rule(
    'PA-NI-03',
    'nobody is added whose number a person of old data carries, who stands outside its uniqueness, in another province too',
    async () => {
      const twin = newMember('SON');
      const far = await stage.store.identify(
        stage.form(VILLAGES.shandong, [{ ...twin, relationToHead: 'HEAD' }]),
      );
      await stage.store.adminQuery(
        `UPDATE member_year_record SET repeats_number = true WHERE household_id = '${far}'`,
      );
      const family = await stage.family();
      const add = (member = twin) => ({
        add: { householdId: family.id, member, reason: 'OTHER' as const, changeDate: DAY },
      });
      const before = await stage.situation(family.id);
      // The administrator of a province keeps no files as a clerk does, and is told the same.
      for (const who of [OPERATOR, PROVINCE_ADMIN]) {
        const refused = await refusal(apply([family], [add(newMember('DAUGHTER')), add()], who));
        expect(refused).toMatchObject({ code: 'DUPLICATE_ID', field: 'changes[1].add.member.idNumber' });
      }
      expect(await stage.situation(family.id)).toEqual(before);
    },
  );

  rule(
    'PA-PC-02',
    'a member goes to a household found by name or number, with a relation to its head',
    async () => {
      const family = await stage.family(['SON']);
      const daughter = newMember('DAUGHTER', { name: '寻目标' });
      const target = await stage.family([], { village: VILLAGES.yunzhouOther });
      await apply(
        [target],
        [{ add: { householdId: target.id, member: daughter, reason: 'OTHER', changeDate: DAY } }],
      );
      const search = (more: object) =>
        stage.as(OPERATOR, async (tx) => {
          const region = '140215000000';
          const page = await stage.store.services.candidates.forTransfer(tx, OPERATOR, { region, ...more });
          return page.nodes.map(({ householdId }) => householdId);
        });
      expect(await search({ name: '寻目' })).toEqual([target.id]);
      expect(await search({ idNumber: daughter.idNumber })).toEqual([target.id]);
      expect(await refusal(search({}))).toMatchObject({ code: 'INVALID_INPUT' });
      // The household whose member goes is found by any of them too, and by its head alone if that is asked.
      const inRegion = (more: object) =>
        stage.as(OPERATOR, async (tx) => {
          const page = await stage.store.services.candidates.inRegion(tx, OPERATOR, more);
          return page.nodes.map(({ householdId }) => householdId);
        });
      expect(await inRegion({ name: '寻目' })).toEqual([target.id]);
      expect(await inRegion({ idNumber: daughter.idNumber })).toEqual([target.id]);
      expect(await inRegion({ headName: '寻目' })).toEqual([]);
      expect(await inRegion({ headIdNumber: daughter.idNumber })).toEqual([]);
      await apply(
        [family, target],
        [{ transfer: { ...transfer(family.of.SON!, target).transfer!, relationToHead: 'SON_IN_LAW' } }],
      );
      expect(await stage.active(target.id)).toMatchObject({ [family.of.SON!]: 'SON_IN_LAW' });
      const { members } = await stage.situation(target.id);
      expect(members.find(({ id }) => id === family.of.SON)).toMatchObject({
        status: 'TRANSFERRED_IN',
        statusReason: '01',
      });
      // Row by row the member lies where the new household lies.
      const rows = await stage.store.adminQuery<{ region: string }>(
        `SELECT region_code AS region FROM member_year_record WHERE member_id = '${family.of.SON}'
       UNION ALL SELECT region_code FROM member WHERE id = '${family.of.SON}'`,
      );
      expect(rows).toEqual([{ region: VILLAGES.yunzhouOther }, { region: VILLAGES.yunzhouOther }]);
    },
  );

  rule('PA-PC-05', 'reducing the last member closes the household in the cycle', async () => {
    const family = await stage.family(['SPOUSE']);
    await apply(
      [family],
      [reduce(family.of.SPOUSE!, { reason: 'MARRIED_OUT' }), reduce(family.of.HEAD!, { reason: 'MISSING' })],
    );
    expect(await file(family.id)).toEqual({ file_status: 'CLOSED', closed_year: 2017, closure_year: 2017 });
    expect(await stage.record(family.id)).toMatchObject({ perCapita: null, memberCount: 0 });
    const { members } = await stage.situation(family.id);
    expect(members.map(({ status, statusReason }) => [status, statusReason]).sort()).toEqual([
      ['REDUCED', '02'],
      ['REDUCED', '06'],
    ]);
    expect((await stage.history(family.id)).at(-1)).toMatchObject({
      operation: 'CLOSE',
      reason: 'LAST_MEMBER_REDUCED',
    });
  });

  rule('PA-PC-07', 'both households of a transfer are computed anew', async () => {
    const family = await stage.family(['SON'], { netIncome: '9000.01' });
    const target = await stage.family([], { netIncome: '7000.00' });
    const { changes } = await apply([family, target], [transfer(family.of.SON!, target)]);
    expect((await stage.record(family.id)).perCapita).toBe('9000.01');
    expect((await stage.record(target.id)).perCapita).toBe('3500.00');
    expect(
      changes.map(({ direction, perCapitaBefore, perCapitaAfter }) => [
        direction,
        perCapitaBefore,
        perCapitaAfter,
      ]),
    ).toEqual([
      ['OUT', '4500.01', '9000.01'],
      ['IN', '7000.00', '3500.00'],
    ]);
  });

  rule(
    'PA-PC-08',
    'exited and returned households change; stable exits, closed and cleared ones do not',
    async () => {
      const family = await stage.family(['SPOUSE', 'SON']);
      await stage.exitedIn(family.id, 2016);
      await apply([family], [newborn(family)]);
      const status = (code: string) =>
        stage.store.adminQuery(
          `UPDATE household_year_record SET poverty_status = '${code}' WHERE household_id = '${family.id}'`,
        );
      await status('3');
      await apply([family], [newborn(family)]);
      await status('4');
      expect(await refusal(apply([family], [newborn(family)]))).toMatchObject({ code: 'STATE_CONFLICT' });
      await status('0');
      for (const fileStatus of ['CLEARED', 'CLOSED']) {
        await stage.store.adminQuery(
          `UPDATE household SET file_status = '${fileStatus}', closed_year = 2017 WHERE id = '${family.id}'`,
        );
        expect(await refusal(apply([family], [newborn(family)]))).toMatchObject({ code: 'STATE_CONFLICT' });
      }
    },
  );

  it('refuses whom and what it was not told of, stale versions and households out of reach', async () => {
    const family = await stage.family(['SON']);
    const target = await stage.family();
    const away = await stage.family([], { village: VILLAGES.yungang });
    expect(await refusal(apply([family], [transfer(family.of.SON!, target)]))).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'changes[0].transfer.toHouseholdId',
    });
    expect(await refusal(apply([family], [reduce(target.of.HEAD!)]))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusal(apply([family, away], [transfer(family.of.SON!, away)]))).toMatchObject({
      code: 'NOT_FOUND',
      field: 'households[1].householdId',
    });
    const [seen] = await stage.seen(family);
    const households = [{ ...seen!, expectedVersion: seen!.expectedVersion - 1 }];
    const stale = stage.as(OPERATOR, (tx) =>
      stage.store.services.population.apply(tx, { households, changes: [reduce(family.of.SON!)] }),
    );
    expect(await refusal(stale)).toMatchObject({
      code: 'STALE_VERSION',
      field: 'households[0].expectedVersion',
    });
    // The province reaches both counties.
    await apply([family, away], [transfer(family.of.SON!, away)], PROVINCE_ADMIN);
    expect(await stage.active(away.id)).toMatchObject({ [family.of.SON!]: 'OTHER' });
  });

  it('keeps the years before with the household in which they were spent', async () => {
    const family = await stage.family(['SON']);
    const target = await stage.family([], { village: VILLAGES.yungang });
    await stage.store.adminQuery(
      `INSERT INTO household_year_record SELECT (jsonb_populate_record(r, '{"year": 2016}')).* FROM household_year_record r WHERE household_id = '${family.id}';
       INSERT INTO member_year_record SELECT (jsonb_populate_record(r, '{"year": 2016}')).* FROM member_year_record r WHERE household_id = '${family.id}'`,
    );
    await apply([family, target], [transfer(family.of.SON!, target)], PROVINCE_ADMIN);
    const members = await stage.as(OPERATOR, (tx) =>
      readMembers(tx, [{ householdId: family.id, year: 2016 }]),
    );
    expect(members.map(({ id }) => id)).toEqual([family.of.HEAD, family.of.SON]);
  });

  rule(
    'PA-HH-06',
    'of two officers who let head and successor leave at once, one is refused: there is always one head',
    async () => {
      const family = await stage.family(['SPOUSE', 'SON']);
      const { HEAD, SPOUSE, SON } = family.of;
      const outcomes = await Promise.allSettled([
        apply([family], [reduce(HEAD!, { newHeadId: SPOUSE })]),
        apply([family], [reduce(SPOUSE!)]),
      ]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const active = await stage.active(family.id);
      expect(Object.values(active).filter((relation) => relation === 'HEAD')).toHaveLength(1);
      expect(active).toHaveProperty(SON!);
    },
  );

  it('moves two members between the same households in opposite directions at once', async () => {
    const [left, right] = [await stage.family(['SON']), await stage.family(['SON'])];
    const seen = await stage.seen(left, right);
    const move = (memberId: string, to: Family, households: typeof seen) =>
      stage.as(OPERATOR, (tx) =>
        stage.store.services.population.apply(tx, { households, changes: [transfer(memberId, to)] }),
      );
    const outcomes = await Promise.allSettled([
      move(left.of.SON!, right, seen),
      move(right.of.SON!, left, [...seen].reverse()),
    ]);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(['STALE_VERSION']);
  });
});

describe('split', () => {
  const form = (
    family: Family,
    more: Partial<SplitHouseholdInput> = {},
  ): Omit<SplitHouseholdInput, 'expectedVersion'> => ({
    householdId: family.id,
    members: [
      { memberId: family.of.SON!, relationToHead: 'HEAD' },
      { memberId: family.of.DAUGHTER_IN_LAW!, relationToHead: 'SPOUSE' },
    ],
    villageCode: VILLAGES.yunzhou2,
    changeDate: DAY,
    basic: { mainCause: 'LACK_OF_LAND', isMilitaryMartyrFamily: false },
    productionAndLiving: {},
    incomeAndHealth: { wageIncome: '5000.00' },
    relocation: { isRelocationHousehold: false },
    ...more,
  });
  const split = async (family: Family, more: Partial<SplitHouseholdInput> = {}) => {
    const [seen] = await stage.seen(family);
    return stage.as(OPERATOR, (tx) =>
      stage.store.services.split.split(tx, { ...form(family, more), expectedVersion: seen!.expectedVersion }),
    );
  };

  scenario(
    'poverty-alleviation',
    16,
    'son and daughter-in-law of a 5-person household: rejected without a village, with one 3 and 2 persons, same status',
    async () => {
      const family = await stage.family(['SPOUSE', 'SON', 'DAUGHTER_IN_LAW', 'MOTHER'], {
        netIncome: '12000.00',
      });
      expect(await refusal(split(family, { villageCode: null }))).toMatchObject({
        code: 'FIELD_REQUIRED',
        field: 'villageCode',
      });
      const id = await split(family);
      expect(await stage.record(family.id)).toMatchObject({ memberCount: 3, perCapita: '4000.00' });
      expect(await stage.record(id)).toMatchObject({ memberCount: 2, perCapita: '2500.00' });
      const [old, fresh] = [await stage.situation(family.id), await stage.situation(id)];
      expect(fresh.povertyStatus).toBe(old.povertyStatus);
      expect(await stage.active(id)).toEqual({
        [family.of.SON!]: 'HEAD',
        [family.of.DAUGHTER_IN_LAW!]: 'SPOUSE',
      });
    },
  );

  rule('PA-SP-01', 'who leaves are members, never the head, with one new head among them', async () => {
    const family = await stage.family(['SON', 'DAUGHTER_IN_LAW']);
    const head = { memberId: family.of.HEAD!, relationToHead: 'HEAD' as const };
    expect(await refusal(split(family, { members: [head] }))).toMatchObject({
      code: 'HEAD_NOT_ALLOWED',
      field: 'members[0].memberId',
    });
    expect(await refusal(split(family, { members: [] }))).toMatchObject({ code: 'NOTHING_SELECTED' });
    const son = { memberId: family.of.SON!, relationToHead: 'SPOUSE' as const };
    expect(await refusal(split(family, { members: [son] }))).toMatchObject({ code: 'HEAD_REQUIRED' });
    const stranger = await stage.family();
    const another = { memberId: stranger.of.HEAD!, relationToHead: 'HEAD' as const };
    expect(await refusal(split(family, { members: [another] }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusal(split(family, { villageCode: '140215100000' }))).toMatchObject({
      code: 'INVALID_REGION_CODE',
    });
  });

  rule(
    ['PA-SP-02', 'PA-SP-03'],
    'the village is the one chosen; number and head are new; status, attribute, standard and years are the old ones',
    async () => {
      const family = await stage.family(['SON', 'DAUGHTER_IN_LAW'], {
        form: {
          basic: {
            householdAttribute: 'FIVE_GUARANTEES_POOR',
            identificationStandard: 'CITY',
            mainCause: 'ILLNESS',
            isMilitaryMartyrFamily: false,
          },
        },
      });
      await stage.exitedIn(family.id, 2016);
      await stage.store.adminQuery(`UPDATE household SET identified_year = 2014 WHERE id = '${family.id}'`);
      const id = await split(family);
      const [row] = await stage.store.adminQuery<Record<string, unknown>>(
        `SELECT h.region_code, left(h.household_no, 12) AS village, h.identified_year, h.origin_household_id, r.household_attribute,
           r.identification_standard, r.poverty_status, r.exit_year, r.main_cause
         FROM household h JOIN household_year_record r ON r.household_id = h.id WHERE h.id = '${id}'`,
      );
      expect(row).toEqual({
        region_code: VILLAGES.yunzhou2,
        village: VILLAGES.yunzhou2,
        identified_year: 2014,
        origin_household_id: family.id,
        household_attribute: '06',
        identification_standard: '03',
        poverty_status: '1',
        exit_year: 2016,
        main_cause: '05',
      });
      expect(await stage.events('identified', id)).toMatchObject([{ origin: 'SPLIT', members: 2 }]);
      expect(await stage.events('changed', family.of.SON!)).toMatchObject([
        { kind: 'SPLIT', fromHouseholdId: family.id, toHouseholdId: id },
      ]);
    },
  );
});

import { countStatements, rule, scenario } from '@junxian/test-kit';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { assistanceStage, COUNTY, city, county, helperForm, refusal, unitForm } from './assistance.fixture';
import { readHelperPairings, readHelpers, readPairingsOfYears, readUnits } from './pairing-views.service';
import { endHelperPairings, endPairingsWithoutUnit } from './pairings.service';

let store: TestStore;
let stage: ReturnType<typeof assistanceStage>;
beforeAll(async () => {
  store = await openStore();
  stage = assistanceStage(store);
});
afterAll(() => store.close());

const by = () => ({ actor: 'test', now: store.clock.now() });
const pairingEvents = async (pairingId: string) => {
  const rows = await store.adminQuery<{ data: Record<string, unknown> }>(
    `SELECT envelope::jsonb -> 'data' AS data FROM outbox WHERE topic LIKE '%pairing%' ORDER BY position`,
  );
  return rows.map(({ data }) => data).filter((data) => data.pairingId === pairingId);
};
const pairingsOf = (householdId: string, year = 2017) =>
  stage.read((tx) => readPairingsOfYears(tx, [{ householdId, year }]));

scenario(
  'poverty-alleviation',
  17,
  'a helper of a unit that is not paired with the village is refused; once the unit is paired, he or she is taken',
  async () => {
    const unit = await stage.unit();
    const helper = await stage.helper(unit);
    const household = await stage.household(VILLAGES.yunzhou1);
    await stage.pairUnit(unit, VILLAGES.yunzhou2);
    expect(await refusal(stage.pair(household, helper))).toBe('UNIT_NOT_PAIRED helperId');
    expect(await pairingsOf(household)).toEqual([]);
    await stage.pairUnit(unit, VILLAGES.yunzhou1);
    const pairing = await stage.pair(household, helper);
    expect(await pairingsOf(household)).toMatchObject([
      { id: pairing.id, helperId: helper, startDate: '2017-03-01', endDate: null },
    ]);
    expect(await pairingEvents(pairing.id)).toEqual([
      {
        kind: 'HELPER_HOUSEHOLD',
        pairingId: pairing.id,
        actorId: helper,
        target: household,
        startDate: '2017-03-01',
        endDate: null,
      },
    ]);
  },
);

describe('units', () => {
  rule(
    'PA-AU-01',
    'units are created, changed and deleted; one has many villages, a village many units',
    async () => {
      const [one, other] = [await stage.unit(), await stage.unit({ name: '示例县医院' })];
      await stage.pairUnit(one, [VILLAGES.yunzhou1, VILLAGES.yunzhou2, VILLAGES.yunzhou1]);
      await stage.pairUnit(other, VILLAGES.yunzhou1);
      const of = async (village: string) =>
        (await stage.read((tx) => store.services.pairingLists.units(tx, { village, first: 100 }))).nodes.map(
          ({ id }) => id,
        );
      expect(await of(VILLAGES.yunzhou1)).toEqual(expect.arrayContaining([one, other]));
      expect(await of(VILLAGES.yunzhou2)).toContain(one);
      expect(await of(VILLAGES.yunzhou2)).not.toContain(other);

      const change = { ...unitForm({ name: '示例县卫生局' }), id: other, expectedVersion: 1, phone: null };
      await stage.write((tx) => store.services.assistanceUnits.save(tx, change));
      expect(await refusal(stage.write((tx) => store.services.assistanceUnits.save(tx, change)))).toBe(
        'STALE_VERSION expectedVersion',
      );
      const [changed] = await stage.read((tx) => readUnits(tx, [other]));
      expect(changed).toMatchObject({ name: '示例县卫生局', version: 2 });
      expect(store.services.personal.open(changed!.phoneSealed, 'assistance_unit.phone')).toBe(
        '0352-6100000',
      );

      const idle = await stage.unit({ name: '示例县档案局' });
      await stage.write((tx) => store.services.assistanceUnits.delete(tx, idle, 1));
      const list = await stage.read((tx) =>
        store.services.pairingLists.units(tx, { name: '示例县档案', first: 100 }),
      );
      expect(list.nodes).toEqual([]);
      expect(await refusal(stage.pairUnit(idle, VILLAGES.yunzhou1))).toBe('NOT_FOUND unitId');
    },
  );

  rule(
    'PA-AU-01',
    'a pairing names villages of the own region, at least one, each once at a time',
    async () => {
      const unit = await stage.unit();
      expect(await refusal(stage.pairUnit(unit, []))).toBe('NOTHING_SELECTED villageCodes');
      expect(await refusal(stage.pairUnit(unit, VILLAGES.yungang))).toBe('OUT_OF_REGION villageCodes');
      expect(await refusal(stage.pairUnit(unit, '140215100000'))).toBe('INVALID_INPUT villageCodes');
      expect(await refusal(stage.pairUnit(unit, VILLAGES.yunzhou1, '2017-11-21'))).toBe(
        'INVALID_INPUT startDate',
      );
      await stage.pairUnit(unit, VILLAGES.yunzhou1, '2017-06-01');
      expect(await refusal(stage.pairUnit(unit, [VILLAGES.yunzhou2, VILLAGES.yunzhou1], '2017-01-01'))).toBe(
        'STATE_CONFLICT villageCodes',
      );
      const together = await Promise.all([
        refusal(stage.pairUnit(unit, VILLAGES.yunzhou2)),
        refusal(stage.pairUnit(unit, VILLAGES.yunzhou2)),
      ]);
      expect(together.sort()).toEqual(['STATE_CONFLICT villageCodes', 'done']);
    },
  );

  rule(
    'PA-AU-02',
    'a unit with open pairings or helpers is not deleted; once they are gone it is, its history stays',
    async () => {
      const unit = await stage.unit();
      const remove = () => refusal(stage.write((tx) => store.services.assistanceUnits.delete(tx, unit, 1)));
      const helper = await stage.helper(unit);
      expect(await remove()).toBe('STATE_CONFLICT id');
      await stage.write((tx) => store.services.helpers.delete(tx, helper, 1));
      const [pairing] = await stage.pairUnit(unit, VILLAGES.yunzhou1);
      expect(await remove()).toBe('STATE_CONFLICT id');
      const unpair = {
        pairingId: pairing!.id,
        expectedVersion: 1,
        endDate: '2017-11-20',
        reason: '单位撤并',
      };
      expect(await stage.write((tx) => store.services.unitPairings.unpair(tx, unpair))).toMatchObject({
        isDone: true,
        dependentCount: 0,
        pairing: { endDate: '2017-11-20', endReason: '单位撤并' },
      });
      expect(await remove()).toBe('done');
      expect(await stage.read((tx) => readUnits(tx, [unit]))).toMatchObject([
        { isDeleted: true, name: '示例县教育局' },
      ]);
    },
  );

  rule('PA-AU-02', 'a pairing that lies outside the region of whoever deletes counts too', async () => {
    const unit = await stage.unit();
    await stage.pairUnit(unit, VILLAGES.yungang, '2017-01-01', city);
    expect(await refusal(stage.write((tx) => store.services.assistanceUnits.delete(tx, unit, 1)))).toBe(
      'STATE_CONFLICT id',
    );
  });

  it('a unit deleted and staffed at once is either gone or has its helper', async () => {
    for (let round = 0; round < 3; round += 1) {
      const unit = await stage.unit();
      const [gone, staffed] = await Promise.all([
        refusal(stage.write((tx) => store.services.assistanceUnits.delete(tx, unit, 1))),
        refusal(stage.helper(unit)),
      ]);
      expect([
        ['done', 'NOT_FOUND unitId'],
        ['STATE_CONFLICT id', 'done'],
      ]).toContainEqual([gone, staffed]);
    }
  });

  rule(
    'PA-AU-03',
    'ending a pairing with a village first tells which helper pairings end, and ends them once confirmed',
    async () => {
      const unit = await stage.unit();
      const [here] = await stage.pairUnit(unit, VILLAGES.yunzhou1);
      await stage.pairUnit(unit, VILLAGES.yunzhou2);
      const stranger = await stage.unit();
      await stage.pairUnit(stranger, VILLAGES.yunzhou1);
      const [helper, second, foreign] = [
        await stage.helper(unit),
        await stage.helper(unit),
        await stage.helper(stranger),
      ];
      const [home, elsewhere] = [
        await stage.household(VILLAGES.yunzhou1),
        await stage.household(VILLAGES.yunzhou2),
      ];
      const ending = [await stage.pair(home, helper), await stage.pair(home, second, '2017-11-20')];
      const staying = [await stage.pair(home, foreign), await stage.pair(elsewhere, helper)];
      const request = { pairingId: here!.id, expectedVersion: 1, endDate: '2017-11-10', reason: '调整' };

      const shown = await stage.write((tx) => store.services.unitPairings.unpair(tx, request));
      expect(shown).toMatchObject({
        isDone: false,
        dependentCount: 2,
        pairing: { endDate: null, version: 1 },
      });
      expect(shown.dependentPairings.map(({ id }) => id)).toEqual(ending.map(({ id }) => id));
      expect(await pairingsOf(home)).toHaveLength(3);

      const done = await stage.write((tx) =>
        store.services.unitPairings.unpair(tx, { ...request, confirm: true }),
      );
      expect(done).toMatchObject({
        isDone: true,
        dependentCount: 2,
        pairing: { endDate: '2017-11-10', version: 2 },
      });
      const after = await stage.read((tx) =>
        readHelperPairings(
          tx,
          [...ending, ...staying].map(({ id }) => id),
        ),
      );
      // What would have begun later never does.
      expect(after.map(({ startDate, endDate, endReason }) => [startDate, endDate, endReason])).toEqual([
        ['2017-03-01', '2017-11-10', '调整'],
        ['2017-11-20', '2017-11-20', '调整'],
        ['2017-03-01', null, null],
        ['2017-03-01', null, null],
      ]);
      expect(await pairingEvents(ending[0]!.id)).toMatchObject([
        { endDate: null },
        { endDate: '2017-11-10' },
      ]);
      expect(await pairingEvents(here!.id)).toMatchObject([
        { kind: 'UNIT_VILLAGE', target: VILLAGES.yunzhou1, endDate: null },
        { endDate: '2017-11-10' },
      ]);
      const again = { ...request, expectedVersion: 2, confirm: true };
      expect(await refusal(stage.write((tx) => store.services.unitPairings.unpair(tx, again)))).toBe(
        'STATE_CONFLICT pairingId',
      );
      expect(
        await refusal(
          stage.write((tx) =>
            store.services.unitPairings.unpair(tx, { ...again, endDate: '2018-01-01', reason: ' ' }),
          ),
        ),
      ).toBe('INVALID_INPUT endDate, REASON_REQUIRED reason');
    },
  );

  rule(
    'PA-AU-03',
    'a helper whose unit helps the village by another pairing too is not among those that end',
    async () => {
      const unit = await stage.unit();
      const unpair = async (pairingId: string, expectedVersion: number, endDate: string) =>
        stage.write((tx) =>
          store.services.unitPairings.unpair(tx, {
            ...{ pairingId, expectedVersion, endDate, reason: '更正', confirm: true },
          }),
        );
      const termsOf = async (...ids: string[]) =>
        (await stage.read((tx) => readHelperPairings(tx, ids))).map(({ startDate, endDate }) => [
          startDate,
          endDate,
        ]);
      // The unit helped, left and came back; the day it left is corrected.
      const [before] = await stage.pairUnit(unit, VILLAGES.yunzhou1, '2015-01-01');
      await unpair(before!.id, 1, '2016-12-31');
      await stage.pairUnit(unit, VILLAGES.yunzhou1, '2017-02-01');
      const [helper, household] = [await stage.helper(unit), await stage.household(VILLAGES.yunzhou1)];
      const early = await stage.write((tx) =>
        store.services.helperPairings.pair(tx, {
          ...{ householdId: household, helperId: helper, year: 2017 },
          ...{ startDate: '2016-01-01', endDate: '2016-12-31' },
        }),
      );
      const late = await stage.pair(household, helper, '2017-03-01');
      const corrected = await unpair(before!.id, 2, '2016-11-30');
      expect(corrected.dependentPairings.map(({ id }) => id)).toEqual([early.id]);
      expect(corrected.dependentCount).toBe(1);
      expect(await termsOf(early.id, late.id)).toEqual([
        ['2016-01-01', '2016-11-30'],
        ['2017-03-01', null],
      ]);

      // Two villages that were merged brought a pairing of the unit each: the helpers end with the last of them.
      const twice = await stage.unit();
      const [kept, other] = await stage.pairUnit(twice, [VILLAGES.yunzhou1, VILLAGES.yunzhou2]);
      const pairing = await stage.pair(household, await stage.helper(twice));
      await store.adminQuery('UPDATE unit_village_pairing SET region_code = $1 WHERE id = $2', [
        VILLAGES.yunzhou1,
        other!.id,
      ]);
      expect(await unpair(kept!.id, 1, '2017-11-20')).toMatchObject({ isDone: true, dependentCount: 0 });
      expect(await termsOf(pairing.id)).toEqual([['2017-03-01', null]]);
      expect(await unpair(other!.id, 1, '2017-11-20')).toMatchObject({ isDone: true, dependentCount: 1 });
      expect(await termsOf(pairing.id)).toEqual([['2017-03-01', '2017-11-20']]);
    },
  );

  rule(
    'PA-AU-03',
    'a helper paired while the unit is unpaired is either refused or ended with it',
    async () => {
      for (let round = 0; round < 3; round += 1) {
        const unit = await stage.unit();
        const [pairing] = await stage.pairUnit(unit, VILLAGES.yunzhou1);
        const helper = await stage.helper(unit);
        const household = await stage.household(VILLAGES.yunzhou1);
        await Promise.all([
          stage.write((tx) =>
            store.services.unitPairings.unpair(tx, {
              pairingId: pairing!.id,
              expectedVersion: 1,
              endDate: '2017-11-20',
              reason: '调整',
              confirm: true,
            }),
          ),
          refusal(stage.pair(household, helper)),
        ]);
        expect((await pairingsOf(household)).filter(({ endDate }) => endDate === null)).toEqual([]);
      }
    },
  );
});

describe('helpers', () => {
  rule(
    'PA-AH-01',
    'a helper belongs to one unit; nobody is entered twice in the country, nor a phone',
    async () => {
      const unit = await stage.unit();
      const elsewhere = await stage.unit({ regionCode: '140214000000' }, city);
      const serial = stage.serial();
      const form = helperForm(unit, serial);
      const helper = await stage.write((tx) => store.services.helpers.save(tx, form));
      const save = (changes: Parameters<typeof helperForm>[2], principal = city) =>
        refusal(
          stage.write(
            (tx) => store.services.helpers.save(tx, { ...form, unitId: elsewhere, ...changes }),
            principal,
          ),
        );
      expect(await save({})).toBe('DUPLICATE_ID idNumber, DUPLICATE_ID phone');
      expect(await save({ phone: '13911112222' })).toBe('DUPLICATE_ID idNumber');
      // A disability card stands for its holder's citizen number.
      expect(
        await save({ phone: '13911112222', idType: 'DISABILITY_CARD', idNumber: `${form.idNumber}41` }),
      ).toBe('DUPLICATE_ID idNumber');
      expect(await save({ idNumber: idNumber(stage.serial()) })).toBe('DUPLICATE_ID phone');

      // He or she moves: one unit after the other, with number and phone as they stand.
      const move = {
        ...form,
        id: helper,
        expectedVersion: 1,
        unitId: elsewhere,
        idNumber: null,
        phone: null,
      };
      await stage.write((tx) => store.services.helpers.save(tx, move), city);
      expect(await stage.read((tx) => readHelpers(tx, [helper]), city)).toMatchObject([
        { unitId: elsewhere, regionCode: '140214000000', version: 2 },
      ]);
      await stage.write((tx) => store.services.helpers.delete(tx, helper, 2), city);
      expect(await save({})).toBe('done');
    },
  );

  rule('PA-AH-01', 'of two officers who enter one person at once exactly one wins', async () => {
    const units = [await stage.unit(), await stage.unit({ regionCode: '140214000000' }, city)];
    const form = helperForm(units[0]!, stage.serial());
    const answers = await Promise.all(
      units.map((unitId) =>
        refusal(stage.write((tx) => store.services.helpers.save(tx, { ...form, unitId }), city)),
      ),
    );
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
    expect(answers.find((answer) => answer !== 'done')).toContain('DUPLICATE_ID idNumber');
  });

  rule('PA-AH-02', 'a member of a registered poor household anywhere is no helper', async () => {
    const unit = await stage.unit();
    const serial = stage.serial();
    const household = await store.identify(householdForm(VILLAGES.shandong, [memberForm(serial)]));
    const enter = () =>
      refusal(stage.write((tx) => store.services.helpers.save(tx, helperForm(unit, serial))));
    expect(await enter()).toBe('STATE_CONFLICT idNumber');
    await store.adminQuery(
      `UPDATE household SET file_status = 'CLEARED', closed_year = 2017 WHERE id = '${household}'`,
    );
    expect(await enter()).toBe('done');
  });

  rule('PA-AH-02', 'a helper who became a member is paired no more', async () => {
    const unit = await stage.unit();
    await stage.pairUnit(unit, VILLAGES.yunzhou1);
    const serial = stage.serial();
    const helper = await stage.write((tx) => store.services.helpers.save(tx, helperForm(unit, serial)));
    const household = await stage.household(VILLAGES.yunzhou1);
    // Old data: nobody is entered so any more.
    const poor = await stage.household(VILLAGES.yunzhou2);
    await store.adminQuery(
      `UPDATE member_year_record SET id_number_index = (SELECT id_number_index FROM responsible_helper WHERE id = '${helper}')
       WHERE household_id = '${poor}'`,
    );
    expect(await refusal(stage.pair(household, helper))).toBe('STATE_CONFLICT helperId');
  });

  rule(
    'PA-AH-02',
    'nor is an ended pairing of such a helper opened again or made longer; its dates are corrected within',
    async () => {
      const unit = await stage.unit();
      await stage.pairUnit(unit, VILLAGES.yunzhou1, '2015-01-01');
      const [helper, household] = [await stage.helper(unit), await stage.household(VILLAGES.yunzhou1)];
      const { id: pairingId } = await stage.pair(household, helper);
      await stage.write((tx) =>
        endHelperPairings(tx, [household], { date: '2017-10-01', reason: '调整' }, by()),
      );
      const poor = await stage.household(VILLAGES.yunzhou2);
      await store.adminQuery(
        `UPDATE member_year_record SET id_number_index = (SELECT id_number_index FROM responsible_helper WHERE id = '${helper}')
         WHERE household_id = '${poor}'`,
      );
      const change = (startDate: string, endDate: string | null) =>
        refusal(
          stage.write((tx) =>
            store.services.helperPairings.change(tx, {
              ...{ pairingId, expectedVersion: 2, year: 2017, startDate, endDate },
            }),
          ),
        );
      expect(await change('2017-03-01', null)).toBe('STATE_CONFLICT pairingId');
      expect(await change('2017-03-01', '2017-10-02')).toBe('STATE_CONFLICT pairingId');
      expect(await change('2017-02-28', '2017-10-01')).toBe('STATE_CONFLICT pairingId');
      expect(await change('2017-03-02', '2017-09-30')).toBe('done');
    },
  );

  rule('PA-AH-02', 'a helper anywhere is entered into no household, by whatever way', async () => {
    const unit = await stage.unit();
    const serial = stage.serial();
    const helper = await stage.write((tx) => store.services.helpers.save(tx, helperForm(unit, serial)));
    const elsewhere = VILLAGES.shandong;
    const form = householdForm(elsewhere, [
      memberForm(stage.serial()),
      memberForm(serial, { relationToHead: 'SON' }),
    ]);
    expect(await refusal(store.identify(form))).toBe('STATE_CONFLICT members[1].idNumber');
    const household = await stage.household(elsewhere);
    const son = memberForm(serial, { relationToHead: 'SON' });
    const married = {
      householdId: household,
      reason: 'MARRIED_IN' as const,
      changeDate: '2017-05-01',
      member: son,
    };
    const add = () =>
      stage.write(
        (tx) =>
          store.services.population.apply(tx, {
            households: [{ householdId: household, expectedVersion: 1 }],
            changes: [{ add: married }],
          }),
        officer('370102000000', 'COUNTY'),
      );
    expect(await refusal(add())).toBe('STATE_CONFLICT changes[0].add.member.idNumber');
    const province = officer('370000000000', 'PROVINCE', 'PROVINCE_ADMIN');
    const { backOffice, backOfficeFunctions } = store.services;
    const supplement = stage.read(
      (tx) =>
        backOffice.preview(tx, backOfficeFunctions.supplementMember, { householdId: household, member: son }),
      province,
    );
    expect(await refusal(supplement)).toBe('STATE_CONFLICT input.member.idNumber');
    const [head] = await store.adminQuery<{ id: string }>(
      `SELECT member_id AS id FROM member_year_record WHERE household_id = '${household}'`,
    );
    const correction = stage.read(
      (tx) =>
        backOffice.preview(tx, backOfficeFunctions.correctIdentity, {
          ...{ memberId: head!.id, idType: 'RESIDENT_ID', idNumber: idNumber(serial) },
          ...{ birthDate: '1970-01-01', sex: 'MALE' },
        }),
      province,
    );
    expect(await refusal(correction)).toBe('STATE_CONFLICT input.idNumber');
    await stage.write((tx) => store.services.helpers.delete(tx, helper, 1));
    expect(await refusal(add())).toBe('done');
  });

  rule(
    'PA-AH-02',
    'a household has several helpers and a helper several households, each pair once at a time',
    async () => {
      const unit = await stage.unit();
      await stage.pairUnit(unit, VILLAGES.yunzhou1);
      const helpers = [await stage.helper(unit), await stage.helper(unit)];
      const households = [await stage.household(VILLAGES.yunzhou1), await stage.household(VILLAGES.yunzhou1)];
      for (const household of households) for (const helper of helpers) await stage.pair(household, helper);
      expect((await pairingsOf(households[0]!)).map(({ helperId }) => helperId)).toEqual(helpers);
      expect((await pairingsOf(households[1]!)).map(({ helperId }) => helperId)).toEqual(helpers);
      expect(await refusal(stage.pair(households[0]!, helpers[0]!, '2017-10-01'))).toBe(
        'STATE_CONFLICT helperId',
      );
      const fresh = await stage.household(VILLAGES.yunzhou1);
      const both = await Promise.all([
        refusal(stage.pair(fresh, helpers[0]!)),
        refusal(stage.pair(fresh, helpers[0]!)),
      ]);
      expect(both.sort()).toEqual(['STATE_CONFLICT helperId', 'done']);
    },
  );

  it('a helper with pairings in force is neither deleted nor moved', async () => {
    const unit = await stage.unit();
    await stage.pairUnit(unit, VILLAGES.yunzhou1);
    const helper = await stage.helper(unit);
    const pairing = await stage.pair(await stage.household(VILLAGES.yunzhou1), helper);
    const [standing] = await stage.read((tx) => readHelpers(tx, [helper]));
    const remove = () => refusal(stage.write((tx) => store.services.helpers.delete(tx, helper, 1)));
    const form = {
      ...helperForm(await stage.unit(), 1),
      id: helper,
      expectedVersion: 1,
      idNumber: null,
      phone: null,
    };
    expect(await remove()).toBe('STATE_CONFLICT id');
    expect(await refusal(stage.write((tx) => store.services.helpers.save(tx, form)))).toBe(
      'STATE_CONFLICT id',
    );
    await stage.write((tx) =>
      store.services.helperPairings.unpair(tx, {
        pairingId: pairing.id,
        expectedVersion: 1,
        year: 2017,
        endDate: '2017-11-20',
        reason: '调整',
      }),
    );
    expect(await remove()).toBe('done');
    expect(await stage.read((tx) => readHelpers(tx, [helper]))).toMatchObject([
      { name: standing!.name, isDeleted: true },
    ]);
  });
});

describe('pairings of helpers', () => {
  const paired = async () => {
    const unit = await stage.unit();
    await stage.pairUnit(unit, VILLAGES.yunzhou1, '2016-01-01');
    const [helper, household] = [await stage.helper(unit), await stage.household(VILLAGES.yunzhou1)];
    return { unit, helper, household, pairing: await stage.pair(household, helper) };
  };

  rule(
    'PA-HH-04',
    'the date of a pairing is changed; it is dissolved with a reason and stays in the history',
    async () => {
      const { household, pairing } = await paired();
      const change = { pairingId: pairing.id, expectedVersion: 1, year: 2017, startDate: '2017-05-04' };
      const changed = await stage.write((tx) => store.services.helperPairings.change(tx, change));
      expect(changed).toMatchObject({ startDate: '2017-05-04', endDate: null, version: 2 });
      const edit = (startDate: string, endDate: string | null = null) =>
        refusal(
          stage.write((tx) =>
            store.services.helperPairings.change(tx, { ...change, expectedVersion: 2, startDate, endDate }),
          ),
        );
      expect(await edit('2015-12-31')).toBe('UNIT_NOT_PAIRED startDate');
      expect(await edit('2017-06-01', '2017-05-01')).toBe('INVALID_INPUT endDate');
      expect(await refusal(stage.write((tx) => store.services.helperPairings.change(tx, change)))).toBe(
        'STALE_VERSION expectedVersion',
      );
      const dissolve = (endDate: string, reason: string) =>
        stage.write((tx) =>
          store.services.helperPairings.unpair(tx, {
            pairingId: pairing.id,
            expectedVersion: 2,
            year: 2017,
            endDate,
            reason,
          }),
        );
      expect(await refusal(dissolve('2017-11-01', ' '))).toBe('REASON_REQUIRED reason');
      expect(await refusal(dissolve('2017-05-03', '调整'))).toBe('INVALID_INPUT endDate');
      expect(await dissolve('2017-11-01', '责任人调离')).toMatchObject({ endDate: '2017-11-01', version: 3 });
      expect(await pairingsOf(household)).toMatchObject([
        { id: pairing.id, startDate: '2017-05-04', endDate: '2017-11-01', endReason: '责任人调离' },
      ]);
      expect((await pairingEvents(pairing.id)).map(({ startDate, endDate }) => [startDate, endDate])).toEqual(
        [
          ['2017-03-01', null],
          ['2017-05-04', null],
          ['2017-05-04', '2017-11-01'],
        ],
      );
    },
  );

  rule('PA-HH-03', 'the unit’s pairing must last as long as the helper’s', async () => {
    const { unit, helper, pairing, household } = await paired();
    expect(await refusal(stage.pair(household, helper, '2015-12-31'))).toBe('UNIT_NOT_PAIRED helperId');
    await stage.write((tx) =>
      endHelperPairings(tx, [household], { date: '2017-11-20', reason: '销户' }, by()),
    );
    expect(await stage.read((tx) => readHelperPairings(tx, [pairing.id]))).toMatchObject([
      { endDate: '2017-11-20', endReason: '销户' },
    ]);
    await store.adminQuery(
      `UPDATE unit_village_pairing SET end_date = '2017-06-01' WHERE unit_id = '${unit}'`,
    );
    const later = await stage.household(VILLAGES.yunzhou1);
    expect(await refusal(stage.pair(later, helper))).toBe('UNIT_NOT_PAIRED helperId');
    const past = {
      householdId: later,
      helperId: helper,
      year: 2017,
      startDate: '2017-03-01',
      endDate: '2017-06-01',
    };
    expect(await refusal(stage.write((tx) => store.services.helperPairings.pair(tx, past)))).toBe('done');
  });

  rule(
    'PA-HH-03',
    'after a move to another village only helpers stay whose unit is paired with it',
    async () => {
      const { household, pairing } = await paired();
      const both = await stage.unit();
      await stage.pairUnit(both, [VILLAGES.yunzhou1, VILLAGES.yunzhou2]);
      const staying = await stage.pair(household, await stage.helper(both));
      const ended = await stage.write((tx) =>
        endPairingsWithoutUnit(
          tx,
          household,
          VILLAGES.yunzhou2,
          { date: '2017-11-20', reason: '迁村' },
          by(),
        ),
      );
      expect(ended).toMatchObject([{ id: pairing.id, endDate: '2017-11-20' }]);
      expect(await stage.read((tx) => readHelperPairings(tx, [pairing.id, staying.id]))).toMatchObject([
        { endDate: '2017-11-20', villageCode: VILLAGES.yunzhou1 },
        { endDate: null, villageCode: VILLAGES.yunzhou2 },
      ]);
    },
  );

  rule(
    'PA-HH-03',
    'in an earlier year only an ended pairing is entered for a household that lives in another village by now',
    async () => {
      const unit = await stage.unit();
      await stage.pairUnit(unit, VILLAGES.yunzhou1, '2015-01-01');
      const [helper, household] = [await stage.helper(unit), await stage.household(VILLAGES.yunzhou2)];
      await store.adminQuery(
        `INSERT INTO household_year_record
         SELECT (jsonb_populate_record(r, '{"year": 2016, "region_code": "${VILLAGES.yunzhou1}"}')).*
         FROM household_year_record r WHERE household_id = '${household}'`,
      );
      const given = { householdId: household, helperId: helper, year: 2016, startDate: '2016-03-01' };
      const pair = (endDate: string | null) =>
        stage.write((tx) => store.services.helperPairings.pair(tx, { ...given, endDate }));
      expect(await refusal(pair(null))).toBe('INVALID_INPUT endDate');
      const past = await pair('2016-12-31');
      // It stands where the household lives, so that whoever sees one sees the other.
      expect(past).toMatchObject({ villageCode: VILLAGES.yunzhou2, endDate: '2016-12-31' });
      const reopened = stage.write((tx) =>
        store.services.helperPairings.change(tx, {
          ...{ pairingId: past.id, expectedVersion: 1, year: 2016, startDate: '2016-03-01' },
        }),
      );
      expect(await refusal(reopened)).toBe('INVALID_INPUT endDate');
    },
  );

  it('a change of dates waits for the unit’s unpairing under way, and is then told that it came too late', async () => {
    const { unit, household, pairing } = await paired();
    const first = await stage.pair(await stage.household(VILLAGES.yunzhou1), await stage.helper(unit));
    const [earlier, later] = [first.id, pairing.id].sort();
    const [ofUnit] = await store.adminQuery<{ id: string }>(
      'SELECT id FROM unit_village_pairing WHERE unit_id = $1',
      [unit],
    );
    const waiting = async (wanted: number) => {
      for (const end = Date.now() + 20_000; Date.now() < end; ) {
        const [row] = await store.adminQuery<{ n: number }>(
          `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        if (row!.n >= wanted) return;
      }
      throw new Error('Nobody waits');
    };
    const outcomes: Promise<string>[] = [];
    await stage.write(async (tx) => {
      // The unpairing holds the unit's pairing and waits for the first of the helpers'.
      await tx.query('SELECT FROM helper_pairing WHERE id = $1 FOR NO KEY UPDATE', [earlier]);
      const unpairing = { pairingId: ofUnit!.id, expectedVersion: 1, endDate: '2017-11-20', reason: '调整' };
      outcomes.push(
        refusal(
          stage.write((other) => store.services.unitPairings.unpair(other, { ...unpairing, confirm: true })),
        ),
      );
      await waiting(1);
      const change = { pairingId: later!, expectedVersion: 1, year: 2017, startDate: '2017-05-04' };
      outcomes.push(refusal(stage.write((other) => store.services.helperPairings.change(other, change))));
      await waiting(2);
    });
    expect(await Promise.all(outcomes)).toEqual(['done', 'STALE_VERSION expectedVersion']);
    expect((await pairingsOf(household)).map(({ endDate }) => endDate)).toEqual(['2017-11-20']);
  });

  it('are made only in a year that is open for them', async () => {
    const { household, helper } = await paired();
    await store.adminQuery('UPDATE survey_year SET pairing_open = false WHERE year = 2017');
    expect(await refusal(stage.pair(household, helper))).toBe('YEAR_CLOSED year');
    await store.adminQuery('UPDATE survey_year SET pairing_open = true WHERE year = 2017');
    expect(await refusal(stage.pair(household, helper, '2017-03-01', 2016))).toBe(
      'STATE_CONFLICT householdId',
    );
    expect(await refusal(stage.pair(household, helper, '2017-12-31'))).toBe('INVALID_INPUT startDate');
    expect(await refusal(stage.pair(household, 'nobody'))).toBe('NOT_FOUND helperId');
  });
});

rule(
  'PA-QY-09',
  'lists of pairings and of households without a helper, page by page, in a fixed number of statements',
  async () => {
    const unit = await stage.unit();
    const village = VILLAGES.yunzhouOther;
    await stage.pairUnit(unit, village, '2016-07-01');
    const helper = await stage.helper(unit);
    const households: string[] = [];
    for (let count = 0; count < 5; count += 1) households.push(await stage.household(village));
    const [first, second, third, fourth, fifth] = households as [string, string, string, string, string];
    const early = await stage.pair(first, helper, '2016-08-01');
    const open = await stage.pair(second, helper, '2017-11-20');
    const ended = await stage.pair(third, helper, '2017-02-01');
    await stage.write((tx) => endHelperPairings(tx, [third], { date: '2017-10-01', reason: '调整' }, by()));
    // Without policies, and out of the files: neither needs a helper.
    await store.adminQuery(
      `UPDATE household_year_record SET poverty_status = '4' WHERE household_id = '${fourth}'`,
    );

    const { pairingLists } = store.services;
    const all = async (year: number) => {
      const ids: string[] = [];
      let after: string | null = null;
      do {
        const page = await stage.read((tx) =>
          pairingLists.helperPairings(tx, { year, region: village }, { first: 2, after }),
        );
        ids.push(...page.nodes.map(({ id }) => id));
        after = page.hasNextPage ? page.endCursor : null;
      } while (after !== null);
      return ids;
    };
    expect(await all(2017)).toEqual([early.id, open.id, ended.id]);
    expect(await all(2016)).toEqual([early.id]);
    expect(await all(2015)).toEqual([]);
    const units = (year: number) =>
      stage.read((tx) => pairingLists.unitPairings(tx, { year, region: village }, { first: 10 }));
    expect((await units(2016)).nodes).toMatchObject([{ unitId: unit, villageCode: village }]);
    expect((await units(2015)).nodes).toEqual([]);

    const without = (region: string | null, page = {}) =>
      stage.read((tx) => pairingLists.householdsWithoutHelper(tx, county, { year: 2017, region }, page));
    expect((await without(village)).nodes.map(({ householdId }) => householdId)).toEqual([third, fifth]);
    const page = await without(village, { first: 1 });
    expect(page).toMatchObject({ hasNextPage: true, nodes: [{ householdId: third }] });
    expect((await without(village, { first: 1, after: page.endCursor })).nodes).toMatchObject([
      { householdId: fifth },
    ]);
    expect(await refusal(without('140214000000'))).toBe('OUT_OF_REGION region');
    await store.adminQuery(
      `UPDATE household SET file_status = 'CLOSED', closed_year = 2017 WHERE id = '${fifth}'`,
    );
    expect((await without(village)).nodes.map(({ householdId }) => householdId)).toEqual([third]);

    const statementsOf = async (pageSize: number) =>
      (
        await countStatements(store.database, () =>
          stage.read((tx) =>
            pairingLists.helperPairings(tx, { year: 2017, region: COUNTY }, { first: pageSize }),
          ),
        )
      ).statements;
    expect(await statementsOf(20)).toBe(await statementsOf(1));
  },
);

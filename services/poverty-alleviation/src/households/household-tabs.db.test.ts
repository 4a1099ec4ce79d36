import { rule } from '@junxian/test-kit';
import { refused } from '../testing/refusals.support.test';
import { openStage, type Stage, YEARS } from './maintenance.fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** Each part of the page that base maintenance saves. */
const SAVES: Record<string, (id: string, year: number) => Promise<unknown>> = {
  basic: (id, year) => stage.basic(id, year, { mainCause: 'SCHOOLING' }),
  productionAndLiving: (id, year) => stage.living(id, year, { cultivated: '3.50' }),
  incomeAndHealth: (id, year) => stage.income(id, year, { pension: '900' }),
  relocation: (id, year) => stage.relocation(id, year, { isRelocationHousehold: true, mode: 'SCATTERED' }),
  outcome: (id, year) => stage.saveOutcome(id, year, 0, { foodAssured: true }),
  member: async (id, year) => {
    const [head] = await stage.members(id, year);
    return stage.saveMember({ memberId: head!.id, year, expectedVersion: head!.version, workMonths: 6 });
  },
  measure: (id, year) =>
    stage.write((tx) =>
      stage.services.manualMeasures.save(tx, {
        householdId: id,
        year,
        category: 'INDUSTRY',
        content: '发放种羊两只',
      }),
    ),
};

rule(
  ['PA-YR-01', 'PA-YR-03', 'PA-HH-01'],
  'every part of the page is saved by itself, in each editable year, and no other year changes',
  async () => {
    for (const year of YEARS) {
      const { id } = await stage.household();
      for (const [part, save] of Object.entries(SAVES)) {
        if (part === 'measure' && year < 2016) continue;
        const before = await stage.everything(id);
        await save(id, year);
        const after = await stage.everything(id);
        expect([part, YEARS.filter((one) => before[one] !== after[one])]).toEqual([part, [year]]);
      }
      const { basic, productionAndLiving, incomeAndHealth, relocation } = await stage.record(id, year);
      expect(basic).toMatchObject({ mainCause: 'SCHOOLING', householdAttribute: 'GENERAL_POOR' });
      expect(productionAndLiving.cultivated).toBe('3.50');
      expect(incomeAndHealth.pension).toBe('900.00');
      expect(relocation).toMatchObject({ isRelocationHousehold: true, mode: 'SCATTERED' });
      expect(await stage.outcome(id, year)).toMatchObject({ foodAssured: true, housingSafe: null });
      expect((await stage.members(id, year))[0]).toMatchObject({ name: '演示户主', workMonths: 6 });
    }
  },
);

rule('PA-YR-03', 'a closed year takes nothing, whatever the part of the page', async () => {
  const { id } = await stage.household();
  await stage.adminQuery('UPDATE survey_year SET editable = false WHERE year = 2016');
  const before = await stage.everything(id);
  for (const save of Object.values(SAVES))
    expect(await refused(save(id, 2016))).toEqual(['YEAR_CLOSED year']);
  expect(await stage.everything(id)).toEqual(before);
  await stage.adminQuery('UPDATE survey_year SET editable = true WHERE year = 2016');
});

rule(
  ['PA-YR-04', 'PA-YR-05'],
  'locked and greyed fields sent with another value are FIELD_LOCKED, each named, and nothing is saved',
  async () => {
    const { id } = await stage.household();
    const before = await stage.everything(id);
    const locked = {
      householdAttribute: 'ALLOWANCE_POOR',
      identificationStandard: 'CITY',
      povertyStatus: 'EXITED',
      exitYear: 2016,
      returnYear: 2016,
      returnReason: 'ILLNESS',
      closureYear: 2016,
      benefitEndMonth: '2016-12',
      isKeyTarget: true,
    } as const;
    expect(await refused(stage.basic(id, 2016, { address: '演示路一号', ...locked }))).toEqual(
      Object.keys(locked).map((field) => `FIELD_LOCKED ${field}`),
    );
    expect(await stage.everything(id)).toEqual(before);
  },
);

rule('PA-YR-04', 'locked fields sent as they stand are accepted together with the rest', async () => {
  const { id } = await stage.household();
  await stage.basic(id, 2017, {
    address: '演示路一号',
    householdAttribute: 'GENERAL_POOR',
    identificationStandard: 'NATIONAL',
    povertyStatus: 'UNEXITED',
    exitYear: null,
    isKeyTarget: false,
  });
  expect((await stage.record(id)).basic.address).toBe('演示路一号');
});

it('fields left out stay, null clears, and phone and account are sealed and told to nobody', async () => {
  const { id } = await stage.household();
  await stage.basic(id, 2017, {
    phone: '13900005555',
    bankAccount: '6222 0000 1111 3333',
    otherCauses: ['DISASTER'],
    isOnlyChildFamily: true,
  });
  const first = (await stage.record(id)).basic;
  const { personal } = stage.services;
  expect(personal.open(first.phoneSealed, 'household.phone')).toBe('13900005555');
  expect(personal.open(first.bankAccountSealed, 'household.bank_account')).toBe('6222000011113333');
  await stage.basic(id, 2017, { address: ' 演示路二号 ' });
  expect((await stage.record(id)).basic).toMatchObject({
    address: '演示路二号',
    phoneSealed: first.phoneSealed,
    otherCauses: ['DISASTER'],
    isOnlyChildFamily: true,
  });
  await stage.basic(id, 2017, { phone: null, otherCauses: null, isOnlyChildFamily: null });
  expect((await stage.record(id)).basic).toMatchObject({
    address: '演示路二号',
    phoneSealed: null,
    otherCauses: [],
    isOnlyChildFamily: null,
  });
  const told = JSON.stringify(await stage.adminQuery('SELECT envelope FROM outbox'));
  expect(told).toContain('household.record-changed');
  expect(told).not.toMatch(/13900005555|6222000011113333|演示路/);
});

it('all faults of a tab are told at once, and nothing of it is saved', async () => {
  const { id } = await stage.household();
  const before = await stage.everything(id);
  const faulty = {
    mainCause: null,
    otherCauses: ['ILLNESS', 'ILLNESS'] as ('ILLNESS' | 'DISASTER')[],
    phone: '1',
    naturalVillageCode: '14021510000299',
  };
  expect(await refused(stage.basic(id, 2017, faulty))).toEqual([
    'FIELD_REQUIRED mainCause',
    'INVALID_INPUT naturalVillageCode',
    'INVALID_INPUT otherCauses',
    'INVALID_INPUT otherCauses',
    'INVALID_INPUT phone',
  ]);
  const house = { cultivated: '-1', isDilapidatedHouse: true };
  expect(await refused(stage.living(id, 2017, house))).toEqual([
    'INVALID_INPUT cultivated',
    'INVALID_INPUT dilapidatedGrade',
  ]);
  expect(await stage.everything(id)).toEqual(before);
});

rule(
  'PA-HH-05',
  'incomes follow from what was typed in and from the active members, rounded half-up',
  async () => {
    const { id } = await stage.household({ incomeAndHealth: { wageIncome: '10000' } });
    await stage.income(id, 2017, {
      businessIncome: '1000.50',
      propertyIncome: '10',
      assetDividend: '10',
      subsistenceAllowance: '200',
      otherTransfer: '0.50',
      businessExpense: '600.00',
    });
    expect((await stage.record(id)).incomeAndHealth).toMatchObject({
      wageIncome: '10000.00',
      transferIncome: '200.50',
      totalIncome: '11211.00',
      netIncome: '10611.00',
      perCapitaNetIncome: '3537.00',
    });
    expect(await stage.outcome(id)).toMatchObject({ perCapitaIncome: '3537.00' });
    // Who no longer counts divides no longer, also when only an amount is saved.
    await stage.adminQuery(
      `UPDATE member_year_record SET status = '2' WHERE household_id = $1 AND relation_to_head = '03' AND year = 2017`,
      [id],
    );
    await stage.income(id, 2017, { wageIncome: null, businessIncome: '1000.51' });
    expect(await stage.record(id)).toMatchObject({
      basic: { memberCount: 2 },
      incomeAndHealth: { wageIncome: '0.00', netIncome: '611.01', perCapitaNetIncome: '305.51' },
    });
    expect(await refused(stage.income(id, 2017, { assetDividend: '11', pension: '-1' }))).toEqual([
      'INVALID_INPUT pension',
      'INVALID_INPUT assetDividend',
    ]);
  },
);

rule(
  'PA-HH-09',
  'relocation content and mode are editable, and cleared when the household is none',
  async () => {
    const { id } = await stage.household();
    const filled = {
      isRelocationHousehold: true,
      mode: 'WHOLE_VILLAGE',
      resettlement: 'NEW_MIGRANT_VILLAGE',
      resettlementPlace: '演示新村',
      relocatedDate: '2016-10-01',
      followUpSupport: ['ASSET_RETURNS'] as 'ASSET_RETURNS'[],
    } as const;
    await stage.relocation(id, 2016, filled);
    await stage.relocation(id, 2016, { mode: 'SCATTERED', difficulty: 'LACK_OF_MONEY' });
    expect((await stage.record(id, 2016)).relocation).toEqual({
      ...filled,
      mode: 'SCATTERED',
      difficulty: 'LACK_OF_MONEY',
    });
    const faulty = (changes: Parameters<Stage['relocation']>[2]) =>
      refused(stage.relocation(id, 2016, changes));
    expect(await faulty({ isRelocationHousehold: false })).toEqual(['INVALID_INPUT isRelocationHousehold']);
    expect(await faulty({ isRelocationHousehold: null })).toEqual(['FIELD_REQUIRED isRelocationHousehold']);
    expect(await faulty({ relocatedDate: '2017-11-21' })).toEqual(['INVALID_INPUT relocatedDate']);
    await stage.relocation(id, 2016, {
      isRelocationHousehold: false,
      mode: null,
      resettlement: null,
      resettlementPlace: null,
      difficulty: null,
      relocatedDate: null,
      followUpSupport: null,
    });
    expect((await stage.record(id, 2016)).relocation).toMatchObject({
      isRelocationHousehold: false,
      mode: null,
      followUpSupport: [],
    });
  },
);

it('of two officers who save one tab at once, exactly one is told that the other was faster', async () => {
  const { id } = await stage.household();
  const { version: expectedVersion } = await stage.record(id);
  const save = (cultivated: string) =>
    stage
      .write((tx) =>
        stage.services.tabs.saveProductionAndLiving(tx, {
          householdId: id,
          year: 2017,
          expectedVersion,
          cultivated,
        }),
      )
      .then(
        () => cultivated,
        (error: { code?: string }) => error.code,
      );
  const answers = await Promise.all([save('1.00'), save('2.00'), save('3.00')]);
  const { productionAndLiving } = await stage.record(id);
  expect(answers.filter((answer) => answer === 'STALE_VERSION')).toHaveLength(2);
  expect(answers).toContain(productionAndLiving.cultivated);
});

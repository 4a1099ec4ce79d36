import { citizenNumber, HOUSE_NOT_SAFE, personOf, places } from '../../support/demo';
import { eventually } from '../../support/system';
import { changes, figuresOf } from '../figures';
import type { Chapter, Life } from '../life';

const HEAD = citizenNumber(601, '19750312');
const WIFE = citizenNumber(602, '19770820');
const SON = citizenNumber(603, '20090901');

const person = (name: string, idNumber: string, rest: object) => ({
  name,
  ...personOf(idNumber),
  ethnicity: 'HAN',
  health: ['HEALTHY'],
  inMedicalInsurance: true,
  ...rest,
});

/** A farmer's family of three whose net income is one fen a head short of the poverty line: 9,299.97 ÷ 3 = 3,099.99. */
const FAMILY = {
  villageCode: places.village,
  basic: {
    householdAttribute: 'GENERAL_POOR',
    identificationStandard: 'NATIONAL',
    mainCause: 'ILLNESS',
    isMilitaryMartyrFamily: false,
    address: '示例西坪村东头第七户',
    phone: '13800138601',
  },
  productionAndLiving: { cultivated: '4.20', isDilapidatedHouse: true, dilapidatedGrade: 'C' },
  incomeAndHealth: { wageIncome: '9600.00', businessExpense: '300.03' },
  relocation: { isRelocationHousehold: false },
  members: [
    person('示例田大有', HEAD, { relationToHead: 'HEAD', education: 'PRIMARY', labourAbility: 'ORDINARY' }),
    person('示例何秀', WIFE, { relationToHead: 'SPOUSE', education: 'PRIMARY', labourAbility: 'ORDINARY' }),
    person('示例田小有', SON, { relationToHead: 'SON', schoolStatus: 'PRIMARY' }),
  ],
};

const SAVE_OUTCOME =
  'mutation ($input: SaveOutcomeInput!) { saveOutcome(input: $input) { outcome { version perCapitaIncome } } }';
const MARK_EXIT =
  'mutation ($input: MarkExitInput!) { markExit(input: $input) { record(year: 2017) { version basic { povertyStatus exitYear } } } }';

async function exit(life: Life) {
  const { record } = await life.page('yunzhou', life.household.id);
  return { input: { householdId: life.household.id, expectedVersion: record.version } };
}

async function saveOutcome(life: Life, values: object): Promise<void> {
  const { record } = await life.page('village', life.household.id);
  await life.do('village', SAVE_OUTCOME, {
    input: { householdId: life.household.id, year: 2017, expectedVersion: record.outcome.version, ...values },
  });
}

/** The figures that one household of three in this village moves. */
async function figuresMoved(life: Life, expected: Record<string, number>): Promise<void> {
  for (const [region, who] of [
    [places.yunzhou, 'yunzhou'],
    [places.shanxi, 'shanxi'],
  ] as const) {
    const moved = await eventually(
      `the figures of ${region}`,
      async () => changes(life.before.get(region)!, await figuresOf(life, who, region)),
      (now) => JSON.stringify(now) === JSON.stringify(expected),
      10_000,
    ).catch((error: Error) => error.message);
    expect(moved).toEqual(expected);
  }
}

/** Households and persons of the household under a column. */
const three = (...columns: string[]) =>
  Object.fromEntries(
    columns.flatMap((column) => [
      [`${column}.h`, 1],
      [`${column}.p`, 3],
    ]),
  );

const POOR = three(
  'POOR_HOUSEHOLDS poor',
  'POOR_HOUSEHOLDS poor.attribute.01',
  'POOR_HOUSEHOLDS poor.standard.01',
  'POOR_HOUSEHOLDS status.0',
);
const NEW = three(
  'NEWLY_IDENTIFIED new',
  'NEWLY_IDENTIFIED new.attribute.01',
  'NEWLY_IDENTIFIED new.cause.01',
);
const EXITED = three('EXITED exited', 'EXITED status.1', 'EXITED exited.attribute.01');

/** A household is identified, exits and is put back. */
export const households: Chapter = (stage) => {
  stage('a village operator registers a household, and every level above counts it', async (life) => {
    life.secrets.citizenNumbers.push(HEAD, WIFE, SON);
    life.secrets.words.push('示例田大有', '示例何秀', '示例田小有', '东头第七户');
    const { identifyHousehold } = await life.do(
      'village',
      `mutation ($input: IdentifyHouseholdInput!) { identifyHousehold(input: $input) { id householdNo
         record(year: 2017) { basic { povertyStatus memberCount } incomeAndHealth { perCapitaNetIncome }
           members { name idNumber citizen { id } } } } }`,
      { input: FAMILY },
    );
    const { id, householdNo, record } = identifyHousehold;
    life.household = { id, householdNo };
    life.secrets.households.push(life.household);
    expect(record).toMatchObject({
      basic: { povertyStatus: 'UNEXITED', memberCount: 3 },
      incomeAndHealth: { perCapitaNetIncome: '3099.99' },
      members: [
        { name: '示例田大有', idNumber: '140215************', citizen: { id: expect.any(String) } },
        { name: '示例何秀' },
        { name: '示例田小有' },
      ],
    });
    await figuresMoved(life, { ...POOR, ...NEW });
  });

  stage(
    'the county’s exit is refused with the checks that fail, and granted once all six hold',
    async (life) => {
      expect(await life.refused('village', MARK_EXIT, await exit(life))).toMatchObject({ code: 'FORBIDDEN' });
      expect(await life.refused('yunzhou', MARK_EXIT, await exit(life))).toMatchObject({
        code: 'CHECK_FAILED',
        details: {
          failed: [
            'INCOME',
            'WATER_SAFE',
            'WATER_DIFFICULTY',
            'HOUSING',
            'CRITICAL_ILLNESS_INSURANCE',
            'EDUCATION',
          ],
        },
      });
      await saveOutcome(life, HOUSE_NOT_SAFE);
      expect(await life.refused('yunzhou', MARK_EXIT, await exit(life))).toMatchObject({
        code: 'CHECK_FAILED',
        details: { failed: ['INCOME', 'HOUSING'] },
      });

      await saveOutcome(life, { housingSafe: true });
      const { record } = await life.page('village', life.household.id);
      await life.do(
        'village',
        'mutation ($input: SaveIncomeAndHealthInput!) { saveIncomeAndHealth(input: $input) { version } }',
        {
          input: {
            householdId: life.household.id,
            year: 2017,
            expectedVersion: record.version,
            wageIncome: '9600.03',
          },
        },
      );
      const { exitCheck } = await life.do(
        'yunzhou',
        'query ($id: ID!) { exitCheck(householdId: $id) { povertyLine perCapitaNetIncome passed results { passed } } }',
        { id: life.household.id },
      );
      expect(exitCheck).toEqual({
        povertyLine: '3100.00',
        perCapitaNetIncome: '3100.00',
        passed: true,
        results: Array(6).fill({ passed: true }),
      });
      expect(
        await life.refused('yunzhou', MARK_EXIT, {
          input: { householdId: life.household.id, expectedVersion: record.version },
        }),
      ).toMatchObject({ code: 'STALE_VERSION' });
      const { markExit } = await life.do('yunzhou', MARK_EXIT, await exit(life));
      expect(markExit.record.basic).toEqual({ povertyStatus: 'EXITED', exitYear: 2017 });
      await figuresMoved(life, { ...NEW, ...EXITED });
    },
  );

  stage('the province puts the exit back: by preview, with a reason, typed and confirmed', async (life) => {
    const PREVIEW = `query ($input: RollbackInput!) { rollbackPreview(input: $input) {
      before { name value } after { name value } confirmation previewToken } }`;
    const ROLLBACK = `mutation ($input: RollbackInput!, $order: BackOfficeOrderInput!) { rollback(input: $input, order: $order) {
      id function targetId region { code } reason docRef } }`;
    const input = { householdId: life.household.id };
    expect(await life.refused('yunzhou', PREVIEW, { input })).toMatchObject({ code: 'FORBIDDEN' });
    const { rollbackPreview: preview } = await life.do('shanxi', PREVIEW, { input });
    expect(preview.confirmation).toBe(life.household.householdNo);
    const fact = (facts: { name: string; value: string | null }[], name: string) =>
      facts.find((one) => one.name.endsWith(name))?.value;
    expect(fact(preview.before, 'exitYear')).toBe('2017');
    expect(fact(preview.after, 'exitYear')).toBeNull();

    const order = {
      reason: '脱贫时收入核算有误',
      docRef: '晋开发办〔2017〕61号',
      confirmation: preview.confirmation,
      previewToken: preview.previewToken,
    };
    const tried = (changes: object) =>
      life.refused('shanxi', ROLLBACK, { input, order: { ...order, ...changes } });
    expect(await tried({ reason: ' ' })).toMatchObject({ code: 'REASON_REQUIRED' });
    expect(await tried({ confirmation: '确认' })).toMatchObject({ code: 'CHECK_FAILED' });
    const { rollback } = await life.do('shanxi', ROLLBACK, { input, order });
    expect(rollback).toMatchObject({
      function: 'ROLLBACK',
      targetId: life.household.id,
      region: { code: places.village },
      reason: order.reason,
      docRef: order.docRef,
    });
    // Once is enough.
    expect(await tried({})).toMatchObject({ code: 'STATE_CONFLICT' });

    const page = await life.page('village', life.household.id);
    expect(page.record.basic).toEqual({ povertyStatus: 'UNEXITED', exitYear: null, memberCount: 3 });
    expect(page.statusHistory).toEqual([
      expect.objectContaining({ operation: 'IDENTIFY', toStatus: 'UNEXITED', rolledBackBy: null }),
      expect.objectContaining({
        operation: 'EXIT',
        fromStatus: 'UNEXITED',
        toStatus: 'EXITED',
        rolledBackBy: page.statusHistory[2].id,
      }),
      expect.objectContaining({
        operation: 'ROLLBACK',
        fromStatus: 'EXITED',
        toStatus: 'UNEXITED',
        rolledBackBy: null,
      }),
    ]);
    await figuresMoved(life, { ...POOR, ...NEW });
  });
};

import { scopeOf } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { rule } from '@junxian/test-kit';
import type { Operation, Plan } from '../back-office/back-office.service';
import { ROWS_OF_HOUSEHOLD } from '../back-office/move-village';
import type { RelationToHead } from '../code-lists';
import { project } from '../funds/funds.fixture';
import { readMembers, readYearRecords } from '../households/household-views.service';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';

const KEEPER = officer('000000000000', 'NATION', 'SYSTEM_ADMIN');
/** One person in all offices of Shanxi: who may do what is proved elsewhere. */
const SHANXI = officer(
  '140000000000',
  'PROVINCE',
  'OPERATOR',
  'MANAGER',
  'FUND',
  'PROJECT',
  'PROVINCE_ADMIN',
);
const COUNTY = officer('140215000000', 'COUNTY', 'OPERATOR', 'PROJECT');
const DAY = '2018-05-01';

let store: TestStore;
let serial = 0;
/** What was done to a household stands where the household lives now, whatever year it was done in. */
const LOGS = new Set<string>(ROWS_OF_HOUSEHOLD);
/** The tables that are kept by year. */
let tables: { name: string }[] | undefined;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const act = <T>(work: (tx: ScopedTransaction) => Promise<T>, who = SHANXI) =>
  store.database.write(scopeOf(who), work);
const person = (relationToHead: RelationToHead, changes = {}) =>
  memberForm(++serial, { relationToHead, sex: relationToHead === 'SPOUSE' ? 'FEMALE' : 'MALE', ...changes });
const family = (...relations: RelationToHead[]) =>
  store.identify(
    householdForm(
      VILLAGES.yunzhou1,
      ['HEAD', ...relations].map((one) => person(one as RelationToHead)),
    ),
  );
const members = (householdId: string, year: number) => act((tx) => readMembers(tx, [{ householdId, year }]));
const seen = async (householdId: string, year: number) => {
  const [record] = await act((tx) => readYearRecords(tx, [{ householdId, year }]));
  return { householdId, year, expectedVersion: record!.version };
};

/** A digest of every row of a year, by table that is kept by year. */
async function digestOf(year: number): Promise<string[]> {
  tables ??= await store.adminQuery<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'public' AND column_name = 'year' AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const digests = tables.map(({ name }) => {
    const row = LOGS.has(name) ? "(to_jsonb(t) - 'region_code' - 'region_epoch')::text" : 't::text';
    return `SELECT '${name} ' || coalesce(md5(string_agg(${row}, ';' ORDER BY ${row})), '') AS digest FROM ${name} t WHERE year = $1`;
  });
  const rows = await store.adminQuery<{ digest: string }>(digests.join(' UNION ALL '), [year]);
  return rows.map(({ digest }) => digest);
}
/** Runs work that writes one year, and expects that it did and that no other year changed by a byte. */
async function writesOnly(year: 2017 | 2018, what: string, work: () => Promise<unknown>): Promise<void> {
  const other = year === 2017 ? 2018 : 2017;
  const [own, others] = [await digestOf(year), await digestOf(other)];
  await work();
  expect([what, await digestOf(other)]).toEqual([what, others]);
  expect([what, (await digestOf(year)).join() === own.join()]).toEqual([what, false]);
}

/** Previews a function of the back office and confirms it. */
async function confirmed<Input extends object, P extends Plan>(
  operation: Operation<Input, P>,
  input: Input,
): Promise<void> {
  const { backOffice } = store.services;
  const { confirmation, previewToken } = await act((tx) => backOffice.preview(tx, operation, input));
  await act((tx) =>
    backOffice.execute(tx, operation, input, { reason: '核查更正', confirmation, previewToken }),
  );
}

rule(
  'PA-YR-01',
  'whatever is done to a household in one year changes no byte of another',
  async () => {
    const s = store.services;
    const main = await family('SPOUSE', 'SON', 'DAUGHTER_IN_LAW', 'MOTHER');
    const other = await family('SPOUSE', 'SON');
    const exited = await family('SPOUSE');
    const leaving = await family('SPOUSE');
    await store.adminQuery(
      `UPDATE household_year_record SET poverty_status = '1', exit_year = 2017 WHERE household_id = ANY($1::uuid[])`,
      [[exited, leaving]],
    );
    await act(
      (tx) =>
        s.naturalVillages.save(tx, {
          code: `${VILLAGES.yunzhou1}03`,
          year: 2017,
          name: '演示庄',
          households: 9,
        }),
      COUNTY,
    );
    await store.database.write(scopeOf(KEEPER), (tx) => s.yearTurn.open(tx, { year: 2018 }));
    await s.yearTurn.continueOpening(store.database);
    store.clock.set('2018-06-01T09:00:00+08:00');

    for (const year of [2017, 2018] as const) {
      const write = (what: string, work: (tx: ScopedTransaction) => Promise<unknown>) =>
        writesOnly(year, `${what} of ${year}`, () => act(work));
      const basic = await seen(main, year);
      await write('basic tab', (tx) =>
        s.tabs.saveBasic(tx, {
          ...basic,
          address: `${year}路1号`,
          naturalVillageCode: `${VILLAGES.yunzhou1}03`,
        }),
      );
      const living = await seen(main, year);
      await write('living tab', (tx) => s.tabs.saveProductionAndLiving(tx, { ...living, cultivated: '3.5' }));
      const income = await seen(main, year);
      await write('income tab', (tx) =>
        s.tabs.saveIncomeAndHealth(tx, { ...income, wageIncome: `2${year}.00` }),
      );
      const relocation = await seen(main, year);
      await write('relocation tab', (tx) =>
        s.tabs.saveRelocation(tx, {
          ...relocation,
          isRelocationHousehold: true,
          mode: 'SCATTERED',
          resettlement: 'WITH_RELATIVES',
        }),
      );
      const spouse = (await members(main, year)).find(({ relationToHead }) => relationToHead === 'SPOUSE')!;
      await write('member', (tx) =>
        s.memberMaintenance.save(tx, {
          memberId: spouse.id,
          year,
          expectedVersion: spouse.version,
          workMonths: 3,
          workPlace: 'IN_COUNTY',
        }),
      );
      await write('outcome', (tx) =>
        s.outcomeMaintenance.save(tx, {
          householdId: main,
          year,
          expectedVersion: 0,
          waterSafe: true,
          waterDifficulty: false,
          housingSafe: true,
          criticalIllnessInsured: true,
          compulsoryEducationMet: true,
        }),
      );
      await write('measure', (tx) =>
        s.manualMeasures.save(tx, {
          householdId: main,
          year,
          category: 'INDUSTRY',
          content: '发放羊羔',
          date: `${year}-03-01`,
        }),
      );
      const [measure] = await store.adminQuery<{ id: string }>(
        'SELECT id FROM assistance_measure WHERE year = $1',
        [year],
      );
      await write('measure taken back', (tx) => s.manualMeasures.delete(tx, measure!.id, 1));
      await writesOnly(year, `attribute of ${year}`, () =>
        confirmed(s.backOfficeFunctions.adjustAttribute, {
          householdId: main,
          year,
          householdAttribute: 'ALLOWANCE_POOR',
        }),
      );
      await writesOnly(year, `natural village of ${year}`, () =>
        act(
          (tx) =>
            s.naturalVillages.save(tx, {
              code: `${VILLAGES.yunzhou1}03`,
              year,
              expectedVersion: 1,
              households: year,
            }),
          COUNTY,
        ),
      );
    }

    const cycle = (what: string, work: (tx: ScopedTransaction) => Promise<unknown>) =>
      writesOnly(2018, what, () => act(work));
    const office = <Input extends object, P extends Plan>(
      what: string,
      operation: Operation<Input, P>,
      input: Input,
    ) => writesOnly(2018, what, () => confirmed(operation, input));
    const { backOfficeFunctions: functions } = s;
    const version = async (id: string) => (await seen(id, 2018)).expectedVersion;
    const of = async (id: string, relation: RelationToHead) =>
      (await members(id, 2018)).find(({ relationToHead }) => relationToHead === relation)!.id;
    const population = async (
      what: string,
      ids: string[],
      changes: Parameters<typeof s.population.apply>[1]['changes'],
    ) => {
      const households = await Promise.all(
        ids.map(async (householdId) => ({ householdId, expectedVersion: await version(householdId) })),
      );
      await cycle(what, (tx) => s.population.apply(tx, { households, changes }));
    };

    await cycle('identification', (tx) =>
      s.identification.identify(tx, householdForm(VILLAGES.yunzhou2, [person('HEAD')])),
    );
    await cycle('key targets', (tx) =>
      s.statusChanges.setKeyTargets(tx, { householdIds: [main, other], isKeyTarget: true }),
    );
    const exit = await version(main);
    await cycle('exit', (tx) => s.statusChanges.markExit(tx, { householdId: main, expectedVersion: exit }));
    await writesOnly(2018, 'rollback', async () => {
      const input = { householdId: main };
      const { confirmation, previewToken } = await act((tx) =>
        s.backOfficeRunner.preview(tx, s.rollback, input),
      );
      await act((tx) =>
        s.backOfficeRunner.execute(tx, s.rollback, input, { reason: '误操作', confirmation, previewToken }),
      );
    });
    const returning = await version(exited);
    await cycle('return', (tx) =>
      s.statusChanges.markReturned(tx, {
        householdId: exited,
        expectedVersion: returning,
        reason: 'ILLNESS',
        returnDate: DAY,
      }),
    );
    await cycle('stable exit', (tx) =>
      s.statusChanges.markStableExit(tx, 'STABLE_EXIT', { householdIds: [exited] }),
    );
    await cycle('stable exit of exited', (tx) =>
      s.statusChanges.markStableExit(tx, 'STABLE_EXIT_OF_EXITED', { householdIds: [leaving] }),
    );

    await population(
      'addition',
      [main],
      [{ add: { householdId: main, member: person('OTHER'), reason: 'NEWBORN', changeDate: DAY } }],
    );
    await population(
      'reduction',
      [main],
      [{ reduce: { memberId: await of(main, 'MOTHER'), reason: 'DECEASED', changeDate: DAY } }],
    );
    await population(
      'transfer',
      [other, main],
      [
        {
          transfer: {
            memberId: await of(other, 'SON'),
            toHouseholdId: main,
            relationToHead: 'OTHER',
            reason: 'SUPPORT_OF_FAMILY',
            changeDate: DAY,
          },
        },
      ],
    );
    const split = {
      householdId: main,
      expectedVersion: await version(main),
      members: [
        { memberId: await of(main, 'SON'), relationToHead: 'HEAD' as const },
        { memberId: await of(main, 'DAUGHTER_IN_LAW'), relationToHead: 'SPOUSE' as const },
      ],
      villageCode: VILLAGES.yunzhou2,
      changeDate: DAY,
      basic: { mainCause: 'LACK_OF_LAND' as const, isMilitaryMartyrFamily: false },
      productionAndLiving: {},
      incomeAndHealth: { wageIncome: '5000.00' },
      relocation: { isRelocationHousehold: false },
    };
    await cycle('split', (tx) => s.split.split(tx, split));

    const industry = await project(store, { year: 2018, stage: 'IMPLEMENTING' });
    await store.adminQuery('INSERT INTO project_village (project_id, region_code) VALUES ($1, $2)', [
      industry,
      VILLAGES.yunzhou1,
    ]);
    await writesOnly(2018, 'beneficiaries', () =>
      act(
        (tx) =>
          s.projectBeneficiaries.set(tx, {
            projectId: industry,
            expectedVersion: 1,
            add: [{ householdId: main, content: '入股分红' }],
          }),
        COUNTY,
      ),
    );
    await office('standard', functions.adjustStandard, {
      householdId: main,
      identificationStandard: 'PROVINCIAL',
    });
    await office('supplemented member', functions.supplementMember, {
      householdId: main,
      member: person('OTHER'),
    });
    await office('supplemented household', functions.supplementHousehold, {
      identifiedYear: 2016,
      household: householdForm(VILLAGES.yunzhou1, [person('HEAD')]),
    });
    await office('cleared person', functions.clearPersons, {
      householdId: main,
      memberIds: [await of(main, 'OTHER')],
    });
    await office('moved village', functions.moveVillage, {
      householdId: other,
      villageCode: VILLAGES.yunzhou2,
    });
    await office('cleared household', functions.clearHousehold, { householdId: other });

    // The two exceptions: corrections of an identity, and natural villages that are deleted, hold for all years.
    const [head] = await members(main, 2018);
    const name = () =>
      store.adminQuery<{ name: string }>('SELECT name FROM member_year_record WHERE member_id = $1', [
        head!.id,
      ]);
    await confirmed(functions.correctIdentity, { memberId: head!.id, name: '更正名' });
    expect(await name()).toEqual([{ name: '更正名' }, { name: '更正名' }]);
    await act((tx) => s.naturalVillages.remove(tx, [`${VILLAGES.yunzhou1}03`], 2018), COUNTY);
    expect(await store.adminQuery('SELECT FROM natural_village_year_record')).toEqual([]);
    expect(
      await store.adminQuery('SELECT FROM household_year_record WHERE natural_village_code IS NOT NULL'),
    ).toEqual([]);
  },
  60_000,
);

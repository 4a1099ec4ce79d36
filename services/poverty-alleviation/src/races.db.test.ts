import { scopeOf } from '@junxian/identity';
import { rule } from '@junxian/test-kit';
import { helperForm, unitForm } from './assistance/assistance.fixture';
import { type Office, openOffice } from './back-office/back-office.fixture';
import type { Operation, Plan } from './back-office/back-office.service';
import { FUND, moneyOfCounty, PLACES, project } from './funds/funds.fixture';
import { closedBefore } from './survey-years/closed-years.fixture';
import { type Deed, playedAtOnce } from './testing/at-once.fixture';
import { householdForm, memberForm } from './testing/forms.support.test';
import { officer, operatorOf, VILLAGES } from './testing/store.support.test';
import { oldPoorVillage } from './testing/villages.support.test';

/*
 * What people of different rooms do to one thing at the same moment. In each case the first has written and has not committed when
 * the others begin; they wait for it and then meet what it did.
 */

const OPERATOR = operatorOf(VILLAGES.yunzhou1);
const KEEPER = officer('000000000000', 'NATION', 'SYSTEM_ADMIN');

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
beforeEach(async () => {
  await office.clear();
  await office.adminQuery(
    'UPDATE survey_year SET editable = true, closed_at = NULL, closed_by = NULL, version = 1',
  );
  await closedBefore(office, 2017);
});
afterAll(() => office.close());

const atOnce = (first: Deed, ...others: readonly Deed[]) => playedAtOnce(office, first, others);
const run = ([who, work]: Deed) => office.database.write(scopeOf(who), work);

/** The carrying out of a function that was previewed before anything else happened. */
async function ordered<Input extends object, P extends Plan>(
  operation: Operation<Input, P>,
  input: Input,
): Promise<Deed> {
  const { confirmation, previewToken } = await office.preview(operation, input);
  const order = { reason: '核查更正', confirmation, previewToken };
  return [office.admin, (tx) => office.services.backOffice.execute(tx, operation, input, order)];
}

/** A child is born to a household. */
const addition = (householdId: string, serial: number): Deed => [
  OPERATOR,
  (tx) =>
    office.services.population.apply(tx, {
      households: [{ householdId, expectedVersion: 1 }],
      changes: [
        {
          add: {
            ...{ householdId, reason: 'NEWBORN', changeDate: '2017-09-01' },
            member: memberForm(serial, { relationToHead: 'OTHER' }),
          },
        },
      ],
    }),
];

describe('a household', () => {
  const tab = (householdId: string): Deed => [
    OPERATOR,
    (tx) =>
      office.services.tabs.saveIncomeAndHealth(tx, {
        ...{ householdId, year: 2017, expectedVersion: 1, wageIncome: '1.00' },
      }),
  ];
  const member = (memberId: string): Deed => [
    OPERATOR,
    (tx) =>
      office.services.memberMaintenance.save(tx, {
        ...{ memberId, year: 2017, expectedVersion: 1, workMonths: 3, workPlace: 'IN_COUNTY' },
      }),
  ];
  const standing = (id: string) =>
    office.adminQuery<{ status: string; wage: string; active: number }>(
      `SELECT h.file_status AS status, r.wage_income AS wage,
         (SELECT count(*)::int FROM member_year_record m WHERE m.household_id = h.id AND m.status IN ('1', '4')) AS active
       FROM household h JOIN household_year_record r ON r.household_id = h.id WHERE h.id = $1`,
      [id],
    );

  rule(
    'PA-BO-03',
    'that is being cleared takes no change of its page, its members or their number',
    async () => {
      const { id, members } = await office.household();
      const clearing = await ordered(office.functions.clearHousehold, { householdId: id });
      expect(await atOnce(clearing, tab(id), member(members[1]!.id), addition(id, office.next()))).toEqual([
        'done',
        'STATE_CONFLICT',
        'STATE_CONFLICT',
        'STATE_CONFLICT',
      ]);
      expect(await standing(id)).toEqual([{ status: 'CLEARED', wage: '16000.00', active: 0 }]);
    },
  );

  rule('PA-BO-00', 'that was changed after the preview is not cleared by it', async () => {
    for (const change of ['tab', 'member', 'addition'] as const) {
      const { id, members } = await office.household();
      const clearing = await ordered(office.functions.clearHousehold, { householdId: id });
      const changes = { tab: tab(id), member: member(members[1]!.id), addition: addition(id, office.next()) };
      expect([change, await atOnce(changes[change], clearing)]).toEqual([change, ['done', 'STALE_VERSION']]);
      expect((await standing(id))[0]).toMatchObject({ status: 'ACTIVE' });
    }
  });

  rule(
    'PA-YR-04',
    'whose locked fields are being changed is not saved by a page that shows the old ones',
    async () => {
      const { id, members } = await office.household();
      const year = 2017;
      const adjusting = await ordered(office.functions.adjustAttribute, {
        ...{ householdId: id, year, householdAttribute: 'ALLOWANCE' as const },
      });
      expect(await atOnce(adjusting, tab(id))).toEqual(['done', 'STALE_VERSION']);
      const { id: memberId } = members[1]!;
      const correcting = await ordered(office.functions.correctIdentity, { memberId, name: '更正名' });
      expect(await atOnce(correcting, member(memberId))).toEqual(['done', 'STALE_VERSION']);
      const rows = await office.adminQuery(
        `SELECT m.name, m.work_months, r.household_attribute, r.wage_income FROM member_year_record m
       JOIN household_year_record r USING (household_id, year) WHERE member_id = $1`,
        [memberId],
      );
      expect(rows).toEqual([
        { name: '更正名', work_months: null, household_attribute: '02', wage_income: '16000.00' },
      ]);
    },
  );
});

/** A unit of the county, whose helpers are entered. */
const unit = () =>
  office.database.write(scopeOf(OPERATOR), (tx) => office.services.assistanceUnits.save(tx, unitForm()));
const helping = (unitId: string, serial: number): Deed => [
  OPERATOR,
  (tx) => office.services.helpers.save(tx, helperForm(unitId, serial)),
];
/** Who is a helper and a member: nobody, ever. */
const both = () =>
  office.adminQuery(
    `SELECT FROM responsible_helper h JOIN member_year_record m USING (id_number_index)
     WHERE h.deleted_at IS NULL AND m.status IN ('1', '4')`,
  );

describe('a helper of a household', () => {
  rule(
    ['PA-HH-03', 'PA-AU-03', 'PA-BO-07'],
    'stays with no household in a village that the unit leaves while the household comes, whoever comes first',
    async () => {
      const [here, there] = [VILLAGES.yunzhou1, VILLAGES.yunzhou2];
      const { helpers, unitPairings, helperPairings } = office.services;
      const staged = async () => {
        const { id: householdId } = await office.household();
        const unitId = await unit();
        const helperId = await run([OPERATOR, (tx) => helpers.save(tx, helperForm(unitId, office.next()))]);
        const pairings = await office.database.write(scopeOf(OPERATOR), (tx) =>
          unitPairings.pair(tx, { unitId, villageCodes: [here, there], startDate: '2017-01-01' }),
        );
        const { id: pairingId } = pairings.find(({ villageCode }) => villageCode === there)!;
        const term = { year: 2017, startDate: '2017-03-01' };
        await run([
          OPERATOR,
          (tx) => helperPairings.pair(tx, { householdId, helperId: String(helperId), ...term }),
        ]);
        const request = { pairingId, expectedVersion: 1, endDate: '2017-11-20', reason: '调整' };
        const leaving: Deed = [OPERATOR, (tx) => unitPairings.unpair(tx, { ...request, confirm: true })];
        const move = () => ordered(office.functions.moveVillage, { householdId, villageCode: there });
        const standing = () =>
          office.adminQuery(
            'SELECT region_code AS village, end_date::text AS ended FROM helper_pairing WHERE household_id = $1',
            [householdId],
          );
        return { leaving, move, standing };
      };
      const ended = [{ village: there, ended: '2017-11-20' }];
      const came = await staged();
      expect(await atOnce(await came.move(), came.leaving)).toEqual(['done', 'done']);
      expect(await came.standing()).toEqual(ended);
      // The preview said that the helper comes along; the next one says that he or she does not.
      const left = await staged();
      expect(await atOnce(left.leaving, await left.move())).toEqual(['done', 'STALE_VERSION']);
      expect(await left.standing()).toEqual([{ village: here, ended: null }]);
      await run(await left.move());
      expect(await left.standing()).toEqual(ended);
    },
  );
});

describe('a person', () => {
  const identified = (serial: number): Deed => [
    OPERATOR,
    (tx) =>
      office.services.identification.identify(tx, householdForm(VILLAGES.yunzhou1, [memberForm(serial)])),
  ];

  rule('PA-AH-02', 'becomes a helper or a member of a poor household, whoever comes first', async () => {
    const unitId = await unit();
    const { id } = await office.household();
    const [first, second, third] = [office.next(), office.next(), office.next()];
    expect(await atOnce(helping(unitId, first), identified(first), addition(id, first))).toEqual([
      'done',
      'STATE_CONFLICT',
      'STATE_CONFLICT',
    ]);
    expect(await atOnce(identified(second), helping(unitId, second))).toEqual(['done', 'STATE_CONFLICT']);
    expect(await atOnce(addition(id, third), helping(unitId, third))).toEqual(['done', 'STATE_CONFLICT']);
    expect(await both()).toEqual([]);
  });

  rule(
    'PA-AH-02',
    'is no helper of an import either whose rows are of somebody identified meanwhile',
    async () => {
      const unitId = await unit();
      const [taken, free] = [office.next(), office.next()];
      const outcomes: unknown[] = [];
      const importing: Deed = [
        OPERATOR,
        async (tx) => {
          const forms = [taken, free].map((serial) => helperForm(unitId, serial));
          outcomes.push(...(await office.services.helpers.enterAll(tx, forms)));
        },
      ];
      expect(await atOnce(identified(taken), importing)).toEqual(['done', 'done']);
      expect(await both()).toEqual([]);
      expect(outcomes).toEqual([expect.objectContaining({ code: 'STATE_CONFLICT' }), expect.any(String)]);
    },
  );
});

describe('a person who left a household', () => {
  /** A household whose son is reported missing; returns what takes that back. */
  const missing = async () => {
    const { id, first, members } = await office.household([{ relationToHead: 'SON' }]);
    const son = members.find(({ relationToHead }) => relationToHead === 'SON')!;
    await run([
      OPERATOR,
      (tx) =>
        office.services.population.apply(tx, {
          households: [{ householdId: id, expectedVersion: 1 }],
          changes: [{ reduce: { memberId: son.id, reason: 'MISSING', changeDate: '2017-09-01' } }],
        }),
    ]);
    const input = { householdId: id };
    return { serial: first + 1, input, rollback: await ordered(office.services.rollback, input) };
  };

  rule(
    ['PA-AH-02', 'PA-BO-01'],
    'becomes a helper or comes back by a rollback, whoever comes first',
    async () => {
      const unitId = await unit();
      const [helps, returns] = [await missing(), await missing()];
      expect(await atOnce(helping(unitId, helps.serial), helps.rollback)).toEqual(['done', 'STATE_CONFLICT']);
      expect(await atOnce(returns.rollback, helping(unitId, returns.serial))).toEqual([
        'done',
        'STATE_CONFLICT',
      ]);
      expect(await both()).toEqual([]);
      // The preview says so, until the unit has deleted the helper.
      const preview = () => office.preview(office.services.rollback, helps.input);
      await expect(preview()).rejects.toMatchObject({
        ...{ code: 'STATE_CONFLICT', field: 'householdId' },
        message: expect.stringContaining('helper'),
      });
      const [helper] = await office.adminQuery<{ id: string }>('SELECT id FROM responsible_helper');
      await run([OPERATOR, (tx) => office.services.helpers.delete(tx, helper!.id, 1)]);
      await run(await ordered(office.services.rollback, helps.input));
      expect(await both()).toEqual([]);
      const { members } = await office.file(helps.input.householdId);
      expect(members.map(({ status }) => status)).toEqual(['NORMAL', 'NORMAL']);
    },
  );
});

describe('a poor village', () => {
  const MANAGER = officer('140215000000', 'COUNTY', 'MANAGER', 'OPERATOR');
  const village = VILLAGES.yunzhou1;
  const delisting = (id: string, expectedVersion = 1): Deed => [
    MANAGER,
    (tx) => office.services.poorVillages.delist(tx, { id, expectedVersion, reason: '达标' }),
  ];
  const record = (id: string): Deed => [
    MANAGER,
    (tx) =>
      office.services.poorVillages.saveRecord(tx, {
        id,
        year: 2017,
        expectedVersion: 1,
        basic: { partyMembers: 9 },
      }),
  ];
  const standing = async () =>
    (
      await office.adminQuery(
        `SELECT v.village_attribute AS permanent, v.delist_year AS delisted, r.village_attribute AS yearly, r.party_members AS members
         FROM poor_village v JOIN village_year_record r ON r.poor_village_id = v.id AND r.year = 2017`,
      )
    )[0];

  rule(
    ['PA-VD-04', 'PA-BO-14'],
    'is not delisted and made non-poor at once, whoever comes first',
    async () => {
      const id = await oldPoorVillage(office, village, [2017]);
      const nonPoor = () =>
        ordered(office.functions.setVillageAttribute, {
          ...{ villageCode: village, villageAttribute: 'NON_POOR' as const },
        });
      const poor = { villageCode: village, villageAttribute: 'POOR' as const };
      expect(await atOnce(delisting(id), await nonPoor())).toEqual(['done', 'STATE_CONFLICT']);
      const cancelling: Deed = [
        MANAGER,
        (tx) => office.services.poorVillages.cancelDelisting(tx, { id, expectedVersion: 2 }),
      ];
      expect(await atOnce(cancelling, cancelling, delisting(id, 2))).toEqual([
        'done',
        'STATE_CONFLICT',
        'STALE_VERSION',
      ]);
      expect(await atOnce(await nonPoor(), delisting(id, 3))).toEqual(['done', 'STATE_CONFLICT']);
      expect(await standing()).toEqual({ permanent: '02', delisted: null, yearly: '02', members: null });
      // Two who make it poor again: one by 8.14, one by the form of a new poor village.
      const becoming = await ordered(office.functions.setVillageAttribute, poor);
      const adding: Deed = [
        MANAGER,
        (tx) =>
          office.services.poorVillages.add(tx, {
            ...{
              villageCode: village,
              basic: { villageHead: '演示村长' },
              land: {},
              income: {},
              socialSecurity: {},
              roads: {},
            },
            ...{
              population: { totalHouseholds: 1, totalPopulation: 2 },
              power: {},
              industry: {},
              tourism: {},
              health: {},
            },
            ...{ culture: {}, informationTechnology: {} },
          }),
      ];
      expect(await atOnce(becoming, adding)).toEqual(['done', 'STATE_CONFLICT']);
      expect(await office.adminQuery('SELECT FROM poor_village')).toHaveLength(1);
    },
  );

  rule(
    'PA-VL-01',
    'keeps what is typed into its record while it is delisted, and asks anew while it is put on the list',
    async () => {
      const id = await oldPoorVillage(office, village, [2017]);
      // Delisting is the village's, the record the year's: neither undoes the other.
      expect(await atOnce(delisting(id), record(id))).toEqual(['done', 'done']);
      expect(await standing()).toEqual({ permanent: '01', delisted: 2017, yearly: '01', members: 9 });
      await run([
        MANAGER,
        (tx) => office.services.poorVillages.cancelDelisting(tx, { id, expectedVersion: 2 }),
      ]);
      await office.adminQuery('UPDATE village_year_record SET version = 1');
      const attribute = await ordered(office.functions.setVillageAttribute, {
        ...{ villageCode: village, villageAttribute: 'NON_POOR' as const },
      });
      expect(await atOnce(attribute, record(id))).toEqual(['done', 'STALE_VERSION']);
    },
  );
});

describe('a year', () => {
  const closing: Deed = [KEEPER, (tx) => office.services.yearTurn.close(tx, 2017, 1)];
  const arranging = (projectId: string): Deed => [
    FUND.county,
    (tx) =>
      office.services.arranging.arrange(tx, {
        ...{
          regionCode: PLACES.county,
          year: 2017,
          fundType: 'DEVELOPMENT' as const,
          projectId,
          amount: '100',
        },
        date: '2017-05-01',
      }),
  ];
  const arranged = () =>
    office.adminQuery('SELECT year, amount FROM fund_arrangement ORDER BY year').then((rows) => rows);

  rule(['PA-FD-05', 'PA-FD-06'], 'carries over what was arranged a moment before it is closed', async () => {
    await moneyOfCounty(office, '500');
    const running = await project(office, { approved: '300', stage: 'IMPLEMENTING' });
    expect(await atOnce(arranging(running), closing)).toEqual(['done', 'done']);
    await office.services.yearTurn.continueClosing(office.database);
    expect(await arranged()).toEqual([
      { year: 2017, amount: '100.0000' },
      { year: 2018, amount: '100.0000' },
    ]);
  });

  rule(
    ['PA-YR-03', 'PA-FD-06'],
    'that is being closed takes no money, no entry and no household any more',
    async () => {
      await moneyOfCounty(office, '500', { arrived: '300' });
      const line = await office.adminQuery<{ id: string }>(
        `SELECT id FROM fund_allocation_line WHERE region_code = '${PLACES.county}'`,
      );
      const running = await project(office, { approved: '300', stage: 'IMPLEMENTING' });
      const entry = await project(office, { approved: '0', stage: 'LIBRARY' });
      const { id: householdId, members } = await office.household();
      const { services, next } = office;
      const PROJECT = officer(PLACES.county, 'COUNTY', 'PROJECT');
      const deeds: Deed[] = [
        arranging(running),
        [
          FUND.county,
          (tx) =>
            services.allocations.recordArrival(tx, {
              lineId: line[0]!.id,
              amount: '100',
              arrivedDate: '2017-04-01',
            }),
        ],
        [PROJECT, (tx) => services.projectLibrary.delete(tx, entry, 1)],
        [
          PROJECT,
          (tx) =>
            services.projectBeneficiaries.set(tx, {
              projectId: running,
              expectedVersion: 1,
              add: [{ householdId }],
            }),
        ],
        [
          OPERATOR,
          (tx) =>
            services.tabs.saveBasic(tx, { householdId, year: 2017, expectedVersion: 1, address: '演示路' }),
        ],
        [
          OPERATOR,
          (tx) =>
            services.memberMaintenance.save(tx, {
              ...{ memberId: members[1]!.id, year: 2017, expectedVersion: 1, workMonths: 3 },
            }),
        ],
        [
          OPERATOR,
          (tx) =>
            services.statusChanges.setKeyTargets(tx, { householdIds: [householdId], isKeyTarget: true }),
        ],
        [
          OPERATOR,
          (tx) =>
            services.identification.identify(tx, householdForm(VILLAGES.yunzhou1, [memberForm(next())])),
        ],
      ];
      expect(await atOnce(closing, ...deeds)).toEqual(['done', ...deeds.map(() => 'YEAR_CLOSED')]);
      expect(await arranged()).toEqual([]);
    },
  );
});

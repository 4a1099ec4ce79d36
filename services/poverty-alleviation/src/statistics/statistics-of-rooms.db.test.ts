import { randomUUID } from 'node:crypto';
import { type Principal, scopeOf } from '@junxian/identity';
import { followRegionChanges, receiveRegionChange } from '@junxian/region-changes';
import { rule, scenario } from '@junxian/test-kit';
import { openOffice } from '../back-office/back-office.fixture';
import { allocationForm, arrive, as, FUND, lineOf, PLACES } from '../funds/funds.fixture';
import type { BeneficiaryInput } from '../projects/beneficiary.rules';
import { openProjectStage } from '../projects/project-stage.fixture';
import { FORMS, reportForm } from '../projects/projects.fixture';
import { regionFollowing } from '../region-changes/following';
import { scopes } from '../service-scopes';
import { closedBefore } from '../survey-years/closed-years.fixture';
import { officer, openStore, operatorOf, type TestStore, VILLAGES } from '../testing/store.support.test';
import { oldPoorVillage } from '../testing/villages.support.test';
import { delivery } from './deliver.fixture';
import { recountReports } from './recounts.service';
import {
  counters,
  figures,
  identified,
  notDrilledDown,
  rebuilt,
  recounted,
  sources,
} from './statistics.fixture';

const YUNZHOU = '140215000000';
const SHANXI = '140000000000';

/** Figures without those that are unknown: percentages of nothing. */
const known = (values: Record<string, string | null>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));

/** What the events made of the counters is what counting the rows anew makes of them. */
async function expectRebuildToAgree(store: TestStore): Promise<void> {
  const followed = await counters(store);
  expect(followed.length).toBeGreaterThan(0);
  for (const year of [2014, 2015, 2016, 2017]) await rebuilt(store, year);
  expect(await counters(store)).toEqual(followed);
}

describe('villages', () => {
  let store: TestStore;
  let deliver: () => Promise<void>;
  const ids: string[] = [];
  const villages = Array.from(
    { length: 15 },
    (_, index) => `1402151000${String(index + 1).padStart(2, '0')}`,
  );
  const manager = officer(YUNZHOU, 'COUNTY', 'MANAGER');
  beforeAll(async () => {
    store = await openStore();
    deliver = delivery(store);
    for (const village of villages) ids.push(await oldPoorVillage(store, village, [2016, 2017]));
    await rebuilt(store, 2016);
    await rebuilt(store, 2017);
  });
  afterAll(() => store.close());

  scenario(
    'poverty-alleviation',
    27,
    '12 undelisted and 3 delisted of 15 poor villages: 6.6.1 shows 15, 12 and 3, and drills down to 12 rows',
    async () => {
      for (const id of ids.slice(0, 3)) {
        await store.database.write(scopeOf(manager), (tx) =>
          store.services.poorVillages.delist(tx, { id, expectedVersion: 1, reason: '达到出列标准' }),
        );
      }
      await deliver();
      expect(await figures(store, 'POOR_VILLAGES', YUNZHOU)).toMatchObject({
        'village.poor': '15',
        'village.undelisted': '12',
        'village.delisted': '3',
      });
      const rows = await sources(store, {
        table: 'POOR_VILLAGES',
        year: 2017,
        region: YUNZHOU,
        column: 'village.undelisted',
      });
      expect(rows.map(({ kind, sourceId }) => [kind, sourceId])).toEqual(
        ids.slice(3).map((id) => ['VILLAGE', id]),
      );
      for (const table of ['POOR_VILLAGES', 'DELISTED_VILLAGES'] as const)
        expect([table, await notDrilledDown(store, table, YUNZHOU)]).toEqual([table, []]);
    },
  );

  rule(
    ['PA-ST-06', 'PA-ST-07'],
    '6.6.1 and 6.7: villages, those that left the list by year, the poor left in them and the incidence',
    async () => {
      await identified(store, villages[0]!, 4);
      await identified(store, villages[5]!, 8);
      await identified(store, VILLAGES.yunzhouOther, 3);
      await deliver();
      expect(await figures(store, 'POOR_VILLAGES', YUNZHOU)).toEqual({
        village: '15',
        'village.poor': '15',
        'village.undelisted': '12',
        'village.delisted': '3',
        'inPoorVillage.h': '2',
        'inPoorVillage.p': '12',
        // 12 persons of 15 × 400.
        'inPoorVillage.incidence': '0.20',
      });
      expect(await figures(store, 'DELISTED_VILLAGES', YUNZHOU)).toEqual({
        'village.delisted': '3',
        'village.delistedIn.2017': '3',
        'inDelistedVillage.h': '1',
        'inDelistedVillage.p': '4',
        'inDelistedVillage.incidence': '0.33',
      });
      expect(await figures(store, 'POOR_VILLAGES', YUNZHOU, { year: 2016 })).toMatchObject({
        'village.undelisted': '15',
      });
      await store.database.write(scopeOf(manager), (tx) =>
        store.services.poorVillages.cancelDelisting(tx, { id: ids[0]!, expectedVersion: 2 }),
      );
      await deliver();
      expect(await figures(store, 'DELISTED_VILLAGES', YUNZHOU)).toEqual({
        'village.delisted': '2',
        'village.delistedIn.2017': '2',
      });
      // A delisting of an earlier year that is cancelled now stands in that year's tables.
      await store.adminQuery(
        `UPDATE poor_village SET delist_year = 2016, delist_reason = '达标' WHERE id = $1`,
        [ids[7]],
      );
      await store.database.write(scopeOf(manager), (tx) =>
        store.services.poorVillages.cancelDelisting(tx, { id: ids[7]!, expectedVersion: 1 }),
      );
      await deliver();
      expect(await figures(store, 'DELISTED_VILLAGES', YUNZHOU)).toEqual({
        'village.delisted': '2',
        'village.delistedIn.2017': '2',
      });
      expect(await figures(store, 'DELISTED_VILLAGES', YUNZHOU, { year: 2016 })).toMatchObject({
        'village.delisted': '1',
        'village.delistedIn.2016': '1',
      });
      await store.adminQuery(
        'UPDATE village_year_record SET total_population = NULL WHERE poor_village_id = $1 AND year = 2017',
        [ids[9]],
      );
      await rebuilt(store, 2017);
      expect(await figures(store, 'POOR_VILLAGES', YUNZHOU)).toMatchObject({
        'inPoorVillage.incidence': null,
      });
      await expectRebuildToAgree(store);
    },
  );
});

describe('after a region was re-coded', () => {
  let stage: Awaited<ReturnType<typeof openProjectStage>>;
  beforeAll(async () => {
    stage = await openProjectStage();
  });
  afterAll(() => stage.store.close());

  rule(
    'PA-ST-00',
    'villages, projects and money count under the new code, and no total changes',
    async () => {
      const { store } = stage;
      const deliver = delivery(store);
      await oldPoorVillage(store, VILLAGES.yunzhou1, [2017]);
      await rebuilt(store, 2017);
      await identified(store, VILLAGES.yunzhou1, 3);
      const project = await stage.implementing('RELOCATION');
      await stage.arrange(project, '10');
      const down = await as(store, FUND.city, (tx) =>
        store.services.allocations.allocate(
          tx,
          allocationForm({ documentNo: '本级', lines: [{ toRegion: PLACES.city, amount: '50' }] }),
        ),
      );
      await arrive(store, FUND.city, await lineOf(store, down), '50');
      await as(store, FUND.city, (tx) =>
        store.services.allocations.allocate(
          tx,
          allocationForm({ documentNo: '下达', lines: [{ toRegion: PLACES.county, amount: '20' }] }),
        ),
      );
      await deliver();
      await rebuilt(store, 2017);
      const tables = [
        'POOR_VILLAGES',
        'RELOCATION_PROJECTS',
        'SPECIAL_FUND_USE',
        'SPECIAL_FUND_ALLOCATION',
      ] as const;
      const shown = (region: string) => Promise.all(tables.map((table) => figures(store, table, region)));
      const [county, city] = await Promise.all([shown(YUNZHOU), shown(PLACES.city)]);
      for (const one of county) expect(Object.keys(one).length).toBeGreaterThan(0);

      const move = { from: YUNZHOU, to: '140299000000', level: 'COUNTY' as const };
      await store.database.write(scopes.followRegionChanges(), (tx) =>
        receiveRegionChange(tx, {
          time: '2018-01-01T00:00:00+08:00',
          data: {
            changeId: randomUUID(),
            kind: 'RECODE',
            from: [move.from],
            to: [move.to],
            effectiveDate: '2018-01-01',
            moves: [move],
          },
        }),
      );
      await followRegionChanges(store.database, store.clock, regionFollowing);
      expect(await shown('140299000000')).toEqual(county);
      expect(await shown(PLACES.city)).toEqual(city);
      await expectRebuildToAgree(store);
    },
  );
});

describe('duplicate numbers', () => {
  let office: Awaited<ReturnType<typeof openOffice>>;
  beforeAll(async () => {
    office = await openOffice();
  });
  afterAll(() => office.close());

  scenario(
    'poverty-alleviation',
    24,
    'number X in two counties of one province: 6.10 shows 1 number, 2 persons, class same province; deleting one leaves none',
    async () => {
      const deliver = delivery(office);
      const a = await office.household([], VILLAGES.yunzhou1);
      const b = await office.household([{ relationToHead: 'SPOUSE', sex: 'FEMALE' }], VILLAGES.yungang);
      const second = b.members.find(({ relationToHead }) => relationToHead === 'SPOUSE')!;
      await office.sameNumber(second.id, a.members[0]!.id, 2017);
      await deliver();
      await recounted(office, [b.id]);
      const shown = {
        'duplicate.number': '1',
        'duplicate.person': '2',
        'duplicate.number.class.SAME_PROVINCE': '1',
        'duplicate.person.class.SAME_PROVINCE': '2',
      };
      expect(await figures(office, 'DUPLICATE_NUMBERS', SHANXI)).toEqual(shown);
      // The number counts once, where both persons are within one region; each person counts where it lives.
      expect(await figures(office, 'DUPLICATE_NUMBERS', '140200000000')).toEqual(shown);
      expect(await figures(office, 'DUPLICATE_NUMBERS', YUNZHOU)).toEqual({
        'duplicate.person': '1',
        'duplicate.person.class.SAME_PROVINCE': '1',
      });

      await office.confirmed(office.functions.deleteDuplicates, {
        year: 2017,
        survivorId: a.members[0]!.id,
        memberIds: [second.id],
      });
      await deliver();
      expect(await figures(office, 'DUPLICATE_NUMBERS', SHANXI)).toEqual({});
      await expectRebuildToAgree(office);
    },
  );

  rule('PA-ST-13', '6.10: duplicated numbers and persons by class, also of one household', async () => {
    const { id, members } = await office.household(
      [{ relationToHead: 'SPOUSE', sex: 'FEMALE' }, { relationToHead: 'SON' }],
      VILLAGES.yunzhou2,
    );
    const [, one, other] = members;
    await office.sameNumber(other!.id, one!.id, 2017);
    await recounted(office, [id]);
    expect(await figures(office, 'DUPLICATE_NUMBERS', VILLAGES.yunzhou2)).toEqual({
      'duplicate.number': '1',
      'duplicate.person': '2',
      'duplicate.number.class.SAME_HOUSEHOLD': '1',
      'duplicate.person.class.SAME_HOUSEHOLD': '2',
    });
    const persons = await sources(office, {
      table: 'DUPLICATE_NUMBERS',
      year: 2017,
      region: SHANXI,
      column: 'duplicate.person',
    });
    expect(new Set(persons.map(({ sourceId }) => sourceId))).toEqual(new Set([one!.id, other!.id]));

    // One number in two towns of the county, another in two provinces: there each person counts where he or she lives.
    for (const village of [VILLAGES.yunzhouOther, VILLAGES.shandong]) {
      const here = await office.household([], VILLAGES.yunzhou1);
      const there = await office.household([{ relationToHead: 'SON' }], village);
      await office.sameNumber(there.members[1]!.id, here.members[0]!.id, 2017);
      await recounted(office, [here.id, there.id]);
    }
    const classes = (numbers: Record<string, number>, people: Record<string, number>) =>
      Object.fromEntries([
        ...Object.entries(numbers).map(([name, count]) => [`duplicate.number.class.${name}`, `${count}`]),
        ...Object.entries(people).map(([name, count]) => [`duplicate.person.class.${name}`, `${count}`]),
      ]);
    expect(await figures(office, 'DUPLICATE_NUMBERS', SHANXI)).toEqual({
      'duplicate.number': '2',
      'duplicate.person': '5',
      ...classes(
        { SAME_HOUSEHOLD: 1, SAME_COUNTY: 1 },
        { SAME_HOUSEHOLD: 2, SAME_COUNTY: 2, CROSS_PROVINCE: 1 },
      ),
    });
    expect(await figures(office, 'DUPLICATE_NUMBERS', '000000000000')).toMatchObject({
      'duplicate.number': '3',
      'duplicate.person': '6',
      ...classes({ CROSS_PROVINCE: 1 }, { CROSS_PROVINCE: 2 }),
    });
  });

  rule('PA-ST-05', '6.5: households that ceased to be, and those that split off', async () => {
    const deliver = delivery(office);
    const { id, members, record } = await office.household();
    const alone = await office.household([]);
    const operator = scopeOf(operatorOf(VILLAGES.yunzhou1));
    await office.database.write(operator, (tx) =>
      office.services.split.split(tx, {
        householdId: id,
        expectedVersion: record.version,
        members: [{ memberId: members[2]!.id, relationToHead: 'HEAD' }],
        villageCode: VILLAGES.yunzhou2,
        changeDate: '2017-09-01',
        basic: { mainCause: 'ILLNESS', isMilitaryMartyrFamily: false },
        productionAndLiving: {},
        incomeAndHealth: {},
        relocation: { isRelocationHousehold: false },
      }),
    );
    const reduce = {
      memberId: alone.members[0]!.id,
      reason: 'DECEASED' as const,
      changeDate: '2017-09-01',
    };
    await office.database.write(operator, (tx) =>
      office.services.population.apply(tx, {
        households: [{ householdId: alone.id, expectedVersion: alone.record.version }],
        changes: [{ reduce }],
      }),
    );
    // One that is closed because its members were duplicates of others (8.9) ceased by no natural change.
    const copy = await office.household([]);
    await office.sameNumber(copy.members[0]!.id, members[0]!.id, 2017);
    await office.confirmed(office.functions.deleteDuplicates, {
      year: 2017,
      survivorId: members[0]!.id,
      memberIds: [copy.members[0]!.id],
    });
    expect((await office.file(copy.id)).fileStatus).toBe('CLOSED');
    await deliver();
    expect(await figures(office, 'NATURAL_CHANGE', YUNZHOU)).toEqual({
      'natural.reduced': '1',
      'natural.reduced.reason.01': '1',
      'natural.net': '-1',
      'natural.affected': '3',
      'natural.closed': '1',
      'natural.split': '1',
    });
    await expectRebuildToAgree(office);
  });
});

describe('money and projects', () => {
  let stage: Awaited<ReturnType<typeof openProjectStage>>;
  let deliver: () => Promise<void>;
  beforeAll(async () => {
    stage = await openProjectStage();
    deliver = delivery(stage.store);
  });
  afterAll(() => stage.store.close());

  rule(
    'PA-ST-16',
    '6.11.3: allocated, arrived, arranged, spent and balance by type and tier; what is passed on counts where it went',
    async () => {
      const { store } = stage;
      const { allocations } = store.services;
      const own = await as(store, FUND.city, (tx) =>
        allocations.allocate(
          tx,
          allocationForm({ documentNo: '本级', lines: [{ toRegion: PLACES.city, amount: '500' }] }),
        ),
      );
      await arrive(store, FUND.city, await lineOf(store, own), '500');
      const down = await as(store, FUND.city, (tx) =>
        allocations.allocate(
          tx,
          allocationForm({ documentNo: '下达', lines: [{ toRegion: PLACES.county, amount: '300.5' }] }),
        ),
      );
      await arrive(store, FUND.county, await lineOf(store, down), '200.25');
      await deliver();
      const city = await figures(store, 'SPECIAL_FUND_ARRIVAL', PLACES.city);
      expect(city).toMatchObject({
        'fund.allocated': '500.0000',
        'fund.arrived': '500.0000',
        'fund.arrived.rate': '100.00',
        'fund.allocated.tier.CITY': '500.0000',
        'fund.allocated.type.01': '500.0000',
      });
      const ofCounty = known(await figures(store, 'SPECIAL_FUND_ARRIVAL', PLACES.county));
      expect(ofCounty).toEqual(
        Object.fromEntries(
          ['', '.tier.CITY', '.type.01'].flatMap((group) => [
            [`fund.allocated${group}`, '300.5000'],
            [`fund.arrived${group}`, '200.2500'],
            [`fund.arrived${group}.rate`, '66.64'],
          ]),
        ),
      );
      expect(await figures(store, 'SPECIAL_FUND_ALLOCATION', PLACES.province)).toMatchObject({
        'fund.allocated': '500.0000',
      });
      const table = await store.database.read(scopeOf(FUND.city), (tx) =>
        store.services.statistics.table(tx, {
          table: 'SPECIAL_FUND_ALLOCATION',
          year: 2017,
          region: PLACES.city,
        }),
      );
      const ownRow = table.rows.find(({ kind }) => kind === 'OWN');
      expect(ownRow?.figures[0]).toEqual({ column: 'fund.allocated', value: '199.5000' });
      const ownSources = await sources(store, {
        table: 'SPECIAL_FUND_ALLOCATION',
        year: 2017,
        region: PLACES.city,
        column: 'fund.allocated',
        ownOnly: true,
      });
      expect(ownSources.map(({ amount, part }) => [part, amount]).sort()).toEqual([
        ['', '500.0000'],
        ['PASSED', '-300.5000'],
      ]);

      const project = await stage.implementing('INDUSTRY');
      await stage.arrange(project, '40.5');
      await stage.write((tx) =>
        store.services.projectStages.report(tx, {
          id: project,
          expectedVersion: 3,
          ...reportForm({ progressPct: '50', spent: '30.25' }),
        }),
      );
      await deliver();
      const use = await figures(store, 'SPECIAL_FUND_USE', PLACES.province);
      expect(use).toEqual({
        'fund.arrived': '500.0000',
        'fund.arranged': '40.5000',
        'fund.spent': '30.2500',
        'fund.balance': '469.7500',
        'fund.arrived.type.01': '500.0000',
        'fund.arranged.type.01': '40.5000',
        'fund.spent.type.01': '30.2500',
        'fund.balance.type.01': '469.7500',
      });
      await expectRebuildToAgree(store);
    },
  );

  rule(
    'PA-ST-09',
    '6.8.2: relocation projects that were approved, with money, households planned and moved, area and those completed',
    async () => {
      const { store } = stage;
      await stage.approved('RELOCATION');
      const running = await stage.implementing('RELOCATION');
      await stage.inLibrary('RELOCATION');
      await deliver();
      const shown = await figures(store, 'RELOCATION_PROJECTS', PLACES.province);
      expect(shown).toEqual({
        relocationProject: '2',
        'relocationProject.budget': '201.0000',
        'relocationProject.plannedHouseholds': '50',
        'relocationProject.plannedPersons': '200',
      });
      const rows = await sources(store, {
        table: 'RELOCATION_PROJECTS',
        year: 2017,
        region: YUNZHOU,
        column: 'relocationProject',
      });
      expect(rows.map(({ sourceId }) => sourceId)).toContain(running);
      expect(rows).toHaveLength(2);
      await expectRebuildToAgree(store);

      // Two households have moved, a third has not; the works are done and accepted.
      const entries = [
        { area: '100.50', moveDate: '2017-09-01' },
        { area: '80.00', moveDate: '2017-10-01' },
        { area: '60.00' },
      ];
      const add: BeneficiaryInput[] = [];
      for (const entry of entries)
        add.push({ householdId: (await stage.household(VILLAGES.yunzhou1)).id, ...entry });
      const set = { projectId: running, expectedVersion: (await stage.project(running)).version, add };
      await stage.write((tx) => store.services.projectBeneficiaries.set(tx, set));
      await stage.arrange(running, '50');
      const { version: expectedVersion } = await stage.project(running);
      const done = reportForm({
        reportDate: '2017-11-01',
        progressPct: '100',
        spent: '45.5',
        actualEnd: '2017-10-20',
        acceptanceDate: '2017-10-30',
        acceptanceResult: 'PASSED',
      });
      await stage.write((tx) =>
        store.services.projectStages.report(tx, {
          id: running,
          expectedVersion,
          ...done,
          results: FORMS.RELOCATION.results,
        }),
      );
      await deliver();
      expect(await figures(store, 'RELOCATION_PROJECTS', PLACES.province)).toEqual({
        ...shown,
        'relocationProject.spent': '45.5000',
        'relocationProject.movedHouseholds': '2',
        'relocationProject.movedPersons': '2',
        'relocationProject.area': '180.50',
        'relocationProject.completed': '1',
      });
      await expectRebuildToAgree(store);
    },
  );

  rule(
    ['PA-ST-14', 'PA-ST-15'],
    "6.11.1 and 6.11.2: counties' newest submitted reports by tier, programme and direction",
    async () => {
      const { store } = stage;
      const { integratedFunds } = store.services;
      const save = (period: 'Q1' | 'Q2' | 'Q4', planned: string, who: Principal = FUND.county) =>
        as(store, who, (tx) =>
          integratedFunds.save(tx, {
            regionCode: who.regionCode!,
            year: 2017,
            period,
            lines: [
              {
                tier: 'CENTRAL',
                programme: 'RURAL_ROADS',
                direction: 'RURAL_INFRASTRUCTURE',
                planned,
                integrated: '80',
                spent: '60',
              },
              {
                tier: 'COUNTY',
                programme: 'RURAL_ROADS',
                direction: 'OTHER',
                planned: '10.0001',
                integrated: '0',
                spent: '0',
              },
            ],
          }),
        );
      const submit = (id: string) => as(store, FUND.county, (tx) => integratedFunds.submit(tx, id, 1));
      await submit(await save('Q1', '90'));
      await deliver();
      expect(await figures(store, 'INTEGRATED_FUNDS', PLACES.city)).toEqual({
        'integrated.planned': '100.0001',
        'integrated.integrated': '80.0000',
        'integrated.spent': '60.0000',
        'integrated.spent.rate': '75.00',
        'integrated.planned.tier.CENTRAL': '90.0000',
        'integrated.integrated.tier.CENTRAL': '80.0000',
        'integrated.spent.tier.CENTRAL': '60.0000',
        'integrated.spent.tier.CENTRAL.rate': '75.00',
        'integrated.planned.tier.COUNTY': '10.0001',
        // Nothing was integrated there, so there is nothing to have spent a part of.
        'integrated.spent.tier.PROVINCE.rate': null,
        'integrated.spent.tier.CITY.rate': null,
        'integrated.spent.tier.COUNTY.rate': null,
      });
      const draft = await save('Q2', '200');
      await deliver();
      expect(await figures(store, 'INTEGRATED_FUNDS', PLACES.city)).toMatchObject({
        'integrated.planned': '100.0001',
      });
      await submit(draft);
      await deliver();
      const measures = (group: string, planned: string) => ({
        [`integrated.planned${group}`]: planned,
        [`integrated.integrated${group}`]: '80.0000',
        [`integrated.spent${group}`]: '60.0000',
        [`integrated.spent${group}.rate`]: '75.00',
      });
      expect(known(await figures(store, 'INTEGRATED_PROGRAMMES', PLACES.city))).toEqual({
        ...measures('', '210.0001'),
        ...measures('.programme.10', '210.0001'),
        ...measures('.direction.RURAL_INFRASTRUCTURE', '200.0000'),
        'integrated.planned.direction.OTHER': '10.0001',
      });
      await expectRebuildToAgree(store);

      // A merger brings reports of other counties under this one's code: each one's newest tells of its own money.
      const merge = async (period: string, reporter: string) => {
        const [{ id }] = (await store.adminQuery<{ id: string }>(
          `INSERT INTO integrated_fund_report
           SELECT (jsonb_populate_record(r, jsonb_build_object('id', uuidv7(), 'period', $2::text, 'reporter_code', $3::text))).*
           FROM integrated_fund_report r WHERE r.id = $1 RETURNING id`,
          [draft, period, reporter],
        )) as [{ id: string }];
        await store.adminQuery(
          `INSERT INTO integrated_fund_line SELECT (jsonb_populate_record(l, jsonb_build_object('id', uuidv7(), 'integrated_fund_report_id', $2::text))).*
           FROM integrated_fund_line l WHERE l.integrated_fund_report_id = $1`,
          [draft, id],
        );
        await store.database.write(scopes.followRegionChanges(), (tx) => recountReports(tx, [id]));
        return planned();
      };
      const planned = async () =>
        (await figures(store, 'INTEGRATED_PROGRAMMES', PLACES.city))['integrated.planned'];
      const [standing] = await store.adminQuery<{ period: string }>(
        'SELECT period FROM integrated_fund_report WHERE id = $1',
        [draft],
      );
      expect(await merge(standing!.period, PLACES.nextCounty)).toBe('420.0002');
      expect(await merge('0', PLACES.nextCounty)).toBe('420.0002');
      // One that had reported for an earlier period only keeps its money in the sum, one that was ahead takes nobody's out.
      expect(await merge('0', '140299000000')).toBe('630.0003');
      await expectRebuildToAgree(store);
      expect(await merge('3', PLACES.nextCounty)).toBe('630.0003');
      // The merged county's own report is of all that it is made of.
      await submit(await save('Q4', '300'));
      await deliver();
      expect(await planned()).toBe('310.0001');
      await expectRebuildToAgree(store);
    },
  );

  rule('PA-ST-16', 'what the year before left is carried in and part of the balance', async () => {
    const { store } = stage;
    const use = () => figures(store, 'SPECIAL_FUND_USE', PLACES.city);
    const before = await use();
    const { 'fund.allocated': allocated } = await figures(store, 'SPECIAL_FUND_ARRIVAL', PLACES.city);
    const left = await as(store, FUND.city, (tx) =>
      store.services.allocations.allocate(
        tx,
        allocationForm({
          year: 2016,
          documentNo: '上年',
          issuedDate: '2016-03-01',
          lines: [{ toRegion: PLACES.city, amount: '9.75' }],
        }),
      ),
    );
    await arrive(store, FUND.city, await lineOf(store, left), '7.5');
    const keeper = officer('000000000000', 'NATION', 'SYSTEM_ADMIN');
    await closedBefore(store, 2016);
    await as(store, keeper, (tx) => store.services.yearTurn.close(tx, 2016, 1));
    await store.services.yearTurn.continueClosing(store.database);
    await deliver();
    const after = (Number(before['fund.balance']) + 7.5).toFixed(4);
    expect(await use()).toEqual({
      ...before,
      'fund.carried': '7.5000',
      'fund.carried.type.01': '7.5000',
      'fund.balance': after,
      'fund.balance.type.01': after,
    });
    await expectRebuildToAgree(store);

    // What was on its way arrives in this year, and the closed one stands still.
    const closed = await figures(store, 'SPECIAL_FUND_USE', PLACES.city, { year: 2016 });
    await arrive(store, FUND.city, await lineOf(store, left), '2.25');
    await deliver();
    const more = (figure: string | null | undefined) => (Number(figure) + 2.25).toFixed(4);
    expect(await use()).toMatchObject({
      'fund.arrived': more(before['fund.arrived']),
      'fund.balance': more(after),
      'fund.balance.type.01': more(after),
    });
    expect(await figures(store, 'SPECIAL_FUND_ARRIVAL', PLACES.city)).toMatchObject({
      'fund.allocated': allocated,
    });
    expect(await figures(store, 'SPECIAL_FUND_USE', PLACES.city, { year: 2016 })).toEqual(closed);
    await expectRebuildToAgree(store);
  });

  rule(
    'PA-ST-00',
    'every figure of projects, money and reports drills down to exactly the rows it counts',
    async () => {
      for (const table of [
        'RELOCATION_PROJECTS',
        'SPECIAL_FUND_USE',
        'SPECIAL_FUND_ARRIVAL',
        'SPECIAL_FUND_ALLOCATION',
        'INTEGRATED_FUNDS',
        'INTEGRATED_PROGRAMMES',
      ] as const)
        expect([table, await notDrilledDown(stage.store, table, PLACES.city)]).toEqual([table, []]);
    },
  );
});

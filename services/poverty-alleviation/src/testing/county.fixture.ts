import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eicarTestFileScanner, localFileStore, StoredFiles } from '@junxian/documents';
import { type Principal, scopeOf } from '@junxian/identity';
import { createLogger } from '@junxian/observability';
import type { ScopedTransaction } from '@junxian/persistence';
import { assistanceStage } from '../assistance/assistance.fixture';
import { moneyOfCounty } from '../funds/funds.fixture';
import { HOUSEHOLD_SHEET_LIMITS } from '../imports/import-forms';
import { openProjectStage } from '../projects/project-stage.fixture';
import { PLACES } from '../projects/projects.fixture';
import { scopes } from '../service-scopes';
import { idNumber } from './forms.support.test';
import { officer, type TestStore } from './store.support.test';
import { oldPoorVillage } from './villages.support.test';

/** What there is one of, or the one that is meant. */
export type Subject =
  | 'region'
  | 'village'
  | 'household'
  | 'member'
  | 'unit'
  | 'helper'
  | 'unitPairing'
  | 'pairing'
  | 'team'
  | 'teamMember'
  | 'project'
  | 'allocation'
  | 'line'
  | 'arrival'
  | 'arrangement'
  | 'integratedFund'
  | 'disclosure'
  | 'poorVillage'
  | 'countyRecord'
  | 'naturalVillage';

/** A county with something of everything in it, for tests of what strangers can do to it. */
export interface WholeCounty {
  store: TestStore;
  /** Ids, or codes of what has one. */
  ids: Readonly<Record<Subject, string>>;
  /** Versions of what `ids` names, where they are not 1. */
  versions: Readonly<Partial<Record<Subject, number>>>;
  /** Writes as an officer. */
  as<T>(principal: Principal, work: (tx: ScopedTransaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens a store and fills Yunzhou county (140215) by the use cases, so that rows are as they come to stand. */
export async function openWholeCounty(): Promise<WholeCounty> {
  const folder = await mkdtemp(join(tmpdir(), 'junxian-county-'));
  const stage = await openProjectStage(({ clock, database, links }) => ({
    files: new StoredFiles({
      ...{ clock, database, signer: links, newId: randomUUID, scope: scopes.storedFiles() },
      store: localFileStore(join(folder, 'files')),
      scanner: eicarTestFileScanner(),
      logger: createLogger('test', 'silent'),
      linkBase: 'https://junxian.example/files/poverty-alleviation',
      spoolFolder: join(folder, 'spool'),
      rules: { maxBytes: HOUSEHOLD_SHEET_LIMITS.maxBytes, types: ['xlsx', 'csv'] },
    }),
  }));
  const { store } = stage;
  const { services } = store;
  const assistance = assistanceStage(store);
  const county = (...roles: string[]) => officer(PLACES.county, 'COUNTY', ...roles);
  const as: WholeCounty['as'] = (principal, work) => store.database.write(scopeOf(principal), work);
  const village = PLACES.village1;
  const naturalVillage = `${village}01`;

  const poorVillage = await oldPoorVillage(store, village, [2016, 2017]);
  await as(county('MANAGER'), (tx) =>
    services.countyRecords.save(tx, { year: 2017, countyCode: PLACES.county, economy: { gdp: '100' } }),
  );
  await as(county('OPERATOR'), (tx) =>
    services.naturalVillages.save(tx, { year: 2017, code: naturalVillage, name: '演示庄' }),
  );

  const { id: household, memberId: member } = await stage.household(village);
  const unit = await assistance.unit();
  await assistance.pairUnit(unit, village);
  const helper = await assistance.helper(unit);
  await assistance.pair(household, helper);
  const term = { startDate: '2017-01-01', endDate: '2018-12-31' };
  const team = await assistance.write((tx) =>
    services.workTeams.save(tx, {
      name: '示例驻村工作队',
      villageCode: village,
      dispatchUnitId: unit,
      ...term,
      members: [
        {
          ...{ name: '队长示例', sex: 'MALE', idType: 'RESIDENT_ID', idNumber: idNumber(9_001) },
          ...{ phone: '13900005050', isLeader: true, isFirstSecretary: true, ...term },
        },
      ],
    }),
  );

  const line = await moneyOfCounty(store, '500');
  const project = await stage.implementing();
  await as(county('FUND'), (tx) =>
    services.arranging.arrange(tx, {
      ...{ regionCode: PLACES.county, year: 2017, fundType: 'DEVELOPMENT', projectId: project },
      ...{ amount: '50', date: '2017-05-01' },
    }),
  );
  const integratedFund = await as(county('FUND'), (tx) =>
    services.integratedFunds.save(tx, {
      ...{ regionCode: PLACES.county, year: 2017, period: 'Q3' },
      lines: [
        {
          ...{ tier: 'CENTRAL', programme: 'POVERTY_ALLEVIATION', direction: 'AGRICULTURAL_PRODUCTION' },
          ...{ planned: '100', integrated: '80', spent: '60' },
        },
      ],
    }),
  );
  await stage.write((tx) =>
    services.projectBeneficiaries.set(tx, {
      projectId: project,
      expectedVersion: 3,
      add: [{ householdId: household, amount: '1200.00' }],
    }),
  );
  const publisher = county('PROJECT');
  const disclosure = await as(publisher, (tx) =>
    services.disclosures.publish(
      tx,
      {
        ...{ kind: 'PROJECT', refId: project, title: '肉羊养殖项目公示', content: '现予公示' },
        ...{ endAt: '2017-12-01', listBeneficiaries: true },
      },
      publisher,
    ),
  );

  const only = async (table: string) =>
    (
      await store.adminQuery<{ id: string }>(
        `SELECT id FROM ${table} WHERE region_code LIKE '140215%' LIMIT 1`,
      )
    )[0]!.id;
  const [opened] = await store.adminQuery<{ project: number; allocation: string }>(
    `SELECT p.version AS project, l.fund_allocation_id AS allocation FROM project p, fund_allocation_line l
     WHERE p.id = '${project}' AND l.id = '${line}'`,
  );
  return {
    store,
    as,
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
    versions: { project: opened!.project },
    ids: {
      ...{ region: PLACES.county, village, household, member, unit, helper, team, project, line, disclosure },
      ...{ allocation: opened!.allocation, integratedFund, poorVillage, naturalVillage },
      unitPairing: await only('unit_village_pairing'),
      pairing: await only('helper_pairing'),
      teamMember: await only('work_team_member'),
      arrival: await only('fund_arrival'),
      arrangement: await only('fund_arrangement'),
      countyRecord: await only('county_year_record'),
    },
  };
}

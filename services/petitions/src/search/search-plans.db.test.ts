import { testKeys } from '@junxian/test-kit';
import { seededOfficer } from '../../bench/list-reads';
import { realPlaces } from '../../bench/places';
import { seedCases } from '../../bench/seed-cases';
import { seedOrganisations } from '../../bench/seed-organisations';
import { officerOf } from '../actor';
import { openStore, type TestStore } from '../testing/store.support.test';
import type { CaseFilter } from './case-filter.rules';

const NATION = seededOfficer('bureau', '000000000000', 'NATION');
let store: TestStore;
beforeAll(async () => {
  store = await openStore();
  const all = await realPlaces();
  const near = ({ code }: { code: string }) => code.startsWith('3701') || /^(37|00)0000000000$/.test(code);
  const places = { bureaus: all.bureaus.filter(near), counties: all.counties.filter(near) };
  await seedOrganisations(store, places);
  const person = {
    name: '张三',
    citizenId: 'c1_bench',
    idSealed: 'sealed',
    idIndex: 'index',
    mobileSealed: 'sealed',
    mobileIndex: 'index',
  };
  await seedCases(store, places, {
    count: 6_000,
    today: store.clock.today(),
    persons: Array.from({ length: 500 }, () => person),
    querySealed: testKeys.fieldCipher.seal('BENCHBEN', 'case_item.query_code'),
  });
}, 240_000);
afterAll(() => store?.close());

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: Plan[];
}
const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** Indexes, and tables read from end to end, in the plan of a search by the bureau that sees everything. */
async function planOf(filter: CaseFilter): Promise<{ indexes: Set<string>; walked: string[] }> {
  const officer = officerOf(NATION);
  return store.readAs(NATION, async (tx) => {
    const nodes: Plan[] = [];
    const explaining = async (sql: string, parameters: readonly unknown[] = []) => {
      const [row] = await tx.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        sql.replace(/SELECT/, 'EXPLAIN (FORMAT JSON) SELECT'),
        parameters,
      );
      nodes.push(...nodesOf(row!['QUERY PLAN'][0].Plan));
      return tx.query(sql, parameters);
    };
    const listening = Object.assign(Object.create(tx), { query: explaining }) as typeof tx;
    await store.services.search.page(listening, filter, officer, store.clock.today(), {
      first: 20,
      after: null,
    });
    return {
      indexes: new Set(nodes.flatMap((node) => node['Index Name'] ?? [])),
      walked: nodes
        .filter((node) => node['Node Type'] === 'Seq Scan')
        .flatMap((node) => node['Relation Name'] ?? []),
    };
  });
}

describe('a search of everything in sight', () => {
  it.each<[string, CaseFilter, string]>([
    ['without a filter, in the order of the list', {}, 'case_sight_organisation'],
    ['of a state that none has', { states: ['UNDER_REVIEW'] }, 'case_item_not_closed'],
    ['in my hands', { scope: 'MINE' }, 'org_task_held'],
    ['of a category that none has', { category: 'NONE' }, 'case_item_category'],
    ['of a mode that none has', { modes: ['INFORM_NO_LONGER'] }, 'handling_record_mode'],
    [
      'sent to one organisation',
      { destinationOrgId: seededOfficer('unit', '370102000000', 'COUNTY').organisationId },
      'handling_record_mode',
    ],
    ['that is overdue', { overdue: true }, 'case_item_handle_due'],
    ['received until long ago', { receivedTo: '2021-04-01' }, 'case_item_registered_late'],
    ['held by an organisation that never held any', { scope: 'ORGANISATION' }, 'case_sight_own'],
  ])('%s: by its index, never from end to end', async (_, filter, index) => {
    const { indexes, walked } = await planOf(filter);
    expect([...indexes]).toContain(index);
    expect(walked).not.toContain('case_item');
    expect(walked).not.toContain('case_sight');
  });
});

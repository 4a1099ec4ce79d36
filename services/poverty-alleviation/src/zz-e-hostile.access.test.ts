import { type RunningSubgraph, subgraphSchema } from '@junxian/subgraph';
import { hostileOperations, subgraphClient, type TestIssuer, testIssuer } from '@junxian/test-kit';
import { createGraph } from './service';
import { householdForm, memberForm } from './testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from './testing/store.support.test';
import { startTestSubgraph } from './testing/subgraph.support.test';

/** Holds every role in the whole country, so that nothing is refused before it is looked at. */
const anybody = officer(
  '000000000000',
  'NATION',
  ...['VIEWER', 'OPERATOR', 'MANAGER', 'FUND', 'PROJECT', 'PROVINCE_ADMIN', 'SYSTEM_ADMIN'],
);
let store: TestStore;
let issuer: TestIssuer;
let running: RunningSubgraph;

beforeAll(async () => {
  store = await openStore();
  issuer = testIssuer();
  running = await startTestSubgraph(store, issuer);
  await store.identify(householdForm(VILLAGES.yunzhou1, [memberForm(1)]));
});
afterAll(async () => {
  await running.stop();
  await store.close();
});

describe('what nobody should send', () => {
  it('is refused by every root field with a code of the catalogue, never as an internal failure', async () => {
    const client = subgraphClient(running.url, issuer, anybody);
    const { typeDefs, resolvers } = createGraph(store.services);
    const operations = hostileOperations(subgraphSchema(typeDefs, resolvers)).filter((operation) => /ssistanceUnit|UnitVillage|elper|airings|orkTeam|TeamMember|PrintJob/.test(JSON.stringify(operation)));
    const failed: string[] = [];
    for (const { title, document, variables } of operations) {
      const { errors, status } = await client.query(document, variables);
      const internal = errors?.some(({ extensions }) => (extensions?.code ?? 'INTERNAL') === 'INTERNAL');
      if (status >= 500 || internal) failed.push(`${title}: ${JSON.stringify(errors)}`);
    }
    expect(operations.length).toBeGreaterThan(700);
    expect(failed).toEqual([]);
  }, 120_000);

  it('is refused in the arguments of fields below the root and in references to entities', async () => {
    const client = subgraphClient(running.url, issuer, anybody);
    const document = `query ($all: [_Any!]!, $year: Int!) { _entities(representations: $all) {
      ... on Household { id record(year: $year) { year members { name } } }
      ... on Region { povertySummary(year: $year) { poor { households } } }
      ... on Citizen { povertyMembership(year: $year) { name } } } }`;
    for (const [type, key] of [
      ['Household', 'id'],
      ['Region', 'code'],
      ['Citizen', 'id'],
    ] as const) {
      for (const hostile of HOSTILE_KEYS) {
        for (const year of [2017, 0, -2_147_483_648, 2_147_483_647]) {
          const { data, errors } = await client.query(document, {
            all: [{ __typename: type, [key]: hostile }],
            year,
          });
          for (const { extensions } of errors ?? []) expect(extensions?.code).toBe('INVALID_INPUT');
          if (typeof hostile !== 'string' || hostile === '') expect(data?._entities ?? null).toBeNull();
        }
      }
    }
  });
});

const HOSTILE_KEYS: unknown[] = [
  '',
  'x',
  "' OR 1=1 --",
  'a\u0000b',
  '01890000-0000-7000-8000-00000000000g',
  '01890000-0000-7000-8000-000000000000',
  '999999999999',
  7,
  true,
  null,
  [],
  ['01890000-0000-7000-8000-000000000000'],
  { id: 'x' },
  'x'.repeat(100_000),
];

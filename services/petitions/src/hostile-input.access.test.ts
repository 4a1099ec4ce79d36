import { subgraphSchema } from '@junxian/subgraph';
import { hostileOperations, unmetBy } from '@junxian/test-kit';
import { openPublicStage, type PublicStage, signedIn } from './public-accounts/public-stage.fixture';
import { createGraph } from './service';
import { registered } from './testing/cases.support.test';
import { officer } from './testing/store.support.test';
import { graphOver } from './testing/subgraph.support.test';

/** Every build sends one value or two to each argument, JUNXIAN_TESTS=full all of them. */
const FULL = process.env.JUNXIAN_TESTS === 'full';
const ROLES = [
  ...['ONLINE_REGISTRAR', 'LETTER_REGISTRAR', 'CASE_EDITOR', 'VISIT_REGISTRAR', 'INTERVIEWER', 'RECEIVER'],
  ...['HANDLER', 'LEADER', 'REVIEW_CLERK', 'REVIEW_HANDLER', 'REVIEW_LEADER', 'LAWYER', 'EXPERT'],
  ...['SUPERVISOR', 'STATISTICIAN', 'ADMIN'],
];
/** Holds every role in the whole country, so that nothing is refused before it is looked at. */
const anybody = officer('nation', ROLES);
let stage: PublicStage;

beforeAll(async () => {
  stage = await openPublicStage();
  await registered(stage.store, {}, officer('shandong', ROLES));
}, 120_000);
const { ask } = graphOver(() => stage.store);
afterAll(() => stage.close());

describe('what nobody should send', () => {
  it.each([
    ['an officer', () => anybody],
    ['a citizen', () => signedIn('01890000-0000-7000-8000-0000000000c1', null)],
  ])(
    'is refused by every root field to %s with a code of the catalogue, never as an internal failure',
    async (_, who) => {
      const { typeDefs, resolvers } = createGraph(stage.store.services);
      const schema = subgraphSchema(typeDefs, resolvers);
      const operations = hostileOperations(schema, { share: FULL ? 1 : 23 });
      expect(unmetBy(schema, operations)).toEqual([]);
      const failed: string[] = [];
      const left = [...operations];
      const sendAll = async () => {
        for (let next = left.shift(); next !== undefined; next = left.shift()) {
          const { title, document, variables } = next;
          const { errors, status } = await ask(who(), document, variables);
          const internal = errors?.some(({ extensions }) => (extensions?.code ?? 'INTERNAL') === 'INTERNAL');
          if (status >= 500 || internal) failed.push(`${title}: ${JSON.stringify(errors)}`);
        }
      };
      await Promise.all(Array.from({ length: 6 }, sendAll));
      expect(failed).toEqual([]);
    },
    600_000,
  );

  it('is refused in the arguments of fields below the root and in references to entities', async () => {
    const document = `query ($all: [_Any!]!, $from: Date!, $first: Int!) { _entities(representations: $all) {
      ... on CaseItem { id petitioner { name } }
      ... on ReviewCase { id state }
      ... on Region { petitionSummary(from: $from, to: "2026-03-02") { items } publishedCases(first: $first) { id } }
      ... on Citizen { petitions { id } openPetitionCount } } }`;
    for (const [type, key] of [
      ['CaseItem', 'id'],
      ['ReviewCase', 'id'],
      ['Region', 'code'],
      ['Citizen', 'id'],
    ] as const) {
      for (const hostile of HOSTILE_KEYS) {
        for (const [from, first] of [
          ['2026-03-01', 20],
          ['0001-01-01', 0],
          ['9999-12-31', -2_147_483_648],
          ['2026-03-02', 2_147_483_647],
        ]) {
          const { data, errors } = await ask(anybody, document, {
            all: [{ __typename: type, [key]: hostile }],
            from,
            first,
          });
          for (const { extensions } of errors ?? [])
            expect(['INVALID_INPUT', 'NOT_FOUND']).toContain(extensions?.code);
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

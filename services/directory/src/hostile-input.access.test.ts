import { ManualClock } from '@junxian/calendar';
import { createLogger } from '@junxian/observability';
import { subgraphSchema } from '@junxian/subgraph';
import {
  hostileOperations,
  principals,
  type TestDatabase,
  testDatabase,
  testKeys,
  unmetBy,
} from '@junxian/test-kit';
import { roleCatalogue } from './appointments/role-catalogue';
import { parseAuditKeys } from './audit/audit-keys';
import { migrations } from './migrations';
import { loadReferenceRegions } from './regions/reference-load';
import { graphOver } from './testing/subgraph.support.test';
import { createDirectory, type Directory } from './wiring';

/** Every build sends every sixth value to each argument, JUNXIAN_TESTS=full all of them. */
const FULL = process.env.JUNXIAN_TESTS === 'full';
const clock = new ManualClock('2026-03-02T09:00:00+08:00');
const ENDLESS = { attempts: 1_000_000, windowSeconds: 60 };
let test: TestDatabase;
let directory: Directory;

beforeAll(async () => {
  test = await testDatabase({ service: 'directory', migrations });
  await loadReferenceRegions({ url: test.migratorUrl, provinces: ['14'] });
  directory = createDirectory({
    database: test.database,
    clock,
    logger: createLogger('test', 'silent'),
    keys: testKeys,
    auditKeys: parseAuditKeys(Buffer.alloc(32, 9).toString('base64')),
    filesDirectory: '/nowhere',
    argon2: { memoryCost: 64, timeCost: 1, parallelism: 1 },
    messenger: { send: async () => ({ messageId: 'sent' }) },
    settings: { loginRate: ENDLESS, addressRate: ENDLESS },
  });
  await directory.loadDemoData();
}, 120_000);
const { ask } = graphOver(() => ({
  ...directory.schema,
  database: test.database,
  clock,
}));
afterAll(() => test.close());

/** Holds every role, so that nothing is refused before it is looked at. */
const everything = async () => {
  const [account] = await test.adminQuery<{ id: string; organisationId: string }>(
    `SELECT id, organisation_id AS "organisationId" FROM account WHERE login_name = 'shanxi'`,
  );
  return principals.officer({
    ...(account === undefined ? {} : { accountId: account.id, organisationId: account.organisationId }),
    regionCode: '000000000000',
    regionLevel: 'NATION',
    roles: roleCatalogue.map(({ code }) => code),
  });
};

describe('what nobody should send', () => {
  it('is refused by every root field with a code of the catalogue, never as an internal failure', async () => {
    const principal = await everything();
    const schema = subgraphSchema(directory.schema.typeDefs, directory.schema.resolvers);
    const operations = hostileOperations(schema, { share: FULL ? 1 : 6 });
    expect(unmetBy(schema, operations)).toEqual([]);
    const failed: string[] = [];
    for (const { title, document, variables } of operations) {
      const { errors, status } = await ask(principal, document, variables);
      const code = errors?.find(
        ({ extensions }) => extensions?.code === undefined || extensions.code === 'INTERNAL',
      );
      if (status >= 500 || code !== undefined) failed.push(`${title}: ${code?.message ?? status}`);
    }
    expect(failed).toEqual([]);
  }, 600_000);

  it('is refused in references to entities: a thing that cannot be is a thing that is not there', async () => {
    const principal = await everything();
    for (const [type, key] of Object.entries(ENTITIES)) {
      const document = `query ($all: [_Any!]!) { _entities(representations: $all) { __typename ... on ${type} { ${key} } } }`;
      for (const hostile of HOSTILE_KEYS) {
        const { errors } = await ask(principal, document, { all: [{ __typename: type, [key]: hostile }] });
        for (const { extensions } of errors ?? []) {
          expect([type, hostile, extensions?.code]).toEqual([
            type,
            hostile,
            expect.stringMatching(/^(?!INTERNAL$)./),
          ]);
        }
      }
    }
  });
});

const ENTITIES = {
  Account: 'id',
  Appointment: 'id',
  Citizen: 'id',
  NaturalVillage: 'code',
  Organisation: 'id',
  Region: 'code',
};
const HOSTILE_KEYS: unknown[] = [
  '',
  'x',
  "' OR 1=1 --",
  'a\u0000b',
  '01890000-0000-7000-8000-00000000000g',
  7,
  true,
  null,
  [],
  ['01890000-0000-7000-8000-000000000000'],
  { id: 'x' },
  'x'.repeat(100_000),
  '01890000-0000-7000-8000-000000000000',
];

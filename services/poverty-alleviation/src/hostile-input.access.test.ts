import { subgraphSchema } from '@junxian/subgraph';
import {
  type HostileOperation,
  hostileOperations,
  hostileReferences,
  type InputPlace,
  unmetBy,
} from '@junxian/test-kit';
import { createGraph } from './service';
import { openWholeCounty, type Subject, type WholeCounty } from './testing/county.fixture';
import { officer } from './testing/store.support.test';
import { graphOver } from './testing/subgraph.support.test';

/** Every build sends one value or two to each argument, JUNXIAN_TESTS=full all of them. */
const FULL = process.env.JUNXIAN_TESTS === 'full';
/** Holds every role in the whole country, so that nothing is refused before it is looked at. */
const anybody = officer(
  '000000000000',
  'NATION',
  ...['VIEWER', 'OPERATOR', 'MANAGER', 'FUND', 'PROJECT', 'PROVINCE_ADMIN', 'SYSTEM_ADMIN'],
);
let county: WholeCounty;

beforeAll(async () => {
  county = await openWholeCounty();
  await keepWhatIsThere();
}, 300_000);
const { ask } = graphOver(() => county.store);
afterAll(() => county.close());

describe('what nobody should send', () => {
  it('is refused by every root field with a code of the catalogue, never as an internal failure', async () => {
    const schema = schemaOf();
    const operations = hostileOperations(schema, { share: FULL ? 1 : 23, plain: somethingThere });
    expect(unmetBy(schema, operations)).toEqual([]);
    expect(await failedOf(lastThingsLast(operations))).toEqual([]);
  }, 900_000);

  it('is refused in references to every entity and in the arguments of fields on them', async () => {
    const { household, project, region } = county.ids;
    const operations = hostileReferences(schemaOf(), {
      share: FULL ? 1 : 5,
      keys: { Household: [household], Project: [project], Region: [region] },
    });
    const met = new Set(operations.map(({ title }) => title.split(/[. ]/)[0]));
    expect([...met].sort()).toEqual(['Citizen', 'Household', 'NaturalVillage', 'Project', 'Region']);
    expect(await failedOf(operations)).toEqual([]);
  }, 300_000);
});

const schemaOf = () => {
  const { typeDefs, resolvers } = createGraph(county.store.services);
  return subgraphSchema(typeDefs, resolvers);
};

/** Sends them, several at once, and tells which were answered as a failure of ours. */
async function failedOf(operations: readonly HostileOperation[]): Promise<string[]> {
  const failed: string[] = [];
  const left = [...operations];
  const sendAll = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { document, variables } = next;
      // A connection kept alive may be closed at the moment it is used again; that is no answer.
      const { errors, status } = await ask(anybody, document, variables).catch(() =>
        ask(anybody, document, variables),
      );
      const internal = errors?.some(({ extensions }) => (extensions?.code ?? 'INTERNAL') === 'INTERNAL');
      if (status >= 500 || internal) failed.push(`${next.title}: ${JSON.stringify(errors)}`);
    }
  };
  await Promise.all(Array.from({ length: 6 }, sendAll));
  return failed;
}

/** What may succeed and would then hide what follows: after a year was closed everything in it is refused for that. */
const LAST = /^Mutation\.(openYear|closeYear)/;
const lastThingsLast = (operations: readonly HostileOperation[]) => [
  ...operations.filter(({ title }) => !LAST.test(title)),
  ...operations.filter(({ title }) => LAST.test(title)),
];

/** Hostile input that is accepted changes a row, and what comes after it would be refused as stale: so no version advances. */
async function keepWhatIsThere(): Promise<void> {
  await county.store.adminQuery(`
    CREATE FUNCTION version_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.version := OLD.version; RETURN NEW; END $$`);
  await county.store.adminQuery(`
    DO $$ DECLARE t regclass; BEGIN
      FOR t IN SELECT a.attrelid::regclass FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE a.attname = 'version' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
      LOOP EXECUTE format('CREATE TRIGGER version_stays BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION version_stays()', t); END LOOP;
    END $$`);
}

/** What stands beside a hostile value: the things of the county, so that the value is looked at and not the way to it. */
function somethingThere({ field, path, type }: InputPlace): unknown {
  const { ids, versions } = county;
  const name = path.at(-1)!;
  const here = `${field}.${path.join('.')}`;
  if (name === 'expectedVersion') return versions[subjectOf(here)] ?? 1;
  if (name === 'year') return 2017;
  if (name === 'first') return 20;
  if (name === 'after') return null;
  if (type.name === 'Date') return '2017-06-01';
  if (type.name !== 'ID') return undefined;
  if (/natural|^codes$|NaturalVillage\b.*code/i.test(here)) return ids.naturalVillage;
  if (name === 'toRegion') return ids.region;
  if (name === 'fromRegion') return ids.region;
  if (/village|subjects/i.test(name) || field === 'village') return ids.village;
  if (/region|county/i.test(name) || (name === 'code' && /county/i.test(field))) return ids.region;
  return ids[subjectOf(here)];
}

/** Whose id or version stands at a place. */
function subjectOf(here: string): Subject {
  const subjects: readonly [pattern: RegExp, subject: Subject][] = [
    [/TeamMember\..*\b(memberId|id|expectedVersion)$/, 'teamMember'],
    [/(memberIds?|newHeadId)$/, 'member'],
    [/helperId$/, 'helper'],
    [/unitId$|UnitId$/, 'unit'],
    [/teamId$/, 'team'],
    [/lineId$/, 'line'],
    [/householdIds?$|survivorId$|toHouseholdId$|targetId$/i, 'household'],
    [/projectId$|refId$/, 'project'],
    [/disclosureId$/, 'disclosure'],
    [/unpairUnit/i, 'unitPairing'],
    [/pairingId$|HelperPairing|unpairHelper/, 'pairing'],
    [/TeamMember/i, 'teamMember'],
    [/team/i, 'team'],
    [/helper/i, 'helper'],
    [/unit/i, 'unit'],
    [/allocat/i, 'allocation'],
    [/arrival/i, 'arrival'],
    [/arrang/i, 'arrangement'],
    [/integrated/i, 'integratedFund'],
    [/disclos/i, 'disclosure'],
    [/project|implementation|beneficiar/i, 'project'],
    [/village/i, 'poorVillage'],
    [/county/i, 'countyRecord'],
    [/member/i, 'member'],
  ];
  return subjects.find(([pattern]) => pattern.test(here))?.[1] ?? 'household';
}

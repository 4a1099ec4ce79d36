import { startTestSubgraph, type TestSubgraphOptions } from '../testing/test-subgraph';

/** How the synthetic country is made: some households to a village, a few officers and petitions to each. */
const VILLAGES = 25;

const village = (code: unknown) => ({ code: String(code) });

const range = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index));

/** Four small services that know each other's entities by key only, as the real ones do. */
export const SUBGRAPHS: readonly TestSubgraphOptions[] = [
  {
    name: 'directory',
    sdl: `
      type Query { region(code: ID!): Region @access }
      type Region @key(fields: "code") @access { code: ID! name: String! level: String! population: Int! }
      type Organisation @key(fields: "id") @access { id: ID! sealName: String! region: Region! }`,
    resolvers: { Query: { region: (_source, { code }) => region(code) } },
    entities: {
      Region: ({ code }) => region(code),
      Organisation: ({ id }) => ({ sealName: `第${id}村民委员会`, region: region(id) }),
    },
  },
  {
    name: 'poverty-alleviation',
    sdl: `
      type Query { households(first: Int = 20): [Household!]! @access }
      type Household @key(fields: "id") @access { id: ID! headName: String! members: Int! income: String! region: Region! }
      type Region @key(fields: "code") @access { code: ID! }`,
    resolvers: {
      Query: {
        households: (_source, { first }) =>
          range(first as number, (index) => ({
            id: String(index),
            headName: `户主${index}`,
            members: (index % 6) + 1,
            income: `${3000 + index}.00`,
            region: village(index % VILLAGES),
          })),
      },
    },
    entities: { Region: ({ code }) => village(code) },
  },
  {
    name: 'personnel',
    sdl: `
      type Officer @key(fields: "id") @access { id: ID! name: String! post: String! organisation: Organisation! }
      type Organisation @key(fields: "id") @access { id: ID! }
      type Region @key(fields: "code") @access { code: ID! officers: [Officer!]! }`,
    resolvers: {
      Region: {
        officers: (source) => {
          const { code } = source as { code: string };
          return range(3, (index) => ({
            id: `${code}-${index}`,
            name: `干部${index}`,
            post: '驻村干部',
            organisation: { id: String((Number(code) + index) % 10) },
          }));
        },
      },
    },
    entities: {
      Region: ({ code }) => village(code),
      Organisation: ({ id }) => ({ id }),
      Officer: ({ id }) => ({ id }),
    },
  },
  {
    name: 'petitions',
    sdl: `
      type Petition @key(fields: "id") @access { id: ID! subject: String! state: String! }
      type Region @key(fields: "code") @access { code: ID! petitions(first: Int = 5): [Petition!]! }`,
    resolvers: {
      Region: {
        petitions: (source, { first }) => {
          const { code } = source as { code: string };
          return range(first as number, (index) => ({
            id: `${code}-${index}`,
            subject: `关于第${index}号事项的反映`,
            state: index % 2 === 0 ? 'HANDLING' : 'CLOSED',
          }));
        },
      },
    },
    entities: { Region: ({ code }) => village(code), Petition: ({ id }) => ({ id }) },
  },
];

function region(code: unknown) {
  return { code: String(code), name: `第${code}村`, level: 'VILLAGE', population: 800 + Number(code) };
}

/** The question: a page of households, each with its village, the village's officers and theirs, and its petitions. */
export const NESTED_QUERY = `query HouseholdsOfTheCounty($first: Int!) {
  households(first: $first) {
    id headName members income
    region {
      code name level population
      officers { id name post organisation { sealName region { name } } }
      petitions(first: 3) { id subject state }
    }
  }
}`;

/** Runs one of the four in this process and tells the parent where. */
export async function serveSubgraph(name: string): Promise<void> {
  const options = SUBGRAPHS.find((candidate) => candidate.name === name);
  if (options === undefined) throw new Error(`no subgraph ${name}`);
  const { url } = await startTestSubgraph({ ...options, keepRequests: false });
  process.send?.({ url });
}

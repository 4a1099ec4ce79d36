import { Refusal, refuse } from '@junxian/errors';
import { startTestSubgraph, type TestSubgraph, type TestSubgraphOptions } from './test-subgraph';

/** Two services that share Region, with every kind of rule, refusal and defect a test may want. */
export interface TwoServices {
  directory: TestSubgraph;
  poverty: TestSubgraph;
  all: TestSubgraph[];
  /** Forgets what was asked. */
  forget(): void;
  stop(): Promise<void>;
}

const regionOf = (code: unknown) => ({ code: String(code), name: `区划${String(code)}`, level: 'COUNTY' });

export const DIRECTORY_SDL = `
  type Query {
    version: String! @access(public: true)
    region(code: ID!): Region @access
    regions(first: Int = 20): RegionConnection! @access
    search(text: String!): [Found!]! @access
    auditLog(regionCode: ID, first: Int = 20): [AuditEntry!]! @access(roles: ["directory:AUDITOR"], region: "regionCode", minRegionLevel: COUNTY)
    refused: String @access(public: true)
    broken: String @access(public: true)
    onDay(day: Date): String @access(public: true)
  }
  type Mutation {
    rename(input: RenameInput!): Region @access(roles: ["directory:REGION_MAINTAINER"], region: "input.regionCode")
    activate(name: String!): String @access(pending: true)
  }
  input RenameInput { regionCode: ID! name: String! }
  scalar Date
  type RegionConnection { nodes: [Region!]! endCursor: String hasNextPage: Boolean! }
  interface Named { name: String! }
  union Found = Region | AuditEntry
  type Region implements Named @key(fields: "code") @access { code: ID! name: String! level: RegionLevel! children(first: Int = 10): [Region!]! secret: String @access(roles: ["directory:AUDITOR"]) }
  type AuditEntry implements Named @key(fields: "id") @access(roles: ["directory:AUDITOR"]) { id: ID! name: String! region: Region }
`;

export const POVERTY_SDL = `
  type Query {
    households(first: Int = 20): [Household!]! @access(roles: ["poverty-alleviation:OPERATOR"])
  }
  type Household @key(fields: "id") @access(roles: ["poverty-alleviation:OPERATOR"]) {
    id: ID!
    region: Region!
    formerRegion: Region
    idNumber(reveal: Boolean = false): String @masked(as: ID_NUMBER, reveal: ["poverty-alleviation:REVEALER"])
  }
  type Region @key(fields: "code") @access {
    code: ID!
    povertyHouseholds: Int
    households(first: Int = 5): [Household!] @access(roles: ["poverty-alleviation:OPERATOR"])
  }
`;

const DIRECTORY_ENTITIES: TestSubgraphOptions['entities'] = {
  // No region's code begins with 0: nobody sees it.
  Region: ({ code }) => (String(code).startsWith('0') ? null : regionOf(code)),
  AuditEntry: ({ id }) => ({ id, name: 'LOGIN' }),
};

const POVERTY_ENTITIES: TestSubgraphOptions['entities'] = {
  Region: ({ code }) => ({ code }),
  Household: ({ id }) => ({ id }),
};

/** Starts both. Ask `refused` for a refusal, `broken` for a defect with a telling message. */
export async function startTwoServices(): Promise<TwoServices> {
  const directory = await startTestSubgraph({
    name: 'directory',
    sdl: DIRECTORY_SDL,
    resolvers: {
      Query: {
        version: () => '1',
        region: (_source, { code }) => regionOf(code),
        regions: (_source, { first }) => ({ nodes: regions(first), endCursor: null, hasNextPage: false }),
        search: () => [{ __typename: 'Region', ...regionOf('140200000000') }],
        auditLog: () => [{ id: '1', name: 'LOGIN', region: regionOf('140200000000') }],
        refused: () => {
          throw new Refusal(
            'ORGANISATION_EXISTS',
            { zh: '单位已登记', en: 'The organisation is registered' },
            { field: 'sealName', details: { heldBy: 'a' } },
          );
        },
        broken: () => {
          throw new Error(
            'duplicate key value violates unique constraint "household_pkey" at http://10.0.0.7/db',
          );
        },
        onDay: (_source, { day }) => String(day),
      },
      Region: { children: (_source, { first }) => regions(first) },
      Mutation: { rename: (_source, { input }) => regionOf(input.regionCode), activate: () => 'ok' },
    },
    entities: DIRECTORY_ENTITIES,
  });
  const poverty = await startTestSubgraph({
    name: 'poverty-alleviation',
    sdl: POVERTY_SDL,
    resolvers: {
      Query: { households: (_source, { first }) => households(first) },
      Region: {
        povertyHouseholds: (region) => {
          if ((region as { code: string }).code.startsWith('9')) throw refuse.outOfRegion('code');
          return 7;
        },
        households: (_source, { first }) => households(first),
      },
      Household: { idNumber: () => '110101199003078515' },
    },
    entities: POVERTY_ENTITIES,
  });
  const all = [directory, poverty];
  return {
    directory,
    poverty,
    all,
    forget: () => {
      for (const service of all) service.requests.length = 0;
    },
    stop: async () => {
      await Promise.all(all.map((service) => service.stop()));
    },
  };
}

const regions = (count: number) =>
  Array.from({ length: count }, (_, index) => regionOf(140200000000 + (index % 4)));

const households = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: String(index),
    region: { code: String(140200000000 + (index % 3)) },
    formerRegion: { code: '000000000001' },
  }));

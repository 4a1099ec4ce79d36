import type { Json } from '@junxian/test-kit';
import { places } from '../support/demo';
import { askSubgraph, principalOf } from '../support/subgraphs';
import type { Life } from './life';

const HOUSEHOLD = `id householdNo statusHistory { id } dynamicOperations { id } projects { id }
  record(year: 2017) { basic { address } members { name idNumber } measures { content } }`;
const PROJECT = 'id projectNo name content villages { code } adjustments { id } implementations { id }';

/** Of each question what it is refused with; null where it is answered, without a word of this life. */
type Question = [document: string, variables: Json, code: string | null];

/** The lists of one's own region, as wide as they go. */
const LISTS = `
  own: households(year: 2017, region: "${places.yungang}", first: 100) { nodes { ${HOUSEHOLD} } }
  named: households(year: 2017, region: "${places.yungang}", name: "示例田", first: 100) { nodes { id } }
  households: changes(subject: HOUSEHOLD, first: 100) { nodes { household { id householdNo } facts { after } } }
  closed: closedHouseholds(first: 100) { nodes { householdNo } }
  projects(first: 100) { nodes { ${PROJECT} } }
  allocations: funds(kind: ALLOCATION, first: 100) { nodes { documentNo title } }
  arrivals: funds(kind: ARRIVAL, first: 100) { nodes { documentNo title } }
  arranged: fundArrangements(year: 2017, first: 100) { nodes { id projectId } }
  importJobs(first: 100) { nodes { id fileName } }
  notices: disclosures(first: 100) { nodes { id title } }
  poor: statisticRows(table: POOR_HOUSEHOLDS, year: 2017, region: "${places.yungang}", column: "poor.h", first: 100) {
    nodes { household { id householdNo } record { basic { address } } } }`;

/** What the county next door must not get by naming the region. */
const OUTSIDE: Question[] = [
  'households(year: 2017, region: $r) { nodes { id } }',
  'changes(subject: HOUSEHOLD, region: $r) { nodes { id } }',
  'projects(region: $r) { nodes { id } }',
  'funds(kind: ALLOCATION, filter: { region: $r }) { nodes { key } }',
  'fundBalances(year: 2017, region: $r) { balance }',
  'statistic(table: POOR_HOUSEHOLDS, year: 2017, region: $r) { rows { kind } }',
  'statisticRows(table: POOR_HOUSEHOLDS, year: 2017, region: $r, column: "poor.h") { nodes { id } }',
]
  .map((field) => `query ($r: ID!) { ${field} }`)
  .concat(
    'mutation ($r: ID!) { exportQuery(list: HOUSEHOLDS, filter: { year: 2017, region: $r }) { url } }',
    'mutation ($r: ID!) { exportStatistic(table: EXITED, year: 2017, region: $r) { url } }',
  )
  .map((document) => [document, { r: places.yunzhou }, 'OUT_OF_REGION']);

function questionsOf({ secrets }: Life): Question[] {
  return [
    [`{ ${LISTS} }`, {}, null],
    ...OUTSIDE,
    ...secrets.households.flatMap(({ id }): Question[] => [
      [`query ($id: ID!) { household(id: $id) { ${HOUSEHOLD} } }`, { id }, null],
      ['query ($id: ID!) { exitCheck(householdId: $id) { passed } }', { id }, 'NOT_FOUND'],
      [
        'mutation ($id: ID!) { markExit(input: { householdId: $id, expectedVersion: 1 }) { id } }',
        { id },
        'NOT_FOUND',
      ],
      [
        `mutation ($id: ID!) { createPrintJob(input: { kind: HOUSEHOLD_INFORMATION, year: 2017, region: "${places.village}", subjects: [$id] }) { url } }`,
        { id },
        'OUT_OF_REGION',
      ],
    ]),
    ...secrets.citizenNumbers.map(
      (n): Question => [
        'query ($n: String!) { citizen(idNumber: $n) { povertyMembership(year: 2017) { name personNo } } }',
        { n },
        null,
      ],
    ),
    ...secrets.allocations.flatMap(({ id, lineId }): Question[] => [
      ['query ($id: ID!) { fundAllocation(id: $id) { documentNo lines { id amount } } }', { id }, null],
      [
        'mutation ($id: ID!) { recordArrival(input: { lineId: $id, amount: "0.0001", arrivedDate: "2017-06-01" }) { id } }',
        { id: lineId },
        'NOT_FOUND',
      ],
    ]),
    ...secrets.projects.flatMap(({ id }): Question[] => [
      [`query ($id: ID!) { project(id: $id) { ${PROJECT} } }`, { id }, null],
      [
        'query ($id: ID!) { projectBeneficiaries(projectId: $id) { nodes { id household { id } } } }',
        { id },
        null,
      ],
      [
        'mutation ($id: ID!) { cancelProject(id: $id, expectedVersion: 1, reason: "示例") { id } }',
        { id },
        'NOT_FOUND',
      ],
    ]),
    ...secrets.importJobs.flatMap((id): Question[] => [
      ['query ($id: ID!) { importJob(id: $id) { id fileName errorSheet { url } } }', { id }, null],
      ['mutation ($id: ID!) { cancelImport(id: $id) { id } }', { id }, 'NOT_FOUND'],
    ]),
  ];
}

/**
 * Asks for everything of a life in every way an officer has, as the county next door, which holds all roles there, and
 * asks the subgraph for its entities as the gateway would. Returns what came back that should not have; empty when nothing did.
 */
export async function seenNextDoor(life: Life): Promise<string[]> {
  const { secrets } = life;
  const session = await life.as('yungang');
  const told = [
    ...secrets.words,
    ...secrets.citizenNumbers,
    ...secrets.households.flatMap(({ id, householdNo }) => [id, householdNo]),
    ...secrets.projects.flatMap(({ id, projectNo }) => [id, projectNo]),
    ...secrets.allocations.flatMap(({ id, lineId }) => [id, lineId]),
    ...secrets.importJobs,
  ];
  const leaks = (asked: string, answer: unknown) =>
    told.filter((secret) => JSON.stringify(answer).includes(secret)).map((secret) => `${asked}: ${secret}`);
  const found = await Promise.all(
    questionsOf(life).map(async ([document, variables, code]) => {
      const answer = await session.query(document, variables);
      const seen = answer.errors?.[0]?.extensions?.code ?? null;
      return [
        ...leaks(document, answer),
        ...(seen === code ? [] : [`${document} ${JSON.stringify(variables)}: ${seen} instead of ${code}`]),
      ];
    }),
  );
  const representations = [
    ...secrets.households.map(({ id }) => ({ __typename: 'Household', id })),
    ...secrets.projects.map(({ id }) => ({ __typename: 'Project', id })),
  ];
  const entities = await askSubgraph(
    life.system,
    'poverty-alleviation',
    principalOf(session.accessToken),
    `query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Household { householdNo } ... on Project { projectNo } } }`,
    { r: representations },
  );
  if (entities.data?._entities?.some((one: unknown) => one !== null))
    found.push([`as entities: ${JSON.stringify(entities).slice(0, 200)}`]);
  return found.flat();
}

import { startTestGateway, type TestGateway } from '../../testing/test-gateway';
import { officerClaims } from '../../testing/test-issuer';
import { startTwoServices, type TwoServices } from '../../testing/two-services';

let services: TwoServices;
let gateway: TestGateway;
let token: string;

beforeAll(async () => {
  services = await startTwoServices();
  gateway = await startTestGateway(services.all);
  token = await gateway.directory.token(
    officerClaims({ roles: ['poverty-alleviation:OPERATOR', 'directory:AUDITOR'] }),
  );
});

afterAll(async () => {
  await gateway.stop();
  await services.stop();
});

beforeEach(() => services.forget());

const representations = () =>
  services.all.flatMap(({ requests }) =>
    requests.flatMap(({ variables }) => (variables.representations as unknown[]) ?? []),
  );

it('answers a question over two services; an entity that occurs often is asked for once', async () => {
  const query = '{ households(first: 60) { id region { name povertyHouseholds } } }';
  const first = await gateway.ask(query, { token });
  expect(first.errors).toBeUndefined();
  const again = await gateway.ask(query, { token });
  expect(again.text).toBe(first.text);
  const households = first.data?.households as unknown[];
  expect(households).toHaveLength(60);
  expect(households[4]).toEqual({ id: '4', region: { name: '区划140200000001', povertyHouseholds: 7 } });
  // Twice three regions, although there are 60 households.
  expect(representations()).toHaveLength(6);
});

/** The first request of an operation plans and compiles it: it must say the same as the next. */
const QUESTIONS: readonly (readonly [string, Record<string, unknown>?])[] = [
  ['{ __typename version }'],
  ['{ v: version region(code: "140200000000") { __typename n: name level } }'],
  [
    '{ region(code: "140200000000") { name ...A } } fragment A on Region { name children(first: 2) { code ...B } } fragment B on Region { povertyHouseholds }',
  ],
  [
    '{ regions(first: 8) { nodes { code name povertyHouseholds households(first: 3) { id region { level } } } endCursor } }',
  ],
  [
    '{ search(text: "x") { __typename ... on Named { name } ... on Region { povertyHouseholds } ... on AuditEntry { id } } }',
  ],
  ['{ auditLog(first: 1, regionCode: "140202000000") { id region { name households { id } } } }'],
  [
    'query ($a: Boolean!, $b: Boolean = true) { region(code: "1") { code @skip(if: $a) name @include(if: $b) povertyHouseholds @include(if: $a) } }',
    { a: true },
  ],
  [
    'query ($a: Boolean!, $b: Boolean = true) { region(code: "1") { code @skip(if: $a) name @include(if: $b) povertyHouseholds @include(if: $a) } }',
    { a: false, b: false },
  ],
  ['{ region(code: "9") { name povertyHouseholds } }'],
  ['{ regions { nodes { children { code povertyHouseholds } } } }'],
  ['{ refused broken version }'],
  ['{ region(code: "1") { constructor: name toString: level } }'],
  ['mutation { activate(name: "x") }'],
  ['mutation A { activate(name: "x") } query B { version }'],
];

it.each(QUESTIONS.map(([query, variables = {}]) => ({ query, variables })))(
  'answers $query $variables twice in the same words',
  async ({ query, variables }) => {
    const options = { token, variables, ...(query.includes('query B') ? { operationName: 'B' } : {}) };
    const withoutIds = ({ text }: { text: string }) => text.replace(/"requestId":"[^"]+"/g, '"requestId":""');
    const first = withoutIds(await gateway.ask(query, options));
    const second = withoutIds(await gateway.ask(query, options));
    const third = withoutIds(await gateway.ask(query, options));
    expect(second).toBe(first);
    expect(third).toBe(first);
    expect(JSON.parse(first).data).toBeDefined();
  },
);

it('a reference to what its service does not show is null, and no error', async () => {
  for (const attempt of ['first', 'again']) {
    const answer = await gateway.ask('{ households(first: 2) { id formerRegion { code name } } }', { token });
    expect([attempt, answer.data, answer.errors]).toEqual([
      attempt,
      {
        households: [
          { id: '0', formerRegion: null },
          { id: '1', formerRegion: null },
        ],
      },
      undefined,
    ]);
  }
});

it('a mutation whose answer holds such a reference is answered by its first request, and run once', async () => {
  const maintainer = await gateway.directory.token(
    officerClaims({ roles: ['directory:REGION_MAINTAINER', 'poverty-alleviation:OPERATOR'] }),
  );
  const answer = await gateway.ask(
    'mutation { rename(input: { regionCode: "140200000000", name: "x" }) { households(first: 1) { id formerRegion { name } } } }',
    { token: maintainer },
  );
  expect([answer.data, answer.errors]).toEqual([
    { rename: { households: [{ id: '0', formerRegion: null }] } },
    undefined,
  ]);
  expect(services.directory.requests.filter(({ query }) => query.startsWith('mutation'))).toHaveLength(1);
});

it('the stock executor answers the same behind the switch', async () => {
  const stock = await startTestGateway(services.all, {
    directory: gateway.directory,
    environment: { GATEWAY_EXECUTOR: 'apollo' },
  });
  try {
    for (const [query, variables = {}] of QUESTIONS.slice(0, 6)) {
      const ours = await gateway.ask(query, { token, variables });
      expect((await stock.ask(query, { token, variables })).text).toBe(ours.text);
    }
  } finally {
    await stock.stop();
  }
});

it('one caller’s identical queries under way are sent once, another’s on their own', async () => {
  const other = await gateway.directory.token(officerClaims());
  const query = '{ region(code: "140299000000") { code level } }';
  await gateway.ask(query, { token });
  services.forget();
  services.directory.delay = 300;
  try {
    const asked = [token, token, token, other, undefined].map((by) =>
      gateway.ask(query, by === undefined ? { token, headers: { 'accept-language': 'en' } } : { token: by }),
    );
    for (const answer of await Promise.all(asked))
      expect(answer.data).toEqual({ region: { code: '140299000000', level: 'COUNTY' } });
    expect(services.directory.requests).toHaveLength(3);
  } finally {
    services.directory.delay = 0;
  }
});

it('nobody joins what was under way before a write, and what is revealed each asks for himself', async () => {
  const may = ['directory:REGION_MAINTAINER', 'poverty-alleviation:OPERATOR', 'poverty-alleviation:REVEALER'];
  const maintainer = await gateway.directory.token(officerClaims({ roles: may }));
  const ask = (query: string) => gateway.ask(query, { token: maintainer });
  const read = 'query Read { region(code: "140299000000") { code } }';
  const write = 'mutation { rename(input: { regionCode: "140299000000", name: "x" }) { code } }';
  const reveal = '{ households(first: 1) { id idNumber(reveal: true) } }';
  for (const query of [read, write, reveal]) expect((await ask(query)).errors).toBeUndefined();
  services.forget();
  const reads = () => services.directory.requests.filter(({ query }) => query.includes('region('));
  services.directory.delay = 500;
  try {
    const before = ask(read);
    while (reads().length === 0) await new Promise((done) => setTimeout(done, 5));
    services.directory.delay = 0;
    const beside = ask(read);
    await ask(write);
    expect(reads()).toHaveLength(1);
    expect((await ask(read)).errors).toBeUndefined();
    expect(reads()).toHaveLength(2);
    for (const answer of await Promise.all([before, beside])) expect(answer.errors).toBeUndefined();
    services.poverty.delay = 300;
    services.forget();
    await Promise.all([ask(reveal), ask(reveal)]);
    expect(services.poverty.requests).toHaveLength(2);
  } finally {
    services.directory.delay = 0;
    services.poverty.delay = 0;
  }
});

it('puts the refusal of one entity at every place where it occurs', async () => {
  services.directory.answerWith = {
    status: 200,
    body: JSON.stringify({
      data: {
        region: {
          code: '1',
          children: [
            { __typename: 'Region', code: '9' },
            { __typename: 'Region', code: '1' },
            { __typename: 'Region', code: '9' },
          ],
        },
      },
    }),
  };
  try {
    const query = '{ region(code: "1") { code children { code povertyHouseholds } } }';
    for (const attempt of ['first', 'again']) {
      const { errors, data } = await gateway.ask(query, { token, headers: { 'accept-language': 'en' } });
      expect([attempt, data]).toEqual([
        attempt,
        {
          region: {
            code: '1',
            children: [
              { code: '9', povertyHouseholds: null },
              { code: '1', povertyHouseholds: 7 },
              { code: '9', povertyHouseholds: null },
            ],
          },
        },
      ]);
      expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
        [['region', 'children', 0, 'povertyHouseholds'], 'OUT_OF_REGION'],
        [['region', 'children', 2, 'povertyHouseholds'], 'OUT_OF_REGION'],
      ]);
    }
  } finally {
    services.directory.answerWith = null;
  }
});

import { startTestGateway, type TestGateway } from '../../testing/test-gateway';
import { officerClaims } from '../../testing/test-issuer';
import { startTwoServices, type TwoServices } from '../../testing/two-services';

let services: TwoServices;
let gateway: TestGateway;
let token: string;

beforeAll(async () => {
  services = await startTwoServices();
  gateway = await startTestGateway(services.all);
  token = await gateway.directory.token(officerClaims({ roles: ['poverty-alleviation:OPERATOR'] }));
});

afterAll(async () => {
  await gateway.stop();
  await services.stop();
});

const english = { 'accept-language': 'en' };

describe('errors', () => {
  it('of the catalogues pass with code, field, details and the text of the language asked for', async () => {
    const chinese = await gateway.ask('{ refused version }');
    expect(chinese.data).toEqual({ refused: null, version: '1' });
    expect(chinese.errors).toEqual([
      {
        message: '单位已登记',
        path: ['refused'],
        extensions: { code: 'ORGANISATION_EXISTS', field: 'sealName', details: { heldBy: 'a' } },
      },
    ]);
    const answer = await gateway.ask('{ refused version }', { headers: english });
    expect(answer.errors?.[0]?.message).toBe('The organisation is registered');
  });

  it('that are defects are masked, with the id the log knows them by', async () => {
    for (const attempt of ['by Apollo', 'by us']) {
      const answer = await gateway.ask('{ broken version }', { headers: { 'x-request-id': 'request-0002' } });
      expect([attempt, answer.data]).toEqual([attempt, { broken: null, version: '1' }]);
      expect(answer.errors).toEqual([
        {
          message: expect.stringContaining('系统繁忙'),
          path: ['broken'],
          extensions: { code: 'INTERNAL', requestId: 'request-0002' },
        },
      ]);
      expect(answer.text).not.toMatch(/constraint|http|10\.0|household_pkey|directory|stack|serviceName/);
    }
  });

  it('of the form of a value say so without repeating it', async () => {
    services.directory.answerWith = {
      status: 400,
      body: JSON.stringify({
        errors: [
          {
            message: 'Variable "$day" got invalid value "110101199003078515"',
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      }),
    };
    try {
      const answer = await gateway.ask('query ($day: Date) { onDay(day: $day) }', {
        variables: { day: '110101199003078515' },
      });
      expect(answer.errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
      expect(answer.text).not.toContain('110101199003078515');
    } finally {
      services.directory.answerWith = null;
    }
  });

  it.each([
    [
      '401',
      {
        status: 401,
        body: '{"errors":[{"message":"x","extensions":{"code":"UNAUTHENTICATED","text":{"zh":"x","en":"x"}}}]}',
      },
    ],
    ['a page instead of JSON', { status: 200, body: '<html>http://10.0.0.7</html>' }],
    ['half an answer', { status: 200, body: '{"data":{"version":' }],
    ['null', { status: 200, body: 'null' }],
  ])('a service that answers with %s is a defect, and nothing of it goes out', async (_name, answered) => {
    services.directory.answerWith = answered;
    try {
      const answer = await gateway.ask('{ version }');
      expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['INTERNAL']);
      expect(answer.text).not.toMatch(/html|10\.0|UNAUTHENTICATED/);
    } finally {
      services.directory.answerWith = null;
    }
  });

  it('a null where the schema promises a value nulls its parent and says so', async () => {
    services.directory.answerWith = {
      status: 200,
      body: JSON.stringify({ data: { region: { code: '1', name: null } } }),
    };
    try {
      for (const attempt of ['by Apollo', 'by us']) {
        const answer = await gateway.ask('{ region(code: "1") { code name } }', { token });
        expect([attempt, answer.data]).toEqual([attempt, { region: null }]);
        expect(answer.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
          [['region', 'name'], 'INTERNAL'],
        ]);
        expect(answer.text).not.toContain('valueCompletion');
      }
    } finally {
      services.directory.answerWith = null;
    }
  });
});

describe('a dead service', () => {
  const QUERY = '{ regions(first: 6) { nodes { name povertyHouseholds households { id } } } }';

  afterEach(() => services.poverty.restart());

  it('nulls its own fields with one clear error; the rest of the answer is there', async () => {
    await services.poverty.stop();
    for (const attempt of ['by Apollo', 'by us', 'failing fast', 'failing fast']) {
      const answer = await gateway.ask(QUERY, { token });
      expect([attempt, answer.status]).toEqual([attempt, 200]);
      const { nodes } = answer.data!.regions as { nodes: unknown[] };
      expect(nodes).toHaveLength(6);
      for (const node of nodes)
        expect(node).toEqual({ name: expect.any(String), povertyHouseholds: null, households: null });
      expect(answer.errors).toEqual([
        {
          message: '“扶贫”服务暂时不可用，相关内容未能返回，请稍后再试',
          extensions: { code: 'SUBGRAPH_UNAVAILABLE', details: { domain: 'poverty-alleviation' } },
        },
      ]);
    }
    const answer = await gateway.ask(QUERY, { token, headers: english });
    expect(answer.errors?.[0]?.message).toMatch(/^Poverty alleviation is temporarily unavailable/);
  });

  it('answers again soon after it is back', async () => {
    await services.poverty.stop();
    for (let attempt = 0; attempt < 4; attempt += 1) await gateway.ask(QUERY, { token });
    await services.poverty.restart();
    await new Promise((done) => setTimeout(done, 1_100));
    expect((await gateway.ask(QUERY, { token })).errors).toBeUndefined();
  });

  it('is not asked while it is known to be down', async () => {
    services.poverty.answerWith = { status: 503, body: '{}' };
    try {
      for (let attempt = 0; attempt < 3; attempt += 1) await gateway.ask('{ households { id } }', { token });
      services.forget();
      const answer = await gateway.ask('{ households { id } }', { token });
      expect(answer.errors?.[0]?.extensions.code).toBe('SUBGRAPH_UNAVAILABLE');
      expect(services.poverty.requests).toEqual([]);
    } finally {
      services.poverty.answerWith = null;
    }
  });
});

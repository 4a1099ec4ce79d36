import { startTestGateway, type TestGateway } from '../../testing/test-gateway';
import { officerClaims } from '../../testing/test-issuer';
import { startTwoServices, type TwoServices } from '../../testing/two-services';

let services: TwoServices;
let gateway: TestGateway;

beforeAll(async () => {
  services = await startTwoServices();
  gateway = await startTestGateway(services.all);
});

afterAll(async () => {
  await gateway.stop();
  await services.stop();
});

it.each([
  ['{ version households { id } }', 'FORBIDDEN', ['households']],
  ['{ region(code: "1") { name secret } }', 'FORBIDDEN', ['region', 'secret']],
  [
    '{ regions { nodes { ...R } } } fragment R on Region { households { id } }',
    'FORBIDDEN',
    ['regions', 'nodes', 'households'],
  ],
  ['{ auditLog(regionCode: "370202000000") { id } }', 'FORBIDDEN', ['auditLog']],
])('%s: the whole operation is refused, before any service is asked', async (query, code, path) => {
  services.forget();
  const token = await gateway.directory.token(officerClaims());
  for (const attempt of [1, 2]) {
    const answer = await gateway.ask(query, { token });
    expect([attempt, answer.status]).toEqual([attempt, 403]);
    expect(answer.data).toBeUndefined();
    expect(answer.errors?.map((error) => [error.extensions.code, error.path])).toEqual([[code, path]]);
  }
  expect(services.all.flatMap(({ requests }) => requests)).toEqual([]);
});

it.each([
  ['370202000000', 'OUT_OF_REGION', { field: 'regionCode' }],
  ['140200000000', 'SCOPE_TOO_WIDE', { field: 'regionCode', details: { minRegionLevel: 'COUNTY' } }],
])('region %s: %s, with the argument at fault', async (code, refusal, facts) => {
  const token = await gateway.directory.token(officerClaims({ roles: ['directory:AUDITOR'] }));
  const query = 'query ($code: ID) { auditLog(regionCode: $code) { id } }';
  const { errors } = await gateway.ask(query, {
    token,
    variables: { code },
    headers: { 'accept-language': 'en' },
  });
  expect(errors).toEqual([
    { message: expect.any(String), path: ['auditLog'], extensions: { code: refusal, ...facts } },
  ]);
});

it('knowing an operation allows nothing: another person’s question is decided anew', async () => {
  const query = '{ households(first: 2) { id } }';
  const operator = await gateway.directory.token(officerClaims({ roles: ['poverty-alleviation:OPERATOR'] }));
  const other = await gateway.directory.token(officerClaims());
  for (const [token, expected] of [
    [operator, 200],
    [other, 403],
    [operator, 200],
    [other, 403],
  ] as const) {
    expect((await gateway.ask(query, { token })).status).toBe(expected);
  }
  expect((await gateway.ask(query)).status).toBe(401);
});

it('the federation’s own fields are not to be asked from outside', async () => {
  for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
    expect((await gateway.ask(query)).status).toBe(400);
  }
});

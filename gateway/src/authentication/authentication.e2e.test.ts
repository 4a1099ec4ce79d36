import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway';
import { officerClaims, startTestIssuer, type TestTokenIssuer } from '../../testing/test-issuer';
import { startTwoServices, type TwoServices } from '../../testing/two-services';

let services: TwoServices;
let gateway: TestGateway;
let outside: TestTokenIssuer;
let folder: string;

const REGION = '{ region(code: "140200000000") { name } }';
const OUTSIDE = 'https://login.province.example';

beforeAll(async () => {
  services = await startTwoServices();
  outside = await startTestIssuer({ issuer: OUTSIDE, audience: 'junxian-province' });
  folder = mkdtempSync(join(tmpdir(), 'junxian-issuers-'));
  const issuers = join(folder, 'issuers.json');
  writeFileSync(
    issuers,
    JSON.stringify([
      {
        issuer: OUTSIDE,
        jwksUri: `${outside.url}/.well-known/jwks.json`,
        audience: 'junxian-province',
        claims: { accountId: 'sub', regionCode: 'post.region', regionLevel: 'post.level', roles: 'groups' },
        allowedRoles: ['directory:AUDITOR'],
        within: { regionCode: '140000000000', regionLevel: 'PROVINCE' },
      },
    ]),
  );
  gateway = await startTestGateway(services.all, { environment: { OIDC_ISSUERS_FILE: issuers } });
});

afterAll(async () => {
  await gateway.stop();
  await outside.stop();
  await services.stop();
  rmSync(folder, { recursive: true });
});

const codeOf = async (token: string, query = REGION) =>
  (await gateway.ask(query, { token })).errors?.[0]?.extensions.code ?? 'answered';

describe('access tokens of directory', () => {
  it('stand for the person, whom the subgraphs are told by a signed assertion', async () => {
    services.forget();
    const claims = officerClaims({ opn: '王五', roles: ['directory:AUDITOR'] });
    const token = await gateway.directory.token(claims);
    const answer = await gateway.ask(REGION, {
      token,
      headers: { 'x-request-id': 'request-0001', 'accept-language': 'en', 'x-junxian-assertion': 'forged' },
    });
    expect(answer.data).toEqual({ region: { name: '区划140200000000' } });
    expect(answer.headers['x-request-id']).toBe('request-0001');
    const { headers } = services.directory.requests[0]!;
    const principal = await gateway.vouches.verifier.verify(
      String(headers['x-junxian-assertion']),
      new Date(),
    );
    expect(principal).toEqual({
      kind: 'OFFICER',
      accountId: claims.sub,
      sessionId: claims.sid,
      appointmentId: claims.apt,
      organisationId: claims.org,
      regionCode: '140200000000',
      regionLevel: 'CITY',
      roles: ['directory:AUDITOR'],
      operatorName: '王五',
      pending: false,
      citizenId: null,
    });
    expect(headers).toMatchObject({
      'x-request-id': 'request-0001',
      'x-junxian-client-ip': '127.0.0.1',
      'accept-language': 'en',
    });
    expect(headers.authorization).toBeUndefined();
  });

  it('share one assertion for a short while, so that subgraphs verify it once', async () => {
    services.forget();
    const token = await gateway.directory.token(officerClaims());
    await gateway.ask(REGION, { token });
    await gateway.ask(REGION, { token });
    const [first, second] = services.directory.requests.map(({ headers }) => headers['x-junxian-assertion']);
    expect(second).toBe(first);
  });

  it('are not needed for what is public; nobody is vouched for then', async () => {
    services.forget();
    expect((await gateway.ask('{ version }')).data).toEqual({ version: '1' });
    const assertion = String(services.directory.requests[0]!.headers['x-junxian-assertion']);
    expect((await gateway.vouches.verifier.verify(assertion, new Date())).kind).toBe('ANONYMOUS');
  });

  it('without one, what is not public is refused with 401', async () => {
    const answer = await gateway.ask(REGION);
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
  });

  const past = Math.floor(Date.now() / 1000) - 1_000;
  it.each<[string, () => Promise<string> | string]>([
    ['expired', () => gateway.directory.token(officerClaims(), { issuedAt: past, lifetimeSeconds: 600 })],
    ['of another issuer', () => gateway.directory.token(officerClaims(), { issuer: 'somebody' })],
    ['for another audience', () => gateway.directory.token(officerClaims(), { audience: 'elsewhere' })],
    [
      "signed by a stranger in directory's name",
      () => outside.token(officerClaims(), { issuer: 'junxian-directory', audience: 'junxian' }),
    ],
    ['that is no access token', () => gateway.directory.token(officerClaims(), { type: 'JWT' })],
    ['without an account', () => gateway.directory.token(officerClaims({ sub: undefined }))],
    ['without a session', () => gateway.directory.token(officerClaims({ sid: undefined }))],
    ['with a region that is none', () => gateway.directory.token(officerClaims({ reg: '1402' }))],
    ['of a kind people are not', () => gateway.directory.token(officerClaims({ knd: 'SERVICE' }))],
    [
      'without a signature',
      () =>
        `${b64({ alg: 'none' })}.${b64({ ...officerClaims(), iss: 'junxian-directory', aud: 'junxian', iat: past, exp: past + 9_999 })}.`,
    ],
    ['of letters', () => 'abc'],
    ['far too long', () => 'a'.repeat(9_000)],
  ])('%s: refused even for what is public', async (_name, make) => {
    services.forget();
    const answer = await gateway.ask('{ version }', { token: await make() });
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(services.directory.requests).toEqual([]);
  });

  it('are accepted under a new key at once, and not under a withdrawn one once the keys are read again', async () => {
    await new Promise((done) => setTimeout(done, 5_100)); // the cool-down after the last look
    const before = await gateway.directory.token(officerClaims());
    gateway.directory.rotate();
    expect(await codeOf(await gateway.directory.token(officerClaims()))).toBe('answered');
    expect(await codeOf(before)).toBe('answered');
  }, 15_000);

  it('of an account that must still activate open only what says so', async () => {
    const token = await gateway.directory.token(officerClaims({ pnd: true }));
    expect(await codeOf(token)).toBe('ACTIVATION_REQUIRED');
    expect((await gateway.ask('mutation { activate(name: "张伟") }', { token })).data).toEqual({
      activate: 'ok',
    });
  });
});

describe('tokens of an outside issuer', () => {
  const claims = (region: string, level: string, groups: string[]) => ({
    sub: 'u-17',
    post: { region, level },
    groups,
  });

  it('stand for a person clamped to the roles the issuer may give', async () => {
    services.forget();
    const token = await outside.token(
      claims('140200000000', 'CITY', ['directory:AUDITOR', 'poverty-alleviation:OPERATOR']),
    );
    expect(await codeOf(token, '{ auditLog(regionCode: "140202000000") { id } }')).toBe('answered');
    expect(await codeOf(token, '{ households { id } }')).toBe('FORBIDDEN');
    const assertion = String(services.directory.requests[0]!.headers['x-junxian-assertion']);
    const principal = await gateway.vouches.verifier.verify(assertion, new Date());
    expect(principal).toMatchObject({
      regionCode: '140200000000',
      regionLevel: 'CITY',
      roles: ['directory:AUDITOR'],
    });
    expect(principal.accountId).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it.each([
    ['a region outside the issuer’s', '370200000000', 'CITY', 'FORBIDDEN'],
    ['the whole country', '000000000000', 'NATION', 'FORBIDDEN'],
    ['a level wider than the issuer’s', '140000000000', 'NATION', 'FORBIDDEN'],
    ['no region', '', 'CITY', 'UNAUTHENTICATED'],
  ])('are refused for %s', async (_name, region, level, code) => {
    expect(await codeOf(await outside.token(claims(region, level, [])))).toBe(code);
  });

  it('are refused for another audience', async () => {
    expect(
      await codeOf(await outside.token(claims('140200000000', 'CITY', []), { audience: 'junxian' })),
    ).toBe('UNAUTHENTICATED');
  });
});

const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

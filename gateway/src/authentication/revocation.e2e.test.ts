import { startTestGateway, type TestGateway } from '../../testing/test-gateway';
import { officerClaims, startTestIssuer, type TestTokenIssuer } from '../../testing/test-issuer';
import { startTwoServices, type TwoServices } from '../../testing/two-services';

let services: TwoServices;
let directory: TestTokenIssuer;
let gateways: TestGateway[];

const REGION = '{ region(code: "140200000000") { name } }';

beforeAll(async () => {
  services = await startTwoServices();
  directory = await startTestIssuer({ issuer: 'junxian-directory', audience: 'junxian' });
  // The interval of production.
  const options = { directory, environment: { REVOCATION_POLL_MS: '1000' } };
  gateways = [await startTestGateway(services.all, options), await startTestGateway(services.all, options)];
});

afterAll(async () => {
  for (const gateway of gateways) await gateway.stop();
  await directory.stop();
  await services.stop();
});

const codes = (token: string) =>
  Promise.all(
    gateways.map(
      async (gateway) => (await gateway.ask(REGION, { token })).errors?.[0]?.extensions.code ?? 'answered',
    ),
  );

async function within5s(token: string, expected: string): Promise<void> {
  const until = Date.now() + 5_000;
  while (Date.now() < until) {
    if ((await codes(token)).every((code) => code === expected)) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  expect(await codes(token)).toEqual([expected, expected]);
}

const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;

it('an ended session is refused by both gateways within 5 s, also for tokens issued later', async () => {
  const claims = officerClaims();
  const token = await directory.token(claims);
  expect(await codes(token)).toEqual(['answered', 'answered']);
  directory.revoke('SESSION', claims.sid);
  await within5s(token, 'UNAUTHENTICATED');
  expect(await codes(await directory.token(claims))).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
  expect(await codes(await directory.token({ ...claims, sid: 'another' }))).toEqual(['answered', 'answered']);
}, 15_000);

it.each([
  ['ACCOUNT', 'sub'],
  ['APPOINTMENT', 'apt'],
] as const)(
  'after a change of its %s an older token is stale within 5 s and a fresh one works',
  async (kind, claim) => {
    const claims = officerClaims();
    const token = await directory.token(claims, { issuedAt: secondsAgo(30) });
    expect(await codes(token)).toEqual(['answered', 'answered']);
    directory.revoke(kind, claims[claim]);
    await within5s(token, 'TOKEN_STALE');
    const fresh = await directory.token(claims, { issuedAt: secondsAgo(-2) });
    expect(await codes(fresh)).toEqual(['answered', 'answered']);
  },
  15_000,
);

it('the feed is asked with the gateway’s own assertion and read to its end before the gateway is ready', async () => {
  const revoked = Array.from({ length: 7 }, () => officerClaims());
  for (const { sid } of revoked) directory.revoke('SESSION', sid);
  const late = await startTestGateway(services.all, {
    directory,
    environment: { REVOCATION_POLL_MS: '60000' },
  });
  try {
    for (const claims of revoked) {
      const answer = await late.ask(REGION, { token: await directory.token(claims) });
      expect(answer.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
    // The other gateway asks the same directory meanwhile, by a key of its own.
    const asked = directory.requests.filter(({ path }) => path === '/internal/revocations');
    const vouched = await Promise.allSettled(
      asked.map(({ assertion }) => late.vouches.verifier.verify(assertion, new Date())),
    );
    const principals = vouched.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(principals.length).toBeGreaterThan(0);
    for (const principal of principals)
      expect(principal).toMatchObject({ kind: 'SERVICE', accountId: 'service:gateway' });
  } finally {
    await late.stop();
  }
});

it('while directory is down the last state stays in force and people go on working', async () => {
  const ended = officerClaims();
  directory.revoke('SESSION', ended.sid);
  await within5s(await directory.token(ended), 'UNAUTHENTICATED');
  await directory.stop();
  try {
    await new Promise((done) => setTimeout(done, 1_500));
    expect(await codes(await directory.token(ended))).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect(await codes(await directory.token(officerClaims()))).toEqual(['answered', 'answered']);
    const metrics = await (await fetch(gateways[0]!.url.replace('/graphql', '/metrics'))).text();
    const age = Number(/revocations_age_seconds\{[^}]*\} ([\d.]+)/.exec(metrics)?.[1]);
    expect(age).toBeGreaterThan(1);
  } finally {
    await directory.restart();
  }
}, 15_000);

it('a gateway that has not read keys and feed is not ready', async () => {
  await directory.stop();
  const early = await startTestGateway(services.all, { directory });
  try {
    const ready = () => fetch(early.url.replace('/graphql', '/health/ready'));
    const response = await ready();
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      status: 'not ready',
      missing: ['keys of directory', 'revocations'],
    });
    await directory.restart();
    await new Promise((done) => setTimeout(done, 2_500));
    expect((await ready()).status).toBe(200);
  } finally {
    await early.stop();
  }
});

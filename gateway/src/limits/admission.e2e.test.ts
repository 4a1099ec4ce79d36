import { setTimeout as wait } from 'node:timers/promises';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway';
import { officerClaims } from '../../testing/test-issuer';
import { startTwoServices, type TwoServices } from '../../testing/two-services';

let services: TwoServices;
let gateway: TestGateway;
let token: string;

const MUTATION = 'mutation ($name: String!) { activate(name: $name) }';
const QUERY = '{ region(code: "140200000000") { name } }';

beforeAll(async () => {
  services = await startTwoServices();
  gateway = await startTestGateway(services.all, { environment: { MAX_RUNNING: '1', MAX_WAITING: '4' } });
  token = await gateway.directory.token(officerClaims());
  // Planned beforehand: what is waited for here is admission alone.
  await gateway.ask(MUTATION, { token, variables: { name: 'first' } });
  await gateway.ask(QUERY, { token });
});

afterAll(async () => {
  await gateway.stop();
  await services.stop();
});

beforeEach(() => {
  services.forget();
  services.directory.delay = 600;
});

afterEach(() => {
  services.directory.delay = 0;
});

/** Asks, and goes away after some time; resolves when the client has gone. */
async function askAndLeave(name: string, afterMilliseconds: number): Promise<void> {
  const asked = fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: MUTATION, variables: { name } }),
    signal: AbortSignal.timeout(afterMilliseconds),
  });
  await expect(asked).rejects.toThrow();
}

const written = () =>
  services.directory.requests.flatMap(({ query, variables }) =>
    query.startsWith('mutation') ? [variables.name] : [],
  );

it('a mutation whose client left while it waited to be let in is never run', async () => {
  const running = gateway.ask(QUERY, { token });
  await wait(100);
  const left = askAndLeave('left', 150);
  await wait(50);
  const stayed = gateway.ask(MUTATION, { token, variables: { name: 'stayed' } });
  await left;
  expect((await running).status).toBe(200);
  expect((await stayed).data).toEqual({ activate: 'ok' });
  // Nothing is left over that would run now.
  expect((await gateway.ask(QUERY, { token })).status).toBe(200);
  expect(written()).toEqual(['stayed']);
});

it('a mutation that has begun is finished although its client left', async () => {
  const abandoned = services.directory.abandoned;
  await askAndLeave('begun', 200);
  await wait(700);
  expect(written()).toEqual(['begun']);
  expect(services.directory.abandoned).toBe(abandoned);
});

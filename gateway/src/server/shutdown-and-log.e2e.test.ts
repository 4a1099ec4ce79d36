import { setTimeout as wait } from 'node:timers/promises';
import { startTestGateway } from '../../testing/test-gateway';
import { officerClaims } from '../../testing/test-issuer';
import { startTwoServices, type TwoServices } from '../../testing/two-services';

let services: TwoServices;

beforeAll(async () => {
  services = await startTwoServices();
});

afterAll(() => services.stop());

it('finishes what is in flight when it stops, and takes nothing new', async () => {
  const gateway = await startTestGateway(services.all);
  const token = await gateway.directory.token(officerClaims());
  services.directory.delay = 500;
  try {
    const inFlight = Array.from({ length: 5 }, (_, index) =>
      gateway.ask(`{ a${index}: region(code: "1") { name } }`, { token }),
    );
    await wait(150);
    const stopped = gateway.stop();
    await wait(100);
    await expect(gateway.ask('{ version }')).rejects.toThrow();
    for (const answer of await Promise.all(inFlight)) {
      expect([answer.status, answer.errors]).toEqual([200, undefined]);
    }
    await stopped;
  } finally {
    services.directory.delay = 0;
  }
});

it('the log tells of every operation and never what it held', async () => {
  const lines: string[] = [];
  const gateway = await startTestGateway(services.all, { log: (line) => lines.push(line) });
  try {
    const claims = officerClaims({ opn: '王小明' });
    const token = await gateway.directory.token(claims);
    const secrets = { number: '110101199003078515', phone: '13812345678', password: 'Abc-12345' };
    const query = `query Of13812345678($number: ID!) { region(code: $number) { name } a: region(code: "${secrets.phone}") { name } }`;
    await gateway.ask(query, { token, variables: secrets });
    await gateway.ask(query, { token, variables: secrets });
    await gateway.ask(`{ region(code: "${secrets.number}") { nothing } }`, { token });
    await gateway.ask('{ broken }', { token });
    await gateway.ask(`{ version } # ${secrets.password}`, { token: `${token}x` });
    services.directory.answerWith = {
      status: 200,
      body: `{"errors":[{"message":"value ${secrets.number} of 张三 is wrong"}]}`,
    };
    await gateway.ask('{ version }', { token });
    await fetch(
      `${gateway.url}?query=${encodeURIComponent(`{ region(code: "${secrets.phone}") { name } }`)}`,
    );
    const log = lines.join('\n');
    expect(lines.filter((line) => line.includes("'operation'")).length).toBeGreaterThanOrEqual(4);
    expect(log).toContain(claims.sub);
    expect(log).toContain('masked error');
    for (const secret of [...Object.values(secrets), '王小明', '张三', token.slice(-40)])
      expect(log).not.toContain(secret);
  } finally {
    services.directory.answerWith = null;
    await gateway.stop();
  }
});

it('calls nobody but its services: Apollo’s telemetry is off', async () => {
  const gateway = await startTestGateway(services.all);
  expect(process.env.APOLLO_TELEMETRY_DISABLED).toBe('true');
  await gateway.stop();
});

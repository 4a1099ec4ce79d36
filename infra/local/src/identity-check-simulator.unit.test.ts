import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from '../../tools/src/workspace';

// A number of nobody: the district does not exist, the check digit is right.
const NUMBER = '370199199001011230';

let child: ChildProcess;
let output = '';
let origin: string;

beforeAll(async () => {
  child = spawn(process.execPath, [join(root, 'infra', 'local', 'identity-check-simulator.mjs')], {
    env: { ...process.env, PORT: '0', IDENTITY_CHECK_TOKEN: 'token-of-this-test' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (part) => (output += part));
  await once(child.stdout!, 'data');
  origin = `http://127.0.0.1:${/port (\d+)/.exec(output)![1]}`;
});
beforeEach(() => fetch(`${origin}/reset`, { method: 'POST' }));
afterAll(async () => {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  for (const personal of ['张三', '不符', NUMBER]) expect(output).not.toContain(personal);
});

const post = (body: string, token = 'token-of-this-test', signal?: AbortSignal) =>
  fetch(`${origin}/verify`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${token}` },
    ...(signal && { signal }),
  });
const verify = async (name: string, idNumber = NUMBER) => {
  const response = await post(JSON.stringify({ name, idNumber }));
  return [response.status, await response.json()];
};

it.each([
  ['张三', NUMBER, 'MATCH'],
  ['不符张三', NUMBER, 'NO_MATCH'],
  ['张三', '370199199001011231', 'NO_MATCH'],
  ['张三', 'no number', 'NO_MATCH'],
])('answers by what it is asked: %s %s', async (name, idNumber, result) => {
  expect(await verify(name, idNumber)).toEqual([200, { result }]);
  expect(await verify(name, idNumber)).toEqual([200, { result }]);
});

it('fails and falls silent when it is told to', async () => {
  expect((await verify('故障李四'))[0]).toBe(500);
  const silence = post(
    JSON.stringify({ name: '超时王五', idNumber: NUMBER }),
    undefined,
    AbortSignal.timeout(200),
  );
  await expect(silence).rejects.toThrow(/timeout|aborted/i);
});

it('counts what it was asked, and what it answered', async () => {
  for (const name of ['张三', '不符', '张三', '故障']) await verify(name);
  expect(await (await fetch(`${origin}/calls`)).json()).toEqual({
    calls: 4,
    results: { MATCH: 2, NO_MATCH: 1, SILENCE: 0, FAILURE: 1 },
  });
});

it('lets nobody ask without the token, and answers nothing else', async () => {
  expect((await post('{}', 'another')).status).toBe(401);
  for (const body of ['', 'x', 'null', '{"name":1}', `{"name":"${'x'.repeat(5_000)}"}`]) {
    expect((await post(body)).status).toBe(400);
  }
  expect((await fetch(`${origin}/verify`)).status).toBe(404);
  expect(await (await fetch(`${origin}/calls`)).json()).toMatchObject({ calls: 0 });
});

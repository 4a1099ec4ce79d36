// Stands for the public-security identity interface 公安身份核验 (PT-PUB-03) where there is none: demonstration, tests.
//
//   POST /verify {name, idNumber}, bearer token  ->  {result: "MATCH" | "NO_MATCH"}
//   GET  /calls                                  ->  {calls, results: {MATCH, NO_MATCH, SILENCE, FAILURE}}
//   POST /reset                                     counts from zero again
//
// What it answers depends on what it is asked alone, so a test or a demonstration chooses it by the name:
//   begins with 不符  ->  NO_MATCH        begins with 超时  ->  never answers        begins with 故障  ->  500
//   anything else     ->  MATCH, when the number is one (18 digits with a right check digit), else NO_MATCH
// It keeps counts only and logs nothing of a request.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const LARGEST_BODY = 4096;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_DIGITS = '10X98765432';

function secret(name) {
  const file = process.env[`${name}_FILE`];
  const value = process.env[name] || (file ? readFileSync(file, 'utf8').trim() : '');
  if (value === '') throw new Error(`${name} or ${name}_FILE is required`);
  return value;
}

function isNumber(text) {
  if (!/^\d{17}[\dXx]$/.test(text)) return false;
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(text[place]), 0);
  return CHECK_DIGITS[sum % 11] === text[17].toUpperCase();
}

function resultOf({ name, idNumber }) {
  if (name.startsWith('超时')) return 'SILENCE';
  if (name.startsWith('故障')) return 'FAILURE';
  return !name.startsWith('不符') && isNumber(idNumber) ? 'MATCH' : 'NO_MATCH';
}

/** The question asked, or null when it is none. */
async function questionIn(request) {
  let size = 0;
  const parts = [];
  for await (const part of request) {
    size += part.length;
    if (size > LARGEST_BODY) return null;
    parts.push(part);
  }
  try {
    const { name, idNumber } = JSON.parse(Buffer.concat(parts).toString('utf8'));
    return typeof name === 'string' && typeof idNumber === 'string' ? { name, idNumber } : null;
  } catch {
    return null;
  }
}

const token = secret('IDENTITY_CHECK_TOKEN');
let counts;
const reset = () => {
  counts = { calls: 0, results: { MATCH: 0, NO_MATCH: 0, SILENCE: 0, FAILURE: 0 } };
};
reset();

async function verify(request, answer) {
  if (request.headers.authorization !== `Bearer ${token}`) return answer(401, { error: 'UNAUTHENTICATED' });
  const question = await questionIn(request);
  if (question === null) return answer(400, { error: 'BAD_REQUEST' });
  const result = resultOf(question);
  counts.calls += 1;
  counts.results[result] += 1;
  if (result === 'SILENCE') return undefined;
  return result === 'FAILURE' ? answer(500, { error: 'FAILURE' }) : answer(200, { result });
}

const routes = {
  'POST /verify': verify,
  'GET /calls': (_request, answer) => answer(200, counts),
  'POST /reset': (_request, answer) => {
    reset();
    return answer(200, counts);
  },
  'GET /health/ready': (_request, answer) => answer(200, { status: 'ready' }),
};

const server = createServer((request, response) => {
  const answer = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const route = routes[`${request.method} ${request.url}`];
  if (route === undefined) return answer(404, { error: 'NOT_FOUND' });
  return Promise.resolve(route(request, answer)).catch(() => response.destroy());
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    // Those to whom it never answers would wait for ever.
    server.closeAllConnections();
  });
}
server.listen(Number(process.env.PORT || 0), process.env.HOST || '127.0.0.1', () => {
  console.log(`the identity check simulator listens on port ${server.address().port}`);
});

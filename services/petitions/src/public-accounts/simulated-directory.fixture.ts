import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AssertionVerifier } from '@junxian/identity';
import { serviceClient } from '@junxian/subgraph';
import { testIssuer } from '@junxian/test-kit';
import { type DirectoryAccounts, directoryAccounts } from './directory-accounts';

export interface SimulatedAccount {
  username: string;
  mobile: string;
  citizenId: string | null;
  profileId: string;
  status: 'PENDING_ACTIVATION' | 'ACTIVE';
}
/** What the routes take, each its own part. */
interface Body extends Omit<SimulatedAccount, 'status'> {
  id: string;
  text: string;
  accountId: string;
  password: string;
}
type Step = 'redeem' | 'create' | 'activate' | 'mobile' | 'citizen';
/** When a connection breaks: before the work is done, or after it, so that only the answer is lost. */
type Break = 'before' | 'after';

const STEP_OF: Record<string, Step> = {
  '/internal/captcha/redeem': 'redeem',
  '/internal/public-accounts': 'create',
  '/internal/public-accounts/activate': 'activate',
  '/internal/public-accounts/mobile': 'mobile',
  '/internal/public-accounts/citizen': 'citizen',
};

/** The directory's routes for citizens' accounts over real HTTP, in memory, as services/directory/src/public-accounts answers them. */
export interface SimulatedDirectory {
  client: DirectoryAccounts;
  accounts: Map<string, SimulatedAccount>;
  calls: Step[];
  /** A fresh captcha and its right answer. */
  captcha(): { id: string; text: string };
  /** The next call of a step breaks. */
  breakNext(step: Step, when: Break): void;
  close(): void;
}

export async function simulatedDirectory(): Promise<SimulatedDirectory> {
  const issuer = testIssuer('petitions');
  const verifier = new AssertionVerifier(issuer.jwks);
  const accounts = new Map<string, SimulatedAccount>();
  const openings = new Map<string, { accountId: string; content: string }>();
  const captchas = new Map<string, string>();
  const calls: Step[] = [];
  let broken: { step: Step; when: Break } | null = null;

  const refusal = (status: number, code: string, field?: string) => ({
    status,
    body: { refusal: { code, text: { zh: code, en: code }, field } },
  });
  const work: Record<Step, (body: Body, key: string) => { status: number; body?: object }> = {
    redeem: ({ id, text }) => {
      const right = captchas.get(id) === text;
      captchas.delete(id);
      return right ? { status: 204 } : refusal(400, 'CAPTCHA_WRONG', 'captcha');
    },
    create: ({ password, ...account }, key) => {
      const content = JSON.stringify([account, password]);
      const known = openings.get(key);
      if (known !== undefined)
        return known.content === content
          ? { status: 201, body: { accountId: known.accountId } }
          : refusal(409, 'IDEMPOTENCY_KEY_REUSED');
      if (password.length < 8) return refusal(400, 'PASSWORD_TOO_SHORT', 'password');
      if ([...accounts.values()].some(({ username }) => username === account.username))
        return refusal(409, 'USERNAME_TAKEN', 'username');
      const accountId = randomUUID();
      accounts.set(accountId, {
        ...account,
        status: 'PENDING_ACTIVATION',
      });
      openings.set(key, { accountId, content });
      return { status: 201, body: { accountId } };
    },
    activate: ({ accountId }) => {
      const account = accounts.get(accountId);
      if (account === undefined) return refusal(404, 'NOT_FOUND', 'accountId');
      account.status = 'ACTIVE';
      return { status: 204 };
    },
    mobile: ({ accountId, mobile }) => {
      const account = accounts.get(accountId);
      if (account === undefined) return refusal(404, 'NOT_FOUND', 'accountId');
      account.mobile = mobile;
      return { status: 204 };
    },
    citizen: ({ accountId, citizenId }) => {
      const account = accounts.get(accountId);
      if (account === undefined) return refusal(404, 'NOT_FOUND', 'accountId');
      account.citizenId = citizenId;
      return { status: 204 };
    },
  };

  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const step = STEP_OF[request.url ?? '']!;
    await verifier.verify(String(request.headers['x-junxian-assertion']), new Date());
    const body = JSON.parse(await textOf(request));
    calls.push(step);
    const breaks = broken?.step === step ? broken.when : null;
    if (breaks !== null) broken = null;
    if (breaks === 'before') return response.destroy();
    const answer = work[step](body, String(request.headers['idempotency-key']));
    if (breaks === 'after') return response.destroy();
    return response
      .writeHead(answer.status, { 'content-type': 'application/json' })
      .end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    client: directoryAccounts(
      serviceClient({ service: 'petitions', privateJwk: issuer.privateJwk, baseUrl: baseOf(server) }),
    ),
    accounts,
    calls,
    captcha: () => {
      const captcha = { id: randomUUID(), text: 'AB3de' };
      captchas.set(captcha.id, captcha.text);
      return captcha;
    },
    breakNext: (step, when) => {
      broken = { step, when };
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** How the simulated public-security interface answers. */
export type PoliceAnswer = 'MATCH' | 'NO_MATCH' | 'SILENCE' | 'ERROR' | 'NONSENSE' | 'REDIRECT';

/** The public-security identity interface over real HTTP; counts who asks. */
export async function simulatedPolice(token: string) {
  const asked: { name: string; idNumber: string }[] = [];
  let answer: PoliceAnswer = 'MATCH';
  const server = createServer(async (request, response) => {
    asked.push(JSON.parse(await textOf(request)));
    const authorised = request.headers.authorization === `Bearer ${token}`;
    if (!authorised || request.url !== '/api/verify') return response.writeHead(401).end();
    if (answer === 'SILENCE') return response;
    if (answer === 'ERROR') return response.writeHead(500).end(JSON.stringify({ result: 'MATCH' }));
    if (answer === 'REDIRECT') return response.writeHead(302, { location: '/elsewhere' }).end();
    return response.writeHead(200).end(answer === 'NONSENSE' ? '<html>' : JSON.stringify({ result: answer }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${baseOf(server)}/api/`,
    asked,
    answers: (next: PoliceAnswer) => {
      answer = next;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const baseOf = (server: { address(): unknown }) =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += part;
  return text;
}

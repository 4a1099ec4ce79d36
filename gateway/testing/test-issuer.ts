import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JWK, SignJWT } from 'jose';

export interface TestTokenIssuer {
  url: string;
  /** A signed access token. `issuedAt` is in seconds. */
  token(claims: Record<string, unknown>, options?: TokenOptions): Promise<string>;
  /** Signs with a new key from now on; the old one stays published unless `withdraw`. */
  rotate(withdraw?: boolean): void;
  /** Adds an entry to the feed of withdrawals. */
  revoke(kind: 'SESSION' | 'ACCOUNT' | 'APPOINTMENT', subject: string, notBefore?: Date): void;
  requests: { path: string; assertion: string | undefined }[];
  stop(): Promise<void>;
  restart(): Promise<void>;
}

export interface TokenOptions {
  issuer?: string;
  audience?: string;
  issuedAt?: number;
  lifetimeSeconds?: number;
  type?: string;
}

/** Stands for directory, or for an outside OpenID Connect issuer: keys, tokens and withdrawals on a real port. */
export async function startTestIssuer(defaults: {
  issuer: string;
  audience: string;
}): Promise<TestTokenIssuer> {
  const keys: { kid: string; privateKey: ReturnType<typeof generateKeyPairSync>['privateKey']; jwk: JWK }[] =
    [];
  const revocations: object[] = [];
  const requests: TestTokenIssuer['requests'] = [];
  const addKey = () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const kid = randomUUID();
    keys.push({
      kid,
      privateKey,
      jwk: { ...(publicKey.export({ format: 'jwk' }) as JWK), kid, alg: 'EdDSA', use: 'sig' },
    });
  };
  addKey();
  let server: Server;
  let port = 0;
  const listen = async () => {
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://issuer');
      requests.push({
        path: url.pathname,
        assertion: request.headers['x-junxian-assertion'] as string | undefined,
      });
      response.setHeader('content-type', 'application/json');
      if (url.pathname === '/.well-known/jwks.json')
        response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
      else if (url.pathname === '/internal/revocations') {
        const after = Number(url.searchParams.get('after') ?? 0);
        response.end(JSON.stringify({ entries: revocations.slice(after, after + 2) }));
      } else response.writeHead(404).end();
    });
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    port = (server.address() as AddressInfo).port;
  };
  await listen();
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async token(claims, options = {}) {
      const { kid, privateKey } = keys.at(-1)!;
      const issuedAt = options.issuedAt ?? Math.floor(Date.now() / 1000);
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', kid, typ: options.type ?? 'at+jwt' })
        .setIssuer(options.issuer ?? defaults.issuer)
        .setAudience(options.audience ?? defaults.audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + (options.lifetimeSeconds ?? 600))
        .sign(privateKey);
    },
    rotate(withdraw = false) {
      if (withdraw) keys.length = 0;
      addKey();
    },
    revoke(kind, subject, notBefore = new Date()) {
      revocations.push({
        id: String(revocations.length + 1),
        kind,
        subject,
        notBefore: notBefore.toISOString(),
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      });
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
    restart: listen,
  };
}

/** The claims of an officer's token, as directory issues them. */
export const officerClaims = (claims: Record<string, unknown> = {}) => ({
  sub: randomUUID(),
  sid: randomUUID(),
  apt: randomUUID(),
  org: randomUUID(),
  reg: '140200000000',
  lvl: 'CITY',
  roles: ['directory:PERSON'],
  knd: 'OFFICER',
  pnd: false,
  ...claims,
});

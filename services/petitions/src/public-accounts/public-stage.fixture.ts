import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { StoredFiles } from '@junxian/documents';
import type { Principal } from '@junxian/identity';
import { createMetrics, type Logger } from '@junxian/observability';
import type { Database } from '@junxian/persistence';
import { startSubgraph } from '@junxian/subgraph';
import {
  type GraphAnswer,
  type Json,
  principals,
  subgraphClient,
  testIssuer,
  testKeys,
} from '@junxian/test-kit';
import { createGraph, createServices } from '../service';
import { openFiles } from '../testing/files.support.test';
import { openStore, type TestStore } from '../testing/store.support.test';
import { httpIdentityCheck } from './identity-check';
import { type SimulatedDirectory, simulatedDirectory, simulatedPolice } from './simulated-directory.fixture';

export const PASSWORD = 'Correct-horse-7';
/** Valid resident numbers: of Shandong (37), of Beijing (11), and a second one of Shandong. */
export const NUMBERS = {
  shandong: '370102198001011237',
  beijing: '110101199003071233',
  other: '37010219900307851X',
} as const;
const IDENTITY_TIMEOUT_MS = 300;

export interface PublicStage {
  store: TestStore;
  directory: SimulatedDirectory;
  police: Awaited<ReturnType<typeof simulatedPolice>>;
  files: StoredFiles;
  /** Everything that was handed to the log, before the log's own blotting out. */
  logged: string[];
  /** GraphQL as somebody, over HTTP; null: signed out. */
  as(
    principal: Principal | null,
    document: string,
    variables?: Record<string, unknown>,
    ip?: string,
  ): Promise<GraphAnswer>;
  /** Sends the form of a registration; a named person of Beijing unless changed. */
  register(
    changes?: Record<string, unknown>,
    options?: { key?: string; captcha?: Json | null; ip?: string },
  ): Promise<GraphAnswer>;
  /** A citizen who has registered and signed in. */
  citizen(changes?: Record<string, unknown>): Promise<Principal>;
  /** A file of a citizen that is uploaded and waits to be used. */
  uploaded(owner: Principal, content: Buffer, fileName?: string): Promise<string>;
  /** Lets the n-th write from now on fail, as if the process died in it. */
  failWrite(nth: number): void;
  close(): Promise<void>;
}

let serial = 0;

/** This service's HTTP side with a simulated directory and public-security interface, both over real HTTP. */
export async function openPublicStage(): Promise<PublicStage> {
  const base = await openStore();
  const directory = await simulatedDirectory();
  const police = await simulatedPolice('police-token');
  const { clock } = base;
  const faulty = withFaults(base.database);
  const { files, links, close: closeFiles } = await openFiles(base.database, clock);
  const services = createServices({
    clock,
    keys: {
      cipher: testKeys.fieldCipher,
      blindIndexKey: testKeys.blindIndexKey,
      citizenIdKey: testKeys.citizenIdKey,
    },
    database: faulty.database,
    files,
    links,
    publicUrl: 'https://petitions.example',
    directory: directory.client,
    identityCheck: httpIdentityCheck({
      url: police.url,
      token: 'police-token',
      timeoutMs: IDENTITY_TIMEOUT_MS,
    }),
  });
  const store: TestStore = { ...base, services };
  const issuer = testIssuer();
  const logged: string[] = [];
  const subgraph = await startSubgraph({
    name: 'petitions',
    ...createGraph(services),
    database: base.database,
    verifier: issuer.verifier,
    clock,
    logger: recorder(logged),
    metrics: createMetrics('test'),
    port: 0,
  });

  const as: PublicStage['as'] = (principal, document, variables = {}, ip = '192.0.2.1') =>
    subgraphClient(subgraph.url, issuer, principal ?? principals.anonymous()).query(document, variables, {
      'x-junxian-client-ip': ip,
    });
  const register: PublicStage['register'] = (changes = {}, options = {}) => {
    serial += 1;
    const input = {
      username: `citizen_${serial}`,
      password: PASSWORD,
      anonymous: false,
      termsAccepted: true,
      name: '张三',
      idType: 'RESIDENT_ID',
      idNumber: NUMBERS.beijing,
      usualAddress: '济南市历下区解放路 1 号',
      usualRegionCode: '370102001000',
      mobile: '13800005678',
      ...changes,
    };
    const { key = randomUUID(), captcha = directory.captcha(), ip = `198.51.100.${serial % 250}` } = options;
    return as(null, REGISTER, { input, captcha, key }, ip);
  };
  return {
    store,
    directory,
    police,
    files,
    logged,
    as,
    register,
    citizen: async (changes) => {
      const before = new Set(directory.accounts.keys());
      const answer = await register(changes);
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      const accountId = [...directory.accounts.keys()].find((id) => !before.has(id))!;
      return signedIn(accountId, directory.accounts.get(accountId)!.citizenId);
    },
    uploaded: async (owner, content, fileName = '证明材料.pdf') => {
      const announcement = { fileName, mime: 'application/pdf', size: content.length };
      const { data, errors } = await as(owner, START_UPLOAD, announcement);
      if (errors) throw new Error(JSON.stringify(errors));
      const { uploadUrl, fileId } = data!.startAttachmentUpload;
      await files.receive(uploadUrl.split('/').at(-1), Readable.from([content]));
      return fileId;
    },
    failWrite: faulty.failWrite,
    close: async () => {
      await subgraph.stop();
      directory.close();
      police.close();
      await base.close();
      await closeFiles();
    },
  };
}

/** A citizen as the gateway vouches for one. */
export const signedIn = (accountId: string, citizenId: string | null): Principal => ({
  kind: 'CITIZEN',
  accountId,
  sessionId: randomUUID(),
  appointmentId: null,
  organisationId: null,
  regionCode: null,
  regionLevel: null,
  roles: ['public:CITIZEN'],
  operatorName: null,
  pending: false,
  citizenId,
});

export const REGISTER = `mutation ($input: RegisterAccountInput!, $captcha: CaptchaInput, $key: ID!) {
  registerAccount(input: $input, captcha: $captcha, clientMutationKey: $key) { username message } }`;
const START_UPLOAD = `mutation ($fileName: String!, $mime: String!, $size: Int!) {
  startAttachmentUpload(fileName: $fileName, mime: $mime, size: $size) { fileId uploadUrl } }`;

/** The codes of an answer's faults, all of them when there are several. */
export function faultsOf({ errors }: GraphAnswer): { code: string; field?: string }[] {
  return (errors ?? []).flatMap(({ extensions = {} }) =>
    (extensions.faults ?? [extensions]).map(({ code, field }: Json) => ({
      code,
      ...(field ? { field } : {}),
    })),
  );
}

/** A wait that is over once so many wait: what is held meanwhile by each of them is held by all. Fails after five seconds. */
export function together(count: number): () => Promise<void> {
  let arrive!: () => void;
  const all = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  let missing = count;
  return async () => {
    missing -= 1;
    if (missing === 0) arrive();
    const late = sleep(5_000, 'late', { ref: false });
    if ((await Promise.race([all, late])) === 'late')
      throw new Error(`${missing} of ${count} did not come so far`);
  };
}

function recorder(lines: string[]): Logger {
  const record = (...args: unknown[]) => void lines.push(inspect(args, { depth: 8 }));
  const logger = {
    level: 'trace',
    child: () => logger,
    fatal: record,
    error: record,
    warn: record,
    info: record,
    debug: record,
    trace: record,
    silent: record,
  };
  return logger as unknown as Logger;
}

function withFaults(database: Database): { database: Database; failWrite(nth: number): void } {
  let left = 0;
  const write: Database['write'] = (scope, work) => {
    if (left > 0) {
      left -= 1;
      if (left === 0) return Promise.reject(new Error('the process died'));
    }
    return database.write(scope, work);
  };
  return {
    database: {
      name: database.name,
      dataSource: database.dataSource,
      read: database.read.bind(database),
      write,
      session: database.session.bind(database),
      close: database.close.bind(database),
    },
    failWrite: (nth) => {
      left = nth;
    },
  };
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, ManualClock } from '@junxian/calendar';
import {
  eicarTestFileScanner,
  type JobHandler,
  JobWorker,
  type JobWorkerOptions,
  LinkSigner,
  localFileStore,
  type RunningJob,
  StoredFiles,
} from '@junxian/documents';
import type { Principal } from '@junxian/identity';
import { createLogger } from '@junxian/observability';
import type { Database } from '@junxian/persistence';
import { subgraphClient, testIssuer } from '@junxian/test-kit';
import { scopes } from '../service-scopes';
import { openStore } from '../testing/store.support.test';
import { startTestSubgraph } from '../testing/subgraph.support.test';
import { HOUSEHOLD_SHEET_LIMITS } from './import-forms';

const PUBLIC_URL = 'https://junxian.example/';
const FILES_URL = new URL('/files/poverty-alleviation', PUBLIC_URL).href;

/** What the tests ask of an import. */
export const JOB = `id kind state phase year fileName dryRun rowsDone refusal { code message }
  result { accepted rows records { record added changed unchanged } newHouseholds newMembers changedHouseholds changedMembers
    unchangedHouseholds faults unknownColumns }
  faults(first: 100) { nodes { rowNumber column code message } hasNextPage }
  errorSheet { url }`;

/** A store with files, behind its subgraph: sheets are uploaded, ordered and imported as people do. */
export async function openImportStage() {
  const folder = await mkdtemp(join(tmpdir(), 'junxian-imports-'));
  let database: Database | undefined;
  // The store's own database, which is only there once the store is open.
  const late = new Proxy({} as Database, { get: (_, key) => Reflect.get(database!, key, database) });
  const clock = new ManualClock('2017-11-20T09:00:00+08:00');
  const links = new LinkSigner(Buffer.alloc(32, 7), clock);
  const files = new StoredFiles({
    database: late,
    clock,
    store: localFileStore(join(folder, 'files')),
    scanner: eicarTestFileScanner(),
    signer: links,
    logger: createLogger('test', 'silent'),
    newId: randomUUID,
    linkBase: FILES_URL,
    spoolFolder: join(folder, 'spool'),
    scope: scopes.storedFiles(),
    rules: { maxBytes: HOUSEHOLD_SHEET_LIMITS.maxBytes, types: ['xlsx', 'csv'] },
  });
  const store = await openStore({ clock, links, files, database: late });
  database = store.database;
  const issuer = testIssuer();
  const running = await startTestSubgraph(store, issuer);

  const ask = (principal: Principal, document: string, variables: object = {}) =>
    subgraphClient(running.url, issuer, principal).query(document, variables as Record<string, unknown>);
  /** A link as this process serves it, without the gateway. */
  const local = (url: string) => url.replace(FILES_URL, `${running.url.replace(/\/graphql$/, '')}/files`);

  async function upload(principal: Principal, content: Buffer, fileName = '名单.xlsx'): Promise<string> {
    const { data, errors } = await ask(
      principal,
      'mutation ($file: ImportFileInput!) { startImportUpload(file: $file) { fileId uploadUrl } }',
      { file: { fileName, mime: '', size: content.length } },
    );
    if (errors) throw new Error(JSON.stringify(errors));
    const answer = await fetch(local(data!.startImportUpload.uploadUrl), {
      method: 'PUT',
      body: new Uint8Array(content),
    });
    expect(answer.status).toBe(200);
    return data!.startImportUpload.fileId;
  }

  /** Orders one of the imports that take nothing but a file. */
  const order = (principal: Principal, mutation: string, fileId: string, dryRun = false) =>
    ask(principal, `mutation ($input: SheetImportInput!) { job: ${mutation}(input: $input) { ${JOB} } }`, {
      input: { fileId, dryRun },
    });

  const work = (changes: Partial<JobWorkerOptions> = {}) =>
    new JobWorker({
      database: store.database,
      clock: store.clock,
      logger: createLogger('test', 'silent'),
      scope: scopes.runJobs(),
      handlers: store.services.jobHandlers,
      ...changes,
    });

  /**
   * Does the jobs there are while seconds fly; returns what the query says of a job whenever it has said how far it is,
   * with what others see meanwhile.
   */
  const workTelling = async (
    principal: Principal,
    id: string,
    seen: () => Promise<object> = async () => ({}),
  ) => {
    const told: unknown[] = [];
    const telling = (handler: JobHandler<never>) => (job: RunningJob<never>) =>
      handler({
        ...job,
        progress: async (...said) => {
          await job.progress(...said);
          const { data } = await ask(
            principal,
            'query ($id: ID!) { importJob(id: $id) { phase rowsDone rowsTotal } }',
            { id },
          );
          told.push({ ...data!.importJob, ...(await seen()) });
        },
      });
    let looks = 0;
    const clock: Clock = {
      now: () => new Date(store.clock.now().getTime() + 1_000 * ++looks),
      today: () => store.clock.today(),
    };
    const handlers = Object.entries(store.services.jobHandlers).map(
      ([kind, handler]) => [kind, telling(handler)] as const,
    );
    await work({ clock, handlers: Object.fromEntries(handlers) }).run();
    return told;
  };

  const jobOf = async (principal: Principal, id: string) =>
    (await ask(principal, `query ($id: ID!) { importJob(id: $id) { ${JOB} } }`, { id })).data!.importJob;

  return {
    store,
    ask,
    local,
    upload,
    order,
    work,
    workTelling,
    jobOf,
    /** Uploads a sheet, orders its import, does it, and returns how it ended. */
    importSheet: async (principal: Principal, mutation: string, content: Buffer, dryRun = false) => {
      const { data, errors } = await order(principal, mutation, await upload(principal, content), dryRun);
      if (errors) throw new Error(JSON.stringify(errors));
      await work().run();
      return jobOf(principal, data!.job.id);
    },
    close: async () => {
      await running.stop();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

export type ImportStage = Awaited<ReturnType<typeof openImportStage>>;

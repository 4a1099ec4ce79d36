import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ManualClock } from '@junxian/calendar';
import {
  definer,
  JunxianFunctions1000000000001,
  protect,
  type ScopedTransaction,
} from '@junxian/persistence';
import { type TestDatabase, testDatabase } from '@junxian/test-kit';
import fastify, { type FastifyInstance } from 'fastify';
import type { FileAnnouncement } from './file-check';
import { fileRoutes } from './file-routes';
import type { FileStore } from './file-store';
import { LinkSigner } from './link-signer';
import { localFileStore } from './local-file-store';
import { pdfOf, samples } from './sample-files.fixture';
import { StoredFiles } from './stored-files';
import { giveUpFileOf, StoredFilesMigration1000000000030 } from './stored-files-migration';
import { eicarTestFileScanner, type VirusScanner } from './virus-scanner';

const MEGABYTE = 1024 * 1024;
const START = '2026-03-02T09:00:00+08:00';

let store: TestDatabase;
let folder: string;
let server: FastifyInstance;
let origin: string;
let files: StoredFiles;
let logged: string[];
const clock = new ManualClock(START);
const failing: { put?: Error; remove?: Error; scan?: Error } = {};

type Scope = ScopedTransaction['scope'];
type Person = { accountId: string | null };
const citizen: Person = { accountId: randomUUID() };
const neighbour: Person = { accountId: randomUUID() };
const nobody: Person = { accountId: null };

/** Somebody with a region as wide as given; a citizen has none. */
const scopeOf = ({ accountId }: Person, [regionLow, regionHigh] = ['', '']): Scope => ({
  actor: accountId === null ? 'ANONYMOUS' : 'CALLER',
  regionLow: regionLow!,
  regionHigh: regionHigh!,
  regionLevel: null,
  organisationId: null,
  accountId,
  appointmentId: null,
  citizenId: null,
  roles: [],
  purpose: null,
});
const asService: Scope = { ...scopeOf(nobody, ['0', ':']), actor: 'SERVICE', purpose: 'stored-files' };

/** Records of everybody's that have files, as a service would bind them. */
class Papers1000000000100 {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    const signature = 'paper_file_given_up()';
    await runner.query(`
      CREATE TABLE paper (file_id uuid PRIMARY KEY);
      ${protect('paper', { read: 'true' })};
      GRANT UPDATE (state, attached_at, expires_at) ON stored_file TO documents_test_definer;
      ${definer('documents_test', signature, giveUpFileOf('paper_file_given_up'))};
      CREATE TRIGGER paper_file AFTER DELETE ON paper FOR EACH ROW EXECUTE FUNCTION ${signature}`);
  }

  async down(): Promise<void> {}
}

beforeAll(async () => {
  store = await testDatabase({
    service: 'documents_test',
    migrations: [JunxianFunctions1000000000001, StoredFilesMigration1000000000030, Papers1000000000100],
  });
  folder = await mkdtemp(join(tmpdir(), 'junxian-stored-files-'));
  server = fastify();
  const local = localFileStore(join(folder, 'store'));
  const fragile: FileStore = {
    ...local,
    put: (key, content) => (failing.put ? Promise.reject(failing.put) : local.put(key, content)),
    remove: (key) => (failing.remove ? Promise.reject(failing.remove) : local.remove(key)),
  };
  const eicar = eicarTestFileScanner();
  const scanner: VirusScanner = {
    name: eicar.name,
    scan: (content) => (failing.scan ? Promise.reject(failing.scan) : eicar.scan(content)),
  };
  const note = (facts: object, text: string) => void logged.push(`${text} ${JSON.stringify(facts)}`);
  files = new StoredFiles({
    database: store.database,
    store: fragile,
    scanner,
    signer: new LinkSigner(Buffer.alloc(32, 7), clock),
    clock,
    logger: { info: note, warn: note, error: note },
    newId: randomUUID,
    linkBase: '/files',
    spoolFolder: join(folder, 'spool'),
    scope: asService,
    maxUnused: 5,
  });
  fileRoutes(server, files);
  await server.listen({ host: '127.0.0.1', port: 0 });
  origin = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  logged = [];
});
afterEach(async () => {
  for (const key of Object.keys(failing)) delete failing[key as keyof typeof failing];
  clock.set(START);
  await store.adminQuery('TRUNCATE stored_file');
  await rm(join(folder, 'store'), { recursive: true, force: true });
  expect(await readdir(join(folder, 'spool')).catch(() => [])).toEqual([]);
});
afterAll(async () => {
  await server.close();
  await store.close();
  await rm(folder, { recursive: true });
});

const announce = (
  content: Buffer,
  fileName = '证明材料.pdf',
  who = citizen,
  more: Partial<FileAnnouncement> = {},
) =>
  store.database.write(scopeOf(who), (tx) =>
    files.startUpload(tx, who, {
      fileName,
      mime: 'application/octet-stream',
      size: content.length,
      ...more,
    }),
  );
const put = (url: string, body: Buffer | string, headers: Record<string, string> = {}) =>
  fetch(origin + url, { method: 'PUT', body, headers });
async function upload(content: Buffer, fileName?: string, who?: Person) {
  const started = await announce(content, fileName, who);
  const response = await put(started.uploadUrl, content);
  return { ...started, status: response.status, body: (await response.json()) as never };
}
const codeOf = (body: unknown) =>
  (body as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code;
const attach = (ids: readonly string[], who = citizen) =>
  store.database.write(scopeOf(who), (tx) => files.attach(tx, ids, who.accountId!));
const row = async (id: string) =>
  (
    await store.adminQuery<{ state: string; storage_key: string | null; claimed_until: Date | null }>(
      'SELECT state, storage_key, claimed_until FROM stored_file WHERE id = $1',
      [id],
    )
  )[0];
const kept = async () =>
  (await readdir(join(folder, 'store'), { recursive: true, withFileTypes: true }).catch(() => [])).filter(
    (it) => it.isFile(),
  ).length;
const minutes = (count: number) => clock.advance(count * 60_000);

describe('a file', () => {
  it('is announced, uploaded, attached and downloaded, byte for byte', async () => {
    const content = pdfOf(3 * MEGABYTE);
    const started = await announce(content, '张三 «证明» (1).pdf');
    expect(started.expiresAt).toEqual(new Date('2026-03-02T02:00:00Z'));
    expect(await row(started.fileId)).toMatchObject({ state: 'WAITING', storage_key: null });
    const uploaded = await put(started.uploadUrl, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect([uploaded.status, await uploaded.json()]).toEqual([
      200,
      { fileId: started.fileId, size: content.length, sha256 },
    ]);
    expect(await attach([started.fileId])).toEqual([
      {
        id: started.fileId,
        fileName: '张三 «证明» (1).pdf',
        mime: 'application/pdf',
        size: content.length,
        sha256,
        uploadedAt: clock.now(),
      },
    ]);
    const { url, expiresAt } = await files.downloadLink(started.fileId, neighbour);
    expect(expiresAt).toEqual(new Date('2026-03-02T01:05:00Z'));
    const download = await fetch(origin + url);
    expect(download.status).toBe(200);
    expect(Buffer.compare(Buffer.from(await download.arrayBuffer()), content)).toBe(0);
    expect(Object.fromEntries(download.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(content.length),
      'content-disposition': `attachment; filename="__ ____ (1).pdf"; filename*=UTF-8''%E5%BC%A0%E4%B8%89%20%C2%AB%E8%AF%81%E6%98%8E%C2%BB%20%281%29.pdf`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    expect(logged.filter((line) => line.includes('handed out'))).toHaveLength(1);
    expect(logged.join()).not.toContain('张三');
  });

  it('of each of the seven types, up to 10 MB, is taken', async () => {
    for (const [name, content] of [
      ['a.pdf', pdfOf(10 * MEGABYTE)],
      ['a.doc', samples.doc],
      ['a.docx', samples.docx],
      ['a.xls', samples.xls],
    ] as const) {
      expect((await upload(content, name)).status).toBe(200);
    }
    await store.adminQuery('TRUNCATE stored_file');
    for (const [name, content] of [
      ['a.xlsx', samples.xlsx],
      ['a.jpg', samples.jpg],
      ['a.png', samples.png],
    ] as const) {
      expect((await upload(content, name)).status).toBe(200);
    }
  });

  it.each<[string, string, Buffer, number, string]>([
    ['a zip renamed docx', 'a.docx', samples.zip, 422, 'FILE_CONTENT_MISMATCH'],
    ['a program renamed jpg', 'a.jpg', samples.exe, 422, 'FILE_CONTENT_MISMATCH'],
    ['a document with macros', 'a.docx', samples.docm, 422, 'FILE_CONTENT_MISMATCH'],
    ['an infected file', 'a.pdf', samples.eicarPdf, 422, 'FILE_INFECTED'],
  ])('is refused and leaves nothing: %s', async (_what, name, content, status, code) => {
    const refused = await upload(content, name);
    expect([refused.status, codeOf(refused.body)]).toEqual([status, code]);
    expect(await kept()).toBe(0);
    expect(await row(refused.fileId)).toEqual({ state: 'WAITING', storage_key: null, claimed_until: null });
    await expect(attach([refused.fileId])).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('of more than 10 MB is refused when announced, and while it streams whatever was announced', async () => {
    await expect(announce(pdfOf(10 * MEGABYTE + 1))).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    const { fileId, uploadUrl } = await announce(samples.pdf);
    const response = await put(uploadUrl, pdfOf(10 * MEGABYTE + 1));
    expect([response.status, codeOf(await response.json())]).toEqual([413, 'FILE_TOO_LARGE']);
    expect([await kept(), (await row(fileId))?.claimed_until]).toEqual([0, null]);
  });

  it('that never ends is cut off', async () => {
    const { uploadUrl } = await announce(samples.pdf);
    const { request, sent } = endless(uploadUrl);
    const answer = await Promise.race([
      new Promise((resolve) => request.on('response', (response) => resolve(response.statusCode))),
      new Promise((resolve) => request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))),
    ]);
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(answer);
    expect(sent()).toBeLessThan(60 * MEGABYTE);
    request.destroy();
    await eventually(async () => expect(await kept()).toBe(0));
  });

  it('is answered in the language of the browser', async () => {
    const { uploadUrl } = await announce(samples.pdf);
    const english = await put(uploadUrl, samples.eicarPdf, { 'accept-language': 'en' });
    expect(await english.json()).toMatchObject({
      errors: [{ message: expect.stringMatching(/^The content/) }],
    });
    const chinese = await put(uploadUrl, samples.eicarPdf);
    expect(await chinese.json()).toMatchObject({ errors: [{ message: expect.stringMatching(/^文件内容/) }] });
  });

  it('is not taken unchecked or unkept, and the link then serves again', async () => {
    for (const broken of ['scan', 'put'] as const) {
      const started = await announce(samples.pdf);
      failing[broken] = new Error('down');
      const refused = await put(started.uploadUrl, samples.pdf);
      expect([refused.status, codeOf(await refused.json()), refused.headers.get('retry-after')]).toEqual([
        503,
        'FILE_NOT_CHECKED',
        '5',
      ]);
      expect(await kept()).toBe(0);
      delete failing[broken];
      expect((await put(started.uploadUrl, samples.pdf)).status).toBe(200);
      await store.adminQuery('TRUNCATE stored_file');
      await rm(join(folder, 'store'), { recursive: true });
    }
  });
});

describe('an upload', () => {
  it('that breaks off leaves nothing, and can be done again', async () => {
    const content = pdfOf(2 * MEGABYTE);
    const { fileId, uploadUrl } = await announce(content);
    const request = httpRequest(origin + uploadUrl, {
      method: 'PUT',
      headers: { 'content-length': content.length },
    });
    request.on('error', () => undefined);
    request.write(content.subarray(0, MEGABYTE));
    await eventually(async () => expect(await readdir(join(folder, 'spool'))).toHaveLength(1));
    request.destroy();
    await eventually(async () => {
      expect(await row(fileId)).toEqual({ state: 'WAITING', storage_key: null, claimed_until: null });
      expect([await kept(), await readdir(join(folder, 'spool'))]).toEqual([0, []]);
    });
    expect((await put(uploadUrl, content)).status).toBe(200);
  });

  it('happens once: of many at the same moment one wins, and later ones are told', async () => {
    const { fileId, uploadUrl } = await announce(samples.pdf);
    const statuses = await Promise.all(
      Array.from({ length: 6 }, async () => (await put(uploadUrl, samples.pdf)).status),
    );
    expect(statuses.filter((it) => it === 200)).toHaveLength(1);
    expect(statuses.filter((it) => it === 409)).toHaveLength(5);
    expect(await kept()).toBe(1);
    const again = await put(uploadUrl, samples.png);
    expect([again.status, codeOf(await again.json())]).toEqual([409, 'FILE_ALREADY_UPLOADED']);
    const { url } = await files.downloadLink(fileId, citizen);
    expect(Buffer.from(await (await fetch(origin + url)).arrayBuffer())).toEqual(samples.pdf);
  });

  it('that was killed half-way is taken over later, without leaving its content', async () => {
    const { fileId, uploadUrl } = await announce(samples.pdf);
    const key = `zz/${fileId}/dead`;
    await mkdir(join(folder, 'store', 'zz', fileId), { recursive: true });
    await writeFile(join(folder, 'store', key), 'half');
    await store.adminQuery('UPDATE stored_file SET storage_key = $2, claimed_until = $3 WHERE id = $1', [
      fileId,
      key,
      new Date(clock.now().getTime() + 15 * 60_000),
    ]);
    expect((await put(uploadUrl, samples.pdf)).status).toBe(409);
    minutes(16);
    expect((await put(uploadUrl, samples.pdf)).status).toBe(200);
    expect(await kept()).toBe(1);
  });

  it('of which a newer one took the place keeps nothing of its own', async () => {
    const { fileId, uploadUrl } = await announce(samples.pdf);
    const content = pdfOf(samples.pdf.length);
    const request = httpRequest(origin + uploadUrl, {
      method: 'PUT',
      headers: { 'content-length': content.length },
    });
    request.write(content.subarray(0, 10));
    await eventually(async () => expect((await row(fileId))?.storage_key).not.toBeNull());
    await store.adminQuery(`UPDATE stored_file SET storage_key = 'zz/newer' WHERE id = $1`, [fileId]);
    const answered = once(request, 'response');
    request.end(content.subarray(10));
    const [response] = (await answered) as [IncomingMessage];
    response.resume();
    expect([response.statusCode, await kept(), (await row(fileId))?.storage_key]).toEqual([
      409,
      0,
      'zz/newer',
    ]);
  });

  it('needs an account, and cannot pile up', async () => {
    await expect(announce(samples.pdf, 'a.pdf', nobody)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    for (let count = 0; count < 5; count += 1) await announce(samples.pdf);
    await expect(announce(samples.pdf)).rejects.toMatchObject({ code: 'TOO_MANY_FILES' });
    await announce(samples.pdf, 'a.pdf', neighbour);
    minutes(24 * 60);
    await announce(samples.pdf);
  });
});

describe('a link', () => {
  it('that is wrong, expired, for something else or to nothing is answered alike', async () => {
    const started = await announce(samples.pdf);
    const { fileId } = await upload(samples.pdf);
    const download = (await files.downloadLink(fileId, citizen)).url;
    const other = (await files.downloadLink(randomUUID(), citizen)).url;
    const uploadToken = started.uploadUrl.split('/').at(-1)!;
    const answers = await Promise.all(
      [
        `${download}x`,
        '/files/downloads/x',
        '/files/downloads/',
        '/files/downloads/../../etc/passwd',
        '/files/downloads/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
        `/files/downloads/${uploadToken}`,
        other,
      ].map(async (url) => (await fetch(origin + url)).json()),
    );
    minutes(5);
    answers.push(await (await fetch(origin + download)).json());
    minutes(60);
    const late = await put(started.uploadUrl, samples.pdf);
    answers.push(await late.json());
    const wrongPurpose = await put(`/files/uploads/${download.split('/').at(-1)}`, samples.pdf);
    answers.push(await wrongPurpose.json());
    const [first, ...others] = answers.filter((it) => !('statusCode' in (it as object)));
    expect(codeOf(first)).toBe('LINK_INVALID');
    expect([late.status, wrongPurpose.status]).toEqual([404, 404]);
    for (const answer of others) expect(answer).toEqual(first);
    expect(others.length).toBeGreaterThanOrEqual(7);
  });

  it('to content that is missing says no more, and the log says it', async () => {
    const { fileId } = await upload(samples.pdf);
    await rm(join(folder, 'store'), { recursive: true });
    const { url } = await files.downloadLink(fileId, citizen);
    expect((await fetch(origin + url)).status).toBe(404);
    expect(logged.join()).toContain('missing');
  });

  it('cannot be asked for anything but its method', async () => {
    const { fileId, uploadUrl } = await announce(samples.pdf);
    const { url } = await files.downloadLink(fileId, citizen);
    for (const [method, path] of [
      ['GET', uploadUrl],
      ['POST', uploadUrl],
      ['HEAD', url],
      ['DELETE', url],
    ] as const) {
      expect((await fetch(origin + path, { method })).status).toBe(404);
    }
  });
});

describe('attaching', () => {
  it('takes uploaded files of one’s own, once, and all or none', async () => {
    const [one, two] = [await upload(samples.pdf), await upload(samples.jpg, '照片.jpg')];
    const foreign = await upload(samples.pdf, 'a.pdf', neighbour);
    const waiting = await announce(samples.pdf);
    const wrong = [one.fileId, foreign.fileId, waiting.fileId, randomUUID(), 'no id', one.fileId];
    const refusal = await attach(wrong).catch((error) => error);
    expect(refusal.faults.map(({ field }: { field: string }) => field)).toEqual([
      'fileIds[1]',
      'fileIds[2]',
      'fileIds[3]',
      'fileIds[4]',
      'fileIds[5]',
    ]);
    expect((await row(one.fileId))?.state).toBe('STORED');
    const attached = await attach([two.fileId.toUpperCase(), one.fileId]);
    expect(attached.map(({ id, mime }) => [id, mime])).toEqual([
      [two.fileId, 'image/jpeg'],
      [one.fileId, 'application/pdf'],
    ]);
    await expect(attach([one.fileId])).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(await attach([])).toEqual([]);
  });

  it('goes with the caller’s transaction', async () => {
    const { fileId } = await upload(samples.pdf);
    const undone = store.database.write(scopeOf(citizen), async (tx) => {
      await files.attach(tx, [fileId], citizen.accountId!);
      throw new Error('the petition is refused');
    });
    await expect(undone).rejects.toThrow('refused');
    expect((await row(fileId))?.state).toBe('STORED');
  });

  it('costs the same number of statements for one file and for four', async () => {
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.push((await upload(samples.pdf)).fileId);
    const statements = (some: string[]) =>
      store.database.write(scopeOf(citizen), async (tx) => {
        let count = 0;
        const counting = {
          query: (...args: Parameters<typeof tx.query>) => {
            count += 1;
            return tx.query(...args);
          },
        };
        await files.attach(counting as unknown as typeof tx, some, citizen.accountId!);
        return count;
      });
    expect([await statements(ids.slice(0, 1)), await statements(ids.slice(1))]).toEqual([1, 1]);
  });
});

it('a file is read at any place while it is worked on, and nothing of it stays on the disk', async () => {
  const { fileId } = await upload(samples.pdf, '证明.pdf');
  const spooled = () => readdir(join(folder, 'spool'));
  const done = await files.withContent(fileId, async ({ fileName }, source) => {
    expect(await spooled()).toHaveLength(1);
    return { fileName, size: source.size, middle: await source.read(3, 5) };
  });
  expect(done).toEqual({
    fileName: '证明.pdf',
    size: samples.pdf.length,
    middle: samples.pdf.subarray(3, 8),
  });
  const failed = files.withContent(fileId, () => Promise.reject(new Error('the work failed')));
  await expect(failed).rejects.toThrow('the work failed');
  expect(await spooled()).toEqual([]);
  expect(await files.withContent(randomUUID(), async () => 'read')).toBeNull();
});

it('a row is seen by the uploader and the service, and by nobody else', async () => {
  const { fileId } = await upload(samples.pdf);
  const seen = (scope: Parameters<typeof store.database.read>[0]) =>
    store.database.read(scope, (tx) => tx.query('SELECT id FROM stored_file'));
  expect(await seen(scopeOf(citizen))).toEqual([{ id: fileId }]);
  expect(await seen(asService)).toHaveLength(1);
  const nationalOfficer = scopeOf({ accountId: randomUUID() }, ['0', ':']);
  for (const scope of [scopeOf(neighbour), scopeOf(nobody), nationalOfficer]) {
    expect(await seen(scope)).toEqual([]);
  }
  await expect(
    store.database.write(scopeOf(neighbour), (tx) =>
      tx.query(
        `INSERT INTO stored_file (owner_account, file_name, mime, size, started_at, expires_at)
         VALUES ($1, 'a.pdf', 'application/pdf', 1, now(), now())`,
        [citizen.accountId],
      ),
    ),
  ).rejects.toThrow(/row-level security/);
  expect(
    await store.database.write(scopeOf(neighbour), (tx) => tx.query('DELETE FROM stored_file RETURNING id')),
  ).toEqual([]);
});

describe('upkeep', () => {
  it('removes after a day what nobody attached, rows and content, and nothing else', async () => {
    const attached = await upload(samples.pdf);
    await attach([attached.fileId]);
    await announce(samples.pdf);
    const stored = await upload(samples.pdf);
    minutes(12 * 60);
    const younger = await upload(samples.pdf);
    expect([await files.removeUnused(), await kept()]).toEqual([0, 3]);
    minutes(12 * 60);
    expect(await Promise.all([files.removeUnused(), files.removeUnused()])).toContain(2);
    expect((await row(stored.fileId)) ?? null).toBeNull();
    expect([(await row(attached.fileId))?.state, (await row(younger.fileId))?.state]).toEqual([
      'ATTACHED',
      'STORED',
    ]);
    expect(await kept()).toBe(2);
    await expect(attach([stored.fileId])).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('removes what was taken off a record again, whoever uploaded it, and what stays on none other', async () => {
    const [off, on] = [await upload(samples.pdf), await upload(samples.pdf)];
    await store.database.write(scopeOf(citizen), async (tx) => {
      await files.attach(tx, [off.fileId, on.fileId], citizen.accountId!);
      await tx.query('INSERT INTO paper VALUES ($1), ($2)', [off.fileId, on.fileId]);
    });
    const links = await Promise.all([off, on].map(({ fileId }) => files.downloadLink(fileId, citizen)));
    const statuses = async () =>
      (await Promise.all(links.map(({ url }) => fetch(origin + url)))).map(({ status }) => status);
    const takeOff = (then: () => void) =>
      store.database.write(scopeOf(neighbour), async (tx) => {
        await tx.query('DELETE FROM paper WHERE file_id = $1', [off.fileId]);
        then();
      });
    await expect(
      takeOff(() => {
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect([await statuses(), await files.removeUnused()]).toEqual([[200, 200], 0]);
    await takeOff(() => undefined);
    // At once nobody has it any more, nor attaches it elsewhere; its content goes with the next sweep.
    expect(await statuses()).toEqual([404, 200]);
    await expect(
      store.database.write(scopeOf(citizen), (tx) => files.attach(tx, [off.fileId], citizen.accountId!)),
    ).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(await files.removeUnused()).toBe(1);
    expect(await store.adminQuery('SELECT id FROM stored_file')).toEqual([{ id: on.fileId }]);
    expect(await statuses()).toEqual([404, 200]);
    await store.adminQuery('TRUNCATE paper');
  });

  it('tries again what could not be removed, which nobody can use meanwhile', async () => {
    const { fileId } = await upload(samples.pdf);
    minutes(24 * 60);
    failing.remove = new Error('down');
    expect(await files.removeUnused()).toBe(0);
    expect((await row(fileId))?.state).toBe('REMOVING');
    const { url } = await files.downloadLink(fileId, citizen);
    expect((await fetch(origin + url)).status).toBe(404);
    delete failing.remove;
    expect([await files.removeUnused(), await kept()]).toEqual([1, 0]);
  });

  it('leaves an upload that is under way, and clears what a killed process spooled', async () => {
    const { fileId } = await announce(samples.pdf);
    await store.adminQuery(
      `UPDATE stored_file SET storage_key = 'zz/a', claimed_until = expires_at + interval '1 minute' WHERE id = $1`,
      [fileId],
    );
    minutes(24 * 60);
    expect(await files.removeUnused()).toBe(0);
    minutes(2);
    const left = join(folder, 'spool', 'upload-left');
    await writeFile(left, 'x');
    await utimes(left, new Date('2026-03-03T00:00:00Z'), new Date('2026-03-03T00:00:00Z'));
    expect(await files.removeUnused()).toBe(1);
    await expect(readFile(left)).rejects.toThrow('ENOENT');
  });

  it('gets through more than one batch', async () => {
    await store.adminQuery(
      `INSERT INTO stored_file (owner_account, file_name, mime, size, started_at, expires_at)
       SELECT 'x', 'a.pdf', 'application/pdf', 1, $1::timestamptz - interval '1 day', $1 FROM generate_series(1, 450)`,
      [clock.now()],
    );
    expect(await files.removeUnused()).toBe(450);
    expect(await store.adminQuery('SELECT 1 FROM stored_file')).toEqual([]);
  });
});

/** A sender that never stops; how much it got rid of. */
function endless(url: string): { request: ClientRequest; sent: () => number } {
  const request = httpRequest(origin + url, { method: 'PUT', headers: { 'transfer-encoding': 'chunked' } });
  request.on('error', () => undefined);
  let sent = 0;
  const part = pdfOf(MEGABYTE);
  const send = () => {
    while (!request.destroyed) {
      sent += part.length;
      if (!request.write(part)) return void request.once('drain', send);
    }
  };
  send();
  return { request, sent: () => sent };
}

async function eventually(check: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await check();
    } catch (error) {
      if (tries >= 100) throw error;
      await sleep(20);
    }
  }
}

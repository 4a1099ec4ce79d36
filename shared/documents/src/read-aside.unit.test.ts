import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import threads from 'node:worker_threads';
import { isRefusal } from '@junxian/errors';
import { DEFAULT_LIMITS } from './limits';
import { openSheetAside } from './read-aside';
import { type OpenSheet, openSheet, type ReadRow, readSheet } from './read-sheet';
import { withFileSource } from './stored-files/file-source';
import { sheetBuffer } from './write-sheet';

const COLUMNS = [
  { key: 'name', title: '姓名', required: true },
  { key: 'married', title: '是否已婚', choices: ['是', '否'] },
  { key: 'remark', title: '备注' },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'junxian-aside-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => jest.restoreAllMocks());

const onDisk = (name: string, content: Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return { name, path, columns: COLUMNS, limits: DEFAULT_LIMITS };
};
const people = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ name: `演示${n}`, married: n % 7 === 0 ? '也许' : '是' }));

async function allOf({ rows }: OpenSheet): Promise<ReadRow[]> {
  const all: ReadRow[] = [];
  for await (const batch of rows) all.push(...batch);
  return all;
}

/** The threads that are begun from here on. */
function begun(): threads.Worker[] {
  const { Worker } = threads;
  const all: threads.Worker[] = [];
  jest.spyOn(threads, 'Worker').mockImplementation((...given) => {
    const worker = new Worker(...given);
    all.push(worker);
    return worker;
  });
  return all;
}

describe('a sheet that is read in a thread of its own', () => {
  it.each(['XLSX', 'CSV'] as const)(
    'says what it says here: rows, faults, unknown titles (%s)',
    async (format) => {
      const other = [...COLUMNS, { key: 'secret', title: '别的' }];
      const content = await sheetBuffer(other, people(700), { format });
      const name = `名单.${format.toLowerCase()}`;
      const here = await readSheet({ name, content }, COLUMNS);
      const aside = await openSheetAside(onDisk(name, content));
      const read = await allOf(aside);
      expect(read.map(({ row }) => row)).toEqual(here.rows);
      expect(read.flatMap(({ faults }) => faults)).toEqual(here.faults);
      expect(here.faults).toHaveLength(100);
      expect(aside).toMatchObject({ faults: [], unknownColumns: ['别的'] });
    },
  );

  it('tells what is wrong with the header, and has no rows then', async () => {
    const content = await sheetBuffer(COLUMNS.slice(1), [{ married: '是' }]);
    const aside = await openSheetAside(onDisk('缺列.xlsx', content));
    expect(aside.faults).toMatchObject([{ code: 'MISSING_COLUMN', column: '姓名' }]);
    expect(await allOf(aside)).toEqual([]);
  });

  it('refuses as it does here, when it is opened and among the rows', async () => {
    const refusalOf = (work: Promise<unknown>) =>
      work.then(
        () => 'none',
        (error: unknown) => isRefusal(error) && { ...error, message: error.message },
      );
    const damaged = onDisk('损坏.xlsx', Buffer.from('PK no zip'));
    const long = {
      ...onDisk('长.xlsx', await sheetBuffer(COLUMNS, people(600))),
      limits: { ...DEFAULT_LIMITS, maxRows: 500 },
    };
    for (const task of [damaged, long]) {
      const here = await withFileSource(task.path, (content) =>
        refusalOf(openSheet({ name: task.name, content }, COLUMNS, task.limits).then(allOf)),
      );
      expect(here).toMatchObject({ code: expect.stringMatching(/^FILE_/), field: 'file' });
      expect(await refusalOf(openSheetAside(task).then(allOf))).toEqual(here);
    }
  });

  it('of a file that is gone is an error, not a refusal', async () => {
    const task = onDisk('没有.xlsx', Buffer.alloc(0));
    rmSync(task.path);
    await expect(openSheetAside(task)).rejects.toThrow('ENOENT');
  });

  it('is read a little ahead and no further until its rows are taken', async () => {
    const workers = begun();
    const aside = await openSheetAside(onDisk('多.xlsx', await sheetBuffer(COLUMNS, people(19_000))));
    const [worker] = workers as [threads.Worker];
    let batches = 0;
    worker.on('message', () => {
      batches += 1;
    });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(batches).toBeLessThanOrEqual(16);
    expect(await allOf(aside)).toHaveLength(19_000);
    expect(batches).toBeGreaterThan(16);
    expect(worker.threadId).toBe(-1);
  });

  it('has no thread any more when whoever reads breaks off', async () => {
    const workers = begun();
    const aside = await openSheetAside(onDisk('多.xlsx', await sheetBuffer(COLUMNS, people(19_000))));
    for await (const batch of aside.rows) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
    expect(workers[0]!.threadId).toBe(-1);
  });
});

it('a thread is begun for a large file on disk, not for a small one, nor for one in memory', async () => {
  const workers = begun();
  const small = await sheetBuffer(COLUMNS, people(10));
  // Beyond a megabyte, and not to be packed into less.
  const large = await sheetBuffer(
    COLUMNS,
    people(1_600).map((one) => ({
      ...one,
      remark: Buffer.from(Array.from({ length: 750 }, () => Math.random() * 256)).toString('base64'),
    })),
  );
  expect(large.length).toBeGreaterThan(1024 * 1024);
  const rowsOf = (content: Buffer, name: string) =>
    withFileSource(
      onDisk(name, content).path,
      async (source) => (await openSheet({ name, content: source }, COLUMNS).then(allOf)).length,
    );
  expect(await rowsOf(small, '小.xlsx')).toBe(10);
  expect((await openSheet({ name: '大.xlsx', content: large }, COLUMNS).then(allOf)).length).toBe(1_600);
  expect(workers).toHaveLength(0);
  expect(await rowsOf(large, '大.xlsx')).toBe(1_600);
  expect(workers).toHaveLength(1);
});

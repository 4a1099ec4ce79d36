import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ColumnDefinition } from './columns';
import { errorSheet, FAULT_COLUMN } from './error-sheet';
import type { GridRow, SheetFile } from './grid';
import { DEFAULT_LIMITS } from './limits';
import { gridRows, readSheet } from './read-sheet';
import { bufferSource } from './stored-files/file-source';
import { template } from './template';
import { decodeUpload } from './upload';
import { type CellValue, sheetBuffer, writeSheet } from './write-sheet';
import { UntrustedZip } from './zip';

const COLUMNS = [
  { key: 'name', title: '姓名', required: true },
  { key: 'number', title: '证件号码' },
  { key: 'amount', title: '金额' },
] as const satisfies readonly ColumnDefinition[];
type Row = Partial<Record<'name' | 'number' | 'amount', CellValue>>;

const ROWS: Row[] = [
  { name: '张伟', number: '14010219900101123X', amount: -12.5 },
  { name: '=HYPERLINK("x")', number: '014010200000000000', amount: 3 },
  { name: '+86', number: '@SUM(1)', amount: null },
  { name: '-1+1', number: 'a<b>&"c"\u0001', amount: 0 },
];

async function gridOf(file: SheetFile): Promise<GridRow[]> {
  const rows: GridRow[] = [];
  for await (const batch of gridRows(file, DEFAULT_LIMITS)) rows.push(...batch);
  return rows;
}

describe.each(['XLSX', 'CSV'] as const)('a sheet written as %s', (format) => {
  const file = async (content: Promise<Buffer>) => ({
    name: `a.${format.toLowerCase()}`,
    content: await content,
  });

  it('is read back with every digit of its codes', async () => {
    const reading = await readSheet(await file(sheetBuffer(COLUMNS, ROWS, { format })), COLUMNS);
    expect(reading.faults).toEqual([]);
    expect(reading.rows.map((row) => Object.values(row.values))).toEqual([
      ['张伟', '14010219900101123X', '-12.5'],
      ['=HYPERLINK("x")', '014010200000000000', '3'],
      ['+86', '@SUM(1)', ''],
      ['-1+1', format === 'CSV' ? 'a<b>&"c"\u0001' : 'a<b>&"c"', '0'],
    ]);
  });

  it('stores no text that a spreadsheet program would run as a formula', async () => {
    const content = await sheetBuffer(COLUMNS, ROWS, { format: 'CSV' });
    const cells = content.toString().split(/[,\r\n]+/);
    expect(cells).toContain("'+86");
    expect(cells).toContain("'-1+1");
    expect(cells).toContain("'@SUM(1)");
    expect(cells.filter((cell) => /^"?[=@+]/.test(cell))).toEqual([]);
  });

  it('carries a heading with region, year, time and operator', async () => {
    const heading = {
      title: '单位名录',
      regionName: '山西省',
      year: 2020,
      producedAt: '2020-03-01 10:00',
      operatorName: '李娜',
    };
    const grid = await gridOf(await file(sheetBuffer(COLUMNS, ROWS, { format, heading })));
    expect(grid[0]!.cells[0]!.text).toBe('单位名录');
    expect(grid[1]!.cells[0]!.text).toBe(
      '行政区划：山西省　年度：2020　生成时间：2020-03-01 10:00　操作人：李娜',
    );
    expect(grid[2]!.cells.map((cell) => cell?.text)).toEqual(['姓名', '证件号码', '金额']);
  });

  it('destroys the stream and rejects when its rows fail', async () => {
    const output = new PassThrough();
    const failing = (async function* (): AsyncGenerator<Row> {
      yield ROWS[0]!;
      throw new Error('connection lost');
    })();
    const reading = buffer(output).catch((error: Error) => error.message);
    await expect(writeSheet(COLUMNS, failing, output, { format })).rejects.toThrow('connection lost');
    expect(await reading).toBe('connection lost');
  });
});

it('what is empty gets no cell of a workbook, as a spreadsheet program leaves it out', async () => {
  const content = await sheetBuffer(COLUMNS, [{ name: '张伟', number: null }, { amount: 3 }]);
  const zip = await UntrustedZip.open(bufferSource(content), DEFAULT_LIMITS);
  let xml = '';
  for await (const piece of zip.chunks('xl/worksheets/sheet1.xml')) xml += piece;
  expect([...xml.matchAll(/<c r="(\w+)"/g)].map(([, place]) => place)).toEqual([
    'A1',
    'B1',
    'C1',
    'A2',
    'C3',
  ]);
});

it('a slow receiver holds the rows back instead of filling the memory', async () => {
  const total = 40_000;
  let produced = 0;
  const rows = (async function* (): AsyncGenerator<Row> {
    for (; produced < total; produced += 1) {
      yield { name: `居民${Math.sin(produced)}${Math.cos(produced)}`, number: String(produced) };
    }
  })();
  const received: { bytes: number; produced: number }[] = [];
  const slow = new Writable({
    highWaterMark: 1024,
    write(chunk: Buffer, _encoding, done) {
      received.push({ bytes: (received.at(-1)?.bytes ?? 0) + chunk.length, produced });
      setTimeout(done, 5);
    },
  });
  await writeSheet(COLUMNS, rows, slow);
  const half = received.find(({ bytes }) => bytes >= received.at(-1)!.bytes / 2)!;
  expect(half.produced).toBeLessThan(total * 0.75);
});

it('a receiver that goes away ends the writing', async () => {
  const leaving = new Writable({
    highWaterMark: 16,
    write: (_chunk, _encoding, done) => void setTimeout(done, 1),
  });
  const rows = (async function* (): AsyncGenerator<Row> {
    for (let row = 0; ; row += 1) {
      if (row === 20_000) leaving.destroy();
      yield { name: `居民${Math.sin(row)}` };
    }
  })();
  await expect(writeSheet(COLUMNS, rows, leaving)).rejects.toThrow();
});

it('rare characters beyond U+FFFF survive wherever they stand in the file', async () => {
  const names = Array.from({ length: 9_000 }, (_, row) => `${'文'.repeat(row % 11)}𠮷𡒄${row}`);
  const content = await sheetBuffer(
    COLUMNS,
    names.map((name) => ({ name, number: '1' })),
  );
  const reading = await readSheet({ name: 'a.xlsx', content }, COLUMNS);
  expect(reading.rows.map((row) => row.values.name)).toEqual(names);
});

it('the error sheet holds the original rows, each with its row, column and reason', async () => {
  const original = {
    name: '名单.csv',
    content: Buffer.from('姓名,证件号码,备注\n张伟,1.4E+17,甲\n,140102,乙\n李娜,=1+1,丙\n'),
  };
  const { faults } = await readSheet(original, COLUMNS);
  const general = { rowNumber: null, column: null, code: 'X', text: { zh: '整表有误', en: 'all wrong' } };
  const sheet = { name: 'a.xlsx', content: await errorSheet(original, [...faults, general]) };
  const grid = await gridOf(sheet);
  expect(grid.map((row) => row.cells.map((cell) => cell?.text ?? ''))).toEqual([
    ['姓名', '证件号码', '备注', `${FAULT_COLUMN}：整表有误`],
    ['张伟', '1.4E+17', '甲', '第 2 行“证件号码”：长数字已丢失末位，请将该列设为“文本”格式后重新填写'],
    [undefined, '140102', '乙', '第 3 行“姓名”：必填，请填写'],
    ['李娜', '=1+1', '丙'],
  ]);
  expect((await readSheet(sheet, COLUMNS)).rows).toHaveLength(3);
});

it('the template can be filled and read, and explains its columns', async () => {
  const content = await template(COLUMNS);
  const reading = await readSheet({ name: 'a.xlsx', content }, COLUMNS);
  expect(reading).toEqual({ rows: [], faults: [], unknownColumns: [] });
});

describe('an upload', () => {
  const upload = (contentBase64: string, name = 'a.csv') => ({ name, contentBase64 });

  it('is decoded up to its limit', () => {
    const bytes = Buffer.alloc(300, 7);
    expect(decodeUpload(upload(bytes.toString('base64')), 300).content).toEqual(bytes);
    expect(() => decodeUpload(upload(Buffer.alloc(304).toString('base64')), 300)).toThrow(
      expect.objectContaining({ code: 'FILE_TOO_LARGE', field: 'file' }),
    );
  });

  it.each([
    ['empty', ''],
    ['not base64', '****'],
    ['cut', 'AAAAA'],
    ['a data address', `data:text/csv;base64,${Buffer.from('甲').toString('base64')}`],
  ])('is refused when %s', (_name, text) => {
    expect(() => decodeUpload(upload(text))).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }));
  });

  it('needs a name', () => {
    expect(() => decodeUpload(upload('AAAA', ' '))).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE' }),
    );
  });
});

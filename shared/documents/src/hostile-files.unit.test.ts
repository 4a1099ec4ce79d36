import type { ColumnDefinition } from './columns';
import { workbookOf, zipOf } from './hostile-files.fixture';
import { DEFAULT_LIMITS } from './limits';
import { readSheet } from './read-sheet';

const COLUMNS: ColumnDefinition<'name' | 'code'>[] = [
  { key: 'name', title: '名称', required: true },
  { key: 'code', title: '代码' },
];
const text = (reference: string, value: string) =>
  `<c r="${reference}" t="inlineStr"><is><t>${value}</t></is></c>`;
const HEADER = `<row r="1">${text('A1', '名称')}${text('B1', '代码')}</row>`;
const read = (content: Buffer, name = 'a.xlsx', limits = DEFAULT_LIMITS) =>
  readSheet({ name, content }, COLUMNS, limits);

/** Comments of so many MB together. */
const filler = (megabytes: number) => `<!--${' '.repeat(64 * 1024)}-->`.repeat(16 * megabytes);

describe('a hostile file', () => {
  const plain = workbookOf(`<sheetData>${HEADER}<row r="2">${text('A2', '甲')}</row></sheetData>`);

  it('differs from a plain one written by the same hand, which is read', async () => {
    expect((await read(plain)).rows).toEqual([{ rowNumber: 2, values: { name: '甲', code: '' } }]);
  });

  it.each<[string, string, Buffer, string]>([
    ['empty', 'a.xlsx', Buffer.alloc(0), 'FILE_UNREADABLE'],
    ['not a zip', 'a.xlsx', Buffer.from('just text'), 'FILE_UNREADABLE'],
    ['only the start of a zip', 'a.xlsx', plain.subarray(0, 200), 'FILE_UNREADABLE'],
    ['a zip without workbook', 'a.xlsx', zipOf({ 'readme.txt': 'x' }), 'FILE_UNREADABLE'],
    ['a workbook called csv', 'a.csv', plain, 'FILE_UNREADABLE'],
    ['a text called xlsx', 'a.xlsx', Buffer.from('名称,代码\n甲,1'), 'FILE_UNREADABLE'],
    ['an unknown extension', 'a.exe', plain, 'FILE_UNREADABLE'],
    ['an old xls', 'a.xls', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'FILE_UNREADABLE'],
    [
      'a picture called csv',
      'a.csv',
      Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      'FILE_UNREADABLE',
    ],
    ['UTF-16', 'a.csv', Buffer.from('\uFEFF名称,代码', 'utf16le'), 'FILE_UNREADABLE'],
    ['encrypted', 'a.xlsx', zipOf({ 'xl/workbook.xml': '<workbook/>' }, { flags: 1 }), 'FILE_UNREADABLE'],
    [
      'packed by an unknown method',
      'a.xlsx',
      zipOf({ 'xl/workbook.xml': 'x' }, { method: 12 }),
      'FILE_UNREADABLE',
    ],
    ['unclosed', 'a.xlsx', workbookOf(`<sheetData>${HEADER}<row r="2">`).subarray(0), 'FILE_UNREADABLE'],
    ['cut short', 'a.xlsx', workbookOf('<sheetData><row r="1"><c'), 'FILE_UNREADABLE'],
    [
      'expanding entities',
      'a.xlsx',
      workbookOf('', {
        'xl/worksheets/sheet1.xml': `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet><sheetData><row r="1"><c t="str"><v>&b;</v></c></row></sheetData></worksheet>`,
      }),
      'FILE_UNREADABLE',
    ],
    [
      'a column beyond XFD',
      'a.xlsx',
      workbookOf(`<sheetData><row r="1">${text('ZZZ1', 'x')}</row></sheetData>`),
      'FILE_UNREADABLE',
    ],
    [
      'a row beyond the sheet',
      'a.xlsx',
      workbookOf(`<sheetData><row r="99999999"/></sheetData>`),
      'FILE_UNREADABLE',
    ],
    [
      'a column beyond the limit',
      'a.xlsx',
      workbookOf(`<sheetData><row r="1">${text('DA1', 'x')}</row></sheetData>`),
      'FILE_TOO_LARGE',
    ],
    ['a CSV of 1,000,000 columns', 'a.csv', Buffer.from(`名称${','.repeat(1_000_000)}x`), 'FILE_TOO_LARGE'],
    [
      'a CSV of 1,000,000 empty lines',
      'a.csv',
      Buffer.from(`名称\n${'\n'.repeat(1_000_000)}`),
      'FILE_TOO_LARGE',
    ],
    ['too many bytes', 'a.csv', Buffer.alloc(DEFAULT_LIMITS.maxBytes + 1, 'a'), 'FILE_TOO_LARGE'],
  ])('is refused: %s', async (_name, fileName, content, code) => {
    await expect(read(content, fileName)).rejects.toMatchObject({ name: 'Refusal', code, field: 'file' });
  });

  it('that unpacks to 300 MB is refused by what it unpacks to, not by what it declares', async () => {
    const bomb = workbookOf(`<sheetData>${HEADER}${filler(300)}</sheetData>`);
    expect(bomb.length).toBeLessThan(1024 * 1024);
    const before = process.memoryUsage().rss;
    await expect(read(bomb)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect(process.memoryUsage().rss - before).toBeLessThan(250 * 1024 * 1024);
  });

  it('that hides 300 MB behind its cells costs nothing, since nothing behind them is unpacked', async () => {
    const file = workbookOf(`<sheetData>${HEADER}</sheetData>${' '.repeat(300 * 1024 * 1024)}`);
    const before = process.memoryUsage().rss;
    await expect(read(file)).resolves.toMatchObject({ rows: [], faults: [] });
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
  });

  it('whose parts share the budget is refused when together they pass it', async () => {
    const file = workbookOf(`<sheetData>${HEADER}${filler(40)}</sheetData>`, {
      'xl/sharedStrings.xml': `<sst>${filler(40)}</sst>`,
    });
    await expect(read(file)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it('with ranges over the whole sheet costs nothing, since they are never expanded', async () => {
    const file = workbookOf(
      `<cols><col min="1" max="16384" width="9"/><col min="2000000000" max="2000000001"/></cols>
       <sheetData>${HEADER}<row r="2">${text('A2', '甲')}</row><row r="1048576"/></sheetData>
       <mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>
       <dataValidations><dataValidation type="list" sqref="A1:XFD1048576"><formula1>"是,否"</formula1></dataValidation></dataValidations>`,
    );
    const started = performance.now();
    expect((await read(file)).rows).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

import { isRefusal } from '@junxian/errors';
import { Workbook } from 'exceljs';
import type { ColumnDefinition } from './columns';
import { DEFAULT_LIMITS } from './limits';
import { readSheet } from './read-sheet';

const COLUMNS = [
  { key: 'name', title: '单位全称', required: true },
  { key: 'region', title: '行政区划代码', required: true },
  { key: 'extranet', title: '是否有政务外网', choices: ['是', '否'] },
  { key: 'headcount', title: '人数' },
] as const satisfies readonly ColumnDefinition[];

async function xlsx(rows: unknown[][]): Promise<{ name: string; content: Buffer }> {
  const workbook = new Workbook();
  const sheet = workbook.addWorksheet('单位');
  sheet.addRows(rows);
  return { name: '单位.xlsx', content: Buffer.from(await workbook.xlsx.writeBuffer()) };
}
const csv = (text: string | Buffer) => ({ name: '单位.csv', content: Buffer.from(text) });

describe('a workbook', () => {
  it('is read by its titles in any order, trimmed, with the row numbers Excel shows', async () => {
    const reading = await readSheet(
      await xlsx([
        ['人数', '行政区划代码*', '单位全称', '备注'],
        [12, '140221000000', '　大同市云州区民政局 ', '看看'],
        [],
        [null, 140221000000, '云州区人社局'],
      ]),
      COLUMNS,
    );
    expect(reading.faults).toEqual([]);
    expect(reading.unknownColumns).toEqual(['备注']);
    expect(reading.rows).toEqual([
      {
        rowNumber: 2,
        values: { name: '大同市云州区民政局', region: '140221000000', extranet: '', headcount: '12' },
      },
      { rowNumber: 4, values: { name: '云州区人社局', region: '140221000000', extranet: '', headcount: '' } },
    ]);
  });

  it('may begin with heading lines', async () => {
    const reading = await readSheet(
      await xlsx([
        ['批量新增单位表'],
        ['山西省　2020 年'],
        ['单位全称', '行政区划代码'],
        ['甲', '140000000000'],
      ]),
      COLUMNS,
    );
    expect(reading.rows.map((row) => [row.rowNumber, row.values.name])).toEqual([[4, '甲']]);
  });

  it('reports each missing or repeated column once and reads no row', async () => {
    const reading = await readSheet(
      await xlsx([
        ['单位全称', '人数', '人数'],
        ['甲', 1, 2],
        ['乙', 3, 4],
      ]),
      COLUMNS,
    );
    expect(reading.rows).toEqual([]);
    expect(reading.faults.map(({ code, column, rowNumber }) => [code, column, rowNumber])).toEqual([
      ['MISSING_COLUMN', '行政区划代码', 1],
      ['DUPLICATE_COLUMN', '人数', 1],
    ]);
  });

  it('without any known title is told which columns it needs', async () => {
    const reading = await readSheet(await xlsx([['a', 'b']]), COLUMNS);
    expect(reading.faults).toHaveLength(1);
    expect(reading.faults[0]).toMatchObject({ code: 'MISSING_HEADER', rowNumber: null });
    expect(reading.faults[0]!.text.zh).toContain('单位全称、行政区划代码');
  });

  it('names row and column of empty required cells and values outside the choices', async () => {
    const reading = await readSheet(
      await xlsx([
        ['单位全称', '行政区划代码', '是否有政务外网'],
        ['甲', '', '有'],
      ]),
      COLUMNS,
    );
    expect(
      reading.faults.map(({ code, column, rowNumber, text }) => [code, column, rowNumber, text.zh]),
    ).toEqual([
      ['FIELD_REQUIRED', '行政区划代码', 2, '必填，请填写'],
      ['NOT_A_CHOICE', '是否有政务外网', 2, '只能填写：是、否'],
    ]);
  });

  it('marks an 18-digit number whose digits are lost and keeps a 12-digit one', async () => {
    const reading = await readSheet(
      await xlsx([
        ['单位全称', '行政区划代码'],
        ['甲', Number('140102199001011234')],
        ['乙', 140102000000],
      ]),
      COLUMNS,
    );
    expect(reading.faults.map(({ code, rowNumber }) => [code, rowNumber])).toEqual([['DIGITS_LOST', 2]]);
    expect(reading.rows[1]!.values.region).toBe('140102000000');
  });

  it('takes the stored value of a formula, never evaluates, and marks one without value', async () => {
    const reading = await readSheet(
      await xlsx([
        ['单位全称', '行政区划代码', '人数'],
        ['甲', { formula: 'A1&"x"', result: '140000000000' }, { formula: '1+1', result: 2 }],
        ['乙', { formula: '1+1', result: undefined }, { error: '#N/A' }],
      ]),
      COLUMNS,
    );
    expect(reading.rows[0]!.values).toMatchObject({ region: '140000000000', headcount: '2' });
    expect(reading.faults.map(({ code, column, rowNumber }) => [code, column, rowNumber])).toEqual([
      ['FORMULA_WITHOUT_VALUE', '行政区划代码', 3],
      ['CELL_ERROR', '人数', 3],
    ]);
  });

  it('reads dates, rich text and fractions as they are shown', async () => {
    const reading = await readSheet(
      await xlsx([
        ['单位全称', '行政区划代码', '人数'],
        [{ richText: [{ text: '太原' }, { text: '市民政局' }] }, new Date(Date.UTC(2020, 1, 29)), 0.1 + 0.2],
      ]),
      COLUMNS,
    );
    expect(reading.rows[0]!.values).toMatchObject({
      name: '太原市民政局',
      region: '2020-02-29',
      headcount: '0.3',
    });
  });

  it('refuses more rows than allowed and stops listing faults at the limit', async () => {
    const file = await xlsx([
      ['单位全称', '行政区划代码'],
      ...Array.from({ length: 50 }, (_, row) => [`单位${row}`]),
    ]);
    await expect(readSheet(file, COLUMNS, { ...DEFAULT_LIMITS, maxRows: 50 })).rejects.toMatchObject({
      code: 'FILE_TOO_LARGE',
      field: 'file',
    });
    expect((await readSheet(file, COLUMNS, { ...DEFAULT_LIMITS, maxFaults: 7 })).faults).toHaveLength(7);
  });

  it('reads 5,000 rows with Chinese texts without garbling one', async () => {
    const name = (row: number) => `第${row}号龘靐单位`;
    const rows = Array.from({ length: 5_000 }, (_, row) => [name(row), '140221000000', '是', row]);
    const reading = await readSheet(
      await xlsx([['单位全称', '行政区划代码', '是否有政务外网', '人数'], ...rows]),
      COLUMNS,
    );
    expect(reading.faults).toEqual([]);
    expect(reading.rows.map((row) => row.values.name)).toEqual(rows.map((_, row) => name(row)));
  });
});

describe('a CSV file', () => {
  // 单位全称,行政区划代码 / 太原市民政局,140100000000 / 镕(a character beyond GB2312) in GBK, as Chinese Excel writes it.
  const GBK = Buffer.from(
    'b5a5cebbc8abb3c62cd0d0d5fec7f8bbaeb4fac2eb0d0accabd4adcad0c3f1d5febed62c3134303130303030303030300d0ae946c9fa2c3134303130303030303030310d0a',
    'hex',
  );

  it.each([
    ['GBK', GBK],
    ['UTF-8', Buffer.from('单位全称,行政区划代码\r\n太原市民政局,140100000000\r\n镕生,140100000001\r\n')],
    [
      'UTF-8 with mark',
      Buffer.from('\uFEFF单位全称,行政区划代码\n太原市民政局,140100000000\n镕生,140100000001'),
    ],
  ])('is read in %s', async (_encoding, content) => {
    const reading = await readSheet(csv(content), COLUMNS);
    expect(reading.faults).toEqual([]);
    expect(reading.rows.map(({ values }) => [values.name, values.region])).toEqual([
      ['太原市民政局', '140100000000'],
      ['镕生', '140100000001'],
    ]);
  });

  it('marks scientific notation, reads ="…" as its digits, counts empty lines', async () => {
    const reading = await readSheet(
      csv('单位全称,行政区划代码\n甲,1.40102E+11\n\n乙,"=""140100000000"""\n'),
      COLUMNS,
    );
    expect(reading.faults.map(({ code, rowNumber, column }) => [code, rowNumber, column])).toEqual([
      ['DIGITS_LOST', 2, '行政区划代码'],
    ]);
    expect(reading.rows[1]).toMatchObject({ rowNumber: 4, values: { region: '140100000000' } });
  });

  it('with broken quotes is refused with the line', async () => {
    const error = await readSheet(csv('单位全称,行政区划代码\n甲"乙,1\n'), COLUMNS).catch(
      (caught: unknown) => caught,
    );
    expect(isRefusal(error) && error.code).toBe('FILE_UNREADABLE');
    expect(isRefusal(error) && error.text.zh).toContain('第 2 行');
  });
});

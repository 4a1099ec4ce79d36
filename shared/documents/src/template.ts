import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ColumnDefinition } from './columns';
import { streamedWorkbook } from './workbook-writer';

const INSTRUCTIONS = '填表说明';

/**
 * An empty xlsx form to download: a header row (required columns marked with a star), every column formatted
 * as text so that typed codes and ID numbers keep their digits, and a second sheet that explains each column.
 */
export async function template(
  columns: readonly ColumnDefinition[],
  options: { sheetName?: string } = {},
): Promise<Buffer> {
  const output = new PassThrough();
  const content = buffer(output);
  const { workbook, finish } = await streamedWorkbook(output);
  const sheet = workbook.addWorksheet(options.sheetName ?? 'Sheet1', {
    views: [{ state: 'frozen', ySplit: 1 }],
  });
  sheet.columns = columns.map((column) => ({
    header: column.required ? `${column.title}*` : column.title,
    width: column.width ?? 20,
    style: { numFmt: '@' },
  }));
  sheet.getRow(1).font = { bold: true };
  sheet.commit();

  const instructions = workbook.addWorksheet(INSTRUCTIONS);
  instructions.columns = [
    { header: '列名', width: 24 },
    { header: '是否必填', width: 10 },
    { header: '填写要求', width: 70 },
    { header: '示例', width: 30, style: { numFmt: '@' } },
  ];
  instructions.getRow(1).font = { bold: true };
  for (const column of columns) {
    const choices = column.choices ? `只能填写：${column.choices.join('、')}` : '';
    const requirement = [column.description, choices].filter(Boolean).join('；');
    instructions.addRow([column.title, column.required ? '是' : '否', requirement, column.example ?? '']);
  }
  instructions.commit();
  await finish();
  return content;
}

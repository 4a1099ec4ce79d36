import { PassThrough } from 'node:stream';
import { exportedRows } from './exported-rows';

const pages: Record<string, { rows: { name: string }[]; next: string | null }> = {
  '': { rows: [{ name: '甲' }, { name: '乙' }], next: 'second' },
  second: { rows: [], next: 'third' },
  third: { rows: [{ name: '丙' }], next: null },
};
const pageAfter = async (after: string | null) => pages[after ?? '']!;

it('rows are numbered through all pages', async () => {
  const shown = { rows: 0 };
  const rows = [];
  for await (const row of exportedRows('CSV', new PassThrough(), shown, pageAfter)) rows.push(row);
  expect(rows).toEqual([
    { seq: 1, name: '甲' },
    { seq: 2, name: '乙' },
    { seq: 3, name: '丙' },
  ]);
  expect(shown.rows).toBe(3);
});

it('no page is read once the receiver has gone', async () => {
  const output = new PassThrough();
  const asked: (string | null)[] = [];
  const rows = exportedRows('CSV', output, { rows: 0 }, (after) => {
    asked.push(after);
    return pageAfter(after);
  });
  await rows.next();
  output.destroy();
  await expect(rows.next()).rejects.toThrow('gone');
  expect(asked).toEqual([null]);
});

it('a workbook that is full says that there is more', async () => {
  const rows = exportedRows('XLSX', new PassThrough(), { rows: 1_000_000 }, pageAfter);
  expect(await rows.next()).toMatchObject({ value: { seq: expect.stringContaining('行数上限') } });
  expect(await rows.next()).toMatchObject({ done: true });
  const endless = exportedRows('CSV', new PassThrough(), { rows: 1_000_000 }, pageAfter);
  expect(await endless.next()).toMatchObject({ value: { seq: 1_000_001 } });
});

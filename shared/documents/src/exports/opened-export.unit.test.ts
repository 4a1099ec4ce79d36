import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type DownloadEnd, openedExport } from './opened-export';

const NAMES = [
  { key: 'seq', title: '序号' },
  { key: 'name', title: '姓名' },
];

function opened(page: (after: string | null) => Promise<{ rows: { name: string }[]; next: string | null }>) {
  const ends: [DownloadEnd, number][] = [];
  const found = openedExport({
    title: '贫困户台账',
    columns: NAMES,
    format: 'CSV',
    day: '2017-11-20',
    heading: () => ({ regionName: '云州区' }),
    page,
    ended: async (...end) => void ends.push(end),
  });
  return { found, ends };
}

it('is named by title, day and format, and streams all pages below its heading', async () => {
  const { found, ends } = opened(async (after) =>
    after === null ? { rows: [{ name: '甲' }], next: 'second' } : { rows: [{ name: '乙' }], next: null },
  );
  expect([found.fileName, found.mime]).toEqual(['贫困户台账-20171120.csv', 'text/csv; charset=utf-8']);
  const output = new PassThrough();
  const [sheet] = await Promise.all([text(output), found.write(output)]);
  expect(sheet).toMatch(/贫困户台账/);
  expect(sheet).toMatch(/云州区/);
  expect(sheet.trim().split('\r\n').slice(-3)).toEqual(['序号,姓名', '1,甲', '2,乙']);
  expect(ends).toEqual([['FINISHED', 2]]);
});

it('that breaks off tells how many rows had gone out, and fails', async () => {
  const { found, ends } = opened(async (after) => {
    if (after !== null) throw new Error('the region is no longer yours');
    return { rows: [{ name: '甲' }], next: 'second' };
  });
  const output = new PassThrough();
  output.on('error', () => undefined).resume();
  await expect(found.write(output)).rejects.toThrow('no longer yours');
  expect(ends).toEqual([['BROKEN_OFF', 1]]);
});

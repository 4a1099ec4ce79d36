import { isRefusal } from '@junxian/errors';
import { sheetBuffer } from '../write-sheet';
import { ATTACHMENT_RULES, checkAnnouncement, checkFile, fileTypeOf } from './file-check';
import { bufferSource } from './file-source';
import { compoundFile, pdfOf, samples } from './sample-files.fixture';

const MAX = ATTACHMENT_RULES.maxBytes;

function refusalOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
  throw new Error('was not refused');
}
const codeOf = async (content: Buffer, fileName: string, size = content.length) =>
  checkFile(bufferSource(content), { fileName, size }).catch((error) => {
    if (!isRefusal(error)) throw error;
    expect(error.text).toEqual({
      zh: expect.stringMatching(/[\u4e00-\u9fff]/),
      en: expect.stringMatching(/^[ -~]+$/),
    });
    return error.code;
  });

describe('what is announced', () => {
  const announce = (change: object) =>
    checkAnnouncement({ fileName: '证明材料.pdf', mime: 'application/pdf', size: 100, ...change });

  it.each([
    ['证明材料.pdf', 'pdf'],
    ['PHOTO.JPEG', 'jpg'],
    ['a.b.docx', 'docx'],
    ['𠮷野家（一）.png', 'png'],
    [`${'长'.repeat(196)}.pdf`, 'pdf'],
  ])('takes %s', (fileName, type) => {
    expect(announce({ fileName, mime: 'application/octet-stream' })).toMatchObject({ fileName, type });
  });

  it('keeps the name normalised and the mime type of the extension, whatever the sender’s machine calls it', () => {
    expect(announce({ fileName: '  cafe\u0301.docx ', mime: 'application/kswps' })).toEqual({
      fileName: 'café.docx',
      type: 'docx',
      mime: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      size: 100,
    });
  });

  it.each<[string, string]>([
    ['a path', '../../etc/passwd.pdf'],
    ['a Windows path', 'C:\\temp\\a.pdf'],
    ['a null character', 'a\0.pdf'],
    ['a line break', 'a\r\nset-cookie: x.pdf'],
    ['a direction character', 'report\u202efdp.exe.pdf'],
    ['an invisible character', 'a\u200b.pdf'],
    ['half a character', 'a\ud800.pdf'],
    ['a hidden name', '.pdf'],
    ['201 characters', `${'a'.repeat(197)}.pdf`],
  ])('refuses a name with %s', (_what, fileName) => {
    const refusal = refusalOf(() => announce({ fileName }));
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', field: 'fileName' });
  });

  it.each(['a.exe', 'a.html', 'a.svg', 'a.docm', 'a.zip', 'a', 'a.pdf.js', 'a.constructor', 'a.PDFX'])(
    'refuses the type of %s',
    (fileName) => {
      const refusal = refusalOf(() => announce({ fileName, mime: '' }));
      expect([refusal.code, refusal.details]).toEqual([
        'FILE_TYPE_NOT_ALLOWED',
        { allowed: [...ATTACHMENT_RULES.types] },
      ]);
    },
  );

  it('refuses sizes beyond the limit or senseless, and takes the limit itself', () => {
    expect(announce({ size: MAX }).size).toBe(MAX);
    expect(refusalOf(() => announce({ size: MAX + 1 }))).toMatchObject({
      code: 'FILE_TOO_LARGE',
      httpStatus: 413,
    });
    for (const size of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(refusalOf(() => announce({ size }))).toMatchObject({ field: 'size' });
    }
  });

  it('refuses a mime type that plainly contradicts the name', () => {
    expect(refusalOf(() => announce({ mime: 'image/png' })).code).toBe('FILE_CONTENT_MISMATCH');
  });

  it('says all faults at once', () => {
    const refusal = refusalOf(() => announce({ fileName: 'a/b.exe', size: MAX + 1 }));
    expect(refusal.faults.map(({ code }) => code)).toEqual([
      'INVALID_INPUT',
      'FILE_TOO_LARGE',
      'FILE_TYPE_NOT_ALLOWED',
    ]);
  });
});

describe('what arrived', () => {
  it.each(['pdf', 'jpg', 'png', 'docx', 'xlsx', 'doc', 'xls'] as const)('knows a %s', async (type) => {
    expect(await codeOf(samples[type], `a.${type}`)).toBe(type);
  });

  it('knows a workbook of our own, and a jpeg by its other extension', async () => {
    const workbook = await sheetBuffer([{ key: 'a', title: '甲' }], [{ a: '1' }]);
    expect(await codeOf(workbook, '名单.xlsx')).toBe('xlsx');
    expect(await codeOf(samples.jpg, 'a.jpeg')).toBe('jpg');
  });

  it('takes a text for a CSV where CSVs are taken, in either encoding, and nothing else', async () => {
    const rules = { maxBytes: MAX, types: ['csv', 'xlsx'] as const };
    const check = (content: Buffer) =>
      checkFile(bufferSource(content), { fileName: 'a.csv', size: content.length }, rules);
    await expect(check(Buffer.from('姓名,证件号码\r\n甲,1'))).resolves.toBe('csv');
    await expect(check(Buffer.from('d0d5c3fb2cd6a4bcfe0d0a', 'hex'))).resolves.toBe('csv');
    for (const content of [samples.exe, samples.xlsx, samples.pdf, samples.zip]) {
      await expect(check(content)).rejects.toMatchObject({ code: 'FILE_CONTENT_MISMATCH' });
    }
    expect(await codeOf(Buffer.from('姓名,证件号码'), 'a.csv')).toBe('FILE_TYPE_NOT_ALLOWED');
  });

  it('finds what tells the type beyond the first sector of a directory', async () => {
    const names = ['Root Entry', ...Array.from({ length: 20 }, (_, n) => `stream ${n}`), 'Workbook'];
    expect(await fileTypeOf(bufferSource(compoundFile(names)))).toBe('xls');
  });

  it.each<[string, Buffer, string]>([
    ['a zip renamed docx', samples.zip, 'a.docx'],
    ['a zip renamed xlsx', samples.zip, 'a.xlsx'],
    ['a program renamed jpg', samples.exe, 'a.jpg'],
    ['a program renamed doc', samples.exe, 'a.doc'],
    ['a web page renamed pdf', Buffer.from('<script>alert(1)</script>'), 'a.pdf'],
    ['a document with macros renamed docx', samples.docm, 'a.docx'],
    ['a docx into which macros were put', samples.docxWithMacros, 'a.docx'],
    ['a workbook renamed docx', samples.xlsx, 'a.docx'],
    ['a doc renamed xls', samples.doc, 'a.xls'],
    ['an encrypted docx', samples.encryptedDocx, 'a.docx'],
    ['an installer renamed doc', samples.installer, 'a.doc'],
    ['a png renamed jpg', samples.png, 'a.jpg'],
    ['a part that inflates to 30 MB', samples.bomb, 'a.docx'],
    ['a docx cut short', samples.docx.subarray(0, samples.docx.length - 30), 'a.docx'],
    ['a compound file cut short', samples.doc.subarray(0, 600), 'a.doc'],
    ['a compound file that is nothing but its signature', samples.doc.subarray(0, 8), 'a.doc'],
    ['nothing', Buffer.alloc(0), 'a.pdf'],
  ])('refuses %s', async (_what, content, name) => {
    expect(await codeOf(content, name)).toBe('FILE_CONTENT_MISMATCH');
  });

  it('ends on a compound file whose directory goes in circles', async () => {
    const circle = compoundFile(['Root Entry']);
    circle.writeUInt32LE(1, 512 + 4);
    expect(await codeOf(circle, 'a.doc')).toBe('FILE_CONTENT_MISMATCH');
  });

  it('refuses more than was announced, less than was announced, and more than is allowed', async () => {
    expect(await codeOf(samples.pdf, 'a.pdf', samples.pdf.length - 1)).toBe('FILE_CONTENT_MISMATCH');
    expect(await codeOf(samples.pdf, 'a.pdf', samples.pdf.length + 1)).toBe('FILE_CONTENT_MISMATCH');
    expect(await codeOf(pdfOf(MAX), 'a.pdf')).toBe('pdf');
    expect(await codeOf(pdfOf(MAX + 1), 'a.pdf')).toBe('FILE_TOO_LARGE');
  });

  it('refuses a type that this use does not take', async () => {
    const rules = { maxBytes: MAX, types: ['jpg', 'png'] as const };
    await expect(
      checkFile(bufferSource(samples.pdf), { fileName: 'a.pdf', size: samples.pdf.length }, rules),
    ).rejects.toMatchObject({ code: 'FILE_TYPE_NOT_ALLOWED' });
  });
});

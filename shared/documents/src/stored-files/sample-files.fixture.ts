import { zipOf } from '../hostile-files.fixture';

const contentTypes = (main: string, more = '') =>
  `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/main.xml" ContentType="${main}"/>${more}</Types>`;

const OOXML = 'application/vnd.openxmlformats-officedocument';
const WORD = `${OOXML}.wordprocessingml.document.main+xml`;
const EXCEL = `${OOXML}.spreadsheetml.sheet.main+xml`;

/** Small files of every type, and others that pretend. */
export const samples = {
  pdf: Buffer.from('%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n'),
  jpg: Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex'),
  png: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
  docx: zipOf({ '[Content_Types].xml': contentTypes(WORD), 'word/document.xml': '<w:document/>' }),
  xlsx: zipOf({ '[Content_Types].xml': contentTypes(EXCEL), 'xl/workbook.xml': '<workbook/>' }),
  doc: compoundFile(['Root Entry', '1Table', 'WordDocument']),
  xls: compoundFile(['Root Entry', 'Workbook']),
  exe: Buffer.from('4d5a90000300000004000000ffff0000b800000000000000', 'hex'),
  zip: zipOf({ 'a.txt': 'not a document' }),
  docm: zipOf({
    '[Content_Types].xml': contentTypes('application/vnd.ms-word.document.macroEnabled.main+xml'),
    'word/document.xml': '<w:document/>',
    'word/vbaProject.bin': 'x',
  }),
  docxWithMacros: zipOf({
    '[Content_Types].xml': contentTypes(
      WORD,
      '<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>',
    ),
    'word/document.xml': '<w:document/>',
  }),
  encryptedDocx: compoundFile(['Root Entry', 'EncryptionInfo', 'EncryptedPackage']),
  installer: compoundFile(['Root Entry', 'SummaryInformation']),
  bomb: zipOf({
    '[Content_Types].xml': contentTypes(WORD) + ' '.repeat(30 * 1024 * 1024),
    'word/document.xml': '<w:document/>',
  }),
  eicarPdf: Buffer.concat([
    Buffer.from(`%PDF-1.4\n${'x'.repeat(70_000)}`),
    Buffer.from(['X5O!P%@AP[4', '\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')),
  ]),
};

/** A compound file with the named entries in its directory: FAT in sector 0, directory from sector 1 on. */
export function compoundFile(names: readonly string[]): Buffer {
  const sectors = Math.ceil(names.length / 4);
  const header = Buffer.alloc(512, 0xff);
  header.fill(0, 0, 76);
  header.write('d0cf11e0a1b11ae1', 0, 'hex');
  header.writeUInt16LE(9, 30);
  header.writeUInt32LE(1, 44);
  header.writeUInt32LE(1, 48);
  header.writeUInt32LE(0, 76);
  const fat = Buffer.alloc(512, 0xff);
  fat.writeUInt32LE(0xfffffffd, 0);
  const directory = Buffer.alloc(512 * sectors);
  for (let sector = 0; sector < sectors; sector += 1) {
    fat.writeUInt32LE(sector + 1 < sectors ? sector + 2 : 0xfffffffe, (sector + 1) * 4);
  }
  for (const [index, name] of names.entries()) {
    directory.write(name, index * 128, 'utf16le');
    directory.writeUInt16LE(name.length * 2 + 2, index * 128 + 64);
  }
  return Buffer.concat([header, fat, directory]);
}

/** A PDF of exactly so many bytes. */
export function pdfOf(size: number): Buffer {
  return Buffer.concat([samples.pdf, Buffer.alloc(size - samples.pdf.length, 0x20)]);
}

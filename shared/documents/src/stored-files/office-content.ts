import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { STORED, startOfPart, type ZipEntry, zipDirectory } from '../zip';
import type { FileSource } from './file-source';

const inflate = promisify(inflateRaw);

const CONTENT_TYPES = '[Content_Types].xml';
const LARGEST_CONTENT_TYPES = 512 * 1024;

const MAIN_PARTS = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
} as const;

/**
 * Which document of an office suite a zip is; null for every other zip, and for documents with macros, which
 * are another format (docm, xlsm) under whatever name. Reads the directory and one part of the file.
 */
export async function officeZipType(file: FileSource): Promise<'docx' | 'xlsx' | null> {
  try {
    const entries = await zipDirectory(file);
    const types = entries.get(CONTENT_TYPES);
    if (types === undefined) return null;
    const text = await smallPart(file, types);
    if (/macroEnabled|vbaProject/i.test(text)) return null;
    if (entries.has('word/document.xml') && text.includes(MAIN_PARTS.docx)) return 'docx';
    if (entries.has('xl/workbook.xml') && text.includes(MAIN_PARTS.xlsx)) return 'xlsx';
    return null;
  } catch {
    // Whatever is broken in it, it is no document that its program would open.
    return null;
  }
}

async function smallPart(file: FileSource, entry: ZipEntry): Promise<string> {
  if (entry.encrypted || entry.compressedSize > LARGEST_CONTENT_TYPES) throw new RangeError('no such part');
  const content = await file.read(await startOfPart(file, entry), entry.compressedSize);
  const part =
    entry.method === STORED ? content : await inflate(content, { maxOutputLength: LARGEST_CONTENT_TYPES });
  return part.toString('utf8');
}

const HEADER = 512;
const FAT_PLACES_IN_HEADER = 109;
const DIRECTORY_ENTRY = 128;
const NAME_LENGTH_AT = 64;
/** The streams that tell the program stand among a document's first entries; a longer directory is not searched. */
const MOST_DIRECTORY_SECTORS = 256;

/**
 * Which document a compound file of the older office suites is, told by the streams in its directory (CFB
 * format); null for others: installers, mails, and encrypted documents of the newer suites.
 */
export async function compoundFileType(file: FileSource): Promise<'doc' | 'xls' | null> {
  try {
    const names = await compoundNames(file);
    if (names.has('EncryptedPackage')) return null;
    if (names.has('WordDocument')) return 'doc';
    return names.has('Workbook') || names.has('Book') ? 'xls' : null;
  } catch {
    return null;
  }
}

async function compoundNames(file: FileSource): Promise<Set<string>> {
  const header = await file.read(0, HEADER);
  const shift = header.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) throw new RangeError('no sector size of the format');
  const sectorSize = 1 << shift;
  const sectorAt = (sector: number) => (sector + 1) * sectorSize;
  const perSector = sectorSize / 4;
  const names = new Set<string>();
  let sector = header.readUInt32LE(48);
  for (let read = 0; read < MOST_DIRECTORY_SECTORS && sectorAt(sector) < file.size; read += 1) {
    for (const name of namesIn(await file.read(sectorAt(sector), sectorSize))) names.add(name);
    const place = Math.floor(sector / perSector);
    if (place >= FAT_PLACES_IN_HEADER) break;
    const fat = header.readUInt32LE(76 + place * 4);
    const next = await file.read(sectorAt(fat) + (sector % perSector) * 4, 4);
    sector = next.readUInt32LE(0);
  }
  return names;
}

function* namesIn(sector: Buffer): Generator<string> {
  for (let at = 0; at + DIRECTORY_ENTRY <= sector.length; at += DIRECTORY_ENTRY) {
    const bytes = sector.readUInt16LE(at + NAME_LENGTH_AT);
    if (bytes >= 2 && bytes <= NAME_LENGTH_AT) yield sector.toString('utf16le', at, at + bytes - 2);
  }
}

import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { type SheetLimits, tooLarge, unreadable } from './limits';
import type { FileSource } from './stored-files/file-source';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const END_RECORD_SIZE = 22;
const LOCAL_HEADER = 30;
const MAX_COMMENT = 0xffff;
const LARGEST_DIRECTORY = 1024 * 1024;
// A workbook of the office suites has a few dozen parts; thousands are an attack on the directory walk.
const MAX_ENTRIES = 2_000;
/** The method of a part that is not compressed. */
export const STORED = 0;
const DEFLATED = 8;
const PIECE = 64 * 1024;

/** Where a part stands in a zip file. */
export interface ZipEntry {
  method: number;
  encrypted: boolean;
  compressedSize: number;
  localOffset: number;
}

/**
 * Reads single parts of a zip file that is not trusted, piece by piece: neither the file nor a part is ever held whole.
 * Sizes written in the file are never believed: decompression itself stops at the budget, which all parts of one file
 * share.
 */
export class UntrustedZip {
  private remaining: number;

  private constructor(
    private readonly file: FileSource,
    private readonly entries: ReadonlyMap<string, ZipEntry>,
    private readonly limits: SheetLimits,
  ) {
    this.remaining = limits.maxInflatedBytes;
  }

  /** Opens a zip by its central directory. Throws FILE_UNREADABLE when there is none or it is broken. */
  static async open(file: FileSource, limits: SheetLimits): Promise<UntrustedZip> {
    return new UntrustedZip(file, await zipDirectory(file), limits);
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /**
   * The part as UTF-8 text, piece by piece, so that a sheet of a hundred thousand rows is never held whole; nothing
   * when the file has no such part. Throws FILE_TOO_LARGE when decompression passes the budget, FILE_UNREADABLE when
   * the part is encrypted or damaged.
   */
  async *chunks(name: string): AsyncGenerator<string> {
    const entry = this.entries.get(name);
    if (entry === undefined) return;
    if (entry.encrypted) throw encrypted();
    const decoder = new TextDecoder('utf-8', { fatal: true });
    try {
      for await (const piece of this.pieces(entry)) {
        this.remaining -= piece.length;
        if (this.remaining < 0) throw this.overBudget();
        yield decoder.decode(piece, { stream: true });
      }
      yield decoder.decode();
    } catch (error) {
      throw isDamage(error) ? damaged() : error;
    }
  }

  private async *pieces(entry: ZipEntry): AsyncGenerator<Buffer> {
    if (entry.method !== STORED && entry.method !== DEFLATED) throw damaged();
    const start = await startOfPart(this.file, entry);
    const packed = piecesOf(this.file, start, start + entry.compressedSize);
    if (entry.method === STORED) yield* packed;
    else
      yield* Readable.from(packed).compose(createInflateRaw({ chunkSize: PIECE })) as AsyncIterable<Buffer>;
  }

  private overBudget() {
    const megabytes = Math.floor(this.limits.maxInflatedBytes / 1024 / 1024);
    return tooLarge(
      {
        zh: `解压后超过 ${megabytes} MB，请删除多余的内容和格式后重新上传`,
        en: `more than ${megabytes} MB when decompressed; remove surplus content and formatting`,
      },
      this.limits.maxInflatedBytes,
    );
  }
}

/** The bytes of a file from `start` to `end`, a piece at a time. */
export async function* piecesOf(file: FileSource, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end; at += PIECE) yield await file.read(at, Math.min(PIECE, end - at));
}

/** The entries of a zip by its central directory. Throws FILE_UNREADABLE when there is none or it is broken. */
export async function zipDirectory(file: FileSource): Promise<Map<string, ZipEntry>> {
  const reach = Math.min(file.size, END_RECORD_SIZE + MAX_COMMENT);
  const { count, size, offset } = directoryPlace(await file.read(file.size - reach, reach));
  if (size > LARGEST_DIRECTORY) throw damaged();
  return directoryEntries(await file.read(offset, size), count);
}

/** Where the bytes of a part begin. Throws FILE_UNREADABLE when no part is there, or not whole. */
export async function startOfPart(file: FileSource, entry: ZipEntry): Promise<number> {
  const header = await file.read(entry.localOffset, LOCAL_HEADER);
  if (header.length < LOCAL_HEADER || header.readUInt32LE(0) !== LOCAL_ENTRY) throw damaged();
  const start = entry.localOffset + LOCAL_HEADER + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + entry.compressedSize > file.size) throw damaged();
  return start;
}

/** Where the directory of a zip stands, told by its last bytes. */
function directoryPlace(tail: Buffer): { count: number; size: number; offset: number } {
  const end = endRecord(tail);
  return {
    count: tail.readUInt16LE(end + 10),
    size: tail.readUInt32LE(end + 12),
    offset: tail.readUInt32LE(end + 16),
  };
}

function directoryEntries(file: Buffer, count: number): Map<string, ZipEntry> {
  let position = 0;
  if (count > MAX_ENTRIES) throw damaged();
  const entries = new Map<string, ZipEntry>();
  for (let index = 0; index < count; index += 1) {
    if (position + 46 > file.length || file.readUInt32LE(position) !== DIRECTORY_ENTRY) throw damaged();
    const nameLength = file.readUInt16LE(position + 28);
    const name = file.toString('utf8', position + 46, position + 46 + nameLength);
    // Some writers store '/xl/workbook.xml' or back slashes; the parts are the same.
    const part = name.replaceAll('\\', '/').replace(/^\//, '');
    // Two entries of one name are how a file shows one content to a scanner and another to the reader.
    if (entries.has(part)) throw damaged();
    entries.set(part, {
      encrypted: (file.readUInt16LE(position + 8) & 1) === 1,
      method: file.readUInt16LE(position + 10),
      compressedSize: file.readUInt32LE(position + 20),
      localOffset: file.readUInt32LE(position + 42),
    });
    position += 46 + nameLength + file.readUInt16LE(position + 30) + file.readUInt16LE(position + 32);
  }
  return entries;
}

function endRecord(file: Buffer): number {
  const lowest = Math.max(0, file.length - END_RECORD_SIZE - MAX_COMMENT);
  for (let position = file.length - END_RECORD_SIZE; position >= lowest; position -= 1) {
    if (file.readUInt32LE(position) === END_OF_DIRECTORY) return position;
  }
  throw damaged();
}

/** Whether bytes could not be unpacked or are no UTF-8; a disk that fails is something else. */
export function isDamage(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return code.startsWith('Z_') || code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
}

function encrypted() {
  return unreadable({ zh: '文件已加密，请去除密码后重新上传', en: 'it is encrypted; remove the password' });
}

function damaged() {
  return unreadable({
    zh: '文件已损坏或不是 xlsx 表格，请用表格软件打开后另存为 xlsx 再上传',
    en: 'it is damaged or not an xlsx workbook; open it in a spreadsheet program and save it as xlsx',
  });
}

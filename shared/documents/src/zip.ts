import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createInflateRaw, inflateRaw } from 'node:zlib';
import { Refusal } from '@junxian/errors';
import { type SheetLimits, tooLarge, unreadable } from './limits';

const inflate = promisify(inflateRaw);

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const END_RECORD_SIZE = 22;
const MAX_COMMENT = 0xffff;
// A workbook of the office suites has a few dozen parts; thousands are an attack on the directory walk.
const MAX_ENTRIES = 2_000;
const STORED = 0;
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
 * Reads single parts of a zip file that is not trusted. Sizes written in the file are never believed:
 * decompression itself stops at the budget, which all parts of one file share.
 */
export class UntrustedZip {
  private remaining: number;

  private constructor(
    private readonly file: Buffer,
    private readonly entries: ReadonlyMap<string, ZipEntry>,
    private readonly limits: SheetLimits,
  ) {
    this.remaining = limits.maxInflatedBytes;
  }

  /** Opens a zip by its central directory. Throws FILE_UNREADABLE when there is none or it is broken. */
  static open(file: Buffer, limits: SheetLimits): UntrustedZip {
    return new UntrustedZip(file, readDirectory(file), limits);
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /**
   * The part as UTF-8 text, null when the file has no such part. Throws FILE_TOO_LARGE when decompression
   * passes the budget, FILE_UNREADABLE when the part is encrypted or damaged.
   */
  async text(name: string): Promise<string | null> {
    const entry = this.entries.get(name);
    if (entry === undefined) return null;
    if (entry.encrypted) throw encrypted();
    const content = await this.inflated(this.compressed(entry), entry.method);
    this.remaining -= content.length;
    return decodeUtf8(content);
  }

  /**
   * The part as UTF-8 text, piece by piece, so that a sheet of a hundred thousand rows is never held whole; nothing
   * when the file has no such part. Throws as {@link text} does.
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
      // What the reader of the pieces throws does not come by here; a refusal of ours stays one.
      throw error instanceof Refusal ? error : damaged();
    }
  }

  private async *pieces(entry: ZipEntry): AsyncGenerator<Buffer> {
    const data = this.compressed(entry);
    if (entry.method !== STORED && entry.method !== DEFLATED) throw damaged();
    const slices = function* () {
      for (let start = 0; start < data.length; start += PIECE) yield data.subarray(start, start + PIECE);
    };
    if (entry.method === STORED) yield* slices();
    else
      yield* Readable.from(slices()).compose(createInflateRaw({ chunkSize: PIECE })) as AsyncIterable<Buffer>;
  }

  private compressed(entry: ZipEntry): Buffer {
    const header = entry.localOffset;
    if (header + 30 > this.file.length || this.file.readUInt32LE(header) !== LOCAL_ENTRY) throw damaged();
    const start = header + 30 + this.file.readUInt16LE(header + 26) + this.file.readUInt16LE(header + 28);
    const end = start + entry.compressedSize;
    if (end > this.file.length) throw damaged();
    return this.file.subarray(start, end);
  }

  private async inflated(data: Buffer, method: number): Promise<Buffer> {
    if (method === STORED) {
      if (data.length > this.remaining) throw this.overBudget();
      return data;
    }
    if (method !== DEFLATED) throw damaged();
    try {
      return await inflate(data, { maxOutputLength: Math.max(1, this.remaining) });
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? this.overBudget() : damaged();
    }
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

function readDirectory(file: Buffer): Map<string, ZipEntry> {
  const { count, offset } = directoryPlace(file);
  return directoryEntries(file, offset, count);
}

/** How many bytes at the end of a zip hold the record of its directory, its comment included. */
export const END_RECORD_REACH = END_RECORD_SIZE + MAX_COMMENT;

/** Where the directory of a zip stands, told by its last bytes. Throws FILE_UNREADABLE when they are no zip's. */
export function directoryPlace(tail: Buffer): { count: number; size: number; offset: number } {
  const end = endRecord(tail);
  return {
    count: tail.readUInt16LE(end + 10),
    size: tail.readUInt32LE(end + 12),
    offset: tail.readUInt32LE(end + 16),
  };
}

/** The entries of a directory that stands in `file` at `start`. Throws FILE_UNREADABLE when it is broken. */
export function directoryEntries(file: Buffer, start: number, count: number): Map<string, ZipEntry> {
  let position = start;
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

function decodeUtf8(content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw damaged();
  }
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

import { Refusal, refuse } from '@junxian/errors';
import { filetypename } from 'magic-bytes.js';
import { fileContentMismatch, fileTooLarge, fileTypeNotAllowed } from './file-refusals';
import type { FileSource } from './file-source';
import { compoundFileType, officeZipType } from './office-content';

/** A kind of file that can be told by its content. */
export type FileType = 'pdf' | 'doc' | 'docx' | 'xls' | 'xlsx' | 'jpg' | 'png' | 'csv';

/** What files a use of stored files takes. */
export interface FileRules {
  maxBytes: number;
  types: readonly FileType[];
}

/** What attachments may be (PT-PUB-11). */
export const ATTACHMENT_RULES: FileRules = {
  maxBytes: 10 * 1024 * 1024,
  types: ['pdf', 'doc', 'docx', 'xls', 'xlsx', 'jpg', 'png'],
};

/** What the sender says of a file before sending it. */
export interface FileAnnouncement {
  fileName: string;
  /** As the sender's machine names it; often wrong for office files, so only a plain contradiction counts. */
  mime: string;
  size: number;
}

export interface AnnouncedFile {
  /** Normalised, without surrounding spaces. */
  fileName: string;
  type: FileType;
  /** Of the type, never the sender's. */
  mime: string;
  size: number;
}

const MIME: Record<FileType, string> = {
  pdf: 'application/pdf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  jpg: 'image/jpeg',
  png: 'image/png',
  csv: 'text/csv',
};
const TYPE_OF_MIME = new Map(Object.entries(MIME).map(([type, mime]) => [mime, type as FileType]));
const OTHER_EXTENSIONS: Readonly<Record<string, FileType>> = { jpeg: 'jpg', jpe: 'jpg' };
const LONGEST_NAME = 200;
/** Enough for every signature that is looked for. */
const HEAD = 4 * 1024;

/**
 * Checks what is said of a file before it is sent: its name (no path, no control or direction characters, at
 * most 200 characters), its size and its type by the extension. Refuses all faults together: INVALID_INPUT,
 * FILE_TOO_LARGE, FILE_TYPE_NOT_ALLOWED, FILE_CONTENT_MISMATCH.
 */
export function checkAnnouncement(
  announcement: FileAnnouncement,
  rules: FileRules = ATTACHMENT_RULES,
): AnnouncedFile {
  const { size, mime } = announcement;
  const fileName = announcement.fileName.normalize('NFC').trim();
  const type = typeOfName(fileName);
  const allowed = type !== undefined && rules.types.includes(type);
  const faults: Refusal[] = [];
  if (!isPlainName(fileName)) faults.push(badName());
  if (!Number.isSafeInteger(size) || size < 1) faults.push(emptyFile());
  else if (size > rules.maxBytes) faults.push(fileTooLarge(rules.maxBytes));
  if (!allowed) faults.push(fileTypeNotAllowed(rules.types));
  const mimeType = TYPE_OF_MIME.get(mime.trim().toLowerCase());
  if (allowed && mimeType !== undefined && mimeType !== type) faults.push(fileContentMismatch());
  if (faults.length > 0) throw Refusal.many(faults);
  return { fileName, type: type!, mime: MIME[type!], size };
}

/**
 * Checks that a file is what was announced, by looking into it: the size, and the type by signature and, for
 * zips and compound files, by what they hold. Throws FILE_TOO_LARGE, FILE_CONTENT_MISMATCH.
 */
export async function checkFile(
  file: FileSource,
  announced: Pick<AnnouncedFile, 'fileName' | 'size'>,
  rules: FileRules = ATTACHMENT_RULES,
): Promise<FileType> {
  if (file.size > rules.maxBytes) throw fileTooLarge(rules.maxBytes);
  const type = await fileTypeOf(file);
  if (type === null || file.size !== announced.size || type !== typeOfName(announced.fileName)) {
    throw fileContentMismatch();
  }
  if (!rules.types.includes(type)) throw fileTypeNotAllowed(rules.types);
  return type;
}

/** What a file is by its content; null when it is none of the types that can be told. Any text counts as a CSV. */
export async function fileTypeOf(file: FileSource): Promise<FileType | null> {
  const names = filetypename(await file.read(0, HEAD));
  if (names.includes('docx') || names.includes('xlsx')) return officeZipType(file);
  if (names.includes('doc') || names.includes('xls')) return compoundFileType(file);
  for (const type of ['pdf', 'jpg', 'png'] as const) if (names.includes(type)) return type;
  return isText(await file.read(0, HEAD)) ? 'csv' : null;
}

/** Whether a file begins like a text in UTF-8 or GB18030; a CSV has no other sign. */
function isText(head: Buffer): boolean {
  // Control characters but for tabs and line ends: no text has them, programs and pictures do.
  return (
    head.length > 0 && !head.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
  );
}

function typeOfName(fileName: string): FileType | undefined {
  const extension = /\.([a-z]{3,4})$/i.exec(fileName)?.[1]?.toLowerCase() ?? '';
  return (
    OTHER_EXTENSIONS[extension] ?? (Object.hasOwn(MIME, extension) ? (extension as FileType) : undefined)
  );
}

function isPlainName(name: string): boolean {
  // Cc control, Cf direction and invisible characters, Cs half characters, Zl and Zp line breaks.
  return (
    !/[/\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name) &&
    !name.startsWith('.') &&
    [...name].length <= LONGEST_NAME
  );
}

const badName = (): Refusal =>
  refuse.invalid('fileName', {
    zh: `文件名不能为空、不能含有路径或不可见字符，且不超过 ${LONGEST_NAME} 个字，请改名后重新上传`,
    en: `A file name holds no path and no invisible characters and at most ${LONGEST_NAME} characters; rename the file`,
  });

const emptyFile = (): Refusal =>
  refuse.invalid('size', { zh: '文件为空，请重新选择文件', en: 'The file is empty; choose another one' });

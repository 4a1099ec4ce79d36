import type { SheetFile } from './grid';
import { DEFAULT_LIMITS, tooLarge, unreadable } from './limits';

/** A file inside a GraphQL operation, as `input SpreadsheetUpload` carries it. */
export interface SpreadsheetUpload {
  name: string;
  contentBase64: string;
}

const MAX_NAME = 255;

/**
 * The bytes of an uploaded file. Takes the upload and the largest size in bytes; the size is checked before
 * anything is decoded. Throws FILE_TOO_LARGE, or FILE_UNREADABLE for an empty file, a missing or overlong
 * name, or text that is not base64.
 */
export function decodeUpload(
  upload: SpreadsheetUpload,
  maxBytes: number = DEFAULT_LIMITS.maxBytes,
): SheetFile {
  const name = upload.name.trim();
  if (name === '' || name.length > MAX_NAME) {
    throw unreadable({
      zh: '文件名为空或过长，请改名后重新上传',
      en: 'its name is empty or too long; rename it',
    });
  }
  const text = upload.contentBase64;
  if (text.length > Math.ceil(maxBytes / 3) * 4) {
    const megabytes = Math.floor(maxBytes / 1024 / 1024);
    throw tooLarge(
      {
        zh: `最大 ${megabytes} MB，请拆分后分别上传`,
        en: `at most ${megabytes} MB; split it into several files`,
      },
      maxBytes,
    );
  }
  if (text === '')
    throw unreadable({ zh: '文件为空，请重新选择文件', en: 'it is empty; choose another file' });
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    throw unreadable({
      zh: '文件内容传输不完整，请重新上传',
      en: 'it did not arrive whole; upload it again',
    });
  }
  return { name, content: Buffer.from(text, 'base64') };
}

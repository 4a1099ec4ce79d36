import { Refusal } from '@junxian/errors';

const FIELD = 'file';

/** The refusal of a file larger than allowed. */
export function fileTooLarge(maxBytes: number): Refusal {
  const megabytes = Math.floor(maxBytes / 1024 / 1024);
  return new Refusal(
    'FILE_TOO_LARGE',
    {
      zh: `文件超过 ${megabytes} MB，请压缩或拆分后重新上传`,
      en: `The file is larger than ${megabytes} MB; compress or split it and upload it again`,
    },
    { field: FIELD, details: { maxBytes }, httpStatus: 413 },
  );
}

/** The refusal of a kind of file that is not taken; names those that are. */
export function fileTypeNotAllowed(extensions: readonly string[]): Refusal {
  const list = extensions.join('、');
  return new Refusal(
    'FILE_TYPE_NOT_ALLOWED',
    {
      zh: `不接受该类型的文件，请上传 ${list} 格式的文件`,
      en: `Files of this kind are not accepted; upload one of ${extensions.join(', ')}`,
    },
    { field: FIELD, details: { allowed: [...extensions] }, httpStatus: 415 },
  );
}

/** The refusal of a file that is not what its name or its announcement says. */
export function fileContentMismatch(): Refusal {
  return new Refusal(
    'FILE_CONTENT_MISMATCH',
    {
      zh: '文件内容与扩展名或申报的信息不一致（文件可能已损坏、加密、含宏或被改名），请用原软件打开后另存，再重新上传',
      en: 'The content is not what the extension or the announcement says (the file may be damaged, encrypted, hold macros or be renamed); open it in its program, save it anew and upload that',
    },
    { field: FIELD, httpStatus: 422 },
  );
}

/** The refusal of a file in which the scanner found something. What it found is for the log, not for the sender. */
export function fileInfected(): Refusal {
  return new Refusal(
    'FILE_INFECTED',
    {
      zh: '文件中检测到病毒，已被拒收，请用杀毒软件处理后上传干净的文件',
      en: 'A virus was found in the file and it was not kept; clean your device and upload a clean file',
    },
    { field: FIELD, httpStatus: 422 },
  );
}

/** The refusal while files cannot be scanned or kept: nothing is taken unchecked. */
export function fileNotChecked(): Refusal {
  return new Refusal(
    'FILE_NOT_CHECKED',
    {
      zh: '文件检查服务暂时不可用，文件未被接收，请稍后重新上传',
      en: 'Files cannot be checked or kept for now and yours was not taken; upload it again later',
    },
    { field: FIELD, details: { retryable: true }, httpStatus: 503 },
  );
}

/** The one answer to a link that is wrong, expired, for something else, or whose file is gone. */
export function linkInvalid(): Refusal {
  return new Refusal(
    'LINK_INVALID',
    {
      zh: '链接无效或已过期，请返回原页面重新获取',
      en: 'The link is invalid or has expired; go back to the page it came from and get a new one',
    },
    { httpStatus: 404 },
  );
}

/** The answer to a second upload by one link, while or after the first. */
export function alreadyUploaded(): Refusal {
  return new Refusal(
    'FILE_ALREADY_UPLOADED',
    {
      zh: '该链接已用于上传文件，如需更换文件请重新添加附件',
      en: 'A file has been or is being uploaded by this link; add the attachment anew to send another one',
    },
    { httpStatus: 409 },
  );
}

/** The refusal of one more file by somebody who has uploaded many and used none of them. */
export function tooManyFiles(limit: number): Refusal {
  return new Refusal(
    'TOO_MANY_FILES',
    {
      zh: `您有 ${limit} 个文件尚未提交使用，请先提交，或等待 24 小时后再上传`,
      en: `You have ${limit} files that are not yet used; use them first, or wait 24 hours`,
    },
    { field: FIELD, details: { limit }, httpStatus: 429 },
  );
}

/** The refusal to attach what is not an uploaded, unused file of one's own; the same for every reason. */
export function notAttachable(index: number): Refusal {
  return new Refusal(
    'FILE_NOT_FOUND',
    {
      zh: `第 ${index + 1} 个附件不存在、尚未上传完成或已被使用，请重新上传后再提交`,
      en: `Attachment ${index + 1} does not exist, is not completely uploaded or is already used; upload it again`,
    },
    { field: `fileIds[${index}]`, httpStatus: 404 },
  );
}

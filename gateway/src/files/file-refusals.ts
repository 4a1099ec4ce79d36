import { Refusal } from '@junxian/errors';

/** The refusal of an upload beyond what any service takes. */
export function uploadTooLarge(maxBytes: number): Refusal {
  const megabytes = Math.floor(maxBytes / 1024 / 1024);
  return new Refusal(
    'FILE_TOO_LARGE',
    {
      zh: `文件超过 ${megabytes} MB，请压缩或拆分后重新上传`,
      en: `The file is larger than ${megabytes} MB; compress or split it and upload it again`,
    },
    { details: { maxBytes }, httpStatus: 413 },
  );
}

/** The service that keeps the file does not answer. */
export const filesUnavailable = (): Refusal =>
  new Refusal(
    'SERVICE_UNAVAILABLE',
    {
      zh: '文件服务暂时不可用，请稍后重试；上传的文件如未收到成功提示，请重新上传',
      en: 'Files are not available for now; try again later, and upload again what was not confirmed',
    },
    { httpStatus: 503, details: { retryAfterSeconds: 5 } },
  );

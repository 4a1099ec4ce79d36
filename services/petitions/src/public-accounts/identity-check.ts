import { Refusal } from '@junxian/errors';
import { askProvider } from '@junxian/messenger';

/** The public-security identity interface 公安身份核验 (PT-PUB-03). */
export interface IdentityCheck {
  /** Whether name and number belong together. Throws IDENTITY_CHECK_UNAVAILABLE whenever that is not certain (PT-PUB-05). */
  verify(name: string, idNumber: string): Promise<boolean>;
}

export interface HttpIdentityCheckOptions {
  /** Base address; `/verify` is added to its path. */
  url: string;
  token: string;
  timeoutMs?: number;
}

/**
 * Asks over HTTP: `POST <url>/verify` with `{name, idNumber}` and a bearer token; the answer is
 * `{result: "MATCH" | "NO_MATCH"}`. Whatever else comes, or nothing within three seconds, is no answer.
 */
export function httpIdentityCheck({
  url,
  token,
  timeoutMs = 3_000,
}: HttpIdentityCheckOptions): IdentityCheck {
  const address = `${url.replace(/\/$/, '')}/verify`;
  return {
    async verify(name, idNumber) {
      const body = { name, idNumber };
      // Once: a person waits, and may submit again.
      const answer = await askProvider({ url: address, token, body, timeoutMs, retries: 0 }).catch(
        () => null,
      );
      const { result } = (answer ?? {}) as { result?: unknown };
      if (result === 'MATCH') return true;
      if (result === 'NO_MATCH') return false;
      throw identityCheckUnavailable();
    },
  };
}

/** Nobody is let in unchecked: the person is asked to come back (PT-PUB-05). */
export const identityCheckUnavailable = (): Refusal =>
  new Refusal(
    'IDENTITY_CHECK_UNAVAILABLE',
    {
      zh: '身份核验系统暂时没有应答，请稍后用同样的内容重新提交',
      en: 'The identity check is not answering; submit the same content again in a moment',
    },
    { details: { retryable: true }, httpStatus: 503 },
  );

/** Name and number do not belong together (PT-PUB-03). */
export const identityNotConfirmed = (): Refusal =>
  new Refusal(
    'IDENTITY_NOT_CONFIRMED',
    {
      zh: '姓名与公民身份号码未通过核验，请对照身份证核对后重填',
      en: 'Name and ID number could not be confirmed; compare them with your ID card and enter them again',
    },
    { field: 'idNumber' },
  );

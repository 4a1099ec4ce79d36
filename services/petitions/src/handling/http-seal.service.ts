import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '@junxian/errors';
import type { Officer } from '../actor';
import type { Seal, SealService } from './seal.service';

export interface HttpSealOptions {
  /** Base address of the provider of certificates and e-seals; `/seals` is added to its path. */
  url: string;
  /** The provider's bearer token. */
  token: string;
  /** How long one attempt may take. Default 3 s: the item is locked meanwhile. */
  timeoutMs?: number;
  /** How often a failed attempt is repeated. Default 1. */
  retries?: number;
  /** The pause before a repetition. Default 200 ms. */
  pauseMs?: number;
}

const LONGEST_ANSWER_BYTES = 64 * 1024;
const LONGEST_NAME = 500;
const TOO_MANY_REQUESTS = 429;
/** The provider has looked and says no: no seal of that organisation, or a certificate that is not (any more) valid. */
const REFUSED = [403, 404, 409, 422];

/** An attempt that may succeed when repeated. Knows the status at most, never the answer. */
class FailedAttempt extends Error {}

/**
 * Has a provider seal over HTTP: `POST <url>/seals` with `{documentHash, organisationId, accountId}`, a bearer token and the hash as `idempotency-key`;
 * the answer is `{sealedBy, seal}`. Network errors, 5xx and 429 are repeated; 403, 404, 409 and 422 mean that the officer's certificate or the
 * organisation's seal is not valid. The provider learns the hash and whose seal it is, nothing of the document.
 */
export class HttpSealService implements SealService {
  constructor(private readonly options: HttpSealOptions) {}

  /** Throws SEAL_REFUSED when the provider does not seal for this officer, SEAL_UNAVAILABLE when it cannot be asked now. Rule: PT-NTC-05. */
  async seal(
    documentHash: string,
    { organisationId, accountId }: Pick<Officer, 'accountId' | 'organisationId'>,
  ): Promise<Seal> {
    const { retries = 1, pauseMs = 200 } = this.options;
    for (let left = retries; ; left -= 1) {
      try {
        return await this.attempt(documentHash, JSON.stringify({ documentHash, organisationId, accountId }));
      } catch (error) {
        if (!(error instanceof FailedAttempt)) throw error;
        if (left === 0) throw sealUnavailable(error.message);
        await sleep(pauseMs);
      }
    }
  }

  private async attempt(documentHash: string, body: string): Promise<Seal> {
    const { url, token, timeoutMs = 3_000 } = this.options;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${url.replace(/\/$/, '')}/seals`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          authorization: `Bearer ${token}`,
          'idempotency-key': documentHash,
        },
        body,
        // The token goes to the configured address only.
        redirect: 'manual',
        signal,
      });
      if (response.ok) return sealIn(await limitedText(response));
      await response.body?.cancel().catch(() => undefined);
      const reason = `HTTP_${response.status}`;
      if (REFUSED.includes(response.status)) throw sealRefused();
      if (response.status < 500 && response.status !== TOO_MANY_REQUESTS) throw sealUnavailable(reason);
      throw new FailedAttempt(reason);
    } catch (error) {
      if (error instanceof Refusal || error instanceof FailedAttempt) throw error;
      throw new FailedAttempt(signal.aborted ? 'TIMEOUT' : 'UNREACHABLE');
    }
  }
}

/** The seal in an answer. What cannot be read is no seal: nothing is filed with it. */
function sealIn(text: string): Seal {
  const answer = parsed(text);
  const { sealedBy, seal } = (answer ?? {}) as Partial<Record<keyof Seal, unknown>>;
  if (!isText(sealedBy, LONGEST_NAME) || !isText(seal, LONGEST_ANSWER_BYTES))
    throw sealUnavailable('NO_SEAL_IN_ANSWER');
  return { sealedBy, seal };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= longest;

async function limitedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > LONGEST_ANSWER_BYTES) throw sealUnavailable('ANSWER_TOO_LARGE');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

const sealRefused = () =>
  new Refusal(
    'SEAL_REFUSED',
    {
      zh: '您的CA证书或本单位电子签章无效（未登记、已过期或已注销），文书未入库；请联系证书管理员更新后重新操作',
      en: 'Your certificate or the organisation’s e-seal is not valid (unknown, expired or revoked); the document was not filed. Have it renewed, then try again',
    },
    { httpStatus: 409 },
  );

const sealUnavailable = (reason: string) =>
  new Refusal(
    'SEAL_UNAVAILABLE',
    {
      zh: '电子签章系统暂时没有应答，文书未入库，请稍后重新操作',
      en: 'The e-seal service is not answering; the document was not filed. Try again in a moment',
    },
    { details: { retryable: true, reason }, httpStatus: 503 },
  );

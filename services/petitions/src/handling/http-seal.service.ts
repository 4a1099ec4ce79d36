import { askProvider, ProviderFailure } from '@junxian/messenger';
import { type Seal, type SealedBy, type SealService, sealRefused, sealUnavailable } from './seal.service';

export interface HttpSealOptions {
  /** Base address of the provider of certificates and e-seals; `/seals` is added to its path. */
  url: string;
  /** The provider's bearer token. */
  token: string;
  /** How long one attempt may take. Default 3 s: a person waits meanwhile. */
  timeoutMs?: number;
  /** How often a failed attempt is repeated. Default 1. */
  retries?: number;
  /** The pause before a repetition. Default 200 ms. */
  pauseMs?: number;
}

const LONGEST_PAUSE_SECONDS = 3;
const LONGEST_NAME = 500;
const LONGEST_SEAL = 32 * 1024;
/** The provider has looked and says no: no seal of that organisation, or a certificate that is not (any more) valid. */
const REFUSED = [403, 404, 409, 422];

/**
 * Has a provider seal over HTTP: `POST <url>/seals` with `{documentHash, organisationId, accountId}`, a bearer token and the hash as `idempotency-key`;
 * the answer is `{sealedBy, seal}`. Repeats as {@link askProvider} does; 403, 404, 409 and 422 mean that the officer's certificate or the
 * organisation's seal is not valid. The provider learns the hash and whose seal it is, nothing of the document.
 */
export class HttpSealService implements SealService {
  readonly outside = true;

  constructor(private readonly options: HttpSealOptions) {}

  /** Throws SEAL_REFUSED when the provider does not seal for this officer, SEAL_UNAVAILABLE when it cannot be asked now. Rule: PT-NTC-05. */
  async seal(documentHash: string, { organisationId, accountId }: SealedBy): Promise<Seal> {
    const { url, token, timeoutMs = 3_000, retries = 1, pauseMs = 200 } = this.options;
    try {
      const answer = await askProvider({
        url: `${url.replace(/\/$/, '')}/seals`,
        token,
        body: { documentHash, organisationId, accountId },
        idempotencyKey: documentHash,
        timeoutMs,
        retries,
        pauseMs,
        longestPauseSeconds: LONGEST_PAUSE_SECONDS,
      });
      return sealIn(answer);
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      const { status, reason } = error;
      throw status !== undefined && REFUSED.includes(status) ? sealRefused() : sealUnavailable(reason);
    }
  }
}

/** The seal in an answer. What cannot be read is no seal: nothing is filed with it. */
function sealIn(answer: unknown): Seal {
  const { sealedBy, seal } = (answer ?? {}) as Partial<Record<keyof Seal, unknown>>;
  if (!isText(sealedBy, LONGEST_NAME) || !isText(seal, LONGEST_SEAL))
    throw sealUnavailable('NO_SEAL_IN_ANSWER');
  return { sealedBy, seal };
}

const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= longest;

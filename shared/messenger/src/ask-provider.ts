import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';

/** One question to a provider outside: a service of text messages, of e-seals, of identity checks. */
export interface ProviderRequest {
  url: string;
  /** The provider's bearer token. */
  token: string;
  /** Sent as JSON. */
  body: object;
  /** Under the same key the provider does the work once, however often it is asked. */
  idempotencyKey?: string;
  /** How long one attempt may take. */
  timeoutMs: number;
  /** How often a failed attempt is repeated. */
  retries: number;
  /** The pause before the first repetition; it doubles and is drawn between once and twice that. Default 200 ms. */
  pauseMs?: number;
  /** A provider that asks for a longer pause (Retry-After) is not waited for. Default 10 s. */
  longestPauseSeconds?: number;
  /** Whether an answer that breaks off is a failed attempt. Not where the work is done by then and the answer is a courtesy. Default true. */
  answerNeeded?: boolean;
}

/** A provider that could not be asked, or said no. Knows the status at most, never what was sent or answered. */
export class ProviderFailure extends Error {
  constructor(
    /** `HTTP_503`, `TIMEOUT`, `UNREACHABLE`, or what is wrong with the answer. */
    readonly reason: string,
    /** The status of the answer; undefined when none came. */
    readonly status?: number,
    readonly retryAfterSeconds?: number,
  ) {
    super(reason);
    this.name = 'ProviderFailure';
  }
}

const LONGEST_ANSWER_BYTES = 64 * 1024;
const TOO_MANY_REQUESTS = 429;

/**
 * POSTs JSON to a provider and returns what the answer says, undefined when that is no JSON or larger than 64 KB. Network errors, 5xx and 429 are
 * repeated with growing, random pauses (429 and 503 after what Retry-After says); any other answer than 2xx is final. Follows no redirection.
 * Throws ProviderFailure.
 */
export function askProvider(request: ProviderRequest): Promise<unknown> {
  const { retries, pauseMs = 200, longestPauseSeconds = 10 } = request;
  return pRetry(() => attempt(request), {
    retries,
    minTimeout: pauseMs,
    factor: 2,
    randomize: true,
    onFailedAttempt: async (error) => {
      const { status, retryAfterSeconds = 0 } = error as unknown as ProviderFailure;
      if (isFinal(status) || retryAfterSeconds > longestPauseSeconds) throw error;
      if (error.retriesLeft > 0) await sleep(retryAfterSeconds * 1000);
    },
  });
}

const isFinal = (status: number | undefined) =>
  status !== undefined && status < 500 && status !== TOO_MANY_REQUESTS;

async function attempt({
  url,
  token,
  body,
  idempotencyKey,
  timeoutMs,
  answerNeeded = true,
}: ProviderRequest): Promise<unknown> {
  const signal = AbortSignal.timeout(timeoutMs);
  const failed = () => new ProviderFailure(signal.aborted ? 'TIMEOUT' : 'UNREACHABLE');
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      ...(idempotencyKey !== undefined && { 'idempotency-key': encodeURIComponent(idempotencyKey) }),
    },
    body: JSON.stringify(body),
    // The token and the body go to the configured address only.
    redirect: 'manual',
    signal,
  }).catch(() => {
    throw failed();
  });
  if (response.ok) {
    return answerIn(response).catch(() => {
      if (answerNeeded) throw failed();
      return undefined;
    });
  }
  await response.body?.cancel().catch(() => undefined);
  const { status, headers } = response;
  throw new ProviderFailure(`HTTP_${status}`, status, retryAfter(headers.get('retry-after')));
}

/** What an answer of bounded size says. Throws the network's error when it breaks off. */
async function answerIn(response: Response): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > LONGEST_ANSWER_BYTES) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Seconds to wait; undefined when the header is missing or a date, which such providers do not send. */
function retryAfter(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}

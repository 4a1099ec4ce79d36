import { setTimeout as sleep } from 'node:timers/promises';
import { isRefusal } from '@junxian/errors';
import pRetry from 'p-retry';
import type { Message, Messenger } from './messenger';
import { messageNotSent } from './not-sent';

export interface HttpMessengerOptions {
  /** Where messages are posted as JSON. */
  url: string;
  /** The provider's bearer token. */
  token: string;
  /** How long one attempt may take. Default 5 s. */
  timeoutMs?: number;
  /** How often a failed attempt is repeated. Default 3. */
  retries?: number;
  /** The pause before the first repetition; it doubles and is drawn between once and twice that. Default 200 ms. */
  pauseMs?: number;
}

/** A longer pause than this is for the caller to wait, not for a request that a person waits on. */
const LONGEST_PAUSE_SECONDS = 10;
const LONGEST_ANSWER_BYTES = 64 * 1024;
const TOO_MANY_REQUESTS = 429;

/** An attempt that may succeed when repeated. Knows the status at most, never the message or the answer. */
class FailedAttempt extends Error {
  constructor(
    readonly reason: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(reason);
  }
}

/**
 * Sends by POSTing `{mobile, text, purpose}` as JSON with an `idempotency-key` header. Network errors, 5xx and
 * 429 are repeated with growing, random pauses (429 and 503 after what Retry-After says); any other answer than
 * 2xx is final. An answer `{messageId}` names the message, else its idempotency key does.
 */
export function httpMessenger(options: HttpMessengerOptions): Messenger {
  const { retries = 3, pauseMs = 200 } = options;
  return {
    send: async (message) => {
      try {
        return await pRetry(() => attempt(message, options), {
          retries,
          minTimeout: pauseMs,
          factor: 2,
          randomize: true,
          onFailedAttempt: async (error) => {
            if (isRefusal(error)) throw error;
            const { retryAfterSeconds = 0 } = error as unknown as FailedAttempt;
            if (retryAfterSeconds > LONGEST_PAUSE_SECONDS) throw error;
            if (error.retriesLeft > 0) await sleep(retryAfterSeconds * 1000);
          },
        });
      } catch (error) {
        if (error instanceof FailedAttempt) throw messageNotSent(error.reason, error.retryAfterSeconds);
        throw error;
      }
    },
  };
}

async function attempt(message: Message, options: HttpMessengerOptions): Promise<{ messageId: string }> {
  const { mobile, text, purpose, idempotencyKey } = message;
  const signal = AbortSignal.timeout(options.timeoutMs ?? 5_000);
  let response: Response;
  try {
    response = await fetch(options.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        accept: 'application/json',
        authorization: `Bearer ${options.token}`,
        'idempotency-key': encodeURIComponent(idempotencyKey),
      },
      body: JSON.stringify({ mobile, text, purpose }),
      // The token and the message go to the configured address only.
      redirect: 'manual',
      signal,
    });
  } catch {
    throw new FailedAttempt(signal.aborted ? 'TIMEOUT' : 'UNREACHABLE');
  }
  if (response.ok) return { messageId: (await messageIdIn(response)) ?? idempotencyKey };
  await response.body?.cancel().catch(() => undefined);
  const reason = `HTTP_${response.status}`;
  if (response.status < 500 && response.status !== TOO_MANY_REQUESTS) throw messageNotSent(reason);
  throw new FailedAttempt(reason, retryAfter(response.headers.get('retry-after')));
}

/** The id in the answer. The message is with the provider by now, so an answer that cannot be read is no failure. */
async function messageIdIn(response: Response): Promise<string | undefined> {
  try {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body ?? []) {
      size += part.length;
      if (size > LONGEST_ANSWER_BYTES) return undefined;
      parts.push(part);
    }
    const { messageId } = JSON.parse(Buffer.concat(parts).toString('utf8'));
    return typeof messageId === 'string' && messageId !== '' ? messageId : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds to wait; undefined when the header is missing or a date, which providers of messages do not send. */
function retryAfter(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}

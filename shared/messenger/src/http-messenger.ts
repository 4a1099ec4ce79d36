import { askProvider, ProviderFailure } from './ask-provider';
import type { Messenger } from './messenger';
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
  /** The pause before the first repetition. Default 200 ms. */
  pauseMs?: number;
}

/**
 * Sends by POSTing `{mobile, text, purpose}` as JSON with an `idempotency-key` header; repeats as {@link askProvider} does. An answer
 * `{messageId}` names the message, else its idempotency key does.
 */
export function httpMessenger(options: HttpMessengerOptions): Messenger {
  const { url, token, timeoutMs = 5_000, retries = 3, pauseMs = 200 } = options;
  return {
    send: async ({ mobile, text, purpose, idempotencyKey }) => {
      try {
        const answer = await askProvider({
          url,
          token,
          body: { mobile, text, purpose },
          idempotencyKey,
          timeoutMs,
          retries,
          pauseMs,
          // The message is with the provider by then, so an answer that cannot be read is no failure.
          answerNeeded: false,
        });
        return { messageId: messageIdIn(answer) ?? idempotencyKey };
      } catch (error) {
        if (error instanceof ProviderFailure) throw messageNotSent(error.reason, error.retryAfterSeconds);
        throw error;
      }
    },
  };
}

function messageIdIn(answer: unknown): string | undefined {
  const { messageId } = (answer ?? {}) as { messageId?: unknown };
  return typeof messageId === 'string' && messageId !== '' ? messageId : undefined;
}

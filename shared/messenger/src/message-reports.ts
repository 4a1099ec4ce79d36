import { askProvider, ProviderFailure } from './ask-provider';

/** What the provider says became of a message. */
export interface MessageReport {
  /** The id under which the provider took it. */
  messageId: string;
  status: 'DELIVERED' | 'FAILED';
  /** When that was; null where the provider does not say. */
  at: Date | null;
}

/** Asks the provider of text messages what became of those that it took. */
export interface MessageReports {
  /**
   * The reports there are of some messages, at most {@link MOST_ASKED_AT_ONCE}; those still under way are left out.
   * Throws ProviderFailure when the provider cannot be asked, RangeError for too many messages.
   */
  reportsOn(messageIds: readonly string[]): Promise<MessageReport[]>;
}

/** So many that the answer stays far below the 64 KB that are read. */
export const MOST_ASKED_AT_ONCE = 100;

export interface HttpMessageReportsOptions {
  /** Where the provider answers what became of messages. */
  url: string;
  /** The provider's bearer token. */
  token: string;
  /** How long one attempt may take. Default 5 s. */
  timeoutMs?: number;
  /** How often a failed attempt is repeated. Default 2: who asks comes again anyway. */
  retries?: number;
  /** The pause before the first repetition. Default 200 ms. */
  pauseMs?: number;
}

/**
 * Asks by POSTing `{messageIds}` as JSON; the answer is `{reports: [{messageId, status: "DELIVERED" | "FAILED", at}]}`, `at` in ISO 8601. Repeats as
 * {@link askProvider} does. What is said of messages that were not asked about, or in other words, is passed over.
 */
export function httpMessageReports(options: HttpMessageReportsOptions): MessageReports {
  const { url, token, timeoutMs = 5_000, retries = 2, pauseMs } = options;
  return {
    reportsOn: async (messageIds) => {
      if (messageIds.length > MOST_ASKED_AT_ONCE)
        throw new RangeError(`at most ${MOST_ASKED_AT_ONCE} messages are asked about at once`);
      if (messageIds.length === 0) return [];
      const answer = await askProvider({ url, token, body: { messageIds }, timeoutMs, retries, pauseMs });
      const { reports } = (answer ?? {}) as { reports?: unknown };
      if (!Array.isArray(reports)) throw new ProviderFailure('NO_REPORTS_IN_ANSWER');
      const asked = new Set(messageIds);
      return reports.flatMap((said) => reportIn(said)).filter(({ messageId }) => asked.has(messageId));
    },
  };
}

function reportIn(said: unknown): MessageReport[] {
  const { messageId, status, at } = (said ?? {}) as Record<keyof MessageReport, unknown>;
  if (typeof messageId !== 'string' || (status !== 'DELIVERED' && status !== 'FAILED')) return [];
  const instant = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return [{ messageId, status, at: Number.isNaN(instant) ? null : new Date(instant) }];
}

/** What a service's environment says about reports; an empty text is none. */
export interface MessageReportsSettings {
  MESSENGER_REPORTS_URL?: string | undefined;
  MESSENGER_TOKEN?: string | undefined;
}

/** The provider's reports when an address is configured, else null: nobody tells then. Throws RangeError on an address without a token. */
export function messageReportsFrom({
  MESSENGER_REPORTS_URL,
  MESSENGER_TOKEN,
}: MessageReportsSettings): MessageReports | null {
  if (!MESSENGER_REPORTS_URL) return null;
  if (!MESSENGER_TOKEN) throw new RangeError('MESSENGER_REPORTS_URL needs MESSENGER_TOKEN beside it');
  return httpMessageReports({ url: MESSENGER_REPORTS_URL, token: MESSENGER_TOKEN });
}

/** A text for one mobile number. */
export interface Message {
  mobile: string;
  text: string;
  /** Why it is sent, e.g. `petitions.query-code`: for the provider's books, never personal. */
  purpose: string;
  /** The same key sends at most once, however often it is asked for. */
  idempotencyKey: string;
}

/** Sends text messages: the way out to a provider. Neither number nor text appears in a log, event or error. */
export interface Messenger {
  /**
   * Hands a message over; returns the id under which the provider knows it, and by which its later report speaks of it
   * (`MessageReports`).
   * Throws Refusal MESSAGE_NOT_SENT, after which the same message may be sent again under the same key.
   */
  send(message: Message): Promise<{ messageId: string }>;
}

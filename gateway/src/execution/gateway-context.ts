import type { Principal } from '@junxian/identity';
import type { Locale } from '../errors/public-error';
import type { Cancellation } from './cancellation';
import type { ExecutorResult } from './operation-executor';

/** What is known about one request while it is worked on. */
export interface GatewayContext {
  principal: Principal;
  locale: Locale;
  requestId: string;
  clientIp: string;
  /** W3C trace context the client sent, if any. */
  traceparent: string | undefined;
  /** When the request had been read, on the clock of `performance.now()`. */
  startedAt: number;
  /** Fires when the client went away before its answer. */
  clientGone: Cancellation;
  /** Stops what one operation is doing; set by the executor for each operation. */
  cancellation?: Cancellation;
  /** Coerced, defaults included; set by the executor. */
  variables?: Record<string, unknown>;
  /** The outcome, where it is there already and Apollo Server is only to word its errors. */
  result?: ExecutorResult;
}

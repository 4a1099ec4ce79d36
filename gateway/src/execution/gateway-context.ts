import type { Principal } from '@junxian/identity';
import type { Locale } from '../errors/public-error';

/** What is known about one request while it is worked on. */
export interface GatewayContext {
  principal: Principal;
  locale: Locale;
  requestId: string;
  clientIp: string;
  /** W3C trace context the client sent, if any. */
  traceparent: string | undefined;
  /** Fires when the client went away before its answer. */
  clientGone: AbortSignal;
  /** Stops what one operation is doing; set by the executor for each operation. */
  signal?: AbortSignal;
  /** Coerced, defaults included; set by the executor. */
  variables?: Record<string, unknown>;
  /** What a subgraph is sent with a fetch, the assertion included; set by the executor. */
  subgraphHeaders?: () => Promise<Record<string, string>>;
}

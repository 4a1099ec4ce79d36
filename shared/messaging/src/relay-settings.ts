import type { Logger } from '@junxian/observability';
import type { MessagingMetrics } from './messaging-metrics';
import type { Transport } from './transport';
import type { Backoff } from './waiting';

export interface RelaySettings {
  /** Rows published at once. Default 1000. */
  batchRows: number;
  /** Bytes of envelopes published at once; under the 1 MB a broker takes in one batch. */
  batchBytes: number;
  /** How often to look for rows that another process committed. Default 200 ms. */
  pollMilliseconds: number;
  /**
   * Shortest time from one small batch to the next. Default 100 ms: a batch costs the same commits for one event
   * as for many. A backlog does not wait.
   */
  gatherMilliseconds: number;
  /** How often to look whether the broker still holds what it was sent. Default 10 s. */
  checkBrokerMilliseconds: number;
  /** How often a relay that does not lead tries to. Default 1 s. */
  standbyMilliseconds: number;
  /** How long published rows are kept to fill a lost broker again. Default 14 days. */
  retentionMilliseconds: number;
  /** How long the inbox knows an event; longer than outbox and broker keep it together. Default 60 days. */
  inboxRetentionMilliseconds: number;
  backoff: Backoff;
}

const DAY = 24 * 3600 * 1000;
export const RELAY_DEFAULTS: RelaySettings = {
  batchRows: 1000,
  batchBytes: 900_000,
  pollMilliseconds: 200,
  gatherMilliseconds: 100,
  checkBrokerMilliseconds: 10_000,
  standbyMilliseconds: 1000,
  retentionMilliseconds: 14 * DAY,
  inboxRetentionMilliseconds: 60 * DAY,
  backoff: { initialMilliseconds: 100, maxMilliseconds: 5000 },
};
export interface RelayOptions {
  /** URL of the application role. */
  url: string;
  service: string;
  transport: Transport;
  logger: Logger | undefined;
  metrics: MessagingMetrics;
  settings?: Partial<RelaySettings> | undefined;
}

export interface RelayHealth {
  isLeader: boolean;
  /** Events published by this process. */
  published: number;
  /** As the leader last counted them; undefined in a process that does not lead. */
  waiting: number | undefined;
  oldestWaitingSeconds: number | undefined;
  /** Whether the last attempt to publish or to ask the broker failed. */
  isBrokerReachable: boolean;
}

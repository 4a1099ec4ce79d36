import type { Logger, Registry } from '@junxian/observability';
import type { Database } from '@junxian/persistence';
import type { Consumer } from './consumer';
import { runConsumer } from './consumer-runner';
import { type RedriveOutcome, redriveDeadLetter } from './dead-letter';
import { messagingMetrics } from './messaging-metrics';
import { Relay } from './relay';
import type { RelayHealth, RelaySettings } from './relay-settings';
import type { Subscription, Transport } from './transport';

export interface MessagingOptions {
  /** Connected as the application role; its outbox is published, its inbox used. */
  database: Database;
  /** Stays open when messaging stops: whoever opened it closes it. */
  transport: Transport;
  consumers: readonly Consumer[];
  /** `poverty-alleviation` */
  service: string;
  clock?: { now(): Date };
  logger?: Logger | undefined;
  metrics?: Registry | undefined;
  relay?: Partial<RelaySettings> | undefined;
}

export interface RunningMessaging {
  relay: { health(): RelayHealth };
  health(): { relay: RelayHealth; consumers: readonly string[] };
  /** Tries a dead letter of one of the consumers once more. */
  redrive(deadLetterId: string): Promise<RedriveOutcome>;
  /** Ends the consumers, then the relay; what is at hand is finished or given back. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts the relay of a service's outbox and its consumers. Resolves at once; a broker that is away is waited for. */
export async function startMessaging(options: MessagingOptions): Promise<RunningMessaging> {
  const { database, transport, consumers, service, clock = { now: () => new Date() }, logger } = options;
  const metrics = messagingMetrics(options.metrics);
  const names = consumers.map((consumer) => consumer.name);
  if (new Set(names).size < names.length)
    throw new TypeError(`two consumers have one name: ${names.join(', ')}`);
  const { url } = database.dataSource.options as { url?: string };
  if (url === undefined)
    throw new TypeError('the database was not opened by URL, so the relay cannot connect');
  const relay = new Relay({ url, service, transport, logger, metrics, settings: options.relay });
  const subscriptions: Subscription[] = [];
  for (const consumer of consumers) {
    subscriptions.push(await runConsumer(consumer, { database, transport, service, clock, logger, metrics }));
  }
  let stopped: Promise<void> | undefined;
  return {
    relay,
    health: () => ({ relay: relay.health(), consumers: names }),
    redrive: (deadLetterId) => redriveDeadLetter(database, consumers, deadLetterId),
    stop: () => {
      stopped ??= (async () => {
        await Promise.all(subscriptions.map((subscription) => subscription.stop()));
        await relay.stop();
      })();
      return stopped;
    },
  };
}

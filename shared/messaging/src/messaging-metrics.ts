import { Counter, Gauge, Registry } from '@junxian/observability';

/** The figures of the relay and the consumers of one process. */
export interface MessagingMetrics {
  published: Counter;
  waiting: Gauge;
  oldestWaiting: Gauge;
  leader: Gauge;
  refills: Counter;
  consumed: Counter<'consumer' | 'outcome'>;
  retries: Counter<'consumer'>;
}

/** Finds or registers the figures in a registry; without one they are only counted. */
export function messagingMetrics(registry: Registry = new Registry()): MessagingMetrics {
  const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    (registry.getSingleMetric(name) as Counter<Label> | undefined) ??
    new Counter<Label>({ name, help, labelNames, registers: [registry] });
  const gauge = (name: string, help: string) =>
    (registry.getSingleMetric(name) as Gauge | undefined) ?? new Gauge({ name, help, registers: [registry] });
  return {
    published: counter('junxian_outbox_published_total', 'Events the relay published'),
    waiting: gauge('junxian_outbox_waiting', 'Events not yet published (counted up to 100,000)'),
    oldestWaiting: gauge(
      'junxian_outbox_oldest_waiting_seconds',
      'Age of the oldest event not yet published',
    ),
    leader: gauge('junxian_relay_leader', 'Whether this process publishes the outbox'),
    refills: counter('junxian_relay_refills_total', 'Times a wiped or replaced broker was filled again'),
    consumed: counter('junxian_events_consumed_total', 'Events taken, by consumer and outcome', [
      'consumer',
      'outcome',
    ]),
    retries: counter('junxian_event_retries_total', 'Further tries of events, by consumer', ['consumer']),
  };
}

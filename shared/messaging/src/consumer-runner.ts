import { createHash } from 'node:crypto';
import { serviceScope } from '@junxian/identity';
import { currentTraceparent, inSpan, type Logger, SpanKind } from '@junxian/observability';
import type { Database } from '@junxian/persistence';
import type { Consumer } from './consumer';
import { faultsOfReceived } from './data-schema';
import { type GivenUp, putAside } from './dead-letter';
import { parseEnvelope } from './envelope';
import type { CloudEvent } from './event-definition';
import { failureCode, isInfrastructureFailure } from './failures';
import { applyOnce, type Taken } from './inbox';
import type { MessagingMetrics } from './messaging-metrics';
import { looksPersonal } from './personal-data.rules';
import type { BatchControl, LogRecord, Subscription, Transport } from './transport';
import { backoffDelay, pause } from './waiting';

export interface ConsumerRunnerOptions {
  database: Database;
  transport: Transport;
  service: string;
  clock: { now(): Date };
  logger: Logger | undefined;
  metrics: MessagingMetrics;
}

/** A record that concerns the consumer: an event, or something that can never be handled. */
type Reading =
  | { record: LogRecord; event: CloudEvent; unfit: undefined }
  | { record: LogRecord; unfit: { eventId: string; event: CloudEvent | undefined; code: string } };

/** Subscribes a consumer: applies its events through the inbox, tries again what fails, puts aside what keeps failing. */
export function runConsumer(consumer: Consumer, options: ConsumerRunnerOptions): Promise<Subscription> {
  const runner = new ConsumerRunner(consumer, options);
  return options.transport.subscribe({
    group: consumer.name,
    topics: consumer.topics,
    gatherMilliseconds: consumer.gatherMilliseconds,
    onBatch: (records, control) => runner.take(records, control),
    onError: (error) =>
      options.logger?.warn(
        { err: error, consumer: consumer.name },
        'the transport failed; it is trying again',
      ),
  });
}

class ConsumerRunner {
  constructor(
    private readonly consumer: Consumer,
    private readonly options: ConsumerRunnerOptions,
  ) {}

  /** Takes successive records of one partition; returns early when told to stop. */
  async take(records: readonly LogRecord[], control: BatchControl): Promise<void> {
    let from = 0;
    while (from < records.length && !control.signal.aborted) {
      const end = Math.min(records.length, from + this.consumer.batchSize);
      const slice = records.slice(from, end);
      const readings = slice.map((record) => this.read(record)).filter((reading) => reading !== undefined);
      const isTaken = await this.takeSome(readings, control.signal);
      if (!isTaken) return;
      await control.done(records[end - 1]!);
      from = end;
    }
  }

  /** The reading of a record; undefined when its type does not concern this consumer. */
  private read(record: LogRecord): Reading | undefined {
    const event = parseEnvelope(record.value);
    if (event === undefined || looksPersonal(event.id) || looksPersonal(event.type)) {
      const eventId = `unreadable:${createHash('sha256').update(record.value).digest('hex')}`;
      return { record, unfit: { eventId, event: undefined, code: 'UNREADABLE_EVENT' } };
    }
    const definition = this.consumer.definitions.get(event.type);
    if (definition === undefined) return undefined;
    const faults = faultsOfReceived(definition, event.data);
    if (faults.length > 0) return { record, unfit: { eventId: event.id, event, code: 'INVALID_EVENT' } };
    return { record, event, unfit: undefined };
  }

  /** Returns whether everything came to an end, good or bad; false when it was told to stop before. */
  private async takeSome(readings: readonly Reading[], signal: AbortSignal): Promise<boolean> {
    if (readings.length > 1 && readings.every((reading) => reading.unfit === undefined)) {
      const outcome = await this.attempt(
        readings.map((reading) => (reading as { event: CloudEvent }).event),
        signal,
      );
      if (outcome === 'applied') return true;
      if (outcome === 'stopped') return false;
      // One of them is to blame; each on its own shows which.
    }
    for (const reading of readings) {
      if (!(await this.takeOne(reading, signal))) return false;
    }
    return true;
  }

  private async takeOne(reading: Reading, signal: AbortSignal): Promise<boolean> {
    const { record, unfit } = reading;
    if (unfit !== undefined) {
      const { eventId, event, code } = unfit;
      return this.giveUp({ record, eventId, event, isValid: false, errorCode: code, attempts: 1 }, signal);
    }
    const { event } = reading;
    const { maxAttempts, backoff } = this.consumer.retry;
    for (let attempts = 1; ; attempts += 1) {
      const outcome = await this.attempt([event], signal);
      if (outcome === 'applied') return true;
      if (outcome === 'stopped') return false;
      if (attempts >= maxAttempts) {
        const errorCode = failureCode(outcome.error);
        return this.giveUp({ record, eventId: event.id, event, isValid: true, errorCode, attempts }, signal);
      }
      this.options.metrics.retries.inc({ consumer: this.consumer.name });
      await pause(backoffDelay(attempts, backoff), signal);
    }
  }

  /** One try, repeated while the infrastructure fails. */
  private attempt(
    events: readonly CloudEvent[],
    signal: AbortSignal,
  ): Promise<'applied' | 'stopped' | { error: unknown }> {
    return this.whileInfrastructureFails(signal, async () => {
      const parent = events.length === 1 ? events[0]!.traceparent : undefined;
      const taken = await inSpan(`${this.consumer.name} consume`, { kind: SpanKind.CONSUMER, parent }, () =>
        this.options.database.write(
          serviceScope(this.consumer.name),
          (tx) => applyOnce(tx, this.consumer, events),
          currentTraceparent() ?? parent,
        ),
      );
      this.count(taken);
    });
  }

  private async giveUp(given: GivenUp, signal: AbortSignal): Promise<boolean> {
    const { database, clock, service, logger } = this.options;
    let isNew = false;
    const outcome = await this.whileInfrastructureFails(signal, async () => {
      isNew = await database.write(serviceScope(this.consumer.name), (tx) =>
        putAside(tx, { consumer: this.consumer, service, now: clock.now() }, given),
      );
    });
    if (outcome === 'stopped') return false;
    // Thrown on: the transport delivers the record again, so that it is neither lost nor passed by.
    if (outcome !== 'applied') throw outcome.error;
    if (isNew) {
      this.options.metrics.consumed.inc({ consumer: this.consumer.name, outcome: 'dead' });
      logger?.error(
        {
          consumer: this.consumer.name,
          eventId: given.eventId,
          topic: given.record.topic,
          errorCode: given.errorCode,
          attempts: given.attempts,
        },
        'an event was given up and put aside as a dead letter',
      );
    }
    return true;
  }

  private async whileInfrastructureFails(
    signal: AbortSignal,
    work: () => Promise<void>,
  ): Promise<'applied' | 'stopped' | { error: unknown }> {
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        await work();
        return 'applied';
      } catch (error) {
        const isInfrastructure = isInfrastructureFailure(error);
        this.options.logger?.warn(
          { consumer: this.consumer.name, errorCode: failureCode(error), isInfrastructure },
          'events could not be applied; trying again',
        );
        if (!isInfrastructure) return { error };
        await pause(backoffDelay(failures, this.consumer.retry.backoff), signal);
      }
    }
    return 'stopped';
  }

  private count(taken: Taken): void {
    for (const outcome of ['applied', 'duplicate', 'stale'] as const) {
      if (taken[outcome] > 0) {
        this.options.metrics.consumed.inc({ consumer: this.consumer.name, outcome }, taken[outcome]);
      }
    }
  }
}

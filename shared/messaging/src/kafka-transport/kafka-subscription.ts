import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { BatchControl, LogRecord, SubscriptionOptions } from '../transport';
import { aborted, type Backoff, backoffDelay, onAbort, pause } from '../waiting';

const HEARTBEAT_EVERY = 2_000;
/** A live consumer fetches or beats every few seconds; kafkajs is known to stall silently after a broker's restart. */
const SILENCE_MEANS_STALLED = 90_000;
const RESTART: Backoff = { initialMilliseconds: 250, maxMilliseconds: 10_000 };
const PARTITIONS_AT_ONCE = 3;
const COMMIT_EVERY = 2_000;

/**
 * One consumer group member that is kept running: whatever ends or stalls kafkajs' consumer, a new
 * one takes its place after a pause that grows, until {@link stop}.
 */
export class KafkaSubscription {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private lastSignOfLife = 0;

  constructor(
    private readonly kafka: Kafka,
    private readonly options: SubscriptionOptions,
    private readonly ensureTopics: () => Promise<void>,
    /** After so long without a sign of life the broker gives a member's partitions to another. */
    private readonly sessionTimeout: number,
  ) {}

  start(): void {
    this.running = this.keepRunning();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async keepRunning(): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      const startedAt = Date.now();
      try {
        await this.runOneConsumer();
      } catch (error) {
        this.options.onError?.(error);
      }
      failures = Date.now() - startedAt > 60_000 ? 1 : failures + 1;
      await pause(backoffDelay(failures, RESTART), this.stopping.signal);
    }
  }

  /** Runs one kafkajs consumer until it crashes, stalls or is to stop. Rejects with the reason of a crash. */
  private async runOneConsumer(): Promise<void> {
    // Without topics kafkajs fails to join; and a broker that was wiped has none.
    await this.ensureTopics();
    const consumer = this.kafka.consumer({
      groupId: this.options.group,
      sessionTimeout: this.sessionTimeout,
      rebalanceTimeout: this.sessionTimeout,
      heartbeatInterval: HEARTBEAT_EVERY,
      maxWaitTimeInMs: 500,
      allowAutoTopicCreation: false,
      metadataMaxAge: 30_000,
      // Restarts are ours, so that the topics are made anew first.
      retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1000, restartOnFailure: async () => false },
    });
    const ended = new AbortController();
    let crash: unknown;
    const alive = () => {
      this.lastSignOfLife = Date.now();
    };
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      crash = payload.error;
      ended.abort();
    });
    consumer.on(consumer.events.HEARTBEAT, alive);
    consumer.on(consumer.events.FETCH, alive);
    consumer.on(consumer.events.GROUP_JOIN, alive);
    const forget = onAbort(this.stopping.signal, () => ended.abort());
    alive();
    const watchdog = setInterval(() => {
      if (Date.now() - this.lastSignOfLife < SILENCE_MEANS_STALLED) return;
      crash = new Error(`consumer group ${this.options.group} has stalled`);
      ended.abort();
    }, HEARTBEAT_EVERY);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
      await consumer.run({
        autoCommit: true,
        autoCommitInterval: COMMIT_EVERY,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: (payload) => this.handBatch(payload, ended.signal),
      });
      await aborted(ended.signal);
      if (crash !== undefined) throw crash;
    } finally {
      clearInterval(watchdog);
      forget();
      ended.abort();
      await disconnect(consumer);
    }
  }

  /** Hands one fetched batch on, beating all the while; what it leaves unresolved is fetched again. */
  private async handBatch(payload: EachBatchPayload, ended: AbortSignal): Promise<void> {
    const { batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, isRunning, isStale } = payload;
    if (!isRunning() || isStale()) return;
    const records = batch.messages.map((message) => recordOf(batch.topic, batch.partition, message));
    const atHand = new AbortController();
    let lost: unknown;
    // kafkajs throws here when the group rebalances: the partition may be another's by now, so the
    // batch is dropped where it is, and the error goes back to kafkajs, which joins the group anew.
    const orDrop = async (request: Promise<void>) => {
      try {
        await request;
      } catch (error) {
        lost ??= error;
        atHand.abort();
      }
    };
    const forget = onAbort(ended, () => atHand.abort());
    const timer = setInterval(() => void orDrop(heartbeat()), HEARTBEAT_EVERY);
    try {
      await orDrop(heartbeat());
      const control: BatchControl = {
        signal: atHand.signal,
        done: async (record) => {
          resolveOffset(String(record.offset));
          await orDrop(commitOffsetsIfNecessary());
        },
      };
      if (!atHand.signal.aborted) await this.options.onBatch(records, control);
    } catch (error) {
      this.options.onError?.(error);
      await pause(RESTART.initialMilliseconds, atHand.signal);
    } finally {
      clearInterval(timer);
      forget();
    }
    if (lost !== undefined) throw lost;
  }
}

function recordOf(topic: string, partition: number, message: KafkaMessage): LogRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key?.toString('utf8') ?? '',
    value: message.value?.toString('utf8') ?? '',
  };
}

async function disconnect(consumer: Consumer): Promise<void> {
  try {
    await consumer.disconnect();
  } catch {
    // A connection that is already gone.
  }
}

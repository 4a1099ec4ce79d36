import type { Logger } from '@junxian/observability';
import { type Admin, Kafka, type KafkaConfig, logLevel, type Producer } from 'kafkajs';
import {
  type Acknowledged,
  OtherCluster,
  type OutgoingRecord,
  type Subscription,
  type SubscriptionOptions,
  type Transport,
} from '../transport';
import { KafkaSubscription } from './kafka-subscription';
import { partitionByKey } from './partitioner.rules';

export interface KafkaTransportOptions {
  kind: 'kafka';
  /** `host:port` of some brokers, separated by commas or as a list. */
  brokers: string | readonly string[];
  clientId: string;
  ssl?: KafkaConfig['ssl'];
  sasl?: KafkaConfig['sasl'];
  /** Partitions of a topic that is created here; a topic that exists keeps its own. Default 6. */
  partitions?: number;
  /** Replicas of a topic that is created here; default: what the broker says. */
  replicationFactor?: number;
  /** How long a topic that is created here keeps its records. Default 14 days, as the outbox. */
  retentionMilliseconds?: number;
  /** How long a consumer may be silent before its partitions go to another. Default 30 s; at least 6 s. */
  sessionTimeoutMilliseconds?: number;
  logger?: Logger | undefined;
}

const HEADERS = { 'content-type': 'application/cloudevents+json; charset=UTF-8' };
/** A broker cannot be replaced by another in so short a time after an acknowledgement. */
const STILL_THE_SAME_FOR = 500;
const FOURTEEN_DAYS = 14 * 24 * 3600 * 1000;

/** Events over Apache Kafka, with kafkajs. The broker may be away when this is called; each operation tries to connect. */
export function kafkaTransport(options: KafkaTransportOptions): Transport {
  return new KafkaTransport(options);
}

class KafkaTransport implements Transport {
  readonly kind = 'kafka';
  private readonly kafka: Kafka;
  private admin: Promise<Admin> | undefined;
  private producer: Promise<Producer> | undefined;
  private readonly subscriptions = new Set<KafkaSubscription>();
  private knownTopics = new Set<string>();
  private confirmedCluster: string | undefined;
  private acknowledgedAt = 0;

  constructor(private readonly options: KafkaTransportOptions) {
    const { brokers, clientId, ssl, sasl, logger } = options;
    this.kafka = new Kafka({
      clientId,
      brokers: typeof brokers === 'string' ? brokers.split(',').map((broker) => broker.trim()) : [...brokers],
      ...(ssl === undefined ? {} : { ssl }),
      ...(sasl === undefined ? {} : { sasl }),
      connectionTimeout: 3000,
      requestTimeout: 15_000,
      // Only short trouble is ridden out in here; whoever calls tries again for as long as it takes.
      retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1000 },
      logLevel: logLevel.WARN,
      logCreator:
        () =>
        ({ namespace, log }) =>
          logger?.debug({ namespace, groupId: log.groupId }, log.message),
    });
  }

  async publish(records: readonly OutgoingRecord[], clusterId?: string): Promise<Acknowledged[]> {
    if (records.length === 0) return [];
    const byTopic = new Map<string, { key: string; value: string; headers: typeof HEADERS }[]>();
    for (const { topic, key, value } of records) {
      const messages = byTopic.get(topic);
      const message = { key, value, headers: HEADERS };
      if (messages === undefined) byTopic.set(topic, [message]);
      else messages.push(message);
    }
    try {
      if (clusterId !== undefined) await this.refuseOther(clusterId);
      await this.ensureTopics([...byTopic.keys()]);
      const producer = await this.connectedProducer();
      const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }));
      const metadata = await producer.sendBatch({ acks: -1, topicMessages });
      this.acknowledgedAt = Date.now();
      return metadata.map(({ topicName, partition, baseOffset }) => {
        if (baseOffset === undefined)
          throw new Error(`the broker acknowledged ${topicName} without an offset`);
        return { topic: topicName, partition, firstOffset: BigInt(baseOffset) };
      });
    } catch (error) {
      // The topic may be gone, the broker another one: forget what was known of it.
      this.knownTopics = new Set();
      this.acknowledgedAt = 0;
      await this.dropProducer();
      throw error;
    }
  }

  async subscribe(options: SubscriptionOptions): Promise<Subscription> {
    const subscription = new KafkaSubscription(
      this.kafka,
      options,
      () => this.ensureTopics(options.topics, true),
      this.options.sessionTimeoutMilliseconds ?? 30_000,
    );
    this.subscriptions.add(subscription);
    subscription.start();
    return {
      stop: async () => {
        this.subscriptions.delete(subscription);
        await subscription.stop();
      },
    };
  }

  clusterId(): Promise<string> {
    return this.withAdmin(async (admin) => (await admin.describeCluster()).clusterId);
  }

  topicIsEmpty(topic: string): Promise<boolean> {
    return this.withAdmin(async (admin) => {
      // Asked for first: kafkajs spends all its retries on the offsets of a topic that does not exist.
      if (!(await admin.listTopics()).includes(topic)) return true;
      const offsets = await admin.fetchTopicOffsets(topic);
      return offsets.every(({ high }) => high === '0');
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.stop()));
    this.subscriptions.clear();
    await this.dropProducer();
    const admin = this.admin;
    this.admin = undefined;
    await admin?.then((connected) => connected.disconnect()).catch(() => undefined);
  }

  /** kafkajs connects again by itself, also to a broker that was replaced meanwhile; so after a pause it is asked. */
  private async refuseOther(clusterId: string): Promise<void> {
    const isFresh = Date.now() - this.acknowledgedAt < STILL_THE_SAME_FOR;
    if (isFresh && this.confirmedCluster === clusterId) return;
    this.confirmedCluster = await this.clusterId();
    if (this.confirmedCluster !== clusterId) throw new OtherCluster();
  }

  /** Creates the topics that are missing. `lookAgain`: trust nothing that was known before. */
  private async ensureTopics(topics: readonly string[], lookAgain = false): Promise<void> {
    const wanted = lookAgain ? topics : topics.filter((topic) => !this.knownTopics.has(topic));
    if (wanted.length === 0) return;
    await this.withAdmin(async (admin) => {
      const existing = new Set(await admin.listTopics());
      const missing = wanted.filter((topic) => !existing.has(topic));
      if (missing.length > 0) {
        const {
          partitions = 6,
          replicationFactor = -1,
          retentionMilliseconds = FOURTEEN_DAYS,
        } = this.options;
        // False when another process was faster, which is as good.
        await admin.createTopics({
          waitForLeaders: true,
          topics: missing.map((topic) => ({
            topic,
            numPartitions: partitions,
            replicationFactor,
            configEntries: [
              { name: 'retention.ms', value: String(retentionMilliseconds) },
              { name: 'cleanup.policy', value: 'delete' },
            ],
          })),
        });
      }
    });
    for (const topic of wanted) this.knownTopics.add(topic);
  }

  private async withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    this.admin ??= connected(this.kafka.admin());
    const admin = this.admin;
    try {
      return await work(await admin);
    } catch (error) {
      if (this.admin === admin) this.admin = undefined;
      await admin.then((broken) => broken.disconnect()).catch(() => undefined);
      throw error;
    }
  }

  private connectedProducer(): Promise<Producer> {
    // Not idempotent on purpose: a broker that was wiped answers an idempotent producer of kafkajs with
    // OUT_OF_ORDER_SEQUENCE for ever, and what idempotence would spare us, consumers drop anyway (README).
    this.producer ??= connected(
      this.kafka.producer({
        allowAutoTopicCreation: false,
        maxInFlightRequests: 1,
        createPartitioner: partitionByKey,
      }),
    );
    return this.producer;
  }

  private async dropProducer(): Promise<void> {
    const producer = this.producer;
    this.producer = undefined;
    await producer?.then((broken) => broken.disconnect()).catch(() => undefined);
  }
}

async function connected<Client extends { connect(): Promise<void>; disconnect(): Promise<void> }>(
  client: Client,
): Promise<Client> {
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.disconnect().catch(() => undefined);
    throw error;
  }
}

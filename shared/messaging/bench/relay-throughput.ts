// How fast the relay moves an outbox into Kafka, against kafkajs sending the same messages from memory.
//
//   node -r ./infra/tools/register.cjs shared/messaging/bench/relay-throughput.ts
//
// prints {"bareEventsPerSecond":…,"relayEventsPerSecond":…,"ratio":…}. Takes KAFKA_BROKERS and
// TEST_POSTGRES_URL if they are set, and starts a broker and a server of its own if not.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { serviceScope } from '@junxian/identity';
import { JunxianFunctions1000000000001 } from '@junxian/persistence';
import { testDatabase } from '@junxian/test-kit';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { HouseholdIdentified } from '../src/contracts';
import { InboxMigration1000000000020 } from '../src/inbox-migration';
import { messagingMetrics } from '../src/messaging-metrics';
import { openTransport } from '../src/open-transport';
import { recordEvents } from '../src/outbox';
import { OutboxMigration1000000000010 } from '../src/outbox-migration';
import { Relay } from '../src/relay';
import { ownBroker } from '../src/testing/kafka-broker';

export interface RelayThroughput {
  bareEventsPerSecond: number;
  relayEventsPerSecond: number;
  ratio: number;
}

export interface RelayThroughputOptions {
  brokers: string;
  /** Events of each round. Default 20,000. */
  events?: number;
  /** Rounds of each kind, taken in turn; medians count. Default 5. */
  rounds?: number;
}

const BATCH = 1000;

/** Measures both in one run, in turn, on a fresh database of the server in TEST_POSTGRES_URL. */
export async function measureRelayThroughput({
  brokers,
  events = 20_000,
  rounds = 5,
}: RelayThroughputOptions): Promise<RelayThroughput> {
  const store = await testDatabase({
    service: 'poverty-alleviation',
    migrations: [JunxianFunctions1000000000001, OutboxMigration1000000000010, InboxMigration1000000000020],
  });
  const transport = await openTransport({ kind: 'kafka', brokers, clientId: 'relay-benchmark' });
  const kafka = new Kafka({
    clientId: 'bare-benchmark',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
  });
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();

  const record = async (count: number) => {
    for (let from = 0; from < count; from += BATCH) {
      await store.database.write(serviceScope('benchmark'), (tx) =>
        recordEvents(
          tx,
          HouseholdIdentified,
          Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => household(from + n)),
        ),
      );
    }
  };
  const relayed = async () => {
    await record(events);
    await store.adminQuery('CHECKPOINT');
    const metrics = messagingMetrics();
    const started = performance.now();
    const relay = new Relay({
      url: store.appUrl,
      service: 'poverty-alleviation',
      transport,
      logger: undefined,
      metrics,
    });
    while (relay.health().published < events) await new Promise((resolve) => setTimeout(resolve, 2));
    const seconds = (performance.now() - started) / 1000;
    await relay.stop();
    return events / seconds;
  };
  const bare = async () => {
    const rows = await store.adminQuery<{ key: string; envelope: string }>(
      'SELECT key, envelope FROM outbox ORDER BY position DESC LIMIT $1',
      [events],
    );
    const headers = { 'content-type': 'application/cloudevents+json; charset=UTF-8' };
    const messages = rows.map(({ key, envelope }) => ({ key, value: envelope, headers }));
    const started = performance.now();
    for (let from = 0; from < messages.length; from += BATCH) {
      const batch = messages.slice(from, from + BATCH);
      await producer.sendBatch({
        acks: -1,
        topicMessages: [{ topic: HouseholdIdentified.topic, messages: batch }],
      });
    }
    return events / ((performance.now() - started) / 1000);
  };

  try {
    // Once without counting: topics are made, code and caches grow warm.
    await relayed();
    await bare();
    const speeds = { bare: [] as number[], relay: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      speeds.relay.push(await relayed());
      speeds.bare.push(await bare());
    }
    const bareEventsPerSecond = Math.round(median(speeds.bare));
    const relayEventsPerSecond = Math.round(median(speeds.relay));
    const ratio = Number((relayEventsPerSecond / bareEventsPerSecond).toFixed(3));
    return { bareEventsPerSecond, relayEventsPerSecond, ratio };
  } finally {
    await producer.disconnect();
    await transport.close();
    await store.close();
  }
}

const household = (n: number) => ({
  aggregateId: randomUUID(),
  aggregateVersion: 1,
  regionCode: '140215001001',
  occurredAt: new Date(),
  data: {
    householdId: randomUUID(),
    householdNo: `1402150010010000${n}`,
    year: 2017,
    villageCode: '140215001001',
    members: 1 + (n % 6),
    origin: 'IDENTIFICATION' as const,
  },
});

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function main(): Promise<void> {
  const testKit = join(__dirname, '../../test-kit');
  await (await import(join(testKit, 'postgres-setup.mjs'))).default();
  // biome-ignore lint/style/noProcessEnv: a program of its own, with no environment.ts
  const given = process.env.KAFKA_BROKERS;
  const broker = given ? undefined : await ownBroker();
  try {
    const result = await measureRelayThroughput({ brokers: given ?? broker!.brokers });
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } finally {
    await broker?.stop();
    await (await import(join(testKit, 'postgres-teardown.mjs'))).default();
  }
}

if (require.main === module) {
  main().then(
    () => process.exit(0),
    (error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    },
  );
}

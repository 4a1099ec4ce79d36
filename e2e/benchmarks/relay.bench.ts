import { measureRelayThroughput } from '../../shared/messaging/bench/relay-throughput';
import { ownBroker } from '../../shared/messaging/src/testing/kafka-broker';
import { report } from './support/measure';
import { run } from './support/postgres';

/** The relay from outbox to a real Kafka, against kafkajs sending the same batches from memory. */
run(async () => {
  const given = process.env.KAFKA_BROKERS;
  const broker = given === undefined ? await ownBroker() : undefined;
  try {
    const { relayEventsPerSecond, bareEventsPerSecond, ratio } = await measureRelayThroughput({
      brokers: given ?? broker!.brokers,
    });
    console.log(
      `relay ${Math.round(relayEventsPerSecond)} events/s, bare kafkajs ${Math.round(bareEventsPerSecond)} events/s`,
    );
    report('relay throughput / bare kafkajs batches', ratio, '×', { atLeast: 0.5 });
  } finally {
    await broker?.stop();
  }
});

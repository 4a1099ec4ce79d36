import { Kafka, logLevel } from 'kafkajs';
import { kafkaTransport } from './kafka-transport/kafka-transport';
import { requiredBrokers } from './testing/kafka-broker';
import { transportContract } from './testing/transport.contract';

transportContract('kafka', async () => {
  const brokers = requiredBrokers(process.env.KAFKA_BROKERS);
  return {
    open: async () => kafkaTransport({ kind: 'kafka', brokers, clientId: 'contract' }),
    wipe: async (topics) => {
      const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      await admin.deleteTopics({ topics: [...topics] });
      await admin.disconnect();
    },
  };
});

import { type OwnBroker, ownBroker, requiredBrokers } from './testing/kafka-broker';
import { messagingContract } from './testing/messaging.contract';

// This suite wipes its broker, so it has one of its own; that the tier has a broker at all is checked all the same.
let broker: OwnBroker | undefined;
afterAll(() => broker?.stop());

messagingContract('kafka', async () => {
  requiredBrokers(process.env.KAFKA_BROKERS);
  broker = await ownBroker();
  return {
    transport: {
      kind: 'kafka',
      brokers: broker.brokers,
      clientId: 'messaging-test',
      sessionTimeoutMilliseconds: 8000,
    },
    wipe: broker.wipe,
  };
});

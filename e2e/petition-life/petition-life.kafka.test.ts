import { petitionLife } from './life.suite';

// The same life is played on the embedded log in every build; on Kafka with JUNXIAN_TESTS=full.
const whenFull = process.env.JUNXIAN_TESTS === 'full' ? describe : describe.skip;

whenFull('the life of a petition, events on Kafka', () =>
  petitionLife(() => {
    const brokers = process.env.KAFKA_BROKERS;
    if (!brokers) throw new Error('KAFKA_BROKERS is not set: run through npm test');
    return { EVENTS_TRANSPORT: 'kafka', KAFKA_BROKERS: brokers };
  }),
);

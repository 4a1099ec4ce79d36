import { petitionLife } from './life.suite';

describe('the life of a petition, events on Kafka', () =>
  petitionLife(() => {
    const brokers = process.env.KAFKA_BROKERS;
    if (!brokers) throw new Error('KAFKA_BROKERS is not set: run through npm test');
    return { EVENTS_TRANSPORT: 'kafka', KAFKA_BROKERS: brokers };
  }));

import { faultSuite } from './faults.suite';

function onKafka(): Record<string, string> {
  const brokers = process.env.KAFKA_BROKERS;
  if (!brokers) throw new Error('KAFKA_BROKERS is not set: run through npm test');
  // The broker waits so long for a process that was killed; it allows no less.
  return { EVENTS_TRANSPORT: 'kafka', KAFKA_BROKERS: brokers, KAFKA_SESSION_SECONDS: '6' };
}

// Long work is interrupted on the embedded log in every build; which broker tells of it makes little difference.
describe('faults, events on Kafka', () =>
  faultSuite(onKafka, { longWork: process.env.JUNXIAN_TESTS === 'full' }));

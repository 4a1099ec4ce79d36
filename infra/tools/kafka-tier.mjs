// The tests against a real Apache Kafka: a broker that is given, or one of our own when the machine can run it.
import { KafkaUnavailable, startKafka } from '../kafka/start-kafka.mjs';
import { runTier } from './jest-run.mjs';

/**
 * @param {{ workers: number }} options
 * @returns {Promise<{ passed: number, failed: number } | { skipped: string }>}
 */
export async function runKafkaTier({ workers }) {
  if (process.env.KAFKA_BROKERS) return runTier('kafka', { workers });
  let kafka;
  try {
    kafka = await startKafka();
  } catch (error) {
    if (error instanceof KafkaUnavailable) return { skipped: error.message };
    throw error;
  }
  try {
    return await runTier('kafka', { workers, env: { KAFKA_BROKERS: [kafka.brokers].flat().join(',') } });
  } finally {
    await kafka.stop();
  }
}

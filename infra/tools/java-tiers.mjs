// The tests against real programs that run on Java: one that is given, or one of our own when the machine can run it.
import { startKafka } from '../kafka/start-kafka.mjs';
import { startS3 } from '../s3/start-s3.mjs';
import { JavaUnavailable } from './java.mjs';
import { runTier } from './jest-run.mjs';

/**
 * @param {string} project a tier of jest.config.cjs
 * @param {{ workers: number, isGiven: boolean, start: () => Promise<{ environment: Record<string, string>, stop: () => Promise<void> }> }} options
 * @returns {Promise<{ passed: number, failed: number } | { skipped: string }>}
 */
async function runBeside(project, { workers, isGiven, start }) {
  if (isGiven) return runTier(project, { workers });
  let program;
  try {
    program = await start();
  } catch (error) {
    if (error instanceof JavaUnavailable) return { skipped: error.message };
    throw error;
  }
  try {
    return await runTier(project, { workers, env: program.environment });
  } finally {
    await program.stop();
  }
}

/** The tests against Apache Kafka; KAFKA_BROKERS gives one. */
export const runKafkaTier = ({ workers }) =>
  runBeside('kafka', {
    workers,
    isGiven: Boolean(process.env.KAFKA_BROKERS),
    start: async () => {
      const { brokers, stop } = await startKafka();
      return { environment: { KAFKA_BROKERS: brokers }, stop };
    },
  });

/** The tests against an S3-speaking store; S3_ENDPOINT and the variables beside it give one. */
export const runS3Tier = ({ workers }) =>
  runBeside('s3', { workers, isGiven: Boolean(process.env.S3_ENDPOINT), start: startS3 });

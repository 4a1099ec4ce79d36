import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Takes the value of KAFKA_BROKERS; throws when there is none: this tier does not pretend. */
export function requiredBrokers(brokers: string | undefined): string {
  if (!brokers) {
    throw new Error(
      'KAFKA_BROKERS is not set. Start a broker (`node infra/kafka/start-kafka.mjs`) and pass its address, or run `npm test`.',
    );
  }
  return brokers;
}

export interface OwnBroker {
  brokers: string;
  /** kill -9; its data stay. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Replaces it by an empty broker with another cluster id on the same address. */
  wipe(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a broker of one's own, for tests that kill or wipe it. */
export async function ownBroker(): Promise<OwnBroker> {
  const script = join(__dirname, '../../../../infra/kafka/start-kafka.mjs');
  const child: ChildProcess = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('start-kafka.mjs ended');
    return JSON.parse(value).brokers;
  };
  const brokers = await answer();
  const command = async (line: string) => {
    child.stdin!.write(`${line}\n`);
    await answer();
  };
  return {
    brokers,
    kill: () => command('kill'),
    start: () => command('start'),
    wipe: () => command('wipe'),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.stdin!.write('stop\n');
      }),
  };
}

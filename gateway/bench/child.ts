import { Session } from 'node:inspector/promises';
import { writeHeapSnapshot } from 'node:v8';
import { startTestSubgraph } from '../testing/test-subgraph';
import { type CannedSettings, CannedSubgraphs } from './canned-subgraphs';
import { serveHive, serveMercurius, serveOurs, serveStock } from './gateways';
import type { Question } from './processes';
import { serveRawLimit } from './raw-limit';
import { SHOP } from './reviews-shop';

/** What the processes of the benchmark run: `child.ts <role> <settings as JSON>`. */
const canned = new CannedSubgraphs();

const ROLES: Record<string, (settings: never) => Promise<unknown>> = {
  canned: (settings: CannedSettings) => canned.listen(settings),
  shop: async () => {
    const started = SHOP.map(async (it) => [
      it.name,
      (await startTestSubgraph({ ...it, keepRequests: false })).url,
    ]);
    return Object.fromEntries(await Promise.all(started));
  },
  ours: serveOurs,
  stock: serveStock,
  hive: serveHive,
  mercurius: serveMercurius,
  raw: serveRawLimit,
};

const session = new Session();

async function answer(question: Question): Promise<unknown> {
  switch (question.what) {
    case 'requests':
      return canned.asked;
    case 'heap after collection':
      global.gc!();
      return process.memoryUsage().heapUsed;
    case 'heap snapshot':
      return writeHeapSnapshot(question.file);
    case 'start profile':
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval: 500 });
      await session.post('Profiler.start');
      return true;
    case 'end profile':
      return (await session.post('Profiler.stop')).profile;
  }
}

const [, , role, settings] = process.argv;
ROLES[role!]!(JSON.parse(settings!) as never).then(
  (ready) => {
    process.on(
      'message',
      (question: Question) => void answer(question).then((it) => process.send!(it as never)),
    );
    process.on('disconnect', () => process.exit(0));
    process.send!(ready as never);
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);

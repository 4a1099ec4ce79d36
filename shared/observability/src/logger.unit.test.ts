import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');

/** Runs a program that has a `log`, and tells how it ended and the messages that were written. */
async function run(program: string): Promise<{ end: number | NodeJS.Signals; written: string[] }> {
  const text = `const log = require('@junxian/observability').createLogger('test'); ${program}`;
  const child = spawn(process.execPath, ['-r', './infra/tools/register.cjs', '-e', text], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output += part;
  });
  const [code, signal] = (await once(child, 'close')) as [number, NodeJS.Signals];
  const lines = output.split('\n').filter((line) => line !== '');
  return { end: signal ?? code, written: lines.map((line) => JSON.parse(line).msg) };
}

const ALIVE = 'setInterval(() => undefined, 1000);';

describe('what was logged is written', () => {
  it.each<[string, string, number | NodeJS.Signals, string[]]>([
    ['before an exception nobody catches', "log.info('a'); throw new Error('b');", 1, ['a']],
    ['before a rejection nobody handles', "log.info('a'); Promise.reject(new Error('b'));", 1, ['a']],
    ['before process.exit', "log.info('a'); process.exit(3);", 3, ['a']],
    [
      'before a signal that nobody listens to',
      `${ALIVE} log.info('a'); process.kill(process.pid, 'SIGTERM');`,
      'SIGTERM',
      ['a'],
    ],
    [
      'by all loggers of a process',
      `${ALIVE} log.info('a'); require('@junxian/observability').createLogger('other').info('b');
       process.kill(process.pid, 'SIGINT');`,
      'SIGINT',
      ['a', 'b'],
    ],
    [
      'before and while somebody ends the process at a signal',
      `${ALIVE} log.info('a');
       process.once('SIGTERM', () => setTimeout(() => { log.info('b'); process.exit(0); }, 50));
       process.kill(process.pid, 'SIGTERM');`,
      0,
      ['a', 'b'],
    ],
    [
      'by the time of an error, though the process is killed',
      "log.info('a'); log.child({}).error('b'); log.info('c'); process.kill(process.pid, 'SIGKILL');",
      'SIGKILL',
      ['a', 'b'],
    ],
  ])('%s', async (_when, program, end, written) => {
    expect(await run(program)).toEqual({ end, written });
  });
});

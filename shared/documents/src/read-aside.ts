import { on } from 'node:events';
import { extname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { Refusal } from '@junxian/errors';
import type { ColumnDefinition } from './columns';
import type { OpenSheet, ReadRow } from './read-sheet';
import type { PackedRow, ThreadAnswer, ThreadTask } from './sheet-thread';

// Sources are run as they stand by tests; then the thread needs what compiles them.
const SUFFIX = extname(__filename);
const COMPILING =
  SUFFIX === '.ts' ? { execArgv: ['-r', join(__dirname, '../../../infra/tools/register.cjs')] } : {};

// What a reader makes is soon let go, so a few MB are enough to make it in; with the room that a service has for that the
// import of a county took 50 MB more. `resourceLimits` do not hold where the process was given a size: V8 goes by the flag as it
// stands when a thread begins, and a heap that is there already keeps its own.
const READERS_ROOM = '--max-semi-space-size=8';

/**
 * Opens a sheet that lies on disk as `openSheet` does; it is read in a thread of its own, a little ahead of whoever goes
 * through the rows. The thread ends when they have been gone through, or when that is broken off.
 */
export async function openSheetAside<Key extends string>(
  task: ThreadTask & { columns: readonly ColumnDefinition<Key>[] },
): Promise<OpenSheet<Key>> {
  setFlagsFromString(READERS_ROOM);
  const thread = new Worker(join(__dirname, `sheet-thread${SUFFIX}`), {
    workerData: task,
    ...COMPILING,
  });
  const answers = on(thread, 'message', { close: ['exit'] }) as NodeJS.AsyncIterator<[ThreadAnswer]>;
  try {
    const answer = await nextOf(answers);
    if (!('header' in answer)) throw outOfTurn();
    return { ...answer.header, rows: rowsOf(thread, answers, task.columns) };
  } catch (error) {
    await thread.terminate();
    throw error;
  }
}

async function* rowsOf<Key extends string>(
  thread: Worker,
  answers: NodeJS.AsyncIterator<[ThreadAnswer]>,
  columns: readonly ColumnDefinition<Key>[],
): AsyncGenerator<ReadRow<Key>[]> {
  const keys = columns.map(({ key }) => key);
  const empty = Object.fromEntries(keys.map((key) => [key, ''])) as Record<Key, string>;
  try {
    for (;;) {
      const answer = await nextOf(answers);
      if ('isEnd' in answer) return;
      if (!('rows' in answer)) throw outOfTurn();
      thread.postMessage('taken');
      yield answer.rows.map((row) => unpacked(row, keys, empty));
    }
  } finally {
    await thread.terminate();
  }
}

/** The next answer. Throws what the reader threw, or what ended the thread. */
async function nextOf(answers: NodeJS.AsyncIterator<[ThreadAnswer]>): Promise<ThreadAnswer> {
  const { done, value } = await answers.next();
  if (done) throw new Error('the thread that reads a sheet ended before the sheet did');
  const [answer] = value;
  if ('error' in answer) throw answer.error;
  if (!('refusal' in answer)) return answer;
  const { code, text, ...options } = answer.refusal;
  throw new Refusal(code, text, options);
}

function unpacked<Key extends string>(
  [rowNumber, places, texts, faults]: PackedRow,
  keys: readonly Key[],
  empty: Readonly<Record<Key, string>>,
): ReadRow<Key> {
  const values: Record<Key, string> = { ...empty };
  for (const [at, place] of places.entries()) values[keys[place]!] = texts[at]!;
  return { row: { rowNumber, values }, faults };
}

const outOfTurn = () => new Error('the thread that reads a sheet answered out of turn');

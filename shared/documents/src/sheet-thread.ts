import { parentPort, workerData } from 'node:worker_threads';
import { isRefusal, type Refusal } from '@junxian/errors';
import type { ColumnDefinition } from './columns';
import type { SheetLimits } from './limits';
import { type OpenSheet, openSheetHere, type ReadRow, type SheetFault } from './read-sheet';
import { withFileSource } from './stored-files/file-source';

// What `read-aside.ts` starts: a thread that reads one sheet and ends.

/** The sheet it reads. */
export interface ThreadTask {
  name: string;
  path: string;
  columns: readonly ColumnDefinition[];
  limits: SheetLimits;
}

/** A row on its way between threads: the texts that are not empty, and to which of the columns they belong. */
export type PackedRow = [rowNumber: number, places: number[], texts: string[], faults: SheetFault[]];

/** From the thread: what the header says, batches of rows, then that there are no more; or what it met instead. */
export type ThreadAnswer =
  | { header: Pick<OpenSheet, 'faults' | 'unknownColumns'> }
  | { rows: PackedRow[] }
  | { isEnd: true }
  | { refusal: Pick<Refusal, 'code' | 'text' | 'field' | 'details' | 'httpStatus'> }
  | { error: unknown };

/** Few, since what outlives a collection of this thread's heap makes it grow. */
const ROWS_TOGETHER = 50;
/** Batches that may wait to be taken; each one taken is answered with a message that lets the next one leave. */
const BATCHES_AHEAD = 16;

const port = parentPort!;
const send = (answer: ThreadAnswer) => port.postMessage(answer);

let mayLeave = BATCHES_AHEAD;
let taken = () => {};
port.on('message', () => {
  mayLeave += 1;
  taken();
});

async function sendInTurn(rows: PackedRow[]): Promise<void> {
  while (mayLeave === 0) {
    await new Promise<void>((resolve) => {
      taken = resolve;
    });
  }
  mayLeave -= 1;
  send({ rows });
}

function packed({ row: { rowNumber, values }, faults }: ReadRow, keys: readonly string[]): PackedRow {
  const places: number[] = [];
  const texts: string[] = [];
  for (const [place, key] of keys.entries()) {
    const text = values[key]!;
    if (text === '') continue;
    places.push(place);
    texts.push(text);
  }
  return [rowNumber, places, texts, faults];
}

async function read({ name, path, columns, limits }: ThreadTask): Promise<void> {
  const keys = columns.map(({ key }) => key);
  await withFileSource(path, async (content) => {
    const sheet = await openSheetHere({ name, content }, columns, limits);
    send({ header: { faults: sheet.faults, unknownColumns: sheet.unknownColumns } });
    let rows: PackedRow[] = [];
    for await (const batch of sheet.rows) {
      for (const row of batch) rows.push(packed(row, keys));
      if (rows.length < ROWS_TOGETHER) continue;
      await sendInTurn(rows);
      rows = [];
    }
    if (rows.length > 0) await sendInTurn(rows);
  });
  send({ isEnd: true });
}

function failureOf(error: unknown): ThreadAnswer {
  if (!isRefusal(error)) return { error };
  const { code, text, field, details, httpStatus } = error;
  return { refusal: { code, text, field, details, httpStatus } };
}

read(workerData as ThreadTask)
  .catch((error: unknown) => send(failureOf(error)))
  .finally(() => port.close());

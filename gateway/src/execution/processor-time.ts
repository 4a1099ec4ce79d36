import { readFileSync } from 'node:fs';

/** What the kernel counts in; a hundredth of a second for programs on every machine that Node runs on. */
const MILLISECONDS_PER_TICK = 10;

/**
 * The processor time that a process has used with all its threads, in milliseconds; undefined where
 * nobody tells it: no such process, or no Linux.
 */
export function processorMilliseconds(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    return ofStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}

/** Of the text of `/proc/<pid>/stat`: utime and stime, the 14th and 15th of its fields. */
export function ofStat(stat: string): number {
  // The second is the program's name in brackets, which may hold blanks and brackets itself.
  const fromThird = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fromThird[11]) + Number(fromThird[12])) * MILLISECONDS_PER_TICK;
}

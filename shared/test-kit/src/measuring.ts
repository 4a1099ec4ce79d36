import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of Linux are a hundredth of a second on every platform Node runs on. */
const TICK_MS = 10;

interface ProcessCpu {
  parent: number;
  milliseconds: number;
}

/** CPU time in ms that each of the processes has used so far, with what they started (Linux only; elsewhere all are 0). */
export function cpuTimes(processes: ReadonlyMap<string, number>): Map<string, number> {
  const all = running();
  const familyTime = (pid: number): number =>
    [...all].reduce(
      (sum, [child, { parent }]) => (parent === pid ? sum + familyTime(child) : sum),
      all.get(pid)?.milliseconds ?? 0,
    );
  return new Map([...processes].map(([name, pid]) => [name, familyTime(pid)]));
}

function running(): Map<number, ProcessCpu> {
  const found = new Map<number, ProcessCpu>();
  for (const entry of process.platform === 'linux' ? readdirSync('/proc') : []) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      found.set(Number(entry), processCpu(Number(entry)));
    } catch {
      // It ended while it was looked at.
    }
  }
  return found;
}

/** What Linux says of a process now. Throws Error when there is none of that number. */
function processCpu(pid: number): ProcessCpu {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // After the name in brackets: state, parent, …; the 12th and 13th are user and system time.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    parent: Number(fields[1]),
    milliseconds: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
  };
}

/** CPU time in ms that a process has used so far with all its threads (Linux only; elsewhere 0). Throws Error when there is none of that number. */
export function cpuTimeOfProcess(pid: number): number {
  return process.platform === 'linux' ? processCpu(pid).milliseconds : 0;
}

/** CPU time in ms that the main thread of a process has used so far, to the nanosecond (Linux only; elsewhere 0). */
export function cpuTimeOf(pid: number): number {
  if (process.platform !== 'linux') return 0;
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

/** The value in the middle; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

// Looking at processes of the system and ending those that are ours.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The command line of a running process; null when there is none (or only its zombie). */
export function commandLine(pid) {
  if (!Number.isInteger(pid) || pid <= 1) return null;
  try {
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || null;
    }
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

/** True when the process runs and its command line holds the text: a number that was given anew is another's. */
export const isOurs = (pid, text) => commandLine(pid)?.includes(text) ?? false;

function parentOf(pid) {
  try {
    const text = execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
    return Number(text.trim());
  } catch {
    return 0;
  }
}

/** The nearest process above this one whose command line holds the text; null when there is none. */
export function ancestor(text) {
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) {
    if (isOurs(pid, text)) return pid;
  }
  return null;
}

/**
 * Waits until a process of ours is gone; sends the signals one after the other, each after its patience.
 * @param {number} pid
 * @param {string} text what its command line holds
 * @param {{ signal?: NodeJS.Signals, patience: number }[]} steps
 * @returns {Promise<boolean>} whether it is gone
 */
export async function endProcess(pid, text, steps) {
  for (const { signal, patience } of steps) {
    if (!isOurs(pid, text)) return true;
    if (signal) process.kill(pid, signal);
    const until = Date.now() + patience;
    while (Date.now() < until && isOurs(pid, text)) await sleep(50);
  }
  return !isOurs(pid, text);
}

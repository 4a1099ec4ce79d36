import { readdirSync, readFileSync } from 'node:fs';

const read = (path: string) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** A running process: its number, its parent's and its command line. Linux only, like the build machine. */
export interface Process {
  pid: number;
  parent: number;
  command: string;
}

function allProcesses(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      // The name in parentheses may hold anything; what follows the last one is regular.
      const stat = read(`/proc/${name}/stat`);
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const command = read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
      return { pid: Number(name), parent: Number(parent), command, state };
    })
    .filter((it) => it.state !== 'Z' && it.state !== undefined && it.command !== '');
}

/**
 * The processes of a data folder: those that carry it in their environment or command line, and all below them.
 * (PostgreSQL's workers overwrite both, so only their parent tells.)
 */
export function processesOf(dataDir: string): Process[] {
  const all = allProcesses().filter((it) => it.pid !== process.pid);
  const marker = `JUNXIAN_DATA_DIR=${dataDir}\0`;
  const found = new Set(
    all
      .filter((it) => it.command.includes(dataDir) || `${read(`/proc/${it.pid}/environ`)}\0`.includes(marker))
      .map((it) => it.pid),
  );
  let before: number;
  do {
    before = found.size;
    for (const it of all) if (found.has(it.parent)) found.add(it.pid);
  } while (found.size > before);
  return all.filter((it) => found.has(it.pid));
}

/** Memory that a set of processes takes: shared pages are divided among those that share them. In megabytes. */
export function megabytesOf(processes: Process[]): number {
  const kilobytes = processes.map(({ pid }) =>
    Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, it) => sum + it, 0) / 1024;
}

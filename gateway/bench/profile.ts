import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

/** Where a process spent its processor time itself, as a share of the time it was busy: by package and by function. */
export function selfTimes(
  raw: unknown,
  root: string,
): { packages: [string, number][]; functions: [string, number][] } {
  const { nodes, samples, timeDeltas } = raw as Profile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const { functionName, url, lineNumber } = frames.get(id)!;
    if (functionName === '(idle)') continue;
    const time = timeDeltas[index]!;
    busy += time;
    const place = placeOf(url, root);
    const owner = /^\(.*\)$/.test(functionName) ? functionName : place.owner;
    add(packages, owner, time);
    add(functions, `${functionName || '(anonymous)'}  ${place.owner} ${place.file}:${lineNumber + 1}`, time);
  }
  const sorted = (times: Map<string, number>): [string, number][] =>
    [...times].sort(([, left], [, right]) => right - left).map(([name, time]) => [name, time / busy]);
  return { packages: sorted(packages), functions: sorted(functions) };
}

const add = (times: Map<string, number>, key: string, time: number) =>
  times.set(key, (times.get(key) ?? 0) + time);

function placeOf(url: string, root: string): { owner: string; file: string } {
  if (url === '') return { owner: 'native', file: '' };
  if (url.startsWith('node:')) return { owner: 'node', file: url.slice('node:'.length) };
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(path);
  if (inPackage !== null) return { owner: inPackage[1]!, file: inPackage[2]! };
  return { owner: 'ours', file: relative(root, path) };
}

import { streamReferenceRegions } from '@junxian/administrative-region';

/** Names of regions by code, from the national file, which ends as soon as the last one is read. Codes that are not in it are left out. */
export async function regionNames(codes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(codes);
  const last = [...wanted].sort().at(-1) ?? '';
  const names = new Map<string, string>();
  if (wanted.size === 0) return names;
  for await (const { code, name } of streamReferenceRegions()) {
    if (code > last) break;
    if (wanted.has(code)) names.set(code, name);
  }
  return names;
}

/**
 * Whether a request reached the back office by one of its official names (DI-LOG-09). Takes the Host
 * header; an IP address, a missing header or any other name is none. The port does not matter.
 */
export function isOfficialHost(host: string | undefined, official: readonly string[]): boolean {
  if (host === undefined || host === '') return false;
  const name = /^([^:[\]]+)(?::\d+)?$/.exec(host.toLowerCase())?.[1];
  return name !== undefined && !/^[\d.]+$/.test(name) && official.includes(name);
}

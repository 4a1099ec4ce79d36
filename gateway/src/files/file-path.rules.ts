const LONGEST = 8 * 1024;
/** What tokens and the names of routes are made of. Nothing that is encoded, nothing that climbs. */
const SEGMENT = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/;

/**
 * The path a service is asked for, from what stands behind `/files/<service>/` (decoded); null when it is not a
 * plain path. It always lies below the service's own `/files/`.
 */
export function servicePath(rest: string): string | null {
  if (rest.length > LONGEST) return null;
  return rest.split('/').every((segment) => SEGMENT.test(segment)) ? `/files/${rest}` : null;
}

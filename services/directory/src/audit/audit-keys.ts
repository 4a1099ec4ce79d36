import type { AuditKeys } from './audit-chain.rules';

const SHORTEST_KEY_BYTES = 32;
let configured: AuditKeys | undefined;

/**
 * Reads `AUDIT_KEY`: one base64 key (version 1), or `1:base64,2:base64` after a rotation. Old versions
 * stay, since they verify what they sealed. Throws a RangeError for a key under 32 bytes.
 */
export function parseAuditKeys(text: string): AuditKeys {
  const keys = new Map<number, Buffer>();
  for (const part of text.split(',')) {
    const [, version, encoded] = /^\s*(?:(\d{1,5}):)?([A-Za-z0-9+/_-]+={0,2})\s*$/.exec(part) ?? [];
    const key = Buffer.from(encoded ?? '', 'base64');
    if (key.length < SHORTEST_KEY_BYTES)
      throw new RangeError(`AUDIT_KEY: each key must be base64 of at least ${SHORTEST_KEY_BYTES} bytes`);
    keys.set(Number(version ?? 1), key);
  }
  return { newest: Math.max(...keys.keys()), key: (version) => keys.get(version) };
}

/** Sets the keys of this process; called once by the wiring, and by tests. */
export function useAuditKeys(keys: AuditKeys): void {
  configured = keys;
}

/** The keys of this process. Throws when the wiring has not set them: nothing is ever sealed without one. */
export function auditKeys(): AuditKeys {
  if (configured === undefined) throw new Error('useAuditKeys() has not been called');
  return configured;
}

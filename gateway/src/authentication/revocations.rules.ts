import type { Refusal } from '@junxian/errors';
import { refuse } from '@junxian/errors';
import { tokenStale } from '../errors/refusals';

export type RevocationKind = 'SESSION' | 'ACCOUNT' | 'APPOINTMENT';

/** One line of directory's feed: what ended, and from when on tokens must be newer. */
export interface Revocation {
  kind: RevocationKind;
  subject: string;
  notBefore: number;
  expiresAt: number;
}

/** What of a token matters here. Times are milliseconds. */
export interface TokenFacts {
  sessionId: string | null;
  accountId: string | null;
  appointmentId: string | null;
  issuedAt: number;
}

/**
 * What directory has withdrawn, as far as tokens that could still be valid go. A session is refused
 * for good; an account or appointment refuses tokens issued before it changed, so that a fresh one works.
 */
export class RevocationList {
  private readonly entries: Record<RevocationKind, Map<string, Revocation>> = {
    SESSION: new Map(),
    ACCOUNT: new Map(),
    APPOINTMENT: new Map(),
  };

  /** Adds an entry; of two about one subject the later instant counts. Returns whether it said anything new. */
  add(entry: Revocation): boolean {
    const known = this.entries[entry.kind].get(entry.subject);
    if (known !== undefined && known.notBefore >= entry.notBefore && known.expiresAt >= entry.expiresAt)
      return false;
    this.entries[entry.kind].set(entry.subject, {
      ...entry,
      notBefore: Math.max(entry.notBefore, known?.notBefore ?? entry.notBefore),
      expiresAt: Math.max(entry.expiresAt, known?.expiresAt ?? entry.expiresAt),
    });
    return true;
  }

  /** Whether a token is withdrawn: null for no, else UNAUTHENTICATED (its session ended) or TOKEN_STALE. */
  decide(token: TokenFacts): Refusal | null {
    if (token.sessionId !== null && this.entries.SESSION.has(token.sessionId))
      return refuse.unauthenticated();
    // `iat` counts whole seconds: a token of the same second as the change counts as older.
    const isOlder = (entry: Revocation | undefined) =>
      entry !== undefined && token.issuedAt < entry.notBefore;
    if (token.accountId !== null && isOlder(this.entries.ACCOUNT.get(token.accountId))) return tokenStale();
    if (token.appointmentId !== null && isOlder(this.entries.APPOINTMENT.get(token.appointmentId))) {
      return tokenStale();
    }
    return null;
  }

  /** Drops entries no living token can match. */
  purge(now: number): void {
    for (const entries of Object.values(this.entries)) {
      for (const [subject, entry] of entries) if (entry.expiresAt <= now) entries.delete(subject);
    }
  }

  get size(): number {
    return this.entries.SESSION.size + this.entries.ACCOUNT.size + this.entries.APPOINTMENT.size;
  }
}

const KINDS: readonly string[] = ['SESSION', 'ACCOUNT', 'APPOINTMENT'];

/** Reads one page of the feed. Throws Error when it is misshapen: to skip an entry would let a token through. */
export function readRevocationPage(body: unknown): { entries: Revocation[]; cursor: string | null } {
  const { entries, cursor } = (body ?? {}) as { entries?: unknown; cursor?: unknown };
  if (!Array.isArray(entries)) throw new Error('revocation feed without entries');
  const read = entries.map((value: Record<string, unknown>) => {
    const notBefore = instant(value.notBefore);
    const expiresAt = instant(value.expiresAt);
    if (!KINDS.includes(String(value.kind)) || typeof value.subject !== 'string') {
      throw new Error('misshapen revocation entry');
    }
    return { kind: value.kind as RevocationKind, subject: value.subject, notBefore, expiresAt };
  });
  const last = entries.at(-1) as { id?: unknown } | undefined;
  const next = cursor ?? last?.id;
  return { entries: read, cursor: next === undefined || next === null ? null : String(next) };
}

function instant(value: unknown): number {
  const milliseconds = typeof value === 'number' ? value : Date.parse(String(value));
  if (Number.isNaN(milliseconds)) throw new Error('revocation entry without an instant');
  return milliseconds;
}

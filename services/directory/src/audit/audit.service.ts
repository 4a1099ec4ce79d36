import type { Principal } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { AuditAction } from './audit-action';
import { appendToChain } from './audit-chain.store';
import { redact, redactText } from './audit-redaction.rules';

export type { AuditAction } from './audit-action';

/** Who did it, from where. */
export interface AuditActor {
  accountId: string | null;
  /** Who sits at a shared account (DI-SES-04). */
  operatorName: string | null;
  organisationId: string | null;
  regionCode: string | null;
  ip: string | null;
}

export interface AuditInput {
  action: AuditAction;
  /** What kind of thing it was done to: 'account', 'organisation', 'region', 'appointment' … */
  targetType: string;
  targetId: string | null;
  before?: unknown;
  after?: unknown;
  outcome: 'OK' | 'REFUSED';
  actor: AuditActor;
  at: Date;
}

/** The actor of a request. */
export function auditActorOf(context: { principal: Principal; clientIp: string | null }): AuditActor {
  const { accountId, operatorName, organisationId, regionCode } = context.principal;
  return { accountId, operatorName, organisationId, regionCode, ip: context.clientIp };
}

/** The actor of what the system does by itself: schedulers, consumers of events. */
export function systemActor(regionCode: string | null = null): AuditActor {
  return { accountId: null, operatorName: null, organisationId: null, regionCode, ip: null };
}

const waiting = new WeakMap<ScopedTransaction, AuditInput[]>();

/**
 * Keeps one entry for the audit log (DI-AUD-01). Before and after images are redacted here, so no caller
 * can let a password, ID number or phone through (DI-AUD-02).
 *
 * The entry is part of the caller's transaction: it commits with the change or not at all. It is written
 * just before the commit, because appending locks the head of the chain: the head is always the last lock
 * a transaction takes, after every business row, which rules out deadlocks and keeps the wait short.
 *
 * A refusal rolls its transaction back, so an entry with outcome REFUSED belongs into a transaction of
 * its own, after the refused one (see `auditingRefusals`).
 */
export function recordAudit(tx: ScopedTransaction, entry: AuditInput): Promise<void> {
  let entries = waiting.get(tx);
  if (entries === undefined) {
    const collected: AuditInput[] = [];
    entries = collected;
    waiting.set(tx, collected);
    tx.beforeCommit(async () => {
      waiting.delete(tx);
      await appendToChain(tx, collected);
    });
  }
  entries.push({
    ...entry,
    before: redact(entry.before),
    after: redact(entry.after),
    targetId: entry.targetId === null ? null : redactText(entry.targetId),
  });
  return Promise.resolve();
}

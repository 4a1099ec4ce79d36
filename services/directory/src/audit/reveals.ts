import type { Reveal } from '@junxian/access';
import { defineConsumer, PovertyIdentityRevealed } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { RequestContext } from '@junxian/subgraph';
import { type AuditActor, auditActorOf, recordAudit } from './audit.service';

/** Writes down what this service itself showed in full: whose and which field, never the value. */
export async function recordReveals(
  tx: ScopedTransaction,
  reveals: readonly Reveal[],
  context: Pick<RequestContext, 'principal' | 'clientIp' | 'clock'>,
): Promise<void> {
  for (const { field, subject } of reveals) {
    await recordAudit(tx, {
      action: 'IDENTITY_REVEALED',
      targetType: field.slice(0, field.indexOf('.')),
      targetId: subject,
      after: { field },
      outcome: 'OK',
      actor: auditActorOf(context),
      at: context.clock.now(),
    });
  }
}

/** Keeps what other services showed in full; each service that masks fields publishes such events. */
export const revealConsumers = [
  defineConsumer({
    name: 'directory.keep-identity-reveals',
    events: [PovertyIdentityRevealed],
    handle: async (tx, event) => {
      const { field, accountId, citizenIds, purpose } = event.data;
      await recordAudit(tx, {
        action: 'IDENTITY_REVEALED',
        targetType: field.slice(0, field.indexOf('.')),
        targetId: event.subject,
        after: { field, citizenIds, purpose, service: event.source },
        outcome: 'OK',
        actor: await actorOfAccount(tx, accountId, event.regioncode ?? null),
        at: new Date(event.time),
      });
    },
  }),
];

/** Whoever looked, with the organisation and region that auditors search by. */
async function actorOfAccount(
  tx: ScopedTransaction,
  accountId: string,
  regionCode: string | null,
): Promise<AuditActor> {
  const [account] = await tx.query<{ organisationId: string; regionCode: string }>(
    'SELECT organisation_id AS "organisationId", region_code AS "regionCode" FROM account WHERE id = $1',
    [accountId],
  );
  return {
    accountId,
    operatorName: null,
    organisationId: account?.organisationId ?? null,
    regionCode: regionCode ?? account?.regionCode ?? null,
    ip: null,
  };
}

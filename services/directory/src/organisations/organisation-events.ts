import {
  OrganisationChanged,
  OrganisationConverted,
  OrganisationRegistered,
  OrganisationRemoved,
  OrganisationRestored,
  recordEvent,
  recordEvents,
} from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { RequestContext } from '@junxian/subgraph';
import { type AuditAction, auditActorOf, recordAudit } from '../audit/audit.service';
import type { OrganisationRow } from './organisation.store';

/** As much of a request as the use cases of this room need. */
export type Caller = Pick<RequestContext, 'principal' | 'clientIp' | 'clock'>;

type PublicFacts = Pick<
  OrganisationRow,
  'id' | 'kind' | 'sealName' | 'regionCode' | 'superiorId' | 'version' | 'convertedToEnterpriseOn'
>;

const EVENTS = {
  ORGANISATION_REGISTERED: OrganisationRegistered,
  ORGANISATION_CHANGED: OrganisationChanged,
  ORGANISATION_MOVED: OrganisationChanged,
  ORGANISATION_REMOVED: OrganisationRemoved,
  ORGANISATION_RESTORED: OrganisationRestored,
} as const satisfies Partial<Record<AuditAction, unknown>>;

export type OrganisationAction = keyof typeof EVENTS;

function factsOf(row: PublicFacts, occurredAt: Date) {
  const { id, sealName, kind, regionCode, superiorId, version } = row;
  return {
    aggregateId: id,
    aggregateVersion: version,
    regionCode,
    occurredAt,
    data: { organisationId: id, sealName, kind, regionCode, superiorId },
  };
}

/** Writes the audit entry and the event of a change of one organisation, in its transaction. */
export async function announce(
  tx: ScopedTransaction,
  caller: Caller,
  action: OrganisationAction | 'ORGANISATION_CONVERTED',
  before: OrganisationRow | null,
  after: OrganisationRow,
): Promise<void> {
  const at = caller.clock.now();
  await recordAudit(tx, {
    action,
    targetType: 'organisation',
    targetId: after.id,
    before: before && auditImage(before),
    after: auditImage(after, before),
    outcome: 'OK',
    actor: auditActorOf(caller),
    at,
  });
  const facts = factsOf(after, at);
  if (action === 'ORGANISATION_CONVERTED') {
    const convertedToEnterpriseOn = after.convertedToEnterpriseOn!;
    await recordEvent(tx, OrganisationConverted, {
      ...facts,
      data: { ...facts.data, convertedToEnterpriseOn },
    });
  } else {
    await recordEvent(tx, EVENTS[action], facts);
  }
}

/** Records one event for each of many organisations, with one statement per thousand. */
export async function announceMany(
  tx: ScopedTransaction,
  action: OrganisationAction,
  rows: readonly PublicFacts[],
  at: Date,
): Promise<void> {
  for (let start = 0; start < rows.length; start += 1000) {
    const facts = rows.slice(start, start + 1000).map((row) => factsOf(row, at));
    await recordEvents(tx, EVENTS[action], facts);
  }
}

/** What the audit log keeps of an organisation: nothing of the contact person but that it changed. */
export function auditImage(row: OrganisationRow, before: OrganisationRow | null = null): object {
  const { contactName, contactPhoneSealed, ...rest } = row;
  const contactChanged =
    before !== null &&
    (before.contactName !== contactName || before.contactPhoneSealed !== contactPhoneSealed);
  return contactChanged ? { ...rest, contactChanged } : rest;
}

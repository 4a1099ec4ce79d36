import type { Principal } from '@junxian/identity';
import { officerOf } from '../actor';
import type { CaseItem, OrgTask } from '../cases/case.types';
import { assign, forward } from '../handling/passing-on.service';
import type { CaseDraft } from '../registration/case-registration.service';
import { custodyOf, itemAs, registered } from '../testing/cases.support.test';
import { ORGANISATIONS, type OrganisationKey, officer, type TestStore } from '../testing/store.support.test';

/** The registrar and handler of the Shandong bureau who registers the items of these stages. */
export const sender = officer('shandong', ['LETTER_REGISTRAR', 'HANDLER']);

/** Hands an item on to an organisation: forwarded, or assigned when a result is due. Returns the receiver's task. */
export async function handedOn(
  store: TestStore,
  caseItemId: string,
  to: OrganisationKey,
  { by = sender, resultDueAt }: { by?: Principal; resultDueAt?: string } = {},
): Promise<OrgTask> {
  const { version } = (await itemAs(store, by, caseItemId))!;
  const input = { caseItemId, expectedVersion: version, destinationOrgId: ORGANISATIONS[to].id };
  await store.as(by, (tx) =>
    resultDueAt === undefined
      ? forward(tx, input, officerOf(by), store.clock.now())
      : assign(tx, { ...input, resultDueAt }, officerOf(by), store.clock.now()),
  );
  return (await custodyOf(store, officer(to, 'RECEIVER'), caseItemId))!;
}

/** A new item, handed on at once. */
export async function received(
  store: TestStore,
  to: OrganisationKey = 'lixia',
  { draft = {}, resultDueAt }: { draft?: Partial<CaseDraft>; resultDueAt?: string } = {},
): Promise<{ item: CaseItem; task: OrgTask; sent: OrgTask }> {
  const item = await registered(store, draft, sender);
  const sent = (await custodyOf(store, sender, item.id))!;
  const task = await handedOn(store, item.id, to, resultDueAt === undefined ? {} : { resultDueAt });
  return { item, task, sent: await taskNow(store, sent.id) };
}

/** A task as it now is, whoever sees it. */
export async function taskNow(store: TestStore, id: string): Promise<OrgTask> {
  const [row] = await store.adminQuery<OrgTask>(
    `SELECT id, case_item_id AS "caseItemId", state, custody, organisation_id AS "organisationId", holder_id AS "holderId", opened_at AS "openedAt",
       done_at AS "doneAt", done_by AS "doneBy", from_task_id AS "fromTaskId", result_due_on::text AS "resultDueOn", version
     FROM org_task WHERE id = $1`,
    [id],
  );
  return row!;
}

/** What was published about an item, in order: `forwarded`, `taken-back`, … */
export async function eventsOf(store: TestStore, caseItemId: string): Promise<string[]> {
  const rows = await store.adminQuery<{ type: string }>(
    `SELECT envelope::jsonb ->> 'type' AS type FROM outbox WHERE key = $1 ORDER BY position`,
    [caseItemId],
  );
  return rows.map(({ type }) => type.replace(/^junxian\.petitions\.case\.|\.v1$/g, ''));
}

/** Which organisations see an item. */
export async function seenBy(store: TestStore, caseItemId: string): Promise<string[]> {
  const rows = await store.adminQuery<{ id: string }>(
    'SELECT organisation_id AS id FROM case_sight WHERE case_item_id = $1',
    [caseItemId],
  );
  return Object.entries(ORGANISATIONS)
    .filter(([, { id }]) => rows.some((row) => row.id === id))
    .map(([key]) => key);
}

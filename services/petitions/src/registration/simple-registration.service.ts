import { recordEvent, SimpleRegistered } from '@junxian/messaging';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import type { Officer } from '../actor';
import type { MatterStatus } from '../cases/case.types';
import type { PersonalData } from '../cases/personal-data.service';
import { filledIn } from '../duplicates/duplicates.rules';
import { checkLinkable, linkedItem } from '../duplicates/duplicates.service';
import type { Features } from '../features';
import { insertion, selectList } from '../rows';
import { Faults } from '../texts.rules';
import {
  checkSimple,
  type SimpleFacts,
  type SimpleForm,
  type SimpleKind,
  suggestedKind,
} from './simple-registration.rules';

/** A simple registration as stored. */
export interface SimpleRegistration extends SimpleFacts {
  id: string;
  regionCode: string;
  organisationId: string;
  registeredAt: Date;
  createdBy: string;
}

const SIMPLE_COLUMNS = selectList(
  [
    'id',
    'regionCode',
    'organisationId',
    'kind',
    'name',
    'address',
    'letterCount',
    'addressee',
    'note',
    'handlingMode',
    'destination',
    'linkedItemId',
    'registeredAt',
    'createdBy',
  ],
  'r',
);

interface Parts {
  personal: PersonalData;
  features: Features;
}

/**
 * Registers a letter that needs no follow-up 来信简单登记: no item, so no task, clock, query code or evaluation ever hangs on it (PT-SIM-01,
 * PT-SIM-02). With a linked item, name and address that were left out are carried over (PT-SIM-03). Refuses all faults together;
 * throws NOT_FOUND for an item that cannot be linked. Event SimpleRegistered.
 */
export async function registerSimple(
  tx: ScopedTransaction,
  { personal, features }: Parts,
  form: SimpleForm,
  officer: Officer,
  at: Date,
): Promise<SimpleRegistration> {
  const { name, address } = await simplePrefill(tx, personal, form.linkedItemId ?? null, officer);
  const faults = new Faults();
  const facts = checkSimple(filledIn(form, { name, address }), features, faults);
  faults.throwIfAny();
  if (facts.linkedItemId !== null) await checkLinkable(tx, facts.linkedItemId, 'linkedItemId');
  const { columns, placeholders, values } = insertion({
    ...facts,
    regionCode: officer.regionCode,
    organisationId: officer.organisationId,
    registeredAt: at,
    createdBy: officer.accountId,
  });
  const [row] = await tx.query<SimpleRegistration>(
    `INSERT INTO simple_registration AS r (${columns}) VALUES (${placeholders}) RETURNING ${SIMPLE_COLUMNS}`,
    values,
  );
  const { id, organisationId, kind, letterCount } = row!;
  await recordEvent(tx, SimpleRegistered, {
    aggregateId: id,
    aggregateVersion: 1,
    regionCode: officer.regionCode,
    occurredAt: at,
    data: { organisationId, simpleRegistrationId: id, kind, letterCount },
  });
  return row!;
}

/** What the form of a simple registration begins with when one switches to it from the detailed page (PT-SIM-03). */
export interface SimplePrefill {
  kind: SimpleKind;
  name: string | null;
  address: string | null;
  linkedItemId: string | null;
  /** Whose data are shown, for the audit log of a reveal. */
  id: string;
  citizenId: string | null;
}

/** Name and address of a linked item as far as the officer may see them in full, and the kind it suggests. */
export async function simplePrefill(
  tx: ScopedTransaction,
  personal: PersonalData,
  linkedItemId: string | null,
  officer: Officer,
): Promise<SimplePrefill> {
  const linked = await linkedItem(tx, personal, linkedItemId, officer);
  const [matter] =
    linked === null
      ? []
      : await tx.query<{ status: MatterStatus }>('SELECT status FROM petition_matter WHERE id = $1', [
          linked.item.matterId,
        ]);
  const { name, householdAddress, usualAddress, mailingAddress } = linked?.petitioner ?? {};
  return {
    kind: suggestedKind(linked === null ? null : { item: linked.item, matterStatus: matter!.status }),
    name: name ?? null,
    address: mailingAddress ?? usualAddress ?? householdAddress ?? null,
    linkedItemId,
    id: linkedItemId ?? '',
    citizenId: linked?.view === 'FULL' ? linked.item.citizenId : null,
  };
}

/** Simple registrations of the officer's organisation, the latest first. */
export function simpleRegistrations(
  tx: ScopedTransaction,
  { kind, first, after }: PageArguments & { kind?: SimpleKind | null },
  officer: Officer,
): Promise<Page<SimpleRegistration>> {
  return keysetPage<SimpleRegistration & { cursorAt: string }>(tx, {
    select: `${SIMPLE_COLUMNS}, r.registered_at::text AS "cursorAt"`,
    from: 'simple_registration r',
    where: ['r.organisation_id = $1', ...(kind == null ? [] : ['r.kind = $2'])],
    parameters: [officer.organisationId, ...(kind == null ? [] : [kind])],
    order: [
      { column: 'r.registered_at', key: 'cursorAt', type: 'timestamptz', direction: 'DESC' },
      { column: 'r.id', key: 'id', type: 'uuid', direction: 'DESC' },
    ],
    first,
    after,
  });
}

/** Simple registrations of the own organisation under a name, the latest first, at most 20: the duplicate check shows them too (PT-SIM-04). */
export async function simpleOfName(
  tx: ScopedTransaction,
  name: string | null | undefined,
): Promise<SimpleRegistration[]> {
  const given = name?.trim();
  if (!given) return [];
  return tx.query<SimpleRegistration>(
    `SELECT ${SIMPLE_COLUMNS} FROM simple_registration r
     WHERE r.organisation_id = my_organisation() AND r.name COLLATE "C" = $1 ORDER BY r.registered_at DESC, r.id DESC LIMIT 20`,
    [given],
  );
}

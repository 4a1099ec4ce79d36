import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import type { Officer } from '../actor';
import type { CaseState, Channel } from '../cases/case.types';

/** Which registrations to list. */
export interface RegistrationFilter extends PageArguments {
  channel?: Channel | null;
  state?: CaseState | null;
  /** Days of registration, both included. */
  from?: string | null;
  to?: string | null;
  /** Only what the caller registered. */
  mine?: boolean | null;
}

/**
 * What the officer's organisation registered, the latest first 已登记列表 (PT-REG-04): letters, visits, calls and online items. An item that
 * accuses the organisation is not among them. Returns their ids; one statement, whatever the length.
 */
export async function registrations(
  tx: ScopedTransaction,
  { channel, state, from, to, mine, first, after }: RegistrationFilter,
  officer: Officer,
): Promise<Page<{ id: string }>> {
  const parameters: unknown[] = [officer.organisationId];
  const where = ['c.organisation_id = $1'];
  const add = (condition: (place: string) => string, value: unknown) => {
    if (value == null) return;
    parameters.push(value);
    where.push(condition(`$${parameters.length}`));
  };
  add((place) => `c.channel = ${place}`, channel);
  add((place) => `c.state = ${place}`, state);
  add((place) => `c.registered_at >= (${place}::date)::timestamp AT TIME ZONE 'Asia/Shanghai'`, from);
  add((place) => `c.registered_at < (${place}::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'`, to);
  add((place) => `c.registrar_id = ${place}`, mine ? officer.accountId : null);
  return keysetPage<{ id: string; cursorAt: string }>(tx, {
    select: 'c.id, c.registered_at::text AS "cursorAt"',
    from: 'case_item c',
    where,
    parameters,
    order: [
      { column: 'c.registered_at', key: 'cursorAt', type: 'timestamptz', direction: 'DESC' },
      { column: 'c.id', key: 'id', type: 'uuid', direction: 'DESC' },
    ],
    first,
    after,
  });
}

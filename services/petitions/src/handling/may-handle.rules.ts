import { refuse } from '@junxian/errors';
import type { Officer } from '../actor';
import type { CaseItem } from '../cases/case.types';

const REGISTRARS = ['ONLINE_REGISTRAR', 'LETTER_REGISTRAR', 'VISIT_REGISTRAR'].map(
  (role) => `petitions:${role}`,
);

/** Whether an officer may handle an item: every HANDLER, and a registrar the items they registered (section 6, PT-REG-02). */
export function mayHandle(
  item: Pick<CaseItem, 'registrarId'>,
  { accountId, roles }: Pick<Officer, 'accountId' | 'roles'>,
): boolean {
  return (
    roles.includes('petitions:HANDLER') ||
    (item.registrarId === accountId && roles.some((role) => REGISTRARS.includes(role)))
  );
}

/** Throws FORBIDDEN unless the officer may handle the item. */
export function checkMayHandle(item: Pick<CaseItem, 'registrarId'>, officer: Officer): void {
  if (!mayHandle(item, officer)) throw refuse.forbidden();
}

/** Throws FORBIDDEN unless the officer acts in one of the roles, given without the service's name. */
export function checkRole(officer: Pick<Officer, 'roles'>, ...roles: string[]): void {
  if (!roles.some((role) => officer.roles.includes(`petitions:${role}`))) throw refuse.forbidden();
}

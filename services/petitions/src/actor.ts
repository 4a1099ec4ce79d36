import { refuse } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import type { Actor } from './cases/case.types';

/** An officer with an organisation, for actions on items. */
export interface Officer extends Actor {
  organisationId: string;
  regionCode: string;
}

/** The officer a principal is. Throws FORBIDDEN for anybody without an organisation. */
export function officerOf(principal: Principal): Officer {
  const { accountId, organisationId, regionCode, roles, operatorName } = principal;
  if (principal.kind !== 'OFFICER' || !accountId || !organisationId || !regionCode) throw refuse.forbidden();
  return { accountId, organisationId, regionCode, roles, operatorName };
}

/** The citizen a principal is, by the account. Throws FORBIDDEN for anybody else. */
export function citizenOf(principal: Principal): Actor {
  if (principal.kind !== 'CITIZEN' || !principal.accountId) throw refuse.forbidden();
  return {
    accountId: principal.accountId,
    organisationId: null,
    regionCode: null,
    roles: principal.roles,
    operatorName: null,
  };
}

/** The service itself: schedulers and consumers. */
export const SYSTEM: Actor = {
  accountId: 'service:petitions',
  organisationId: null,
  regionCode: null,
  roles: [],
  operatorName: null,
};

import { inCallersRange } from '@junxian/persistence';

/** The service itself, which acts for the whole country. */
export const SERVICE = 'junxian.is_service()';

const oneOf = (...roles: string[]) =>
  `(${roles.map((role) => `junxian.has_role('directory:${role}')`).join(' OR ')})`;

/** Those who open accounts and hand out posts. Who else is in the region may look, not write. */
export const ADMINISTERS = oneOf('ORG_ADMIN', 'SYSTEM_STAFF');

/** As above, and those who assign what a split left behind: organisations, their accounts and posts go along. */
export const MAINTAINS = oneOf('ORG_ADMIN', 'SYSTEM_STAFF', 'REGION_MAINTAINER');

export const STAFF = oneOf('SYSTEM_STAFF');

/** Rows of the caller's region, for holders of roles; all rows for the service. */
export const inRangeFor = (roles: string, column = 'region_code') =>
  `${SERVICE} OR (${roles} AND ${inCallersRange(column)})`;

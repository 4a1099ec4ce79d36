import { randomUUID } from 'node:crypto';
import type { RegionLevel } from '@junxian/administrative-region';
import { ANONYMOUS, type Principal, servicePrincipal } from '@junxian/identity';

export interface OfficerOptions extends Partial<Principal> {
  regionCode: string;
  regionLevel: RegionLevel;
}

/** Principals for tests. Ids not given are fresh. */
export const principals = {
  officer: (options: OfficerOptions): Principal => ({
    kind: 'OFFICER',
    accountId: randomUUID(),
    sessionId: randomUUID(),
    appointmentId: randomUUID(),
    organisationId: randomUUID(),
    roles: [],
    operatorName: null,
    pending: false,
    citizenId: null,
    ...options,
  }),
  anonymous: (): Principal => ANONYMOUS,
  service: (name: string): Principal => servicePrincipal(name),
};

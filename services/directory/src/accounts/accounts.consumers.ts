import type { Clock } from '@junxian/calendar';
import {
  AdministratorsRequested,
  defineConsumer,
  PartyMemberRegistered,
  PartyMemberTransferred,
} from '@junxian/messaging';
import { systemActor } from '../audit/audit.service';
import type { AdministratorsService } from './administrators.service';
import type { PersonAccountsService } from './person-accounts.service';

/** What accounts learn from the Party organisation service. */
export function accountConsumers(services: {
  administrators: AdministratorsService;
  personAccounts: PersonAccountsService;
  clock: Clock;
}) {
  const { administrators, personAccounts, clock } = services;
  return [
    defineConsumer({
      name: 'directory.create-requested-administrators',
      events: [AdministratorsRequested],
      handle: async (tx, { data: { prefix, organisationIds }, regioncode }) => {
        const input = { prefix, organisationIds, realms: ['PARTY'] as const };
        await administrators.generateFor(tx, systemActor(regioncode ?? null), clock, input);
      },
    }),
    defineConsumer({
      name: 'directory.follow-party-members',
      events: [PartyMemberRegistered, PartyMemberTransferred],
      // The account's login name is a phone number, which no event carries: the branch completes the account.
      handle: async (tx, { data: { citizenId, organisationId } }) => {
        await personAccounts.followMember(tx, { citizenId, organisationId }, clock);
      },
    }),
  ];
}

import type { Clock } from '@junxian/calendar';
import * as contracts from '@junxian/messaging';
import { accountConsumers } from './accounts/accounts.consumers';
import type { AdministratorsService } from './accounts/administrators.service';
import type { PersonAccountsService } from './accounts/person-accounts.service';
import { revealConsumers } from './audit/reveals';
import { citizenConsumers } from './citizens/citizens.consumers';
import { publicAccountConsumers } from './public-accounts/public-accounts.consumers';
import type { PublicAccountsService } from './public-accounts/public-accounts.service';

/** Every event this service publishes (requirements/directory.md §5). */
export const published = [
  contracts.RegionChanged,
  contracts.NaturalVillageDeleted,
  contracts.CitizenRenumbered,
  contracts.CitizenDeceased,
  contracts.OrganisationRegistered,
  contracts.OrganisationChanged,
  contracts.OrganisationConverted,
  contracts.OrganisationRemoved,
  contracts.OrganisationRestored,
  contracts.AccountCreated,
  contracts.AccountActivated,
  contracts.AccountSynchronised,
  contracts.AccountRegionChanged,
  contracts.AccountLocked,
  contracts.AccountUnlocked,
  contracts.AccountDisabled,
  contracts.AccountEnabled,
  contracts.AppointmentGranted,
  contracts.AppointmentEnded,
  contracts.AuditSealed,
];

/** Everything this service does when another publishes an event. */
export function consumers(services: {
  administrators: AdministratorsService;
  personAccounts: PersonAccountsService;
  publicAccounts: PublicAccountsService;
  clock: Clock;
}) {
  return [
    ...accountConsumers(services),
    ...citizenConsumers,
    ...publicAccountConsumers(services.publicAccounts),
    ...revealConsumers,
  ];
}

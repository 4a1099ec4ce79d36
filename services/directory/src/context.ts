import type { RequestContext } from '@junxian/subgraph';
import { type AccountLoaders, accountLoaders } from './accounts/account.loaders';
import { type AppointmentLoaders, appointmentLoaders } from './appointments/appointment-views';
import {
  type NaturalVillageLoaders,
  naturalVillageLoaders,
} from './natural-villages/natural-village.loaders';
import { type OrganisationLoaders, organisationLoaders } from './organisations/organisation.loaders';
import { type RegionLoaders, regionLoaders } from './regions/region.loaders';

/** The DataLoaders of all rooms, made for each request. */
export type Loaders = RegionLoaders &
  NaturalVillageLoaders &
  OrganisationLoaders &
  AccountLoaders &
  AppointmentLoaders;

/** What every resolver of this service is given. */
export type Context = RequestContext<Loaders>;

/** Makes the loaders of one request. */
export function createLoaders(context: Context): Loaders {
  const read = () => context.read();
  return {
    ...regionLoaders(context),
    ...naturalVillageLoaders(context),
    ...organisationLoaders(read),
    ...accountLoaders(read, context.clock),
    ...appointmentLoaders(read),
  };
}

import type { RequestContext } from '@junxian/subgraph';
import { assistanceRoomLoaders } from './assistance-rooms';
import { backOfficeRoomLoaders } from './back-office-rooms';
import { dynamicRoomLoaders } from './dynamic-rooms';
import { fundRoomLoaders } from './fund-rooms';
import { householdRoomLoaders } from './household-rooms';
import { importRoomLoaders } from './import-rooms';
import { projectRoomLoaders } from './project-rooms';
import { queryRoomLoaders } from './query-rooms';
import { surveyYearRoomLoaders } from './survey-year-rooms';
import { villageRoomLoaders } from './village-rooms';

/** What loaders are made of: the request, but for the loaders. */
export type LoaderContext = RequestContext<unknown>;

/** The DataLoaders of all rooms, made for each request. */
export type Loaders = ReturnType<typeof householdRoomLoaders> &
  ReturnType<typeof dynamicRoomLoaders> &
  ReturnType<typeof backOfficeRoomLoaders> &
  ReturnType<typeof villageRoomLoaders> &
  ReturnType<typeof assistanceRoomLoaders> &
  ReturnType<typeof fundRoomLoaders> &
  ReturnType<typeof projectRoomLoaders> &
  ReturnType<typeof queryRoomLoaders> &
  ReturnType<typeof importRoomLoaders> &
  ReturnType<typeof surveyYearRoomLoaders>;

/** What every resolver of this service is given. */
export interface Context extends RequestContext<Loaders> {}

/** Makes the loaders of one request. */
export function createLoaders(context: Context): Loaders {
  return {
    ...householdRoomLoaders(context),
    ...dynamicRoomLoaders(context),
    ...backOfficeRoomLoaders(context),
    ...villageRoomLoaders(context),
    ...assistanceRoomLoaders(context),
    ...fundRoomLoaders(context),
    ...projectRoomLoaders(context),
    ...queryRoomLoaders(context),
    ...importRoomLoaders(context),
    ...surveyYearRoomLoaders(context),
  };
}

import type { Clock } from '@junxian/calendar';
import { rowsOfEach, type ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import type { YearKey } from '../households/household-views.service';
import {
  type HelperPairingView,
  type HelperView,
  readHelpers,
  readHelpersOfCitizens,
  readOpenHelperPairings,
  readOpenUnitPairings,
  readPairingsOfYears,
  readUnits,
  type UnitPairingView,
  type UnitView,
} from './pairing-views.service';
import {
  readOpenTeamsOfHelpers,
  readTeamMembers,
  readTeamsOfVillages,
  type TeamMemberView,
  type TeamView,
  type VillageYear,
} from './work-team-views.service';

/** The loaders of this room: however many are asked for in one request, each takes one statement. */
export interface AssistanceLoaders {
  assistanceUnit: DataLoader<string, UnitView | null>;
  helper: DataLoader<string, HelperView | null>;
  helperOfCitizen: DataLoader<string, HelperView | null>;
  openUnitPairings: DataLoader<string, UnitPairingView[]>;
  openHelperPairings: DataLoader<string, HelperPairingView[]>;
  openTeams: DataLoader<string, TeamView[]>;
  helperPairings: DataLoader<YearKey, HelperPairingView[], string>;
  teamMembers: DataLoader<string, TeamMemberView[]>;
  teamsOfVillage: DataLoader<VillageYear, TeamView[], string>;
}

const villageKey = ({ villageCode, year }: VillageYear) => `${villageCode}:${year}`;
const yearKey = ({ householdId, year }: YearKey) => `${householdId}:${year}`;

/** Makes the loaders of one request. What the caller may not see is null, as if it were not there. */
export function assistanceLoaders(read: () => Promise<ScopedTransaction>, clock: Clock): AssistanceLoaders {
  const oneById = <View extends { id: string }>(
    find: (tx: ScopedTransaction, ids: readonly string[]) => Promise<View[]>,
  ) =>
    new DataLoader<string, View | null>(async (ids) => {
      const found = new Map((await find(await read(), ids)).map((view) => [view.id, view]));
      return ids.map((id) => found.get(id) ?? null);
    });
  return {
    assistanceUnit: oneById(readUnits),
    helper: oneById(readHelpers),
    helperOfCitizen: new DataLoader(async (ids) => {
      const found = new Map(
        (await readHelpersOfCitizens(await read(), ids)).map((helper) => [helper.citizenId, helper]),
      );
      return ids.map((id) => found.get(id) ?? null);
    }),
    openUnitPairings: new DataLoader(async (unitIds) => {
      const pairings = await readOpenUnitPairings(await read(), unitIds, clock.today());
      return rowsOfEach(unitIds, pairings, ({ unitId }) => unitId);
    }),
    openHelperPairings: new DataLoader(async (helperIds) => {
      const pairings = await readOpenHelperPairings(await read(), helperIds, clock.today());
      return rowsOfEach(helperIds, pairings, ({ helperId }) => helperId);
    }),
    openTeams: new DataLoader(async (helperIds) => {
      const teams = await readOpenTeamsOfHelpers(await read(), helperIds, clock.today());
      return rowsOfEach(helperIds, teams, ({ helperId }) => helperId);
    }),
    helperPairings: new DataLoader(
      async (keys) => {
        return rowsOfEach(keys.map(yearKey), await readPairingsOfYears(await read(), keys), yearKey);
      },
      { cacheKeyFn: yearKey },
    ),
    teamMembers: new DataLoader(async (teamIds) => {
      return rowsOfEach(teamIds, await readTeamMembers(await read(), teamIds), ({ teamId }) => teamId);
    }),
    teamsOfVillage: new DataLoader(
      async (keys) => {
        return rowsOfEach(keys.map(villageKey), await readTeamsOfVillages(await read(), keys), villageKey);
      },
      { cacheKeyFn: villageKey },
    ),
  };
}

import DataLoader from 'dataloader';
import type { LoaderContext } from './context';
import type { Resolvers } from './generated/graphql';
import type { RoomParts } from './service';
import { surveyYearResolvers } from './survey-years/survey-years.resolvers';
import { readOpenings, type YearOpeningView, YearTurnService } from './survey-years/year-turn.service';

/** Wires the use cases of the year-end data sets. */
export function surveyYearRooms({ regions, clock }: RoomParts) {
  return { yearTurn: new YearTurnService(regions, clock) };
}

export type SurveyYearRooms = ReturnType<typeof surveyYearRooms>;

/** Resolvers of these rooms. */
export function surveyYearRoomResolvers({ yearTurn }: SurveyYearRooms): Resolvers[] {
  return [surveyYearResolvers(yearTurn)];
}

/** The DataLoaders of these rooms, made for each request. */
export function surveyYearRoomLoaders(context: LoaderContext) {
  return {
    yearOpening: new DataLoader<number, YearOpeningView | null>(async (years) => {
      const found = await readOpenings(await context.read(), years);
      return years.map((year) => found.get(year) ?? null);
    }),
  };
}

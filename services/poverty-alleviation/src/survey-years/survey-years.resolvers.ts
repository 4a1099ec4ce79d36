import type { Resolvers } from '../generated/graphql';
import { surveyYear, surveyYears } from './survey-years.service';
import type { YearTurnService } from './year-turn.service';

/** Resolvers of the year-end data sets. */
export function surveyYearResolvers(yearTurn: YearTurnService): Resolvers {
  return {
    Query: {
      surveyYears: async (_, __, context) => surveyYears(await context.read()),
    },
    Mutation: {
      openYear: async (_, { input }, context) => {
        const year = await context.write((tx) => yearTurn.open(tx, input));
        return surveyYear(await context.read(), year);
      },
      closeYear: async (_, { year, expectedVersion }, context) => {
        await context.write((tx) => yearTurn.close(tx, year, expectedVersion));
        return surveyYear(await context.read(), year);
      },
    },
    SurveyYear: {
      // What may be changed now: a year that is being copied stands still for a few minutes.
      editable: ({ editable, isBeingCopied }) => editable && !isBeingCopied,
      opening: ({ year }, _, { loaders }) => loaders.yearOpening.load(year),
    },
  };
}

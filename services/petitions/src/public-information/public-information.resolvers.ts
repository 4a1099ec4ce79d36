import { citizenOf, officerOf } from '../actor';
import type { Features } from '../features';
import type { Resolvers } from '../generated/graphql';
import type { PublicReading } from '../public-accounts/public-reading.service';
import { cityLinks, guidePages, removeCityLink, saveCityLink, saveGuidePage } from './pages.service';
import { replyToSuggestion, submitSuggestion, suggestions } from './suggestions.service';

const region = ({ regionCode }: { regionCode: string }) => ({ code: regionCode });

/** Resolvers of the room public-information. */
export function publicInformationResolvers(features: Features, reading: PublicReading): Resolvers {
  return {
    GuidePage: { region },
    CityLink: { region },
    Suggestion: { region },
    Query: {
      guidePages: async (_, { regionCode }, context) => {
        await reading.admit('guidePages', context);
        return guidePages(await context.read(), regionCode ?? null, features);
      },
      cityLinks: async (_, input, context) => {
        await reading.admit('cityLinks', context);
        return cityLinks(await context.read(), input);
      },
      suggestions: async (_, page, context) => suggestions(await context.read(), page, features),
    },
    Mutation: {
      saveGuidePage: (_, { input }, context) =>
        context.write((tx) =>
          saveGuidePage(tx, input, features, officerOf(context.principal), context.clock.now()),
        ),
      saveCityLink: (_, { input }, context) =>
        context.write((tx) => saveCityLink(tx, input, officerOf(context.principal), context.clock.now())),
      removeCityLink: (_, input, context) => context.write((tx) => removeCityLink(tx, input)),
      submitSuggestion: (_, input, context) =>
        context.write((tx) =>
          submitSuggestion(tx, input, features, citizenOf(context.principal), context.clock.now()),
        ),
      replyToSuggestion: (_, input, context) =>
        context.write((tx) =>
          replyToSuggestion(tx, input, features, officerOf(context.principal), context.clock.now()),
        ),
    },
  };
}

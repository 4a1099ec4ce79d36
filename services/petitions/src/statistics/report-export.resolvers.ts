import type { Resolvers } from '../generated/graphql';
import type { Exports } from '../search/exports.service';
import { checkPeriod } from './national-report.service';

/** Exports of the National Bureau reports, by the exports that every list uses. */
export function reportExportResolvers(exports: Exports): Resolvers {
  return {
    Mutation: {
      exportNationalReport: (_, { report, from, to, region, category, format }, context) => {
        checkPeriod({ from, to });
        const filter = { receivedFrom: from, receivedTo: to, problemRegion: region, category };
        return context.write((tx) =>
          exports.request(tx, { register: report.replace('_', '-'), filter, format }, context.principal),
        );
      },
    },
  };
}

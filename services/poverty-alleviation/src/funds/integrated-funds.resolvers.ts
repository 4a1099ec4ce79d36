import type { Resolvers } from '../generated/graphql';
import { compareLines } from './integrated.rules';
import type { IntegratedFundsService } from './integrated-funds.service';
import { readReport } from './integrated-funds.store';

/** Resolvers of the reports of integrated agricultural funds. */
export function integratedFundResolvers(reports: IntegratedFundsService): Resolvers {
  return {
    Query: {
      integratedFunds: async (_, query, context) =>
        reports.page(await context.read(), query, context.principal),
      integratedFund: async (_, { id }, context) => readReport(await context.read(), id),
    },
    Mutation: {
      saveIntegratedFund: async (_, { input }, context) => {
        const id = await context.write((tx) => reports.save(tx, input));
        return (await readReport(await context.read(), id))!;
      },
      submitIntegratedFund: async (_, { id, expectedVersion }, context) => {
        await context.write((tx) => reports.submit(tx, id, expectedVersion));
        return (await readReport(await context.read(), id))!;
      },
      returnIntegratedFund: async (_, { id, expectedVersion, reason }, context) => {
        await context.write((tx) => reports.giveBack(tx, id, { expectedVersion, reason }));
        return (await readReport(await context.read(), id))!;
      },
    },
    IntegratedFundReport: {
      region: ({ regionCode }) => ({ code: regionCode }),
      lines: ({ id }, _, { loaders }) => loaders.integratedLinesOf.load(id),
      comparison: async ({ id, level }, _, { loaders }) => {
        if (level !== 'PROVINCE') return null;
        const [reported, sums] = await Promise.all([
          loaders.integratedLinesOf.load(id),
          loaders.countySums.load(id),
        ]);
        const lines = compareLines(reported, sums.lines);
        return { ...sums, lines, differs: lines.some(({ differences }) => differences.length > 0) };
      },
    },
  };
}

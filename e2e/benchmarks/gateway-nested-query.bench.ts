import { NESTED, SINGLE, withShop } from '../../gateway/bench/public-query';
import { contestSettings } from '../../gateway/bench/settings';
import { barsOf, finish, measured, profiled } from './gateway/figures';

/**
 * The public nested query over four subgraphs (16 fetches as Apollo plans it), and a query of one
 * subgraph: gateways side by side, subgraphs that answer from memory.
 */
const settings = contestSettings(process.env);

finish(
  withShop(settings, async (contest) => {
    if (settings.profile !== null) return profiled(contest, settings.profile, NESTED);
    barsOf('nested query', await measured(contest, 'nested query', NESTED), {
      alone: { stock: 8, raw: 0.6 },
      coalescing: { stock: 19 },
      slowestMs: 50,
    });
    barsOf('query of one subgraph', await measured(contest, 'query of one subgraph', SINGLE), {
      alone: { stock: 5 },
    });
  }),
);

import { installCandidates } from './candidates';
import { Contest, type Operation } from './contest';
import { NESTED_QUERY, SHOP, SINGLE_QUERY } from './reviews-shop';
import type { ContestSettings } from './settings';
import { Stage } from './stage';

export const NESTED: Operation = { query: NESTED_QUERY };
export const SINGLE: Operation = { query: SINGLE_QUERY };

/** Runs work with all gateways before the public four subgraphs. */
export async function withShop(
  settings: ContestSettings,
  work: (contest: Contest) => Promise<void>,
): Promise<void> {
  installCandidates();
  const stage = await Stage.ofShop();
  const contest = new Contest(stage.canned, settings);
  try {
    await enterAll(contest, stage, [NESTED, SINGLE]);
    const { others } = stage;
    const services = SHOP.map(({ name, federation1 }) => ({
      name,
      url: stage.canned.ready[name]!,
      schema: federation1,
    }));
    await contest.enter({ name: 'mercurius', role: 'mercurius', settings: { ...others, services } });
    await work(contest);
  } finally {
    contest.end();
    await stage.stop();
  }
}

/** The gateways that read a supergraph of the second Federation. The stock one comes first: its answer is the measure. */
export async function enterAll(
  contest: Contest,
  stage: Stage,
  operations: readonly Operation[],
  claims?: Record<string, unknown>,
): Promise<void> {
  const { others } = stage;
  await contest.enter({ name: 'stock', role: 'stock', settings: others });
  await contest.enter({ name: 'raw limit', role: 'raw', settings: { ...others, operations } });
  const alone = await stage.ours({ GATEWAY_COALESCE: 'false' }, claims);
  await contest.enter({ name: 'ours', role: 'ours', ...alone });
  await contest.enter({ name: 'ours+coalescing', role: 'ours', ...(await stage.ours({}, claims)) });
  await contest.enter({ name: 'hive', role: 'hive', settings: others });
  await contest.enter({ name: 'hive+coalescing', role: 'hive', settings: { ...others, deduplicate: true } });
}

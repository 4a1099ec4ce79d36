import './telemetry-off';
import { writeFileSync } from 'node:fs';
import { ApolloGateway } from '@apollo/gateway';
import { printSchema } from 'graphql';
import type { QueryPlan } from './plan';
import { ApolloPlanner, type PlannableOperation } from './planner';

// What `planner-process.ts` starts: a process that plans operations of one supergraph and does
// nothing else. It may hang or run out of memory; then it is ended, and nobody but its task is the worse for it.

/** To the child: first a supergraph, then operations, each after the answer to the one before. */
export type PlannerTask = { supergraphSdl: string } | PlannableOperation;

/** From the child: what its supergraph is, then a plan for each operation. */
export type PlannerAnswer = LoadedSupergraph | { plan: QueryPlan } | { failed: string };

export interface LoadedSupergraph {
  /** What clients see. */
  schemaSdl: string;
  services: { name: string; url: string }[];
}

/** Each plan is asked for once: who asks keeps it. */
const KEEP_NOTHING = {
  get: async () => undefined,
  set: async () => undefined,
  delete: async () => undefined,
  clear: () => undefined,
};
const silent = () => undefined;

const planner = new ApolloPlanner();

async function load(supergraphSdl: string): Promise<LoadedSupergraph> {
  const services: LoadedSupergraph['services'] = [];
  const gateway = new ApolloGateway({
    supergraphSdl,
    validateSupergraph: true,
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    experimental_didResolveQueryPlan: planner.onPlan,
    queryPlannerConfig: { cache: KEEP_NOTHING },
    __exposeQueryPlanExperimental: false,
    telemetry: { recordExceptions: false },
    buildService: ({ name, url }) => {
      services.push({ name, url: url ?? '' });
      return { process: () => Promise.reject(new Error('the planner asks nobody')) };
    },
  });
  const { schema } = await gateway.load();
  planner.apollo = gateway;
  return { schemaSdl: printSchema(schema), services };
}

async function answerTo(task: PlannerTask): Promise<PlannerAnswer> {
  try {
    return 'supergraphSdl' in task ? await load(task.supergraphSdl) : { plan: await planner.planOf(task) };
  } catch (error) {
    return { failed: (error as Error).message };
  }
}

/** Where memory runs out, the kernel is to end the planner, not the gateway. */
function goFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '900');
  } catch {
    // No Linux.
  }
}

goFirst();
// The gateway says when it is over, also where a terminal signals both.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, silent);
process.on('disconnect', () => process.exit(0));
process.on('message', (task: PlannerTask) => {
  void answerTo(task).then((answer) => process.send?.(answer));
});

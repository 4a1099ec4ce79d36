import { readEnvironment as readCommonEnvironment } from '@junxian/subgraph';

/** Reads and checks this service's environment, once, at start; reports every fault and ends the process. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env) {
  return readCommonEnvironment(variables, {});
}

export type Environment = ReturnType<typeof readEnvironment>;

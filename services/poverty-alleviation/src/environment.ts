import { readEnvironment as readCommonEnvironment, storedFilesVariables } from '@junxian/subgraph';

/** Reads and checks this service's environment, once, at start; reports every fault and ends the process. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env) {
  return readCommonEnvironment(variables, storedFilesVariables);
}

export type Environment = ReturnType<typeof readEnvironment>;

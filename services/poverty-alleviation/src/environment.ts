import { num, readEnvironment as readCommonEnvironment, storedFilesVariables } from '@junxian/subgraph';

/** Reads and checks this service's environment, once, at start; reports every fault and ends the process. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env) {
  return readCommonEnvironment(variables, {
    ...storedFilesVariables,
    JOB_CLAIM_SECONDS: num({
      default: 30,
      desc: 'After so long without a sign of life a job of a process that died goes to another one',
    }),
  });
}

export type Environment = ReturnType<typeof readEnvironment>;

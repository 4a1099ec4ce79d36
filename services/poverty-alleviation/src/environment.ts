import { readEnvironment as readCommonEnvironment, secretBytes, str, url } from '@junxian/subgraph';

/** Reads and checks this service's environment, once, at start; reports every fault and ends the process. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env) {
  return readCommonEnvironment(variables, {
    PUBLIC_URL: url({ desc: 'The address officers reach the gateway by; links to files begin with it' }),
    FILES_DIRECTORY: str({ desc: 'Folder for arriving files and, without a store, for files' }),
    FILE_LINK_KEY: secretBytes({ desc: 'Signs short-lived links to files' }),
  });
}

export type Environment = ReturnType<typeof readEnvironment>;

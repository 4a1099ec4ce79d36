import { readEnvironment as readCommonEnvironment, secretBytes, str, url } from '@junxian/subgraph';
import { bool } from 'envalid';

/** Reads and checks this service's environment, once, at start; reports every fault and ends the process. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env) {
  return readCommonEnvironment(variables, {
    DIRECTORY_URL: url({ desc: 'Where directory answers service calls' }),
    PUBLIC_URL: url({
      desc: 'The address citizens and officers reach the gateway by; links and QR codes begin with it',
    }),
    FILES_DIRECTORY: str({ desc: 'Folder for stored files and, without a provider, messages' }),
    FILE_LINK_KEY: secretBytes({ desc: 'Signs short-lived links to files' }),
    IDENTITY_CHECK_URL: url({ desc: 'The public-security identity interface (PT-PUB-03)' }),
    IDENTITY_CHECK_TOKEN: str(),
    IDENTITY_CHECK_PREFIXES: str({
      default: '37',
      desc: 'Beginnings of resident ID numbers that are checked, by commas',
    }),
    FEATURE_ONLINE_SUGGESTIONS: bool({ default: false }),
    FEATURE_SUPERVISE: bool({ default: false }),
    FEATURE_DEPARTMENT_LISTS: bool({ default: false }),
  });
}

export type Environment = ReturnType<typeof readEnvironment>;

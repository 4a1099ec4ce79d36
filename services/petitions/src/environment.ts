import { readEnvironment as readCommonEnvironment, storedFilesVariables, str, url } from '@junxian/subgraph';
import { bool } from 'envalid';

/** Reads and checks this service's environment, once, at start; reports every fault and ends the process. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env) {
  return readCommonEnvironment(variables, {
    DIRECTORY_URL: url({ desc: 'Where directory answers service calls' }),
    ...storedFilesVariables,
    MESSENGER_URL: str({ default: '', desc: 'Provider of text messages; without it they lie in the folder' }),
    MESSENGER_TOKEN: str({ default: '' }),
    MESSENGER_REPORTS_URL: str({
      default: '',
      desc: 'Where that provider says what became of text messages; without it they stay sent',
    }),
    SEAL_URL: str({
      default: '',
      desc: 'Provider of CA certificates and e-seals (PT-NTC-05); without it a key of this service seals',
    }),
    SEAL_TOKEN: str({ default: '' }),
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

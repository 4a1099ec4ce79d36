import { num, readEnvironment as readCommonEnvironment, secretBytes, str, url } from '@junxian/subgraph';
import { bool } from 'envalid';

/** Reads and checks this service's environment, once, at start; reports every fault and ends the process. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env) {
  return readCommonEnvironment(variables, {
    DIRECTORY_URL: url({ desc: 'Where directory answers service calls' }),
    PUBLIC_URL: url({
      desc: 'The address citizens and officers reach the gateway by; links and QR codes begin with it',
    }),
    FILES_DIRECTORY: str({
      desc: 'Folder for arriving files and, without a store or provider, for files and messages',
    }),
    FILE_LINK_KEY: secretBytes({ desc: 'Signs short-lived links to files' }),
    S3_ENDPOINT: str({ default: '', desc: 'An S3-compatible store; without it files lie in the folder' }),
    S3_BUCKET: str({ default: '' }),
    S3_REGION: str({ default: '' }),
    S3_ACCESS_KEY_ID: str({ default: '' }),
    S3_SECRET_ACCESS_KEY: str({ default: '' }),
    CLAMD_HOST: str({
      devDefault: '',
      desc: 'ClamAV; outside production without it only the EICAR test file is recognised',
    }),
    CLAMD_PORT: num({ default: 3310 }),
    MESSENGER_URL: str({ default: '', desc: 'Provider of text messages; without it they lie in the folder' }),
    MESSENGER_TOKEN: str({ default: '' }),
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

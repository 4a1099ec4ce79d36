import { num, readEnvironment as readCommonEnvironment, str } from '@junxian/subgraph';
import { makeValidator } from 'envalid';
import type { AuditKeys } from './audit/audit-chain.rules';
import { parseAuditKeys } from './audit/audit-keys';

const auditKeys = makeValidator<AuditKeys>(parseAuditKeys);

/** Reads and checks this service's environment, once, at start; reports every fault and ends the process. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env) {
  return readCommonEnvironment(variables, {
    AUDIT_KEY: auditKeys({
      desc: 'Seals the audit log: base64 of 32 bytes, or 1:base64,2:base64 after a rotation',
    }),
    AUDIT_CHECKPOINT_MINUTES: num({
      default: 15,
      desc: 'A checkpoint at least so often, when there is anything new',
    }),
    MESSENGER_URL: str({
      default: '',
      desc: 'Where text messages are posted; without it they become files in FILES_DIRECTORY',
    }),
    MESSENGER_TOKEN: str({ default: '', desc: 'Bearer token of the provider of text messages' }),
    FILES_DIRECTORY: str({ desc: 'Folder for what leaves the service as files' }),
  });
}

export type Environment = ReturnType<typeof readEnvironment>;

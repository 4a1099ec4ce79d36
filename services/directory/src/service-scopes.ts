/**
 * Why this service works without a caller, beyond the consumers of events, which are named after
 * themselves. Nothing that runs for a caller may use one, but for signing in: before it there is no caller.
 */
export const SERVICE_SCOPES = {
  /** Login, refresh, switching the appointment, forgotten passwords, captchas, the rate limit. */
  signIn: 'directory.sign-in',
  /** Signing keys: loading, rotating. */
  signingKeys: 'directory.signing-keys',
  /** The gateway reads what was revoked. */
  revocationFeed: 'directory.revocation-feed',
  /** Idle and expired sessions end; used-up captchas, attempts, codes and feed entries go. */
  signInUpkeep: 'directory.sign-in-upkeep',
  /** Citizens' accounts, opened and changed for the petitions service: no officer reaches them. */
  publicAccounts: 'directory.public-accounts',
  /** Checkpoints of the audit log, and its verification from the command line. */
  audit: 'directory.audit',
  /** Changes of regions that are due: scopes and rows follow, subscribers are told. */
  regionChanges: 'directory.region-changes',
  /** Demonstration organisations and accounts. */
  demoData: 'directory.demo-data',
} as const;

import { accountScope, type Scope, serviceScope } from '@junxian/identity';

/** Everything this service does without a caller, and so over the whole country. */
export const scopes = {
  /** Rows follow region changes of the directory. */
  followRegionChanges: (): Scope => serviceScope('follow-region-changes'),
  /** Organisations and officers follow the directory. */
  followDirectory: (): Scope => serviceScope('follow-directory'),
  /** A person registers or resets: there is no caller yet. */
  publicRegistration: (): Scope => serviceScope('public-registration'),
  /** Attempts on public forms are counted, whoever makes them. */
  publicAttempts: (): Scope => serviceScope('public-attempts'),
  /** Files are handed out by signed links, and unused ones removed. */
  storedFiles: (): Scope => serviceScope('stored-files'),
  /** Query codes that could not be sent at once are tried again, and the provider is asked what became of them. */
  deliverQueryCodes: (): Scope => serviceScope('deliver-query-codes'),
  /** Deadlines are looked at every day. */
  superviseDeadlines: (): Scope => serviceScope('supervise-deadlines'),
  /** Demonstration data at the first start, never in production. */
  demoData: (): Scope => serviceScope('demo-data'),
  /** A person at the console counts anew. */
  rebuildStatistics: (): Scope => serviceScope('rebuild-statistics'),
};

/**
 * The scope of somebody who showed name and query code (PT-PUB-17) and holds the short-lived token for it: one
 * item and nothing else. Row-level security knows the account `case:<id>`.
 */
export function codeHolderScope(caseItemId: string): Scope {
  return accountScope(`case:${caseItemId}`, ['public:CODE_HOLDER']);
}

/** The scope of somebody who holds the short-lived link to a print (PT-PRT-01): that one page and nothing else. */
export function printHolderScope(snapshotId: string): Scope {
  return accountScope(`print:${snapshotId}`, ['public:PRINT_HOLDER']);
}

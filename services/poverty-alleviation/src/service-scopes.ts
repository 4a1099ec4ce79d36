import { ANONYMOUS, type Scope, scopeOf, serviceScope } from '@junxian/identity';

/** Everything this service does without a caller, and so over the whole country. */
export const scopes = {
  /** Rows follow region changes of the directory. */
  followRegionChanges: (): Scope => serviceScope('follow-region-changes'),
  /** Handing out and removing stored files. */
  storedFiles: (): Scope => serviceScope('stored-files'),
  /** The table of jobs; their work runs under the scope of whoever ordered them. */
  runJobs: (): Scope => serviceScope('run-jobs'),
  /** Demonstration data at the first start, never in production; the log of the back office asks for who may do it. */
  demoData: (): Scope => ({
    ...serviceScope('demo-data'),
    roles: ['poverty-alleviation:PROVINCE_ADMIN'],
  }),
  /** The year before is copied into a year that was opened. */
  openYear: (): Scope => serviceScope('open-year'),
  /** The money of a year that was closed is carried over into the next. */
  closeYear: (): Scope => serviceScope('close-year'),
  /** The statistics of a year that was opened are counted. */
  countYears: (): Scope => serviceScope('count-years'),
  /** A person at the console counts a year anew. */
  rebuildCounters: (): Scope => serviceScope('rebuild-counters'),
  /** Attempts at the public check of prints are counted together, whoever makes them. */
  publicAttempts: (): Scope => serviceScope('public-attempts'),
};

/** Whoever holds the link to a print: may read that one page and nothing else. */
export function printHolderScope(snapshotId: string): Scope {
  return { ...scopeOf(ANONYMOUS), accountId: `print:${snapshotId}` };
}

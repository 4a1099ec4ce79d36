import { type Scope, serviceScope } from '@junxian/identity';

/** Everything this service does without a caller, and so over the whole country. */
export const scopes = {
  /** Rows follow region changes of the directory. */
  followRegionChanges: (): Scope => serviceScope('follow-region-changes'),
  /** Demonstration data at the first start, never in production. */
  demoData: (): Scope => serviceScope('demo-data'),
  /** A person at the console counts a year anew. */
  rebuildCounters: (): Scope => serviceScope('rebuild-counters'),
};

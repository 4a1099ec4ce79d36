import type { Clock } from '@junxian/calendar';
import { serviceScope } from '@junxian/identity';
import type { Database } from '@junxian/persistence';
import { SERVICE_SCOPES } from '../service-scopes';
import { sealCheckpoint } from './audit-chain.store';

/** Seals the present end of the log and announces it, unless it is sealed; for the scheduler. */
export function sealAuditLog(database: Database, clock: Clock): Promise<boolean> {
  return database.write(serviceScope(SERVICE_SCOPES.audit), (tx) => sealCheckpoint(tx, clock.now()));
}

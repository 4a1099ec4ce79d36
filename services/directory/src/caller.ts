import type { Clock } from '@junxian/calendar';
import type { Principal } from '@junxian/identity';
import { type AuditActor, auditActorOf } from './audit/audit.service';

/** Who asks, as the services of these rooms need it. */
export interface Caller {
  principal: Principal;
  actor: AuditActor;
  clock: Clock;
}

export function callerOf(context: { principal: Principal; clientIp: string; clock: Clock }): Caller {
  return { principal: context.principal, actor: auditActorOf(context), clock: context.clock };
}

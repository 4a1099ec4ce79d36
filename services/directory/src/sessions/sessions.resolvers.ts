import type { RequestContext } from '@junxian/subgraph';
import { callerOf } from '../caller';
import type { RefreshService } from './refresh.service';
import type { Session } from './session.store';
import { endSessionById, listSessions, logout, type SessionFilter } from './sessions.service';

/** Resolvers of sessions. */
export function sessionResolvers(refreshing: RefreshService) {
  return {
    Query: {
      sessions: async (_: unknown, filter: SessionFilter, context: RequestContext) =>
        listSessions(await context.read(), callerOf(context), filter),
    },
    Mutation: {
      refreshSession: (
        _: unknown,
        { refreshToken }: { refreshToken: string },
        { clientIp }: RequestContext,
      ) => refreshing.refresh(refreshToken, clientIp),
      switchAppointment: (
        _: unknown,
        { appointmentId }: { appointmentId: string },
        { principal, clientIp }: RequestContext,
      ) => refreshing.switchAppointment(principal, appointmentId, clientIp),
      logout: async (_: unknown, __: unknown, context: RequestContext) => ({
        ended: await context.write((tx) => logout(tx, callerOf(context))),
      }),
      endSession: async (_: unknown, { sessionId }: { sessionId: string }, context: RequestContext) => ({
        session: await context.write((tx) => endSessionById(tx, callerOf(context), sessionId)),
      }),
    },
    Session: {
      isCurrent: ({ id }: Session, _: unknown, { principal }: RequestContext) => id === principal.sessionId,
    },
  };
}

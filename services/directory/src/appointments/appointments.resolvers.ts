import { refuse } from '@junxian/errors';
import { auditActorOf } from '../audit/audit.service';
import { auditingRefusals } from '../audit/audit-refusals.service';
import type { Context } from '../context';
import type { Granting } from './administered-appointment';
import { type AppointmentView, appointmentsOf, appointmentView } from './appointment-views';
import {
  endAppointment,
  type GrantAppointmentInput,
  grantAppointment,
  grantRole,
  revokeRole,
} from './granting.service';
import { roleCatalogue } from './role-catalogue';

interface GrantRoleArguments {
  appointmentId: string;
  role: string;
  from?: string | null;
  to?: string | null;
}

/** Resolvers of appointments, role grants and the role catalogue. */
export const appointmentResolvers = {
  Query: {
    myAppointments: async (_: unknown, __: unknown, context: Context) => {
      if (context.principal.accountId === null) throw refuse.unauthenticated();
      return appointmentsOf(await context.read(), context.principal.accountId, context.clock.today());
    },
    appointments: async (_: unknown, { accountId }: { accountId: string }, context: Context) =>
      appointmentsOf(await context.read(), accountId, null),
    roles: (_: unknown, { service }: { service?: string | null }) =>
      roleCatalogue
        .map((role) => ({ ...role, service: role.code.slice(0, role.code.indexOf(':')) }))
        .filter((role) => !service || role.service === service),
  },

  Mutation: {
    grantAppointment: (_: unknown, { input }: { input: GrantAppointmentInput }, context: Context) =>
      auditingRefusals(
        context,
        { action: 'APPOINTMENT_GRANTED', targetType: 'account', targetId: input.accountId, after: input },
        async (tx) => appointmentView(tx, await grantAppointment(tx, input, grantingOf(context))),
      ),

    endAppointment: (
      _: unknown,
      { id, on, expectedVersion }: { id: string; on?: string | null; expectedVersion: number },
      context: Context,
    ) =>
      auditingRefusals(
        context,
        { action: 'APPOINTMENT_ENDED', targetType: 'appointment', targetId: id, after: { on } },
        async (tx) => {
          await endAppointment(
            tx,
            { appointmentId: id, on: on ?? null, expectedVersion },
            grantingOf(context),
          );
          return appointmentView(tx, id);
        },
      ),

    grantRole: (_: unknown, { appointmentId, role, from, to }: GrantRoleArguments, context: Context) =>
      auditingRefusals(
        context,
        {
          action: 'ROLE_GRANTED',
          targetType: 'appointment',
          targetId: appointmentId,
          after: { role, from, to },
        },
        async (tx) => {
          const grant = { appointmentId, role, validFrom: from ?? null, validTo: to ?? null };
          await grantRole(tx, grant, grantingOf(context));
          return appointmentView(tx, appointmentId);
        },
      ),

    revokeRole: (
      _: unknown,
      { grantId, expectedVersion }: { grantId: string; expectedVersion: number },
      context: Context,
    ) =>
      auditingRefusals(
        context,
        { action: 'ROLE_REVOKED', targetType: 'role-grant', targetId: grantId },
        async (tx) =>
          appointmentView(tx, await revokeRole(tx, { grantId, expectedVersion }, grantingOf(context))),
      ),
  },

  Appointment: {
    __resolveReference: ({ id }: { id: string }, context: Context) => context.loaders.appointment.load(id),
    isActing: ({ id }: AppointmentView, _: unknown, context: Context) =>
      context.principal.appointmentId === id,
    grants: ({ id }: AppointmentView, _: unknown, context: Context) => context.loaders.roleGrants.load(id),
  },
};

function grantingOf(context: Context): Granting {
  return { principal: context.principal, actor: auditActorOf(context), clock: context.clock };
}

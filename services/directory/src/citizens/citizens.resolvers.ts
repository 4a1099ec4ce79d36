import { maskValue } from '@junxian/access';
import { checkCitizenNumber } from '@junxian/identity';
import type { RequestContext } from '@junxian/subgraph';
import type { PersonalData } from '../accounts/personal-data';
import { callerOf } from '../caller';
import {
  confirmDeath,
  type DeathConfirmationStatus,
  type DeathConfirmationTask,
  deathConfirmationTasks,
  dismissDeathReport,
  renumberCitizen,
} from './citizens.service';

interface CitizenView {
  id: string;
  maskedIdNumber?: string;
}

/** Resolvers of citizens. Takes what derives a citizen's id from an ID number. */
export function citizenResolvers(personalData: PersonalData) {
  return {
    Query: {
      citizen: (_: unknown, { idNumber }: { idNumber: string }, { clock }: RequestContext): CitizenView => {
        const { normalised } = checkCitizenNumber(idNumber, 'idNumber', clock.today());
        return { id: personalData.citizenId(normalised), maskedIdNumber: maskValue('ID_NUMBER', normalised) };
      },
      deathConfirmationTasks: async (
        _: unknown,
        args: { status: DeathConfirmationStatus; first?: number | null; after?: string | null },
        context: RequestContext,
      ) => deathConfirmationTasks(await context.read(), args),
    },
    Mutation: {
      confirmDeath: async (
        _: unknown,
        args: { citizenId: string; date: string },
        context: RequestContext,
      ) => ({
        task: await context.write((tx) => confirmDeath(tx, callerOf(context), args)),
      }),
      dismissDeathReport: async (
        _: unknown,
        args: { taskId: string; reason: string; expectedVersion: number },
        context: RequestContext,
      ) => ({ task: await context.write((tx) => dismissDeathReport(tx, callerOf(context), args)) }),
      renumberCitizen: async (
        _: unknown,
        args: { fromIdNumber: string; toIdNumber: string },
        context: RequestContext,
      ): Promise<{ from: CitizenView; to: CitizenView }> => {
        const { from, to } = await context.write((tx) =>
          renumberCitizen(tx, callerOf(context), personalData, args),
        );
        return { from: { id: from }, to: { id: to } };
      },
    },
    Citizen: {
      // Whoever has an id has it from a row they may see; there is nothing here to look up.
      __resolveReference: ({ id }: { id: string }): CitizenView => ({ id }),
    },
    DeathConfirmationTask: {
      citizen: ({ citizenId }: DeathConfirmationTask): CitizenView => ({ id: citizenId }),
    },
  };
}

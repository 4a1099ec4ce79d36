import { dateInShanghai } from '@junxian/calendar';
import { officerOf } from '../actor';
import type { Context } from '../context';
import { daysLeft, isOver } from '../deadlines/periods.rules';
import type { Resolvers } from '../generated/graphql';
import { answerReminder, remind, reminders, seeReminder } from './reminders.service';
import { warningsBelow } from './warnings.service';

const organisation = ({ loaders }: Context, id: string | null) =>
  id === null ? null : loaders.organisation.load(id);

const whenOf = ({ clock }: Context) => ({ at: clock.now(), today: clock.today() });

/** Resolvers of the room supervision. */
export const supervisionResolvers: Resolvers = {
  CaseItem: { warnings: ({ id }, _, { loaders }) => loaders.warningsOfCase.load(id) },
  Warning: {
    dueAt: ({ dueOn }) => dueOn,
    daysLeft: ({ dueOn }, _, { clock }) => daysLeft(dueOn, clock.today()),
    caseItem: ({ caseItemId }, _, { loaders }) =>
      caseItemId === null ? null : loaders.caseItem.load(caseItemId),
    target: ({ targetOrganisationId }, _, context) => organisation(context, targetOrganisationId),
    supervisor: ({ supervisorOrganisationId }, _, context) => organisation(context, supervisorOrganisationId),
  },
  Reminder: {
    caseItem: ({ caseItemId }, _, { loaders }) => loaders.caseItem.load(caseItemId),
    from: ({ organisationId }, _, context) => organisation(context, organisationId),
    target: ({ targetOrganisationId }, _, context) => organisation(context, targetOrganisationId),
    answerDueAt: ({ answerDueOn }) => answerDueOn,
    answerLate: ({ answerDueOn, answeredAt }, _, { clock }) =>
      isOver(answerDueOn, answeredAt === null ? clock.today() : dateInShanghai(answeredAt)),
    escalatedTo: async ({ id }, _, { loaders }) => {
      const escalations = await loaders.escalationsOfReminder.load(id);
      const loaded = await Promise.all(
        escalations.map(({ toOrganisationId }) => loaders.organisation.load(toOrganisationId)),
      );
      return loaded.filter((bureau) => bureau !== null);
    },
  },
  Query: {
    warnings: async (_, { first, after, ...filter }, context) =>
      warningsBelow(await context.read(), officerOf(context.principal), filter, { first, after }),
    reminders: async (_, { box, unanswered, first, after }, context) =>
      reminders(
        await context.read(),
        { box, unanswered: unanswered ?? false, first, after },
        officerOf(context.principal),
      ),
  },
  Mutation: {
    remind: (_, input, context) =>
      context.write((tx) => remind(tx, input, officerOf(context.principal), whenOf(context))),
    seeReminder: (_, input, context) =>
      context.write((tx) => seeReminder(tx, input, officerOf(context.principal), context.clock.now())),
    answerReminder: (_, input, context) =>
      context.write((tx) => answerReminder(tx, input, officerOf(context.principal), context.clock.now())),
  },
};

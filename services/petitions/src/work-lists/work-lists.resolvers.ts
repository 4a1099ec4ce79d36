import type { ScopedTransaction } from '@junxian/persistence';
import { type Officer, officerOf } from '../actor';
import type { OrgTask } from '../cases/case.types';
import type { Context } from '../context';
import type { Resolvers } from '../generated/graphql';
import { officersOfOrganisation } from '../organisations/organisations.service';
import { decideReturn, returnCase, withdrawReturn } from './returns.service';
import { takeBack } from './take-back.service';
import { distributeTask, sendTask, setDone, takeTask, viewTask } from './tasks.service';
import { clocksOfTask, urgencyOf } from './urgency.rules';
import { leftTasks, workCounts, workList } from './work-list.service';

/** Resolvers of the room work-lists. */
export const workListResolvers: Resolvers = {
  Query: {
    workList: async (_, { list, ...page }, context) => {
      const tx = await context.read();
      const officer = officerOf(context.principal);
      const found = await (list === 'CUSTODIAN_GONE' || list === 'ASSIGNER_GONE'
        ? leftTasks(tx, list, officer, context.clock.today(), page)
        : workList(tx, list, officer, page));
      const tasks = await context.loaders.orgTask.loadMany(found.nodes.map(({ id }) => id));
      return { ...found, nodes: tasks.filter(isTask) };
    },
    workCounts: async (_, __, context) =>
      workCounts(await context.read(), officerOf(context.principal), context.clock.today()),
    officers: async (_, { roles }, context) => {
      const { organisationId } = officerOf(context.principal);
      const held = roles.map((role) => `petitions:${role}`);
      const officers = await officersOfOrganisation(
        await context.read(),
        organisationId,
        held,
        context.clock.today(),
      );
      return officers.map(({ accountId }) => ({ id: accountId }));
    },
  },
  Mutation: {
    viewTask: (_, { taskId }, context) =>
      written(context, (tx, officer, at) => viewTask(tx, taskId, officer, at)),
    takeTask: (_, input, context) => written(context, (tx, officer, at) => takeTask(tx, input, officer, at)),
    distributeTask: (_, input, context) =>
      written(context, (tx, officer, at) => distributeTask(tx, input, officer, at)),
    sendTask: (_, input, context) => written(context, (tx, officer, at) => sendTask(tx, input, officer, at)),
    setDone: (_, input, context) => written(context, (tx, officer, at) => setDone(tx, input, officer, at)),
    takeBack: (_, input, context) => written(context, (tx, officer, at) => takeBack(tx, input, officer, at)),
    returnCase: (_, input, context) =>
      written(context, (tx, officer, at) => returnCase(tx, input, officer, at)),
    withdrawReturn: (_, input, context) =>
      written(context, (tx, officer, at) => withdrawReturn(tx, input, officer, at)),
    decideReturn: (_, input, context) =>
      written(context, (tx, officer, at) => decideReturn(tx, input, officer, at)),
  },
  OrgTask: {
    urgency: async (task, _, { loaders, clock }) => {
      const item = await loaders.caseItem.load(task.caseItemId);
      return item === null ? 'NONE' : urgencyOf(clocksOfTask(task, item), clock.today());
    },
    returnRequests: ({ id }, _, { loaders }) => loaders.returnRequestsOfTask.load(id),
  },
  ReturnRequest: {
    suggestedOrganisation: ({ suggestedOrganisationId }, _, { loaders }) =>
      suggestedOrganisationId === null ? null : loaders.organisation.load(suggestedOrganisationId),
    requestedBy: ({ organisationId }, _, { loaders }) => loaders.organisation.load(organisationId),
    task: ({ taskId }, _, { loaders }) => loaders.orgTask.load(taskId),
    caseItem: ({ caseItemId }, _, { loaders }) => loaders.caseItem.load(caseItemId),
  },
};

/** One writing transaction by the officer who asks, now. */
function written<T>(
  context: Context,
  work: (tx: ScopedTransaction, officer: Officer, at: Date) => Promise<T>,
): Promise<T> {
  return context.write((tx) => work(tx, officerOf(context.principal), context.clock.now()));
}

/** A task that left the caller's sight between two statements is left out. */
function isTask(loaded: OrgTask | Error | null): loaded is OrgTask {
  if (loaded instanceof Error) throw loaded;
  return loaded !== null;
}

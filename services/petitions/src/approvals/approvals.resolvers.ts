import { officerOf } from '../actor';
import type { Resolvers } from '../generated/graphql';
import { cancelApproval, decideApproval, openApproval, submitApproval } from './approvals.service';

/** Resolvers of the room approvals. */
export const approvalResolvers: Resolvers = {
  Mutation: {
    submitApproval: (_, input, context) =>
      context.write((tx) => submitApproval(tx, input, officerOf(context.principal), context.clock.now())),
    openApproval: (_, { requestId }, context) =>
      context.write((tx) => openApproval(tx, requestId, officerOf(context.principal), context.clock.now())),
    decideApproval: (_, input, context) =>
      context.write((tx) => decideApproval(tx, input, officerOf(context.principal), context.clock.now())),
    cancelApproval: (_, input, context) =>
      context.write((tx) => cancelApproval(tx, input, officerOf(context.principal), context.clock.now())),
  },
  CaseItem: { approvals: ({ id }, _, { loaders }) => loaders.approvalsOfCase.load(id) },
  OrgTask: {
    approval: ({ kind, subjectId }, _, { loaders }) =>
      kind === 'APPROVAL' && subjectId !== null ? loaders.approval.load(subjectId) : null,
  },
  ApprovalRequest: {
    submitter: ({ submitterId }) => ({ id: submitterId }),
    leader: ({ leaderId }) => ({ id: leaderId }),
    caseItem: ({ caseItemId }, _, { loaders }) => loaders.caseItem.load(caseItemId),
  },
};

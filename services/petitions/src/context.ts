import type { RequestContext } from '@junxian/subgraph';
import { type ApprovalLoaders, approvalLoaders } from './approvals/approvals.loaders';
import { type CaseLoaders, caseLoaders } from './cases/case-reads.service';
import type { Viewer } from './cases/petitioner-view.rules';
import { type HandlingLoaders, handlingLoaders } from './handling/handling.loaders';
import { type JournalLoaders, journalLoaders } from './journal/journal.service';
import { type OutcomeRoomLoaders, outcomeRoomLoaders } from './outcome-rooms';
import { type RegistrationRoomLoaders, registrationRoomLoaders } from './registration-loaders';
import { type ReviewLoaders, reviewLoaders } from './review/review.loaders';
import { type StatisticsLoaders, statisticsLoaders } from './statistics/statistics.loaders';
import { type SubmissionLoaders, submissionLoaders } from './submissions/submissions.loaders';
import { type CitizenLoaders, citizenLoaders } from './tracking/citizen-petitions.loaders';
import { type WorkListLoaders, workListLoaders } from './work-lists/work-lists.loaders';

/** The DataLoaders of all rooms, made for each request. */
export type Loaders = RegistrationRoomLoaders &
  OutcomeRoomLoaders &
  CaseLoaders &
  HandlingLoaders &
  JournalLoaders &
  ReviewLoaders &
  StatisticsLoaders &
  ApprovalLoaders &
  WorkListLoaders &
  SubmissionLoaders &
  CitizenLoaders;

/** What every resolver of this service is given. */
export type Context = RequestContext<Loaders>;

/** Makes the loaders of one request. */
export function createLoaders(context: Context): Loaders {
  const read = () => context.read();
  return {
    ...caseLoaders(read),
    ...registrationRoomLoaders(read),
    ...outcomeRoomLoaders(read),
    ...handlingLoaders(read),
    ...journalLoaders(read),
    ...reviewLoaders(read),
    ...submissionLoaders(read),
    ...citizenLoaders(read),
    ...statisticsLoaders(context.scope, read, context.clock),
    ...approvalLoaders(read),
    ...workListLoaders(read),
  };
}

/** Whoever looks, for the rules about identities. */
export function viewerOf({ principal }: Pick<Context, 'principal'>): Viewer {
  const { kind, accountId, organisationId, roles } = principal;
  return { kind, accountId, organisationId, roles };
}

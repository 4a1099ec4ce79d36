import { isRefusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { officerOf } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { identityView } from '../cases/petitioner-view.rules';
import { type Context, viewerOf } from '../context';
import type { Resolvers } from '../generated/graphql';
import { mayReadText } from '../handling/document.rules';
import type { SealService } from '../handling/seal.service';
import { writtenWithSeal } from '../handling/sealing.service';
import { type Attachments, attachmentKey } from '../submissions/attachments.service';
import {
  acceptReview,
  appointHandler,
  receiveSupplement,
  rejectReview,
  requestSupplement,
} from './acceptance.service';
import { openCaseForReview } from './authority.service';
import { closeReview } from './closing.service';
import {
  decideDocument,
  draftDocument,
  fileDocument,
  reviseDocument,
  submitDocument,
} from './documents.service';
import {
  decideSuspension,
  decideTermination,
  resumeReview,
  suspendReview,
  terminateReview,
} from './interruption.service';
import { draftReviewOpinion, serveReview, signReview } from './opinion.service';
import { registerReview } from './register-review.service';
import type { ReviewCase, ReviewDocument } from './review.types';
import type { ReviewInHand, Sealing } from './review-actions.service';
import { askedReviewSteps, leftReviews, reviewCases } from './review-lists.service';
import { applicantView } from './review-register.service';
import { reviewStep } from './review-steps.service';
import { takeOverReview } from './taking-over.service';

type UseCase<Input, Outcome> = (tx: ScopedTransaction, input: Input, acting: Sealing) => Promise<Outcome>;

/** What the resolvers of this room need. */
export interface ReviewParts {
  seals: SealService;
  attachments: Attachments;
}

/** Resolvers of the room review. */
export function reviewResolvers({ seals, attachments }: ReviewParts): Resolvers {
  const doing = doingWith(seals);
  const onReview =
    <Input>(work: UseCase<Input, ReviewInHand>) =>
    async (_: unknown, input: Input, context: Context): Promise<ReviewCase> =>
      (await doing(context, work, input)).review;
  return {
    Query: {
      reviewCase: (_, { id }, { loaders }) => (isUuid(id) ? loaders.review.load(id) : null),
      reviewCases: async (_, { authorityGone, ...which }, context) => {
        const [tx, officer] = [await context.read(), officerOf(context.principal)];
        return authorityGone === true
          ? leftReviews(tx, which, officer, context.clock.today())
          : reviewCases(tx, which, officer);
      },
      askedReviewSteps: async (_, input, context) =>
        askedReviewSteps(await context.read(), input, officerOf(context.principal)),
    },
    Mutation: {
      openCaseForReview: (_, { itemNo }, context) =>
        context.write((tx) =>
          openCaseForReview(tx, itemNo, officerOf(context.principal), context.clock.now()),
        ),
      registerReview: async (_, { input }, context) => {
        const outcome = await doing(context, registerReview, input);
        // The item has lapsed and stays so; only then is the clerk told.
        if (isRefusal(outcome)) throw outcome;
        return outcome.review;
      },
      takeOverReview: onReview(takeOverReview),
      appointHandler: onReview(appointHandler),
      requestSupplement: onReview(requestSupplement),
      receiveSupplement: onReview(receiveSupplement),
      acceptReview: onReview(acceptReview),
      rejectReview: onReview(rejectReview),
      closeReview: onReview(closeReview),
      suspendReview: onReview(suspendReview),
      approveSuspension: onReview(decideSuspension),
      resumeReview: onReview(resumeReview),
      terminateReview: onReview(terminateReview),
      approveTermination: onReview(decideTermination),
      signReview: onReview(signReview),
      serveReview: onReview(serveReview),
      draftReviewOpinion: async (_, input, context) =>
        (await doing(context, draftReviewOpinion, input)).inHand.review,
      draftReviewDocument: (_, input, context) => doing(context, draftDocument, input),
      reviseReviewDocument: (_, input, context) => doing(context, reviseDocument, input),
      submitReviewDocument: (_, input, context) => doing(context, submitDocument, input),
      decideReviewDocument: (_, input, context) => doing(context, decideDocument, input),
      fileReviewDocument: (_, input, context) => doing(context, fileDocument, input),
      reviewStep: (_, { kind, input }, context) =>
        doing(context, (tx, form, acting) => reviewStep(tx, attachments, kind, form, acting), input),
    },
    CaseItem: { reviews: ({ id }, _, { loaders }) => loaders.reviewsOfCase.load(id) },
    ReviewCase: {
      __resolveReference: ({ id }, { loaders }) => (isUuid(id) ? loaders.review.load(id) : null),
      caseItem: ({ caseItemId }, _, { loaders }) => loaders.caseItem.load(caseItemId),
      authority: ({ authorityOrganisationId }, _, { loaders }) =>
        loaders.organisation.load(authorityOrganisationId),
      respondent: ({ respondentOrganisationId }, _, { loaders }) =>
        loaders.organisation.load(respondentOrganisationId),
      applicant: applicantOf,
      receivedAt: ({ receivedOn }) => receivedOn,
      request: async ({ id }, _, { loaders }) => (await loaders.reviewApplication.load(id))?.request ?? null,
      grounds: async ({ id }, _, { loaders }) => (await loaders.reviewApplication.load(id))?.grounds ?? null,
      handler: (review, _, context) =>
        review.handlerId !== null && isInside(review, context) ? { id: review.handlerId } : null,
      dueAt: ({ dueOn }) => dueOn,
      result: (review, _, context) => (isKnown(review, context) ? review.result : null),
      opinionDocNo: (review, _, context) => (isKnown(review, context) ? review.opinionDocNo : null),
      servedAt: ({ servedOn }) => servedOn,
      appealDueAt: ({ appealDueOn }) => appealDueOn,
      previousReview: ({ previousReviewId }, _, { loaders }) =>
        previousReviewId === null ? null : loaders.review.load(previousReviewId),
      steps: ({ id }, _, { loaders }) => loaders.reviewSteps.load(id),
      documents: ({ id }, _, { loaders }) => loaders.reviewDocuments.load(id),
      pauses: ({ id }, _, { loaders }) => loaders.reviewPauses.load(id),
    },
    ReviewStep: {
      reviewCase: ({ reviewCaseId }, _, { loaders }) => loaders.review.load(reviewCaseId),
      organisation: ({ organisationId }, _, { loaders }) => loaders.organisation.load(organisationId),
      account: ({ accountId }) => (accountId === null ? null : { id: accountId }),
      partiesToldAt: ({ toldOn }) => toldOn,
      document: ({ documentId }, _, { loaders }) =>
        documentId === null ? null : loaders.reviewDocument.load(documentId),
      dueAt: ({ dueOn }) => dueOn,
      attachments: ({ id }, _, { loaders }) => loaders.attachments.load(attachmentKey('REVIEW_STEP', id)),
    },
    ReviewDocument: {
      body: bodyOf,
      approvals: ({ id }, _, { loaders }) => loaders.reviewApprovals.load(id),
    },
    ReviewApproval: { leader: ({ leaderId }) => ({ id: leaderId }) },
  };
}

/** Runs a use case as the caller, now; a seal from outside is asked for while no transaction is open. */
function doingWith(seals: SealService) {
  return <Input, Outcome>(
    context: Context,
    work: UseCase<Input, Outcome>,
    input: Input,
  ): Promise<Outcome> => {
    const { clock, principal } = context;
    const acting = { officer: officerOf(principal), at: clock.now(), today: clock.today() };
    return writtenWithSeal(
      (doing) => context.write(doing),
      seals,
      (tx, inHand) => work(tx, input, { ...acting, seals: inHand }),
    );
  };
}

const INSIDE = ['REVIEW_CLERK', 'REVIEW_HANDLER', 'REVIEW_LEADER', 'SUPERVISOR'].map(
  (role) => `petitions:${role}`,
);

/** Whether the viewer is of the authority and has to do with its reviews. */
const isInside = (review: ReviewCase, { principal }: Context): boolean =>
  review.authorityOrganisationId === principal.organisationId &&
  principal.roles.some((role) => INSIDE.includes(role));

/** Nobody outside learns the result before the applicant has it. */
const isKnown = (review: ReviewCase, context: Context): boolean =>
  review.servedOn !== null || isInside(review, context);

async function applicantOf(review: ReviewCase, _: unknown, context: Context) {
  const { loaders, principal } = context;
  const item = await loaders.caseItem.load(review.caseItemId);
  if (item === null) return null;
  const view = applicantView(item, review, principal);
  const petitioner = view === 'NONE' ? null : await loaders.mainPetitioner.load(item.id);
  return petitioner === null || view === 'NONE'
    ? null
    : { id: petitioner.id, citizenId: petitioner.citizenId, petitioner, view };
}

async function bodyOf(document: ReviewDocument, _: unknown, context: Context): Promise<string | null> {
  const { loaders, principal } = context;
  const [item, review] = await Promise.all([
    loaders.caseItem.load(document.caseItemId),
    loaders.review.load(document.reviewCaseId),
  ]);
  if (item === null || review === null) throw refuse.notFound();
  return mayRead(item, review, context, principal.organisationId) ? document.body : null;
}

const mayRead = (item: CaseItem, review: ReviewCase, context: Context, organisationId: string | null) =>
  mayReadText(
    item,
    { organisationId: review.authorityOrganisationId },
    { organisationId, view: identityView(item, viewerOf(context)) },
  );

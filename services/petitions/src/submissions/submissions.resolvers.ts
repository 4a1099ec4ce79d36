import { maskValue } from '@junxian/access';
import type { Bilingual } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import type { PresentRegions } from '@junxian/region-changes';
import { citizenOf, officerOf } from '../actor';
import { identityView } from '../cases/petitioner-view.rules';
import { viewerOf } from '../context';
import type { Resolvers } from '../generated/graphql';
import { type Attachments, attachmentKey } from './attachments.service';
import type { Submission } from './submission.types';
import { ownSubmissions, submissionById, submissionsOfTab, withdrawSubmission } from './submissions.service';
import type { Submitting } from './submitting.service';
import { takeOverSubmission } from './taking-over.service';

const SUBMITTED: Bilingual = {
  zh: '提交成功。工作人员调阅前可以撤回；登记后可在“我的信访”中查看办理进程',
  en: 'Your petition was submitted. You can withdraw it until staff open it; once registered, its handling shows in My petitions',
};

/** Resolvers of online submissions and attachments. */
export function submissionResolvers(
  submitting: Submitting,
  attachments: Attachments,
  regions: PresentRegions,
): Resolvers {
  return {
    Query: {
      mySubmissions: async (_, { unopenedOnly, ...page }, context) =>
        ownSubmissions(
          await context.read(),
          citizenOf(context.principal).accountId,
          unopenedOnly !== false,
          page,
        ),
      submissions: async (_, { tab, ...page }, context) =>
        submissionsOfTab(await context.read(), officerOf(context.principal).organisationId, tab, page),
      submission: async (_, { id }, context) => submissionById(await context.read(), id),
    },
    Mutation: {
      submitPetition: async (_, { input, captcha }, context) => {
        const { accountId } = citizenOf(context.principal);
        const request = {
          accountId,
          clientIp: context.clientIp,
          write: context.write.bind(context),
        };
        const submission = await submitting.submit(request, input, captcha);
        return { submission, message: SUBMITTED[context.locale] };
      },
      withdrawPetition: (_, { id, expectedVersion }, context) =>
        context.write((tx) =>
          withdrawSubmission(
            tx,
            id,
            expectedVersion,
            citizenOf(context.principal).accountId,
            context.clock.now(),
          ),
        ),
      takeOverSubmission: (_, input, context) =>
        context.write((tx) =>
          takeOverSubmission(tx, regions, input, officerOf(context.principal), context.clock.now()),
        ),
      startAttachmentUpload: (_, file, context) =>
        context.write((tx) => attachments.startUpload(tx, context.principal.accountId!, file)),
    },
    OnlineSubmission: {
      unopened: ({ state }) => state === 'SUBMITTED',
      problemRegion: ({ problemRegionCode }) => ({ code: problemRegionCode }),
      problemAddress: (submission, _, { principal }) =>
        mayRead(submission, principal) ? submission.problemAddress : null,
      content: (submission, _, { principal }) => (mayRead(submission, principal) ? submission.content : null),
      attachments: ({ id }, _, { loaders }) => loaders.attachments.load(attachmentKey('SUBMISSION', id)),
      petitionerName: async ({ anonymous, accountId, caseItemId }, _, context) => {
        const { loaders } = context;
        if (anonymous) return '匿名';
        // Once it is registered the item decides: of an accusation passed on even the surname is hidden (section 6).
        const item = caseItemId === null ? null : await loaders.caseItem.load(caseItemId);
        if (caseItemId !== null && (item === null || identityView(item, viewerOf(context)) === 'NONE'))
          return null;
        const profile = await loaders.publicProfile.load(accountId);
        return profile?.name ? maskValue('NAME', profile.name) : null;
      },
      receiver: ({ organisationId }, _, { loaders }) => loaders.organisation.load(organisationId),
      routeDueAt: ({ routeDueOn }) => routeDueOn,
      caseItem: ({ caseItemId }, _, { loaders }) =>
        caseItemId === null ? null : loaders.caseItem.load(caseItemId),
    },
    Attachment: {
      size: ({ size }) => Number(size),
      downloadUrl: (attachment, _, { principal }) => attachments.downloadUrl(attachment, principal.accountId),
    },
  };
}

/** Staff read what a petition says only by opening it, which ends its withdrawal (3.1). */
const mayRead = ({ openedAt }: Submission, { kind }: Principal) => kind === 'CITIZEN' || openedAt !== null;

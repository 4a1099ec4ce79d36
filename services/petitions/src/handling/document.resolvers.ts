import type { ScopedTransaction } from '@junxian/persistence';
import { officerOf } from '../actor';
import type { Context } from '../context';
import type { Resolvers } from '../generated/graphql';
import { type Attachments, attachmentKey } from '../submissions/attachments.service';
import { signedForOf, textFor } from './document-view';
import { type NoticeOfItem, Notices } from './notices.service';
import {
  decideOpinion,
  draftOpinion,
  type OpinionOfItem,
  serveOpinion,
  submitOpinion,
  updateOpinion,
} from './opinions.service';
import {
  type ReportOfItem,
  removeReportFile,
  reviewReport,
  saveReportDraft,
  submitReport,
} from './reports.service';
import type { SealService } from './seal.service';
import { writtenWithSeal } from './sealing.service';

const acting = ({ principal, clock }: Context) => [officerOf(principal), clock.now()] as const;
const noticePayload = ({ notice, item }: NoticeOfItem) => ({ notice, caseItem: item });
const opinionPayload = ({ opinion, item }: OpinionOfItem) => ({ opinion, caseItem: item });
const reportPayload = ({ report, item }: ReportOfItem) => ({ report, caseItem: item });

/** What the resolvers of documents need. */
export interface DocumentParts {
  notices: Notices;
  attachments: Attachments;
  seals: SealService;
}

/** Resolvers of notices, handling opinions and reports. */
export function documentResolvers({ notices, attachments, seals }: DocumentParts): Resolvers {
  const sealing = <T>(context: Context, work: (tx: ScopedTransaction, by: SealService) => Promise<T>) =>
    writtenWithSeal((doing) => context.write(doing), seals, work);
  return {
    Mutation: {
      draftNotice: async (_, draft, context) =>
        noticePayload(await context.write((tx) => notices.draft(tx, draft, ...acting(context)))),
      updateNotice: async (_, input, context) =>
        noticePayload(await context.write((tx) => notices.update(tx, input, ...acting(context)))),
      fileNotice: async (_, input, context) =>
        noticePayload(
          await sealing(context, (tx, by) => new Notices(by).file(tx, input, ...acting(context))),
        ),
      serveNotice: async (_, input, context) =>
        noticePayload(await context.write((tx) => notices.serve(tx, input, ...acting(context)))),
      draftOpinion: async (_, input, context) =>
        opinionPayload(await context.write((tx) => draftOpinion(tx, input, ...acting(context)))),
      updateOpinion: async (_, input, context) =>
        opinionPayload(await context.write((tx) => updateOpinion(tx, input, ...acting(context)))),
      submitOpinion: async (_, input, context) =>
        opinionPayload(await context.write((tx) => submitOpinion(tx, input, ...acting(context)))),
      approveOpinion: async (_, { text = null, ...input }, context) =>
        opinionPayload(
          await sealing(context, (tx, by) =>
            decideOpinion(tx, by, { ...input, approve: true, text }, ...acting(context)),
          ),
        ),
      rejectOpinion: async (_, input, context) =>
        opinionPayload(
          await context.write((tx) =>
            decideOpinion(tx, seals, { ...input, approve: false }, ...acting(context)),
          ),
        ),
      serveOpinion: async (_, input, context) =>
        opinionPayload(await context.write((tx) => serveOpinion(tx, input, ...acting(context)))),
      saveReportDraft: async (_, { input }, context) =>
        reportPayload(
          await context.write((tx) => saveReportDraft(tx, attachments, input, ...acting(context))),
        ),
      removeReportFile: async (_, input, context) =>
        reportPayload(
          await context.write((tx) => removeReportFile(tx, attachments, input, ...acting(context))),
        ),
      submitReport: async (_, input, context) =>
        reportPayload(await context.write((tx) => submitReport(tx, attachments, input, ...acting(context)))),
      reviewReport: async (_, input, context) =>
        reportPayload(await context.write((tx) => reviewReport(tx, input, ...acting(context)))),
    },
    CaseItem: {
      notices: ({ id }, _, { loaders }) => loaders.noticesOfCase.load(id),
      opinions: ({ id }, _, { loaders }) => loaders.opinionsOfCase.load(id),
      reports: ({ id }, _, { loaders }) => loaders.reportsOfCase.load(id),
    },
    NoticeView: {
      organisation: ({ organisationId }, _, { loaders }) => loaders.organisation.load(organisationId),
      body: (notice, _, context) => textFor(notice, context, notice.body),
      reason: (notice, _, context) => textFor(notice, context, notice.reason),
      corrects: async ({ caseItemId, correctsId }, _, { loaders }) =>
        correctsId === null
          ? null
          : ((await loaders.noticesOfCase.load(caseItemId)).find(({ id }) => id === correctsId) ?? null),
      filedBy: ({ filedBy }) => (filedBy === null ? null : { id: filedBy }),
      servedAt: ({ servedOn }) => servedOn,
      signedFor: (notice, _, context) => signedForOf(notice, context),
    },
    OpinionView: {
      organisation: ({ organisationId }, _, { loaders }) => loaders.organisation.load(organisationId),
      facts: (opinion, _, context) => textFor(opinion, context, opinion.facts),
      basis: (opinion, _, context) => textFor(opinion, context, opinion.basis),
      body: (opinion, _, context) => textFor(opinion, context, opinion.body),
      decidedBy: ({ decidedBy }) => (decidedBy === null ? null : { id: decidedBy }),
      // Section 6: approvals are read by the own organisation, and by those who supervise.
      decisionText: ({ organisationId, decisionText }, _, { principal }) =>
        organisationId === principal.organisationId || principal.roles.includes('petitions:SUPERVISOR')
          ? decisionText
          : null,
      servedAt: ({ servedOn }) => servedOn,
      signedFor: (opinion, _, context) => signedForOf(opinion, context),
    },
    ReportView: {
      from: ({ organisationId }, _, { loaders }) => loaders.organisation.load(organisationId),
      to: ({ toOrganisationId }, _, { loaders }) =>
        toOrganisationId === null ? null : loaders.organisation.load(toOrganisationId),
      attachments: ({ id }, _, { loaders }) => loaders.attachments.load(attachmentKey('REPORT', id)),
      returns: ({ id }, _, { loaders }) => loaders.returnsOfReport.load(id),
      toLeader: ({ toLeaderId }) => (toLeaderId === null ? null : { id: toLeaderId }),
      reviewedBy: ({ reviewedBy }) => (reviewedBy === null ? null : { id: reviewedBy }),
    },
    ReportReturn: {
      attachments: async ({ attachmentIds }, _, { loaders }) =>
        (await Promise.all(attachmentIds.map((id) => loaders.attachment.load(id)))).filter(
          (attachment) => attachment !== null,
        ),
      reviewedBy: ({ reviewedBy }) => ({ id: reviewedBy }),
    },
  };
}

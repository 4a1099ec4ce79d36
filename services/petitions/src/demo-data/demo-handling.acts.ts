import { addDays } from '@junxian/calendar';
import {
  approvalsOfItems,
  decideApproval,
  openApproval,
  submitApproval,
} from '../approvals/approvals.service';
import { custodyTask } from '../cases/custody.service';
import { evaluate } from '../evaluation/evaluation.service';
import type { NoticeKind } from '../handling/notice.types';
import {
  decideOpinion,
  draftOpinion,
  opinionsOfItems,
  serveOpinion,
  submitOpinion,
} from '../handling/opinions.service';
import { assign, forward } from '../handling/passing-on.service';
import { archive, directReply } from '../handling/replies.service';
import { reportsOfItems, reviewReport, saveReportDraft, submitReport } from '../handling/reports.service';
import { extendHandling, handleSelf } from '../handling/self-handling.service';
import { answerReminder, remind, reminders } from '../supervision/reminders.service';
import { decideReturn, returnCase, returnRequestsOfTasks } from '../work-lists/returns.service';
import { takeTask } from '../work-lists/tasks.service';
import { demoId } from './demo-directory';
import { type DemoActs, type DemoScene, itemOf, nameOf, seenItem } from './demo-stage';
import { about, demoName, places } from './demo-texts';

/** What organisations do with an item, from the first handing on to the answer and what is thought of it. */
export const handlingActs: DemoActs<
  | 'FORWARD'
  | 'ASSIGN'
  | 'TAKE'
  | 'ACCEPT'
  | 'DECLINE'
  | 'DECLINE_AS_EXHAUSTED'
  | 'HANDLE_SELF'
  | 'REPLY'
  | 'ARCHIVE'
  | 'DRAFT_OPINION'
  | 'SIGN_OPINION'
  | 'SERVE_OPINION'
  | 'EXTEND'
  | 'REPORT'
  | 'DRAFT_REPORT'
  | 'REVIEW_REPORT'
  | 'RETURN'
  | 'DECIDE_RETURN'
  | 'ASK_LEADER'
  | 'LEADER_DECIDES'
  | 'REMIND'
  | 'ANSWER_REMINDER'
  | 'EVALUATE'
  | 'WRITE_CASE'
> = {
  FORWARD: async (scene, { to }) => {
    const { tx, officer, at } = scene;
    const opinion = `请${nameOf(to)}按职责受理并答复信访人。`;
    await forward(
      tx,
      { ...(await seenItem(scene)), destinationOrgId: demoId('organisation', to), opinion },
      officer,
      at,
    );
  },
  ASSIGN: async (scene, { to, resultInDays }) => {
    const { tx, officer, at, today } = scene;
    await assign(
      tx,
      {
        ...(await seenItem(scene)),
        destinationOrgId: demoId('organisation', to),
        opinion: `请${nameOf(to)}调查处理，并按期报告结果。`,
        resultDueAt: addDays(today, resultInDays),
      },
      officer,
      at,
    );
  },
  TAKE: async (scene) => {
    const { tx, held, officer, at } = scene;
    const task = (await custodyTask(tx, held.itemId!))!;
    await takeTask(tx, { taskId: task.id, expectedVersion: task.version }, officer, at);
  },
  ACCEPT: (scene) => informed(scene, 'ACCEPTANCE'),
  DECLINE: (scene) => informed(scene, 'NON_ACCEPTANCE'),
  DECLINE_AS_EXHAUSTED: (scene) => informed(scene, 'NO_LONGER_ACCEPTANCE'),
  HANDLE_SELF: async (scene) => {
    await handleSelf(
      scene.tx,
      { ...(await seenItem(scene)), opinion: '由本单位调查核实后答复。' },
      scene.officer,
      scene.at,
    );
  },
  REPLY: async (scene) => {
    const reply = `您反映的问题收悉。${findingOf(scene)}`;
    await directReply(scene.tx, { ...(await seenItem(scene)), reply }, scene.officer, scene.at);
  },
  ARCHIVE: async (scene) => {
    const reason = '内容不涉及具体诉求，已电话沟通，存档备查。';
    await archive(scene.tx, { ...(await seenItem(scene)), reason }, scene.officer, scene.at);
  },
  DRAFT_OPINION: async (scene, { leader, conclusion }) => {
    const { tx, held, officer, at } = scene;
    const finding = findingOf(scene);
    const { opinion } = await draftOpinion(
      tx,
      {
        caseItemId: held.itemId!,
        input: {
          conclusion,
          facts: finding,
          basis: '《信访工作条例》及有关政策规定。',
          body: `${finding}对您的诉求，现依法答复如上。`,
          remedyText: '如不服本答复，可自收到之日起30日内向上一级机关申请复查。',
        },
      },
      officer,
      at,
    );
    const leaderId = demoId('account', leader);
    await submitOpinion(
      tx,
      { opinionId: opinion.id, expectedVersion: opinion.version, leaderId },
      officer,
      at,
    );
    held.opinionId = opinion.id;
  },
  SIGN_OPINION: async (scene) => {
    const { tx, services, officer, at } = scene;
    await decideOpinion(
      tx,
      services.seals,
      { ...(await seenOpinion(scene)), approve: true, text: '同意。' },
      officer,
      at,
    );
  },
  SERVE_OPINION: async (scene) => {
    const { tx, of, officer, at, today } = scene;
    const service = {
      serviceMode: 'IN_PERSON' as const,
      servedAt: today,
      receipt: 'SIGNED' as const,
      signedFor: demoName(of.person),
    };
    await serveOpinion(
      tx,
      { ...(await seenOpinion(scene)), service, petitionerOpinion: of.person % 3 === 0 ? 'AGREE' : 'NONE' },
      officer,
      at,
    );
  },
  EXTEND: async (scene, { days }) => {
    const reason = '涉及多个部门，需进一步调取档案核实。';
    await extendHandling(scene.tx, { ...(await seenItem(scene)), days, reason }, scene.officer, scene.at);
  },
  REPORT: async (scene) => {
    const { tx, services, held, officer, at } = scene;
    const body = `现将办理情况报告如下：${findingOf(scene)}`;
    const fileIds = held.fileId === undefined ? [] : [held.fileId];
    const form = { caseItemId: held.itemId!, body, fileIds };
    const { report } = await submitReport(tx, services.attachments, form, officer, at);
    held.reportId = report.id;
  },
  DRAFT_REPORT: async (scene) => {
    const { tx, services, held, officer, at } = scene;
    const form = { caseItemId: held.itemId!, body: '现将办理情况报告如下：（待补充核实结果）' };
    await saveReportDraft(tx, services.attachments, form, officer, at);
  },
  REVIEW_REPORT: async ({ tx, held, officer, at }, { approve }) => {
    const report = (await reportsOfItems(tx, [held.itemId!])).find(({ id }) => id === held.reportId)!;
    const opinion = approve ? '结果清楚，同意。' : '请补充付款凭证后重新报告。';
    await reviewReport(
      tx,
      { reportId: report.id, expectedVersion: report.version, approve, opinion },
      officer,
      at,
    );
  },
  RETURN: async ({ tx, held, officer, at }) => {
    const task = (await custodyTask(tx, held.itemId!))!;
    const reason = '所反映事项不属于本单位职责，请转有权处理的单位。';
    await returnCase(tx, { taskId: task.id, expectedVersion: task.version, reason }, officer, at);
  },
  DECIDE_RETURN: async ({ tx, held, officer, at }, { confirm }) => {
    const task = (await custodyTask(tx, held.itemId!))!;
    const request = (await returnRequestsOfTasks(tx, [task.id])).at(-1)!;
    const decision = confirm ? 'CONFIRM' : 'REFUSE';
    await decideReturn(
      tx,
      { requestId: request.id, expectedVersion: request.version, decision, reason: '经核实，情况如此。' },
      officer,
      at,
    );
  },
  ASK_LEADER: async (scene, { leader }) => {
    await submitApproval(
      scene.tx,
      {
        ...(await seenItem(scene)),
        proposedOpinion: '拟转有关单位调查处理，限期答复，请领导批示。',
        leaderId: demoId('account', leader),
      },
      scene.officer,
      scene.at,
    );
  },
  LEADER_DECIDES: async ({ tx, held, officer, at }, { decision }) => {
    const request = (await approvalsOfItems(tx, [held.itemId!])).at(-1)!;
    const { id, version } = await openApproval(tx, request.id, officer, at);
    const text = decision === 'AGREE' ? null : '请先与主管部门会商后再办。';
    await decideApproval(tx, { requestId: id, expectedVersion: version, decision, text }, officer, at);
  },
  REMIND: async ({ tx, held, officer, at, today }, { target, kind, reason }) => {
    const reminder = await remind(
      tx,
      {
        caseItemId: held.itemId!,
        targetOrganisationId: demoId('organisation', target),
        deadlineKind: kind,
        reason,
        text: '该件期限已过，请说明原因并尽快办理。',
      },
      officer,
      { at, today },
    );
    held.reminderId = reminder.id;
  },
  ANSWER_REMINDER: async ({ tx, held, officer, at }) => {
    const received = await reminders(
      tx,
      { box: 'RECEIVED', unanswered: true, first: 100, after: null },
      officer,
    );
    const { id, version } = received.nodes.find((reminder) => reminder.id === held.reminderId)!;
    const text = '因需现场鉴定未能按期答复，预计一周内办结。';
    await answerReminder(tx, { id, text, expectedVersion: version }, officer, at);
  },
  EVALUATE: async (scene, { round, rating }) => {
    const { tx, actor, at, today } = scene;
    const { id, satisfactionInScope, responsibleOrganisationId } = await itemOf(scene);
    // Suggestions and what belongs to the courts are not evaluated.
    if (!satisfactionInScope) return;
    const given = { rating, reasons: rating === 'DISSATISFIED' ? (['LATE'] as const) : [] };
    await evaluate(
      tx,
      id,
      { round, department: given, unit: responsibleOrganisationId === null ? null : given },
      { actor, via: actor.accountId.startsWith('case:') ? 'QUERY_CODE' : 'ACCOUNT' },
      { at, today },
    );
  },
  WRITE_CASE: async (scene, { publish }) => {
    const { tx, services, of, held, officer, at } = scene;
    const title = about(of.subject.title, '某地');
    const body = `${about(of.subject.content, '某地')}\n办理结果：${of.subject.finding}`;
    const { casePublications } = services;
    const { id, version } = await casePublications.save(
      tx,
      { caseItemId: held.itemId!, title, body },
      officer,
      at,
    );
    if (publish)
      await casePublications.publish(
        tx,
        { id, consentConfirmed: true, expectedVersion: version },
        officer,
        at,
      );
  },
};

/** A notice drafted, filed with the seal, and said how it is served. */
async function informed(scene: DemoScene, kind: NoticeKind): Promise<void> {
  const { tx, services, held, officer, at } = scene;
  const accepted = kind === 'ACCEPTANCE';
  const { notice } = await services.notices.draft(
    tx,
    {
      caseItemId: held.itemId!,
      kind,
      input: {
        body: accepted
          ? '您反映的事项已决定受理，将在规定期限内答复。'
          : '您反映的事项经审查不予办理，特此告知。',
        legalBasis: '《信访工作条例》',
        reason: accepted
          ? null
          : kind === 'NON_ACCEPTANCE'
            ? '该事项应当通过诉讼、仲裁、行政复议等法定途径解决。'
            : '该事项已经复查、复核终结。',
        serviceMode: 'POST',
      },
    },
    officer,
    at,
  );
  await services.notices.file(
    tx,
    { noticeId: notice.id, expectedVersion: notice.version, sealConfirmation: true },
    officer,
    at,
  );
}

function findingOf({ of }: DemoScene): string {
  return about(of.subject.finding, places[of.place][1]);
}

async function seenOpinion({ tx, held }: DemoScene): Promise<{ opinionId: string; expectedVersion: number }> {
  const opinion = (await opinionsOfItems(tx, [held.itemId!])).find(({ id }) => id === held.opinionId)!;
  return { opinionId: opinion.id, expectedVersion: opinion.version };
}

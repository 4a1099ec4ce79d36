import { opinionsOfItems } from '../handling/opinions.service';
import { acceptReview, appointHandler, rejectReview, requestSupplement } from '../review/acceptance.service';
import { closeReview } from '../review/closing.service';
import { decideDocument, draftDocument, fileDocument, submitDocument } from '../review/documents.service';
import { documentById } from '../review/documents.store';
import { decideSuspension, suspendReview } from '../review/interruption.service';
import { draftReviewOpinion, serveReview, signReview } from '../review/opinion.service';
import { registerReview } from '../review/register-review.service';
import { reviewById, reviewsOf, stepsOf } from '../review/review.store';
import { answerStep, handlerStep } from '../review/steps.service';
import { demoId } from './demo-directory';
import { type DemoActs, type DemoScene, itemOf } from './demo-stage';
import { demoName } from './demo-texts';

const PAPERS = {
  ACCEPTANCE_FORM: '经审查，对该复查复核申请提出受理意见如下。',
  SUPPLEMENT_LIST: '请补正以下材料：身份证明复印件、原答复意见书复印件。',
  DEFENCE_NOTICE: '现将申请书副本发送你单位，请在规定期限内提交书面答辩及证据。',
} as const;

/** The steps of reviews and re-reviews. */
export const reviewActs: DemoActs<
  | 'APPLY_FOR_REVIEW'
  | 'APPOINT'
  | 'DRAFT_PAPER'
  | 'APPROVE_PAPER'
  | 'ASK_SUPPLEMENT'
  | 'ACCEPT_REVIEW'
  | 'REJECT_REVIEW'
  | 'NOTIFY_RESPONDENT'
  | 'DEFEND'
  | 'EXAMINE'
  | 'HEAR'
  | 'INVITE_LAWYER'
  | 'ADVISE_AS_LAWYER'
  | 'OPINE'
  | 'SIGN_REVIEW'
  | 'SERVE_REVIEW'
  | 'CLOSE_REVIEW'
  | 'SUSPEND'
  | 'APPROVE_SUSPENSION'
> = {
  APPLY_FOR_REVIEW: async (scene, { level }) => {
    const { tx, held, acting, today } = scene;
    const item = await itemOf(scene);
    const outcome = await registerReview(
      tx,
      {
        level,
        caseItemId: item.id,
        expectedVersion: item.version,
        applicationDate: today,
        receivedAt: today,
        request: '请求撤销原答复，重新作出处理。',
        grounds: '原答复认定的事实与实际情况不符，适用政策有误。',
        challengedDocNo: await challengedNumber(scene, level),
      },
      acting,
    );
    if (outcome instanceof Error) throw outcome;
    held.reviewId = outcome.review.id;
  },
  APPOINT: async (scene, { handler }) => {
    await appointHandler(
      scene.tx,
      { ...(await seenReview(scene)), accountId: demoId('account', handler) },
      scene.acting,
    );
  },
  DRAFT_PAPER: async ({ tx, held, acting }, { kind, leader, reject = false }) => {
    const acceptanceForm = kind === 'ACCEPTANCE_FORM' ? (reject ? 'REJECT' : 'ACCEPT') : null;
    const paper = await draftDocument(
      tx,
      { reviewCaseId: held.reviewId!, kind, body: PAPERS[kind], acceptanceForm },
      acting,
    );
    const leaderId = demoId('account', leader);
    await submitDocument(tx, { documentId: paper.id, expectedVersion: paper.version, leaderId }, acting);
    held.paperId = paper.id;
  },
  APPROVE_PAPER: async (scene) => {
    await decideDocument(
      scene.tx,
      { ...(await seenPaper(scene)), approve: true, text: '同意。' },
      scene.acting,
    );
  },
  ASK_SUPPLEMENT: async (scene) => {
    const documentId = await filed(scene);
    await requestSupplement(scene.tx, { ...(await seenReview(scene)), documentId }, scene.acting);
  },
  ACCEPT_REVIEW: async (scene) => {
    const documentId = await filed(scene);
    await acceptReview(scene.tx, { ...(await seenReview(scene)), documentId }, scene.acting);
  },
  REJECT_REVIEW: async (scene) => {
    const documentId = await filed(scene);
    await rejectReview(scene.tx, { ...(await seenReview(scene)), documentId }, scene.acting);
  },
  NOTIFY_RESPONDENT: async (scene) => {
    const documentId = await filed(scene);
    await handlerStep(
      scene.tx,
      'DEFENCE_NOTICE',
      { ...(await seenReview(scene)), input: { documentId } },
      scene.acting,
    );
  },
  DEFEND: async (scene) => {
    const input = { content: '原答复事实清楚、依据充分，请予维持。', evidence: '办理卷宗、现场笔录复印件。' };
    await answerStep(scene.tx, 'DEFENCE', { ...(await askedStep(scene, 'DEFENCE')), input }, scene.acting);
  },
  EXAMINE: async (scene) => {
    const input = { content: '经书面审查，双方争议在于事实认定，拟举行听证。' };
    await handlerStep(scene.tx, 'WRITTEN_EXAMINATION', { ...(await seenReview(scene)), input }, scene.acting);
  },
  HEAR: async (scene) => {
    const input = {
      content: '听证会上双方陈述意见并质证，会议记录附卷。',
      heldOn: scene.today,
      endedOn: scene.today,
      host: '示例主持人',
      participants: ['示例申请人代表', '示例被申请人代表'],
    };
    await handlerStep(scene.tx, 'HEARING', { ...(await seenReview(scene)), input }, scene.acting);
  },
  INVITE_LAWYER: async (scene) => {
    const input = {
      content: '请就原答复适用的政策依据提出法律意见。',
      organisationId: demoId('organisation', 'pt-datong'),
      accountId: demoId('account', 'pt-datong-lawyer'),
    };
    await handlerStep(scene.tx, 'LAWYER_INVITATION', { ...(await seenReview(scene)), input }, scene.acting);
  },
  ADVISE_AS_LAWYER: async (scene) => {
    const input = { content: '原答复引用的文件现行有效，适用正确。' };
    const step = await askedStep(scene, 'LAWYER_EXAMINATION');
    await answerStep(scene.tx, 'LAWYER_EXAMINATION', { ...step, input }, scene.acting);
  },
  OPINE: async (scene, { result, leader }) => {
    const { tx, acting } = scene;
    const body =
      result === 'UPHOLD'
        ? '经复查，原答复意见正确，予以维持。'
        : '经复查，原答复事实不清，撤销并责令重新处理。';
    const { opinion } = await draftReviewOpinion(tx, { ...(await seenReview(scene)), body, result }, acting);
    const leaderId = demoId('account', leader);
    await submitDocument(tx, { documentId: opinion.id, expectedVersion: opinion.version, leaderId }, acting);
  },
  SIGN_REVIEW: async (scene) => {
    await signReview(
      scene.tx,
      { ...(await seenReview(scene)), approve: true, text: '同意签发。' },
      scene.acting,
    );
  },
  SERVE_REVIEW: async (scene) => {
    const service = {
      serviceMode: 'IN_PERSON' as const,
      servedAt: scene.today,
      receipt: 'SIGNED' as const,
      signedFor: demoName(scene.of.person),
    };
    await serveReview(scene.tx, { ...(await seenReview(scene)), service }, scene.acting);
  },
  CLOSE_REVIEW: async (scene) => {
    await closeReview(scene.tx, await seenReview(scene), scene.acting);
  },
  SUSPEND: async (scene) => {
    const reason = '申请人因病住院，暂时不能参加听证。';
    await suspendReview(
      scene.tx,
      { ...(await seenReview(scene)), reason, partiesToldAt: scene.today },
      scene.acting,
    );
  },
  APPROVE_SUSPENSION: async (scene) => {
    await decideSuspension(scene.tx, { ...(await seenReview(scene)), approve: true }, scene.acting);
  },
};

/** The number on the opinion that the applicant challenges. */
async function challengedNumber({ tx, held }: DemoScene, level: 'REVIEW' | 'RE_REVIEW'): Promise<string> {
  if (level === 'RE_REVIEW') return (await reviewsOf(tx, held.itemId!)).at(-1)!.opinionDocNo!;
  return (await opinionsOfItems(tx, [held.itemId!])).at(-1)!.docNo!;
}

async function seenReview({
  tx,
  held,
}: DemoScene): Promise<{ reviewCaseId: string; expectedVersion: number }> {
  const { id, version } = (await reviewById(tx, held.reviewId!))!;
  return { reviewCaseId: id, expectedVersion: version };
}

async function seenPaper({ tx, held }: DemoScene): Promise<{ documentId: string; expectedVersion: number }> {
  const { id, version } = (await documentById(tx, held.paperId!))!;
  return { documentId: id, expectedVersion: version };
}

/** Files the paper that was approved; returns its id. */
async function filed(scene: DemoScene): Promise<string> {
  const { id } = await fileDocument(scene.tx, await seenPaper(scene), scene.acting);
  return id;
}

async function askedStep({ tx, held }: DemoScene, kind: 'DEFENCE' | 'LAWYER_EXAMINATION') {
  const step = (await stepsOf(tx, held.reviewId!)).find(
    (found) => found.kind === kind && found.state === 'OPEN',
  )!;
  return { stepId: step.id, expectedVersion: step.version };
}

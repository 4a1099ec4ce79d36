import { addDays } from '@junxian/calendar';
import { cancelApproval, decideApproval, openApproval, submitApproval } from '../approvals/approvals.service';
import { evaluate } from '../evaluation/evaluation.service';
import { decideOpinion, draftOpinion, serveOpinion, submitOpinion } from '../handling/opinions.service';
import { assign, forward } from '../handling/passing-on.service';
import { archive, directReply } from '../handling/replies.service';
import { reviewReport, saveReportDraft, submitReport } from '../handling/reports.service';
import { extendHandling, handleSelf } from '../handling/self-handling.service';
import { updateRegistration } from '../registration/correction.service';
import { acceptReview, appointHandler, rejectReview } from '../review/acceptance.service';
import { closeReview } from '../review/closing.service';
import { decideDocument, draftDocument, fileDocument, submitDocument } from '../review/documents.service';
import {
  decideSuspension,
  decideTermination,
  resumeReview,
  suspendReview,
  terminateReview,
} from '../review/interruption.service';
import { draftReviewOpinion, serveReview, signReview } from '../review/opinion.service';
import { registerReview } from '../review/register-review.service';
import { lapseAppeals } from '../review/review-upkeep.service';
import { answerStep, handlerStep } from '../review/steps.service';
import { codeHolderScope } from '../service-scopes';
import { raiseWarnings } from '../supervision/daily-run.service';
import { ORGANISATIONS } from '../testing/store.support.test';
import { decideReturn, returnCase, withdrawReturn } from '../work-lists/returns.service';
import { takeBack } from '../work-lists/take-back.service';
import { sendTask, setDone, takeTask, viewTask } from '../work-lists/tasks.service';
import { ORGANISATION_KEYS, player, type Snapshot, type World } from './world.fixture';

/** One move: what, and three numbers by which its details are picked. */
export interface Move {
  name: keyof typeof MOVES;
  x: number;
  y: number;
}

/** Thrown by a move that found nothing to do: neither done nor refused. */
export class Idle extends Error {}

interface Scene {
  world: World;
  now: Snapshot;
  x: number;
  y: number;
}

const pick = <Value>(values: readonly Value[], number: number): Value => values[number % values.length]!;
const custodyOf = ({ tasks }: Snapshot) => tasks.find(({ custody }) => custody);
const TEXT = '示例：模型测试。';
const SERVICE = (day: string) => ({
  serviceMode: 'IN_PERSON' as const,
  servedAt: day,
  receipt: 'SIGNED' as const,
  signedFor: '示例',
});

/** Who has the item in hand, or somebody at random where nobody has: a stranger's attempt must be refused too. */
function hand({ world, now, x, y }: Scene) {
  const task = custodyOf(now);
  if (task === undefined || y % 11 === 0) return player(pick(ORGANISATION_KEYS, x), 'a');
  return world.holder(task.organisationId, task.holderId);
}
/** Mostly an organisation on the problem region's path, now and then any. */
function destination({ x, y }: Scene): string {
  const onPath = ['jinan', 'lixia', 'lixiaUnit', 'lixiaStreet'] as const;
  return ORGANISATIONS[y % 7 === 0 ? pick(ORGANISATION_KEYS, x) : pick(onPath, x)].id;
}
const onItem = ({ now }: Scene) => ({ caseItemId: now.item.id, expectedVersion: now.item.version });
const anyTask = ({ now, x }: Scene) => pick(now.tasks, x);
const seen = ({ id, version }: { id: string; version: number }) => ({ taskId: id, expectedVersion: version });
const latest = <Row>(rows: readonly Row[]): Row | undefined => rows.at(-1);

/** All moves; each is a use case as somebody who probably, but not always, may. Refusals are part of the game. */
export const MOVES = {
  take: async (scene: Scene) => {
    const task = custodyOf(scene.now) ?? anyTask(scene);
    const who = scene.world.of(task.organisationId, scene.y % 3 === 0 ? 'b' : 'a');
    await scene.world.as(who, (tx, { officer, at }) => takeTask(tx, seen(task), officer, at));
  },
  view: async (scene: Scene) => {
    const task = anyTask(scene);
    await scene.world.as(scene.world.of(task.organisationId, 'a'), (tx, { officer, at }) =>
      viewTask(tx, task.id, officer, at),
    );
  },
  forward: async (scene: Scene) => {
    const destinationOrgId = destination(scene);
    await scene.world.as(hand(scene), (tx, { officer, at }) =>
      forward(tx, { ...onItem(scene), destinationOrgId, opinion: TEXT }, officer, at),
    );
  },
  assign: async (scene: Scene) => {
    const destinationOrgId = destination(scene);
    const resultDueAt = addDays(scene.world.store.clock.today(), (scene.y % 40) - 1);
    await scene.world.as(hand(scene), (tx, { officer, at }) =>
      assign(tx, { ...onItem(scene), destinationOrgId, resultDueAt, opinion: TEXT }, officer, at),
    );
  },
  takeBack: async (scene: Scene) => {
    const task = pick([...scene.now.tasks].reverse(), scene.x % 3);
    await scene.world.as(scene.world.holder(task.organisationId, task.holderId), (tx, { officer, at }) =>
      takeBack(tx, seen(task), officer, at),
    );
  },
  giveBack: async (scene: Scene) => {
    const task = custodyOf(scene.now) ?? anyTask(scene);
    await scene.world.as(scene.world.holder(task.organisationId, task.holderId), (tx, { officer, at }) =>
      returnCase(tx, { ...seen(task), reason: TEXT }, officer, at),
    );
  },
  decideReturn: async ({ world, now, x }: Scene) => {
    const request = latest(now.returns);
    if (request === undefined) throw new Idle();
    await world.as(world.of(request.senderOrganisationId, 'a'), (tx, { officer, at }) =>
      decideReturn(
        tx,
        {
          requestId: request.id,
          expectedVersion: request.version,
          decision: x % 2 === 0 ? 'CONFIRM' : 'REFUSE',
          reason: TEXT,
        },
        officer,
        at,
      ),
    );
  },
  withdrawReturn: async ({ world, now }: Scene) => {
    const request = latest(now.returns);
    if (request === undefined) throw new Idle();
    await world.as(world.of(request.organisationId, 'a'), (tx, { officer, at }) =>
      withdrawReturn(tx, { requestId: request.id, expectedVersion: request.version }, officer, at),
    );
  },
  submitApproval: async (scene: Scene) => {
    const who = hand(scene);
    const leaderId = scene.world.of(who.organisationId!, 'leader').accountId!;
    await scene.world.as(who, (tx, { officer, at }) =>
      submitApproval(tx, { ...onItem(scene), proposedOpinion: TEXT, leaderId }, officer, at),
    );
  },
  decideApproval: async ({ world, now, x }: Scene) => {
    const request = latest(now.approvals);
    if (request === undefined) throw new Idle();
    const leader = world.of(request.organisationId, 'leader');
    const about = { requestId: request.id, expectedVersion: request.version };
    if (x % 4 === 0)
      await world.as(leader, (tx, { officer, at }) => openApproval(tx, request.id, officer, at));
    else if (x % 4 === 1)
      await world.as(world.holder(request.organisationId, request.submitterId), (tx, { officer, at }) =>
        cancelApproval(tx, about, officer, at),
      );
    else
      await world.as(leader, (tx, { officer, at }) =>
        decideApproval(
          tx,
          { ...about, decision: pick(['AGREE', 'AMEND', 'REJECT'] as const, x), text: TEXT },
          officer,
          at,
        ),
      );
  },
  send: async (scene: Scene) => {
    const task = anyTask(scene);
    const from = scene.world.holder(task.organisationId, task.holderId);
    const toAccountId = scene.world.of(task.organisationId, scene.y % 2 === 0 ? 'a' : 'b').accountId!;
    await scene.world.as(from, (tx, { officer, at }) =>
      sendTask(tx, { ...seen(task), toAccountId }, officer, at),
    );
  },
  setDone: async (scene: Scene) => {
    const task =
      scene.now.tasks.find(({ state, custody, kind }) => state === 'TODO' && !custody && kind === 'HANDLE') ??
      anyTask(scene);
    await scene.world.as(scene.world.holder(task.organisationId, task.holderId), (tx, { officer, at }) =>
      setDone(tx, seen(task), officer, at),
    );
  },
  correct: async (scene: Scene) => {
    const { world, x } = scene;
    const data = pick(
      [
        { title: `示例更正${x}` },
        { problemRegionCode: '370202000000' },
        { problemRegionCode: '370102001000' },
        { urgent: true },
        { litigationRelated: true },
      ],
      x,
    );
    await world.as(hand(scene), (tx, { officer }) =>
      updateRegistration(tx, world.store.services, { ...onItem(scene), correction: { data } }, officer),
    );
  },
  inform: async (scene: Scene) => {
    const { world, now, x } = scene;
    const who = hand(scene);
    const { notices } = world.store.services;
    const kind = x % 8 === 0 ? 'NON_ACCEPTANCE' : x % 8 === 1 ? 'NO_LONGER_ACCEPTANCE' : 'ACCEPTANCE';
    const draft = latest(
      now.notices.filter(
        ({ state, organisationId }) => state === 'DRAFT' && organisationId === who.organisationId,
      ),
    );
    const noticeId =
      draft ??
      (
        await world.as(who, (tx, { officer, at }) =>
          notices.draft(
            tx,
            {
              caseItemId: now.item.id,
              kind,
              input: { body: TEXT, legalBasis: TEXT, reason: TEXT, serviceMode: 'POST' },
            },
            officer,
            at,
          ),
        )
      ).notice;
    await world.as(who, (tx, { officer, at }) =>
      notices.file(
        tx,
        { noticeId: noticeId.id, expectedVersion: noticeId.version, sealConfirmation: true },
        officer,
        at,
      ),
    );
  },
  handleSelf: async (scene: Scene) => {
    await scene.world.as(hand(scene), (tx, { officer, at }) => handleSelf(tx, onItem(scene), officer, at));
  },
  extend: async (scene: Scene) => {
    const leader = scene.world.of(scene.now.item.custodianOrganisationId, 'leader');
    await scene.world.as(leader, (tx, { officer, at }) =>
      extendHandling(tx, { ...onItem(scene), days: 1 + (scene.x % 35), reason: TEXT }, officer, at),
    );
  },
  opinion: async (scene: Scene) => {
    const { world, now } = scene;
    const who = hand(scene);
    const opinion = latest(now.opinions.filter(({ state }) => state !== 'SERVED'));
    const of = (version: number) => ({ opinionId: opinion!.id, expectedVersion: version });
    const leader = world.of(who.organisationId!, 'leader');
    await world.as(opinion?.state === 'IN_APPROVAL' ? leader : who, async (tx, { officer, at, today }) => {
      if (opinion === undefined)
        return draftOpinion(
          tx,
          {
            caseItemId: now.item.id,
            input: { conclusion: 'PARTIAL', facts: TEXT, basis: TEXT, body: TEXT, remedyText: TEXT },
          },
          officer,
          at,
        );
      if (opinion.state === 'DRAFT')
        return submitOpinion(tx, { ...of(opinion.version), leaderId: leader.accountId! }, officer, at);
      if (opinion.state === 'IN_APPROVAL')
        return decideOpinion(
          tx,
          world.store.services.seals,
          { ...of(opinion.version), approve: scene.x % 5 !== 0, text: TEXT },
          officer,
          at,
        );
      return serveOpinion(
        tx,
        { ...of(opinion.version), service: SERVICE(today), petitionerOpinion: 'DISAGREE' },
        officer,
        at,
      );
    });
  },
  directReply: async (scene: Scene) => {
    if (scene.y % 5 !== 0) throw new Idle();
    await scene.world.as(hand(scene), (tx, { officer, at }) =>
      directReply(tx, { ...onItem(scene), reply: TEXT }, officer, at),
    );
  },
  archive: async (scene: Scene) => {
    if (scene.y % 7 !== 0) throw new Idle();
    await scene.world.as(hand(scene), (tx, { officer, at }) =>
      archive(tx, { ...onItem(scene), reason: TEXT }, officer, at),
    );
  },
  report: async (scene: Scene) => {
    const { world, now, x } = scene;
    const waiting = latest(now.reports.filter(({ state }) => state === 'SUBMITTED'));
    if (waiting !== undefined && x % 2 === 0) {
      await world.as(
        world.of(waiting.toOrganisationId, waiting.toLeaderId === null ? 'a' : 'leader'),
        (tx, { officer, at }) =>
          reviewReport(
            tx,
            {
              reportId: waiting.id,
              expectedVersion: waiting.version,
              approve: scene.y % 3 !== 0,
              opinion: TEXT,
            },
            officer,
            at,
          ),
      );
      return;
    }
    const task = pick(now.tasks, x);
    const begun = latest(
      now.reports.filter(
        ({ organisationId, state }) =>
          organisationId === task.organisationId && ['DRAFT', 'SENT_BACK'].includes(state),
      ),
    );
    const form = {
      caseItemId: now.item.id,
      body: TEXT,
      ...(begun === undefined ? {} : { reportId: begun.id, expectedVersion: begun.version }),
    };
    const doing = scene.y % 4 === 0 ? saveReportDraft : submitReport;
    const { attachments } = world.store.services;
    await world.as(world.holder(task.organisationId, task.holderId), (tx, { officer, at }) =>
      doing(tx, attachments, form, officer, at),
    );
  },
  evaluate: async ({ world, now, x }: Scene) => {
    const { id } = now.item;
    const unitRating =
      now.item.responsibleOrganisationId === null ? null : pick(['SATISFIED', 'DISSATISFIED'] as const, x);
    const actor = {
      accountId: `case:${id}`,
      organisationId: null,
      regionCode: null,
      roles: [],
      operatorName: null,
    };
    await world.store.database.write(codeHolderScope(id), (tx) =>
      evaluate(
        tx,
        id,
        {
          round: 1 + (x % 2),
          department: { rating: pick(['SATISFIED', 'BASICALLY_SATISFIED', 'DISSATISFIED'] as const, x) },
          unit: unitRating === null ? null : { rating: unitRating },
        },
        { actor, via: 'QUERY_CODE' },
        { at: world.store.clock.now(), today: world.store.clock.today() },
      ),
    );
  },
  applyForReview: async ({ world, now, x }: Scene) => {
    const { item } = now;
    const level = item.state === 'REVIEWED' ? ('RE_REVIEW' as const) : ('REVIEW' as const);
    const last = latest(now.reviews);
    const docNo =
      level === 'RE_REVIEW'
        ? last?.opinionDocNo
        : latest(now.opinions.filter(({ state }) => state === 'SERVED'))?.docNo;
    if (!docNo) throw new Idle();
    const today = world.store.clock.today();
    for (const key of x % 5 === 0
      ? [pick(ORGANISATION_KEYS, x)]
      : (['lixia', 'jinan', 'shandong', 'nation'] as const)) {
      const answer = await world
        .as(player(key, 'review'), (tx, acting) =>
          registerReview(
            tx,
            {
              level,
              caseItemId: item.id,
              expectedVersion: item.version,
              applicationDate: today,
              receivedAt: today,
              request: TEXT,
              grounds: TEXT,
              challengedDocNo: docNo,
            },
            acting,
          ),
        )
        .catch((refusal: Error) => refusal);
      if (!(answer instanceof Error)) return;
      if (answer.name !== 'Refusal') throw answer;
    }
  },
  review: async (scene: Scene) => {
    const { world, now, x, y } = scene;
    const review = latest(now.reviews);
    if (review === undefined) throw new Idle();
    const by = (role: 'review' | 'leader') => world.of(review.authorityOrganisationId, role);
    const reference = { reviewCaseId: review.id, expectedVersion: review.version };
    const today = world.store.clock.today();
    const decide = { approve: y % 6 !== 0, text: TEXT };
    const handler = <T>(work: Parameters<typeof world.as<T>>[1]) => world.as(by('review'), work);
    const leader = <T>(work: Parameters<typeof world.as<T>>[1]) => world.as(by('leader'), work);
    const latestOf = (kind: string) =>
      latest(now.documents.filter((one) => one.reviewCaseId === review.id && one.kind === kind));
    /** The next step of a document of a kind: drafted, submitted, decided, filed. Returns it once it is filed, and then does nothing. */
    const documentOf = async (kind: 'ACCEPTANCE_FORM' | 'DEFENCE_NOTICE') => {
      const document = latestOf(kind);
      if (document === undefined || document.state === 'REJECTED') {
        const acceptanceForm =
          kind === 'ACCEPTANCE_FORM' ? ({ acceptanceForm: y % 6 === 1 ? 'REJECT' : 'ACCEPT' } as const) : {};
        await handler((tx, acting) =>
          draftDocument(tx, { reviewCaseId: review.id, kind, body: TEXT, ...acceptanceForm }, acting),
        );
        return;
      }
      const of = { documentId: document.id, expectedVersion: document.version };
      if (document.state === 'DRAFT')
        await handler((tx, acting) =>
          submitDocument(tx, { ...of, leaderId: by('leader').accountId! }, acting),
        );
      else if (document.state === 'IN_APPROVAL')
        await leader((tx, acting) => decideDocument(tx, { ...of, ...decide }, acting));
      else if (document.state === 'APPROVED')
        await handler((tx, acting) => fileDocument(tx, of, { ...acting, seals: world.store.services.seals }));
      else return document;
    };
    if (x % 13 === 0)
      return void (await handler((tx, acting) =>
        suspendReview(tx, { ...reference, reason: TEXT, partiesToldAt: today }, acting),
      ));
    if (x % 13 === 1)
      return void (await leader((tx, acting) => decideSuspension(tx, { ...reference, ...decide }, acting)));
    if (x % 29 === 2)
      return void (await handler((tx, acting) =>
        terminateReview(
          tx,
          { ...reference, ground: 'WITHDRAWAL', reason: TEXT, partiesToldAt: today },
          acting,
        ),
      ));
    if (x % 29 === 3)
      return void (await leader((tx, acting) => decideTermination(tx, { ...reference, ...decide }, acting)));
    switch (review.state) {
      case 'REGISTERED':
        return void (await leader((tx, acting) =>
          appointHandler(tx, { ...reference, accountId: by('review').accountId! }, acting),
        ));
      case 'ASSIGNED': {
        const form = await documentOf('ACCEPTANCE_FORM');
        if (form === undefined) return;
        const settle = form.acceptanceForm === 'ACCEPT' ? acceptReview : rejectReview;
        return void (await handler((tx, acting) =>
          settle(tx, { ...reference, documentId: form.id }, acting),
        ));
      }
      case 'EXAMINING': {
        const done = (kind: string) =>
          now.steps.find((step) => step.reviewCaseId === review.id && step.kind === kind);
        const asked = done('DEFENCE');
        if (asked === undefined) {
          const notice = await documentOf('DEFENCE_NOTICE');
          if (notice === undefined) return;
          return void (await handler((tx, acting) =>
            handlerStep(tx, 'DEFENCE_NOTICE', { ...reference, input: { documentId: notice.id } }, acting),
          ));
        }
        if (asked.state === 'OPEN' && y % 5 !== 0)
          return void (await world.as(world.of(asked.organisationId, 'a'), (tx, acting) =>
            answerStep(
              tx,
              'DEFENCE',
              { stepId: asked.id, expectedVersion: asked.version, input: { content: TEXT, evidence: TEXT } },
              acting,
            ),
          ));
        // Sometimes too early, sometimes once more.
        if (done('WRITTEN_EXAMINATION') === undefined || y % 7 === 0)
          return void (await handler((tx, acting) =>
            handlerStep(tx, 'WRITTEN_EXAMINATION', { ...reference, input: { content: TEXT } }, acting),
          ));
        return void (await handler((tx, acting) =>
          draftReviewOpinion(
            tx,
            { ...reference, body: TEXT, result: pick(['UPHOLD', 'MODIFY', 'REVOKE_REHANDLE'] as const, x) },
            acting,
          ),
        ));
      }
      case 'OPINION_DRAFT': {
        const opinion = latestOf('OPINION');
        if (opinion?.state === 'DRAFT' && y % 9 !== 0)
          return void (await handler((tx, acting) =>
            submitDocument(
              tx,
              {
                documentId: opinion.id,
                expectedVersion: opinion.version,
                leaderId: by('leader').accountId!,
              },
              acting,
            ),
          ));
        return void (await leader((tx, acting) =>
          signReview(tx, { ...reference, ...decide }, { ...acting, seals: world.store.services.seals }),
        ));
      }
      case 'SIGNED':
        return void (await handler((tx, acting) =>
          serveReview(tx, { ...reference, service: SERVICE(today) }, acting),
        ));
      case 'SERVED':
        return void (await leader((tx, acting) => closeReview(tx, reference, acting)));
      case 'SUSPENDED':
        return void (await handler((tx, acting) => resumeReview(tx, { ...reference, reason: TEXT }, acting)));
      default:
        throw new Idle();
    }
  },
  /** Days pass; the daily work is done. */
  wait: async ({ world, x }: Scene) => {
    world.store.clock.advance((x % 9) * 86_400_000);
    await lapseAppeals(world.store.database, world.store.clock);
    await raiseWarnings(world.store.database, world.store.clock);
  },
  register: async ({ world, x, y }: Scene) => {
    if (world.items.length < 3)
      await world.register(pick(['shandong', 'jinan', 'lixia', 'lixiaStreet'] as const, x), y);
  },
} satisfies Record<string, (scene: Scene) => Promise<void>>;

/** How often each move is made, against the others. */
export const WEIGHTS: Readonly<Record<keyof typeof MOVES, number>> = {
  take: 14,
  view: 3,
  forward: 10,
  assign: 9,
  takeBack: 4,
  giveBack: 4,
  decideReturn: 4,
  withdrawReturn: 1,
  submitApproval: 1,
  decideApproval: 8,
  send: 3,
  setDone: 10,
  correct: 4,
  inform: 8,
  handleSelf: 5,
  extend: 2,
  opinion: 14,
  directReply: 1,
  archive: 1,
  report: 14,
  evaluate: 10,
  applyForReview: 12,
  review: 36,
  wait: 3,
  register: 1,
};

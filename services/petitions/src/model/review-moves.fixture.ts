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
import { answerStep, handlerStep } from '../review/steps.service';
import { Idle, latest, pick, type Scene, SERVICE, TEXT } from './scene.fixture';
import { ORGANISATION_KEYS, type Player, player, REVIEWERS } from './world.fixture';

/** Most reviews do not revoke, so that some items go through all three levels. */
const RESULTS = ['UPHOLD', 'MODIFY', 'UPHOLD', 'REVOKE_REHANDLE'] as const;

/** Moves of the review and the re-review of an item. */
export const REVIEW_MOVES = {
  applyForReview: async ({ world, now, x }: Scene) => {
    const { item } = now;
    const last = latest(now.reviews);
    const reviewed = item.state === 'REVIEWED' || (item.state === 'LAPSED' && last?.state === 'CLOSED');
    const level = reviewed ? ('RE_REVIEW' as const) : ('REVIEW' as const);
    const docNo =
      level === 'RE_REVIEW'
        ? last?.opinionDocNo
        : latest(now.opinions.filter(({ state }) => state === 'SERVED'))?.docNo;
    if (!docNo) throw new Idle();
    const today = world.store.clock.today();
    // Of a lapsed item mostly one that was long on its way.
    const applicationDate = (item.state === 'LAPSED' && x % 4 !== 0 && item.appealDueOn) || today;
    let refusal: Error | undefined;
    for (const key of x % 5 === 0
      ? [pick(ORGANISATION_KEYS, x)]
      : (['lixia', 'jinan', 'shandong', 'nation'] as const)) {
      const answer = await world
        .as(player(key, 'clerk'), (tx, acting) =>
          registerReview(
            tx,
            {
              level,
              caseItemId: item.id,
              expectedVersion: item.version,
              applicationDate,
              receivedAt: today,
              request: TEXT,
              grounds: TEXT,
              challengedDocNo: docNo,
            },
            acting,
          ),
        )
        .catch((error: Error) => error);
      if (!(answer instanceof Error)) return;
      if (answer.name !== 'Refusal') throw answer;
      refusal = answer;
    }
    throw refusal;
  },
  review: async (scene: Scene) => {
    const { world, now, x, y } = scene;
    const review = latest(now.reviews);
    if (review === undefined) throw new Idle();
    const by = (role: Player) => world.of(review.authorityOrganisationId, role);
    const reviewers = REVIEWERS.map(by);
    const appointed = reviewers.find(({ accountId }) => accountId === review.handlerId) ?? reviewers[0]!;
    const reference = { reviewCaseId: review.id, expectedVersion: review.version };
    const today = world.store.clock.today();
    const decide = { approve: y % 6 !== 0, text: TEXT };
    const handler = <T>(work: Parameters<typeof world.as<T>>[1]) => world.as(appointed, work);
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
    const request = now.steps.find(
      ({ reviewCaseId, state, kind }) =>
        reviewCaseId === review.id && state === 'OPEN' && (kind === 'SUSPENSION' || kind === 'TERMINATION'),
    );
    // Mostly what is asked is decided before the review goes on; sometimes what nobody asked.
    const decided = x % 3 !== 0 ? request?.kind : undefined;
    if (decided === 'SUSPENSION' || x % 61 === 1)
      return void (await leader((tx, acting) => decideSuspension(tx, { ...reference, ...decide }, acting)));
    if (decided === 'TERMINATION' || x % 61 === 2)
      return void (await leader((tx, acting) => decideTermination(tx, { ...reference, ...decide }, acting)));
    if (x % 29 === 0)
      return void (await handler((tx, acting) =>
        suspendReview(tx, { ...reference, reason: TEXT, partiesToldAt: today }, acting),
      ));
    if (x % 127 === 3)
      return void (await handler((tx, acting) =>
        terminateReview(
          tx,
          { ...reference, ground: 'WITHDRAWAL', reason: TEXT, partiesToldAt: today },
          acting,
        ),
      ));
    switch (review.state) {
      case 'REGISTERED': {
        // Who handled an earlier review of the item must stand aside, and is now and then asked all the same.
        const fresh = reviewers.filter(({ accountId }) =>
          now.reviews.every(({ handlerId }) => handlerId !== accountId),
        );
        const free = fresh.length === 0 || y % 8 === 0 ? reviewers : fresh;
        return void (await leader((tx, acting) =>
          appointHandler(tx, { ...reference, accountId: pick(free, y).accountId! }, acting),
        ));
      }
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
          draftReviewOpinion(tx, { ...reference, body: TEXT, result: pick(RESULTS, x) }, acting),
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
};

import { isRefusal } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { officerOf } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { HandlingStage, lixiaUnit, unitLeader } from '../handling/handling.fixture';
import type { CaseDraft } from '../registration/case-registration.service';
import { itemAs } from '../testing/cases.support.test';
import { ORGANISATIONS, type OrganisationKey, officer } from '../testing/store.support.test';
import { acceptReview, appointHandler } from './acceptance.service';
import { closeReview } from './closing.service';
import { decideDocument, draftDocument, fileDocument, submitDocument } from './documents.service';
import { draftReviewOpinion, serveReview, signReview } from './opinion.service';
import { registerReview } from './register-review.service';
import type { ReviewApplication } from './registration.rules';
import { reviewById, stepsOf } from './review.store';
import type {
  AcceptanceForm,
  ReviewCase,
  ReviewDocument,
  ReviewDocumentKind,
  ReviewLevel,
  ReviewResult,
  ReviewStep,
} from './review.types';
import type { ReviewInHand, Sealing } from './review-actions.service';
import type { AskedStep, HandlerStep, StepInput } from './steps.rules';
import { answerStep, handlerStep } from './steps.service';

export interface Bench {
  key: OrganisationKey;
  clerk: Principal;
  handler: Principal;
  leader: Principal;
}
const bench = (key: OrganisationKey): Bench => ({
  key,
  clerk: officer(key, 'REVIEW_CLERK'),
  handler: officer(key, 'REVIEW_HANDLER'),
  leader: officer(key, 'REVIEW_LEADER'),
});
/** The review officers of the Lixia bureau, which stands above the unit that answers, and of the Jinan bureau above it. */
export const lixiaBench = bench('lixia');
export const jinanBench = bench('jinan');
export const respondent = lixiaUnit;
export const lawyer = officer('shinanUnit', 'LAWYER');
export const expert = officer('shandongUnit', 'EXPERT');

/** The use cases of reviews, as the persons of a stage do them. */
export class ReviewStage extends HandlingStage {
  /** Lets the service know everybody's appointment. */
  async appointAll(): Promise<void> {
    for (const person of [
      ...[lixiaBench, jinanBench].flatMap(({ clerk, handler, leader }) => [clerk, handler, leader]),
      lawyer,
      expert,
      respondent,
      unitLeader,
    ])
      await this.store.appoint(person);
  }

  /** Runs a use case of this room as somebody. */
  does<Input, Outcome>(
    by: Principal,
    work: (tx: ScopedTransaction, input: Input, acting: Sealing) => Promise<Outcome>,
    input: Input,
  ): Promise<Outcome> {
    const {
      clock,
      services: { seals },
    } = this.store;
    return this.store.as(by, (tx) =>
      work(tx, input, { officer: officerOf(by), at: clock.now(), today: clock.today(), seals }),
    );
  }

  /** An item that the unit in Lixia handled and answered; the opinion is served on a day, at which the clock then stands. */
  async replied(servedOn = '2026-05-06', changes: Partial<CaseDraft> = {}): Promise<CaseItem> {
    this.at(servedOn);
    const { id } = await this.atUnit(changes);
    await this.notify(respondent, id, 'ACCEPTANCE');
    return this.answer(id, servedOn);
  }

  /** The unit in Lixia handles an accepted item and serves its opinion. */
  async answer(id: string, servedOn: string): Promise<CaseItem> {
    await this.handleSelf(respondent, id);
    const { opinion } = await this.approvedOpinion(id);
    await this.serve(opinion, servedOn);
    return this.item(id);
  }

  /** The item as the respondent, who always sees it, sees it now. */
  async item(id: string): Promise<CaseItem> {
    return (await itemAs(this.store, respondent, id))!;
  }

  async application(item: CaseItem, changes: Partial<ReviewApplication> = {}): Promise<ReviewApplication> {
    const today = this.store.clock.today();
    const level = changes.level ?? (item.state === 'REVIEWED' ? 'RE_REVIEW' : 'REVIEW');
    return {
      level,
      caseItemId: item.id,
      expectedVersion: item.version,
      applicationDate: today,
      receivedAt: today,
      request: '示例：请求撤销答复意见。',
      grounds: '示例：事实不清。',
      challengedDocNo: await this.docNo(item.id, level),
      ...changes,
    };
  }

  /** The number on the opinion that was served last. */
  private async docNo(caseItemId: string, level: ReviewLevel): Promise<string> {
    const [row] = await this.store.adminQuery<{ docNo: string }>(
      level === 'REVIEW'
        ? `SELECT doc_no AS "docNo" FROM handling_opinion WHERE case_item_id = $1 AND state = 'SERVED' ORDER BY id DESC LIMIT 1`
        : `SELECT opinion_doc_no AS "docNo" FROM review_case WHERE case_item_id = $1 AND state = 'CLOSED' ORDER BY id DESC LIMIT 1`,
      [caseItemId],
    );
    return row?.docNo ?? '';
  }

  /** Registers an application today. Throws the refusal when it came too late. */
  async registered(
    item: CaseItem,
    { clerk }: Bench = lixiaBench,
    changes: Partial<ReviewApplication> = {},
  ): Promise<ReviewInHand> {
    const outcome = await this.does(clerk, registerReview, await this.application(item, changes));
    if (isRefusal(outcome)) throw outcome;
    return outcome;
  }

  /** A review as it now is. */
  async review(id: string, { leader }: Bench = lixiaBench): Promise<ReviewCase> {
    return (await this.store.readAs(leader, (tx) => reviewById(tx, id)))!;
  }

  /** The reference by which an action finds the review as it now is. */
  async on(
    id: string,
    bench: Bench = lixiaBench,
  ): Promise<{ reviewCaseId: string; expectedVersion: number }> {
    return { reviewCaseId: id, expectedVersion: (await this.review(id, bench)).version };
  }

  async steps(id: string, by: Principal = lixiaBench.leader): Promise<ReviewStep[]> {
    return this.store.readAs(by, (tx) => stepsOf(tx, id));
  }

  async appointed(id: string, bench: Bench = lixiaBench): Promise<ReviewInHand> {
    return this.does(bench.leader, appointHandler, {
      ...(await this.on(id, bench)),
      accountId: bench.handler.accountId!,
    });
  }

  /** A document, drafted, submitted, approved and filed. */
  async filed(
    id: string,
    kind: ReviewDocumentKind,
    { handler, leader }: Bench = lixiaBench,
    acceptanceForm: AcceptanceForm | null = null,
  ): Promise<ReviewDocument> {
    const draft = await this.does(handler, draftDocument, {
      reviewCaseId: id,
      kind,
      body: '示例文书。',
      acceptanceForm,
    });
    const submitted = await this.does(handler, submitDocument, {
      documentId: draft.id,
      expectedVersion: draft.version,
      leaderId: leader.accountId!,
    });
    const approved = await this.does(leader, decideDocument, {
      documentId: draft.id,
      expectedVersion: submitted.version,
      approve: true,
    });
    return this.does(handler, fileDocument, { documentId: draft.id, expectedVersion: approved.version });
  }

  /** Registered, handler appointed, accepted: under examination. */
  async examining(item: CaseItem, bench: Bench = lixiaBench): Promise<ReviewCase> {
    const { review } = await this.registered(item, bench);
    await this.appointed(review.id, bench);
    return this.accepted(review.id, bench);
  }

  /** Accepted by a filed form. */
  async accepted(id: string, bench: Bench = lixiaBench): Promise<ReviewCase> {
    const form = await this.filed(id, 'ACCEPTANCE_FORM', bench, 'ACCEPT');
    const { review } = await this.does(bench.handler, acceptReview, {
      ...(await this.on(id, bench)),
      documentId: form.id,
    });
    return review;
  }

  async step(
    id: string,
    kind: HandlerStep,
    input: StepInput,
    bench: Bench = lixiaBench,
  ): Promise<ReviewStep> {
    return this.does(
      bench.handler,
      (tx, given: Parameters<typeof handlerStep>[2], acting) => handlerStep(tx, kind, given, acting),
      { ...(await this.on(id, bench)), input },
    );
  }

  /** The step one was asked for last, and its doing. */
  async answerAsked(
    id: string,
    by: Principal,
    kind: AskedStep,
    input: StepInput = { content: '示例：意见。', evidence: '示例：工资表。' },
  ): Promise<ReviewStep> {
    const asked = (await this.steps(id, by)).findLast((step) => step.kind === kind)!;
    return this.does(
      by,
      (tx, given: Parameters<typeof answerStep>[2], acting) => answerStep(tx, kind, given, acting),
      { stepId: asked.id, expectedVersion: asked.version, input },
    );
  }

  /** The respondent is notified and answers; the file is examined. */
  async examined(id: string, bench: Bench = lixiaBench, by: Principal = respondent): Promise<void> {
    const notice = await this.filed(id, 'DEFENCE_NOTICE', bench);
    await this.step(id, 'DEFENCE_NOTICE', { documentId: notice.id }, bench);
    await this.answerAsked(id, by, 'DEFENCE');
    await this.step(id, 'WRITTEN_EXAMINATION', { content: '示例：书面审查。' }, bench);
  }

  /** The opinion, drafted and submitted to the leader. */
  async opinionSubmitted(
    id: string,
    result: ReviewResult,
    bench: Bench = lixiaBench,
  ): Promise<ReviewDocument> {
    const { opinion } = await this.does(bench.handler, draftReviewOpinion, {
      ...(await this.on(id, bench)),
      body: '示例：意见书正文。',
      result,
    });
    return this.does(bench.handler, submitDocument, {
      documentId: opinion.id,
      expectedVersion: opinion.version,
      leaderId: bench.leader.accountId!,
    });
  }

  /** Signed and served on the day of the clock. */
  async served(id: string, result: ReviewResult, bench: Bench = lixiaBench): Promise<ReviewInHand> {
    await this.opinionSubmitted(id, result, bench);
    await this.does(bench.leader, signReview, { ...(await this.on(id, bench)), approve: true });
    return this.does(bench.clerk, serveReview, {
      ...(await this.on(id, bench)),
      service: {
        serviceMode: 'IN_PERSON' as const,
        servedAt: this.store.clock.today(),
        receipt: 'SIGNED' as const,
        signedFor: '张三',
      },
    });
  }

  async closed(id: string, bench: Bench = lixiaBench): Promise<ReviewInHand> {
    return this.does(bench.leader, closeReview, await this.on(id, bench));
  }

  /** A whole review of an item today, from the application to the close. */
  async wholeReview(
    item: CaseItem,
    result: ReviewResult,
    bench: Bench = lixiaBench,
    by: Principal = respondent,
  ): Promise<ReviewInHand> {
    const { id } = await this.examining(item, bench);
    await this.examined(id, bench, by);
    await this.served(id, result, bench);
    return this.closed(id, bench);
  }

  /** Types of the events about an item since it was answered, in order: `review.registered`, `case.final`. */
  async published(caseItemId: string): Promise<string[]> {
    const rows = await this.store.adminQuery<{ type: string }>(
      `SELECT envelope::jsonb ->> 'type' AS type FROM outbox WHERE key = $1 ORDER BY position`,
      [caseItemId],
    );
    const types = rows.map(({ type }) => type.replace(/^junxian\.petitions\.|\.v1$/g, ''));
    return types.slice(types.indexOf('case.completed') + 1);
  }

  async matterStatus({ matterId }: CaseItem): Promise<string> {
    const [row] = await this.store.adminQuery<{ status: string }>(
      'SELECT status FROM petition_matter WHERE id = $1',
      [matterId],
    );
    return row!.status;
  }
}

export const idOf = (key: OrganisationKey): string => ORGANISATIONS[key].id;

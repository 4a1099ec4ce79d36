import type { GraphAnswer, Json } from '@junxian/test-kit';
import { type NumberedItem, type Office, ok } from './office';

const REVIEW = `id version state level dueAt pausedDays result opinionDocNo appealDueAt handler { id } pauses { kind fromOn untilOn }
  documents { id kind state version } steps { id kind state version dueAt }`;

/** Who decides reviews in a place. */
export interface Panel {
  clerk: string;
  handler: string;
  leader: string;
}

export const COUNTY_REVIEW: Panel = {
  clerk: 'pt-yunzhou-review',
  handler: 'pt-yunzhou-review',
  leader: 'pt-yunzhou-head',
};
export const CITY_REVIEW: Panel = {
  clerk: 'pt-datong-review',
  handler: 'pt-datong-review',
  leader: 'pt-datong-leader',
};

/** What reviewing offices and respondents do, each by requests through the gateway. */
export class Reviews {
  constructor(private readonly office: Office) {}

  /** A review as somebody sees it. */
  async find(who: string, id: string): Promise<Json> {
    return (await this.office.do(who, `query ($id: ID!) { reviewCase(id: $id) { ${REVIEW} } }`, { id }))
      .reviewCase;
  }

  /** Registers an application for a (re-)review that came today. */
  async register(
    clerk: string,
    level: 'REVIEW' | 'RE_REVIEW',
    { id, itemNo }: NumberedItem,
    today: string,
    docNo: string,
  ): Promise<GraphAnswer> {
    await this.office.do(clerk, `mutation ($no: String!) { openCaseForReview(itemNo: $no) { id } }`, {
      no: itemNo,
    });
    return this.office.ask(
      clerk,
      `mutation ($input: RegisterReviewInput!) { registerReview(input: $input) { ${REVIEW} } }`,
      {
        input: {
          level,
          caseItemId: id,
          expectedVersion: await this.office.version(clerk, id),
          applicationDate: today,
          receivedAt: today,
          request: '示例：请求撤销原答复。',
          grounds: '示例：事实认定不清。',
          challengedDocNo: docNo,
        },
      },
    );
  }

  /** Registers at the county an application for a review that came today. Returns the review's id. */
  async registerAtCounty(of: NumberedItem, docNo: string, today: string): Promise<string> {
    return ok(await this.register(COUNTY_REVIEW.clerk, 'REVIEW', of, today, docNo)).registerReview.id;
  }

  /** The leader appoints the handler. */
  async appoint({ handler, leader }: Panel, reviewId: string): Promise<void> {
    await this.act(leader, 'appointHandler', reviewId, `accountId: "${this.office.account(handler)}"`);
  }

  /** Accepts the application with an approved acceptance form. */
  async accept({ handler, leader }: Panel, reviewId: string): Promise<void> {
    const form = await this.fileDocument(handler, leader, reviewId, 'ACCEPTANCE_FORM', 'ACCEPT');
    await this.act(handler, 'acceptReview', reviewId, `documentId: "${form}"`);
  }

  /** A mutation of a review that takes the review, its version and perhaps more; `more` is written as GraphQL. */
  async act(who: string, mutation: string, reviewId: string, more = ''): Promise<Json> {
    const { version } = await this.find(who, reviewId);
    const document = `mutation ($id: ID!, $v: Int!) { ${mutation}(reviewCaseId: $id, expectedVersion: $v${more && `, ${more}`}) { ${REVIEW} } }`;
    return (await this.office.do(who, document, { id: reviewId, v: version }))[mutation];
  }

  /** Drafts a document of a review, has the leader approve it, files it. Returns its id. */
  async fileDocument(
    handler: string,
    leader: string,
    reviewId: string,
    kind: string,
    acceptanceForm?: 'ACCEPT' | 'REJECT',
  ): Promise<string> {
    const drafted = (
      await this.office.do(
        handler,
        `mutation ($id: ID!, $kind: ReviewDocumentKind!, $form: AcceptanceForm) {
           draftReviewDocument(reviewCaseId: $id, kind: $kind, body: "示例文书正文。", acceptanceForm: $form) { id version } }`,
        { id: reviewId, kind, form: acceptanceForm ?? null },
      )
    ).draftReviewDocument;
    const submitted = await this.submitDocument(handler, leader, drafted);
    const decided = (
      await this.office.do(
        leader,
        `mutation ($id: ID!, $v: Int!) { decideReviewDocument(documentId: $id, expectedVersion: $v, approve: true) { id version } }`,
        { id: submitted.id, v: submitted.version },
      )
    ).decideReviewDocument;
    await this.office.do(
      handler,
      `mutation ($id: ID!, $v: Int!) { fileReviewDocument(documentId: $id, expectedVersion: $v) { id } }`,
      { id: decided.id, v: decided.version },
    );
    return decided.id;
  }

  private async submitDocument(handler: string, leader: string, { id, version }: Json): Promise<Json> {
    return (
      await this.office.do(
        handler,
        `mutation ($id: ID!, $v: Int!, $leader: ID!) { submitReviewDocument(documentId: $id, expectedVersion: $v, leaderId: $leader) { id version } }`,
        { id, v: version, leader: this.office.account(leader) },
      )
    ).submitReviewDocument;
  }

  /** A step of a review by its handler. */
  async step(handler: string, kind: string, reviewId: string, input: Json = {}): Promise<GraphAnswer> {
    const { version } = await this.find(handler, reviewId);
    return this.office.ask(
      handler,
      `mutation ($kind: ReviewStepAction!, $input: ReviewStepInput!) { reviewStep(kind: $kind, input: $input) { id dueAt } }`,
      { kind, input: { reviewCaseId: reviewId, expectedVersion: version, ...input } },
    );
  }

  /** Files the notice by which the respondent is asked for its defence, and sends it. */
  async askForDefence({ handler, leader }: Panel, reviewId: string): Promise<void> {
    const notice = await this.fileDocument(handler, leader, reviewId, 'DEFENCE_NOTICE');
    ok(await this.step(handler, 'DEFENCE_NOTICE', reviewId, { documentId: notice }));
  }

  /** The respondent finds the request for a defence among the steps asked of it, and answers. */
  async defend(respondent: string, reviewId: string): Promise<void> {
    const { askedReviewSteps } = await this.office.do(
      respondent,
      `{ askedReviewSteps(open: true) { nodes { id version kind reviewCase { id } } } }`,
    );
    const asked = askedReviewSteps.nodes.find((step: Json) => step.reviewCase?.id === reviewId);
    await this.office.do(
      respondent,
      `mutation ($input: ReviewStepInput!) { reviewStep(kind: DEFENCE, input: $input) { id } }`,
      {
        input: {
          stepId: asked.id,
          expectedVersion: asked.version,
          content: '示例：答辩意见。',
          evidence: '示例：证据目录。',
        },
      },
    );
  }

  /** From the opinion's draft to the closing of a review, today. */
  async conclude(
    { clerk, handler, leader }: Panel,
    reviewId: string,
    result: string,
    today: string,
  ): Promise<Json> {
    const drafted = await this.act(
      handler,
      'draftReviewOpinion',
      reviewId,
      `body: "示例：复查意见。", result: ${result}`,
    );
    const opinion = drafted.documents.find(({ kind }: Json) => kind === 'OPINION');
    await this.submitDocument(handler, leader, opinion);
    await this.act(leader, 'signReview', reviewId, 'approve: true');
    await this.act(
      clerk,
      'serveReview',
      reviewId,
      `service: { serviceMode: POST, servedAt: "${today}", receipt: SIGNED, signedFor: "示例签收" }`,
    );
    return this.act(leader, 'closeReview', reviewId);
  }
}

import type { Answer, Sender } from './http';
import type { Desk, People, Person } from './people';

/** How one lifecycle came out. */
export type Outcome =
  | { kind: 'done' }
  /** Told politely to come later, by load shedding or a rate limit. */
  | { kind: 'refused'; step: string; code: string }
  | { kind: 'failed'; step: string; answer: Answer };

/** Told by whoever measures how long each step took, in milliseconds. */
export type Observe = (step: string, milliseconds: number) => void;

class Refused extends Error {
  constructor(
    readonly step: string,
    readonly answer: Answer,
  ) {
    super(step);
  }
}

/**
 * A refusal is polite when it says when to come again: load shedding (503 with Retry-After) or a rate limit. Anything else that is not the
 * answer asked for is an error.
 */
function isPolite({ status, code, retryAfter, errors }: Answer): boolean {
  if (code === 'RATE_LIMITED') return true;
  return status === 503 && code === 'OVERLOADED' && retryAfter !== undefined && errors?.length === 1;
}

/**
 * One whole life of a petition, through the gateway: a citizen submits; the province's registrar opens, registers and assigns it to the county's
 * unit; the unit finds it in its inbox, takes it, accepts it by a notice, handles it itself, drafts the opinion and submits it to its leader, who
 * approves; the unit serves it; the registrar finds it by its number. This is the shortest way from submission to REPLIED (catalogue 3.2).
 */
export async function lifecycle(
  sender: Sender,
  people: People,
  { desk, citizen }: { desk: Desk; citizen: Person },
  observe: Observe,
): Promise<Outcome> {
  const { registrar, handler, leader, county, unitId } = desk;
  const run = async (step: string, who: Person, variables: object) => {
    const started = performance.now();
    const answer = await sender.send(DOCUMENTS[step as keyof typeof DOCUMENTS], variables, who);
    observe(step, performance.now() - started);
    if (answer.status !== 200 || answer.errors !== undefined) throw new Refused(step, answer);
    return answer.data;
  };
  try {
    const { submission } = (
      await run('submit', citizen, {
        input: {
          title: '反映小区供暖问题',
          problemRegionCode: county.problemRegionCode,
          problemAddress: '示例小区三号楼',
          content: '入冬以来室内温度一直不达标，物业和供热公司互相推诿，请求协调解决。'.repeat(4),
        },
        captcha: people.captcha(),
      })
    ).submitPetition;
    const { duplicates } = (await run('open', registrar, { id: submission.id })).openSubmission;
    const registered = (
      await run('register', registrar, {
        id: submission.id,
        input: {
          data: { purpose: 'SEEK_SOLUTION', contentCategory: people.category },
          ...(duplicates.length > 0 ? { duplicates: { kind: 'NEITHER' } } : {}),
        },
      })
    ).registerOnline;
    const { id } = registered;
    await run('assign', registrar, {
      id,
      version: registered.version,
      input: {
        destinationOrgId: unitId,
        resultDueAt: people.resultDueAt,
        opinion: '请依法按程序办理并报结果',
      },
    });
    const inbox = (await run('inbox', handler, {})).workList.nodes as {
      id: string;
      version: number;
      caseItem: { id: string };
    }[];
    const found =
      inbox.find(({ caseItem }) => caseItem.id === id) ??
      (await run('task', handler, { id })).caseItem.tasks.find(
        ({ state }: { state: string }) => state === 'UNIT_INBOX',
      );
    await run('take', handler, { id: found.id, version: found.version });
    const { notice } = (
      await run('draftNotice', handler, {
        id,
        input: {
          body: '您反映的供暖问题，我单位决定予以受理，将在法定期限内书面答复。',
          legalBasis: '《信访条例》第二十二条',
          serviceMode: 'POST',
        },
      })
    ).draftNotice;
    const filed = (await run('fileNotice', handler, { id: notice.id, version: notice.version })).fileNotice;
    const own = (await run('handleSelf', handler, { id, version: filed.caseItem.version })).handleSelf;
    const drafted = (await run('draftOpinion', handler, { id: own.caseItem.id, input: OPINION })).draftOpinion
      .opinion;
    const submitted = (
      await run('submitOpinion', handler, {
        id: drafted.id,
        version: drafted.version,
        leader: leader.accountId,
      })
    ).submitOpinion.opinion;
    const approved = (await run('approve', leader, { id: submitted.id, version: submitted.version }))
      .approveOpinion.opinion;
    const served = (
      await run('serve', handler, {
        id: approved.id,
        version: approved.version,
        service: { serviceMode: 'IN_PERSON', servedAt: people.today, receipt: 'SIGNED', signedFor: '本人' },
      })
    ).serveOpinion;
    const search = (await run('search', registrar, { filter: { itemNo: registered.itemNo } })).searchCases;
    if (
      served.caseItem.state !== 'COMPLETED' ||
      search.nodes[0]?.id !== id ||
      search.nodes[0].outcome !== 'REPLIED'
    )
      throw new Error(`a lifecycle that ended otherwise: ${JSON.stringify({ served, search })}`);
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { step, answer } = error;
    return isPolite(answer)
      ? { kind: 'refused', step, code: answer.code ?? '' }
      : { kind: 'failed', step, answer };
  }
}

const OPINION = {
  conclusion: 'SUPPORT',
  facts: '经查，该小区换热站循环泵故障，室温低于合同约定。',
  basis: '《城市供热条例》及供用热合同',
  body: '供热公司已更换循环泵，室温恢复至约定标准，并按日退还热费。',
  remedyText: '如不服本意见，可自收到之日起三十日内向上一级行政机关申请复查。',
};

const DOCUMENTS = {
  submit: `mutation Submit($input: SubmitPetitionInput!, $captcha: CaptchaInput) {
    submitPetition(input: $input, captcha: $captcha) { message submission { id state submittedAt } } }`,
  open: `mutation Open($id: ID!) {
    openSubmission(submissionId: $id) { submission { id title content petitionerName } duplicates { itemNo match } } }`,
  register: `mutation Register($id: ID!, $input: RegisterOnlineInput!) {
    registerOnline(submissionId: $id, input: $input) { id itemNo state version routeDueAt } }`,
  assign: `mutation Assign($id: ID!, $version: Int!, $input: AssignInput!) {
    assign(caseItemId: $id, expectedVersion: $version, input: $input) { caseItem { id state version acceptDueAt } record { id seq } } }`,
  inbox: `query Inbox { workList(list: UNIT_INBOX, first: 10) { nodes { id version receivedAt caseItem { id itemNo title } } hasNextPage } }`,
  task: `query Task($id: ID!) { caseItem(id: $id) { id tasks { id version state } } }`,
  take: `mutation Take($id: ID!, $version: Int!) { takeTask(taskId: $id, expectedVersion: $version) { id state version } }`,
  draftNotice: `mutation DraftNotice($id: ID!, $input: NoticeInput!) {
    draftNotice(caseItemId: $id, kind: ACCEPTANCE, input: $input) { notice { id version } } }`,
  fileNotice: `mutation FileNotice($id: ID!, $version: Int!) {
    fileNotice(noticeId: $id, expectedVersion: $version, sealConfirmation: true) { notice { id docNo } caseItem { id state version handleDueAt } } }`,
  handleSelf: `mutation HandleSelf($id: ID!, $version: Int!) {
    handleSelf(caseItemId: $id, expectedVersion: $version) { caseItem { id version selfHandling } } }`,
  draftOpinion: `mutation DraftOpinion($id: ID!, $input: OpinionInput!) {
    draftOpinion(caseItemId: $id, input: $input) { opinion { id version } } }`,
  submitOpinion: `mutation SubmitOpinion($id: ID!, $version: Int!, $leader: ID!) {
    submitOpinion(opinionId: $id, expectedVersion: $version, leaderId: $leader) { opinion { id version state } } }`,
  approve: `mutation Approve($id: ID!, $version: Int!) {
    approveOpinion(opinionId: $id, expectedVersion: $version) { opinion { id version docNo } } }`,
  serve: `mutation Serve($id: ID!, $version: Int!, $service: DocumentServiceInput!) {
    serveOpinion(opinionId: $id, expectedVersion: $version, service: $service) { opinion { id } caseItem { id state appealDueAt } } }`,
  search: `query Search($filter: CaseFilter!) {
    searchCases(filter: $filter, first: 5) { nodes { id itemNo state outcome petitioner { displayName } } hasNextPage } }`,
} as const;

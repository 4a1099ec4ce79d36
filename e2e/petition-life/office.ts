import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphAnswer, Json } from '@junxian/test-kit';
import { demoOrganisations } from '../../services/directory/src/demo-data/demo-accounts';
import { Asking } from '../support/asking';
import { PETITIONS_OFFICE, PUBLIC_SITE, type SignedIn } from '../support/signing-in';
import { eventually, type System } from '../support/system';

/** The data of an answer that succeeded. */
export function ok(answer: GraphAnswer): Json {
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data!;
}

/** The code an answer was refused with. */
export const codeOf = (answer: GraphAnswer): unknown => answer.errors?.[0]?.extensions?.code;

/** What a link to a file leads to. */
export const download = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());

/** An item as whoever registered it is told of it. */
export interface NumberedItem {
  id: string;
  itemNo: string;
}

const ITEM = /* GraphQL */ `
  query Item($id: ID!) {
    caseItem(id: $id) {
      id itemNo version state outcome title routeDueAt acceptDueAt handleDueAt extendedDays appealDueAt late selfHandling
      firstInSystem satisfactionMode satisfactionInScope anonymous receivedAt
      custodian { id } responsibleUnit { id }
      petitioner { displayName anonymous name idNumber citizen { id } }
      handlingRecords { id mode state opinion from { id } destination { id } }
      notices { id docNo version state }
      opinions { id docNo version state body }
      reports { id version state }
      reviews { id }
      extensions { days oldDueAt newDueAt }
      warnings { kind level dueAt target { id } supervisor { id } }
      evaluation { status enabled nextRound unitToBeRated rounds { round } }
    }
  }
`;

/** Milliseconds after which every process has the moved clock (moved-clock.cjs reads it so often), and some to spare. */
const CLOCK_IS_READ_WITHIN = 50;

/** What officers and citizens do, each by one request through the gateway; who acts signs in anew after the clock moved. */
export class Office extends Asking {
  private readonly sessions = new Map<string, Promise<SignedIn>>();
  /** When the clock was moved last, by the one that never is. */
  private movedAt = 0;
  private organisations = new Map<string, string>();
  private accounts = new Map<string, string>();
  private readonly citizens = new Set<string>();

  constructor(readonly system: System) {
    super();
  }

  /** Looks up the ids of the demonstration's organisations and accounts. */
  async open(): Promise<void> {
    const organisations = await this.system.adminQuery<{ id: string; sealName: string }>(
      'directory',
      'SELECT id, seal_name AS "sealName" FROM organisation',
    );
    const idOf = new Map(organisations.map(({ id, sealName }) => [sealName, id]));
    this.organisations = new Map(demoOrganisations.map(({ key, sealName }) => [key, idOf.get(sealName)!]));
    const accounts = await this.system.adminQuery<{ id: string; loginName: string }>(
      'directory',
      'SELECT id, login_name AS "loginName" FROM account',
    );
    this.accounts = new Map(accounts.map(({ id, loginName }) => [loginName, id]));
    const appointments = await this.system.adminQuery<{ id: string }>(
      'directory',
      `SELECT id FROM appointment WHERE organisation_id IN (SELECT id FROM organisation WHERE seal_name LIKE '%信访局')`,
    );
    // The demonstration of petitions brings stand-ins of them for its first day.
    await eventually(
      'petitions knowing its officers from directory',
      () =>
        this.system.adminQuery('petitions', 'SELECT FROM officer_appointment WHERE id = ANY($1::uuid[])', [
          appointments.map(({ id }) => id),
        ]),
      (known) => known.length === appointments.length,
      60_000,
    );
  }

  organisation(key: string): string {
    return this.organisations.get(key)!;
  }

  /** From now on `key` is the name of an organisation that was created meanwhile. */
  knowOrganisation(key: string, id: string): void {
    this.organisations.set(key, id);
  }

  account(loginName: string): string {
    return this.accounts.get(loginName)!;
  }

  /** Moves the clock of all processes to a date and time in China. */
  at(date: string, time = '09:00'): void {
    this.system.moveClockTo(`${date}T${time}:00+08:00`);
    this.movedAt = performance.now();
    this.sessions.clear();
  }

  /** As {@link at}, and waits until the run of 06:00 of that day is done. */
  async morning(date: string): Promise<void> {
    this.at(date, '06:05');
    const run = (withinMs: number) =>
      eventually(
        `the run of ${date}`,
        () =>
          this.system.adminQuery(
            'petitions',
            'SELECT FROM supervision_run WHERE day = $1 AND finished_at IS NOT NULL',
            [date],
          ),
        (rows) => rows.length === 1,
        withinMs,
      );
    // Whoever was at the run of the day before looks again a minute later: by the moved clock, not in a minute of ours.
    await run(2_000).catch(() => {
      this.at(date, '06:10');
      return run(90_000);
    });
  }

  /** Somebody's session at the present time. */
  as(who: string): Promise<SignedIn> {
    if (!this.sessions.has(who)) this.sessions.set(who, this.signIn(who));
    return this.sessions.get(who)!;
  }

  /** Just after a jump one process may still have the old time, and not believe what another one vouches for. */
  private async signIn(who: string): Promise<SignedIn> {
    // A token of the old time would be good for signing in and nothing else.
    await sleep(Math.max(0, this.movedAt + CLOCK_IS_READ_WITHIN - performance.now()));
    const place = this.citizens.has(who) ? PUBLIC_SITE : PETITIONS_OFFICE;
    const signedIn = await eventually(
      `${who} signing in`,
      () => this.system.signIn(who, place).catch((error: Error) => error.message),
      (session) => typeof session !== 'string',
      30_000,
    );
    return signedIn as SignedIn;
  }

  /** From now on `who` is the name of a citizen's account. */
  knowCitizen(who: string): void {
    this.citizens.add(who);
  }

  async item(who: string, id: string): Promise<Json> {
    return (await this.do(who, ITEM, { id })).caseItem;
  }

  /** The version of an item, for a mutation of it. */
  async version(who: string, id: string): Promise<number> {
    return (await this.item(who, id)).version;
  }

  /** The warnings about an item that somebody sees: `HANDLE YELLOW`. */
  async warningsOf(who: string, id: string): Promise<string[]> {
    return (await this.item(who, id)).warnings.map(({ kind, level }: Json) => `${kind} ${level}`);
  }

  /** The attachments of a submission, as far as somebody may read them. */
  async attachments(who: string, submissionId: string): Promise<Json[]> {
    const { submission } = await this.do(
      who,
      `query ($id: ID!) { submission(id: $id) { attachments { fileName size downloadUrl } } }`,
      { id: submissionId },
    );
    return submission.attachments;
  }

  /** The task about an item in one of somebody's lists, or undefined. */
  async taskIn(who: string, list: string, id: string): Promise<Json | undefined> {
    const { workList } = await this.do(
      who,
      `query ($list: WorkList!) { workList(list: $list, first: 100) {
         nodes { id version kind state urgency caseItem { id } returnRequests { id version state } } } }`,
      { list },
    );
    return workList.nodes.find((task: Json) => task.caseItem?.id === id);
  }

  /** Takes an item out of the unit inbox. */
  async take(who: string, id: string): Promise<void> {
    const task = await this.taskIn(who, 'UNIT_INBOX', id);
    if (task === undefined) throw new Error(`${who} finds nothing of ${id} in the unit inbox`);
    await this.do(
      who,
      `mutation ($id: ID!, $v: Int!) { takeTask(taskId: $id, expectedVersion: $v) { id } }`,
      {
        id: task.id,
        v: task.version,
      },
    );
  }

  async forward(who: string, id: string, to: string): Promise<Json> {
    const { forward } = await this.do(
      who,
      `mutation ($id: ID!, $v: Int!, $input: ForwardInput!) {
         forward(caseItemId: $id, expectedVersion: $v, input: $input) { caseItem { acceptDueAt } record { id } } }`,
      {
        id,
        v: await this.version(who, id),
        input: { destinationOrgId: this.organisation(to), opinion: `示例内部意见：转${to}` },
      },
    );
    return forward.caseItem;
  }

  async assign(who: string, id: string, to: string, resultDueAt: string): Promise<Json> {
    const { assign } = await this.do(
      who,
      `mutation ($id: ID!, $v: Int!, $input: AssignInput!) {
         assign(caseItemId: $id, expectedVersion: $v, input: $input) { caseItem { acceptDueAt } } }`,
      {
        id,
        v: await this.version(who, id),
        input: {
          destinationOrgId: this.organisation(to),
          resultDueAt,
          opinion: '示例内部意见：请查处并反馈',
        },
      },
    );
    return assign.caseItem;
  }

  async handleSelf(who: string, id: string): Promise<GraphAnswer> {
    return this.ask(
      who,
      `mutation ($id: ID!, $v: Int!) { handleSelf(caseItemId: $id, expectedVersion: $v) { caseItem { selfHandling } } }`,
      { id, v: await this.version(who, id) },
    );
  }

  async draftAcceptance(who: string, id: string): Promise<Json> {
    return (
      await this.do(
        who,
        `mutation ($id: ID!) { draftNotice(caseItemId: $id, kind: ACCEPTANCE,
           input: { body: "示例：决定受理。", legalBasis: "《信访条例》第二十一条", serviceMode: POST }) { notice { id version } } }`,
        { id },
      )
    ).draftNotice.notice;
  }

  async fileNotice(who: string, { id, version }: Json): Promise<Json> {
    return (
      await this.do(
        who,
        `mutation ($id: ID!, $v: Int!) { fileNotice(noticeId: $id, expectedVersion: $v, sealConfirmation: true) {
           notice { docNo } caseItem { state handleDueAt } } }`,
        { id, v: version },
      )
    ).fileNotice;
  }

  /** Drafts an opinion, has it approved by the unit's leader and serves it today. Returns it. */
  async serveOpinion(unit: string, leader: string, id: string, today: string): Promise<Json> {
    const drafted = (
      await this.do(
        unit,
        `mutation ($id: ID!) { draftOpinion(caseItemId: $id, input: { conclusion: PARTIAL, facts: "示例：查明的事实。", basis: "《劳动法》",
           body: "示例：部分支持。", remedyText: "可在三十日内申请复查。" }) { opinion { id version } } }`,
        { id },
      )
    ).draftOpinion.opinion;
    const submitted = (
      await this.do(
        unit,
        `mutation ($id: ID!, $v: Int!, $leader: ID!) { submitOpinion(opinionId: $id, expectedVersion: $v, leaderId: $leader) { opinion { id version } } }`,
        { id: drafted.id, v: drafted.version, leader: this.account(leader) },
      )
    ).submitOpinion.opinion;
    const approved = (
      await this.do(
        leader,
        `mutation ($id: ID!, $v: Int!) { approveOpinion(opinionId: $id, expectedVersion: $v) { opinion { id version } } }`,
        { id: submitted.id, v: submitted.version },
      )
    ).approveOpinion.opinion;
    return (
      await this.do(
        unit,
        `mutation ($id: ID!, $v: Int!, $day: Date!) { serveOpinion(opinionId: $id, expectedVersion: $v,
           service: { serviceMode: IN_PERSON, servedAt: $day, receipt: SIGNED, signedFor: "示例签收" }, petitionerOpinion: DISAGREE) {
             opinion { id docNo } caseItem { state outcome appealDueAt } } }`,
        { id: approved.id, v: approved.version, day: today },
      )
    ).serveOpinion;
  }
}

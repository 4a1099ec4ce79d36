import { addDays } from '@junxian/calendar';
import { cancelApproval, decideApproval, openApproval, submitApproval } from '../approvals/approvals.service';
import { evaluate } from '../evaluation/evaluation.service';
import { decideOpinion, draftOpinion, serveOpinion, submitOpinion } from '../handling/opinions.service';
import { assign, forward } from '../handling/passing-on.service';
import { archive, directReply } from '../handling/replies.service';
import { reviewReport, saveReportDraft, submitReport } from '../handling/reports.service';
import { extendHandling, handleSelf } from '../handling/self-handling.service';
import { transferCase } from '../handling/transfer.service';
import { updateRegistration } from '../registration/correction.service';
import { lapseAppeals } from '../review/review-upkeep.service';
import { codeHolderScope } from '../service-scopes';
import { raiseWarnings } from '../supervision/daily-run.service';
import { ORGANISATIONS } from '../testing/store.support.test';
import { decideReturn, returnCase, withdrawReturn } from '../work-lists/returns.service';
import { takeBack } from '../work-lists/take-back.service';
import { sendTask, setDone, takeTask, viewTask } from '../work-lists/tasks.service';
import { REVIEW_MOVES } from './review-moves.fixture';
import { Idle, latest, pick, type Scene, SERVICE, TEXT } from './scene.fixture';
import { situationOf } from './situations.fixture';
import { ORGANISATION_KEYS, player, type Snapshot } from './world.fixture';

const custodyOf = ({ tasks }: Snapshot) => tasks.find(({ custody }) => custody);

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
    // Of a matter that came before, it may be that it has ended.
    const exhausted = x % 8 === 1 || (!now.item.firstInSystem && x % 2 === 1);
    const kind = x % 8 === 0 ? 'NON_ACCEPTANCE' : exhausted ? 'NO_LONGER_ACCEPTANCE' : 'ACCEPTANCE';
    // A draft that could not be filed may be one of the wrong kind: now and then it is begun anew.
    const draft =
      scene.y % 3 === 0
        ? undefined
        : latest(
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
    await scene.world.as(hand(scene), (tx, { officer, at }) =>
      directReply(tx, { ...onItem(scene), reply: TEXT }, officer, at),
    );
  },
  archive: async (scene: Scene) => {
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
  /** The organisation that holds the item is removed; never the nation's bureau, above which there is none. */
  removeCustodian: async ({ world, now }: Scene) => {
    const holding = custodyOf(now)?.organisationId;
    if (holding === undefined || holding === ORGANISATIONS.nation.id) throw new Idle();
    await world.remove(holding);
  },
  restoreRemoved: ({ world }: Scene) => world.remove(null),
  transfer: async (scene: Scene) => {
    const { world, now, x, y } = scene;
    const [bureau = pick(ORGANISATION_KEYS, x)] = now.custodianGone ? await world.relieving(now.item.id) : [];
    const destinationOrgId = y % 2 === 0 ? null : destination(scene);
    await world.as(player(bureau, 'a'), (tx, { officer, at }) =>
      transferCase(tx, { ...onItem(scene), destinationOrgId, reason: TEXT }, officer, at),
    );
  },
  /** It turns out that a colleague of whoever holds the item is accused, or of others, or nobody after all; never one of the nation's bureau, above which there is none. */
  accuse: async (scene: Scene) => {
    const { world, x, y } = scene;
    const who = hand(scene);
    const of = x % 3 === 1 ? who.organisationId! : ORGANISATIONS[pick(ORGANISATION_KEYS, x)].id;
    if (of === ORGANISATIONS.nation.id) throw new Idle();
    const accusedAccountId = y % 3 === 0 ? null : world.of(of, 'clerk').accountId;
    await world.as(who, (tx, { officer }) =>
      updateRegistration(
        tx,
        world.store.services,
        { ...onItem(scene), correction: { data: { accusedAccountId } } },
        officer,
      ),
    );
  },
  ...REVIEW_MOVES,
  /** Days pass, now and then so many that whoever may still ask for a review lets it be; the daily work is done. */
  wait: async ({ world, x }: Scene) => {
    world.store.clock.advance((x % 6 === 0 ? 31 : x % 9) * 86_400_000);
    await lapseAppeals(world.store.database, world.store.clock);
    await raiseWarnings(world.store.database, world.store.clock);
  },
  /** A new item, while there are few; or instead of one that is over, sometimes of the same matter. */
  register: async ({ world, now, x, y }: Scene) => {
    const over = situationOf(now) === 'OVER' ? now.item : null;
    if (world.stage.length >= 3 && over === null) throw new Idle();
    const organisation = pick(['shandong', 'jinan', 'lixia', 'lixiaStreet'] as const, x);
    await world.register(organisation, y, over, y % 2 === 0);
  },
} satisfies Record<string, (scene: Scene) => Promise<void>>;

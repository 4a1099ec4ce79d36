import type { Principal } from '@junxian/identity';
import { officerOf } from '../actor';
import type { CaseItem, OrgTask } from '../cases/case.types';
import { CASE_COLUMNS } from '../cases/case-reads.service';
import { followOrganisation, type OrganisationEvent } from '../organisations/follow-directory.service';
import type { Acting } from '../review/review-actions.service';
import { scopes } from '../service-scopes';
import { registered } from '../testing/cases.support.test';
import { ORGANISATIONS, type OrganisationKey, officer, type TestStore } from '../testing/store.support.test';
import { leftTasks } from '../work-lists/work-list.service';

/** At each organisation those who only review: one for the first review of an item, others when it comes back. */
export const REVIEWERS = ['review', 'review2', 'review3'] as const;
/** Who plays: at each organisation besides them two officers who do everything, a leader, and who takes applications for reviews. */
export type Player = 'a' | 'b' | 'leader' | 'clerk' | (typeof REVIEWERS)[number];
const REVIEWER = ['REVIEW_CLERK', 'REVIEW_HANDLER'];
const ROLES: Readonly<Record<Player, readonly string[]>> = {
  a: ['LETTER_REGISTRAR', 'RECEIVER', 'HANDLER'],
  b: ['LETTER_REGISTRAR', 'RECEIVER', 'HANDLER', 'INTERVIEWER'],
  leader: ['LEADER', 'REVIEW_LEADER', 'SUPERVISOR'],
  clerk: ['REVIEW_CLERK'],
  review: REVIEWER,
  review2: REVIEWER,
  review3: REVIEWER,
};
export const ORGANISATION_KEYS = Object.keys(ORGANISATIONS) as OrganisationKey[];
const keyOf = new Map(ORGANISATION_KEYS.map((key) => [ORGANISATIONS[key].id, key]));

export const player = (organisation: OrganisationKey, role: Player): Principal =>
  officer(organisation, ROLES[role], role);

interface Row {
  id: string;
  version: number;
  state: string;
}

/** Everything about one item, as it stands in the store. */
export interface Snapshot {
  item: CaseItem;
  /** The organisation that holds it, or held it last, was removed. */
  custodianGone: boolean;
  tasks: OrgTask[];
  notices: (Row & { organisationId: string })[];
  opinions: (Row & { organisationId: string; docNo: string | null })[];
  reports: (Row & { organisationId: string; toOrganisationId: string; toLeaderId: string | null })[];
  approvals: (Row & { organisationId: string; leaderId: string; submitterId: string })[];
  returns: (Row & { senderOrganisationId: string; organisationId: string })[];
  reviews: (Row & {
    authorityOrganisationId: string;
    handlerId: string | null;
    opinionDocNo: string | null;
    level: string;
  })[];
  steps: (Row & { reviewCaseId: string; kind: string; organisationId: string })[];
  documents: (Row & { reviewCaseId: string; kind: string; acceptanceForm: string | null })[];
  journal: {
    id: string;
    action: string;
    fromState: string | null;
    toState: string;
    eventId: string | null;
    eventType: string | null;
  }[];
}

/** A stage on which lives are played. */
export class World {
  /** Items that are in play. */
  readonly stage: string[] = [];
  /** All items that ever were. */
  readonly items: string[] = [];
  private removed: string | null = null;

  constructor(readonly store: TestStore) {}

  static async open(store: TestStore): Promise<World> {
    for (const key of ORGANISATION_KEYS)
      for (const role of Object.keys(ROLES) as Player[]) await store.appoint(player(key, role));
    await store.adminQuery('UPDATE organisation SET removed = false WHERE removed');
    await store.adminQuery('DEALLOCATE ALL');
    for (const statement of [ITEM, RELATED, 'SET plan_cache_mode = force_generic_plan'])
      await store.adminQuery(statement);
    return new World(store);
  }

  /**
   * A new item at an organisation, of the given one's matter or its own, in the place of that one or besides; half are an
   * accusation, a suggestion or of an anonymous writer.
   */
  async register(
    organisation: OrganisationKey,
    variant: number,
    before: Pick<CaseItem, 'id' | 'matterId'> | null = null,
    sameMatter = false,
  ): Promise<void> {
    const now = this.store.clock.now();
    const item = await registered(
      this.store,
      {
        receivedAt: now,
        petitionDate: this.store.clock.today(),
        ...(before !== null && sameMatter ? { matterId: before.matterId } : {}),
        ...(variant % 6 === 0
          ? { purpose: 'ACCUSATION' as const, accusedOrganisationId: ORGANISATIONS.lixiaOtherUnit.id }
          : {}),
        ...(variant % 6 === 1 ? { purpose: 'SUGGESTION' as const } : {}),
        ...(variant % 6 === 2 ? { anonymous: true, petitioner: {} } : {}),
      },
      player(organisation, 'a'),
    );
    this.items.push(item.id);
    const place = before === null ? this.stage.length : this.stage.indexOf(before.id);
    this.stage[place] = item.id;
  }

  /** Does something as somebody, at the time of the clock. */
  as<T>(
    who: Principal,
    work: (tx: Parameters<Parameters<TestStore['as']>[1]>[0], acting: Acting) => Promise<T>,
  ): Promise<T> {
    return this.store.as(who, (tx) =>
      work(tx, { officer: officerOf(who), at: this.store.clock.now(), today: this.store.clock.today() }),
    );
  }

  /** A player of the organisation with that id; `a` at Shandong for one that is not of the stage. */
  of(organisationId: string, role: Player): Principal {
    return player(keyOf.get(organisationId) ?? 'shandong', role);
  }

  /** The player whose account it is, of an organisation. */
  holder(organisationId: string, accountId: string | null): Principal {
    const organisation = keyOf.get(organisationId) ?? 'shandong';
    return player(organisation, player(organisation, 'b').accountId === accountId ? 'b' : 'a');
  }

  /** The directory removes an organisation, which brings back the one removed before; null: only that. */
  async remove(organisationId: string | null): Promise<void> {
    const { clock, database } = this.store;
    const told = (id: string, happened: 'removed' | 'restored') => {
      const { sealName, regionCode, superiorId, isBureau } = ORGANISATIONS[keyOf.get(id)!];
      return {
        type: `junxian.directory.organisation.${happened}.v1`,
        time: clock.now().toISOString(),
        data: {
          organisationId: id,
          sealName,
          regionCode,
          superiorId,
          kind: isBureau ? 'BUREAU' : 'DEPARTMENT',
        },
      } as OrganisationEvent;
    };
    const events = [
      ...(this.removed === null ? [] : [told(this.removed, 'restored')]),
      ...(organisationId === null ? [] : [told(organisationId, 'removed')]),
    ];
    this.removed = organisationId;
    await database.write(scopes.followDirectory(), async (tx) => {
      for (const event of events) await followOrganisation(tx, event);
    });
  }

  /** The bureaus that are shown an item as one to take over. */
  async relieving(id: string): Promise<OrganisationKey[]> {
    const shown: OrganisationKey[] = [];
    for (const key of ORGANISATION_KEYS) {
      const who = player(key, 'a');
      const { nodes } = await this.store.readAs(who, (tx) =>
        leftTasks(tx, 'CUSTODIAN_GONE', officerOf(who), this.store.clock.today(), { first: 100 }),
      );
      const tasks = await this.store.adminQuery(
        'SELECT FROM org_task WHERE id = ANY($1::uuid[]) AND case_item_id = $2',
        [nodes.map((node) => node.id), id],
      );
      if (tasks.length > 0) shown.push(key);
    }
    return shown;
  }

  async snapshot(id: string): Promise<Snapshot> {
    const [item] = await this.store.adminQuery<CaseItem>(`EXECUTE item ('${id}')`);
    const [rest] = await this.store.adminQuery<{ all: Related }>(`EXECUTE related ('${id}')`);
    const { journal, events, ...rows } = rest!.all;
    return {
      item: item!,
      ...rows,
      journal: journal.map((entry) => ({ ...entry, eventType: events?.[entry.eventId ?? ''] ?? null })),
    };
  }
}

/** As the statement gives it: the journal, and the types of the item's events by their ids. */
interface Related extends Omit<Snapshot, 'item' | 'journal'> {
  journal: Omit<Snapshot['journal'][number], 'eventType'>[];
  events: Record<string, string> | null;
}

const list = (from: string, columns: Record<string, string>, order = 'x.id') =>
  `coalesce((SELECT jsonb_agg(jsonb_build_object(${Object.entries(columns)
    .map(([name, column]) => `'${name}', ${column}`)
    .join(', ')}) ORDER BY ${order}) FROM ${from} WHERE x.case_item_id = $1), '[]')`;
const row = (more: Record<string, string> = {}) => ({
  id: 'x.id',
  version: 'x.version',
  state: 'x.state',
  ...more,
});

// Looked at after every move: planned once.
const ITEM = `PREPARE item (uuid) AS SELECT ${CASE_COLUMNS} FROM case_item c WHERE c.id = $1`;
const RELATED = `PREPARE related (uuid) AS SELECT jsonb_build_object(
  'custodianGone', (SELECT o.removed FROM case_item c JOIN organisation o ON o.id = c.custodian_organisation_id WHERE c.id = $1),
  'tasks', ${list('org_task x', row({ kind: 'x.kind', custody: 'x.custody', organisationId: 'x.organisation_id', holderId: 'x.holder_id', fromTaskId: 'x.from_task_id' }), 'x.received_at, x.id')},
  'notices', ${list('notice x', row({ organisationId: 'x.organisation_id' }))},
  'opinions', ${list('handling_opinion x', row({ organisationId: 'x.organisation_id', docNo: 'x.doc_no' }))},
  'reports', ${list('report x', row({ organisationId: 'x.organisation_id', toOrganisationId: 'x.to_organisation_id', toLeaderId: 'x.to_leader_id' }))},
  'approvals', ${list('approval_request x', row({ organisationId: 'x.organisation_id', leaderId: 'x.leader_id', submitterId: 'x.submitter_id' }))},
  'returns', ${list('return_request x', row({ senderOrganisationId: 'x.sender_organisation_id', organisationId: 'x.organisation_id' }))},
  'reviews', ${list('review_case x', row({ authorityOrganisationId: 'x.authority_organisation_id', handlerId: 'x.handler_id', opinionDocNo: 'x.opinion_doc_no', level: 'x.level' }))},
  'steps', ${list('review_step x', row({ reviewCaseId: 'x.review_case_id', kind: 'x.kind', organisationId: 'x.organisation_id' }))},
  'documents', ${list('review_document x', row({ reviewCaseId: 'x.review_case_id', kind: 'x.kind', acceptanceForm: 'x.acceptance_form' }))},
  'journal', ${list('case_journal x', { id: 'x.id', action: 'x.action', fromState: 'x.from_state', toState: 'x.to_state', eventId: 'x.event_id' })},
  'events', (SELECT jsonb_object_agg(e.said ->> 'id', e.said ->> 'type')
    FROM (SELECT o.envelope::jsonb AS said FROM outbox o WHERE o.key = $1::text OFFSET 0) e)) AS all`;

import { randomBytes } from 'node:crypto';
import { dateInShanghai } from '@junxian/calendar';
import { CaseRegistered } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { holdRegionCodes } from '@junxian/region-changes';
import type { Officer } from '../actor';
import type { CaseItem, Channel, OrgTask, Petitioner } from '../cases/case.types';
import { caseEvent, publishAndJournal } from '../cases/case-changes.service';
import { insertedCase, insertedPetitioner, matterForJoining } from '../cases/case-rows.service';
import { openTask } from '../cases/custody.service';
import type { PersonalData } from '../cases/personal-data.service';
import { isProtected } from '../cases/petitioner-view.rules';
import { letSee } from '../cases/sight.service';
import { dueOn } from '../deadlines/periods.service';
import { Faults } from '../texts.rules';
import { checkAccused } from './case-form.rules';
import { itemNumber, queryCode } from './numbers.rules';
import type { VisitorSource } from './registration.types';
import { satisfactionScope } from './satisfaction-mode.rules';

/** The data an item is registered with; everything that follows from it is decided here. */
export type CaseDraft = Pick<
  CaseItem,
  | 'channel'
  | 'petitionDate'
  | 'receivedAt'
  | 'anonymous'
  | 'title'
  | 'problemRegionCode'
  | 'content'
  | 'purpose'
  | 'contentCategory'
  | 'litigationRelated'
> &
  Partial<
    Pick<
      CaseItem,
      | 'submissionId'
      | 'accountId'
      | 'problemAddress'
      | 'demand'
      | 'confidential'
      | 'needToKnow'
      | 'addressee'
      | 'letterCount'
      | 'visitorCount'
      | 'interviewerId'
      | 'collective'
      | 'cause'
      | 'hotTopic'
      | 'jointSignature'
      | 'affectedCount'
      | 'threat'
      | 'urgent'
      | 'skipLevel'
      | 'backlog'
      | 'accusedPerson'
      | 'accusedPost'
      | 'accusedOrganisationId'
      | 'accusedAccountId'
      | 'remarks'
    >
  > & {
    petitioner: PetitionerDraft;
    /** SAME_MATTER: a matter in sight that it joins (PT-DUP-02); a new matter otherwise. */
    matterId?: string | null;
    /** SAME_MATTER with an item that may be out of sight: the matter that `joinMatterOf` has counted it to already. */
    joinedMatterId?: string | null;
    /** The last day for routing, where the clock started before registration: at the submission of an online item. */
    routeDueOn?: string;
    /** What the officer ticked; null: nothing. */
    satisfactionInScope?: boolean | null;
  };

/** The petitioner as stored, already checked and sealed. */
export type PetitionerDraft = Partial<Omit<Petitioner, 'id' | 'caseItemId' | 'isMain' | 'version'>> & {
  mobileIndex?: string | null;
  /** How a visitor's data came in (PT-VIS-01). */
  source?: VisitorSource | null;
};

/** A registered item, and the task by which its registrar holds it. */
export interface RegisteredCase {
  item: CaseItem;
  task: OrgTask;
  queryCode: string;
}

/**
 * Registers a case item 登记 of any channel: number, query code, matter, satisfaction mode, the clock for routing (from
 * `receivedAt`, PT-REG-07), who sees it, the registrar's to-do with the custody, journal and event; all or nothing in the caller's
 * transaction. Throws ACCUSED_IS_OWN_UNIT, SATISFACTION_LOCKED, NOT_FOUND for a matter that cannot be joined.
 */
export async function registerCaseItem(
  tx: ScopedTransaction,
  personal: PersonalData,
  draft: CaseDraft,
  officer: Officer,
  at: Date,
): Promise<RegisteredCase> {
  const {
    petitioner,
    matterId = null,
    joinedMatterId = null,
    routeDueOn,
    satisfactionInScope: ticked = null,
    ...data
  } = draft;
  const faults = new Faults();
  checkAccused(data, officer, faults);
  faults.throwIfAny();
  const firstInSystem = matterId === null && joinedMatterId === null;
  const satisfaction = satisfactionScope({ ...data, firstInSystem }, ticked);
  const today = dateInShanghai(at);
  const code = queryCode(randomBytes(8));
  holdRegionCodes(tx);
  const { id, freshMatterId, serial, regionCode, regionEpoch } = await nextNumber(
    tx,
    officer,
    today,
    data.channel,
  );
  const itemNo = itemNumber(officer.regionCode, today, data.channel, serial);
  const matter =
    joinedMatterId ??
    (await matterForJoining(tx, {
      matterId,
      fresh: {
        id: freshMatterId,
        matterNo: `M-${itemNo}`,
        title: data.title,
        problemRegionCode: data.problemRegionCode,
        regionCode,
        regionEpoch,
      },
      itemId: id,
      officer,
      at,
    }));
  const due = routeDueOn ?? (await dueOn(tx, 'ROUTE', dateInShanghai(data.receivedAt)));
  const storing = insertedCase(tx, {
    ...data,
    id,
    itemNo,
    matterId: matter,
    regionCode,
    regionEpoch,
    organisationId: officer.organisationId,
    registeredAt: at,
    registrarId: officer.accountId,
    citizenId: data.anonymous ? null : (petitioner.citizenId ?? null),
    firstInSystem,
    ...satisfaction,
    queryCodeSealed: personal.seal(code, 'case_item.query_code')!,
    queryCodeIndex: personal.index('queryCode', code),
    state: 'REGISTERED',
    custodianOrganisationId: officer.organisationId,
    petitionDeptOrganisationId: officer.organisationId,
    routeDueOn: due,
    createdAt: at,
    createdBy: officer.accountId,
    updatedAt: at,
  });
  const [item, task] = await Promise.all([
    storing,
    // In this order, on one connection: who sees it comes after the item, and what hangs on it after who sees it.
    letSee(tx, { id }, { id: officer.organisationId, regionCode }, 'REGISTERED', at),
    insertedPetitioner(tx, { ...petitioner, caseItemId: id, isMain: true, createdAt: at }),
    openTask(tx, {
      caseItemId: id,
      kind: 'HANDLE',
      state: 'TODO',
      custody: true,
      organisationId: officer.organisationId,
      regionCode,
      holderId: officer.accountId,
      receivedAt: data.receivedAt,
      openedAt: at,
    }),
  ]).then(([stored, , , opened]) => [stored, opened] as const);
  await publishAndJournal(tx, item, {
    action: 'REGISTER',
    from: null,
    actor: officer,
    at,
    events: [
      caseEvent(CaseRegistered, {
        itemNo,
        matterId: matter,
        channel: item.channel,
        problemRegionCode: item.problemRegionCode,
        // Section 6 holds for events too: of a protected item nobody learns what it is about.
        ...(isProtected(item) ? {} : { purpose: item.purpose, category: item.contentCategory }),
        firstInSystem,
        satisfactionMode: item.satisfactionMode,
      }),
    ],
    subjectId: task.id,
    details: {},
  });
  return { item, task, queryCode: code };
}

/**
 * The next serial of a region, day and channel, fresh ids, and where the organisation lies now: its code in the token, or in a row that has not
 * followed a change yet, may be one that is given up. One statement.
 */
async function nextNumber(
  tx: ScopedTransaction,
  { regionCode, organisationId }: Officer,
  day: string,
  channel: Channel,
) {
  const [row] = await tx.query<{
    id: string;
    freshMatterId: string;
    serial: number;
    regionCode: string;
    regionEpoch: number;
  }>(
    `WITH place AS MATERIALIZED (SELECT code, epoch FROM present_region($4, $5))
     INSERT INTO case_serial AS s (region_code, day, channel, last_serial) VALUES ($1, $2, $3, 1)
     ON CONFLICT (region_code, day, channel) DO UPDATE SET last_serial = s.last_serial + 1
     RETURNING s.last_serial AS serial, uuidv7() AS id, uuidv7() AS "freshMatterId",
       (SELECT code FROM place) AS "regionCode", (SELECT epoch FROM place) AS "regionEpoch"`,
    [`${regionCode.slice(0, 6)}000000`, day, channel, organisationId, regionCode],
  );
  return row!;
}

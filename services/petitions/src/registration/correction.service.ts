import { dateInShanghai } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { CaseCorrected } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { caseEvent, changeCase } from '../cases/case-changes.service';
import { identityView } from '../cases/petitioner-view.rules';
import { evaluationsOf } from '../evaluation/evaluation.service';
import { leaveReachOfAccused } from '../handling/transfer.service';
import { chooseInterviewer } from '../interviews/interviews.service';
import { cleanText } from '../public-accounts/faults.rules';
import { Faults } from '../texts.rules';
import { checkCase, checkedLetterCount, checkPetitionDate } from './case-form.rules';
import { coVisitorsOf } from './co-visitors.service';
import { changedColumns, mergedInput } from './correction.rules';
import { itemForCorrection } from './correction-custody.service';
import { checkPetitioner } from './petitioner-form.rules';
import {
  changePetitioner,
  mainPetitioner,
  openedPetitioner,
  petitionerColumns,
} from './petitioner-records.service';
import type { RegistrationParts } from './registering.service';
import type { CaseInput, PetitionerInput } from './registration.types';
import { checkAgainstStore, holdRegions } from './registration-checks.service';
import { satisfactionScope } from './satisfaction-mode.rules';
import { checkVisitorCount, isCollective } from './visit.rules';

/** What is to be corrected; what is left out stays, null clears. */
export interface Correction {
  data?: CaseInput | null | undefined;
  petitioner?: PetitionerInput | null | undefined;
  anonymous?: boolean | null | undefined;
  petitionDate?: string | null | undefined;
  addressee?: string | null | undefined;
  letterCount?: number | null | undefined;
  visitorCount?: number | null | undefined;
  interviewerId?: string | null | undefined;
}

/**
 * Corrects the registered data of an open item 修改登记信息 (PT-REG-04, PT-VIS-04): any field but channel, number, receipt and matter. The satisfaction
 * mode follows the data (PT-SAT-04); no clock is ever touched. An item whose accused, as corrected, reach the officer's own organisation leaves it
 * for the bureau above (PT-HND-08). Refuses all faults of the form together; throws NOT_FOUND, STALE_VERSION,
 * WRONG_STATE, NOT_CUSTODIAN, ITEM_READ_ONLY, SATISFACTION_LOCKED, ACCUSED_KNOWS_ALREADY, PETITIONER_NOT_EDITABLE.
 * Returns the item as it now is.
 */
export async function updateRegistration(
  tx: ScopedTransaction,
  parts: RegistrationParts,
  {
    caseItemId,
    expectedVersion,
    correction,
  }: { caseItemId: string; expectedVersion: number; correction: Correction },
  officer: Officer,
): Promise<CaseItem> {
  const at = parts.clock.now();
  const item = await itemForCorrection(tx, caseItemId, expectedVersion, officer);
  const faults = new Faults();
  const codes = await holdRegions(tx, parts.regions);
  const facts = checkCase(mergedInput<CaseInput>(item, correction.data ?? {}), faults);
  await checkAgainstStore(tx, keepingOld(facts, item), codes, officer, faults);
  const anonymous = correction.anonymous ?? item.anonymous;
  if (anonymous !== item.anonymous && item.channel === 'ONLINE') faults.add(anonymityOfAccount());
  const channelData = await channelFields(tx, item, correction, faults);
  const person = await correctedPetitioner(
    tx,
    parts,
    item,
    { correction, anonymous, officer, isRegion: codes.isRegion },
    faults,
  );
  faults.throwIfAny();
  await refuseAccusedWhoKnows(tx, item, facts);

  const factsOfMode = { ...facts, anonymous, firstInSystem: item.firstInSystem };
  const columns = person === null ? null : petitionerColumns(person, parts.personal, { anonymous });
  const set = changedColumns(item, {
    ...facts,
    ...channelData,
    anonymous,
    ...(await satisfactionAfter(tx, item, factsOfMode, correction.data?.satisfactionInScope ?? null)),
    citizenId: anonymous ? null : columns === null ? item.citizenId : columns.citizenId,
  });
  if (columns !== null) {
    const petitioner = await mainPetitioner(tx, item.id);
    await changePetitioner(tx, petitioner!.id, columns);
  }
  const changed =
    columns === null && Object.keys(set).length === 0
      ? item
      : await changeCase(tx, item, {
          action: 'CORRECT',
          set,
          actor: officer,
          at,
          events: [caseEvent(CaseCorrected, {})],
          details: { fields: [...Object.keys(set), ...(columns === null ? [] : ['petitioner'])].join(',') },
        });
  if (correction.interviewerId != null && correction.interviewerId !== item.interviewerId)
    await chooseInterviewer(tx, changed, correction.interviewerId, officer, at);
  return 'accusedOrganisationId' in set || 'accusedAccountId' in set
    ? leaveReachOfAccused(tx, changed, officer, at)
    : changed;
}

/** Region and category that stay as they are were good when they were entered; only new ones are checked. */
function keepingOld<Facts extends Pick<CaseItem, 'problemRegionCode' | 'contentCategory'>>(
  facts: Facts,
  item: CaseItem,
): Facts {
  return {
    ...facts,
    problemRegionCode: facts.problemRegionCode === item.problemRegionCode ? '' : facts.problemRegionCode,
    contentCategory: facts.contentCategory === item.contentCategory ? '' : facts.contentCategory,
  };
}

/** What was ticked before stays while the officer decides; a mode that turns MANUAL starts out of scope (PT-SAT-02). */
function tick(
  item: CaseItem,
  facts: Parameters<typeof satisfactionScope>[0],
  ticked: boolean | null,
): boolean | null {
  if (ticked !== null) return ticked;
  const { satisfactionMode } = satisfactionScope(facts, null);
  return satisfactionMode === 'MANUAL' && item.satisfactionMode === 'MANUAL'
    ? item.satisfactionInScope
    : null;
}

/**
 * The mode that follows from the corrected data (PT-SAT-04). Of an item that was evaluated, completed and reopened by a review it stays, and
 * nothing can be unticked: the rating that was given counts (PT-SAT-08), whatever the unit whose answer was revoked corrects.
 */
async function satisfactionAfter(
  tx: ScopedTransaction,
  item: CaseItem,
  facts: Parameters<typeof satisfactionScope>[0],
  ticked: boolean | null,
): Promise<Pick<CaseItem, 'satisfactionMode' | 'satisfactionInScope'>> {
  const { satisfactionMode, satisfactionInScope } = item;
  const following = satisfactionScope(facts, tick(item, facts, ticked));
  const stays =
    following.satisfactionMode === satisfactionMode && following.satisfactionInScope === satisfactionInScope;
  if (stays || (await evaluationsOf(tx, [item.id])).length === 0) return following;
  if (ticked !== null && ticked !== satisfactionInScope) throw alreadyEvaluated();
  return { satisfactionMode, satisfactionInScope };
}

async function channelFields(
  tx: ScopedTransaction,
  item: CaseItem,
  { petitionDate, addressee, letterCount, visitorCount, interviewerId }: Correction,
  faults: Faults,
) {
  const set: Partial<CaseItem> = {};
  if (petitionDate != null) {
    checkPetitionDate(petitionDate, dateInShanghai(item.receivedAt), faults);
    set.petitionDate = petitionDate;
  }
  if (item.channel === 'LETTER') {
    if (addressee !== undefined) set.addressee = cleanText(addressee, 'addressee', 200, faults);
    if (letterCount != null) set.letterCount = checkedLetterCount(letterCount, faults);
  }
  if (item.channel === 'VISIT') {
    if (visitorCount != null) {
      checkVisitorCount(visitorCount, await coVisitorsOf(tx, [item.id]), faults);
      set.visitorCount = visitorCount;
      set.collective = isCollective(visitorCount);
    }
    if (interviewerId != null) set.interviewerId = interviewerId;
  }
  return set;
}

/** The petitioner as corrected, or null when nothing of it changes. */
async function correctedPetitioner(
  tx: ScopedTransaction,
  { personal, clock }: RegistrationParts,
  item: CaseItem,
  wish: { correction: Correction; anonymous: boolean; officer: Officer; isRegion(code: string): boolean },
  faults: Faults,
) {
  const { correction, anonymous, officer, isRegion } = wish;
  const typed = correction.petitioner ?? null;
  if (typed === null && anonymous === item.anonymous) return null;
  const row = await mainPetitioner(tx, item.id);
  if (row === null) throw refuse.notFound();
  const view = identityView(item, { kind: 'OFFICER', ...officer });
  // Of an anonymous letter the officer may yet find who wrote it; of an anonymous account nobody may.
  if (view !== 'FULL' && !(view === 'ANONYMOUS' && item.channel !== 'ONLINE')) faults.add(notEditable());
  return checkPetitioner(
    mergedInput<PetitionerInput>(openedPetitioner(row, personal), typed ?? {}),
    { path: 'petitioner', anonymous, today: clock.today(), isRegion },
    faults,
  );
}

/** The accused may not be an organisation or person that holds or held the item: they know of it already (PT-HND-08). */
async function refuseAccusedWhoKnows(
  tx: ScopedTransaction,
  item: CaseItem,
  { accusedOrganisationId, accusedAccountId }: Pick<CaseItem, 'accusedOrganisationId' | 'accusedAccountId'>,
): Promise<void> {
  const organisation = accusedOrganisationId === item.accusedOrganisationId ? null : accusedOrganisationId;
  const account = accusedAccountId === item.accusedAccountId ? null : accusedAccountId;
  if (organisation === null && account === null) return;
  const [row] = await tx.query<{ organisationKnows: boolean; accountKnows: boolean }>(
    `SELECT coalesce(bool_or(t.organisation_id = $2), false) AS "organisationKnows",
       coalesce(bool_or(t.holder_id = $3 OR t.done_by = $3), false) AS "accountKnows"
     FROM org_task t WHERE t.case_item_id = $1`,
    [item.id, organisation, account],
  );
  if (row!.organisationKnows || organisation === item.organisationId)
    throw accusedKnows('data.accusedOrganisationId');
  if (row!.accountKnows || account === item.registrarId) throw accusedKnows('data.accusedAccountId');
}

const accusedKnows = (field: string) =>
  new Refusal(
    'ACCUSED_KNOWS_ALREADY',
    {
      zh: '该被反映单位（人员）正在办理或曾经办理本件，请先报上级信访部门另行登记',
      en: 'The accused holds or has held this item; report it to the superior petition bureau, which registers it anew',
    },
    { field, httpStatus: 409 },
  );

const alreadyEvaluated = () =>
  new Refusal(
    'SATISFACTION_LOCKED',
    {
      zh: '信访人已对本件作出评价，撤销重办后仍计入满意度评价，不能取消',
      en: 'The petitioner has evaluated this item; it stays in scope when it is handled anew and cannot be unticked',
    },
    { field: 'satisfactionInScope', httpStatus: 409 },
  );

const anonymityOfAccount = () =>
  new Refusal(
    'ANONYMITY_OF_ACCOUNT',
    {
      zh: '网上信访是否匿名由信访人注册时决定，不能更改',
      en: 'Whether an online petition is anonymous was chosen with the account; it cannot be changed',
    },
    { field: 'anonymous' },
  );

const notEditable = () =>
  new Refusal(
    'PETITIONER_NOT_EDITABLE',
    {
      zh: '您无权查看该件的信访人信息，不能修改',
      en: "You may not see this item's petitioner, so you cannot change it",
    },
    { field: 'petitioner', httpStatus: 403 },
  );

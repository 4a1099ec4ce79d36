import type { Clock } from '@junxian/calendar';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import type { Officer } from '../actor';
import type { PersonalData } from '../cases/personal-data.service';
import { carriedOver, checkDecision, filledIn } from '../duplicates/duplicates.rules';
import {
  checkLinkable,
  joinMatterOf,
  linkedItem,
  requireDecision,
  searchFor,
  storeDecision,
} from '../duplicates/duplicates.service';
import type { DuplicateDecision, DuplicateSearch } from '../duplicates/duplicates.types';
import { leaveReachOfAccused } from '../handling/transfer.service';
import { Faults } from '../texts.rules';
import { checkCase } from './case-form.rules';
import { type CaseDraft, type RegisteredCase, registerCaseItem } from './case-registration.service';
import { checkPetitioner } from './petitioner-form.rules';
import { petitionerColumns } from './petitioner-records.service';
import type {
  CaseFacts,
  CaseInput,
  PetitionerFacts,
  PetitionerInput,
  VisitorSource,
} from './registration.types';
import { checkAgainstStore, holdRegions } from './registration-checks.service';

/** What every registration needs. */
export interface RegistrationParts {
  personal: PersonalData;
  regions: PresentRegions;
  clock: Clock;
}

/** A form of any channel, as typed. */
export interface RegistrationForm {
  data: CaseInput;
  petitioner: PetitionerInput;
  anonymous?: boolean | null | undefined;
  duplicates?: DuplicateDecision | null | undefined;
  source?: VisitorSource | null | undefined;
}

/** A form that has passed every check but those of its channel. */
export interface CheckedForm {
  facts: CaseFacts;
  person: PetitionerFacts;
  anonymous: boolean;
  source: VisitorSource | null;
  satisfactionInScope: boolean | null;
  duplicates: DuplicateDecision | null;
}

/**
 * Fills a form with what the decision about duplicates carries over (PT-DUP-02, PT-DUP-03) and checks it. Adds every fault to `faults`; the
 * caller adds those of its channel and refuses all together.
 */
export async function checkedForm(
  tx: ScopedTransaction,
  { personal, regions, clock }: RegistrationParts,
  form: RegistrationForm,
  officer: Officer,
  faults: Faults,
): Promise<CheckedForm> {
  const { duplicates = null, source = null } = form;
  const anonymous = form.anonymous ?? false;
  checkDecision(duplicates, faults);
  const linked = await linkedItem(tx, personal, duplicates?.linkedItemId, officer);
  const carried = carriedOver(duplicates?.kind ?? 'NEITHER', linked);
  const codes = await holdRegions(tx, regions);
  const data = filledIn(form.data, carried.data);
  const facts = checkCase(data, faults);
  const person = checkPetitioner(
    filledIn(form.petitioner, anonymous ? {} : carried.petitioner),
    { path: 'petitioner', anonymous, today: clock.today(), isRegion: codes.isRegion, source },
    faults,
  );
  await checkAgainstStore(tx, facts, codes, officer, faults);
  return {
    facts,
    person,
    anonymous,
    source,
    duplicates,
    satisfactionInScope: form.data.satisfactionInScope ?? null,
  };
}

/** What a channel adds to a checked form. */
export type ChannelDraft = Omit<
  CaseDraft,
  keyof CaseFacts | 'anonymous' | 'petitioner' | 'matterId' | 'joinedMatterId' | 'satisfactionInScope'
> & {
  /** The petitioner as stored, where it is not the form's: an online item's comes from the profile. */
  petitioner?: CaseDraft['petitioner'];
};

/**
 * Registers a checked form. The duplicate check is run before, and somebody must have decided about what it finds. Throws
 * DUPLICATES_UNDECIDED, NOT_FOUND for a linked item that cannot be, and what `registerCaseItem` throws.
 */
export async function registerChecked(
  tx: ScopedTransaction,
  { personal, clock }: RegistrationParts,
  checked: CheckedForm,
  channel: ChannelDraft,
  officer: Officer,
  search: DuplicateSearch = searchFor(checked.person),
): Promise<RegisteredCase> {
  const { facts, person, anonymous, source, duplicates, satisfactionInScope } = checked;
  const at = clock.now();
  await requireDecision(tx, personal, search, duplicates);
  const linkedId = duplicates?.linkedItemId ?? null;
  if (duplicates?.kind === 'SAME_PERSON') await checkLinkable(tx, linkedId!);
  const joinedMatterId = duplicates?.kind === 'SAME_MATTER' ? await joinMatterOf(tx, linkedId!, at) : null;
  const { petitioner = petitionerColumns(person, personal, { anonymous }), ...rest } = channel;
  const registered = await registerCaseItem(
    tx,
    personal,
    {
      ...facts,
      ...rest,
      anonymous,
      satisfactionInScope,
      joinedMatterId,
      petitioner: { ...petitioner, source },
    },
    officer,
    at,
  );
  if (duplicates !== null) await storeDecision(tx, registered.item.id, duplicates, officer, at);
  return registered;
}

/** The end of a registration: an item whose accused reach the officer's own organisation lies with the bureau above at once (PT-HND-08). */
export async function outOfReach(
  tx: ScopedTransaction,
  registered: RegisteredCase,
  officer: Officer,
  at: Date,
): Promise<RegisteredCase> {
  return { ...registered, item: await leaveReachOfAccused(tx, registered.item, officer, at) };
}

import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { CaseItem } from '../cases/case.types';
import type { IdentityView } from '../cases/petitioner-view.rules';
import { fieldRequired } from '../public-accounts/faults.rules';
import type { CaseInput, PetitionerInput } from '../registration/registration.types';
import { type Faults } from '../texts.rules';
import type { DuplicateDecision, DuplicateDecisionKind, DuplicateSearch } from './duplicates.types';

/** Fields of a matter that a further item of it takes over (PT-DUP-02). */
const MATTER_FIELDS = [
  'title',
  'content',
  'demand',
  'problemRegionCode',
  'problemAddress',
  'purpose',
  'contentCategory',
  'litigationRelated',
] as const satisfies readonly (keyof CaseInput)[];

/** The search without blanks, or null when it says nothing to search for. An address counts with a name only. */
export function effectiveSearch(search: DuplicateSearch): Required<DuplicateSearch> | null {
  const clean = (value: string | null | undefined) => value?.trim() || null;
  const name = clean(search.name);
  const effective = {
    name,
    address: name === null ? null : clean(search.address),
    idNumber: clean(search.idNumber),
    mobile: clean(search.mobile),
    accountId: search.accountId ?? null,
  };
  return Object.values(effective).every((value) => value === null) ? null : effective;
}

/** Checks a decision: an item is named unless it is NEITHER. Adds FIELD_REQUIRED, NOT_FOUND, INVALID_INPUT. */
export function checkDecision(
  decision: DuplicateDecision | null | undefined,
  faults: Pick<Faults, 'add'>,
): void {
  if (decision == null) return;
  const { kind, linkedItemId } = decision;
  const field = 'duplicates.linkedItemId';
  if (kind === 'NEITHER') {
    if (linkedItemId != null)
      faults.add(
        refuse.invalid(field, {
          zh: '选择“均不相同”时不能再关联信访件，请取消关联或改选判重结果',
          en: 'With NEITHER no item is linked; remove the link or choose another decision',
        }),
      );
  } else if (linkedItemId == null) {
    faults.add(fieldRequired(field, '相同的信访件', 'the item it duplicates'));
  } else if (!isUuid(linkedItemId)) {
    faults.add(refuse.notFound(field));
  }
}

/** What a registration takes over from the item it is linked to. */
export interface Carried {
  petitioner: PetitionerInput;
  data: CaseInput;
}

/**
 * What is carried over: of SAME_MATTER petitioner and matter, of SAME_PERSON the petitioner only (PT-DUP-02, PT-DUP-03); of an item
 * out of sight (null) nothing but the link, and a petitioner only to whom it is shown in full.
 */
export function carriedOver(
  kind: DuplicateDecisionKind,
  linked: { item: CaseItem; petitioner: PetitionerInput; view: IdentityView } | null,
): Carried {
  if (linked === null || kind === 'NEITHER') return { petitioner: {}, data: {} };
  const { item, petitioner, view } = linked;
  return {
    petitioner: view === 'FULL' ? petitioner : {},
    data:
      kind === 'SAME_MATTER' ? Object.fromEntries(MATTER_FIELDS.map((field) => [field, item[field]])) : {},
  };
}

/** Fills what was left out with what is carried over; what somebody typed stays. */
export function filledIn<Input extends object>(typed: Input, carried: Partial<Input>): Input {
  const said = Object.entries(typed).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  return { ...carried, ...Object.fromEntries(said) } as Input;
}

/** The refusal of a registration although similar items were found and nobody has decided about them (catalogue 3.2, PT-DUP-04). */
export const duplicatesUndecided = (found: number): Refusal =>
  new Refusal(
    'DUPLICATES_UNDECIDED',
    {
      zh: `查重发现 ${found} 件类似信访件，请查看后选择“相同信访事项”“相同信访人”或“均不相同”`,
      en: `The duplicate check found ${found} similar items; look at them and choose same matter, same person or neither`,
    },
    { field: 'duplicates', details: { found } },
  );

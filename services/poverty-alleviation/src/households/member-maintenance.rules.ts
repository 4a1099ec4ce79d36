import { Refusal, refuse } from '@junxian/errors';
import type { IdDocumentType, RelationToHead, Sex } from '../code-lists';
import type { SaveMemberInput } from '../generated/graphql';
import { FormFaults } from './form-faults.rules';
import { MEMBER } from './household-fields.rules';
import type { MemberView } from './household-views.types';
import { checkIdentityDocument } from './identity-documents.rules';
import { byBackOffice, lockedFieldFaults } from './locked-fields.rules';
import { checkMemberDetails, type FormDates } from './member-form.rules';
import { expectFilled, overlaid } from './tab-input.rules';

/** The fields of a member that base maintenance shows and does not change (PA-YR-04). */
const LOCKED_MEMBER = {
  name: byBackOffice('姓名', '8.6'),
  idType: byBackOffice('证件类型', '8.6'),
  idNumber: byBackOffice('证件号码', '8.6'),
};

const REQUIRED = ['sex', 'birthDate', 'ethnicity', 'relationToHead', 'health'] as const;

/** What a member's save is judged by. */
export interface MemberSaveFacts extends FormDates {
  member: MemberView;
  /** The member's number in the clear. */
  idNumber: string | null;
  /** The active members of the household, this one included. */
  household: readonly Pick<MemberView, 'id' | 'relationToHead'>[];
}

/** Relations to the head after a save, by member. */
export type Relations = ReadonlyMap<string, RelationToHead>;

/**
 * Checks a member's save in base maintenance: locked fields (PA-YR-04), the member's facts with ages at the year's
 * end, birth date and sex against the document (PA-HH-07), exactly one head (PA-HH-06). Returns the relations that
 * change; throws one refusal with every fault.
 */
export function checkMemberSave(input: SaveMemberInput, facts: MemberSaveFacts): Relations {
  const { member, idNumber, household } = facts;
  const faults = new FormFaults();
  const sentNumber = input.idNumber?.trim().toUpperCase() ?? input.idNumber;
  faults.add(
    ...lockedFieldFaults(
      { name: input.name?.trim() ?? input.name, idType: input.idType, idNumber: sentNumber },
      { name: member.name, idType: member.idType, idNumber },
      LOCKED_MEMBER,
    ),
  );
  expectFilled(input, REQUIRED, faults);
  const after = {
    ...overlaid(MEMBER, member, { ...input, name: undefined, idType: undefined }),
    sex: input.sex ?? member.sex,
    birthDate: input.birthDate ?? member.birthDate,
    ethnicity: input.ethnicity ?? member.ethnicity,
    relationToHead: input.relationToHead ?? member.relationToHead,
    health: input.health ?? member.health,
  };
  checkMemberDetails({ ...after, phone: input.phone }, '', facts, faults);
  if (after.sex !== member.sex || after.birthDate !== member.birthDate) {
    faults.add(
      ...documentFaults({ ...member, idNumber, sex: after.sex, birthDate: after.birthDate }, facts.today),
    );
  }
  const relations = relationsAfter(input, household, faults);
  if (faults.list.length > 0) throw Refusal.many(faults.list);
  return relations;
}

/** Birth date and sex that do not match the document; its number is not in question here. */
function documentFaults(
  document: { idType: IdDocumentType; idNumber: string | null; sex: Sex; birthDate: string },
  today: string,
): Refusal[] {
  if (document.idType === 'NONE') return [];
  return checkIdentityDocument(document, '', today).faults.flatMap(({ code, text, field }) =>
    field === '.birthDate' || field === '.sex' ? [new Refusal(code, text, { field: field.slice(1) })] : [],
  );
}

function relationsAfter(
  { memberId, relationToHead, otherRelations }: SaveMemberInput,
  household: MemberSaveFacts['household'],
  faults: FormFaults,
): Relations {
  const given = new Map<string, RelationToHead>();
  if (relationToHead != null) given.set(memberId, relationToHead);
  for (const [index, other] of (otherRelations ?? []).entries()) {
    faults.expect(
      other.memberId !== memberId &&
        !given.has(other.memberId) &&
        household.some(({ id }) => id === other.memberId),
      `otherRelations[${index}].memberId`,
      {
        zh: '请从同户其他正常成员中选择，每人一次',
        en: 'Choose another active member of the household, each once',
      },
    );
    given.set(other.memberId, other.relationToHead);
  }
  const heads = household.filter(({ id, relationToHead: stored }) => (given.get(id) ?? stored) === 'HEAD');
  if (heads.length !== 1) faults.add(headRequired(heads.length));
  return new Map(
    household.flatMap(({ id, relationToHead: stored }) => {
      const relation = given.get(id) ?? stored;
      return relation === stored ? [] : [[id, relation] as const];
    }),
  );
}

function headRequired(heads: number): Refusal {
  return new Refusal(
    'HEAD_REQUIRED',
    heads === 0
      ? {
          zh: '保存后该户没有户主；更换户主时，请同时将另一名成员设为户主',
          en: 'The household would have no head; make another member the head in the same save',
        }
      : {
          zh: '保存后该户有多名户主；更换户主时，请同时填写原户主与新户主的关系',
          en: 'The household would have several heads; give the relation of the former head in the same save',
        },
    { field: heads === 0 ? 'relationToHead' : 'otherRelations' },
  );
}

/** Refuses a member who no longer counts in the household (STATE_CONFLICT), or whom somebody else changed (STALE_VERSION). */
export function expectMaintainable(member: MemberView, active: boolean, expectedVersion: number): void {
  if (member.version !== expectedVersion) throw refuse.staleVersion();
  if (active) return;
  throw new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该成员已不是本户正常成员，不能在基础信息维护中修改；如属误操作，请由省级管理员办理',
      en: 'This person is no longer an active member of the household; a province administrator can undo a mistake',
    },
    { field: 'memberId' },
  );
}

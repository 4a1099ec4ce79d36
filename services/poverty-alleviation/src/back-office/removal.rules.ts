import { Refusal, refuse } from '@junxian/errors';
import type { RelationToHead, Sex } from '../code-lists';
import { restatedRelations } from '../dynamic-management/relations.rules';

/** Who becomes head when the head is among those who leave, and how the others are related to him or her. */
export interface HeadChoice {
  newHeadId?: string | null | undefined;
  relations?: readonly { memberId: string; relationToHead: RelationToHead }[] | null | undefined;
}

/** What the decision needs of a member. */
export interface Person {
  id: string;
  sex: Sex;
  relationToHead: RelationToHead;
}

/** What the removal of members leaves of a household. */
export interface Removal<Member extends Person> {
  leaving: Member[];
  remaining: Member[];
  /** The relations that change, by member: those of the remaining when the head leaves. */
  relations: ReadonlyMap<string, RelationToHead>;
}

/**
 * Decides what remains when active members leave a household by the back office (PA-HH-06, PA-BO-02, PA-BO-09). Takes
 * its active members, the ids of those who leave, the choice of a new head and where it stands in the input. Relations that
 * the choice does not state follow from the old ones. Throws NOT_FOUND for somebody who is no active member,
 * HEAD_REQUIRED when the head leaves others behind without a successor, INVALID_INPUT for a choice that fits nobody.
 */
export function removalOf<Member extends Person>(
  active: readonly Member[],
  leavingIds: readonly string[],
  choice: HeadChoice,
  fields: { members: string; newHead: string; relations: string },
): Removal<Member> {
  const ids = new Set(leavingIds);
  const leaving = active.filter(({ id }) => ids.has(id));
  if (leaving.length !== ids.size) throw refuse.notFound(fields.members);
  const remaining = active.filter(({ id }) => !ids.has(id));
  return { leaving, remaining, relations: relationsOf(leaving, remaining, choice, fields) };
}

function relationsOf(
  leaving: readonly Person[],
  remaining: readonly Person[],
  { newHeadId, relations }: HeadChoice,
  fields: { newHead: string; relations: string },
): Map<string, RelationToHead> {
  const head = leaving.find(({ relationToHead }) => relationToHead === 'HEAD');
  const stated = new Map((relations ?? []).map(({ memberId, relationToHead }) => [memberId, relationToHead]));
  if (head === undefined || remaining.length === 0) {
    if (newHeadId != null || stated.size > 0) throw noHeadToChoose(fields.newHead);
    return new Map();
  }
  if (newHeadId == null) throw headRequired(fields.newHead);
  const newHead = remaining.find(({ id }) => id === newHeadId);
  if (newHead === undefined) throw refuse.notFound(fields.newHead);
  const others = remaining.filter((person) => person !== newHead);
  for (const [memberId, relation] of stated) {
    if (relation === 'HEAD' || !others.some(({ id }) => id === memberId)) throw badRelation(fields.relations);
  }
  const derived = restatedRelations(head.sex, remaining, newHead);
  return new Map(remaining.map(({ id }, index) => [id, stated.get(id) ?? derived[index]!]));
}

function headRequired(field: string): Refusal {
  return new Refusal(
    'HEAD_REQUIRED',
    {
      zh: '该户户主将退出，请从其余成员中指定新户主',
      en: 'The head leaves this household; name a new head among those who remain',
    },
    { field },
  );
}

function noHeadToChoose(field: string): Refusal {
  return refuse.invalid(field, {
    zh: '该户户主未退出或没有其余成员，不需要指定新户主，请留空',
    en: 'The head stays, or nobody remains: leave the new head out',
  });
}

function badRelation(field: string): Refusal {
  return refuse.invalid(field, {
    zh: '与户主关系只为其余成员填写，且不能再填户主',
    en: 'State relations of the remaining members only, and no second head',
  });
}

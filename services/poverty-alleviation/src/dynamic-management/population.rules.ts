import { Refusal, refuse } from '@junxian/errors';
import { POVERTY_STATUS, type PovertyStatus, type RelationToHead, type Sex } from '../code-lists';
import { divideHalfUp, fromHundredths, toHundredths } from '../households/income.rules';
import type { MemberRelation } from './population-form.rules';
import { restatedRelations } from './relations.rules';

/** A household as a list of changes finds it. */
export interface HouseholdFacts {
  id: string;
  povertyStatus: PovertyStatus;
  /** Yuan, two decimals. */
  netIncome: string;
}

/** An active member as a list of changes finds it. */
export interface PersonFacts {
  id: string;
  householdId: string;
  relationToHead: RelationToHead;
  sex: Sex;
}

/** One change of the list, its form checked; `id` of an addition stands for the person until there is a record. */
export type StagedChange =
  | { kind: 'TRANSFER'; memberId: string; toHouseholdId: string; relationToHead: RelationToHead }
  | { kind: 'ADD'; person: PersonFacts }
  | {
      kind: 'REDUCE';
      memberId: string;
      newHeadId: string | null;
      relations: readonly MemberRelation[];
    };

/** A household that a change takes a member from (OUT) or gives one to (IN), with its per-capita net income. */
export interface ChangeSide {
  householdId: string;
  direction: 'OUT' | 'IN';
  perCapitaBefore: string | null;
  perCapitaAfter: string | null;
}

/** A change as it took effect. */
export interface AppliedChange {
  memberId: string;
  fromHouseholdId: string | null;
  toHouseholdId: string | null;
  newHeadId: string | null;
  sides: ChangeSide[];
}

/** Statuses whose households take population changes (PA-PC-08). */
const OPEN_TO_CHANGE: ReadonlySet<PovertyStatus> = new Set(['UNEXITED', 'RETURNED', 'EXITED']);

/**
 * Population changes 人口变更 of a staged list, played one after the other on what the households are
 * (PA-PC-02…05, PA-PC-08). Nothing here writes: the caller stores how it ends.
 */
export class PopulationPlan {
  private readonly households: ReadonlyMap<string, HouseholdFacts>;
  private readonly people: Map<string, PersonFacts>;
  /** Households whose last member left, in the order in which that happened. */
  readonly closed = new Set<string>();
  /** Those whom a change reduced, as they stood last. */
  private readonly gone = new Map<string, PersonFacts>();

  constructor(households: readonly HouseholdFacts[], people: readonly PersonFacts[]) {
    this.households = new Map(households.map((one) => [one.id, one]));
    this.people = new Map(people.map((one) => [one.id, one]));
  }

  /** In which household a person stands, or stood last, and in what relation, after all changes so far. */
  standing(memberId: string): PersonFacts | undefined {
    return this.people.get(memberId) ?? this.gone.get(memberId);
  }

  /**
   * Plays the next change. `path` names it in refusals: INVALID_INPUT for a household that is not among those named,
   * NOT_FOUND for a person who is no active member of them, STATE_CONFLICT (PA-PC-08), HEAD_NOT_ALLOWED (PA-PC-03)
   * and HEAD_REQUIRED (PA-PC-04).
   */
  apply(change: StagedChange, path: string): AppliedChange {
    switch (change.kind) {
      case 'TRANSFER':
        return this.transfer(change, path);
      case 'ADD':
        return this.add(change, path);
      case 'REDUCE':
        return this.reduce(change, path);
    }
  }

  private transfer(
    { memberId, toHouseholdId, relationToHead }: Extract<StagedChange, { kind: 'TRANSFER' }>,
    path: string,
  ): AppliedChange {
    const person = this.member(memberId, `${path}.memberId`);
    this.expectOpen(person.householdId, `${path}.memberId`);
    this.expectOpen(toHouseholdId, `${path}.toHouseholdId`);
    if (toHouseholdId === person.householdId) throw sameHousehold(`${path}.toHouseholdId`);
    if (relationToHead === 'HEAD') throw alreadyHasHead(`${path}.relationToHead`);
    const others = this.membersOf(person.householdId).filter(({ id }) => id !== memberId);
    if (person.relationToHead === 'HEAD' && others.length > 0) throw headStays(`${path}.memberId`);
    const finish = this.watch([
      [person.householdId, 'OUT'],
      [toHouseholdId, 'IN'],
    ]);
    this.people.set(memberId, { ...person, householdId: toHouseholdId, relationToHead });
    return {
      memberId,
      fromHouseholdId: person.householdId,
      toHouseholdId,
      newHeadId: null,
      sides: finish(),
    };
  }

  private add({ person }: Extract<StagedChange, { kind: 'ADD' }>, path: string): AppliedChange {
    this.expectOpen(person.householdId, `${path}.householdId`);
    if (person.relationToHead === 'HEAD') throw alreadyHasHead(`${path}.member.relationToHead`);
    const finish = this.watch([[person.householdId, 'IN']]);
    this.people.set(person.id, person);
    return {
      memberId: person.id,
      fromHouseholdId: null,
      toHouseholdId: person.householdId,
      newHeadId: null,
      sides: finish(),
    };
  }

  private reduce(
    { memberId, newHeadId, relations }: Extract<StagedChange, { kind: 'REDUCE' }>,
    path: string,
  ): AppliedChange {
    const person = this.member(memberId, `${path}.memberId`);
    this.expectOpen(person.householdId, `${path}.memberId`);
    const others = this.membersOf(person.householdId).filter(({ id }) => id !== memberId);
    const needsHead = person.relationToHead === 'HEAD' && others.length > 0;
    if (!needsHead && (newHeadId !== null || relations.length > 0)) throw noNewHead(`${path}.newHeadId`);
    const restated = needsHead ? restate(person.sex, others, newHeadId, relations, path) : [];
    const finish = this.watch([[person.householdId, 'OUT']]);
    this.people.delete(memberId);
    this.gone.set(memberId, person);
    for (const member of restated) this.people.set(member.id, member);
    return {
      memberId,
      fromHouseholdId: person.householdId,
      toHouseholdId: null,
      newHeadId: needsHead ? newHeadId : null,
      sides: finish(),
    };
  }

  private member(id: string, field: string): PersonFacts {
    const person = this.people.get(id);
    if (person === undefined) throw refuse.notFound(field);
    return person;
  }

  private membersOf(householdId: string): PersonFacts[] {
    return [...this.people.values()].filter((person) => person.householdId === householdId);
  }

  private expectOpen(householdId: string, field: string): void {
    const household = this.households.get(householdId);
    if (household === undefined) throw notNamed(field);
    if (this.closed.has(householdId)) throw closedBefore(field);
    expectChangeable(household.povertyStatus, field);
  }

  /** Takes the per-capita incomes now; the function it returns, those after the change, and notes who has nobody left. */
  private watch(touched: readonly [householdId: string, direction: 'OUT' | 'IN'][]): () => ChangeSide[] {
    const before = touched.map(([householdId]) => this.perCapita(householdId));
    return () =>
      touched.map(([householdId, direction], index) => {
        const perCapitaAfter = this.perCapita(householdId);
        if (perCapitaAfter === null) this.closed.add(householdId);
        return { householdId, direction, perCapitaBefore: before[index]!, perCapitaAfter };
      });
  }

  private perCapita(householdId: string): string | null {
    const { netIncome } = this.households.get(householdId)!;
    const members = this.membersOf(householdId).length;
    return members === 0 ? null : fromHundredths(divideHalfUp(toHundredths(netIncome), BigInt(members)));
  }
}

/** Throws STATE_CONFLICT for a household of a status that takes no population change or split (PA-PC-08). */
export function expectChangeable(status: PovertyStatus, field: string): void {
  if (OPEN_TO_CHANGE.has(status)) return;
  throw new Refusal(
    'STATE_CONFLICT',
    {
      zh: `该户为${POVERTY_STATUS.label(status)}，不再办理人口变更和分户；如属误操作，请由省级管理员办理综合回退`,
      en: 'A household that left poverty for good takes no population change or split; a province administrator can roll back a mistake',
    },
    { field },
  );
}

/** The remaining members under their new head; relations stated by hand go before those that follow (PA-PC-04). */
function restate(
  headSex: Sex,
  others: readonly PersonFacts[],
  newHeadId: string | null,
  relations: readonly MemberRelation[],
  path: string,
): PersonFacts[] {
  const newHead = others.find(({ id }) => id === newHeadId);
  if (newHead === undefined) throw headRequired(`${path}.newHeadId`);
  const stated = new Map(relations.map(({ memberId, relationToHead }) => [memberId, relationToHead]));
  relations.forEach(({ memberId, relationToHead }, index) => {
    const isOther = memberId !== newHeadId && others.some(({ id }) => id === memberId);
    if (!isOther || relationToHead === 'HEAD') throw wrongRelation(`${path}.relations[${index}]`);
  });
  const following = restatedRelations(headSex, others, newHead);
  return others.map((person, index) => ({
    ...person,
    relationToHead: stated.get(person.id) ?? following[index]!,
  }));
}

function sameHousehold(field: string): Refusal {
  return refuse.invalid(field, {
    zh: '该成员已在此户，请选择另一贫困户',
    en: 'The member belongs to this household already; choose another',
  });
}

function notNamed(field: string): Refusal {
  return refuse.invalid(field, {
    zh: '请将所涉的贫困户（含转移的目标户）及其版本列入 households',
    en: 'Name every household concerned, the target of a transfer too, in households with its version',
  });
}

function closedBefore(field: string): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该户的最后一名成员已在前面的变更中离开，户已销，请调整变更顺序',
      en: 'The last member left this household by an earlier change of the list, which closes it; change the order',
    },
    { field },
  );
}

function alreadyHasHead(field: string): Refusal {
  return new Refusal(
    'HEAD_NOT_ALLOWED',
    {
      zh: '该户已有户主，请选择与户主的其他关系',
      en: 'The household has a head; choose another relation to the head',
    },
    { field },
  );
}

function headStays(field: string): Refusal {
  return new Refusal(
    'HEAD_NOT_ALLOWED',
    {
      zh: '户主不能先于其他成员转移，请先转移其他成员；只剩户主一人时可以转移，原户随之销户',
      en: 'A head with other members cannot be transferred; transfer the others first. A head alone can, and the household is closed',
    },
    { field },
  );
}

function headRequired(field: string): Refusal {
  return new Refusal(
    'HEAD_REQUIRED',
    {
      zh: '减少户主须从其余正常成员中指定新户主',
      en: 'Name a new head from the remaining members when the head leaves',
    },
    { field },
  );
}

function noNewHead(field: string): Refusal {
  return refuse.invalid(field, {
    zh: '减少的不是户主，或户内已无其他成员，不需要指定新户主和关系',
    en: 'A new head and relations are stated only when the head leaves others behind; leave them out',
  });
}

function wrongRelation(field: string): Refusal {
  return refuse.invalid(field, {
    zh: '请只填写其余成员（新户主除外）与新户主的关系，且不能为户主',
    en: 'State relations of the remaining members other than the new head only, and none of them as head',
  });
}

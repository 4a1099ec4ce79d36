import type { RelationToHead, Sex } from '../code-lists';

/** What the restating of relations needs of a person. */
export interface Kin {
  sex: Sex;
  /** Relation to the head who leaves. */
  relationToHead: RelationToHead;
}

/** Whom the household consists of besides the head who leaves: whose husband, wife or child somebody is may follow. */
interface Family {
  headSex: Sex;
  newHead: Kin;
  /** How many stand in this relation, the new head included. */
  count(relation: RelationToHead): number;
}

type Restated = Partial<Record<RelationToHead, RelationToHead | null>>;

const bySex = (sex: Sex, male: RelationToHead, female: RelationToHead): RelationToHead | null =>
  sex === 'MALE' ? male : sex === 'FEMALE' ? female : null;

/** The spouse of the head who leaves follows: the children stay the children, one's parents become the other's in-laws. */
function spouseFollows({ newHead }: Family): Restated {
  return {
    SON: 'SON',
    DAUGHTER: 'DAUGHTER',
    DAUGHTER_IN_LAW: 'DAUGHTER_IN_LAW',
    SON_IN_LAW: 'SON_IN_LAW',
    SONS_SON: 'SONS_SON',
    SONS_DAUGHTER: 'SONS_DAUGHTER',
    DAUGHTERS_SON: 'DAUGHTERS_SON',
    DAUGHTERS_DAUGHTER: 'DAUGHTERS_DAUGHTER',
    FATHER: bySex(newHead.sex, 'WIFES_FATHER', 'HUSBANDS_FATHER'),
    MOTHER: bySex(newHead.sex, 'WIFES_MOTHER', 'HUSBANDS_MOTHER'),
    WIFES_FATHER: 'FATHER',
    WIFES_MOTHER: 'MOTHER',
    HUSBANDS_FATHER: 'FATHER',
    HUSBANDS_MOTHER: 'MOTHER',
  };
}

/** A son or daughter follows. In-laws and grandchildren are the new head's own when no sibling could be meant. */
function childFollows({ headSex, newHead, count }: Family): Restated {
  const isSon = newHead.relationToHead === 'SON';
  const alone = count(newHead.relationToHead) === 1;
  const inLaw: RelationToHead = isSon ? 'DAUGHTER_IN_LAW' : 'SON_IN_LAW';
  const married = alone && count(inLaw) === 1;
  const own: Restated = isSon
    ? { SONS_SON: 'SON', SONS_DAUGHTER: 'DAUGHTER' }
    : { DAUGHTERS_SON: 'SON', DAUGHTERS_DAUGHTER: 'DAUGHTER' };
  return {
    FATHER: bySex(headSex, 'PATERNAL_GRANDFATHER', 'MATERNAL_GRANDFATHER'),
    MOTHER: bySex(headSex, 'PATERNAL_GRANDMOTHER', 'MATERNAL_GRANDMOTHER'),
    WIFES_FATHER: 'MATERNAL_GRANDFATHER',
    WIFES_MOTHER: 'MATERNAL_GRANDMOTHER',
    HUSBANDS_FATHER: 'PATERNAL_GRANDFATHER',
    HUSBANDS_MOTHER: 'PATERNAL_GRANDMOTHER',
    ...(alone ? own : {}),
    ...(married ? { [inLaw]: 'SPOUSE' } : {}),
  };
}

/** A son's wife or daughter's husband follows. */
function childInLawFollows({ newHead, count }: Family): Restated {
  const isDaughterInLaw = newHead.relationToHead === 'DAUGHTER_IN_LAW';
  if (count(newHead.relationToHead) !== 1) return {};
  const spouse: RelationToHead = isDaughterInLaw ? 'SON' : 'DAUGHTER';
  return {
    ...(count(spouse) === 1 ? { [spouse]: 'SPOUSE' } : {}),
    ...(isDaughterInLaw
      ? { SONS_SON: 'SON', SONS_DAUGHTER: 'DAUGHTER' }
      : { DAUGHTERS_SON: 'SON', DAUGHTERS_DAUGHTER: 'DAUGHTER' }),
  };
}

/** A grandchild follows. */
function grandchildFollows({ newHead, count }: Family): Restated {
  const bySon = newHead.relationToHead === 'SONS_SON' || newHead.relationToHead === 'SONS_DAUGHTER';
  if (bySon) {
    return {
      ...(count('SON') === 1 ? { SON: 'FATHER' } : {}),
      ...(count('DAUGHTER_IN_LAW') === 1 ? { DAUGHTER_IN_LAW: 'MOTHER' } : {}),
    };
  }
  return {
    ...(count('DAUGHTER') === 1 ? { DAUGHTER: 'MOTHER' } : {}),
    ...(count('SON_IN_LAW') === 1 ? { SON_IN_LAW: 'FATHER' } : {}),
  };
}

/** The father or mother of the head who leaves follows. */
function parentFollows({ headSex, newHead }: Family): Restated {
  const isFather = newHead.relationToHead === 'FATHER';
  const own: Restated = isFather
    ? { PATERNAL_GRANDFATHER: 'FATHER', PATERNAL_GRANDMOTHER: 'MOTHER' }
    : { MATERNAL_GRANDFATHER: 'FATHER', MATERNAL_GRANDMOTHER: 'MOTHER' };
  const inLaws: Restated = isFather
    ? { MATERNAL_GRANDFATHER: 'WIFES_FATHER', MATERNAL_GRANDMOTHER: 'WIFES_MOTHER' }
    : { PATERNAL_GRANDFATHER: 'HUSBANDS_FATHER', PATERNAL_GRANDMOTHER: 'HUSBANDS_MOTHER' };
  return {
    [isFather ? 'MOTHER' : 'FATHER']: 'SPOUSE',
    SPOUSE: bySex(headSex, 'DAUGHTER_IN_LAW', 'SON_IN_LAW'),
    SON: bySex(headSex, 'SONS_SON', 'DAUGHTERS_SON'),
    DAUGHTER: bySex(headSex, 'SONS_DAUGHTER', 'DAUGHTERS_DAUGHTER'),
    ...own,
    ...inLaws,
  };
}

const OTHER_PARENT: Restated = {
  WIFES_FATHER: 'WIFES_MOTHER',
  WIFES_MOTHER: 'WIFES_FATHER',
  HUSBANDS_FATHER: 'HUSBANDS_MOTHER',
  HUSBANDS_MOTHER: 'HUSBANDS_FATHER',
};

/** The wife's or husband's father or mother follows: the spouse is their child. */
function parentInLawFollows({ newHead: { relationToHead } }: Family): Restated {
  const ofWife = relationToHead === 'WIFES_FATHER' || relationToHead === 'WIFES_MOTHER';
  return {
    [OTHER_PARENT[relationToHead]!]: 'SPOUSE',
    SPOUSE: ofWife ? 'DAUGHTER' : 'SON',
    SON: ofWife ? 'DAUGHTERS_SON' : 'SONS_SON',
    DAUGHTER: ofWife ? 'DAUGHTERS_DAUGHTER' : 'SONS_DAUGHTER',
  };
}

/** A grandparent follows: their child is the head's father or mother. */
function grandparentFollows({ newHead: { relationToHead } }: Family): Restated {
  const paternal = relationToHead === 'PATERNAL_GRANDFATHER' || relationToHead === 'PATERNAL_GRANDMOTHER';
  return paternal
    ? {
        PATERNAL_GRANDFATHER: 'SPOUSE',
        PATERNAL_GRANDMOTHER: 'SPOUSE',
        FATHER: 'SON',
        MOTHER: 'DAUGHTER_IN_LAW',
      }
    : {
        MATERNAL_GRANDFATHER: 'SPOUSE',
        MATERNAL_GRANDMOTHER: 'SPOUSE',
        MOTHER: 'DAUGHTER',
        FATHER: 'SON_IN_LAW',
      };
}

const FOLLOWS: Readonly<Partial<Record<RelationToHead, (family: Family) => Restated>>> = {
  SPOUSE: spouseFollows,
  SON: childFollows,
  DAUGHTER: childFollows,
  DAUGHTER_IN_LAW: childInLawFollows,
  SON_IN_LAW: childInLawFollows,
  SONS_SON: grandchildFollows,
  SONS_DAUGHTER: grandchildFollows,
  DAUGHTERS_SON: grandchildFollows,
  DAUGHTERS_DAUGHTER: grandchildFollows,
  FATHER: parentFollows,
  MOTHER: parentFollows,
  WIFES_FATHER: parentInLawFollows,
  WIFES_MOTHER: parentInLawFollows,
  HUSBANDS_FATHER: parentInLawFollows,
  HUSBANDS_MOTHER: parentInLawFollows,
  PATERNAL_GRANDFATHER: grandparentFollows,
  PATERNAL_GRANDMOTHER: grandparentFollows,
  MATERNAL_GRANDFATHER: grandparentFollows,
  MATERNAL_GRANDMOTHER: grandparentFollows,
};

/**
 * Restates everybody's relation when a new head follows one who leaves (PA-PC-04). Takes the sex of the head who
 * leaves and who remains, with their relations to him or her; returns the relation of each to the new head, in order.
 * What does not follow from these (a sibling, whose child a grandchild is) becomes OTHER, to be stated by a person; so
 * does whoever the old head's spouse is to a child who is head now, unless the sex tells.
 */
export function restatedRelations<Person extends Kin>(
  headSex: Sex,
  remaining: readonly Person[],
  newHead: Person,
): RelationToHead[] {
  const family: Family = {
    headSex,
    newHead,
    count: (relation) => remaining.filter(({ relationToHead }) => relationToHead === relation).length,
  };
  const restated = FOLLOWS[newHead.relationToHead]?.(family) ?? {};
  return remaining.map((person) => {
    if (person === newHead) return 'HEAD';
    return relationOfSpouse(person, newHead) ?? restated[person.relationToHead] ?? 'OTHER';
  });
}

/** The old head's spouse to a descendant, or a descendant's spouse, who is head now: told by the spouse's own sex. */
function relationOfSpouse({ relationToHead, sex }: Kin, newHead: Kin): RelationToHead | null {
  if (relationToHead !== 'SPOUSE') return null;
  switch (newHead.relationToHead) {
    case 'SON':
    case 'DAUGHTER':
      return bySex(sex, 'FATHER', 'MOTHER');
    case 'DAUGHTER_IN_LAW':
      return bySex(sex, 'HUSBANDS_FATHER', 'HUSBANDS_MOTHER');
    case 'SON_IN_LAW':
      return bySex(sex, 'WIFES_FATHER', 'WIFES_MOTHER');
    case 'SONS_SON':
    case 'SONS_DAUGHTER':
      return bySex(sex, 'PATERNAL_GRANDFATHER', 'PATERNAL_GRANDMOTHER');
    case 'DAUGHTERS_SON':
    case 'DAUGHTERS_DAUGHTER':
      return bySex(sex, 'MATERNAL_GRANDFATHER', 'MATERNAL_GRANDMOTHER');
    default:
      return null;
  }
}

import { rule } from '@junxian/test-kit';
import { RELATION_TO_HEAD, type RelationToHead, type Sex } from '../code-lists';
import { type Kin, restatedRelations } from './relations.rules';

const FEMALE: ReadonlySet<RelationToHead> = new Set([
  'DAUGHTER',
  'DAUGHTER_IN_LAW',
  'SONS_DAUGHTER',
  'DAUGHTERS_DAUGHTER',
  'MOTHER',
  'WIFES_MOTHER',
  'HUSBANDS_MOTHER',
  'PATERNAL_GRANDMOTHER',
  'MATERNAL_GRANDMOTHER',
]);

/** Restates a family of these relations to a head of that sex, whose spouse is of the other, under its first person. */
function restated(headSex: Sex, relations: readonly RelationToHead[]): RelationToHead[] {
  const spouse: Sex = headSex === 'MALE' ? 'FEMALE' : 'MALE';
  const people = relations.map((relationToHead): Kin => {
    const sex = relationToHead === 'SPOUSE' ? spouse : FEMALE.has(relationToHead) ? 'FEMALE' : 'MALE';
    return { relationToHead, sex };
  });
  return restatedRelations(headSex, people, people[0]!);
}

type Case = [headSex: Sex, before: RelationToHead[], after: RelationToHead[]];
const CASES: Case[] = [
  // The wife follows her husband, the husband his wife.
  [
    'MALE',
    ['SPOUSE', 'SON', 'DAUGHTER', 'DAUGHTER_IN_LAW', 'SONS_SON'],
    ['HEAD', 'SON', 'DAUGHTER', 'DAUGHTER_IN_LAW', 'SONS_SON'],
  ],
  [
    'MALE',
    ['SPOUSE', 'FATHER', 'MOTHER', 'WIFES_FATHER', 'WIFES_MOTHER'],
    ['HEAD', 'HUSBANDS_FATHER', 'HUSBANDS_MOTHER', 'FATHER', 'MOTHER'],
  ],
  [
    'FEMALE',
    ['SPOUSE', 'FATHER', 'MOTHER', 'HUSBANDS_FATHER', 'HUSBANDS_MOTHER'],
    ['HEAD', 'WIFES_FATHER', 'WIFES_MOTHER', 'FATHER', 'MOTHER'],
  ],
  ['MALE', ['SPOUSE', 'PATERNAL_GRANDFATHER', 'OTHER'], ['HEAD', 'OTHER', 'OTHER']],
  // The only son: his wife and children are known.
  [
    'MALE',
    ['SON', 'SPOUSE', 'DAUGHTER_IN_LAW', 'SONS_SON', 'SONS_DAUGHTER'],
    ['HEAD', 'MOTHER', 'SPOUSE', 'SON', 'DAUGHTER'],
  ],
  [
    'FEMALE',
    ['SON', 'SPOUSE', 'FATHER', 'MOTHER'],
    ['HEAD', 'FATHER', 'MATERNAL_GRANDFATHER', 'MATERNAL_GRANDMOTHER'],
  ],
  [
    'MALE',
    ['SON', 'FATHER', 'MOTHER', 'WIFES_MOTHER'],
    ['HEAD', 'PATERNAL_GRANDFATHER', 'PATERNAL_GRANDMOTHER', 'MATERNAL_GRANDMOTHER'],
  ],
  ['FEMALE', ['SON', 'HUSBANDS_FATHER'], ['HEAD', 'PATERNAL_GRANDFATHER']],
  // With a brother the daughter-in-law and the grandson may be his; a sister is not in the list.
  ['MALE', ['SON', 'SON', 'DAUGHTER_IN_LAW', 'SONS_SON'], ['HEAD', 'OTHER', 'OTHER', 'OTHER']],
  ['MALE', ['SON', 'DAUGHTER', 'DAUGHTERS_SON', 'SON_IN_LAW'], ['HEAD', 'OTHER', 'OTHER', 'OTHER']],
  // The only daughter.
  [
    'FEMALE',
    ['DAUGHTER', 'SPOUSE', 'SON_IN_LAW', 'DAUGHTERS_SON', 'DAUGHTERS_DAUGHTER'],
    ['HEAD', 'FATHER', 'SPOUSE', 'SON', 'DAUGHTER'],
  ],
  ['MALE', ['DAUGHTER', 'SON_IN_LAW', 'SON_IN_LAW'], ['HEAD', 'OTHER', 'OTHER']],
  // A child's wife or husband.
  ['MALE', ['DAUGHTER_IN_LAW', 'SPOUSE', 'SON', 'SONS_SON'], ['HEAD', 'HUSBANDS_MOTHER', 'SPOUSE', 'SON']],
  [
    'FEMALE',
    ['SON_IN_LAW', 'SPOUSE', 'DAUGHTER', 'DAUGHTERS_DAUGHTER'],
    ['HEAD', 'WIFES_FATHER', 'SPOUSE', 'DAUGHTER'],
  ],
  ['MALE', ['DAUGHTER_IN_LAW', 'DAUGHTER_IN_LAW', 'SON', 'SONS_SON'], ['HEAD', 'OTHER', 'OTHER', 'OTHER']],
  ['MALE', ['DAUGHTER_IN_LAW', 'SON', 'SON'], ['HEAD', 'OTHER', 'OTHER']],
  // A grandchild.
  [
    'MALE',
    ['SONS_SON', 'SPOUSE', 'SON', 'DAUGHTER_IN_LAW'],
    ['HEAD', 'PATERNAL_GRANDMOTHER', 'FATHER', 'MOTHER'],
  ],
  [
    'FEMALE',
    ['DAUGHTERS_SON', 'SPOUSE', 'DAUGHTER', 'SON_IN_LAW'],
    ['HEAD', 'MATERNAL_GRANDFATHER', 'MOTHER', 'FATHER'],
  ],
  ['MALE', ['SONS_DAUGHTER', 'SON', 'SON', 'DAUGHTER'], ['HEAD', 'OTHER', 'OTHER', 'OTHER']],
  // Father or mother.
  [
    'MALE',
    ['FATHER', 'MOTHER', 'SPOUSE', 'SON', 'DAUGHTER'],
    ['HEAD', 'SPOUSE', 'DAUGHTER_IN_LAW', 'SONS_SON', 'SONS_DAUGHTER'],
  ],
  [
    'FEMALE',
    ['MOTHER', 'FATHER', 'SPOUSE', 'SON', 'DAUGHTER'],
    ['HEAD', 'SPOUSE', 'SON_IN_LAW', 'DAUGHTERS_SON', 'DAUGHTERS_DAUGHTER'],
  ],
  ['MALE', ['FATHER', 'PATERNAL_GRANDMOTHER', 'MATERNAL_GRANDFATHER'], ['HEAD', 'MOTHER', 'WIFES_FATHER']],
  ['MALE', ['MOTHER', 'PATERNAL_GRANDMOTHER', 'MATERNAL_GRANDFATHER'], ['HEAD', 'HUSBANDS_MOTHER', 'FATHER']],
  // The wife's or husband's parents.
  [
    'MALE',
    ['WIFES_MOTHER', 'WIFES_FATHER', 'SPOUSE', 'SON', 'FATHER'],
    ['HEAD', 'SPOUSE', 'DAUGHTER', 'DAUGHTERS_SON', 'OTHER'],
  ],
  [
    'FEMALE',
    ['HUSBANDS_FATHER', 'HUSBANDS_MOTHER', 'SPOUSE', 'DAUGHTER'],
    ['HEAD', 'SPOUSE', 'SON', 'SONS_DAUGHTER'],
  ],
  // Grandparents.
  [
    'MALE',
    ['PATERNAL_GRANDFATHER', 'PATERNAL_GRANDMOTHER', 'FATHER', 'MOTHER', 'SON'],
    ['HEAD', 'SPOUSE', 'SON', 'DAUGHTER_IN_LAW', 'OTHER'],
  ],
  [
    'MALE',
    ['MATERNAL_GRANDMOTHER', 'MATERNAL_GRANDFATHER', 'MOTHER', 'FATHER'],
    ['HEAD', 'SPOUSE', 'DAUGHTER', 'SON_IN_LAW'],
  ],
  // Nothing is known of an other relative.
  ['MALE', ['OTHER', 'SPOUSE', 'SON'], ['HEAD', 'OTHER', 'OTHER']],
];

rule('PA-PC-04', 'relations are restated to a new head; what does not follow becomes OTHER', () => {
  for (const [headSex, before, after] of CASES)
    expect([before, restated(headSex, before)]).toEqual([before, after]);
});

it('makes one head and keeps in place whoever is left, for every pair of relations', () => {
  for (const headSex of ['MALE', 'FEMALE', 'UNSPECIFIED'] as const) {
    for (const first of RELATION_TO_HEAD.names) {
      for (const second of RELATION_TO_HEAD.names) {
        const after = restated(headSex, [first, second]);
        expect(after[0]).toBe('HEAD');
        expect(after[1]).not.toBe('HEAD');
        expect(RELATION_TO_HEAD.names).toContain(after[1]);
      }
    }
  }
});

it('does not guess where the sex is not known', () => {
  const spouse: Kin = { relationToHead: 'SPOUSE', sex: 'UNSPECIFIED' };
  const father: Kin = { relationToHead: 'FATHER', sex: 'MALE' };
  const son: Kin = { relationToHead: 'SON', sex: 'MALE' };
  expect(restatedRelations('UNSPECIFIED', [spouse, father], spouse)).toEqual(['HEAD', 'OTHER']);
  expect(restatedRelations('UNSPECIFIED', [son, spouse, father], son)).toEqual(['HEAD', 'OTHER', 'OTHER']);
});

import { Refusal } from '@junxian/errors';
import { rule } from '@junxian/test-kit';
import type { RelationToHead, Sex } from '../code-lists';
import { type HeadChoice, removalOf } from './removal.rules';

const person = (id: string, relationToHead: RelationToHead, sex: Sex = 'MALE') => ({
  id,
  relationToHead,
  sex,
});
const family = [
  person('head', 'HEAD'),
  person('wife', 'SPOUSE', 'FEMALE'),
  person('son', 'SON'),
  person('father', 'FATHER'),
];
const fields = { members: 'memberIds', newHead: 'newHeadId', relations: 'relations' };

/** Who remains with which new relation, or the refusal. */
function outcome(leaving: string[], choice: HeadChoice = {}): string | Record<string, string> {
  try {
    const { remaining, relations } = removalOf(family, leaving, choice, fields);
    return Object.fromEntries(
      remaining.map(({ id, relationToHead }) => [id, relations.get(id) ?? relationToHead]),
    );
  } catch (error) {
    if (error instanceof Refusal) return `${error.code} ${error.field}`;
    throw error;
  }
}

const CASES: [
  title: string,
  leaving: string[],
  choice: HeadChoice,
  expected: string | Record<string, string>,
][] = [
  ['a son', ['son'], {}, { head: 'HEAD', wife: 'SPOUSE', father: 'FATHER' }],
  [
    'the head, his wife following',
    ['head'],
    { newHeadId: 'wife' },
    { wife: 'HEAD', son: 'SON', father: 'HUSBANDS_FATHER' },
  ],
  [
    'the head, with a relation stated',
    ['head'],
    { newHeadId: 'wife', relations: [{ memberId: 'father', relationToHead: 'OTHER' }] },
    { wife: 'HEAD', son: 'SON', father: 'OTHER' },
  ],
  ['the head without a successor', ['head'], {}, 'HEAD_REQUIRED newHeadId'],
  ['the head, followed by himself', ['head'], { newHeadId: 'head' }, 'NOT_FOUND newHeadId'],
  ['the head, followed by a stranger', ['head'], { newHeadId: 'stranger' }, 'NOT_FOUND newHeadId'],
  ['a son, with a new head', ['son'], { newHeadId: 'wife' }, 'INVALID_INPUT newHeadId'],
  [
    'the head, with a second head stated',
    ['head'],
    { newHeadId: 'wife', relations: [{ memberId: 'son', relationToHead: 'HEAD' }] },
    'INVALID_INPUT relations',
  ],
  [
    'the head, with a relation of the new head stated',
    ['head'],
    { newHeadId: 'wife', relations: [{ memberId: 'wife', relationToHead: 'SPOUSE' }] },
    'INVALID_INPUT relations',
  ],
  ['everybody', ['head', 'wife', 'son', 'father'], {}, {}],
  ['a stranger', ['stranger'], {}, 'NOT_FOUND memberIds'],
];

describe('the removal of', () => {
  for (const [title, leaving, choice, expected] of CASES) {
    rule(['PA-BO-02', 'PA-BO-09'], title, () => expect(outcome(leaving, choice)).toEqual(expected));
  }
});

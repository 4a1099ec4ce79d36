import fc from 'fast-check';
import { distinctRepresentations, expandEntities, expandErrors } from './representations.rules';

const region = (code: string) => ({ __typename: 'Region', code });

it('names each distinct representation once', () => {
  expect(distinctRepresentations([region('1'), region('2'), region('1'), region('2')])).toEqual({
    texts: ['{"__typename":"Region","code":"1"}', '{"__typename":"Region","code":"2"}'],
    positions: [0, 1, 0, 1],
  });
  expect(distinctRepresentations([region('1'), region('2')]).positions).toBeNull();
  expect(distinctRepresentations([])).toEqual({ texts: [], positions: null });
});

it('asking for the distinct ones and putting the answers back is as good as asking for all', () => {
  const answer = (representation: unknown) => ({ for: JSON.stringify(representation) });
  fc.assert(
    fc.property(
      fc.array(fc.record({ __typename: fc.constantFrom('A', 'B'), id: fc.constantFrom(1, 2, '1', null) })),
      (all) => {
        const { texts, positions } = distinctRepresentations(all);
        const distinct = texts.map((text) => answer(JSON.parse(text)));
        expect(new Set(texts).size).toBe(texts.length);
        expect(positions === null ? distinct : expandEntities(distinct, positions)).toEqual(all.map(answer));
      },
    ),
  );
});

it('an error of one entity stands wherever it occurs; other errors stay as they are', () => {
  const errors = [
    { message: 'a', path: ['_entities', 1, 'name'] },
    { message: 'b', path: ['other'] },
    { message: 'c' },
  ];
  expect(expandErrors(errors, [1, 0, 1], 10)).toEqual([
    { message: 'a', path: ['_entities', 0, 'name'] },
    { message: 'a', path: ['_entities', 2, 'name'] },
    { message: 'b', path: ['other'] },
    { message: 'c' },
  ]);
  expect(expandErrors(errors, new Array(1_000).fill(1), 10)).toHaveLength(12);
});

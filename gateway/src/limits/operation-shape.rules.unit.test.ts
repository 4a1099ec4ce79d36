import { isRefusal } from '@junxian/errors';
import { parse } from 'graphql';
import { checkShape, checkText, type ShapeLimits } from './operation-shape.rules';

const limits: ShapeLimits = {
  tokens: 60,
  nesting: 8,
  depth: 4,
  aliases: 2,
  rootFields: 3,
  directives: 2,
  fields: 12,
  repeatedFields: 3,
};

function verdict(text: string): string {
  try {
    checkText(text, limits);
    checkShape(parse(text), limits);
    return 'fits';
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return `${error.code} ${error.details?.limit ?? ''}`.trim();
  }
}

it.each([
  ['{ a { b { c { d } } } }', 'fits'],
  ['{ a { b { c { d { e } } } } }', 'OPERATION_TOO_DEEP depth'],
  ['{ a { ...F } } fragment F on A { b { c { d } } }', 'fits'],
  ['{ a { ...F } } fragment F on A { b { c { d { e } } } }', 'OPERATION_TOO_DEEP depth'],
  ['{ a { ... on A { ... on A { b } } } }', 'fits'],
  ['{ x: a y: a }', 'fits'],
  ['{ x: a y: a z: a }', 'TOO_MANY_ALIASES aliases'],
  ['{ x: a ...F } fragment F on Q { y: a b { z: c } }', 'TOO_MANY_ALIASES aliases'],
  ['{ a b c }', 'fits'],
  ['{ a b c d }', 'TOO_MANY_ROOT_FIELDS rootFields'],
  ['{ ...F ... { c d } } fragment F on Q { a b }', 'TOO_MANY_ROOT_FIELDS rootFields'],
  ['mutation { a b c d }', 'TOO_MANY_ROOT_FIELDS rootFields'],
  ['{ a @x b @x }', 'fits'],
  ['{ a @x @x @x }', 'TOO_MANY_DIRECTIVES directives'],
  ['query @x @x @x { a }', 'TOO_MANY_DIRECTIVES directives'],
  ['{ ... @x { a @x } ...F @x } fragment F on Q { b }', 'TOO_MANY_DIRECTIVES directives'],
  ['{ a { b c d e f g h i j k l } }', 'fits'],
  ['{ a { b c d e f g h i j k l m } }', 'OPERATION_TOO_LARGE fields'],
  ['{ ...F ...F ...F } fragment F on Q { a { b c d e } }', 'OPERATION_TOO_LARGE fields'],
  ['{ a { b b b b } }', 'fits'],
  ['{ a { b b b b b } }', 'OPERATION_TOO_LARGE repeatedFields'],
  ['{ a { b { c d } } ...F } fragment F on Q { a { b { c } } }', 'fits'],
  ['{ a { b { c d } } ...F } fragment F on Q { a { b { c d } } }', 'OPERATION_TOO_LARGE repeatedFields'],
  ['{ a { b { c d } } ... on Q { a { b { c d } } } }', 'OPERATION_TOO_LARGE repeatedFields'],
  ['{ a } fragment F on Q { b b b b b }', 'OPERATION_TOO_LARGE repeatedFields'],
  ['{ x: a { b { c d } } y: a { b { c d } } }', 'fits'],
  ['{ ...A } fragment A on Q { ...B } fragment B on Q { ...A }', 'CIRCULAR_FRAGMENTS'],
  ['{ a { ...A } } fragment A on X { b { ...A } }', 'CIRCULAR_FRAGMENTS'],
  ['{ a } fragment A on X { b { ...A } }', 'CIRCULAR_FRAGMENTS'],
  ['{ a ...Unknown }', 'fits'],
  ['query A { a } query B { b { c { d { e { f } } } } }', 'OPERATION_TOO_DEEP depth'],
  [`{ a(x: ${'['.repeat(7)}${']'.repeat(7)}) }`, 'OPERATION_TOO_DEEP nesting'],
  [`{ a(x: [${'1 '.repeat(60)}]) }`, 'OPERATION_TOO_LARGE tokens'],
])('%s: %s', (text, expected) => {
  expect(verdict(text)).toBe(expected);
});

it('a text that is no GraphQL passes: the parser says what is wrong', () => {
  for (const text of ['', '{', '{ a "', '\u0000', '{ a }}}}}}}'])
    expect(() => checkText(text, limits)).not.toThrow();
});

it('brackets inside texts and comments are none', () => {
  expect(() => checkText(`{ a(x: "${'['.repeat(50)}") } # ${'{'.repeat(50)}`, limits)).not.toThrow();
});

it.each(['a', '...Unknown', '... { ...Unknown }'])(
  'fragments that double each other a hundred times are measured at once, down to %s',
  (last) => {
    const layers = Array.from(
      { length: 100 },
      (_, i) => `fragment F${i + 1} on Q { ...F${i} ...F${i} }`,
    ).join(' ');
    const document = parse(`{ ...F100 } ${layers} fragment F0 on Q { ${last} }`);
    const started = performance.now();
    expect(() => checkShape(document, limits)).toThrow('OPERATION_TOO_LARGE');
    expect(performance.now() - started).toBeLessThan(500);
  },
);

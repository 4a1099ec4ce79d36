import { Type } from '@sinclair/typebox';
import { breakingChanges } from './breaking-changes.rules';
import type { JsonSchema } from './data-schema';
import { codes, Nullable } from './event-definition';

const T = 'junxian.test.thing.happened.v1';
const plain = (schema: unknown): JsonSchema => JSON.parse(JSON.stringify(schema));
const object = (properties: Parameters<typeof Type.Object>[0], options = {}) =>
  Type.Object(properties, options);
const optional = Type.Optional;

const base = object({ a: Type.String() });

describe('changes that break nobody', () => {
  it.each<[string, unknown, unknown]>([
    ['nothing changed', base, base],
    ['an optional property was added', base, object({ a: Type.String(), b: optional(Type.String()) })],
    ['a description changed', base, object({ a: Type.String({ description: 'x' }) })],
    ['a code was added to an enum', object({ a: codes(['X']) }), object({ a: codes(['X', 'Y']) })],
    ['an enum was reordered', object({ a: codes(['X', 'Y']) }), object({ a: codes(['Y', 'X']) })],
    [
      'a union of constants gained one',
      object({ a: Type.Union([Type.Literal('X'), Type.Literal('Y')]) }),
      object({ a: Type.Union([Type.Literal('Y'), Type.Literal('X'), Type.Literal('Z')]) }),
    ],
    [
      'a union of constants became the same enum',
      object({ a: Type.Union([Type.Literal('X'), Type.Literal('Y')]) }),
      object({ a: codes(['X', 'Y']) }),
    ],
    [
      'a maximum was raised',
      object({ a: Type.Integer({ maximum: 5 }) }),
      object({ a: Type.Integer({ maximum: 6 }) }),
    ],
    ['a minimum was dropped', object({ a: Type.Integer({ minimum: 5 }) }), object({ a: Type.Integer() })],
    ['a pattern was dropped', object({ a: Type.String({ pattern: '^x$' }) }), base],
    ['a closed object was opened', object({ a: Type.String() }, { additionalProperties: false }), base],
    [
      'the alternatives of a union were reordered',
      object({ a: Type.Union([Type.String(), Type.Null()]) }),
      object({ a: Type.Union([Type.Null(), Type.String()]) }),
    ],
    [
      'a list of types became a union',
      { type: 'object', properties: { a: { type: ['string', 'null'] } } },
      { type: 'object', properties: { a: { anyOf: [{ type: 'null' }, { type: 'string' }] } } },
    ],
    [
      'items gained an optional property',
      object({ a: Type.Array(object({ b: Type.String() })) }),
      object({ a: Type.Array(object({ b: Type.String(), c: optional(Type.Integer()) })) }),
    ],
  ])('%s', (_name, before, after) => {
    expect(breakingChanges({ [T]: plain(before) }, { [T]: plain(after) })).toEqual([]);
  });

  it('a new event', () => {
    expect(breakingChanges({}, { [T]: plain(base) })).toEqual([]);
  });
});

describe('changes that break somebody', () => {
  it('the event was removed or renamed', () => {
    expect(breakingChanges({ [T]: plain(base) }, { [`${T}x`]: plain(base) })).toEqual([
      `${T}: the event was removed or renamed`,
    ]);
  });

  it.each<[string, unknown, unknown]>([
    ['the property a was removed', base, object({ b: optional(Type.String()) })],
    ['the property b became required', base, object({ a: Type.String(), b: Type.String() })],
    ['the property a became required', object({ a: optional(Type.String()) }), base],
    ['the property a is no longer always there', base, object({ a: optional(Type.String()) })],
    ['the type changed from string to integer', base, object({ a: Type.Integer() })],
    ['the type changed from number to integer', object({ a: Type.Number() }), object({ a: Type.Integer() })],
    ['the value "Y" was removed', object({ a: codes(['X', 'Y']) }), object({ a: codes(['X']) })],
    ['the values were narrowed to a list', base, object({ a: codes(['X']) })],
    ['the list of values was given up', object({ a: codes(['X']) }), base],
    ['the value "Y" was removed', object({ a: codes(['X', 'Y']) }), object({ a: Type.Literal('X') })],
    [
      'the value "X" was removed',
      object({ a: Type.Union([Type.Literal('X'), Type.Literal('Y')]) }),
      object({ a: Type.Union([Type.Literal('Y'), Type.Literal('Z')]) }),
    ],
    ['the alternative null was added', base, object({ a: Nullable(Type.String()) })],
    ['the alternative null was removed', object({ a: Nullable(Type.String()) }), base],
    [
      'the type changed from string to integer',
      object({ a: Type.Array(Type.String()) }),
      object({ a: Type.Array(Type.Integer()) }),
    ],
    [
      'maximum was tightened to 4',
      object({ a: Type.Integer({ maximum: 5 }) }),
      object({ a: Type.Integer({ maximum: 4 }) }),
    ],
    [
      'minimum was tightened to 1',
      object({ a: Type.Integer() }),
      object({ a: Type.Integer({ minimum: 1 }) }),
    ],
    ['maxLength was tightened to 9', base, object({ a: Type.String({ maxLength: 9 }) })],
    [
      'minItems was tightened to 1',
      object({ a: Type.Array(Type.String()) }),
      object({ a: Type.Array(Type.String(), { minItems: 1 }) }),
    ],
    ['pattern was added', base, object({ a: Type.String({ pattern: '^x$' }) })],
    [
      'pattern was changed',
      object({ a: Type.String({ pattern: '^x$' }) }),
      object({ a: Type.String({ pattern: '^xy$' }) }),
    ],
    ['format was added', base, object({ a: Type.String({ format: 'uuid' }) })],
    [
      'uniqueItems was added',
      object({ a: Type.Array(Type.String()) }),
      object({ a: Type.Array(Type.String(), { uniqueItems: true }) }),
    ],
    [
      'further properties are no longer allowed',
      base,
      object({ a: Type.String() }, { additionalProperties: false }),
    ],
    [
      'further properties were narrowed',
      base,
      object({ a: Type.String() }, { additionalProperties: Type.String() }),
    ],
    [
      'the property c was removed',
      object({ a: object({ b: Type.Array(object({ c: Type.String() })) }) }),
      object({ a: object({ b: Type.Array(object({})) }) }),
    ],
    [
      'the type changed from string to integer',
      object({ a: Type.Record(Type.String(), Type.String()) }),
      object({ a: Type.Record(Type.String(), Type.Integer()) }),
    ],
    [
      'the property b was removed',
      object({ a: Nullable(object({ b: Type.String() })) }),
      object({ a: Nullable(object({})) }),
    ],
  ])('%s', (expected, before, after) => {
    const found = breakingChanges({ [T]: plain(before) }, { [T]: plain(after) });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${T}.*: ${expected.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`));
  });

  it('says where', () => {
    const before = object({ a: object({ b: Type.Array(object({ c: Type.String() })) }) });
    const after = object({ a: object({ b: Type.Array(object({ c: Type.Integer() })) }) });
    expect(breakingChanges({ [T]: plain(before) }, { [T]: plain(after) })).toEqual([
      `${T} a.b[].c: the type changed from string to integer`,
    ]);
  });

  it('finds every one', () => {
    const after = object({ b: Type.String() }, { additionalProperties: false });
    expect(breakingChanges({ [T]: plain(base) }, { [T]: plain(after) })).toHaveLength(3);
  });
});

import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
} from 'graphql';
import { quoted } from './json.rules';
import {
  BUBBLE,
  type FieldWriter,
  HIDDEN,
  locate,
  type Writer,
  type Writing,
  type Written,
} from './writing.rules';

/**
 * Writes values of a type through lists and non-nulls. A null that may not stand is reported once
 * and carried up. `listId` numbers lists of objects, whose texts are kept while one answer is written.
 */
export function typeWriter(type: GraphQLOutputType, inner: Writer, listId?: () => number): Writer {
  const nullable = getNullableType(type);
  const item = isListType(nullable) ? typeWriter(nullable.ofType, inner) : undefined;
  const present = item === undefined ? inner : listWriter(item, listId?.());
  if (!isNonNullType(type)) {
    return (value, writing) => {
      if (value === null || value === undefined) return 'null';
      const written = present(value, writing);
      return typeof written === 'string' ? written : 'null';
    };
  }
  return (value, writing) => {
    if (value === null || value === undefined) return missing(writing);
    const written = present(value, writing);
    return written === HIDDEN ? missing(writing) : written;
  };
}

function listWriter(item: Writer, id: number | undefined): Writer {
  return (value, writing) => {
    if (!Array.isArray(value)) return missing(writing, 'no list where one is promised');
    if (id === undefined) return writeList(value, item, writing);
    let texts = writing.written[id];
    if (texts === undefined) {
      texts = new Map();
      writing.written[id] = texts;
    }
    const known = texts.get(value);
    if (known !== undefined) return known;
    const before = writing.missing.length;
    const written = writeList(value, item, writing);
    // What misses a value is written anew at each place: its error stands at all of them.
    if (typeof written === 'string' && writing.missing.length === before) texts.set(value, written);
    return written;
  };
}

function writeList(list: readonly unknown[], item: Writer, writing: Writing): Written {
  const texts = new Array<string>(list.length);
  let bubbles = false;
  for (let index = 0; index < list.length; index += 1) {
    const before = writing.missing.length;
    const written = item(list[index], writing);
    if (writing.missing.length > before) locate(writing, before, index);
    // The other items are looked at all the same: each tells what it misses.
    if (typeof written !== 'string') bubbles = true;
    else texts[index] = written;
  }
  // Joined and not added up: a text put together piece by piece stays a tree of pieces for as long as the answer lives.
  return bubbles ? BUBBLE : `[${texts.join()}]`;
}

function missing(writing: Writing, message = 'a value the schema promises is missing'): typeof BUBBLE {
  writing.missing.push({ message, path: [] });
  return BUBBLE;
}

/** Values of built-in scalars and enums are checked against the public schema; custom scalars are taken as they come. */
function leafWriter(type: GraphQLLeafType): Writer {
  const write = isEnumType(type) ? enumText(type.getValues().map(({ name }) => name)) : BUILT_IN[type.name];
  if (write === undefined) return rawWriter;
  return (value, writing) => write(value) ?? missing(writing, 'a value of the wrong type');
}

/** How a field of a leaf type is written. Enums are looked up whatever comes; custom scalars are mostly texts. */
export function leafFieldWriter(
  type: GraphQLOutputType,
  leaf: GraphQLLeafType,
): Pick<FieldWriter, 'plain' | 'write'> {
  const write = typeWriter(type, leafWriter(leaf));
  if (
    isListType(getNullableType(type)) ||
    isEnumType(leaf) ||
    leaf.name === 'Float' ||
    leaf.name === 'Boolean'
  )
    return { plain: undefined, write };
  return { plain: leaf.name === 'Int' ? 'integer' : 'text', write };
}

/** Takes JSON as it comes. */
export const rawWriter: Writer = (value) =>
  typeof value === 'string' ? quoted(value) : (JSON.stringify(value) ?? 'null');

type LeafText = (value: unknown) => string | undefined;

function enumText(names: readonly string[]): LeafText {
  const texts = new Map<unknown, string>(names.map((name) => [name, `"${name}"`]));
  return (value) => texts.get(value);
}

const string: LeafText = (value) => (typeof value === 'string' ? quoted(value) : undefined);
const integer: LeafText = (value) => (Number.isInteger(value) ? String(value) : undefined);

const BUILT_IN: Readonly<Record<string, LeafText>> = {
  Int: integer,
  Float: (value) => (typeof value === 'number' ? JSON.stringify(value) : undefined),
  String: string,
  Boolean: (value) => (value === true ? 'true' : value === false ? 'false' : undefined),
  ID: (value) => string(value) ?? integer(value),
};

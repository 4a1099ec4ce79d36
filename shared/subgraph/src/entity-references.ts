import { refuse } from '@junxian/errors';
import { type DocumentNode, defaultFieldResolver, type GraphQLSchema, Kind } from 'graphql';

/** More than any page of any list refers to. */
const MOST_REFERENCES = 20_000;
const LONGEST_KEY = 500;

/**
 * Refuses `_entities` asked with what cannot be references of this subgraph: no object, no type of ours with
 * a key, a key that is no text. Every resolver of a reference may then rely on its keys. Changes the
 * schema's resolver in place; the answer is INVALID_INPUT.
 */
export function guardEntityReferences(schema: GraphQLSchema, document: DocumentNode): void {
  const field = schema.getQueryType()?.getFields()._entities;
  if (field === undefined) return;
  const keys = keysByType(document);
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (parent, args: { representations: unknown[] }, context, info) => {
    const { representations } = args;
    if (representations.length > MOST_REFERENCES || !representations.every((one) => isReference(one, keys)))
      throw refuse.invalid('representations', {
        zh: '引用的对象格式不正确，请核对后重新查询',
        en: 'A reference to an object is not well-formed; check it and ask again',
      });
    return resolve(parent, args, context, info);
  };
}

function isReference(value: unknown, keys: ReadonlyMap<string, readonly string[]>): boolean {
  if (value === null || typeof value !== 'object') return false;
  const reference = value as Record<string, unknown>;
  const fields = typeof reference.__typename === 'string' ? keys.get(reference.__typename) : undefined;
  return (
    fields?.every((name) => {
      const key = Object.hasOwn(reference, name) ? reference[name] : undefined;
      return typeof key === 'string' && key !== '' && key.length <= LONGEST_KEY;
    }) ?? false
  );
}

/** The key fields of every entity of the schema; a type has one key here, of fields that are ids or codes. */
function keysByType(document: DocumentNode): Map<string, string[]> {
  const keys = new Map<string, string[]>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    const key = node.directives?.find(({ name }) => name.value === 'key');
    const fields = key?.arguments?.find(({ name }) => name.value === 'fields')?.value;
    if (fields?.kind === Kind.STRING) keys.set(node.name.value, fields.value.trim().split(/\s+/));
  }
  return keys;
}

import { type FieldNode, Kind, parse, print, visit } from 'graphql';
import type { Answer, Operation } from './contest';
import { hashOf } from './random';

/**
 * The same operation with a response name for each field and its arguments that nobody else can have
 * thought of, and the way back from its answer to that of the operation.
 */
export function withOwnAliases(operation: Operation): {
  operation: Operation;
  back: (answer: Answer) => Answer;
} {
  const originals = new Map<string, string>();
  const document = visit(parse(operation.text, { noLocation: true }), {
    [Kind.FIELD]: (field: FieldNode) => {
      if (field.name.value.startsWith('__')) return undefined;
      const original = (field.alias ?? field.name).value;
      const value = `${original}__${hashOf(field.name.value, ...(field.arguments ?? []).map(print)).toString(36)}`;
      originals.set(value, original);
      return { ...field, alias: { kind: Kind.NAME, value } };
    },
  });
  const nameOf = (name: string) => originals.get(name) ?? name;
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [nameOf(name), renamed(member)]));
  };
  const back = ({ data, errors, ...others }: Answer): Answer => {
    const named = errors
      .map((error) => error.split(' '))
      .map(([path, ...code]) => [path!.split('.').map(nameOf).join('.'), ...code].join(' '));
    return { ...others, data: renamed(data), errors: [...new Set(named)].sort() };
  };
  return { operation: { ...operation, text: print(document) }, back };
}

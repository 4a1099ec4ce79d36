import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** One operation on one root field, for tests that send what nobody should send. */
export interface HostileOperation {
  /** `Query.household`, and which argument carries which value. */
  title: string;
  document: string;
  variables: Record<string, unknown>;
}

const LONG = 'x'.repeat(20_000);
const STRINGS: readonly string[] = [
  '',
  'x',
  "'; DROP TABLE account; --",
  '%_\\',
  'a\u0000b',
  '\ud800',
  '01890000-0000-7000-8000-00000000000g',
  '01890000-0000-7000-8000-000000000000',
  '{01890000-0000-7000-8000-000000000000}',
  '140215000000',
  '999999999999',
  '14021500000000',
  '99999999999999999999999999',
  '１４０２１５００００００',
  '11010519491231002X',
  // Cursors: well-formed base64url of the wrong things.
  ...[[], ['x'], ['x', 'x'], ['x', 'x', 'x'], ['1', 'x', '\u0000'], [null], { length: 2 }].map((value) =>
    Buffer.from(JSON.stringify(value)).toString('base64url'),
  ),
  LONG,
];
const BY_SCALAR: Readonly<Record<string, readonly unknown[]>> = {
  Int: [0, -1, 2_147_483_647, -2_147_483_648],
  Float: [0, -1, 1e308],
  Boolean: [true, false],
  Date: ['0001-01-01', '9999-12-31', '2026-02-30', 'x', ''],
  DateTime: ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', 'x'],
  Decimal: ['NaN', '-1', '1e400', '9'.repeat(400), '0.000000000000000000001', 'x'],
};
const PLAIN: Readonly<Record<string, unknown>> = {
  Int: 1,
  Float: 1,
  Boolean: true,
  Date: '2026-03-02',
  DateTime: '2026-03-02T00:00:00Z',
  Decimal: '1.00',
};

interface Place {
  path: readonly string[];
  scalar: string;
}

/**
 * Every root field of a schema with hostile values in its arguments: each argument alone (those it needs
 * beside it plain), nested inputs and lists included, and all texts at once. What comes back may be
 * refused for any good reason, but no answer may be INTERNAL.
 */
export function hostileOperations(schema: GraphQLSchema): HostileOperation[] {
  return [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    type === undefined || type === null
      ? []
      : Object.values(type.getFields())
          .filter(({ name }) => !name.startsWith('_'))
          .flatMap((field) => operationsOf(type, field)),
  );
}

function operationsOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): HostileOperation[] {
  const document = documentOf(type, field);
  const places = field.args.flatMap((argument) => placesOf(argument.type, [argument.name]));
  const operation = (title: string, chosen: (place: Place) => unknown): HostileOperation => ({
    title: `${type.name}.${field.name} ${title}`,
    document,
    variables: variablesOf(field.args, places, chosen),
  });
  const alone = places.flatMap((place) =>
    (BY_SCALAR[place.scalar] ?? STRINGS).map((value) =>
      operation(`${place.path.join('.')}: ${titleOf(value)}`, (at) =>
        at === place ? value : plainOf(at.scalar, false),
      ),
    ),
  );
  const together = STRINGS.map((value) =>
    operation(`all: ${titleOf(value)}`, ({ scalar }) =>
      BY_SCALAR[scalar] === undefined ? value : plainOf(scalar, true),
    ),
  );
  return [...alone, ...together];
}

const titleOf = (value: unknown) => JSON.stringify(value).slice(0, 60);
const plainOf = (scalar: string, whole: boolean) =>
  PLAIN[scalar] ?? (whole ? '' : '01890000-0000-7000-8000-000000000000');

/** The scalars in an argument, by where they stand; of an input that holds itself only the first turn. */
function placesOf(type: GraphQLInputType, path: readonly string[]): Place[] {
  const named = getNamedType(type);
  if (isInputObjectType(named)) {
    if (path.length > 4) return [];
    return Object.values(named.getFields()).flatMap((field) => placesOf(field.type, [...path, field.name]));
  }
  return isEnumType(named) ? [] : [{ path, scalar: named.name }];
}

function variablesOf(
  args: readonly GraphQLArgument[],
  places: readonly Place[],
  chosen: (place: Place) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    args.map((argument) => [argument.name, argumentValue(argument.type, [argument.name], places, chosen)]),
  );
}

function argumentValue(
  type: GraphQLInputType,
  path: readonly string[],
  places: readonly Place[],
  chosen: (place: Place) => unknown,
): unknown {
  if (isNonNullType(type)) return argumentValue(type.ofType, path, places, chosen);
  if (isListType(type)) return [argumentValue(type.ofType, path, places, chosen)];
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    return Object.fromEntries(
      Object.values(type.getFields()).map((field) => [
        field.name,
        argumentValue(field.type, [...path, field.name], places, chosen),
      ]),
    );
  }
  const place = places.find((candidate) => candidate.path.join() === path.join());
  return place === undefined ? null : chosen(place);
}

function documentOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): string {
  const kind = type.name === 'Mutation' ? 'mutation' : 'query';
  const declared = field.args.map(({ name, type: argument }) => `$${name}: ${argument}`).join(', ');
  const passed = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  return `${kind}${declared && ` (${declared})`} { ${field.name}${passed && `(${passed})`}${selectionOf(field.type, 2)} }`;
}

/** Everything below that needs no argument, so that what an answer holds is resolved as well. */
function selectionOf(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  const fields = Object.values(named.getFields())
    .filter((field) => field.args.every((argument) => !isNonNullType(argument.type)))
    .filter((field) => isLeafType(getNamedType(field.type)) || depth > 0)
    .map((field) => `${field.name}${selectionOf(field.type, depth - 1)}`);
  return ` { __typename ${fields.join(' ')} }`;
}

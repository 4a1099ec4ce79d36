import {
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isUnionType,
  Kind,
} from 'graphql';
import {
  documentOf,
  type InputPlace,
  type RootName,
  rootCall,
  rootFields,
  type SelectedField,
  selectionOf,
} from './schema-operations';

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
  TenThousandYuan: [
    'NaN',
    '-1',
    '1e400',
    '9'.repeat(400),
    '0.000000000000000000001',
    'x',
    '0',
    '999999999999.9999',
  ],
};
const PLAIN: Readonly<Record<string, unknown>> = {
  Int: 1,
  Float: 1,
  Boolean: true,
  Date: '2026-03-02',
  DateTime: '2026-03-02T00:00:00Z',
  Decimal: '1.00',
  TenThousandYuan: '1.0000',
};

/** Keys of entities that stand for nothing, or are none at all. */
const KEYS: readonly unknown[] = [
  ...STRINGS,
  'x'.repeat(100_000),
  7,
  true,
  null,
  [],
  [STRINGS[7]],
  { id: 'x' },
];

const ROOTS: readonly RootName[] = ['Query', 'Mutation'];
/** So many levels of an answer are resolved as well. */
const DEPTH = 3;

/** How much is sent, and beside what. */
export interface HostileOptions {
  /** Only every so manieth value of each argument, taking turns from argument to argument: every field and every argument is still met. */
  share?: number;
  /** What stands beside a hostile value at a place, for example the id of something that is there, so that the hostile one is looked at; undefined leaves it to the kind. */
  plain?(place: InputPlace): unknown;
}

/**
 * Every root field of a schema with hostile values in its arguments: each argument alone (those it needs
 * beside it plain), nested inputs and lists included, and all texts at once. What comes back may be
 * refused for any good reason, but no answer may be INTERNAL.
 */
export function hostileOperations(schema: GraphQLSchema, options: HostileOptions = {}): HostileOperation[] {
  const inTurn = turnTaker(options.share ?? 1);
  return ROOTS.flatMap((root) =>
    rootFields(schema, root).flatMap((field) => operationsOf(root, field, inTurn, options.plain)),
  );
}

/**
 * Every entity of a subgraph's schema by hostile keys, and the arguments of fields on it with hostile values beside the
 * keys given (by the name of the type). The title says `Household.id: "x"` or `Household.record year: 0`.
 */
export function hostileReferences(
  schema: GraphQLSchema,
  { share = 1, keys = {} }: { share?: number; keys?: Readonly<Record<string, readonly string[]>> } = {},
): HostileOperation[] {
  const inTurn = turnTaker(share);
  const union = schema.getType('_Entity');
  const types = isUnionType(union) ? union.getTypes() : [];
  return types.flatMap((type) => {
    const key = keyOf(type);
    const selection = selectionOf(type, { depth: DEPTH });
    const byKey = inTurn(KEYS).map((value) => ({
      title: `${type.name}.${key}: ${titleOf(value)}`,
      document: `query ($all: [_Any!]!) { _entities(representations: $all) { ... on ${type.name} ${selection} } }`,
      variables: { all: [{ __typename: type.name, [key]: value }] },
    }));
    const byArgument = Object.values(type.getFields()).flatMap((field) =>
      field.args.flatMap((argument) =>
        [...(keys[type.name] ?? []), ...inTurn(KEYS)].flatMap((of) =>
          inTurn(BY_SCALAR[getNamedType(argument.type).name] ?? STRINGS).map((value) => ({
            title: `${type.name}.${field.name} ${argument.name}: ${titleOf(value)}`,
            document: `query ($all: [_Any!]!, $value: ${argument.type}) { _entities(representations: $all) { ... on ${type.name} {
              ${field.name}(${argument.name}: $value) ${selectionOf(field.type, { depth: DEPTH })} } } }`,
            variables: { all: [{ __typename: type.name, [key]: of }], value },
          })),
        ),
      ),
    );
    return [...byKey, ...byArgument];
  });
}

/** The only field of the key of an entity, as its directive in the schema says. */
function keyOf({ name, astNode }: GraphQLObjectType): string {
  const key = astNode?.directives?.find((directive) => directive.name.value === 'key');
  const fields = key?.arguments?.find((argument) => argument.name.value === 'fields')?.value;
  if (fields?.kind !== Kind.STRING || !/^\w+$/.test(fields.value))
    throw new Error(`${name} has no key of one field`);
  return fields.value;
}

function turnTaker(share: number): <T>(values: readonly T[]) => T[] {
  let next = 0;
  return (values) => {
    const turn = next++;
    const chosen = values.filter((_, index) => index % share === turn % share);
    return chosen.length > 0 ? chosen : [values[turn % values.length]!];
  };
}

/**
 * Root fields of a schema, and arguments of them, that no operation meets; read off the schema itself, not off what made the
 * operations. Arguments that take words of an enum only are left out: nothing else gets past the parser.
 */
export function unmetBy(schema: GraphQLSchema, operations: readonly HostileOperation[]): string[] {
  const met = new Set(
    operations.flatMap(({ title }) => {
      const [coordinate, place = ''] = title.split(' ');
      return [coordinate!, `${coordinate} ${place.split(/[.:]/)[0]}`];
    }),
  );
  return ROOTS.flatMap((root) =>
    rootFields(schema, root).flatMap(({ field }) => {
      const coordinate = `${root}.${field.name}`;
      const open = field.args.filter(({ type }) => takesMoreThanWords(type));
      return [coordinate, ...open.map(({ name }) => `${coordinate} ${name}`)];
    }),
  ).filter((wanted) => !met.has(wanted));
}

function takesMoreThanWords(type: GraphQLInputType, above: readonly GraphQLInputType[] = []): boolean {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return !isEnumType(named);
  return (
    !above.includes(named) &&
    Object.values(named.getFields()).some((field) => takesMoreThanWords(field.type, [...above, named]))
  );
}

function operationsOf(
  root: RootName,
  { field }: SelectedField,
  inTurn: (values: readonly unknown[]) => unknown[],
  plain: HostileOptions['plain'] = () => undefined,
): HostileOperation[] {
  const selection = selectionOf(field.type, { depth: DEPTH });
  const call = (title: string, chosen: (place: InputPlace) => unknown): HostileOperation => ({
    title: `${root}.${field.name} ${title}`,
    ...documentOf([
      rootCall(
        root,
        field,
        { valueAt: (at) => (isEnumType(at.type) ? at.type.getValues()[0]!.name : chosen(at)) },
        selection,
      ),
    ]),
  });
  const places: InputPlace[] = [];
  call('', (place) => {
    places.push(place);
    return null;
  });
  const alone = places.flatMap((place) =>
    inTurn(BY_SCALAR[place.type.name] ?? STRINGS).map((value) =>
      call(`${nameOf(place)}: ${titleOf(value)}`, (at) =>
        nameOf(at) === nameOf(place) ? value : (plain(at) ?? plainOf(at.type.name, false)),
      ),
    ),
  );
  const together = inTurn(STRINGS).map((value) =>
    call(`all: ${titleOf(value)}`, (at) =>
      BY_SCALAR[at.type.name] === undefined ? value : (plain(at) ?? plainOf(at.type.name, true)),
    ),
  );
  return [...alone, ...together];
}

const nameOf = ({ path }: InputPlace) => path.join('.');
const titleOf = (value: unknown) => JSON.stringify(value).slice(0, 60);
const plainOf = (scalar: string, whole: boolean) =>
  PLAIN[scalar] ?? (whole ? '' : '01890000-0000-7000-8000-000000000000');

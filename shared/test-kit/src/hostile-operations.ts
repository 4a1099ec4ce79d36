import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
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
};
const PLAIN: Readonly<Record<string, unknown>> = {
  Int: 1,
  Float: 1,
  Boolean: true,
  Date: '2026-03-02',
  DateTime: '2026-03-02T00:00:00Z',
  Decimal: '1.00',
};

const ROOTS: readonly RootName[] = ['Query', 'Mutation'];
/** So many levels of an answer are resolved as well. */
const DEPTH = 3;

/**
 * Every root field of a schema with hostile values in its arguments: each argument alone (those it needs
 * beside it plain), nested inputs and lists included, and all texts at once. What comes back may be
 * refused for any good reason, but no answer may be INTERNAL. With `share` only every so manieth value of
 * each argument, taking turns from argument to argument: every field and every argument is still met.
 */
export function hostileOperations(
  schema: GraphQLSchema,
  { share = 1 }: { share?: number } = {},
): HostileOperation[] {
  const turns = { next: 0 };
  const inTurn = (values: readonly unknown[]) => {
    const turn = turns.next++;
    const chosen = values.filter((_, index) => index % share === turn % share);
    return chosen.length > 0 ? chosen : [values[turn % values.length]];
  };
  return ROOTS.flatMap((root) =>
    rootFields(schema, root).flatMap((field) => operationsOf(root, field, inTurn)),
  );
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
        nameOf(at) === nameOf(place) ? value : plainOf(at.type.name, false),
      ),
    ),
  );
  const together = inTurn(STRINGS).map((value) =>
    call(`all: ${titleOf(value)}`, ({ type }) =>
      BY_SCALAR[type.name] === undefined ? value : plainOf(type.name, true),
    ),
  );
  return [...alone, ...together];
}

const nameOf = ({ path }: InputPlace) => path.join('.');
const titleOf = (value: unknown) => JSON.stringify(value).slice(0, 60);
const plainOf = (scalar: string, whole: boolean) =>
  PLAIN[scalar] ?? (whole ? '' : '01890000-0000-7000-8000-000000000000');

import {
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/**
 * Operations made from a schema, so that a new field is met by a test without anyone remembering: what stands in the
 * arguments and which fields are selected is for the test to say.
 */

export type RootName = 'Query' | 'Mutation';

/** A scalar or enum in the arguments of a root field. */
export interface InputPlace {
  /** The name of the root field. */
  field: string;
  /** Names from the argument down; lists do not count. */
  path: readonly string[];
  type: GraphQLScalarType | GraphQLEnumType;
  /** Whether it must be given, once what it stands in is. */
  isRequired: boolean;
}

/** What to put into arguments. */
export interface Filling {
  /** The value at a place; undefined leaves it out. */
  valueAt(place: InputPlace): unknown;
  /** Whether an input that could be left out is sent, now that it is filled; by default it is. */
  keeps?(value: unknown): boolean;
}

/** A field of an object type, as a selection meets it. */
export interface SelectedField {
  type: GraphQLObjectType;
  field: GraphQLField<unknown, unknown>;
}

/** Which of what a type has is selected. */
export interface Selecting {
  /** How many object types deep, the first one counted. */
  depth: number;
  permitted?(selected: SelectedField): boolean;
  /** The value of an argument that a field below the root requires; undefined leaves the field out. */
  given?(argument: { name: string; type: GraphQLInputType }): unknown;
}

/** A root field with its arguments and what is selected of it; a document asks for one or several. */
export interface RootCall {
  root: RootName;
  field: string;
  /** The arguments that are given, in the words of the schema. */
  declared: readonly { name: string; type: string }[];
  variables: Record<string, unknown>;
  /** In braces, or empty for a leaf. */
  selection: string;
}

/** Inputs that hold themselves are filled so many names down. */
const DEEPEST_INPUT = 6;

/** The root fields of a schema, without those of the federation itself. */
export function rootFields(schema: GraphQLSchema, root: RootName): SelectedField[] {
  const type = root === 'Query' ? schema.getQueryType() : schema.getMutationType();
  if (type === null || type === undefined) return [];
  return Object.values(type.getFields())
    .filter(({ name }) => !name.startsWith('_'))
    .map((field) => ({ type, field }));
}

/** The call of a root field whose arguments are filled; takes the selection as {@link selectionOf} makes it. */
export function rootCall(
  root: RootName,
  field: GraphQLField<unknown, unknown>,
  filling: Filling,
  selection: string,
): RootCall {
  const variables: Record<string, unknown> = {};
  for (const { name, type } of field.args) {
    const value = filled(type, { field: field.name, path: [name] }, filling);
    if (value !== undefined) variables[name] = value;
  }
  const declared = field.args
    .filter(({ name }) => name in variables)
    .map(({ name, type }) => ({ name, type: String(type) }));
  return { root, field: field.name, declared, variables, selection };
}

/** One operation that makes calls of the same root; the answer has them under `c0`, `c1`, … */
export function documentOf(calls: readonly RootCall[]): {
  document: string;
  variables: Record<string, unknown>;
} {
  const declarations: string[] = [];
  const variables: Record<string, unknown> = {};
  const fields = calls.map(({ field, declared, variables: own, selection }, index) => {
    for (const { name, type } of declared) {
      declarations.push(`$${name}_${index}: ${type}`);
      variables[`${name}_${index}`] = own[name];
    }
    const passed = declared.map(({ name }) => `${name}: $${name}_${index}`).join(', ');
    return `c${index}: ${field}${passed && `(${passed})`} ${selection}`;
  });
  const kind = calls[0]?.root === 'Mutation' ? 'mutation' : 'query';
  const head = declarations.length === 0 ? kind : `${kind} (${declarations.join(', ')})`;
  return { document: `${head} { ${fields.join(' ')} }`, variables };
}

function filled(
  type: GraphQLInputType,
  at: Pick<InputPlace, 'field' | 'path'>,
  filling: Filling,
  isInList = false,
): unknown {
  const isRequired = isNonNullType(type);
  const inner = isNonNullType(type) ? type.ofType : type;
  const keeps = (value: unknown) => isRequired || isInList || (filling.keeps?.(value) ?? true);
  if (isListType(inner)) {
    const item = filled(inner.ofType, at, filling, true);
    if (item === undefined) return isRequired ? [] : undefined;
    return isInputObjectType(getNamedType(inner)) && !keeps(item) ? undefined : [item];
  }
  if (!isInputObjectType(inner)) return filling.valueAt({ ...at, type: inner, isRequired });
  if (at.path.length > DEEPEST_INPUT) return undefined;
  const value = Object.fromEntries(
    Object.values(inner.getFields())
      .map((field) => [field.name, filled(field.type, { ...at, path: [...at.path, field.name] }, filling)])
      .filter(([, item]) => item !== undefined),
  );
  return keeps(value) ? value : undefined;
}

/** What a type lets one select, so many levels down, no type twice on a path. */
export function selectionOf(
  type: GraphQLOutputType,
  selecting: Selecting,
  path: readonly string[] = [],
): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (!isObjectType(named)) return '{ __typename }';
  const below = [...path, named.name];
  const fields = Object.values(named.getFields())
    .map((field) => fieldOf({ type: named, field }, selecting, below))
    .filter((text) => text !== '');
  return `{ __typename ${fields.join(' ')} }`;
}

function fieldOf({ type, field }: SelectedField, selecting: Selecting, path: readonly string[]): string {
  const { depth, permitted } = selecting;
  if (permitted !== undefined && !permitted({ type, field })) return '';
  const named = getNamedType(field.type);
  if (!isLeafType(named) && (path.length >= depth || path.includes(named.name))) return '';
  const passed = argumentsOf(field, selecting);
  if (passed === undefined) return '';
  return `${field.name}${passed} ${selectionOf(field.type, selecting, path)}`.trimEnd();
}

/** The required arguments of a field below the root as they stand in a document, empty without any; undefined when one is unknown. */
export function argumentsOf(
  { args }: GraphQLField<unknown, unknown>,
  { given }: Pick<Selecting, 'given'>,
): string | undefined {
  const required = args
    .filter((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined)
    .map((argument) => [argument.name, given?.(argument)] as const);
  if (required.some(([, value]) => value === undefined)) return undefined;
  return required.length === 0
    ? ''
    : `(${required.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(', ')})`;
}

import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isNonNullType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  validate,
  visit,
} from 'graphql';
import { happens, hashOf } from './random';
import { directivesOf, fieldSetOf, type Thing, type Weather, type World } from './world';

export interface SubgraphText {
  name: string;
  sdl: string;
}

/** One operation as a subgraph is asked it. */
export interface Asked {
  query: string;
  operationName?: string | undefined;
  variables?: Readonly<Record<string, unknown>> | undefined;
}

export interface Run {
  weather: Weather;
  /** Mutations so far, of all subgraphs: what a mutation answers depends on its turn. */
  turn: { mutations: number };
}

const CODES = ['OUT_OF_REGION', 'NOT_FOUND', 'STALE_VERSION', 'BAD_USER_INPUT', undefined] as const;

const FEDERATION = /* GraphQL */ `
  scalar _Any
  scalar federation__FieldSet
  scalar federation__ContextFieldValue
  scalar link__Import
  directive @link(url: String!, import: [link__Import]) repeatable on SCHEMA
`;

/** A subgraph that answers from the world, in this process and at once. */
export class InProcessSubgraph {
  readonly name: string;
  readonly schema: GraphQLSchema;
  private readonly documents = new Map<string, DocumentNode | readonly GraphQLError[]>();
  /** What a field requires, by coordinate. */
  private readonly required = new Map<string, SelectionSetNode>();

  constructor(
    { name }: SubgraphText,
    document: DocumentNode,
    private readonly world: World,
  ) {
    this.name = name;
    this.schema = executable(document);
    for (const node of document.definitions) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
      for (const field of node.fields ?? []) {
        const [requires] = directivesOf(field, 'requires');
        const set = requires === undefined ? null : fieldSetOf(requires);
        if (set !== null) this.required.set(`${node.name.value}.${field.name.value}`, set);
      }
    }
  }

  /** Answers as it would stand on the wire. */
  answer({ query, operationName, variables }: Asked, run: Run): ExecutionResult {
    const { weather } = run;
    if (
      weather.refusals > 0 &&
      happens(hashOf(weather.seed, this.name, fieldsIn(query), 'refusal'), weather.refusals)
    ) {
      const errors = [{ message: 'refused', extensions: { code: 'FORBIDDEN' } }];
      return JSON.parse(JSON.stringify(weather.seed % 2 === 0 ? { errors, data: null } : { errors }));
    }
    let document = this.documents.get(query);
    if (document === undefined) {
      document = parse(query, { noLocation: true });
      const errors = validate(this.schema, document);
      if (errors.length > 0) document = errors;
      this.documents.set(query, document);
    }
    if (!('kind' in document))
      throw new Error(`${this.name} was asked an invalid query: ${query}\n${document}`);
    const result = execute({
      schema: this.schema,
      document,
      operationName,
      variableValues: variables,
      rootValue: { type: 'Query', n: 0 },
      contextValue: run,
      fieldResolver: this.resolve,
      typeResolver: (value) => (value as Thing).type,
    });
    return JSON.parse(JSON.stringify(result));
  }

  private readonly resolve: GraphQLFieldResolver<Thing, Run> = (source, args, run, info) => {
    const { weather, turn } = run;
    const field = info.fieldName;
    const parent = info.parentType.name;
    if (field === '_entities') {
      // By the query, not by what is asked for: the executors may send other representations.
      if (weather.allEntities > 0) {
        const fails = hashOf(weather.seed, this.name, fieldsIn(print(info.operation)), 'all');
        if (happens(fails, weather.allEntities)) throw failure(fails);
      }
      return this.entities(args.representations, weather);
    }
    if (field === '_service') return { type: '_Service', n: 0 };
    const thing = parent === 'Mutation' ? { type: parent, n: 0 } : source;
    if (this.world.isKeyField(parent, field)) return this.world.keyValue(thing, field, info.returnType);
    const required = this.required.get(`${parent}.${field}`);
    const hash = hashOf(
      weather.seed,
      parent,
      thing.n,
      field,
      canonical(args),
      required === undefined ? '' : canonical(chosen(source.representation, required)),
      parent === 'Mutation' ? turn.mutations++ : '',
    );
    const here = hashOf(hash, this.name);
    if (happens(hashOf(here, 'error'), weather.fieldErrors)) throw failure(here);
    if (isNonNullType(info.returnType) && happens(hashOf(here, 'broken'), weather.brokenPromises))
      return null;
    return this.world.value(info.returnType, hash, this.schema, weather.nulls);
  };

  private entities(representations: readonly Record<string, unknown>[], weather: Weather): unknown[] {
    return representations.map((representation) => {
      const thing = this.world.find(representation, this.schema);
      if (thing === null) return null;
      const here = hashOf(weather.seed, this.name, thing.type, thing.n, 'entity');
      if (happens(here, weather.entityErrors)) return failure(here);
      return happens(hashOf(here, 'missing'), weather.missing) ? null : thing;
    });
  }
}

/** Which fields a query names, under whatever names it wants them: what fails must not depend on aliases. */
function fieldsIn(query: string): string {
  const names = new Set<string>();
  visit(parse(query, { noLocation: true }), { [Kind.FIELD]: ({ name }) => void names.add(name.value) });
  names.delete('__typename');
  return [...names].sort().join();
}

function failure(hash: number): GraphQLError {
  const code = CODES[hash % CODES.length];
  const text = { zh: '失败', en: 'failed' };
  return new GraphQLError('failed', { extensions: code === undefined ? {} : { code, text } });
}

/** JSON with the members of objects in one order. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'undefined';
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
}

/** Of a representation what a field set names, whatever the gateway sent besides. */
function chosen(value: unknown, set: SelectionSetNode): unknown {
  if (Array.isArray(value)) return value.map((item) => chosen(item, set));
  if (value === null || typeof value !== 'object') return value;
  const typename = (value as Record<string, unknown>).__typename;
  const output: Record<string, unknown> = {};
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      const inner = (value as Record<string, unknown>)[selection.name.value];
      output[selection.name.value] =
        selection.selectionSet === undefined ? inner : chosen(inner, selection.selectionSet);
    } else if (selection.kind === Kind.INLINE_FRAGMENT && selection.typeCondition?.name.value === typename) {
      Object.assign(output, chosen(value, selection.selectionSet));
    }
  }
  return output;
}

function executable(document: DocumentNode): GraphQLSchema {
  const entities = document.definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION &&
    directivesOf(node, 'key').some(
      ({ arguments: given }) =>
        !given?.some(
          ({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value,
        ),
    )
      ? [node.name.value]
      : [],
  );
  const federation = parse(
    `${FEDERATION} ${entities.length > 0 ? `union _Entity = ${entities.join(' | ')}` : ''}`,
  ).definitions;
  const entityField = parse('type Query { _entities(representations: [_Any!]!): [_Entity]! }').definitions[0];
  const added =
    entities.length > 0 && entityField?.kind === Kind.OBJECT_TYPE_DEFINITION
      ? (entityField.fields ?? [])
      : [];
  const hasQuery = document.definitions.some(isQuery);
  const definitions = document.definitions
    .filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION)
    .map((node) => (isQuery(node) ? { ...node, fields: [...(node.fields ?? []), ...added] } : node));
  const query = parse('type Query { _unused: Int }').definitions.map((node) =>
    isQuery(node) && added.length > 0 ? { ...node, fields: added } : node,
  );
  return buildASTSchema(
    { kind: Kind.DOCUMENT, definitions: [...definitions, ...(hasQuery ? [] : query), ...federation] },
    { assumeValid: true, assumeValidSDL: true },
  );
}

const isQuery = (node: DefinitionNode): node is ObjectTypeDefinitionNode =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Query';

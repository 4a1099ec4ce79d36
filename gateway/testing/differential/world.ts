import {
  type ASTNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { happens, hashOf } from './random';

/** What goes wrong, and how often, while one operation is answered. The seed decides all values. */
export interface Weather {
  seed: number;
  /** Likelihood of a null where one may stand. */
  nulls: number;
  /** Of a field that fails with a code. */
  fieldErrors: number;
  /** Of an entity that fails as a whole. */
  entityErrors: number;
  /** Of all entities of a fetch failing together. */
  allEntities: number;
  /** Of an entity that one subgraph does not have. */
  missing: number;
  /** Of a null where none may stand: the subgraph itself answers an error for it. */
  brokenPromises: number;
  /** Of an answer that is only an error. */
  refusals: number;
  /** Subgraphs that cannot be reached. */
  dead: readonly string[];
  /** Subgraphs whose answers come after all others that are awaited. */
  slow: readonly string[];
}

/** A thing of the world: the n-th of its type. What it holds follows from type, number and field. */
export interface Thing {
  type: string;
  n: number;
  /** As the gateway named it, if it came by `_entities`. */
  representation?: Readonly<Record<string, unknown>>;
}

/** How many of each entity there are. */
const POOL = 6;
const VALUES = 7;

export const definitionName = (node: ASTNode): string =>
  'name' in node && node.name !== undefined && 'value' in node.name ? node.name.value : '';

export const directivesOf = (
  node: { directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
) => (node.directives ?? []).filter((directive) => directive.name.value === name);

/** The field set that a directive such as @key or @requires names. */
export function fieldSetOf(directive: ConstDirectiveNode): SelectionSetNode | null {
  const value = directive.arguments?.find(({ name }) => name.value === 'fields')?.value;
  if (value?.kind !== Kind.STRING) return null;
  const [definition] = parse(`{ ${value.value} }`, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet : null;
}

/**
 * One consistent world for all subgraphs of a supergraph: whatever subgraph is asked for a field of
 * a thing gives the same value, and a key leads back to the thing it was taken from. Everything is
 * computed from the schema documents and hashes, so a document may lose parts and the rest stays as
 * it was.
 */
export class World {
  /** Fields that occur in keys, by type. */
  private readonly keyFields = new Map<string, Set<string>>();
  /** The interface that owns the numbers of its implementations, because it is an entity itself. */
  private readonly ownerOf = new Map<string, string>();
  private readonly implementations = new Map<string, string[]>();
  private readonly isEntity = new Set<string>();

  constructor(documents: readonly DocumentNode[]) {
    const keyed: [string, SelectionSetNode][] = [];
    const fieldTypes = new Map<string, string>();
    const entityInterfaces = new Set<string>();
    const implementing: [string, string][] = [];
    for (const node of documents.flatMap(({ definitions }) => definitions)) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
      for (const key of directivesOf(node, 'key')) {
        const fields = fieldSetOf(key);
        if (fields !== null) keyed.push([node.name.value, fields]);
        this.isEntity.add(node.name.value);
        if (node.kind === Kind.INTERFACE_TYPE_DEFINITION) entityInterfaces.add(node.name.value);
      }
      for (const field of node.fields ?? []) {
        let type = field.type;
        while (type.kind !== Kind.NAMED_TYPE) type = type.type;
        fieldTypes.set(`${node.name.value}.${field.name.value}`, type.name.value);
      }
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION)
        for (const parent of node.interfaces ?? []) implementing.push([node.name.value, parent.name.value]);
    }
    const note = (type: string, set: SelectionSetNode): void => {
      for (const selection of set.selections) {
        if (selection.kind !== Kind.FIELD) continue;
        const fields = this.keyFields.get(type) ?? new Set();
        this.keyFields.set(type, fields.add(selection.name.value));
        const inner = fieldTypes.get(`${type}.${selection.name.value}`);
        if (selection.selectionSet !== undefined && inner !== undefined) note(inner, selection.selectionSet);
      }
    };
    for (const [type, set] of keyed) note(type, set);
    for (const [type, parent] of implementing.sort()) {
      if (!entityInterfaces.has(parent)) continue;
      this.ownerOf.set(type, parent);
      const known = this.implementations.get(parent) ?? [];
      if (!known.includes(type)) this.implementations.set(parent, [...known, type]);
    }
  }

  /** Whether a field is part of a key of its type. */
  isKeyField(type: string, field: string): boolean {
    return this.keyFields.get(type)?.has(field) === true;
  }

  /** What a field of a key holds: text or a number that names the thing alone, or the thing of that number. */
  keyValue({ type, n }: Thing, field: string, declared: GraphQLOutputType): unknown {
    const named = getNullableType(declared);
    if (isObjectType(named)) return { type: named.name, n };
    const owner = this.ownerOf.get(type) ?? type;
    return 'name' in named && named.name === 'Int' ? n + 10 : `${owner}.${field}:${n}`;
  }

  /** The thing that a representation names, or null when there is none. */
  find(representation: Readonly<Record<string, unknown>>, schema: GraphQLSchema): Thing | null {
    const typename = String(representation.__typename);
    // An entity interface that this subgraph sees as an object (@interfaceObject) has no narrower type here.
    const isSeenAsObject = isObjectType(schema.getType(typename)) && this.implementations.has(typename);
    for (let n = 0; n < POOL; n += 1) {
      const concrete = isSeenAsObject ? typename : this.concrete(typename, n);
      if (concrete === null) continue;
      const thing = { type: concrete, n };
      if (this.isNamedBy(thing, representation, schema)) return { ...thing, representation };
    }
    return null;
  }

  /** The type of the n-th of an entity interface, where the subgraph knows its implementations; the type itself elsewhere. */
  private concrete(type: string, n: number): string | null {
    const implementations = this.implementations.get(type);
    if (implementations !== undefined) return implementations[n % implementations.length]!;
    const owner = this.ownerOf.get(type);
    if (owner === undefined) return type;
    return this.concrete(owner, n) === type ? type : null;
  }

  private isNamedBy(thing: Thing, representation: Readonly<Record<string, unknown>>, schema: GraphQLSchema) {
    const declared = schema.getType(thing.type) ?? schema.getType(String(representation.__typename));
    if (declared === undefined || !('getFields' in declared)) return false;
    let compared = 0;
    for (const [name, value] of Object.entries(representation)) {
      if (!this.isKeyField(String(representation.__typename), name)) continue;
      const field = declared.getFields()[name];
      if (field === undefined || !('args' in field)) continue;
      compared += 1;
      const own = this.keyValue(thing, name, field.type);
      const inner = getNullableType(field.type);
      if (isObjectType(inner)) {
        const rest = { __typename: inner.name, ...(value as object) };
        if (value === null || !this.isNamedBy(own as Thing, rest, schema)) return false;
      } else if (own !== value) return false;
    }
    return compared > 0;
  }

  /** A value of a type that the hash decides. */
  value(type: GraphQLOutputType, hash: number, schema: GraphQLSchema, nulls: number): unknown {
    if (isNonNullType(type)) return this.present(type.ofType, hash, schema, nulls);
    return happens(hashOf(hash, 'null'), nulls) ? null : this.present(type, hash, schema, nulls);
  }

  private present(type: GraphQLOutputType, hash: number, schema: GraphQLSchema, nulls: number): unknown {
    if (isNonNullType(type)) return this.present(type.ofType, hash, schema, nulls);
    if (isListType(type)) {
      return Array.from({ length: [0, 1, 2, 2, 3][hash % 5]! }, (_, index) =>
        this.value(type.ofType, hashOf(hash, index), schema, nulls),
      );
    }
    if (isEnumType(type)) return type.getValues()[hash % type.getValues().length]!.value;
    if (isObjectType(type)) return this.thing(type.name, hash);
    if (isAbstractType(type)) {
      const possible = schema
        .getPossibleTypes(type)
        .map(({ name }) => name)
        .sort();
      if (possible.length === 0) return null;
      return this.isEntity.has(type.name)
        ? { type: this.concrete(type.name, hash % POOL), n: hash % POOL }
        : this.thing(possible[hash % possible.length]!, hashOf(hash, 'of'));
    }
    return scalar(type.name, hash);
  }

  private thing(type: string, hash: number): Thing {
    if (this.implementations.has(type)) return { type, n: hash % POOL };
    const size = this.isEntity.has(type) || this.keyFields.has(type) ? POOL : VALUES;
    const possible = Array.from({ length: size }, (_, n) => n).filter((n) => this.concrete(type, n) !== null);
    return { type, n: possible[hash % possible.length]! };
  }
}

function scalar(name: string, hash: number): unknown {
  switch (name) {
    case 'Int':
      return (hash % 2001) - 1000;
    case 'Float':
      return (hash % 1000) / 8;
    case 'Boolean':
      return hash % 2 === 0;
    case 'ID':
    case 'String':
      return `${'春夏秋冬'[hash % 4]}${hash % 100_000}`;
    default:
      return blob(hash, 2);
  }
}

/** Whatever a custom scalar may hold: lists and objects too, which no executor may look into. */
function blob(hash: number, depth: number): unknown {
  switch (depth === 0 ? hash % 3 : hash % 5) {
    case 0:
      return hash % 97;
    case 1:
      return `b${hash % 97}`;
    case 2:
      return hash % 2 === 0;
    case 3:
      return [blob(hashOf(hash, 0), depth - 1), null, blob(hashOf(hash, 1), depth - 1)];
    default:
      return { a: blob(hashOf(hash, 'a'), depth - 1), __typename: 'Blob', b: null };
  }
}

import { type AccessRules, decideGuarded, type FieldGuard, guardOf, looksAtArguments } from '@junxian/access';
import type { Refusal } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** A refused field: why, and where it stands in the answer. */
export interface RefusedField {
  refusal: Refusal;
  path: string[];
}

export interface OperationToCheck {
  schema: GraphQLSchema;
  rules: AccessRules;
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

/** Coerced, defaults included. */
type Variables = Readonly<Record<string, unknown>>;

/**
 * Decides one operation for one caller: the first refused field in document order, or null. Throws GraphQLError where
 * an argument that decides has a value that it may not have.
 */
export type AccessCheck = (variables: Variables, principal: Principal) => RefusedField | null;

/**
 * Compiles what decides `@access` and `reveal` for every field an operation selects, through fragments,
 * interfaces and unions, with arguments from literals, variables and defaults. A field of an interface is
 * decided for every type that may stand there, and one refused type refuses it. Fields switched off
 * by @skip or @include are not selected. Takes a document within the limits of its shape, as fragments
 * below @skip and @include are gone through at each place.
 */
export function compileAccess(operation: OperationToCheck): AccessCheck {
  const decisions = new Compiler(operation).decisions();
  return (variables, principal) => {
    for (const { when, decide, path } of decisions) {
      if (when.length > 0 && !when.every((selection) => isSelected(selection, variables))) continue;
      const refusal = decide(principal, variables);
      if (refusal !== null) return { refusal, path: [...path] };
    }
    return null;
  };
}

interface Decision {
  decide: (principal: Principal, variables: Variables) => Refusal | null;
  /** Those with directives that lead to the field. */
  when: readonly SelectionNode[];
  path: readonly string[];
}

const NO_ARGUMENTS = {};

class Compiler {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly compiledFragments = new Set<string>();
  /** What is decided whatever the variables are, and the same for each field: once, at its first place. */
  private readonly decided = new Set<unknown>();
  private readonly found: Decision[] = [];

  constructor(private readonly check: OperationToCheck) {
    for (const definition of check.document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition);
    }
  }

  decisions(): readonly Decision[] {
    const { schema, operation } = this.check;
    const root = schema.getRootType(operation.operation);
    if (root) this.selectionSet(operation.selectionSet, [root], [], []);
    return this.found;
  }

  private selectionSet(
    set: SelectionSetNode,
    types: readonly GraphQLObjectType[],
    path: readonly string[],
    outer: readonly SelectionNode[],
  ): void {
    for (const selection of set.selections) {
      const when = selection.directives?.length ? [...outer, selection] : outer;
      if (selection.kind === Kind.FIELD) {
        this.field(selection, types, path, when);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const narrowed = this.narrow(types, selection.typeCondition?.name.value);
        this.selectionSet(selection.selectionSet, narrowed, path, when);
      } else {
        this.spread(selection.name.value, types, path, when);
      }
    }
  }

  private spread(
    name: string,
    types: readonly GraphQLObjectType[],
    path: readonly string[],
    when: readonly SelectionNode[],
  ): void {
    const fragment = this.fragments.get(name);
    if (fragment === undefined) return;
    const narrowed = this.narrow(types, fragment.typeCondition.name.value);
    const key = `${name}|${narrowed.map((type) => type.name).join()}`;
    if (this.compiledFragments.has(key)) return;
    if (when.length === 0) this.compiledFragments.add(key);
    this.selectionSet(fragment.selectionSet, narrowed, path, when);
  }

  private field(
    field: FieldNode,
    types: readonly GraphQLObjectType[],
    path: readonly string[],
    when: readonly SelectionNode[],
  ): void {
    const name = field.name.value;
    const here = [...path, (field.alias ?? field.name).value];
    if (name === '__typename') this.typename(types, here, when);
    if (name.startsWith('__')) return;
    let inner: readonly GraphQLObjectType[] = [];
    for (const type of types) {
      const definition = type.getFields()[name];
      if (definition === undefined) continue;
      const guard = guardOf(this.check.rules, type.name, name);
      if (guard !== undefined) this.guarded(guard, definition, field, here, when);
      if (field.selectionSet !== undefined) inner = union(inner, this.possible(definition));
    }
    if (field.selectionSet !== undefined) this.selectionSet(field.selectionSet, inner, here, when);
  }

  private guarded(
    guard: FieldGuard,
    definition: GraphQLField<unknown, unknown>,
    field: FieldNode,
    path: readonly string[],
    when: readonly SelectionNode[],
  ): void {
    if (looksAtArguments(guard)) {
      this.found.push({
        decide: (principal, variables) =>
          decideGuarded(guard, principal, getArgumentValues(definition, field, variables)),
        when,
        path,
      });
    } else {
      this.once(guard.rule, (principal) => decideGuarded(guard, principal, NO_ARGUMENTS), path, when);
    }
  }

  /** The name of a type tells that something of it is there, so the type's own rule holds; one visible type is enough. */
  private typename(
    types: readonly GraphQLObjectType[],
    path: readonly string[],
    when: readonly SelectionNode[],
  ): void {
    const { schema, operation, rules } = this.check;
    if (types.some((type) => type === schema.getRootType(operation.operation))) return;
    const guards = types.map(({ name }) => guardOf(rules, name, '__typename'));
    const decide = (principal: Principal): Refusal | null => {
      let refusal: Refusal | null = null;
      for (const guard of guards) {
        const decided = guard === undefined ? null : decideGuarded(guard, principal, NO_ARGUMENTS);
        if (decided === null) return null;
        refusal ??= decided;
      }
      return refusal;
    };
    this.once(types.map(({ name }) => name).join(), decide, path, when);
  }

  private once(
    key: unknown,
    decide: Decision['decide'],
    path: readonly string[],
    when: readonly SelectionNode[],
  ): void {
    if (this.decided.has(key)) return;
    if (when.length === 0) this.decided.add(key);
    this.found.push({ decide, when, path });
  }

  private possible(definition: GraphQLField<unknown, unknown>): readonly GraphQLObjectType[] {
    const type = getNamedType(definition.type);
    if (isObjectType(type)) return [type];
    return isAbstractType(type) ? this.check.schema.getPossibleTypes(type) : [];
  }

  private narrow(
    types: readonly GraphQLObjectType[],
    condition: string | undefined,
  ): readonly GraphQLObjectType[] {
    const type = condition === undefined ? undefined : this.check.schema.getType(condition);
    if (!isCompositeType(type)) return types;
    if (isObjectType(type)) return types.filter((candidate) => candidate === type);
    return types.filter((candidate) => this.check.schema.isSubType(type, candidate));
  }
}

function isSelected(selection: SelectionNode, variables: Variables): boolean {
  if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if !== false;
}

function union<T>(left: readonly T[], right: readonly T[]): readonly T[] {
  if (left.length === 0) return right;
  return [...left, ...right.filter((item) => !left.includes(item))];
}

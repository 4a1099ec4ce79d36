import { type AccessRules, decideField } from '@junxian/access';
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
  /** Coerced, defaults included. */
  variables: Record<string, unknown>;
}

/**
 * Decides `@access` and `reveal` for every field an operation selects, through fragments, interfaces
 * and unions, with arguments from literals, variables and defaults. A field of an interface is
 * decided for every type that may stand there, and one refused type refuses it. Fields switched off
 * by @skip or @include are not selected. Returns the first refused field in document order, or null.
 */
export function checkOperation(check: OperationToCheck, principal: Principal): RefusedField | null {
  const root = check.schema.getRootType(check.operation.operation);
  if (root === undefined || root === null) return null;
  return new Walk(check, principal, root).selectionSet(check.operation.selectionSet, [root], []);
}

class Walk {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly decidedFragments = new Set<string>();
  /** A field without arguments is decided once however often it is selected. */
  private readonly allowed = new Set<string>();

  constructor(
    private readonly check: OperationToCheck,
    private readonly principal: Principal,
    private readonly root: GraphQLObjectType,
  ) {
    for (const definition of check.document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition);
    }
  }

  selectionSet(
    set: SelectionSetNode,
    types: readonly GraphQLObjectType[],
    path: readonly string[],
  ): RefusedField | null {
    for (const selection of set.selections) {
      if (!this.isSelected(selection)) continue;
      const refused = this.selection(selection, types, path);
      if (refused !== null) return refused;
    }
    return null;
  }

  private selection(
    selection: SelectionNode,
    types: readonly GraphQLObjectType[],
    path: readonly string[],
  ): RefusedField | null {
    if (selection.kind === Kind.FIELD) return this.field(selection, types, path);
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const narrowed = this.narrow(types, selection.typeCondition?.name.value);
      return this.selectionSet(selection.selectionSet, narrowed, path);
    }
    const fragment = this.fragments.get(selection.name.value);
    if (fragment === undefined) return null;
    const narrowed = this.narrow(types, fragment.typeCondition.name.value);
    const key = `${fragment.name.value}|${narrowed.map(({ name }) => name).join()}`;
    if (this.decidedFragments.has(key)) return null;
    this.decidedFragments.add(key);
    return this.selectionSet(fragment.selectionSet, narrowed, path);
  }

  private field(
    field: FieldNode,
    types: readonly GraphQLObjectType[],
    path: readonly string[],
  ): RefusedField | null {
    const name = field.name.value;
    const here = [...path, (field.alias ?? field.name).value];
    if (name === '__typename') return this.typename(types, here);
    if (name === '__schema' || name === '__type') return null;
    let inner: readonly GraphQLObjectType[] = [];
    for (const type of types) {
      const definition = type.getFields()[name];
      if (definition === undefined) continue;
      const refusal = this.decide(type, definition, field);
      if (refusal !== null) return { refusal, path: here };
      if (field.selectionSet !== undefined) inner = union(inner, this.possible(definition));
    }
    return field.selectionSet === undefined ? null : this.selectionSet(field.selectionSet, inner, here);
  }

  private decide(
    type: GraphQLObjectType,
    definition: GraphQLField<unknown, unknown>,
    field: FieldNode,
  ): Refusal | null {
    const { rules, variables } = this.check;
    const coordinate = `${type.name}.${definition.name}`;
    if (definition.args.length === 0) {
      if (this.allowed.has(coordinate)) return null;
      const refusal = decideField(rules, type.name, definition.name, this.principal, {});
      if (refusal === null) this.allowed.add(coordinate);
      return refusal;
    }
    const args = getArgumentValues(definition, field, variables);
    return decideField(rules, type.name, definition.name, this.principal, args);
  }

  /** The name of a type tells that something of it is there, so the type's own rule holds; one visible type is enough. */
  private typename(types: readonly GraphQLObjectType[], path: string[]): RefusedField | null {
    let refusal: Refusal | null = null;
    for (const type of types) {
      if (type === this.root) return null;
      const decided = decideField(this.check.rules, type.name, '__typename', this.principal, {});
      if (decided === null) return null;
      refusal ??= decided;
    }
    return refusal === null ? null : { refusal, path };
  }

  private isSelected(selection: SelectionNode): boolean {
    if (selection.directives === undefined || selection.directives.length === 0) return true;
    const { variables } = this.check;
    if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if !== false;
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

function union<T>(left: readonly T[], right: readonly T[]): readonly T[] {
  if (left.length === 0) return right;
  return [...left, ...right.filter((item) => !left.includes(item))];
}

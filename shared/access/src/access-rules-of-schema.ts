import { isRegionLevel, type RegionLevel } from '@junxian/administrative-region';
import type { Refusal } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import {
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  valueFromASTUntyped,
} from 'graphql';
import { type AccessRule, decideAccess, decideReveal, type MaskRule } from './access.rules';
import { MASKS, type Mask } from './mask.rules';

/** Every `@access` and `@masked` of a schema, by `Type` and `Type.field`. */
export interface AccessRules {
  types: ReadonlyMap<string, AccessRule>;
  fields: ReadonlyMap<string, AccessRule>;
  masks: ReadonlyMap<string, MaskRule>;
}

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

const ROOT_TYPES = new Set(['Query', 'Mutation', 'Subscription']);

const objectNodes = (document: DocumentNode): ObjectNode[] =>
  document.definitions.filter(
    (node): node is ObjectNode =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION,
  );

/** Reads the rules out of a schema document: a subgraph's, or the supergraph's. Throws Error on a misshapen directive. */
export function collectAccessRules(document: DocumentNode): AccessRules {
  const types = new Map<string, AccessRule>();
  const fields = new Map<string, AccessRule>();
  const masks = new Map<string, MaskRule>();
  for (const node of objectNodes(document)) {
    const typeRule = directive(node.directives, 'access');
    if (typeRule !== undefined) types.set(node.name.value, accessRule(typeRule));
    for (const field of node.fields ?? []) {
      const coordinate = `${node.name.value}.${field.name.value}`;
      const fieldRule = directive(field.directives, 'access');
      if (fieldRule !== undefined) fields.set(coordinate, accessRule(fieldRule));
      const mask = directive(field.directives, 'masked');
      if (mask !== undefined) masks.set(coordinate, maskRule(mask));
    }
  }
  return { types, fields, masks };
}

/** The rule of a field: its own, else its type's, else undefined (it inherits from where it hangs). */
export function ruleOf(rules: AccessRules, typeName: string, fieldName: string): AccessRule | undefined {
  return rules.fields.get(`${typeName}.${fieldName}`) ?? rules.types.get(typeName);
}

/** All that decides about a selected field. */
export interface FieldGuard {
  rule: AccessRule | undefined;
  mask: MaskRule | undefined;
}

/** What decides about a field; undefined where nothing does. A root field without a rule is nobody's: the build should have failed on it. */
export function guardOf(rules: AccessRules, typeName: string, fieldName: string): FieldGuard | undefined {
  const rule = ruleOf(rules, typeName, fieldName) ?? (ROOT_TYPES.has(typeName) ? NOBODY : undefined);
  const mask = rules.masks.get(`${typeName}.${fieldName}`);
  return rule === undefined && mask === undefined ? undefined : { rule, mask };
}

/** Whether a field's arguments may change what is decided about it. */
export const looksAtArguments = ({ rule, mask }: FieldGuard): boolean =>
  mask !== undefined || (rule !== undefined && rule.region !== null);

/** Decides a field that is selected with these arguments. Returns null for yes, else the refusal. */
export function decideGuarded(
  { rule, mask }: FieldGuard,
  principal: Principal,
  args: Readonly<Record<string, unknown>>,
): Refusal | null {
  const refused = rule === undefined ? null : decideAccess(rule, principal, args);
  if (refused !== null || mask === undefined) return refused;
  return decideReveal(mask, principal, args);
}

/**
 * Decides one selected field, its mask's reveal included. Returns null for yes, else the refusal.
 * A root field without a rule is refused: the build should have failed on it.
 */
export function decideField(
  rules: AccessRules,
  typeName: string,
  fieldName: string,
  principal: Principal,
  args: Readonly<Record<string, unknown>>,
): Refusal | null {
  const guard = guardOf(rules, typeName, fieldName);
  return guard === undefined ? null : decideGuarded(guard, principal, args);
}

const NOBODY: AccessRule = {
  public: false,
  roles: ['nobody:'],
  region: null,
  minRegionLevel: null,
  operatorLevel: null,
  pending: false,
  citizens: false,
};

/**
 * The root fields and entity types of a schema document that declare no `@access`, as `Query.x` or
 * `Type`. An entity is a type with `@key` (a subgraph) or a keyed `@join__type` (the supergraph).
 */
export function missingAccess(document: DocumentNode): string[] {
  const rules = collectAccessRules(document);
  const missing = new Set<string>();
  for (const node of objectNodes(document)) {
    const name = node.name.value;
    if (ROOT_TYPES.has(name)) {
      for (const field of node.fields ?? []) {
        if (!field.name.value.startsWith('_') && !rules.fields.has(`${name}.${field.name.value}`)) {
          missing.add(`${name}.${field.name.value}`);
        }
      }
    } else if (isEntity(node) && !rules.types.has(name)) {
      missing.add(name);
    }
  }
  return [...missing].sort();
}

const isEntity = (node: ObjectNode): boolean =>
  (node.directives ?? []).some(
    ({ name, arguments: args }) =>
      name.value === 'key' ||
      (name.value === 'join__type' && (args ?? []).some((argument) => argument.name.value === 'key')),
  );

const directive = (nodes: readonly ConstDirectiveNode[] | undefined, name: string) =>
  nodes?.find((node) => node.name.value === name);

const argumentsOf = (node: ConstDirectiveNode): Record<string, unknown> =>
  Object.fromEntries(
    (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );

function accessRule(node: ConstDirectiveNode): AccessRule {
  const args = argumentsOf(node);
  return {
    public: args.public === true,
    roles: (args.roles as string[] | null | undefined) ?? [],
    region: (args.region as string | null | undefined) ?? null,
    minRegionLevel: regionLevel(args.minRegionLevel),
    operatorLevel: regionLevel(args.operatorLevel),
    pending: args.pending === true,
    citizens: args.citizens === true,
  };
}

function regionLevel(value: unknown): RegionLevel | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || !isRegionLevel(value))
    throw new Error(`@access: ${String(value)} is not a region level`);
  return value;
}

function maskRule(node: ConstDirectiveNode): MaskRule {
  const { as, reveal } = argumentsOf(node);
  if (!MASKS.includes(as as Mask)) throw new Error(`@masked: ${String(as)} is not a mask`);
  return { as: as as Mask, reveal: (reveal as string[] | null | undefined) ?? [] };
}

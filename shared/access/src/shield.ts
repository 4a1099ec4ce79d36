import type { Principal } from '@junxian/identity';
import type { DocumentNode } from 'graphql';
import { type IMiddlewareGenerator, type IMiddlewareTypeMap, middleware } from 'graphql-middleware';
import { allow, type IRules, rule, shield } from 'graphql-shield';
import { type AccessRules, collectAccessRules, decideField } from './access-rules-of-schema';

interface ContextWithPrincipal {
  principal: Principal;
}

/**
 * The graphql-shield middleware of a subgraph, made from the same `@access` directives that the
 * gateway reads. Every field with a rule of its own or of its type is guarded by name, so that the
 * rules hold on `_entities` as well, which wildcards would block and root rules would leave open.
 */
export function shieldFromSchema(
  document: DocumentNode,
): IMiddlewareGenerator<unknown, ContextWithPrincipal, unknown> {
  const tree = ruleTree(document, collectAccessRules(document));
  const shielded = shield(tree as IRules, { allowExternalErrors: true, fallbackRule: allow });
  // Shield puts a guard that always says yes, and makes it a promise, before each field without a rule.
  return middleware((schema) => {
    const guards = shielded.generate(schema) as IMiddlewareTypeMap;
    return Object.fromEntries(
      Object.entries(tree).map(([type, fields]) => [
        type,
        Object.fromEntries(
          Object.keys(fields).map((field) => [field, (guards[type] as typeof fields)[field]]),
        ),
      ]),
    ) as IMiddlewareTypeMap;
  });
}

type RuleTree = Record<string, Record<string, ReturnType<ReturnType<typeof rule>>>>;

function ruleTree(document: DocumentNode, rules: AccessRules): RuleTree {
  const tree: RuleTree = {};
  for (const node of document.definitions) {
    if (node.kind !== 'ObjectTypeDefinition' && node.kind !== 'ObjectTypeExtension') continue;
    const typeName = node.name.value;
    for (const field of node.fields ?? []) {
      const fieldName = field.name.value;
      const coordinate = `${typeName}.${fieldName}`;
      if (
        !rules.fields.has(coordinate) &&
        !rules.types.has(typeName) &&
        !['Query', 'Mutation'].includes(typeName)
      )
        continue;
      tree[typeName] ??= {};
      tree[typeName][fieldName] = rule(`access to ${coordinate}`, { cache: 'no_cache' })(
        (_parent, args, context: ContextWithPrincipal) =>
          decideField(rules, typeName, fieldName, context.principal, args ?? {}) ?? true,
      );
    }
  }
  return tree;
}

import type { Principal } from '@junxian/identity';
import type { DocumentNode } from 'graphql';
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
export function shieldFromSchema(document: DocumentNode): ReturnType<typeof shield> {
  return shield(ruleTree(document, collectAccessRules(document)), {
    allowExternalErrors: true,
    fallbackRule: allow,
  });
}

function ruleTree(document: DocumentNode, rules: AccessRules): IRules {
  const tree: Record<string, Record<string, ReturnType<ReturnType<typeof rule>>>> = {};
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
  return tree as IRules;
}

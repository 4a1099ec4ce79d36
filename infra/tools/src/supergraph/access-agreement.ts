import { type DirectiveNode, type DocumentNode, type ObjectTypeDefinitionNode, print } from 'graphql';
import type { SubgraphSource } from './compose';

/** An entity's @access in one subgraph, in a form in which equal permissions are equal text. */
function accessText(directive: DirectiveNode | undefined): string {
  if (!directive) return '(none)';
  const argument = (text: string) => text.replaceAll(/\s+/g, ' ');
  const args = (directive.arguments ?? []).map((it) => {
    if (it.value.kind !== 'ListValue') return argument(print(it));
    return `${it.name.value}: [${it.value.values
      .map((value) => print(value))
      .sort()
      .join(', ')}]`;
  });
  return args.length === 0 ? '@access' : `@access(${args.sort().join(', ')})`;
}

interface Part {
  subgraph: string;
  access: DirectiveNode | undefined;
}

function entityParts(document: DocumentNode): Map<string, DirectiveNode | undefined> {
  const parts = new Map<string, DirectiveNode | undefined>();
  const keyed = new Set<string>();
  for (const node of document.definitions) {
    if (node.kind !== 'ObjectTypeDefinition' && node.kind !== 'ObjectTypeExtension') continue;
    const directives = (node as ObjectTypeDefinitionNode).directives ?? [];
    const access = directives.find((it) => it.name.value === 'access');
    if (directives.some((it) => it.name.value === 'key')) keyed.add(node.name.value);
    if (access || !parts.has(node.name.value)) parts.set(node.name.value, access);
  }
  return new Map([...parts].filter(([name]) => keyed.has(name)));
}

/**
 * Entities whose type-level @access differs between the subgraphs that carry them. Composition would merge them
 * into something nobody wrote; a gateway and a subgraph could then decide differently.
 */
export function accessDisagreements(subgraphs: SubgraphSource[]): string[] {
  const entities = new Map<string, Part[]>();
  for (const { name, typeDefs } of subgraphs) {
    for (const [entity, access] of entityParts(typeDefs)) {
      const parts = entities.get(entity) ?? [];
      parts.push({ subgraph: name, access });
      entities.set(entity, parts);
    }
  }
  return [...entities].flatMap(([entity, parts]) => {
    const texts = parts.map((part) => ({ subgraph: part.subgraph, text: accessText(part.access) }));
    if (new Set(texts.map((it) => it.text)).size < 2) return [];
    return [`${entity}: ${texts.map((it) => `${it.subgraph} says ${it.text}`).join('; ')}`];
  });
}

import { createRequire } from 'node:module';
import { composeServices } from '@apollo/composition';
import { type BreakingChange, type DocumentNode, findBreakingChanges, type GraphQLSchema } from 'graphql';

export interface SubgraphSource {
  name: string;
  typeDefs: DocumentNode;
}

export interface Composition {
  supergraphSdl: string;
  /** Hints that point at a likely mistake (level WARN), as text. */
  warnings: string[];
}

/** Where the services answer inside a deployment; the gateway may be told otherwise. */
export const subgraphUrl = (name: string) => `http://${name}:4001/graphql`;

type Hint = NonNullable<ReturnType<typeof composeServices>['hints']>[number];

const isWarning = (hint: Hint) => hint.definition.level.name === 'WARN';

/**
 * Composes the subgraphs into one supergraph.
 * @throws Error with every composition error, one a line
 */
export function composeSupergraph(subgraphs: SubgraphSource[]): Composition {
  const services = subgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: subgraphUrl(name) }));
  const result = composeServices(services);
  if (result.errors) {
    throw new Error(
      `the subgraphs do not compose:\n${result.errors.map((it) => `  ${it.message}`).join('\n')}`,
    );
  }
  const warnings = result.hints.filter(isWarning).map((hint) => `${hint.definition.code}: ${hint.message}`);
  return { supergraphSdl: `${result.supergraphSdl.trimEnd()}\n`, warnings };
}

/** The one class of Apollo's internals that reads a supergraph back; it belongs to @apollo/composition. */
interface Internals {
  Supergraph: { build(sdl: string): { apiSchema(): { toGraphQLJSSchema(): GraphQLSchema } } };
}
const internals = createRequire(require.resolve('@apollo/composition'))(
  '@apollo/federation-internals',
) as Internals;

/** What clients see of a supergraph. */
export function apiSchemaOf(supergraphSdl: string): GraphQLSchema {
  return internals.Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema();
}

/** The changes from one supergraph to the next that break a client which was right before. */
export function breakingChangesBetween(before: string, after: string): BreakingChange[] {
  // A standard scalar that nothing uses any more leaves the schema by itself; no client notices.
  return findBreakingChanges(apiSchemaOf(before), apiSchemaOf(after)).filter(
    (change) => !change.description.startsWith('Standard scalar '),
  );
}

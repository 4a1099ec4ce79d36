import { composeServices } from '@apollo/composition';
import type { DocumentNode } from 'graphql';

export interface ComposedSubgraph {
  name: string;
  url: string;
  typeDefs: DocumentNode;
}

/** Composes a supergraph as `npm run supergraph` does. Throws with the composition errors. */
export function compose(subgraphs: readonly ComposedSubgraph[]): string {
  const { supergraphSdl, errors } = composeServices([...subgraphs]);
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

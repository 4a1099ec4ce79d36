import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { accessTypeDefs } from '@junxian/access';
import { type DocumentNode, GraphQLError, parse, Source } from 'graphql';
// Not from the package's index: that would load the whole server to get two lines of schema.
import { commonTypeDefs } from '../../../shared/subgraph/src/common-type-defs';
import { filesBelow, root, serviceNames } from './workspace';

function parseFile(name: string, text: string): DocumentNode {
  try {
    return parse(new Source(text, name));
  } catch (error) {
    if (error instanceof GraphQLError) throw new Error(error.toString());
    throw error;
  }
}

/**
 * The schema of each service as its process would serve it: its `*.graphql` files, the directives of
 * @junxian/access and the common scalars. A service without a schema file is left out.
 * @throws Error with file and line when a file does not parse
 */
export function subgraphSources(): { name: string; typeDefs: DocumentNode }[] {
  return serviceNames().flatMap((name) => {
    const files = filesBelow(join(root, 'services', name, 'src'), (file) => file.endsWith('.graphql'));
    if (files.length === 0) return [];
    const shared = [parseFile('accessTypeDefs', accessTypeDefs), parseFile('commonTypeDefs', commonTypeDefs)];
    const own = files.map((file) => parseFile(relative(root, file), readFileSync(file, 'utf8')));
    const definitions = [...shared, ...own].flatMap((document) => document.definitions);
    return [{ name, typeDefs: { kind: 'Document', definitions } as DocumentNode }];
  });
}

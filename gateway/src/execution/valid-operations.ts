import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Texts kept, and the characters of all of them together. */
const MOST_TEXTS = 2_000;
const MOST_CHARACTERS = 2_000_000;

/** A text as Apollo Server parsed it and found it valid for a schema. */
export interface ValidDocument {
  schema: GraphQLSchema;
  document: DocumentNode;
  queryHash: string;
  source: string;
}

/** One operation of it. */
export interface ValidOperation extends ValidDocument {
  operation: OperationDefinitionNode;
}

/** The texts of one graph that Apollo Server has looked through and let pass, the most recently used ones: they need it no more. */
export class ValidOperations {
  private readonly byText = new LRUCache<string, readonly ValidOperation[]>({
    max: MOST_TEXTS,
    maxSize: MOST_CHARACTERS,
  });

  /** Takes what Apollo Server handed over to be executed. */
  remember({ schema, document, queryHash, source }: ValidDocument): void {
    if (this.byText.has(source)) return;
    const operations = document.definitions.flatMap((operation) =>
      operation.kind === Kind.OPERATION_DEFINITION
        ? [{ schema, document, queryHash, source, operation }]
        : [],
    );
    this.byText.set(source, operations, { size: source.length + 100 });
  }

  /** The operation that a request means; undefined where Apollo Server has not seen the text, or finds no such operation in it. */
  find(text: string, operationName: string | undefined): ValidOperation | undefined {
    const operations = this.byText.get(text);
    if (operationName !== undefined)
      return operations?.find(({ operation }) => operation.name?.value === operationName);
    return operations?.length === 1 ? operations[0] : undefined;
  }
}

import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** An operation as clients send it: enough to plan it again for another supergraph. */
export interface KnownOperation {
  query: string;
  document: DocumentNode;
  operationName: string | undefined;
  queryHash: string;
}

interface Entry<T> {
  operation: KnownOperation;
  value: T;
  uses: number;
}

/** What was made of operations, the most recently used ones; each is made once, however many ask for it at the same time. */
export class OperationCache<T> {
  private readonly made: LRUCache<string, Entry<T>>;
  private readonly making = new Map<string, Promise<T>>();

  constructor(max: number) {
    this.made = new LRUCache({ max });
  }

  /** What is kept of an operation, if anything. */
  get({ queryHash, operationName }: Pick<KnownOperation, 'queryHash' | 'operationName'>): T | undefined {
    const entry = this.made.get(keyOf(queryHash, operationName));
    if (entry === undefined) return undefined;
    entry.uses += 1;
    return entry.value;
  }

  /** Makes and keeps what is not kept. Rejects as `make` does, and keeps nothing then. */
  make(operation: KnownOperation, make: () => Promise<T>): Promise<T> {
    const key = keyOf(operation.queryHash, operation.operationName);
    let making = this.making.get(key);
    if (making === undefined) {
      making = make().then(
        (value) => {
          this.making.delete(key);
          this.made.set(key, { operation, value, uses: 1 });
          return value;
        },
        (error: unknown) => {
          this.making.delete(key);
          throw error;
        },
      );
      this.making.set(key, making);
    }
    return making;
  }

  /** The operations asked for most often, at most so many. */
  mostUsed(count: number): KnownOperation[] {
    return [...this.made.values()]
      .sort((left, right) => right.uses - left.uses)
      .slice(0, count)
      .map(({ operation }) => operation);
  }
}

const keyOf = (queryHash: string, operationName: string | undefined): string =>
  operationName === undefined ? queryHash : `${queryHash} ${operationName}`;

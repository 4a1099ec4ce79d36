/** A GraphQL connection as every list of Junxian answers it; `@junxian/persistence`'s Page has the same shape. */
export interface Connection<Node> {
  nodes: Node[];
  endCursor: string | null;
  hasNextPage: boolean;
}

/** Arguments of every list. */
export interface PageArguments {
  first?: number | null;
  after?: string | null;
}

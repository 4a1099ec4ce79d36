/** One suite of the audit: subgraphs with their data, and what is asked of the graph that they make. */
export interface Suite {
  name: string;
  /** In the order in which they are composed. */
  subgraphs: Readonly<Record<string, AuditSubgraph>>;
  cases: readonly Case[];
  /** Brings data that mutations have changed back to its beginning. */
  reset?: () => void;
}

export interface AuditSubgraph {
  /** Version of the federation specification that it links to, 2.3 unless said; 1 links to none. */
  federation?: '1' | '2.0' | '2.3' | '2.5' | undefined;
  /** Types only: the link to federation is added. */
  sdl: string;
  resolvers: Resolvers;
}

/** By type and field. `never` takes resolvers of any parent and any arguments. */
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;
export type Resolver = (parent: never, args: never) => unknown;

export interface Case {
  query: string;
  /** Absent: the answer is to have none. */
  data?: Readonly<Record<string, unknown>> | null;
  /** Whether the answer is to have errors; absent: either will do. */
  errors?: boolean;
}

/** What most references consist of. */
export interface Id {
  id: string;
}

/** The first record that agrees with `key` in all of `fields`, copied, as subgraphs write on what they get; or null. */
export function byKeys<T extends object, K extends keyof T & string>(
  records: readonly T[],
  key: Pick<T, K>,
  fields: readonly K[],
): T | null {
  const found = records.find((record) => fields.every((field) => record[field] === key[field]));
  return found === undefined ? null : { ...found };
}

/** Resolves references to a type by the named key fields, `id` unless said. */
export function entity<T extends object>(
  records: readonly T[],
  ...fields: (keyof T & string)[]
): { __resolveReference: (key: T) => T | null } {
  const keyFields = fields.length > 0 ? fields : ['id' as keyof T & string];
  return { __resolveReference: (key) => byKeys(records, key, keyFields) };
}

/** A resolver that no good plan calls; `reason` says why not. */
export const never = (reason: string) => (): never => {
  throw new Error(`asked for what is not to be asked for: ${reason}`);
};

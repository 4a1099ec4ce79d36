import type { CodeRange, RegionMove } from '@junxian/administrative-region';
import type { Scope } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';

/** A table whose rows follow region changes. */
export interface FollowedTable {
  name: string;
  /** Columns of the primary key; `id` unless given. None of them may hold a region code that others can merge into. */
  key?: readonly string[];
  /** Columns with a region code of any level, or NULL; each needs an index that begins with it. `region_code` unless given. */
  columns?: readonly string[];
  /** Further assignments to moved rows: SQL by column; `t` is the row before, `codeAfter('t.x')` a code after the moves. */
  alsoSet?: Readonly<Record<string, string>>;
  /** Runs before rows of this table are touched: takes the locks that others take before these rows. */
  lock?(tx: ScopedTransaction): Promise<void>;
  /** Books the moved rows elsewhere, in the statement that moves them. */
  book?: Booking;
  /** Runs in the same transaction with the keys (first key column) of the rows that moved; of a root, after its parts. */
  after?(tx: ScopedTransaction, keys: readonly string[]): Promise<void>;
}

/** What is booked of moved rows, such as figures out of the old ancestors and into the new ones. */
export interface Booking {
  /** Columns of a moved row that the booking needs, besides key and codes. */
  returning?: readonly string[];
  /** CTEs that read `moved`: the key, what `returning` names, and for each region column `old_…` and `new_…`. */
  ctes: string;
}

/** A table that hangs on a root; its rows move in the transaction of their root, wherever they stand. */
export interface FollowedPart extends FollowedTable {
  /** Column that holds the root's key; `<root>_id` unless given. */
  by?: string;
  /** Instead of `by`: the condition on `t` under which a row hangs on one of the `roots`, an array in SQL. */
  with?: (roots: string) => string;
  /**
   * `false`: rows carry no `region_epoch` and count as columns of their root; the root is found by their codes
   * too, and its epoch says that they have followed. Needs `by`.
   */
  epoch?: false;
}

/** The head of an aggregate, with what hangs on it. Rows carry `region_epoch`. */
export interface FollowedRoot extends FollowedTable {
  /** SQL type of the key; `uuid` unless given. */
  keyType?: 'uuid' | 'text' | 'bigint';
  /** Roots moved in one transaction where much is counted anew for each; the general size of a batch unless given. */
  most?: number;
  parts?: readonly FollowedPart[];
}

/** A split that is being followed. */
export interface SplitChange {
  /** The epoch that rows carry once they are set aside. */
  seq: number;
  changeId: string;
  from: string[];
  to: string[];
  /** The areas of `from`. */
  ranges: CodeRange[];
}

/** Rows that a person assigned to a successor of their split region. */
export interface Assignment {
  /** Name of the root table, and the keys of its rows. */
  root: string;
  ids: readonly string[];
  moves: readonly RegionMove[];
}

/** What becomes of the rows of a split region, beyond staying on the old code (DI-REG-08). */
export interface SplitFollowing {
  /**
   * Puts up to `limit` rows on a to-do list, in one transaction; called until it returns 0. What is set
   * aside gets the change's `seq` as `region_epoch`, so that it is set aside once.
   */
  setAside(tx: ScopedTransaction, change: SplitChange, limit: number): Promise<number>;
  /** Marks up to `limit` rows that were assigned since as moved at `now`, and says whereto they move; null without any. */
  takeAssigned?(tx: ScopedTransaction, now: Date, limit: number): Promise<Assignment | null>;
}

/** How a service's rows follow region changes. */
export interface RegionFollowingDefinition {
  /** The service's scope for this work, from its service-scopes.ts. */
  scope: Scope;
  /** In the order in which they move. New ones are added at the end: an open change is at the n-th of them. */
  tables: readonly FollowedRoot[];
  split?: SplitFollowing;
  /** Runs once, in the transaction that ends a change, with its moves: for codes that no row's epoch guards. */
  ended?(tx: ScopedTransaction, moves: readonly RegionMove[]): Promise<void>;
  /** Columns `table.column` that stay as they are, each with the reason; see `regionFollowingFaults`. */
  notFollowed?: Readonly<Record<string, string>>;
}

/** One way in which rows are found: by one region column of one table. */
export interface FollowingStep {
  root: FollowedRoot;
  /** The part whose rows are sought; without one, the root's. */
  part?: FollowedPart;
  column: string;
}

export interface RegionFollowing extends RegionFollowingDefinition {
  steps: readonly FollowingStep[];
}

/** Checks a definition and numbers its steps. Throws an Error that names the table that is not well defined. */
export function defineRegionFollowing(definition: RegionFollowingDefinition): RegionFollowing {
  const names = new Set<string>();
  for (const root of definition.tables) {
    for (const table of [root, ...(root.parts ?? [])]) {
      checkTable(table);
      if (names.has(table.name)) throw new Error(`${table.name}: is named twice`);
      names.add(table.name);
    }
    if (root.parts !== undefined && keyOf(root).length !== 1) {
      throw new Error(`${root.name}: rows can hang on a key of one column only`);
    }
    for (const part of root.parts ?? []) checkPart(part);
  }
  return { ...definition, steps: definition.tables.flatMap(stepsOf) };
}

function stepsOf(root: FollowedRoot): FollowingStep[] {
  const own = columnsOf(root).map((column) => ({ root, column }));
  const ofParts = (root.parts ?? []).flatMap((part) =>
    columnsOf(part).map((column) => ({ root, part, column })),
  );
  return [...own, ...ofParts];
}

const IDENTIFIER = /^[a-z_][a-z0-9_]*$/;

function checkTable(table: FollowedTable): void {
  const written = [table.name, ...keyOf(table), ...columnsOf(table), ...Object.keys(table.alsoSet ?? {})];
  const wrong = written.find((name) => !IDENTIFIER.test(name));
  if (wrong !== undefined) throw new Error(`${table.name}: "${wrong}" is no plain name`);
  if (keyOf(table).length === 0) throw new Error(`${table.name}: has no key`);
  if (columnsOf(table).length === 0) throw new Error(`${table.name}: has no region column`);
}

function checkPart(part: FollowedPart): void {
  if (part.with === undefined) return;
  if (part.by !== undefined)
    throw new Error(`${part.name}: hangs on its root either by a column or with a condition`);
  if (part.epoch === false)
    throw new Error(`${part.name}: rows without an epoch hang on their root by a column`);
}

/** Columns of a table's key. */
export function keyOf({ key = ['id'] }: FollowedTable): readonly string[] {
  return key;
}

/** A table's columns with region codes. */
export function columnsOf({ columns = ['region_code'] }: FollowedTable): readonly string[] {
  return columns;
}

/** Column by which a part names its root. */
export function linkOf(root: FollowedRoot, { by = `${root.name}_id` }: FollowedPart): string {
  return by;
}

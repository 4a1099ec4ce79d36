import { createHash } from 'node:crypto';
import type { GraphAnswer, RootName, SelectedField } from '@junxian/test-kit';
import type { GraphQLSchema } from 'graphql';
import type { SignedIn } from '../support/signing-in';
import { principalOf } from '../support/subgraphs';
import type { System } from '../support/system';
import { askTogether, isRefusedAsAWhole, type Part, packed } from './batches';
import type { Caller } from './callers';
import type { Markers } from './markers';
import { type Operation, operationsFor, type Permitted, PLAIN, SHALLOW, type Target } from './operations';
import { permittedTo, wordingOf } from './permission';
import { UUID } from './petition-rows';

/** What is kept of an answer: the answers themselves would not fit in memory. */
export interface Seen {
  /** Without errors, and not null. */
  answered: boolean;
  codes: string[];
  markers: string[];
  /** Data and error codes; equal for answers that tell the same. */
  shape: string;
  /** The beginning of it, for a message. */
  excerpt: string;
  /** Something below the root field failed; the root field itself did not. */
  isBroken: boolean;
}

/** What was asked, and what came back. */
export interface Probe {
  operation: Operation;
  seen: Seen;
}

const AT_ONCE = 4;
const REFRESH_AFTER = 300_000;
const EXCERPT = 300;
const EVERYTHING: Permitted = () => true;

/**
 * Asks root fields as somebody. A caller's roles say what is selected; what they do not permit is tried once, and must be
 * refused. Questions go together as many as fit into one operation, and the same question is asked once.
 */
export class Prober {
  private readonly known = new Map<string, Seen>();
  private readonly refreshed = new Map<string, { since: number; done: Promise<void> }>();
  private readonly permissions = new Map<string, Permitted>();
  private readonly startedAt = Date.now();

  constructor(
    private readonly system: System,
    private readonly schema: GraphQLSchema,
    private readonly sessions: ReadonlyMap<string, SignedIn>,
    private readonly markers: Markers,
    private readonly depth: number,
  ) {}

  /** Asks one operation in the words of the caller, through the gateway. */
  async ask({ name }: Caller, document: string, variables: Record<string, unknown>): Promise<GraphAnswer> {
    const session = this.sessions.get(name);
    if (session === undefined) return this.system.client().query(document, variables);
    await this.fresh(name, session);
    return session.query(document, variables);
  }

  /** Tokens live for ten minutes, which the matrix may outlive. */
  private fresh(name: string, session: SignedIn): Promise<void> {
    const { since, done } = this.refreshed.get(name) ?? {
      since: this.startedAt,
      done: Promise.resolve(),
    };
    if (Date.now() - since < REFRESH_AFTER) return done;
    const renewed = { since: Date.now(), done: session.refresh() };
    this.refreshed.set(name, renewed);
    return renewed.done;
  }

  /** Every query that the caller's roles permit, pointed at a target, with what came back; `only` leaves others out. */
  async queriesAt(
    who: Caller,
    target: Target,
    only: (operation: Operation) => boolean = () => true,
  ): Promise<Probe[]> {
    const permitted = this.permitted(who);
    const deep = operationsFor(this.schema, 'Query', target, this.depth, permitted);
    const probes = await this.look(
      who,
      deep.filter((operation) => this.isPermitted(who, operation) && only(operation)),
    );
    // Where something below failed, the field's own row must be looked at all the same.
    const broken = new Set(
      probes.filter(({ seen }) => seen.isBroken).map(({ operation }) => deep.indexOf(operation)),
    );
    if (broken.size === 0) return probes;
    const plain = operationsFor(this.schema, 'Query', target, PLAIN, permitted);
    return [
      ...probes,
      ...(await this.look(
        who,
        plain.filter((_, index) => broken.has(index)),
      )),
    ];
  }

  /** Every mutation that the caller's roles permit, pointed at a target. */
  mutationsAt(who: Caller, target: Target): Operation[] {
    return operationsFor(this.schema, 'Mutation', target, SHALLOW, this.permitted(who)).filter((operation) =>
      this.isPermitted(who, operation),
    );
  }

  /** Operations of which a part or the whole is not permitted to the caller's roles. */
  refusedAt(who: Caller, target: Target): Operation[] {
    return [
      ...this.beyondRoles(who, target, 'Query', this.depth),
      ...this.beyondRoles(who, target, 'Mutation', SHALLOW).filter(
        (operation) => !this.isPermitted(who, operation),
      ),
    ];
  }

  private beyondRoles(who: Caller, target: Target, root: RootName, depth: number): Operation[] {
    const permitted = operationsFor(this.schema, root, target, depth, this.permitted(who));
    return operationsFor(this.schema, root, target, depth, EVERYTHING).filter(
      (operation, index) =>
        !this.isPermitted(who, operation) || operation.selection !== permitted[index]!.selection,
    );
  }

  /** Asks a mutation, or what must be refused, alone. */
  async askAlone(who: Caller, operation: Operation): Promise<Seen> {
    const parts = await askTogether([operation], (document, variables) => this.ask(who, document, variables));
    return this.seen(operation, parts.get(operation)!);
  }

  /** Asks queries together, unless the caller has asked the same before. */
  async look(who: Caller, operations: readonly Operation[]): Promise<Probe[]> {
    const keys = new Map(operations.map((operation) => [operation, keyOf(who, operation)]));
    const fresh = new Map(
      operations
        .filter((operation) => !this.known.has(keys.get(operation)!))
        .map((operation) => [keys.get(operation)!, operation]),
    );
    const groupOf = (operation: Operation) =>
      `${wordingOf(this.rootFieldOf(operation))} ${operation.isAimed} ${Object.keys(operation.variables).join()}`;
    await inTurns(packed([...fresh.values()], groupOf), async (batch) => {
      const parts = await askTogether(batch, (document, variables) => this.ask(who, document, variables));
      for (const [operation, part] of parts) this.known.set(keys.get(operation)!, this.seen(operation, part));
    });
    return operations.map((operation) => ({ operation, seen: this.known.get(keys.get(operation)!)! }));
  }

  private seen({ variables }: Operation, part: Part): Seen {
    const codes = part.errors.map(({ extensions }) => String(extensions?.code));
    const shape = withoutEcho(JSON.stringify([part.value, codes]), variables);
    return {
      answered: codes.length === 0 && part.value !== null,
      codes,
      markers: this.markers.in(part),
      shape: digestOf(shape),
      excerpt: shape.slice(0, EXCERPT),
      isBroken: codes.length > 0 && !isRefusedAsAWhole(part),
    };
  }

  private isPermitted(who: Caller, operation: Operation): boolean {
    return this.permitted(who)(this.rootFieldOf(operation));
  }

  private rootFieldOf({ root, field }: Operation): SelectedField {
    const type = root === 'Query' ? this.schema.getQueryType()! : this.schema.getMutationType()!;
    return { type, field: type.getFields()[field]! };
  }

  /** One predicate for each caller, by which selections are remembered. */
  private permitted(who: Caller): Permitted {
    const known = this.permissions.get(who.name);
    if (known !== undefined) return known;
    const session = this.sessions.get(who.name);
    const permitted = permittedTo(session === undefined ? null : principalOf(session.accessToken));
    this.permissions.set(who.name, permitted);
    return permitted;
  }
}

/** An answer may say what it was asked about: `linkedItemId` comes back as it was given. */
const withoutEcho = (shape: string, variables: Record<string, unknown>) =>
  [...new Set(JSON.stringify(variables).match(UUID) ?? [])].reduce(
    (text, id) => text.replaceAll(id, 'as asked'),
    shape,
  );

const digestOf = (text: string) => createHash('sha256').update(text).digest('base64');

const keyOf = ({ name }: Caller, { coordinate, selection, variables }: Operation) =>
  digestOf(JSON.stringify([name, coordinate, selection, variables]));

/** Does something for each, a few at a time. */
export async function inTurns<Thing>(
  things: Iterable<Thing>,
  work: (thing: Thing) => Promise<void>,
): Promise<void> {
  const left = [...things];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let thing = left.shift(); thing !== undefined; thing = left.shift()) await work(thing);
    }),
  );
}

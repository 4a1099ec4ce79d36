import { createHash } from 'node:crypto';
import type { GraphAnswer } from '@junxian/test-kit';
import type { GraphQLSchema } from 'graphql';
import { principalOf } from '../support/subgraphs';
import type { SignedIn, System } from '../support/system';
import type { Caller } from './callers';
import type { Markers } from './markers';
import { DEEP, type Operation, operationsFor, type Permitted, SHALLOW, type Target } from './operations';
import { permittedTo } from './permission';

/** What is kept of an answer: the answers themselves would not fit in memory. */
export interface Seen {
  /** Without errors. */
  ok: boolean;
  /** Without errors, and not null. */
  answered: boolean;
  markers: string[];
  /** Data and error codes; equal for answers that tell the same. */
  shape: string;
  /** The beginning of it, for a message. */
  excerpt: string;
}

/** What was asked, and what came back. */
export interface Probe {
  operation: Operation;
  seen: Seen;
}

const AT_ONCE = 6;
const REFRESH_AFTER = 300_000;
const EXCERPT = 300;

/**
 * Asks every query of the schema as somebody. A question that is refused as a whole, because some field of it is, is asked
 * again with less: two levels, then what the caller's roles permit, then its own plain fields alone. The same question is asked once.
 */
export class Prober {
  private readonly known = new Map<string, Promise<Seen>>();
  private readonly refreshed = new Map<string, { since: number; done: Promise<void> }>();
  private readonly permissions = new Map<string, Permitted>();
  private readonly startedAt = Date.now();

  constructor(
    private readonly system: System,
    private readonly schema: GraphQLSchema,
    private readonly sessions: ReadonlyMap<string, SignedIn>,
    private readonly markers: Markers,
  ) {}

  async ask(
    who: Caller,
    { document, variables }: Pick<Operation, 'document' | 'variables'>,
  ): Promise<GraphAnswer> {
    const session = this.sessions.get(who.loginName);
    if (session === undefined) return this.system.client().query(document, variables);
    await this.fresh(who.loginName, session);
    return session.query(document, variables);
  }

  /** Tokens live for ten minutes, which the matrix outlives. */
  private fresh(loginName: string, session: SignedIn): Promise<void> {
    const { since, done } = this.refreshed.get(loginName) ?? {
      since: this.startedAt,
      done: Promise.resolve(),
    };
    if (Date.now() - since < REFRESH_AFTER) return done;
    const renewed = { since: Date.now(), done: session.refresh() };
    this.refreshed.set(loginName, renewed);
    return renewed.done;
  }

  /** Asks, unless the caller has asked it before. */
  askOnce(who: Caller, operation: Operation): Promise<Seen> {
    const key = digestOf(`${who.loginName} ${operation.document} ${JSON.stringify(operation.variables)}`);
    if (!this.known.has(key)) this.known.set(key, this.look(who, operation));
    return this.known.get(key)!;
  }

  private async look(who: Caller, operation: Operation): Promise<Seen> {
    const answer = await this.ask(who, operation);
    const value = answer.data?.[operation.coordinate.split('.')[1]!];
    const ok = answer.errors === undefined;
    const shape = shapeOf(answer);
    return {
      ok,
      answered: ok && value !== null && value !== undefined,
      markers: this.markers.in(answer),
      shape: digestOf(shape),
      excerpt: shape.slice(0, EXCERPT),
    };
  }

  /** Every query pointed at a target, with what came back. */
  async queriesAt(who: Caller, target: Target): Promise<Probe[]> {
    const permitted = this.permitted(who);
    const levels = [
      operationsFor(this.schema, 'Query', target, DEEP),
      operationsFor(this.schema, 'Query', target, SHALLOW),
      operationsFor(this.schema, 'Query', target, DEEP, permitted),
      operationsFor(this.schema, 'Query', target, 1, permitted),
    ];
    const probes: Probe[] = [];
    await inTurns(levels[0]!.keys(), async (index) => {
      for (const level of levels) {
        const operation = level[index]!;
        const seen = await this.askOnce(who, operation);
        probes.push({ operation, seen });
        if (seen.ok) return;
      }
    });
    return probes;
  }

  /** One predicate for each caller, by which selections are remembered. */
  private permitted(who: Caller): Permitted {
    const known = this.permissions.get(who.loginName);
    if (known !== undefined) return known;
    const session = this.sessions.get(who.loginName);
    const permitted = permittedTo(session === undefined ? null : principalOf(session.accessToken));
    this.permissions.set(who.loginName, permitted);
    return permitted;
  }
}

const digestOf = (text: string) => createHash('sha256').update(text).digest('base64');

const shapeOf = (answer: GraphAnswer) =>
  JSON.stringify([answer.data, answer.errors?.map((error) => error.extensions?.code)]);

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

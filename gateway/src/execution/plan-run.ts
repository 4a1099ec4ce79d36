import type { GraphQLError } from 'graphql';
import type { GatewayContext } from './gateway-context';
import type { Json } from './json.rules';
import type { KnownEntities } from './known-entities';

/** The state of one operation while its plan runs. */
export interface PlanRun {
  readonly context: GatewayContext;
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Coerced, defaults included; conditions of the plan look here. */
  readonly coerced: Readonly<Record<string, unknown>>;
  /** What the fetches brought together. */
  readonly data: Json;
  readonly errors: (GraphQLError | Error)[];
  /** Whether no text among the data has a character that JSON escapes. */
  isPlain: boolean;
  /** References whose service answered null: what they point to is not there, or not for the caller. */
  hidden: Set<object> | undefined;
  /** What services have been asked about entities since the operation began, or last wrote something. */
  readonly known: KnownEntities;
}

/** A compiled node of a plan. Does not fail: what goes wrong is in `run.errors`. */
export type Step = (run: PlanRun) => Promise<void>;

import type { ScopedTransaction } from '@junxian/persistence';
import type { CloudEvent, EventDefinition, EventOf } from './event-definition';
import type { Backoff } from './waiting';

/** How often an event is tried before it is given up, and how long between the tries. */
export interface RetryPolicy {
  /** Tries before the event becomes a dead letter. Failures of the infrastructure do not count. Default 5. */
  maxAttempts: number;
  backoff: Backoff;
}

/** A consumer as the runner sees it; made by {@link defineConsumer}. */
export interface Consumer {
  /** `poverty-alleviation.follow-region-changes`: group of the transport, key of the inbox, purpose of the scope. */
  readonly name: string;
  readonly definitions: ReadonlyMap<string, EventDefinition>;
  readonly topics: readonly string[];
  readonly dropStale: boolean;
  /** Largest number of events handed over in one transaction. */
  readonly batchSize: number;
  /** How long it lets events gather before it takes them, at its leisure. */
  readonly gatherMilliseconds: number;
  readonly retry: RetryPolicy;
  apply(tx: ScopedTransaction, events: readonly CloudEvent[]): Promise<void>;
}

interface ConsumerOptions<Definitions extends readonly EventDefinition[]> {
  name: string;
  events: Definitions;
  /**
   * Drops an event whose `aggregateversion` is not newer than the newest this consumer has seen of the
   * aggregate. For consumers that copy a state; not for those that must count every event.
   */
  dropStale?: boolean;
  /** Lets events gather for so long, so that looking for them is worth it; 0 unless said. For what nobody waits for. */
  gatherMilliseconds?: number;
  retry?: Partial<RetryPolicy>;
}

interface SingleHandler<Event> {
  handle(tx: ScopedTransaction, event: Event): Promise<void>;
}

interface BatchHandler<Event> {
  /** Takes up to `batchSize` events, in order, in one transaction: for counters and the like. */
  handleBatch(tx: ScopedTransaction, events: readonly Event[]): Promise<void>;
  /** Default 200. */
  batchSize?: number;
}

const RETRY: RetryPolicy = { maxAttempts: 5, backoff: { initialMilliseconds: 200, maxMilliseconds: 10_000 } };

/**
 * Defines a consumer. `handle` (or `handleBatch`) runs in one transaction with the inbox row of the
 * event, as the service itself: exactly once in effect. What it does must happen through `tx`; when
 * it throws, everything is undone and tried again, in the end put aside as a dead letter.
 * Throws a TypeError for a name without `<service>.` before it, or without events.
 */
export function defineConsumer<const Definitions extends readonly EventDefinition[]>(
  options: ConsumerOptions<Definitions> &
    (SingleHandler<EventOf<Definitions[number]>> | BatchHandler<EventOf<Definitions[number]>>),
): Consumer {
  const { name, events, dropStale = false, gatherMilliseconds = 0, retry } = options;
  if (!/^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/.test(name)) {
    throw new TypeError(`consumer "${name}": name it <service>.<what-it-does>`);
  }
  if (events.length === 0) throw new TypeError(`consumer "${name}" consumes nothing`);
  type Event = EventOf<Definitions[number]>;
  const apply =
    'handleBatch' in options
      ? (tx: ScopedTransaction, given: readonly CloudEvent[]) =>
          options.handleBatch(tx, given as readonly Event[])
      : async (tx: ScopedTransaction, given: readonly CloudEvent[]) => {
          for (const event of given) await options.handle(tx, event as Event);
        };
  return {
    name,
    definitions: new Map(events.map((definition) => [definition.type, definition])),
    topics: [...new Set(events.map((definition) => definition.topic))],
    dropStale,
    batchSize: 'handleBatch' in options ? (options.batchSize ?? 200) : 1,
    gatherMilliseconds,
    retry: { ...RETRY, ...retry },
    apply,
  };
}

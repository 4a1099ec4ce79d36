/** A message on its way out: the text of an envelope, and the key whose order is kept. */
export interface OutgoingRecord {
  topic: string;
  key: string;
  value: string;
}

/** A message as it stands in a log. Offsets of one partition of a topic rise, without regard to gaps. */
export interface LogRecord extends OutgoingRecord {
  partition: number;
  offset: bigint;
}

/** Where the first record that one call wrote to a partition stands; the offset rises from call to call. */
export interface Acknowledged {
  topic: string;
  partition: number;
  firstOffset: bigint;
}

/** How a consumer tells the transport how far it has come in the batch it was handed. */
export interface BatchControl {
  /** Aborted when the partition was given to another consumer or the subscription stops: finish or drop the record at hand and return. */
  readonly signal: AbortSignal;
  /** The effect of this record, and of all before it in the batch, is committed: never deliver them again. */
  done(record: LogRecord): Promise<void>;
}

export interface SubscriptionOptions {
  /** Consumers of one group share the partitions; each record goes to one of them. */
  group: string;
  topics: readonly string[];
  /** How long records may gather before they are handed over, where the transport does not gather them itself. */
  gatherMilliseconds?: number;
  /**
   * Takes successive records of one partition. When it returns or throws without having called `done`
   * for a record, that record is delivered again. Two batches of one partition never overlap in one
   * process, though after a lost lease the next owner may already be at work: effects are idempotent.
   */
  onBatch(records: readonly LogRecord[], control: BatchControl): Promise<void>;
  /** Told about errors that the transport itself survives by trying again. */
  onError?(error: unknown): void;
}

export interface Subscription {
  /** Aborts the batches at hand, waits for them and gives the partitions back. */
  stop(): Promise<void>;
}

/** The broker is not the one it was: nothing was written. */
export class OtherCluster extends Error {
  constructor() {
    super('the broker is another one');
    this.name = 'OtherCluster';
  }
}

/**
 * What carries events between services. Every implementation passes `transport.contract.ts`:
 * at least once, order per key, a new group starts at the oldest record, a group whose position lies
 * beyond the end of a log (the log was wiped) starts anew.
 */
export interface Transport {
  readonly kind: 'postgres' | 'kafka';
  /**
   * Writes records in the order given and resolves when they are safe (acknowledged by all replicas).
   * When it rejects, any of them may have been written. Call it again only after it has settled.
   * Given the id of a cluster, it rejects with {@link OtherCluster} when the broker is another one by
   * now, so that nothing is written to an empty log before what belongs in front of it.
   */
  publish(records: readonly OutgoingRecord[], clusterId?: string): Promise<Acknowledged[]>;
  /** Resolves once it is under way; goes on trying by itself while the broker is away. */
  subscribe(options: SubscriptionOptions): Promise<Subscription>;
  /** Identity of the broker's data: another value means another, possibly empty, broker. */
  clusterId(): Promise<string>;
  /** Whether a topic does not exist or never held a record; false when its records merely aged out. */
  topicIsEmpty(topic: string): Promise<boolean>;
  /** Stops all subscriptions and closes all connections. */
  close(): Promise<void>;
}

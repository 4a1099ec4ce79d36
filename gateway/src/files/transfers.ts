import { overloaded } from '../errors/refusals';

export interface TransferLimits {
  /** Files that are transferred at once. */
  all: number;
  /** Of these, for one client address: an office behind one address still gets several. */
  perClient: number;
}

const RETRY_AFTER_SECONDS = 2;

/** Counts the transfers under way, so that files never take the connections and the bandwidth of everything else. */
export class Transfers {
  private running = 0;
  private readonly byClient = new Map<string, number>();

  constructor(private readonly limits: TransferLimits) {}

  /** How many are under way, for metrics. */
  get size(): number {
    return this.running;
  }

  /** Lets one more begin; returns what ends it, once however often it is called. Throws OVERLOADED. */
  begin(client: string): () => void {
    const ofClient = this.byClient.get(client) ?? 0;
    if (this.running >= this.limits.all || ofClient >= this.limits.perClient) {
      throw overloaded(RETRY_AFTER_SECONDS);
    }
    this.running += 1;
    this.byClient.set(client, ofClient + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.running -= 1;
      const left = (this.byClient.get(client) ?? 1) - 1;
      if (left === 0) this.byClient.delete(client);
      else this.byClient.set(client, left);
    };
  }
}

import { SubgraphClient, type SubgraphClientOptions } from './subgraph-client';

/** The clients of all subgraphs, shared by the graphs that use them, so that connections outlive a change of supergraph. */
export class SubgraphClients {
  private readonly inUse = new Map<string, { client: SubgraphClient; graphs: number }>();

  constructor(private readonly options: SubgraphClientOptions) {}

  /** The client of a subgraph, for one more graph to use. Throws TypeError when the URL is none. */
  acquire(name: string, url: string): SubgraphClient {
    const key = keyOf(name, url);
    let entry = this.inUse.get(key);
    if (entry === undefined) {
      entry = { client: new SubgraphClient(name, url, this.options), graphs: 0 };
      this.inUse.set(key, entry);
    }
    entry.graphs += 1;
    return entry.client;
  }

  /** Says that a graph is done with a client; the last one closes its connections. */
  async release(client: SubgraphClient): Promise<void> {
    const key = keyOf(client.name, client.url);
    const entry = this.inUse.get(key);
    if (entry === undefined) return;
    entry.graphs -= 1;
    if (entry.graphs > 0) return;
    this.inUse.delete(key);
    await client.close();
  }

  /** How many subgraphs are failing fast at the moment, for metrics. */
  failingFast(): number {
    return [...this.inUse.values()].filter(({ client }) => client.isFailingFast()).length;
  }
}

const keyOf = (name: string, url: string): string => `${name} ${url}`;

import type { Logger } from '@junxian/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { buildGraph, type Graph, type GraphOptions } from './graph';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Operations whose plans are made before a new graph is taken into use. */
const MOST_WARMED = 100;

interface GraphInUse {
  graph: Graph;
  handle: Handler;
  requests: number;
  /** Called when the last request of a replaced graph has been answered. */
  onIdle: (() => void) | null;
}

export interface GraphsOptions {
  graph: GraphOptions;
  /** Makes the HTTP handler of a graph. */
  handler: (graph: Graph) => Handler;
  onLoaded: (result: 'loaded' | 'refused') => void;
  logger: Logger;
}

/**
 * The graph in use, and how it is replaced: a new supergraph is built complete beside the old one,
 * then one assignment sends new requests to it, while those under way are finished by the old one.
 * A supergraph that cannot be built changes nothing.
 */
export class Graphs {
  private current: GraphInUse | undefined;

  constructor(private readonly options: GraphsOptions) {}

  /** Whether operations can be answered. */
  get isLoaded(): boolean {
    return this.current !== undefined;
  }

  /** The GraphQL address of a service in the graph in use; undefined for no service. */
  addressOf(service: string): string | undefined {
    return this.current?.graph.addressOf(service);
  }

  /** Takes a supergraph into use. Throws Error when it is invalid; {@link replace} does not. */
  async load(sdl: string): Promise<void> {
    const known = this.current?.graph.mostUsed(MOST_WARMED) ?? [];
    const graph = await buildGraph(sdl, this.options.graph, known);
    const old = this.current;
    this.current = { graph, handle: this.options.handler(graph), requests: 0, onIdle: null };
    this.options.onLoaded('loaded');
    if (old !== undefined) void this.retire(old);
  }

  /** Takes a changed supergraph into use, or says in the log why not and keeps the old one. */
  async replace(sdl: string): Promise<void> {
    try {
      await this.load(sdl);
      this.options.logger.info('a new supergraph is in use');
    } catch (error) {
      this.options.onLoaded('refused');
      this.options.logger.error({ err: error }, 'the new supergraph is invalid; the old one stays in use');
    }
  }

  /** Answers a request by the graph that is in use when it comes in. */
  async handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const inUse = this.current;
    if (inUse === undefined) throw new Error('no supergraph is loaded');
    inUse.requests += 1;
    try {
      return await inUse.handle(request, reply);
    } finally {
      inUse.requests -= 1;
      if (inUse.requests === 0) inUse.onIdle?.();
    }
  }

  async stop(): Promise<void> {
    await this.current?.graph.stop();
  }

  private async retire(old: GraphInUse): Promise<void> {
    try {
      if (old.requests > 0)
        await new Promise<void>((idle) => {
          old.onIdle = idle;
        });
      await old.graph.stop();
    } catch (error) {
      this.options.logger.warn({ err: error }, 'the replaced supergraph did not stop cleanly');
    }
  }
}

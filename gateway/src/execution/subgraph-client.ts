import { LRUCache } from 'lru-cache';
import { Pool } from 'undici';
import { Circuit, type CircuitOptions } from './circuit';
import {
  distinctRepresentations,
  expandEntities,
  expandErrors,
  type SubgraphError,
} from './representations.rules';
import { OperationStopped, SubgraphUnavailable } from './subgraph-errors';

export interface SubgraphClientOptions {
  connections: number;
  connectTimeoutMilliseconds: number;
  /** Longest silence of a subgraph; the operation's own time limit is usually shorter. */
  answerTimeoutMilliseconds: number;
  maxAnswerBytes: number;
  circuit: CircuitOptions;
  observe?: (call: SubgraphCall) => void;
}

export interface SubgraphCall {
  subgraph: string;
  outcome: 'answered' | 'unavailable' | 'failing-fast' | 'stopped' | 'broken';
  seconds: number;
  representations: number;
  sentRepresentations: number;
}

export interface SubgraphRequest {
  query: string;
  operationName?: string | undefined;
  variables?: Record<string, unknown> | undefined;
  headers: Record<string, string>;
  signal: AbortSignal | undefined;
}

/** An `_entities` operation whose representations are distinct and serialised. */
export interface DistinctRequest extends SubgraphRequest {
  representations: readonly string[];
  /** How many representations there were before repetitions were dropped. */
  asked: number;
}

export interface SubgraphAnswer {
  data?: Record<string, unknown> | null;
  errors?: SubgraphError[];
}

/** More errors than this tell a reader nothing new. */
const MOST_ERRORS = 200;

/**
 * Asks one subgraph over kept-alive connections, one request at a time on each. Identical entity
 * representations are sent once, bodies are serialised once and parsed once, and a subgraph that is
 * down is not asked for a short while.
 */
export class SubgraphClient {
  private readonly pool: Pool;
  private readonly path: string;
  private readonly circuit: Circuit;
  /** Plans repeat the same query texts, so their JSON form is kept. */
  private readonly prefixes = new LRUCache<string, string>({ max: 2_000, maxSize: 16_000_000 });

  constructor(
    readonly name: string,
    readonly url: string,
    private readonly options: SubgraphClientOptions,
  ) {
    const { origin, pathname, search } = new URL(url);
    this.path = pathname + search;
    this.circuit = new Circuit(options.circuit);
    this.pool = new Pool(origin, {
      connections: options.connections,
      pipelining: 1,
      connect: { timeout: options.connectTimeoutMilliseconds },
      headersTimeout: options.answerTimeoutMilliseconds,
      bodyTimeout: options.answerTimeoutMilliseconds,
      maxResponseSize: options.maxAnswerBytes,
      keepAliveTimeout: 30_000,
    });
  }

  /** Whether calls are failing fast at the moment. */
  isFailingFast(): boolean {
    return this.circuit.isOpen(Date.now());
  }

  /**
   * Sends one operation. Identical entity representations among its variables are sent once and
   * their answers put back in place.
   * @throws SubgraphUnavailable when it cannot be reached, OperationStopped when `signal` fired,
   * Error when what came back is no GraphQL answer
   */
  async ask(request: SubgraphRequest): Promise<SubgraphAnswer> {
    const { representations, ...others } = request.variables ?? {};
    if (!Array.isArray(representations))
      return this.send(this.bodyOf(request, request.variables), request, 0, 0);
    const { texts, positions } = distinctRepresentations(representations);
    const body = this.bodyOf(request, others, texts);
    const answer = await this.send(body, request, representations.length, texts.length);
    return positions === null ? answer : putBack(answer, positions);
  }

  /**
   * Sends an `_entities` operation whose distinct representations are serialised already, and
   * returns the answer as it comes: one entity for each representation. Throws as {@link ask}.
   */
  askDistinct(request: DistinctRequest): Promise<SubgraphAnswer> {
    const { representations, asked, variables } = request;
    return this.send(
      this.bodyOf(request, variables, representations),
      request,
      asked,
      representations.length,
    );
  }

  /** Finishes what is under way, then closes the connections. */
  close(): Promise<void> {
    return this.pool.close();
  }

  private async send(
    body: string,
    request: SubgraphRequest,
    asked: number,
    sent: number,
  ): Promise<SubgraphAnswer> {
    const started = performance.now();
    const observe = (outcome: SubgraphCall['outcome']) => {
      const seconds = (performance.now() - started) / 1000;
      this.options.observe?.({
        subgraph: this.name,
        outcome,
        seconds,
        representations: asked,
        sentRepresentations: sent,
      });
    };
    if (request.signal?.aborted) throw new OperationStopped();
    if (!this.circuit.mayCall(Date.now())) {
      observe('failing-fast');
      throw new SubgraphUnavailable(this.name, 'failing-fast');
    }
    let status: number;
    let text: string;
    try {
      const response = await this.pool.request({
        method: 'POST',
        path: this.path,
        headers: request.headers,
        body,
        signal: request.signal ?? null,
      });
      status = response.statusCode;
      text = await response.body.text();
    } catch (error) {
      if (request.signal?.aborted) {
        this.circuit.abandoned();
        observe('stopped');
        throw new OperationStopped();
      }
      this.circuit.failed(Date.now());
      observe('unavailable');
      throw Object.assign(new SubgraphUnavailable(this.name, 'unreachable'), { cause: error });
    }
    if (status === 401) {
      observe('broken');
      this.circuit.succeeded();
      throw new Error(`subgraph ${this.name} does not trust this gateway's assertions`);
    }
    if (status === 502 || status === 503 || status === 504) {
      this.circuit.failed(Date.now());
      observe('unavailable');
      throw new SubgraphUnavailable(this.name, 'unhealthy');
    }
    this.circuit.succeeded();
    const answer = parseAnswer(text);
    if (answer === null) {
      observe('broken');
      throw new Error(`subgraph ${this.name} answered ${status} without a GraphQL result`);
    }
    observe('answered');
    return answer;
  }

  private bodyOf(
    { query, operationName }: SubgraphRequest,
    variables: Record<string, unknown> | undefined,
    representations?: readonly string[],
  ): string {
    let prefix = this.prefixes.get(query);
    if (prefix === undefined) {
      prefix = `{"query":${JSON.stringify(query)},"variables":{`;
      this.prefixes.set(query, prefix, { size: prefix.length });
    }
    const entities = representations === undefined ? '' : `"representations":[${representations.join()}]`;
    const others = variables === undefined ? '' : JSON.stringify(variables).slice(1, -1);
    const comma = entities !== '' && others !== '' ? ',' : '';
    const suffix = operationName === undefined ? '}}' : `},"operationName":${JSON.stringify(operationName)}}`;
    return prefix + entities + comma + others + suffix;
  }
}

function parseAnswer(text: string): SubgraphAnswer | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (value === null || typeof value !== 'object') return null;
  return 'data' in value || Array.isArray((value as SubgraphAnswer).errors)
    ? (value as SubgraphAnswer)
    : null;
}

function putBack(answer: SubgraphAnswer, positions: readonly number[]): SubgraphAnswer {
  const entities = answer.data?._entities;
  return {
    ...answer,
    ...(Array.isArray(entities)
      ? { data: { ...answer.data, _entities: expandEntities(entities, positions) } }
      : {}),
    ...(answer.errors === undefined ? {} : { errors: expandErrors(answer.errors, positions, MOST_ERRORS) }),
  };
}

import type { Cancellation } from './cancellation';
import { Circuit, type CircuitOptions } from './circuit';
import { InFlight } from './in-flight';
import {
  type ConnectionOptions,
  type HttpAnswer,
  isConnectionError,
  SubgraphConnections,
} from './subgraph-connections';
import { OperationStopped, SubgraphOverloaded, SubgraphUnavailable } from './subgraph-errors';

export interface SubgraphClientOptions extends ConnectionOptions {
  circuit: CircuitOptions;
  /** Whether identical queries under way are sent once. */
  share: boolean;
  observe?: (call: SubgraphCall) => void;
}

export interface SubgraphCall {
  subgraph: string;
  outcome: 'answered' | 'shared' | 'unavailable' | 'failing-fast' | 'overloaded' | 'stopped' | 'broken';
  seconds: number;
  representations: number;
  sentRepresentations: number;
}

/** One fetch of a query plan. */
export interface SubgraphFetch {
  /** The request, whole, as JSON. */
  body: string;
  isQuery: boolean;
  /** Whether the answer may be that of an identical fetch under way. */
  isShareable: boolean;
  /** Representations needed, and sent once repetitions were dropped. */
  asked: number;
  sent: number;
}

export interface SubgraphRequest extends SubgraphFetch {
  headers: Record<string, string>;
  /** Everything of the headers that an answer may depend on. */
  caller: string;
  cancellation: Cancellation | undefined;
}

/** An error as a subgraph words it. */
export interface SubgraphError {
  message?: unknown;
  path?: readonly (string | number)[] | undefined;
  extensions?: Record<string, unknown> | undefined;
}

export interface SubgraphAnswer {
  data?: Record<string, unknown> | null;
  errors?: SubgraphError[];
  /** Whether no text in it has a character that JSON escapes. */
  isPlain?: boolean;
}

const RETRY_AFTER_SECONDS = 2;

/**
 * Asks one subgraph: over kept-alive connections, identical queries of one caller under way once, a
 * query whose connection broke once more, and not at all for a short while when it is down.
 */
export class SubgraphClient {
  private readonly connections: SubgraphConnections;
  private readonly circuit: Circuit;
  private readonly inFlight = new InFlight<HttpAnswer>();

  constructor(
    readonly name: string,
    readonly url: string,
    private readonly options: SubgraphClientOptions,
  ) {
    this.circuit = new Circuit(options.circuit);
    this.connections = new SubgraphConnections(url, options);
  }

  /** Whether calls are failing fast at the moment. */
  isFailingFast(): boolean {
    return this.circuit.isOpen(Date.now());
  }

  /**
   * Sends one fetch. Every caller gets an answer of his own, to change as he likes.
   * @throws SubgraphUnavailable when it cannot be reached, SubgraphOverloaded when too many wait
   * already, OperationStopped when the cancellation fired, Error when what came back is no GraphQL answer
   */
  async ask(request: SubgraphRequest): Promise<SubgraphAnswer> {
    const started = performance.now();
    try {
      if (request.cancellation?.aborted) throw new OperationStopped();
      const { isQuery, isShareable, cancellation } = request;
      let isSent = true;
      let answer: HttpAnswer;
      if (this.options.share && isQuery && isShareable) {
        isSent = false;
        const send = (ofAll: Cancellation) => {
          isSent = true;
          return this.send(request, ofAll);
        };
        const key = `${request.caller}\n${request.body}`;
        answer = await this.inFlight.share(key, cancellation, send, () => new OperationStopped());
      } else {
        answer = await this.send(request, cancellation);
      }
      const parsed = this.read(answer);
      this.observe(request, isSent ? 'answered' : 'shared', started);
      return parsed;
    } catch (error) {
      this.observe(request, outcomeOf(error), started);
      throw error;
    }
  }

  /** Something was written: what is under way may show the state before it, so nobody joins it any more. */
  forgetInFlight(): void {
    this.inFlight.forget();
  }

  /** Finishes what is under way, then closes the connections. */
  close(): Promise<void> {
    return this.connections.close();
  }

  private async send(request: SubgraphRequest, cancellation: Cancellation | undefined): Promise<HttpAnswer> {
    if (this.connections.isFull) throw new SubgraphOverloaded(RETRY_AFTER_SECONDS);
    if (!this.circuit.mayCall(Date.now())) throw new SubgraphUnavailable(this.name, 'failing-fast');
    const { body, headers } = request;
    let answer: HttpAnswer;
    try {
      answer = await this.connections.post(body, headers, cancellation);
    } catch (error) {
      answer = await this.sendAgain(request, cancellation, error);
    }
    if (answer.status === 502 || answer.status === 503 || answer.status === 504) {
      this.circuit.failed(Date.now());
      throw new SubgraphUnavailable(this.name, 'unhealthy');
    }
    this.circuit.succeeded();
    return answer;
  }

  /** Sends a query whose connection broke once more; for everything else that failed it throws what that means. */
  private async sendAgain(
    { body, headers, isQuery }: SubgraphRequest,
    cancellation: Cancellation | undefined,
    failure: unknown,
  ): Promise<HttpAnswer> {
    let cause = failure;
    if (isQuery && !cancellation?.aborted && isConnectionError(failure)) {
      try {
        return await this.connections.post(body, headers, cancellation);
      } catch (again) {
        cause = again;
      }
    }
    if (cancellation?.aborted) {
      this.circuit.abandoned();
      throw new OperationStopped();
    }
    this.circuit.failed(Date.now());
    throw Object.assign(new SubgraphUnavailable(this.name, 'unreachable'), { cause });
  }

  private read({ status, text }: HttpAnswer): SubgraphAnswer {
    if (status === 401) throw new Error(`subgraph ${this.name} does not trust this gateway's assertions`);
    const answer = parseAnswer(text);
    if (answer === null) throw new Error(`subgraph ${this.name} answered ${status} without a GraphQL result`);
    return answer;
  }

  private observe({ asked, sent }: SubgraphRequest, outcome: SubgraphCall['outcome'], started: number): void {
    this.options.observe?.({
      subgraph: this.name,
      outcome,
      seconds: (performance.now() - started) / 1000,
      representations: asked,
      sentRepresentations: outcome === 'shared' ? 0 : sent,
    });
  }
}

function outcomeOf(error: unknown): SubgraphCall['outcome'] {
  if (error instanceof OperationStopped) return 'stopped';
  if (error instanceof SubgraphOverloaded) return 'overloaded';
  if (error instanceof SubgraphUnavailable)
    return error.reason === 'failing-fast' ? 'failing-fast' : 'unavailable';
  return 'broken';
}

function parseAnswer(text: string): SubgraphAnswer | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (value === null || typeof value !== 'object') return null;
  const answer = value as SubgraphAnswer;
  if (!('data' in answer) && !Array.isArray(answer.errors)) return null;
  // What JSON escapes stands in it behind a backslash: without one no text needs to be looked through when it is written.
  answer.isPlain = !text.includes('\\');
  return answer;
}

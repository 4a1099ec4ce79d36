import { type Dispatcher, Pool } from 'undici';
import type { Cancellation } from './cancellation';

export interface ConnectionOptions {
  /** Connections to one subgraph, and so requests that are under way at once. */
  connections: number;
  /** Requests that may wait for a connection; one more is refused. */
  waiting: number;
  connectTimeoutMilliseconds: number;
  /** Longest silence of a subgraph; the operation's own time limit is usually shorter. */
  answerTimeoutMilliseconds: number;
  maxAnswerBytes: number;
}

export interface HttpAnswer {
  status: number;
  text: string;
}

/** A connection that was closed before the answer was whole: a query may be sent again. */
const CONNECTION_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

export const isConnectionError = (error: unknown): boolean =>
  CONNECTION_ERRORS.has(String((error as { code?: unknown } | null)?.code));

/** Kept-alive connections to one subgraph, one request at a time on each, with a bounded queue before them. */
export class SubgraphConnections {
  private readonly pool: Pool;
  private readonly path: string;
  private underWay = 0;

  constructor(
    url: string,
    private readonly options: ConnectionOptions,
  ) {
    const { origin, pathname, search } = new URL(url);
    this.path = pathname + search;
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

  /** Whether one more request would have to wait where no room is left. */
  get isFull(): boolean {
    return this.underWay >= this.options.connections + this.options.waiting;
  }

  /** Posts a body. Rejects with undici's error; with any error once `cancellation` fired. */
  post(
    body: string,
    headers: Record<string, string>,
    cancellation: Cancellation | undefined,
  ): Promise<HttpAnswer> {
    this.underWay += 1;
    return new Promise<HttpAnswer>((answered, failed) => {
      this.pool.dispatch(
        { method: 'POST', path: this.path, headers, body },
        new Exchange(cancellation, answered, failed, () => {
          this.underWay -= 1;
        }),
      );
    });
  }

  /** Finishes what is under way, then closes the connections. */
  close(): Promise<void> {
    return this.pool.close();
  }
}

/** One request and its answer, read whole. */
class Exchange implements Dispatcher.DispatchHandler {
  private status = 0;
  private readonly chunks: Buffer[] = [];
  private controller: Dispatcher.DispatchController | undefined;
  private isOver = false;

  constructor(
    private readonly cancellation: Cancellation | undefined,
    private readonly answered: (answer: HttpAnswer) => void,
    private readonly failed: (error: unknown) => void,
    private readonly over: () => void,
  ) {
    cancellation?.onAbort(this.stop);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.isOver) controller.abort(new Error('cancelled'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.end()) return;
    const [first, ...others] = this.chunks;
    const whole = first === undefined || others.length > 0 ? Buffer.concat(this.chunks) : first;
    this.answered({ status: this.status, text: whole.toString('utf8') });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.end()) this.failed(error);
  }

  /** What waits for a connection is given up at once, and not sent when its turn comes. */
  private readonly stop = (): void => {
    if (!this.end()) return;
    const error = new Error('cancelled');
    this.controller?.abort(error);
    this.failed(error);
  };

  private end(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.cancellation?.offAbort(this.stop);
    this.over();
    return true;
  }
}

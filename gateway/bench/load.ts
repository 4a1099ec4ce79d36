import { Pool } from 'undici';

export interface Load {
  perSecond: number;
  /** Milliseconds from sending a request to the last byte of its answer. */
  p50: number;
  p99: number;
  /** With those that opened the connections, which the times leave out. */
  answers: number;
}

/** Asks one gateway one question over and over, each connection again as soon as it is answered. */
export class Asker {
  private readonly origin: string;
  private readonly request: { method: 'POST'; path: string; headers: Record<string, string>; body: string };
  private bytes: number | null = null;

  constructor(
    url: string,
    headers: Record<string, string>,
    body: string,
    private readonly connections: number,
  ) {
    const { origin, pathname } = new URL(url);
    this.origin = origin;
    this.request = {
      method: 'POST',
      path: pathname,
      headers: { 'content-type': 'application/json', ...headers },
      body,
    };
  }

  /** The `data` of one answer. From then on every answer must be as long as this one. Throws Error for any error. */
  async data(): Promise<unknown> {
    const pool = new Pool(this.origin);
    const answer = await pool.request(this.request);
    const text = await answer.body.text();
    await pool.close();
    this.bytes = Buffer.byteLength(text);
    const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: unknown };
    if (answer.statusCode !== 200 || errors !== undefined || data == null) {
      throw new Error(`answered ${answer.statusCode}: ${text.slice(0, 500)}`);
    }
    return data;
  }

  /**
   * Keeps all connections busy for some seconds, on a busy machine for longer: until there are enough
   * answers. Throws Error when an answer is not the one that was checked.
   */
  async load(seconds: number, atLeast: number): Promise<Load> {
    // Connections of its own: kept ones would outlive a gateway's patience while the others have their turn.
    const pool = new Pool(this.origin, { connections: this.connections });
    const onEach = (work: () => Promise<void>) => Promise.all(Array.from({ length: this.connections }, work));
    try {
      await onEach(() => this.one(pool));
      const times: number[] = [];
      const started = performance.now();
      const end = started + seconds * 1000;
      await onEach(async () => {
        for (let sent = performance.now(); sent < end || times.length < atLeast; sent = performance.now()) {
          await this.one(pool);
          times.push(performance.now() - sent);
        }
      });
      const perSecond = (times.length * 1000) / (performance.now() - started);
      times.sort((left, right) => left - right);
      const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))]!;
      return { perSecond, p50: at(0.5), p99: at(0.99), answers: times.length + this.connections };
    } finally {
      await pool.destroy();
    }
  }

  /** Reads an answer without keeping it: what the asker costs comes off what the machine can measure. */
  private one(pool: Pool): Promise<void> {
    return new Promise((resolve, reject) => {
      let bytes = 0;
      let status = 0;
      pool.dispatch(this.request, {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, statusCode) => {
          status = statusCode;
        },
        onResponseData: (_controller, chunk) => {
          bytes += chunk.length;
        },
        onResponseEnd: () => {
          if (status === 200 && bytes === this.bytes) resolve();
          else reject(new Error(`answered ${status} with ${bytes} bytes instead of ${this.bytes}`));
        },
        onResponseError: (_controller, error) => reject(error),
      });
    });
  }
}

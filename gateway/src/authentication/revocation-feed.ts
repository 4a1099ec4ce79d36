import { request } from 'undici';
import { Repetition } from './repetition';
import { RevocationList, readRevocationPage } from './revocations.rules';

export interface RevocationFeedOptions {
  directoryUrl: string;
  intervalMilliseconds: number;
  timeoutMilliseconds: number;
  /** Signs who asks: the gateway itself. */
  assertion: () => Promise<string>;
  onFailure?: (error: unknown) => void;
}

/**
 * Follows directory's feed of withdrawn sessions, accounts and appointments. Reads it whole before
 * the gateway is ready, then looks for news every interval. While directory does not answer the last
 * state stays in force: directory alone writes the feed, so nothing can be withdrawn that is missed.
 */
export class RevocationFeed {
  readonly list = new RevocationList();
  private cursor: string | null = null;
  private readAt: number | undefined;
  private readonly reading = new Repetition(
    () => this.readToEnd(),
    () => this.options.intervalMilliseconds,
  );

  constructor(private readonly options: RevocationFeedOptions) {}

  /** Whether the feed has been read to its end at least once. */
  get isLoaded(): boolean {
    return this.readAt !== undefined;
  }

  /** Seconds since the feed was last read to its end; undefined before the first time. */
  ageSeconds(): number | undefined {
    return this.readAt === undefined ? undefined : (performance.now() - this.readAt) / 1000;
  }

  /** Reads the feed once and goes on following it. Does not fail: {@link isLoaded} tells. */
  async start(): Promise<void> {
    await this.reading.start();
  }

  stop(): void {
    this.reading.stop();
  }

  private async readToEnd(): Promise<void> {
    try {
      // The feed may give entries again; a page that tells nothing new is its end.
      let news = true;
      while (news && !this.reading.isStopped) {
        const page = await this.readPage();
        news = page.entries.map((entry) => this.list.add(entry)).includes(true);
        if (page.cursor !== null) this.cursor = page.cursor;
      }
      this.readAt = performance.now();
      this.list.purge(Date.now());
    } catch (error) {
      if (!this.reading.isStopped) this.options.onFailure?.(error);
    }
  }

  private async readPage() {
    const url = new URL('/internal/revocations', this.options.directoryUrl);
    if (this.cursor !== null) url.searchParams.set('after', this.cursor);
    const { statusCode, body } = await request(url, {
      headers: { accept: 'application/json', 'x-junxian-assertion': await this.options.assertion() },
      signal: AbortSignal.timeout(this.options.timeoutMilliseconds),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`revocation feed answered ${statusCode}`);
    return readRevocationPage(JSON.parse(text));
  }
}

import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { request } from 'undici';
import { Repetition } from './repetition';

export interface KeySetOptions {
  url: string;
  /** After a fetch, how long unknown key ids are refused without asking again. */
  cooldownMilliseconds: number;
  /** How often the set is fetched anew, so that a withdrawn key goes. */
  refreshMilliseconds: number;
  timeoutMilliseconds: number;
  onFailure?: (error: unknown) => void;
}

const FIRST_RETRY_MILLISECONDS = 500;

/**
 * An issuer's public keys, kept in memory. An unknown key id makes it look once more, at most once
 * per cool-down; while the issuer does not answer the last known keys go on working.
 */
export class KeySet {
  private keys: ReturnType<typeof createLocalJWKSet> | undefined;
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private underWay: Promise<void> | undefined;
  private readonly fetching = new Repetition(
    () => this.refresh(),
    // An issuer that has not answered yet is asked again soon: nothing can be verified before it does.
    () => (this.isLoaded ? this.options.refreshMilliseconds : FIRST_RETRY_MILLISECONDS),
  );

  constructor(private readonly options: KeySetOptions) {}

  /** Whether keys are at hand. */
  get isLoaded(): boolean {
    return this.keys !== undefined;
  }

  /** Fetches the keys for the first time and keeps them fresh. Does not fail: {@link isLoaded} tells. */
  async start(): Promise<void> {
    await this.fetching.start();
  }

  stop(): void {
    this.fetching.stop();
  }

  /** For jose: the key a token names. Throws jose's JWKSNoMatchingKey where there is none. */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    if (this.keys === undefined) await this.refreshIfCool();
    if (this.keys === undefined) throw new errors.JWKSNoMatchingKey();
    try {
      return await this.keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.refreshIfCool();
      return this.keys(header, token);
    }
  };

  /** Fetches the keys now; a failure is reported and changes nothing. */
  async refresh(): Promise<void> {
    this.underWay ??= this.fetch().finally(() => {
      this.underWay = undefined;
    });
    await this.underWay;
  }

  private async refreshIfCool(): Promise<void> {
    if (
      this.underWay !== undefined ||
      performance.now() - this.fetchedAt >= this.options.cooldownMilliseconds
    ) {
      await this.refresh();
    }
  }

  private async fetch(): Promise<void> {
    this.fetchedAt = performance.now();
    try {
      const { statusCode, body } = await request(this.options.url, {
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(this.options.timeoutMilliseconds),
      });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`key set answered ${statusCode}`);
      this.keys = createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
    } catch (error) {
      this.options.onFailure?.(error);
    }
  }
}

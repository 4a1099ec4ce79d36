import type { Reveal } from '@junxian/access';
import type { Clock } from '@junxian/calendar';
import { type Principal, type Scope, scopeOf } from '@junxian/identity';
import type { Logger } from '@junxian/observability';
import type { Database, RequestSession, ScopedTransaction, Work } from '@junxian/persistence';

/** What every resolver is given. `Loaders` are the service's DataLoaders. */
export interface RequestContext<Loaders = unknown> {
  readonly principal: Principal;
  readonly scope: Scope;
  readonly locale: 'zh' | 'en';
  readonly requestId: string;
  readonly clientIp: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** DataLoaders of this request; made anew after a write. */
  readonly loaders: Loaders;
  /** The one read transaction of this request, opened at the first call. */
  read(): Promise<ScopedTransaction>;
  /** Runs one writing transaction under the caller's scope; reads afterwards see it. */
  write<T>(work: Work<T>): Promise<T>;
  /** Called by masking: a value was shown in full. */
  recordReveal(reveal: Reveal): void;
}

export interface RequestContextParts<Loaders> {
  database: Database;
  clock: Clock;
  logger: Logger;
  loaders: (context: RequestContext<Loaders>) => Loaders;
  principal: Principal;
  locale: 'zh' | 'en';
  requestId: string;
  clientIp: string;
  /** The W3C trace context of the request. */
  traceparent?: string | undefined;
}

/** The context of one HTTP request, with what the server needs to end it. */
export class OpenRequestContext<Loaders> implements RequestContext<Loaders> {
  readonly principal: Principal;
  readonly scope: Scope;
  readonly locale: 'zh' | 'en';
  readonly requestId: string;
  readonly clientIp: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What was revealed so far; written down before the answer leaves. */
  readonly reveals: Reveal[] = [];
  private readonly session: RequestSession;
  private currentLoaders: Loaders | undefined;

  constructor(private readonly parts: RequestContextParts<Loaders>) {
    this.principal = parts.principal;
    this.scope = scopeOf(parts.principal);
    this.locale = parts.locale;
    this.requestId = parts.requestId;
    this.clientIp = parts.clientIp;
    this.clock = parts.clock;
    this.logger = parts.logger;
    this.session = parts.database.session(this.scope, parts.traceparent);
  }

  get loaders(): Loaders {
    this.currentLoaders ??= this.parts.loaders(this);
    return this.currentLoaders;
  }

  read(): Promise<ScopedTransaction> {
    return this.session.read();
  }

  async write<T>(work: Work<T>): Promise<T> {
    this.currentLoaders = undefined;
    try {
      return await this.session.write(work);
    } finally {
      this.currentLoaders = undefined;
    }
  }

  recordReveal(reveal: Reveal): void {
    this.reveals.push(reveal);
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

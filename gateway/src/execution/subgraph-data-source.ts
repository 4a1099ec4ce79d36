import type { GraphQLDataSource } from '@apollo/gateway';
import { currentTraceparent, inSpan, SpanKind } from '@junxian/observability';
import type { Assertions } from '../authentication/assertions';
import type { GatewayContext } from './gateway-context';
import type { SubgraphAnswer, SubgraphClient, SubgraphFetch } from './subgraph-client';

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type ProcessAnswer = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** What the engine asks a subgraph through. */
export interface SubgraphSource {
  /** Sends one fetch with the caller's context. Throws as {@link SubgraphClient.ask}. */
  ask(fetch: SubgraphFetch, context: GatewayContext): Promise<SubgraphAnswer>;
  /** Something was written: queries under way are joined no more. */
  forgetInFlight(): void;
}

/** A subgraph behind its client, with the caller's assertion, language and trace on every request. */
export class SubgraphDataSource implements SubgraphSource, GraphQLDataSource {
  constructor(
    private readonly client: SubgraphClient,
    /** Vouches for callers. */
    private readonly assertions: Assertions,
    /** Whether spans go anywhere; if not, only the client's trace context is handed on. */
    private readonly traced: boolean,
  ) {}

  /** For the stock executor: sends one fetch as that executor words it. */
  async process({ request, context }: ProcessOptions): Promise<ProcessAnswer> {
    const { query = '', operationName, variables } = request;
    const { representations } = (variables ?? {}) as { representations?: unknown[] };
    const count = representations?.length ?? 0;
    return (await this.ask(
      {
        body: JSON.stringify({ query, variables, operationName }),
        isQuery: !/^\s*mutation\b/.test(query),
        isShareable: false,
        asked: count,
        sent: count,
      },
      context as GatewayContext,
    )) as ProcessAnswer;
  }

  ask(fetch: SubgraphFetch, context: GatewayContext): Promise<SubgraphAnswer> {
    if (!this.traced) return this.send(fetch, context, context.traceparent);
    return inSpan(`subgraph ${this.client.name}`, { kind: SpanKind.CLIENT }, () =>
      this.send(fetch, context, currentTraceparent()),
    );
  }

  forgetInFlight(): void {
    this.client.forgetInFlight();
  }

  private send(
    fetch: SubgraphFetch,
    context: GatewayContext,
    traceparent: string | undefined,
  ): Promise<SubgraphAnswer> {
    // Asked for with each fetch: an assertion outlives no long operation.
    const assertion = this.assertions.of(context.principal);
    return typeof assertion === 'string'
      ? this.sendAs(assertion, fetch, context, traceparent)
      : assertion.then((signed) => this.sendAs(signed, fetch, context, traceparent));
  }

  private sendAs(
    assertion: string,
    fetch: SubgraphFetch,
    context: GatewayContext,
    traceparent: string | undefined,
  ): Promise<SubgraphAnswer> {
    const { body, isQuery, isShareable, asked, sent } = fetch;
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      accept: 'application/json',
      'x-junxian-assertion': assertion,
      'x-junxian-client-ip': context.clientIp,
      'x-request-id': context.requestId,
      'accept-language': context.locale,
    };
    if (traceparent !== undefined) headers.traceparent = traceparent;
    return this.client.ask({
      body,
      isQuery,
      isShareable,
      asked,
      sent,
      headers,
      // All that is forwarded but the ids of request and trace, which name a request and change no answer.
      caller: `${assertion} ${context.clientIp} ${context.locale}`,
      cancellation: context.cancellation,
    });
  }
}

import type { GraphQLDataSource } from '@apollo/gateway';
import { currentTraceparent, inSpan, SpanKind } from '@junxian/observability';
import type { GatewayContext } from './gateway-context';
import type { SubgraphAnswer, SubgraphClient } from './subgraph-client';

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type ProcessAnswer = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** What Apollo's gateway asks subgraphs through: our client, with the caller's context on every request. */
export class SubgraphDataSource implements GraphQLDataSource {
  constructor(private readonly client: SubgraphClient) {}

  /** Sends one fetch of a query plan. Throws as {@link SubgraphClient.ask}. */
  async process({ request, context }: ProcessOptions): Promise<ProcessAnswer> {
    return (await this.ask(
      request.query ?? '',
      request.operationName ?? undefined,
      request.variables,
      context as GatewayContext,
    )) as ProcessAnswer;
  }

  /** A fetch at the root of an operation. */
  ask(
    query: string,
    operationName: string | undefined,
    variables: Record<string, unknown> | undefined,
    context: GatewayContext,
  ): Promise<SubgraphAnswer> {
    return this.send(context, (headers) =>
      this.client.ask({ query, operationName, variables, headers, signal: context.signal }),
    );
  }

  /** A fetch of entities whose distinct representations are serialised already; `asked` counts them with repetitions. */
  askEntities(
    query: string,
    operationName: string | undefined,
    variables: Record<string, unknown> | undefined,
    representations: readonly string[],
    asked: number,
    context: GatewayContext,
  ): Promise<SubgraphAnswer> {
    return this.send(context, (headers) =>
      this.client.askDistinct({
        query,
        operationName,
        variables,
        headers,
        signal: context.signal,
        representations,
        asked,
      }),
    );
  }

  private send(context: GatewayContext, ask: (headers: Record<string, string>) => Promise<SubgraphAnswer>) {
    return inSpan(`subgraph ${this.client.name}`, { kind: SpanKind.CLIENT }, async () => {
      const headers = (await context.subgraphHeaders?.()) ?? {};
      const traceparent = currentTraceparent();
      return ask(traceparent === undefined ? headers : { ...headers, traceparent });
    });
  }
}

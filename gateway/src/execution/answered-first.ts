import {
  type ApolloServerPlugin,
  type GraphQLRequestContextResponseForOperation,
  HeaderMap,
} from '@apollo/server';
import type { GatewayContext } from './gateway-context';
import type { Executor, ExecutorContext, ExecutorResult } from './operation-executor';
import { type ValidOperation, ValidOperations } from './valid-operations';

type Asked = GraphQLRequestContextResponseForOperation<GatewayContext>;

/** What a client sends besides the text. */
export interface AskedWith {
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
}

/**
 * Has operations answered before Apollo Server makes the context that it hands to a gateway. That
 * context has an accessor bound to the request; while V8 made such objects in the old generation
 * (decision 0018) it kept the whole request, its data and its answer in memory until the next full
 * collection, and it costs what nobody here needs.
 *
 * Answers with errors go the way on which Apollo Server words errors, with the result ready. Texts that
 * came by here once need Apollo Server no more, unless they are answered with errors.
 */
export class AnsweredFirst {
  private readonly valid = new ValidOperations();
  private execute: Executor | undefined;

  /** Takes the executor that answers; returns the one for Apollo Server. */
  before(execute: Executor): Executor {
    this.execute = execute;
    return async (requestContext) =>
      (requestContext.context as GatewayContext).result ?? execute(requestContext);
  }

  /** The operation that a request means, where Apollo Server has found its text valid before. */
  find(text: string, operationName: string | undefined): ValidOperation | undefined {
    return this.valid.find(text, operationName);
  }

  /** Answers an operation that was found. Its errors are for Apollo Server to word, with the result in the context. */
  answer(found: ValidOperation, asked: AskedWith, context: GatewayContext): Promise<ExecutorResult> {
    const { schema, document, operation, queryHash, source } = found;
    const { operationName, variables } = asked;
    const request = { query: source, operationName, variables };
    const requestContext = { schema, document, operation, queryHash, source, request, context };
    return this.execute!(requestContext as unknown as ExecutorContext);
  }

  readonly plugin: ApolloServerPlugin<GatewayContext> = {
    requestDidStart: async () => ({
      responseForOperation: async (asked) => {
        const { contextValue, schema, document, queryHash, source } = asked;
        if (this.execute === undefined || contextValue.result !== undefined) return null;
        if (queryHash !== undefined) this.valid.remember({ schema, document, queryHash, source });
        const result = await this.execute(executorContextOf(asked));
        if (result.errors === undefined) {
          return {
            http: { status: undefined, headers: new HeaderMap() },
            body: { kind: 'single', singleResult: { data: result.data } },
          };
        }
        contextValue.result = result;
        return null;
      },
    }),
  };
}

/** An executor's view of a request, which Apollo Server gives to gateways only. */
const executorContextOf = (asked: Asked): ExecutorContext =>
  ({ ...asked, context: asked.contextValue }) as unknown as ExecutorContext;

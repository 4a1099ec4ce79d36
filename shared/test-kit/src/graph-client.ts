import type { Principal } from '@junxian/identity';
import { request } from 'undici';
import type { TestIssuer } from './test-keys';

/** What a GraphQL answer holds is checked by the expectations, not by types. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Json = Record<string, any>;

export interface GraphAnswer<Data = Json> {
  status: number;
  data: Data | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: Json }[];
}

export interface GraphClient {
  query<Data = Json>(
    document: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<GraphAnswer<Data>>;
}

/**
 * Speaks GraphQL over real HTTP to a subgraph as a principal, vouched for by `issuer` as the gateway
 * would; with `principal` null no assertion is sent.
 */
export function subgraphClient(url: string, issuer: TestIssuer, principal: Principal | null): GraphClient {
  return {
    query: async (document, variables = {}, headers = {}) =>
      post(url, document, variables, {
        ...headers,
        ...(principal === null ? {} : { 'x-junxian-assertion': await issuer.assert(principal) }),
      }),
  };
}

/** Speaks GraphQL over HTTP to the gateway with an access token (or none). */
export function gatewayClient(url: string, accessToken: string | null = null): GraphClient {
  return {
    query: (document, variables = {}, headers = {}) =>
      post(url, document, variables, {
        ...headers,
        ...(accessToken === null ? {} : { authorization: `Bearer ${accessToken}` }),
      }),
  };
}

async function post<Data>(
  url: string,
  query: string,
  variables: object,
  headers: Record<string, string>,
): Promise<GraphAnswer<Data>> {
  const response = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.body.text();
  try {
    const body = JSON.parse(text);
    return { status: response.statusCode, data: body.data ?? null, errors: body.errors };
  } catch {
    return { status: response.statusCode, data: null, errors: [{ message: text }] };
  }
}

import type { IncomingHttpHeaders } from 'node:http';

/** What a request asks, whose text need not be looked at in any other way than by itself. */
export interface PlainRequest {
  query: string;
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
  /** Of the answer. */
  contentType: string;
}

/** The content types of an answer, by what clients accept; whatever else they accept is weighed by Apollo Server. */
const CONTENT_TYPES: ReadonlyMap<string | undefined, string> = new Map([
  ...[undefined, '*/*', 'application/json'].map(
    (accept) => [accept, 'application/json; charset=utf-8'] as const,
  ),
  ...['application/graphql-response+json', 'application/graphql-response+json,application/json;q=0.9'].map(
    (accept) => [accept, 'application/graphql-response+json; charset=utf-8'] as const,
  ),
]);

const JSON_TYPE = /^application\/json(; ?charset=utf-8)?$/i;

/**
 * What nearly every client sends: JSON by POST, with one operation's text, its name, its variables and nothing
 * that Apollo Server would do something about. Undefined for everything else, faulty or only rare: batches,
 * GET, persisted queries, other types of content.
 */
export function plainRequest(
  method: string,
  headers: IncomingHttpHeaders,
  body: unknown,
): PlainRequest | undefined {
  if (method !== 'POST' || !JSON_TYPE.test(headers['content-type'] ?? '') || !isRecord(body))
    return undefined;
  const contentType = CONTENT_TYPES.get(headers.accept);
  const { query, operationName = null, variables = null, extensions = null } = body;
  if (contentType === undefined || typeof query !== 'string' || query === '') return undefined;
  if (operationName !== null && typeof operationName !== 'string') return undefined;
  if (variables !== null && !isRecord(variables)) return undefined;
  if (extensions !== null && !(isRecord(extensions) && extensions.persistedQuery === undefined))
    return undefined;
  return {
    query,
    operationName: operationName ?? undefined,
    variables: variables ?? undefined,
    contentType,
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

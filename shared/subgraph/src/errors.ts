import { unwrapResolverError } from '@apollo/server/errors';
import { isRefusal } from '@junxian/errors';
import type { Logger } from '@junxian/observability';
import type { GraphQLFormattedError } from 'graphql';

const FAILED = {
  zh: '系统处理失败，请稍后重试；仍不成功请联系管理员',
  en: 'The system failed; try again in a moment, and tell your administrator if it goes on',
};

/** Codes of graphql-js and Apollo Server that say what is wrong with the request itself. */
const REQUEST_FAULTS = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
]);

/**
 * What a subgraph answers for something thrown: a refusal with its code, field, details and both
 * texts in `extensions.text` (the gateway picks the language); a fault of the request as it is;
 * anything else is logged and masked as INTERNAL.
 */
export function errorFormatter(logger: Logger) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const original = unwrapResolverError(error);
    const where = { path: formatted.path, locations: formatted.locations };
    if (isRefusal(original)) {
      const { code, text, field, details, faults } = original;
      return {
        ...withoutUndefined(where),
        message: text.zh,
        extensions: withoutUndefined({
          code,
          text,
          field,
          details,
          faults: faults.length > 0 ? faults : undefined,
        }),
      };
    }
    if (REQUEST_FAULTS.has(String(formatted.extensions?.code))) {
      return {
        ...withoutUndefined(where),
        message: formatted.message,
        extensions: { code: formatted.extensions!.code },
      };
    }
    logger.error({ err: original, path: formatted.path }, 'resolver failed');
    return { ...withoutUndefined(where), message: FAILED.zh, extensions: { code: 'INTERNAL', text: FAILED } };
  };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

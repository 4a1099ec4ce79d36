import { unwrapResolverError } from '@apollo/server/errors';
import { isRefusal, refuse } from '@junxian/errors';
import type { Logger } from '@junxian/observability';
import { isUnreadableValue } from '@junxian/persistence';
import type { GraphQLFormattedError } from 'graphql';

const FAILED = {
  zh: '系统处理失败，请稍后重试；仍不成功请联系管理员',
  en: 'The system failed; try again in a moment, and tell your administrator if it goes on',
};

const UNREADABLE = {
  zh: '输入的编号、日期或数字格式不正确，请核对后重新提交',
  en: 'An id, a date or a number of the input is not well-formed; check it and submit again',
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
    const original = refusalBehind(error, logger);
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

/** What was refused: also before any field was resolved, and what the database could not read as a value at all. */
function refusalBehind(error: unknown, logger: Logger): unknown {
  const cause = (error as { originalError?: unknown } | null)?.originalError;
  const original = isRefusal(cause) ? cause : unwrapResolverError(error);
  if (!isUnreadableValue(original)) return original;
  logger.warn({ err: original }, 'the database could not read a value of the request');
  return refuse.invalid('variables', UNREADABLE);
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

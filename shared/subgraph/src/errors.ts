import type { ApolloServerPlugin } from '@apollo/server';
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
 * anything else is masked as INTERNAL, and {@link errorLog} tells what it was.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const original = refusalBehind(error);
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
  const { code } = formatted.extensions ?? {};
  return isRequestFault(code)
    ? { ...withoutUndefined(where), message: formatted.message, extensions: { code } }
    : { ...withoutUndefined(where), message: FAILED.zh, extensions: { code: 'INTERNAL', text: FAILED } };
}

/** Logs what nobody meant to refuse, under the request's id, which is what the person is told of it. */
export const errorLog = (logger: Logger): ApolloServerPlugin<{ requestId: string }> => ({
  requestDidStart: async () => ({
    didEncounterErrors: async ({ errors, contextValue: { requestId } }) => {
      for (const error of errors) {
        const cause = behind(error);
        const { path, extensions } = error;
        // Its text may quote values. The gateway sends valid operations only, so it should not be.
        if (isRequestFault(extensions.code))
          logger.warn({ code: extensions.code, requestId }, 'faulty request');
        else if (isUnreadableValue(cause))
          logger.warn({ err: cause, requestId }, 'the database could not read a value of the request');
        else if (!isRefusal(cause)) logger.error({ err: cause, path, requestId }, 'resolver failed');
      }
    },
  }),
});

const isRequestFault = (code: unknown): boolean => REQUEST_FAULTS.has(String(code));

/** What was thrown: also before any field was resolved. */
function behind(error: unknown): unknown {
  const cause = (error as { originalError?: unknown } | null)?.originalError;
  return isRefusal(cause) ? cause : unwrapResolverError(error);
}

/** What was refused; what the database could not read as a value at all is refused as well. */
function refusalBehind(error: unknown): unknown {
  const original = behind(error);
  return isUnreadableValue(original) ? refuse.invalid('variables', UNREADABLE) : original;
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

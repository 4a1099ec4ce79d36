import type { GraphQLFormattedError } from 'graphql';
import { internalError, PublicError } from './public-error';

/** What graphql-js and Apollo Server say about the request itself; their English texts hold nothing of ours. */
const ABOUT_THE_REQUEST = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/**
 * The last gate before an error leaves: lets through what was worded for the caller and what is said
 * about the request itself, masks the rest. `hideSuggestions` takes "Did you mean" out of messages,
 * which would tell names of the schema. `defect` hears of what was masked.
 */
export function formatError(hideSuggestions: boolean, defect: (error: unknown) => void) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    if (error instanceof PublicError) return formatted;
    const code = formatted.extensions?.code;
    if (typeof code === 'string' && ABOUT_THE_REQUEST.has(code)) {
      const message = hideSuggestions
        ? formatted.message.replace(/ ?Did you mean .+\?$/s, '')
        : formatted.message;
      return {
        message,
        ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
        extensions: { code },
      };
    }
    defect(error);
    return internalError('zh', 'unknown').toJSON();
  };
}

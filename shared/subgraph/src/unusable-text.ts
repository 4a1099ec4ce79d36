import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import { refuse } from '@junxian/errors';
import { type DocumentNode, GraphQLError, Kind, visit } from 'graphql';

/** NUL, which PostgreSQL's texts cannot hold, and halves of surrogate pairs, which its JSON cannot. */
const UNUSABLE = /[\0\p{Surrogate}]/u;

const refused = () =>
  refuse.invalid('variables', {
    zh: '输入中含有无法保存的字符，请删除后重新提交',
    en: 'The input has characters that cannot be stored; remove them and submit again',
  });

/**
 * Refuses an operation with a text that the database could not take, before any resolver runs: found late,
 * it would break the transaction that the other fields of the request read in. Answers INVALID_INPUT.
 */
export function unusableTextGuard(): ApolloServerPlugin<BaseContext> {
  // Operations come again, as the same documents, with other variables.
  const looked = new WeakMap<DocumentNode, boolean>();
  const isUnusableDocument = (document: DocumentNode): boolean => {
    const known = looked.get(document) ?? hasUnusableText(document);
    looked.set(document, known);
    return known;
  };
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ request, document }) {
          if (!isUnusable(request.variables) && !isUnusableDocument(document)) return;
          // Answered like any refusal: a fault of the input, not of the transport.
          throw new GraphQLError('INVALID_INPUT', {
            originalError: refused(),
            extensions: { http: { status: 200 } },
          });
        },
      };
    },
  };
}

function isUnusable(value: unknown): boolean {
  if (typeof value === 'string') return UNUSABLE.test(value);
  if (value === null || typeof value !== 'object') return false;
  return Object.values(value).some(isUnusable);
}

function hasUnusableText(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.STRING]: ({ value }) => {
      found ||= UNUSABLE.test(value);
    },
  });
  return found;
}

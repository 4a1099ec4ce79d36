import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/**
 * A decimal number carried as text, never as a float. Whether a text is a number of the right size is for
 * the form to say, together with its other faults.
 */
export const DecimalScalar = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  serialize: (value) => expectText(value),
  parseValue: (value) => expectText(value),
  parseLiteral: (node) => {
    if (node.kind === Kind.STRING || node.kind === Kind.INT) return node.value;
    throw notText();
  },
});

function expectText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw notText();
}

function notText(): GraphQLError {
  return new GraphQLError('A Decimal is written as text, for example "1250.50"', {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

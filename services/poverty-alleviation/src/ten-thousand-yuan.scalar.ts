import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/**
 * An amount in ten thousand yuan 万元, carried as text with up to four decimals, never as a float. Whether a
 * text is an amount of the right size is for the form to say, together with its other faults.
 */
export const TenThousandYuanScalar = new GraphQLScalarType<string, string>({
  name: 'TenThousandYuan',
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
  return new GraphQLError('An amount in ten thousand yuan is written as text, for example "500.0000"', {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/**
 * A scalar of numbers carried as text, never as floats. Whether a text is a number of the right size is for the form to
 * say, together with its other faults. Takes its name and what somebody is told who writes something else.
 */
export function numberAsText(name: string, message: string): GraphQLScalarType<string, string> {
  const notText = () => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
  const expectText = (value: unknown): string => {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
    throw notText();
  };
  return new GraphQLScalarType<string, string>({
    name,
    serialize: expectText,
    parseValue: expectText,
    parseLiteral: (node) => {
      if (node.kind === Kind.STRING || node.kind === Kind.INT) return node.value;
      throw notText();
    },
  });
}

/** A decimal number with at most two decimals: yuan, mu, square metres, kilometres. */
export const DecimalScalar = numberAsText('Decimal', 'A Decimal is written as text, for example "1250.50"');

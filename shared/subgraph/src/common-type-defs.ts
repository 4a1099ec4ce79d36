import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO, GraphQLLocalDate } from 'graphql-scalars';

/** Scalars that every subgraph has. */
export const commonTypeDefs = /* GraphQL */ `
  "A day in Asia/Shanghai, YYYY-MM-DD 日期"
  scalar Date
  "An instant, ISO 8601 with its offset 时间"
  scalar DateTime
`;

export const commonResolvers = {
  Date: new GraphQLScalarType({ ...GraphQLLocalDate.toConfig(), name: 'Date', extensions: {} }),
  DateTime: new GraphQLScalarType({ ...GraphQLDateTimeISO.toConfig(), name: 'DateTime', extensions: {} }),
};

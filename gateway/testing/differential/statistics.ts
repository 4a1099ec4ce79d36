import {
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Operation } from './contest';
import type { Duel } from './duel';

type Count = { [Key in keyof Statistics]: Statistics[Key] extends number ? Key : never }[keyof Statistics];
/** Statistics without what they can do. */
export type Counts = Pick<Statistics, Count | 'excused'>;

/** What a run of random operations was made of. */
export class Statistics {
  supergraphs = 0;
  notComposed = 0;
  invalid = 0;
  operations = 0;
  /** Operations that took so many fetches. */
  withThreeFetches = 0;
  withSixFetches = 0;
  withEntities = 0;
  withErrors = 0;
  /** Operations of which a null was carried up to a field that has fields, or to the whole. */
  withNullsCarriedUp = 0;
  withoutData = 0;
  withAbstractTypes = 0;
  withConditions = 0;
  mutations = 0;
  fetches = 0;
  readonly excused = new Map<string, number>();

  note(schema: GraphQLSchema, operation: Operation, { stock, excuses = [] }: Duel): void {
    const { asked } = stock.network;
    this.operations += 1;
    this.fetches += asked.length;
    if (asked.length >= 3) this.withThreeFetches += 1;
    if (asked.length >= 6) this.withSixFetches += 1;
    if (asked.some(({ asked: { variables } }) => variables !== undefined && 'representations' in variables))
      this.withEntities += 1;
    if (stock.answer.errors.length > 0) this.withErrors += 1;
    if (stock.answer.data === null) this.withoutData += 1;
    if (carriedUp(stock.answer.data, stock.answer.errors)) this.withNullsCarriedUp += 1;
    if (/@(?:skip|include)/.test(operation.text)) this.withConditions += 1;
    if (/^mutation/m.test(operation.text)) this.mutations += 1;
    if (hasAbstractTypes(schema, operation.text)) this.withAbstractTypes += 1;
    for (const excuse of excuses) this.excused.set(excuse, (this.excused.get(excuse) ?? 0) + 1);
  }

  /** Adds what another run was made of; also as it comes from another process. */
  add(other: Readonly<Counts>): void {
    for (const [name, count] of Object.entries(other)) {
      if (typeof count === 'number') this[name as Count] += count;
    }
    for (const [excuse, count] of other.excused)
      this.excused.set(excuse, (this.excused.get(excuse) ?? 0) + count);
  }

  toString(): string {
    const counts = Object.entries(this).flatMap(([name, count]) =>
      typeof count === 'number' ? [`${name} ${count}`] : [],
    );
    return [
      ...counts,
      ...[...this.excused].map(([excuse, count]) => `differs, and stock is wrong: ${excuse} ${count}`),
    ].join('\n');
  }
}

/** Whether an error stands below the null that it made. */
function carriedUp(data: unknown, errors: readonly string[]): boolean {
  return errors.some((error) => {
    const path = error.slice(0, error.lastIndexOf(' ')).split('.');
    if (path[0] === '-') return false;
    let value: unknown = data;
    for (const [index, step] of path.entries()) {
      if (value === null) return index > 0 || data === null;
      value = (value as Record<string, unknown> | undefined)?.[step];
    }
    return false;
  });
}

function hasAbstractTypes(schema: GraphQLSchema, text: string): boolean {
  const types = new TypeInfo(schema);
  let found = false;
  visit(
    parse(text, { noLocation: true }),
    visitWithTypeInfo(types, {
      [Kind.FIELD]: () => {
        if (isAbstractType(getNamedType(types.getType()))) found = true;
      },
    }),
  );
  return found;
}

import { buildSchema, parse, validate } from 'graphql';
import { hostileOperations, hostileReferences } from './hostile-operations';
import { documentOf, rootCall, rootFields, selectionOf } from './schema-operations';

const schema = buildSchema(`
  type Query { book(id: ID!, tags: [String!]): Book books(filter: Filter, first: Int): [Book!]! _service: String }
  type Mutation { rename(id: ID!, input: Rename!): Book! }
  type Book { id: ID! title: String author: Author pages(from: Int!): [String!] size(unit: Unit! = PAGES): Int }
  type Author { name: String books: [Book!]! }
  input Filter { title: String under: Filter }
  input Rename { title: String! tags: [String!]! note: String kind: Unit! }
  enum Unit { PAGES LINES }
`);
const field = (root: 'Query' | 'Mutation', name: string) =>
  rootFields(schema, root).find((candidate) => candidate.field.name === name)!.field;

describe('operations made from a schema', () => {
  it('select so deep, no type twice on a path, and only fields whose arguments are known', () => {
    const type = field('Query', 'book').type;
    expect(selectionOf(type, { depth: 1 })).toBe('{ __typename id title size }');
    expect(selectionOf(type, { depth: 3 })).toBe('{ __typename id title author { __typename name } size }');
    expect(selectionOf(type, { depth: 1, given: ({ name }) => (name === 'from' ? 1 : undefined) })).toBe(
      '{ __typename id title pages(from: 1) size }',
    );
    expect(selectionOf(type, { depth: 3, permitted: ({ field: { name } }) => name !== 'author' })).toBe(
      '{ __typename id title size }',
    );
  });

  it('leave out what gets no value, but give what is required', () => {
    const filled = (root: 'Query' | 'Mutation', name: string, keeps?: (value: unknown) => boolean) =>
      rootCall(
        root,
        field(root, name),
        {
          valueAt: ({ isRequired, path }) => (isRequired ? path.join('.') : undefined),
          ...(keeps && { keeps }),
        },
        '{ id }',
      ).variables;
    expect(filled('Mutation', 'rename')).toEqual({
      id: 'id',
      input: { title: 'input.title', tags: ['input.tags'], kind: 'input.kind' },
    });
    expect(filled('Query', 'books', () => false)).toEqual({});
  });

  it('ask for several root fields at once in a valid document', () => {
    const calls = rootFields(schema, 'Query').map(({ field: one }) =>
      rootCall('Query', one, { valueAt: () => 'x' }, selectionOf(one.type, { depth: 2 })),
    );
    const { document, variables } = documentOf(calls);
    expect(validate(schema, parse(document))).toEqual([]);
    expect(Object.keys(variables)).toEqual(['id_0', 'tags_0', 'filter_1', 'first_1']);
  });

  it.each([1, 6, 23])(
    'send hostile values to every argument of every root field, a share of 1/%i',
    (share) => {
      const operations = hostileOperations(schema, { share });
      const met = new Set(operations.map(({ title }) => title.split(':')[0]));
      for (const place of [
        'Query.book id',
        'Query.book tags',
        'Query.books filter.title',
        'Query.books first',
      ])
        expect(met).toContain(place);
      for (const place of ['Mutation.rename id', 'Mutation.rename input.note', 'Mutation.rename all'])
        expect(met).toContain(place);
      for (const { document } of operations) expect(validate(schema, parse(document))).toEqual([]);
      if (share > 1) expect(operations.length).toBeLessThan(hostileOperations(schema).length / (share / 2));
    },
  );

  it('send hostile keys to every entity and hostile values to the arguments of fields on it', () => {
    const subgraph = buildSchema(`
      directive @key(fields: String!) on OBJECT
      scalar _Any
      union _Entity = Book | Reader
      type Query { _entities(representations: [_Any!]!): [_Entity]! }
      type Book @key(fields: "isbn") { isbn: ID! page(no: Int!): String }
      type Reader @key(fields: "id") { id: ID! }
    `);
    const operations = hostileReferences(subgraph, { share: 23, keys: { Book: ['978'] } });
    const met = new Set(operations.map(({ title }) => title.split(':')[0]));
    expect([...met]).toEqual(['Book.isbn', 'Book.page no', 'Reader.id']);
    for (const { document } of operations) expect(validate(subgraph, parse(document))).toEqual([]);
    const ofKnown = operations.filter(({ variables }) => JSON.stringify(variables).includes('"isbn":"978"'));
    expect(ofKnown.map(({ variables }) => variables.value)).toEqual([expect.any(Number)]);
  });
});

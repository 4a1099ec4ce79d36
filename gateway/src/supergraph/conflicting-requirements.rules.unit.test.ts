import { parse } from 'graphql';
import { compose } from '../../testing/compose';
import { conflictingRequirements } from './conflicting-requirements.rules';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@shareable", "@interfaceObject"])';

/** The conflicts of a supergraph of the services, by name. */
const conflictsOf = (services: Record<string, string>): string[] => {
  const subgraphs = Object.entries(services).map(([name, sdl]) => ({
    name,
    url: `http://${name}.test`,
    typeDefs: parse(`${LINK} ${sdl}`),
  }));
  return conflictingRequirements(parse(compose(subgraphs)));
};

const PRICES = `
  type Query { goods: [Good!]! shops: [Shop!]! }
  type Good @key(fields: "id") { id: ID! price(unit: String, net: Boolean): Int shop: Shop }
  type Shop @key(fields: "id") { id: ID! rent(unit: String): Int }`;
const needs = (
  field: string,
  requires: string,
  declares = 'price(unit: String, net: Boolean): Int @external',
) =>
  `type Good @key(fields: "id") { id: ID! ${declares} ${field}: Int @requires(fields: """${requires}""") }`;
const SHOP = 'shop: Shop @external';
const EXTERNAL_RENT = 'type Shop @key(fields: "id") { id: ID! rent(unit: String): Int @external }';

it.each<[string, Record<string, string>, string[]]>([
  [
    'one field with two arguments, by two services',
    { prices: PRICES, tax: needs('tax', 'price(unit: "a")'), toll: needs('toll', 'price(unit: "b")') },
    [
      'Good.price is required as price(unit: "a") by Good.tax of tax and as price(unit: "b") by Good.toll of toll',
    ],
  ],
  [
    'with an argument and without, by one service',
    {
      prices: PRICES,
      tax: `type Good @key(fields: "id") {
        id: ID! price(unit: String, net: Boolean): Int @external
        tax: Int @requires(fields: "price") toll: Int @requires(fields: "price(net: true)")
      }`,
    },
    ['Good.price is required as price by Good.tax of tax and as price(net: true) by Good.toll of tax'],
  ],
  [
    'the same arguments in another order',
    {
      prices: PRICES,
      tax: needs('tax', 'price(unit: "a", net: true)'),
      toll: needs('toll', 'price(net: true, unit: "a")'),
    },
    [],
  ],
  [
    'below one field of one object',
    {
      prices: PRICES,
      tax: `${EXTERNAL_RENT} ${needs('tax', 'shop { rent(unit: "a") }', SHOP)}`,
      toll: `${EXTERNAL_RENT} ${needs('toll', 'shop { id rent(unit: "b") }', SHOP)}`,
    },
    [
      'Shop.rent is required as rent(unit: "a") by Good.tax of tax and as rent(unit: "b") by Good.toll of toll',
    ],
  ],
  [
    'of an object by itself and on the way to it',
    {
      prices: PRICES,
      tax: `${EXTERNAL_RENT} ${needs('tax', 'shop { rent(unit: "a") }', SHOP)}`,
      toll: `type Shop @key(fields: "id") { id: ID! rent(unit: String): Int @external toll: Int @requires(fields: "rent(unit: \\"b\\")") }`,
    },
    [
      'Shop.rent is required as rent(unit: "a") by Good.tax of tax and as rent(unit: "b") by Shop.toll of toll',
    ],
  ],
  [
    'of objects at different places',
    {
      prices: `${PRICES} type Street @key(fields: "id") { id: ID! shop: Shop }`,
      tax: `${EXTERNAL_RENT} ${needs('tax', 'shop { rent(unit: "a") }', SHOP)}`,
      toll: `${EXTERNAL_RENT} type Street @key(fields: "id") { id: ID! ${SHOP} toll: Int @requires(fields: "shop { rent(unit: \\"b\\") }") }`,
    },
    [],
  ],
])('%s', (_name, services, conflicts) => {
  expect(conflictsOf(services)).toEqual(conflicts);
});

it('an implementation and its interface are one object', () => {
  const supergraph = parse(`
    enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
    interface Media { id: ID! title(long: Boolean): String mark: Int @join__field(graph: A, requires: "title(long: true)") }
    type Book implements Media { id: ID! title(long: Boolean): String mark: Int rank: Int @join__field(graph: B, requires: "title") }
    type Film implements Media { id: ID! title(long: Boolean): String mark: Int }
    type Shelf { title(long: Boolean): String rank: Int @join__field(graph: B, requires: "title") }`);
  expect(conflictingRequirements(supergraph)).toEqual([
    'Media.title is required as title by Book.rank of b and as title(long: true) by Media.mark of a',
  ]);
});

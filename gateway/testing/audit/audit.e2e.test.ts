import { isDeepStrictEqual } from 'node:util';
import { parse } from 'graphql';
import { EXECUTORS, type ExecutorName } from '../../src/execution/execution';
import { conflictingRequirements } from '../../src/supergraph/conflicting-requirements.rules';
import { type Answer, type AuditedGraph, AuditedSubgraphs, auditedGraph } from './audited-graph';
import type { Case } from './suite';
import { SUITES } from './suites';

/** The cases that an executor is known to fail, with the reason. Whoever mends one takes it out here. */
const KNOWN_FAILURES: Record<ExecutorName, Record<string, string>> = {
  apollo: {
    'keys-mashup 0': 'the planner returns to a subgraph by a key that is not resolvable there',
    'non-resolvable-interface-object 1': 'a plan without any fetch is answered with null and no error',
    'requires-with-argument 2': 'the field that is required with other arguments replaces the one asked for',
    'requires-with-argument 3': 'as case 2, by a variable',
    'requires-with-argument 4': 'as case 2, in fragments',
    'requires-with-argument-conflict 0': 'two @requires of one field with different arguments become one',
  },
  junxian: {
    'requires-with-argument-conflict 0':
      'the planner makes one representation for both @requires; a gateway refuses to load such a supergraph',
  },
};
/** As its authors publish for the stock gateway; and what ours adds by the names and keys it plans with. */
const PASSES: Record<ExecutorName, number> = { apollo: 193, junxian: 198 };

const passed: Record<ExecutorName, number> = { apollo: 0, junxian: 0 };

describe.each(SUITES)('audit: $name', (suite) => {
  const subgraphs = new AuditedSubgraphs(suite);
  let graphs: Record<ExecutorName, AuditedGraph>;

  beforeAll(async () => {
    graphs = {
      apollo: await auditedGraph(subgraphs, 'apollo'),
      junxian: await auditedGraph(subgraphs, 'junxian'),
    };
  });
  afterAll(() => Promise.all(Object.values(graphs).map((graph) => graph.stop())));

  /** Asks twice: the first request of an operation makes its plan, the second finds it. */
  async function judge(executor: ExecutorName, number: number, expected: Case): Promise<void> {
    const answers: Answer[] = [];
    for (let request = 0; request < 2; request += 1) {
      suite.reset?.();
      answers.push(await graphs[executor].ask(expected.query));
    }
    if (KNOWN_FAILURES[executor][`${suite.name} ${number}`] !== undefined) {
      // Once it passes it is a known failure no more.
      expect(answers.filter((answer) => satisfies(answer, expected))).toEqual([]);
      return;
    }
    for (const { data, errors } of answers) {
      expect(data).toEqual(expected.data ?? null);
      if (expected.errors !== undefined) expect(errors.length > 0).toBe(expected.errors);
    }
    passed[executor] += 1;
  }

  test('a gateway refuses to load it only if its answers would be wrong', () => {
    const conflicts = conflictingRequirements(parse(subgraphs.supergraph));
    expect(conflicts).toEqual(
      suite.name === 'requires-with-argument-conflict'
        ? [
            'Product.price is required as price(currency: "USD") by Product.shippingEstimate of a and as price(currency: "EUR") by Product.shippingEstimateEUR of a',
          ]
        : [],
    );
  });

  test.each(suite.cases.map((expected, number) => ({ number, ...expected })))(
    '$number: $query',
    async ({ number, ...expected }) => {
      await judge('apollo', number, expected);
      await judge('junxian', number, expected);
    },
  );
});

test.each(EXECUTORS)('of the 199 cases %s passes as many as it is known to', (executor) => {
  expect(SUITES.flatMap(({ cases }) => cases)).toHaveLength(199);
  expect(passed[executor]).toBe(PASSES[executor]);
});

const satisfies = ({ data, errors }: Answer, expected: Case): boolean =>
  isDeepStrictEqual(data, expected.data ?? null) &&
  (expected.errors === undefined || expected.errors === errors.length > 0);

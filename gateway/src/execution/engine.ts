import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  print,
  validate,
} from 'graphql';
import { AnswerText } from './answer-text';
import { AnswerWriter } from './answer-writer';
import { unlessCancelled } from './cancellation';
import type { FetchParts } from './compile-fetch';
import { compilePlan } from './compile-plan';
import type { GatewayContext } from './gateway-context';
import { asksServices, compileIntrospection } from './introspection';
import { KnownEntities } from './known-entities';
import { type KnownOperation, OperationCache } from './operation-cache';
import type { ExecutorContext, ExecutorResult, Prepare } from './operation-executor';
import type { PlanRun, Step } from './plan-run';
import { type NeededNames, neededNames, plannedOperation } from './planned-names.rules';
import type { Planner } from './planner';
import type { SubgraphSource } from './subgraph-data-source';
import { OperationStopped } from './subgraph-errors';
import { typeTestOf } from './type-conditions.rules';

/** Operations kept compiled. */
const MOST_OPERATIONS = 2_000;

interface CompiledOperation {
  plan: Step | undefined;
  introspection: ((run: PlanRun) => void) | undefined;
  writer: AnswerWriter;
}

/**
 * Runs operations: the planner plans each once, the plan is compiled once, and every request
 * from the first on is run by what was compiled.
 */
export class Engine {
  private readonly operations = new OperationCache<CompiledOperation>(MOST_OPERATIONS);
  private readonly parts: Omit<FetchParts, 'shownAs' | 'copies'>;
  private readonly needed: NeededNames;

  constructor(
    supergraph: DocumentNode,
    sources: ReadonlyMap<string, SubgraphSource>,
    private readonly planner: Planner,
  ) {
    const schema = buildASTSchema(supergraph, { assumeValid: true, assumeValidSDL: true });
    this.needed = neededNames(supergraph);
    this.parts = {
      sources,
      isOfType: typeTestOf(schema),
      written: () => {
        for (const source of sources.values()) source.forgetInFlight();
      },
    };
  }

  /**
   * Makes ready to answer one request whose operation is valid; at once if the operation is known.
   * Throws what the planner throws, and OperationStopped where the request is over before there is a plan;
   * faults of fetches are errors of the answer.
   */
  readonly prepare: Prepare = (requestContext, context) => {
    const known = knownAs(requestContext);
    const compiled = this.operations.get(known);
    if (compiled !== undefined) return () => run(compiled, requestContext, context);
    const making = this.operations.make(known, () => this.compile(requestContext));
    return whileWanted(making, context).then((made) => () => run(made, requestContext, context));
  };

  /** The operations asked for most often. */
  mostUsed(count: number): KnownOperation[] {
    return this.operations.mostUsed(count);
  }

  /**
   * Plans and compiles operations before anybody asks for them; those that this supergraph does not
   * answer are left out. Gives way to other work between them and ends after `milliseconds`.
   */
  async warm(
    operations: readonly KnownOperation[],
    schema: GraphQLSchema,
    milliseconds: number,
  ): Promise<void> {
    const until = performance.now() + milliseconds;
    for (const known of operations) {
      if (performance.now() > until) return;
      const operation = getOperationAST(known.document, known.operationName);
      if (!operation || validate(schema, known.document).length > 0) continue;
      const request = { query: known.query, operationName: known.operationName };
      const context = { ...known, source: known.query, schema, operation, request, context: {} };
      // What cannot be planned is planned, and refused, when somebody asks for it.
      await this.operations
        .make(known, () => this.compile(context as unknown as ExecutorContext))
        .catch(() => undefined);
      await new Promise((done) => setImmediate(done));
    }
  }

  private async compile(requestContext: ExecutorContext): Promise<CompiledOperation> {
    const { schema, request } = requestContext;
    const { document, operation, shownAs } = plannedOperation(
      requestContext.document,
      requestContext.operation!,
      this.needed,
    );
    // What only asks about the schema is answered also while nothing can be planned.
    const { node } = asksServices(document, operation)
      ? await this.planner.planOf({
          text: print(document),
          operationName: request.operationName ?? undefined,
        })
      : {};
    return {
      plan: node && compilePlan(node, { ...this.parts, shownAs }),
      introspection: compileIntrospection(schema, document, operation),
      writer: new AnswerWriter(schema, document, operation, shownAs),
    };
  }
}

/** Waits for a plan, which others may have a use for, no longer than the request lasts. */
const whileWanted = <T>(plan: Promise<T>, { cancellation }: GatewayContext): Promise<T> =>
  cancellation === undefined ? plan : unlessCancelled(plan, cancellation, () => new OperationStopped());

const knownAs = ({ queryHash, request, document, source }: ExecutorContext): KnownOperation => ({
  queryHash,
  operationName: request.operationName ?? undefined,
  document,
  query: source,
});

async function run(
  compiled: CompiledOperation,
  { request }: ExecutorContext,
  context: GatewayContext,
): Promise<ExecutorResult> {
  const state: PlanRun = {
    context,
    variables: request.variables ?? {},
    coerced: context.variables ?? {},
    data: {},
    errors: [],
    hidden: undefined,
    known: new KnownEntities(),
    isPlain: compiled.introspection === undefined,
  };
  compiled.introspection?.(state);
  if (compiled.plan !== undefined) await compiled.plan(state);
  // The planner knows nobody who could answer, and says so by planning nothing.
  else if (compiled.writer.asksServices(state.coerced)) throw new Error('no service answers this operation');
  const { text, errors: missing } = compiled.writer.write(
    state.data,
    state.coerced,
    state.hidden,
    state.isPlain,
  );
  // What a failed fetch left out is explained by its own error.
  const errors = state.errors.length > 0 ? state.errors : missing;
  const data = (text === 'null' ? null : new AnswerText(text)) as unknown as ExecutorResult['data'];
  return errors.length === 0 ? { data } : { data, errors: errors as GraphQLError[] };
}

import { GraphQLError, type GraphQLSchema, isAbstractType, isObjectType } from 'graphql';
import type { GatewayContext } from './gateway-context';
import { type Json, mergeInto, objectsAt, pathsAt } from './merge.rules';
import type { FetchNode, PlanNode, RequiredSelection } from './plan';
import type { SubgraphError } from './representations.rules';
import type { SubgraphDataSource } from './subgraph-data-source';

/** More copies of one entity's error than this tell a reader nothing new. */
const MOST_ERRORS = 200;

export interface PlanExecutionOptions {
  context: GatewayContext;
  /** As the client sent them. */
  variables: Readonly<Record<string, unknown>>;
  /** Coerced, defaults included; conditions of the plan look here. */
  coercedVariables: Readonly<Record<string, unknown>>;
  sources: ReadonlyMap<string, SubgraphDataSource>;
  /** Of the supergraph, hidden types included: entities are told apart by it. */
  supergraph: GraphQLSchema;
}

/** Runs one plain query plan: asks the subgraphs in its order and brings their answers together. */
export class PlanExecution {
  readonly collected: Json = {};
  readonly errors: (GraphQLError | Error)[] = [];
  /** References whose service answered null: what they point to is not there, or not for the caller. */
  readonly hidden = new Set<object>();

  constructor(private readonly options: PlanExecutionOptions) {}

  /** Runs a node and all below. Does not fail: what goes wrong is in {@link errors}. */
  async run(node: PlanNode, path: readonly (string | number)[] = []): Promise<void> {
    switch (node.kind) {
      case 'Sequence':
        for (const child of node.nodes) await this.run(child, path);
        return;
      case 'Parallel':
        await Promise.all(node.nodes.map((child) => this.run(child, path)));
        return;
      case 'Flatten':
        return this.run(node.node, [...path, ...node.path]);
      case 'Condition': {
        const branch =
          this.options.coercedVariables[node.condition] === true ? node.ifClause : node.elseClause;
        if (branch !== undefined) await this.run(branch, path);
        return;
      }
      case 'Fetch':
        try {
          await (node.requires === undefined
            ? this.fetchRoot(node, path)
            : this.fetchEntities(node, node.requires, path));
        } catch (error) {
          this.errors.push(error as Error);
        }
        return;
      default:
        throw new Error(`not a plain plan: ${node.kind}`);
    }
  }

  private async fetchRoot(fetch: FetchNode, path: readonly (string | number)[]): Promise<void> {
    const targets = objectsAt(this.collected, path);
    if (targets.length === 0) return;
    const { data, errors } = await this.source(fetch).ask(
      fetch.operation,
      fetch.operationName,
      this.variablesOf(fetch),
      this.options.context,
    );
    for (const error of errors ?? []) {
      this.errors.push(
        fromSubgraph(error, fetch, error.path === undefined ? undefined : [...path, ...error.path]),
      );
    }
    if (data) for (const target of targets) mergeInto(target, data);
  }

  private async fetchEntities(
    fetch: FetchNode,
    requires: readonly RequiredSelection[],
    path: readonly (string | number)[],
  ): Promise<void> {
    const targets = objectsAt(this.collected, path);
    const distinct = this.representationsOf(targets, requires);
    if (distinct.texts.length === 0) return;
    const { data, errors } = await this.source(fetch).askEntities(
      fetch.operation,
      fetch.operationName,
      this.variablesOf(fetch),
      distinct.texts,
      targets.length,
      this.options.context,
    );
    if (errors !== undefined && errors.length > 0) this.placeErrors(errors, fetch, path, distinct.positions);
    if (!data) return;
    const entities = data._entities;
    if (!Array.isArray(entities) || entities.length !== distinct.texts.length) {
      throw new Error(`${fetch.serviceName} answered ${distinct.texts.length} entities with another number`);
    }
    for (let index = 0; index < targets.length; index += 1) {
      const position = distinct.positions[index]!;
      const entity = position < 0 ? null : (entities[position] as Json | null);
      if (entity) mergeInto(targets[index]!, entity);
      else if (position >= 0) this.hidden.add(targets[index]!);
    }
  }

  /** Serialises each distinct representation once; a target without one has position -1. */
  private representationsOf(targets: readonly Json[], requires: readonly RequiredSelection[]) {
    const byText = new Map<string, number>();
    const byTarget = new Map<Json, number>();
    const positions = new Array<number>(targets.length);
    for (let index = 0; index < targets.length; index += 1) {
      const target = targets[index]!;
      let position = byTarget.get(target);
      if (position === undefined) {
        const representation = this.select(target, requires);
        if (representation === null || !representation.__typename) position = -1;
        else {
          const text = JSON.stringify(representation);
          position = byText.get(text);
          if (position === undefined) {
            position = byText.size;
            byText.set(text, position);
          }
        }
        byTarget.set(target, position);
      }
      positions[index] = position;
    }
    return { texts: [...byText.keys()], positions };
  }

  /** What a fetch requires of an object; null when a part is missing because an earlier fetch failed. */
  private select(source: Json, selections: readonly RequiredSelection[], output: Json = {}): Json | null {
    for (const selection of selections) {
      if (selection.kind === 'InlineFragment') {
        if (selection.typeCondition === undefined || !this.isOfType(source, selection.typeCondition))
          continue;
        if (this.select(source, selection.selections, output) === null) return null;
        continue;
      }
      const name = selection.alias ?? selection.name;
      const value = source[name];
      if (value === undefined) return null;
      output[name] =
        selection.selections === undefined ? value : this.selectInner(value, selection.selections);
    }
    return output;
  }

  private selectInner(value: unknown, selections: readonly RequiredSelection[]): unknown {
    if (value === null) return null;
    if (Array.isArray(value)) return value.map((item) => this.selectInner(item, selections));
    return this.select(value as Json, selections);
  }

  private isOfType(source: Json, condition: string): boolean {
    const typename = source.__typename;
    if (typename === condition) return true;
    if (typeof typename !== 'string') return false;
    const { supergraph } = this.options;
    const type = supergraph.getType(typename);
    const wanted = supergraph.getType(condition);
    return isAbstractType(wanted) && isObjectType(type) && supergraph.isSubType(wanted, type);
  }

  private placeErrors(
    errors: readonly SubgraphError[],
    fetch: FetchNode,
    path: readonly (string | number)[],
    positions: readonly number[],
  ): void {
    const paths = pathsAt(this.collected, path);
    for (const error of errors) {
      const position = error.path?.[1];
      if (error.path?.[0] !== '_entities' || typeof position !== 'number') {
        this.errors.push(fromSubgraph(error, fetch, undefined));
        continue;
      }
      const rest = error.path.slice(2);
      for (let index = 0; index < positions.length && this.errors.length < MOST_ERRORS; index += 1) {
        if (positions[index] === position)
          this.errors.push(fromSubgraph(error, fetch, [...(paths[index] ?? []), ...rest]));
      }
    }
  }

  private variablesOf({ variableUsages }: FetchNode): Record<string, unknown> | undefined {
    if (variableUsages === undefined || variableUsages.length === 0) return undefined;
    const used: Record<string, unknown> = {};
    for (const name of variableUsages) {
      if (Object.hasOwn(this.options.variables, name)) used[name] = this.options.variables[name];
    }
    return used;
  }

  private source({ serviceName }: FetchNode): SubgraphDataSource {
    const source = this.options.sources.get(serviceName);
    if (source === undefined) throw new Error(`the plan names an unknown subgraph ${serviceName}`);
    return source;
  }
}

function fromSubgraph(
  error: SubgraphError,
  fetch: FetchNode,
  path: readonly (string | number)[] | undefined,
): GraphQLError {
  return new GraphQLError(typeof error.message === 'string' ? error.message : 'subgraph error', {
    path: path ?? null,
    extensions: { ...error.extensions, serviceName: fetch.serviceName },
  });
}

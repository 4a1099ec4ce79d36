import { GraphQLError } from 'graphql';
import { contextOf } from './context-arguments.rules';
import { placeErrors } from './fetch-errors.rules';
import { shapeOf } from './fetch-shape.rules';
import { compileReach, type Reach } from './flatten-path.rules';
import { mayBeShared } from './in-flight';
import type { Json } from './json.rules';
import type { Entities, Known } from './known-entities';
import { mergeInto } from './merge.rules';
import type { FetchNode, ResponsePath } from './plan';
import type { PlanRun, Step } from './plan-run';
import {
  compileRepresentation,
  type DistinctRepresentations,
  distinctRepresentations,
  partOf,
  type Represent,
} from './representations.rules';
import { type BodyWriter, compileBody } from './request-body.rules';
import { compileRewrites, type Rewrite } from './rewrites.rules';
import type { SubgraphAnswer } from './subgraph-client';
import type { SubgraphSource } from './subgraph-data-source';
import type { TypeTest } from './type-conditions.rules';

export interface FetchParts {
  sources: ReadonlyMap<string, SubgraphSource>;
  isOfType: TypeTest;
  /** Called after each fetch that may have written something. */
  written: () => void;
  /** What fields are called in the client's answer, where the planned operation calls them otherwise. */
  shownAs: ReadonlyMap<string, string>;
  /** Whether equal entities are told apart by where they stand, and so share nothing. */
  copies: boolean;
}

interface CompiledFetch {
  node: FetchNode;
  /** Where in the answer it reads and writes: at more places than one where alike fetches were put together. */
  paths: readonly ResponsePath[];
  source: SubgraphSource;
  reach: Reach;
  body: BodyWriter;
  output: Rewrite | undefined;
  /** Where its answers may serve fetches of the same shape: that shape. */
  shape: string | undefined;
  isQuery: boolean;
  isShareable: boolean;
  shownAs: ReadonlyMap<string, string>;
  isOfType: TypeTest;
  copies: boolean;
}

/** Compiles one fetch: where it reads and writes, its request up to the variables, its rewrites. */
export function compileFetch(node: FetchNode, paths: readonly ResponsePath[], parts: FetchParts): Step {
  const source = parts.sources.get(node.serviceName);
  if (source === undefined) throw new Error(`the plan names an unknown subgraph ${node.serviceName}`);
  const isQuery = node.operationKind === 'query';
  const isShareable = isQuery && mayBeShared(node.operation);
  const output = compileRewrites(node.outputRewrites, parts.isOfType);
  const fetch: CompiledFetch = {
    node,
    paths,
    source,
    reach: compileReach(paths),
    body: compileBody(node),
    output,
    // What is rewritten after it came is changed in place.
    shape: isShareable && output === undefined ? (shapeOf(node) ?? undefined) : undefined,
    isQuery,
    isShareable,
    shownAs: parts.shownAs,
    isOfType: parts.isOfType,
    copies: parts.copies,
  };
  const step = node.requires === undefined ? rootStep(fetch) : entityStep(fetch, node.requires, parts);
  return async (run) => {
    try {
      await step(run);
    } catch (error) {
      run.errors.push(error as Error);
    } finally {
      if (!isQuery) {
        run.known.forget();
        parts.written();
      }
    }
  };
}

function rootStep(fetch: CompiledFetch): Step {
  const { body, output, paths, reach, source, isQuery, isShareable, isOfType } = fetch;
  const path = paths[0]!;
  return async (run) => {
    const targets = reach(run.data);
    if (targets.length === 0) return;
    const { data, errors, isPlain } = await source.ask(
      { body: body(run.variables), isQuery, isShareable, asked: 0, sent: 0 },
      run.context,
    );
    if (!isPlain) run.isPlain = false;
    for (const error of errors ?? []) {
      const place = error.path === undefined ? undefined : [...path, ...error.path];
      run.errors.push(fromSubgraph(error, fetch, place));
    }
    if (!data) return;
    output?.(data);
    for (const target of targets) mergeInto(target, data, isOfType);
  };
}

function entityStep(
  fetch: CompiledFetch,
  requires: NonNullable<FetchNode['requires']>,
  parts: FetchParts,
): Step {
  const represent = compileRepresentation(
    requires,
    parts.isOfType,
    compileRewrites(fetch.node.inputRewrites, parts.isOfType),
  );
  const { contextRewrites = [] } = fetch.node;
  if (contextRewrites.length === 0) {
    return (run) => askEntities(fetch, represent, run, fetch.reach(run.data), undefined);
  }
  const contexts = contextOf(contextRewrites, fetch.paths[0]!, parts.isOfType);
  // Arguments from the context are variables of the request: entities that differ in them are asked for apart.
  return async (run) => {
    const groups = contexts(run.data);
    await allDone(
      run,
      groups.map(({ entities, variables }) => askEntities(fetch, represent, run, entities, variables)),
    );
  };
}

async function askEntities(
  fetch: CompiledFetch,
  represent: Represent,
  run: PlanRun,
  targets: readonly Json[],
  contextVariables: Readonly<Record<string, unknown>> | undefined,
): Promise<void> {
  const wanted = distinctRepresentations(targets, represent);
  const { texts } = wanted;
  if (texts.length === 0) return;
  const variables =
    contextVariables === undefined ? run.variables : { ...run.variables, ...contextVariables };
  const send = (some: DistinctRepresentations) => sendEntities(fetch, run, targets, some, variables);
  const { shape } = fetch;
  if (shape === undefined || contextVariables !== undefined) {
    await send(wanted);
    return;
  }
  const known = run.known.of(shape);
  const found = texts.map((text) => known.get(text));
  const fresh = partOf(wanted, (position) => found[position] === undefined);
  const sending = fresh.texts.length > 0 ? send(fresh) : undefined;
  if (sending !== undefined) {
    const answer = sending.catch(() => undefined);
    for (const [index, text] of fresh.texts.entries()) known.set(text, { answer, index });
  }
  if (fresh === wanted) await sending;
  else await allDone(run, [sending, takeKnown(fetch, run, targets, wanted, found, send)]);
}

/** Waits for all of a step, also after one has failed: what comes next stands on what they bring. */
async function allDone(run: PlanRun, parts: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  for (const outcome of await Promise.allSettled(parts))
    if (outcome.status === 'rejected') run.errors.push(outcome.reason as Error);
}

/** Merges what fetches of the same shape brought, or will; what failed there is asked for once more. */
async function takeKnown(
  fetch: CompiledFetch,
  run: PlanRun,
  targets: readonly Json[],
  wanted: DistinctRepresentations,
  found: readonly (Known | undefined)[],
  send: (some: DistinctRepresentations) => Promise<unknown>,
): Promise<void> {
  const answers = new Map<Known['answer'], Entities | undefined>();
  for (const it of found)
    if (it !== undefined && !answers.has(it.answer)) answers.set(it.answer, await it.answer);
  const entities = found.map((it) => it && answers.get(it.answer)?.[it.index]);
  const isThere = (position: number) => entities[position] !== undefined;
  const there = entities.filter((entity) => entity !== undefined);
  mergeEntities(fetch, run, targets, partOf(wanted, isThere).positions, there);
  const failed = partOf(wanted, (position) => found[position] !== undefined && !isThere(position));
  if (failed.texts.length > 0) await send(failed);
}

/** Asks for entities and merges them. Returns them where nothing went wrong with any. */
async function sendEntities(
  fetch: CompiledFetch,
  run: PlanRun,
  targets: readonly Json[],
  { texts, positions, asked }: DistinctRepresentations,
  variables: Readonly<Record<string, unknown>>,
): Promise<Entities | undefined> {
  const { body, source, isQuery, isShareable } = fetch;
  const answer = await source.ask(
    { body: body(variables, texts), isQuery, isShareable, asked, sent: texts.length },
    run.context,
  );
  if (!answer.isPlain) run.isPlain = false;
  const { serviceName } = fetch.node;
  const isWhole = answer.errors === undefined || answer.errors.length === 0;
  if (!isWhole) {
    const places = { data: run.data, paths: fetch.paths, targets, positions };
    for (const { error, path } of placeErrors(answer.errors!, places))
      run.errors.push(fromSubgraph(error, fetch, path));
  }
  if (!answer.data) return undefined;
  const entities = entitiesIn(answer, texts.length, serviceName);
  mergeEntities(fetch, run, targets, positions, entities);
  return isWhole ? entities : undefined;
}

function entitiesIn({ data }: SubgraphAnswer, asked: number, service: string): Entities {
  const entities = data?._entities;
  if (!Array.isArray(entities) || entities.length !== asked)
    throw new Error(`${service} answered ${asked} entities with another number`);
  return entities;
}

function mergeEntities(
  { output, isOfType, copies }: CompiledFetch,
  run: PlanRun,
  targets: readonly Json[],
  positions: readonly number[],
  entities: Entities,
): void {
  let rewritten: Set<Json> | undefined;
  for (let index = 0; index < targets.length; index += 1) {
    const position = positions[index]!;
    if (position < 0) continue;
    const target = targets[index]!;
    const entity = entities[position];
    if (entity === null || entity === undefined) {
      run.hidden ??= new Set();
      run.hidden.add(target);
      continue;
    }
    if (output !== undefined) {
      rewritten ??= new Set();
      if (!rewritten.has(entity)) {
        rewritten.add(entity);
        // Rewrites tell types apart; an entity that was not asked for its own is of its reference's.
        entity.__typename ??= target.__typename;
        output(entity);
      }
    }
    mergeInto(target, copies ? structuredClone(entity) : entity, isOfType);
  }
}

function fromSubgraph(
  error: { message?: unknown; extensions?: Record<string, unknown> | undefined },
  { node: { serviceName }, shownAs }: CompiledFetch,
  path: readonly (string | number)[] | undefined,
): GraphQLError {
  return new GraphQLError(typeof error.message === 'string' ? error.message : 'subgraph error', {
    path: path?.map((step) => (typeof step === 'string' ? (shownAs.get(step) ?? step) : step)) ?? null,
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...error.extensions, serviceName },
  });
}

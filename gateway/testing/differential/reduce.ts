import {
  type ASTNode,
  type DocumentNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  type TypeDefinitionNode,
  validate,
  visit,
} from 'graphql';
import { Contest, type ExecutorMaker, type Operation } from './contest';
import { duel } from './duel';
import type { SubgraphText } from './subgraph';
import type { Weather } from './world';

/** One thing on which the executors differ. */
export interface Case {
  subgraphs: readonly SubgraphText[];
  operation: Operation;
  weather: Weather;
}

/** Makes a case on which the executors differ as small as it gets: the operation, the weather, then the schemas. */
export async function reduce(found: Case, change?: ExecutorMaker): Promise<Case> {
  let smallest = await reduceOperation(found, change);
  smallest = await reduceSubgraphs(smallest, change);
  return reduceOperation(smallest, change);
}

async function reduceOperation(
  { subgraphs, operation, weather }: Case,
  change?: ExecutorMaker,
): Promise<Case> {
  const contest = await Contest.open(subgraphs, change && { change });
  const differs = async (smaller: Operation, calmer: Weather): Promise<boolean> => {
    try {
      if (validate(contest.schema, parse(smaller.text)).length > 0) return false;
      return (await duel(contest, smaller, calmer)).difference !== undefined;
    } catch {
      return false;
    }
  };
  try {
    const text = await smallestOf(
      operation.text,
      smallerDocuments,
      (smaller) => differs({ ...operation, text: smaller }, weather),
      3,
    );
    const reduced = { ...operation, text };
    const calm = await smallestOf(weather, calmerWeathers, (calmer) => differs(reduced, calmer), 1);
    return { subgraphs, operation: reduced, weather: calm };
  } finally {
    await contest.close();
  }
}

async function reduceSubgraphs(
  { subgraphs, operation, weather }: Case,
  change?: ExecutorMaker,
): Promise<Case> {
  const smallest = await smallestOf(
    subgraphs,
    smallerSubgraphs,
    async (smaller) => {
      let contest: Contest | undefined;
      try {
        contest = await Contest.open(smaller, change && { change });
        if (validate(contest.schema, parse(operation.text)).length > 0) return false;
        return (await duel(contest, operation, weather)).difference !== undefined;
      } catch {
        return false;
      } finally {
        await contest?.close();
      }
    },
    1,
  );
  return { subgraphs: smallest, operation, weather };
}

/** Tries each smaller one once and goes on from those that still show it; `passes` times, as one loss makes another possible. */
async function smallestOf<T>(
  start: T,
  smaller: (one: T) => (() => T)[],
  shows: (one: T) => Promise<boolean>,
  passes: number,
): Promise<T> {
  let smallest = start;
  for (let pass = 0; pass < passes; pass += 1) {
    const before = smallest;
    let candidates = smaller(smallest);
    for (let index = 0; index < candidates.length; ) {
      const candidate = candidates[index]!();
      if (await shows(candidate)) {
        smallest = candidate;
        candidates = smaller(smallest);
      } else index += 1;
    }
    if (smallest === before) break;
  }
  return smallest;
}

/** An operation without one of its parts, the large parts first. */
function smallerDocuments(text: string): (() => string)[] {
  const smaller: (() => string)[] = [];
  const document = parse(text, { noLocation: true });
  const parts: ASTNode[] = [];
  visit(document, {
    enter: (node) => {
      if (
        'selectionSet' in node ||
        node.kind === Kind.FIELD ||
        node.kind === Kind.DIRECTIVE ||
        node.kind === Kind.ARGUMENT
      )
        parts.push(node);
    },
  });
  for (const part of parts) {
    if (part.kind === Kind.OPERATION_DEFINITION) continue;
    smaller.push(() =>
      print(tidied(visit(document, { enter: (node) => (node === part ? null : undefined) }))),
    );
    if (part.kind === Kind.INLINE_FRAGMENT)
      smaller.push(() => print(tidied(replaced(document, part, part.selectionSet.selections))));
  }
  return smaller;
}

const replaced = (document: DocumentNode, part: ASTNode, by: readonly SelectionNode[]): DocumentNode =>
  visit(document, {
    [Kind.SELECTION_SET]: (set) =>
      set.selections.some((selection) => selection === part)
        ? {
            ...set,
            selections: set.selections.flatMap((selection) => (selection === part ? by : [selection])),
          }
        : undefined,
  });

/** Without empty selections, fragments that nobody uses, and variables that nobody names. */
function tidied(document: DocumentNode): DocumentNode {
  let tidy: DocumentNode = document;
  for (let before = ''; before !== print(tidy); ) {
    before = print(tidy);
    const used = new Set<string>();
    visit(tidy, {
      [Kind.FRAGMENT_SPREAD]: ({ name }) => void used.add(name.value),
      [Kind.VARIABLE_DEFINITION]: () => false,
      [Kind.VARIABLE]: ({ name }) => void used.add(`$${name.value}`),
    });
    const defined = new Set(
      tidy.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [node.name.value] : [])),
    );
    tidy = visit(tidy, {
      [Kind.FRAGMENT_DEFINITION]: ({ name }) => (used.has(name.value) ? undefined : null),
      [Kind.FRAGMENT_SPREAD]: ({ name }) => (defined.has(name.value) ? undefined : null),
      [Kind.VARIABLE_DEFINITION]: ({ variable }) => (used.has(`$${variable.name.value}`) ? undefined : null),
      [Kind.FIELD]: { leave: (node) => (node.selectionSet?.selections.length === 0 ? null : undefined) },
      [Kind.INLINE_FRAGMENT]: {
        leave: (node) => (node.selectionSet.selections.length === 0 ? null : undefined),
      },
    });
  }
  return tidy;
}

function calmerWeathers(weather: Weather): (() => Weather)[] {
  const smaller: (() => Weather)[] = [];
  for (const [name, value] of Object.entries(weather)) {
    if (name === 'seed') continue;
    if (Array.isArray(value) ? value.length > 0 : value > 0)
      smaller.push(() => ({ ...weather, [name]: Array.isArray(value) ? [] : 0 }));
  }
  return smaller;
}

/** Schemas without one of their subgraphs, types, fields, members or directives. */
function smallerSubgraphs(subgraphs: readonly SubgraphText[]): (() => readonly SubgraphText[])[] {
  const smaller: (() => readonly SubgraphText[])[] = [];
  for (const subgraph of subgraphs) smaller.push(() => subgraphs.filter((other) => other !== subgraph));
  for (const subgraph of subgraphs) {
    const document = parse(subgraph.sdl, { noLocation: true });
    const withText = (text: DocumentNode) =>
      subgraphs.map((other) => (other === subgraph ? { ...subgraph, sdl: print(text) } : other));
    const types = document.definitions.filter(
      (node): node is TypeDefinitionNode => node.kind !== Kind.SCHEMA_EXTENSION,
    );
    for (const type of types)
      smaller.push(() =>
        withText({ ...document, definitions: document.definitions.filter((node) => node !== type) }),
      );
    const parts: ASTNode[] = [];
    visit(document, {
      [Kind.SCHEMA_EXTENSION]: () => false,
      [Kind.FIELD_DEFINITION]: (node) => void parts.push(node),
      [Kind.INPUT_VALUE_DEFINITION]: (node) => void parts.push(node),
      [Kind.ENUM_VALUE_DEFINITION]: (node) => void parts.push(node),
      [Kind.DIRECTIVE]: (node) => void parts.push(node),
    });
    for (const node of types) if (node.kind === Kind.UNION_TYPE_DEFINITION) parts.push(...(node.types ?? []));
    for (const node of types)
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION) parts.push(...(node.interfaces ?? []));
    for (const part of parts)
      smaller.push(() => withText(visit(document, { enter: (node) => (node === part ? null : undefined) })));
  }
  return smaller;
}

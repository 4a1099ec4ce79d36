import { isInherited, isObject, type Json, ownValue, quoted } from './json.rules';
import { mergeInto } from './merge.rules';
import type { RequiredSelection } from './plan';
import type { Rewrite } from './rewrites.rules';
import type { TypeTest } from './type-conditions.rules';

/**
 * What a service is sent of an entity, as JSON text; null when the object is none of the required
 * types or a required part is missing because an earlier fetch failed.
 */
export interface Represent {
  (entity: Json): string | null;
  /** The one plain field which, besides the type, the text of objects of a type depends on; undefined where there are more. */
  keyOf?: (typename: string) => string | undefined;
}

type Field = Extract<RequiredSelection, { kind: 'Field' }>;
type Fragment = Extract<RequiredSelection, { kind: 'InlineFragment' }>;

/**
 * Compiles the `requires` of a fetch. Texts are written without objects in between where, as nearly
 * always, one type condition applies to an object; the rest, and what is rewritten before it is
 * sent, goes through {@link select}.
 */
export function compileRepresentation(
  requires: readonly RequiredSelection[],
  isOfType: TypeTest,
  rewrite: Rewrite | undefined,
): Represent {
  const byObject: Represent = (entity) => {
    const selected = select(entity, requires, isOfType);
    if (selected === null || !ownValue(selected, '__typename')) return null;
    rewrite?.(selected);
    return JSON.stringify(selected);
  };
  if (rewrite !== undefined || !requires.every(isFragment)) return byObject;
  const ofType = byTypename(requires, isOfType, (fragments) => {
    const [only, ...others] = fragments;
    if (only === undefined) return () => null;
    if (others.length > 0 || !namesType(only)) return byObject;
    return compileSelections(only.selections, isOfType);
  });
  const represent: Represent = (entity) => {
    const { __typename: typename } = entity;
    return typeof typename === 'string' && typename !== '' ? ofType(typename)(entity) : null;
  };
  const keys = byTypename(requires, isOfType, soleKey);
  represent.keyOf = (typename) => (typename === '' ? undefined : keys(typename));
  return represent;
}

/** The plain field that the one fragment selects besides the type, if it selects no more. */
function soleKey([only, ...others]: readonly Fragment[]): string | undefined {
  if (only === undefined || others.length > 0 || !only.selections.every(isField)) return undefined;
  const [key, ...more] = only.selections.filter(
    ({ name, alias }) => name !== '__typename' || alias !== undefined,
  );
  if (key === undefined || more.length > 0 || key.selections !== undefined) return undefined;
  const name = key.alias ?? key.name;
  return isInherited(name) ? undefined : name;
}

/** Writes a level of the selection; null when a part is missing. */
function compileSelections(selections: readonly RequiredSelection[], isOfType: TypeTest): Represent {
  if (selections.every(isField)) return compileFields(selections, isOfType);
  const byObject: Represent = (object) => {
    const selected = select(object, selections, isOfType);
    return selected === null ? null : JSON.stringify(selected);
  };
  if (!selections.every(isFragment)) return byObject;
  const ofType = byTypename<Represent>(selections, isOfType, (fragments) => {
    const [only, ...others] = fragments;
    if (only === undefined) return () => '{}';
    if (others.length > 0) return byObject;
    const write = compileSelections(only.selections, isOfType);
    return (object) => write(object) ?? '{}';
  });
  return (object) => (typeof object.__typename === 'string' ? ofType(object.__typename)(object) : '{}');
}

function compileFields(fields: readonly Field[], isOfType: TypeTest): Represent {
  const parts = fields.map((field, index) => {
    const name = field.alias ?? field.name;
    const inner = field.selections && compileSelections(field.selections, isOfType);
    return {
      name,
      key: `${index === 0 ? '' : ','}${quoted(name)}:`,
      inherited: isInherited(name),
      write: inner === undefined ? leafText : (value: unknown) => innerText(value, inner),
    };
  });
  return (object) => {
    let text = '{';
    for (const { name, key, inherited, write } of parts) {
      const value = inherited ? ownValue(object, name) : object[name];
      if (value === undefined) return null;
      text += key + write(value);
    }
    return `${text}}`;
  };
}

const leafText = (value: unknown): string =>
  typeof value === 'string' ? quoted(value) : JSON.stringify(value);

function innerText(value: unknown, write: Represent): string {
  if (Array.isArray(value)) return `[${value.map((item) => innerText(item, write)).join()}]`;
  return isObject(value) ? (write(value) ?? 'null') : 'null';
}

/** Keeps, for each type that occurs, what is made of the fragments that apply to it. */
function byTypename<T>(
  fragments: readonly Fragment[],
  isOfType: TypeTest,
  make: (applying: readonly Fragment[]) => T,
): (typename: string) => T {
  const made = new Map<string, T>();
  return (typename) => {
    const known = made.get(typename);
    if (known !== undefined) return known;
    const applying = fragments.filter(
      ({ typeCondition }) => typeCondition !== undefined && isOfType(typename, typeCondition),
    );
    const value = make(applying);
    // What applies to nothing may be any word of a subgraph; it is not kept.
    if (applying.length > 0) made.set(typename, value);
    return value;
  };
}

/** Selects as an object: every fragment that applies and is complete, merged; null when a field is missing. */
function select(source: Json, selections: readonly RequiredSelection[], isOfType: TypeTest): Json | null {
  const selected: Json = {};
  for (const selection of selections) {
    if (isField(selection)) {
      const name = selection.alias ?? selection.name;
      const value = ownValue(source, name);
      if (value === undefined) return null;
      const { selections: inner } = selection;
      const part = inner === undefined ? value : selectInner(value, inner, isOfType);
      mergeInto(selected, { [name]: part }, isOfType);
      continue;
    }
    const { typeCondition } = selection;
    const { __typename: typename } = source;
    if (typeCondition === undefined || typeof typename !== 'string' || !isOfType(typename, typeCondition))
      continue;
    const fragment = select(source, selection.selections, isOfType);
    if (fragment !== null) mergeInto(selected, fragment, isOfType);
  }
  return selected;
}

function selectInner(value: unknown, selections: readonly RequiredSelection[], isOfType: TypeTest): unknown {
  if (Array.isArray(value)) return value.map((item) => selectInner(item, selections, isOfType));
  return isObject(value) ? select(value, selections, isOfType) : null;
}

const isField = (selection: RequiredSelection): selection is Field => selection.kind === 'Field';
const isFragment = (selection: RequiredSelection): selection is Fragment =>
  selection.kind === 'InlineFragment';
const namesType = ({ selections }: Fragment): boolean =>
  selections.some(
    (selection) => isField(selection) && selection.name === '__typename' && selection.alias === undefined,
  );

/** Representations of some objects with each distinct one named once. */
export interface DistinctRepresentations {
  texts: string[];
  /** For each object the position among the distinct ones, -1 where it has none. */
  positions: number[];
  /** How many objects have one. */
  asked: number;
}

/** Writes each distinct representation once: a hundred households of one village ask for it once. */
export function distinctRepresentations(
  entities: readonly Json[],
  represent: Represent,
): DistinctRepresentations {
  const known = new Map<string, number>();
  const byKey = new Map<string, Map<unknown, number>>();
  const positions = new Array<number>(entities.length);
  let asked = 0;
  let lastType: unknown;
  let key: string | undefined;
  let ofType: Map<unknown, number> | undefined;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index]!;
    const { __typename: typename } = entity;
    if (typename !== lastType) {
      lastType = typename;
      key = typeof typename === 'string' ? represent.keyOf?.(typename) : undefined;
      ofType = key === undefined ? undefined : mapOf(byKey, typename as string);
    }
    // Most entities are told apart by one plain key: its value says whether the text has been written before.
    const value = key === undefined ? undefined : entity[key];
    const before = ofType?.get(value);
    if (before !== undefined) {
      asked += 1;
      positions[index] = before;
      continue;
    }
    const text = represent(entity);
    if (text === null) {
      positions[index] = -1;
      continue;
    }
    asked += 1;
    let position = known.get(text);
    if (position === undefined) {
      position = known.size;
      known.set(text, position);
    }
    positions[index] = position;
    if (typeof value !== 'object') ofType?.set(value, position);
  }
  return { texts: [...known.keys()], positions, asked };
}

/** Those of the representations that `keeps` takes by their position, numbered anew; the same object where it takes all. */
export function partOf(
  all: DistinctRepresentations,
  keeps: (position: number) => boolean,
): DistinctRepresentations {
  const texts: string[] = [];
  const numbers = all.texts.map((text, position) => (keeps(position) ? texts.push(text) - 1 : -1));
  if (texts.length === all.texts.length) return all;
  const positions = all.positions.map((position) => numbers[position] ?? -1);
  return { texts, positions, asked: positions.filter((position) => position >= 0).length };
}

function mapOf(maps: Map<string, Map<unknown, number>>, name: string): Map<unknown, number> {
  let map = maps.get(name);
  if (map === undefined) {
    map = new Map();
    maps.set(name, map);
  }
  return map;
}

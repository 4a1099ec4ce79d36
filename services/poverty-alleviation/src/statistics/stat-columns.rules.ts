import type { CodeList } from '../code-lists';

/** What a figure takes of a cell: how many rows are in it, or the sum of their amounts. */
export interface Term {
  cell: string;
  of: 'COUNT' | 'AMOUNT';
  sign: 1 | -1;
}

export type StatUnit =
  | 'HOUSEHOLDS'
  | 'PERSONS'
  | 'PIECES'
  | 'TEN_THOUSAND_YUAN'
  | 'SQUARE_METRES'
  | 'PERCENT';

/** One column: a sum of cells; of a percentage, divided by another sum. It drills down to the rows of `terms`. */
export interface StatColumn {
  key: string;
  group: string | null;
  name: string;
  unit: StatUnit;
  terms: readonly Term[];
  /** Base of a percentage. */
  base?: readonly Term[];
  /** A cell that must be empty for the base to be known. */
  unknownWith?: string;
  /** First year-end the column exists for; that of its table unless given. */
  since?: number;
}

/** A table of catalogue 3.11. */
export interface StatTableDefinition {
  title: string;
  /** First year-end it exists for. */
  since: number;
  columns: readonly StatColumn[];
}

/** The heading above some columns. */
export type Group = string | null;

/** How many rows a cell has. */
export const count = (cell: string, sign: 1 | -1 = 1): Term => ({ cell, of: 'COUNT', sign });
/** What the rows of a cell add up to. */
export const amount = (cell: string, sign: 1 | -1 = 1): Term => ({ cell, of: 'AMOUNT', sign });

/** A column that adds up these terms. */
export function column(
  key: string,
  group: Group,
  name: string,
  unit: StatUnit,
  ...terms: Term[]
): StatColumn {
  return { key, group, name, unit, terms };
}

/** 户数 and 人数 of one cell. */
export function householdsAndPersons(cell: string, group: Group, name: string): StatColumn[] {
  return [
    column(`${cell}.h`, group, `${name}户数`, 'HOUSEHOLDS', count(cell)),
    column(`${cell}.p`, group, `${name}人数`, 'PERSONS', amount(cell)),
  ];
}

/** 户数 and 人数 for each code of a list, or those of its codes that are named. */
export function byCode<Name extends string>(
  cell: string,
  group: string,
  list: CodeList<Name>,
  names: readonly Name[] = list.names,
): StatColumn[] {
  return names.flatMap((name) =>
    householdsAndPersons(`${cell}.${list.code(name)}`, group, `${list.label(name)}`),
  );
}

/** Persons for each code of a list. */
export function personsByCode<Name extends string>(
  cell: string,
  group: string,
  list: CodeList<Name>,
): StatColumn[] {
  return list.names.map((name) => {
    const one = `${cell}.${list.code(name)}`;
    return column(one, group, list.label(name), 'PERSONS', count(one));
  });
}

/** A percentage of two sums; unknown while a row is in `unknownWith`. */
export function percent(
  key: string,
  group: Group,
  name: string,
  terms: Term[],
  base: Term[],
  unknownWith?: string,
): StatColumn {
  return {
    key,
    group,
    name,
    unit: 'PERCENT',
    terms,
    base,
    ...(unknownWith === undefined ? {} : { unknownWith }),
  };
}

/** A sum of money, in ten thousand yuan. */
export const money = (cell: string, group: Group, name: string, key = cell) =>
  column(key, group, name, 'TEN_THOUSAND_YUAN', amount(cell));

/** Persons, as these terms add them up. */
export const person = (key: string, name: string, ...terms: Term[]) =>
  column(key, null, name, 'PERSONS', ...terms);
/** Persons, as the amounts of one cell. */
export const flow = (key: string, name: string) => person(key, name, amount(key));

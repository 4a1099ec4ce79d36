import type { CodeList } from './code-lists';

/** How one field of a yearly record is kept: what is stored for a value, and what a stored value means. */
export interface Field<Value> {
  /** SQL that reads the column in the form `decode` takes. */
  select(column: string): string;
  encode(value: Value): unknown;
  decode(stored: unknown): Value;
}

/** The fields of one tab or table; each is kept in the column of the same name in snake case. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** The values of a set of fields. */
export type Values<Of> = { [Name in keyof Of]: Of[Name] extends Field<infer Value> ? Value : never };

const asIs = (column: string) => column;
const asText = (column: string) => `${column}::text`;
const plain = <Value>(select = asIs): Field<Value> => ({
  select,
  encode: (value) => value ?? null,
  decode: (stored) => stored as Value,
});

export const text = plain<string | null>();
export const requiredText = plain<string>();
export const flag = plain<boolean>();
export const optionalFlag = plain<boolean | null>();
export const whole = plain<number>();
export const optionalWhole = plain<number | null>();
/** A decimal number, kept as numeric and carried as text. */
export const decimal = plain<string | null>();
export const requiredDecimal = plain<string>();
/** A calendar date as YYYY-MM-DD; the driver's own date would depend on the time zone of the machine. */
export const date = plain<string | null>(asText);
export const requiredDate = plain<string>(asText);

/** A value of an official code list; the code is stored, the name is carried. */
export const requiredCode = <Name extends string>(list: CodeList<Name>): Field<Name> => ({
  select: asIs,
  encode: (name) => list.code(name),
  decode: (code) => list.name(code as string),
});

export const code = <Name extends string>(list: CodeList<Name>): Field<Name | null> => ({
  select: asIs,
  encode: (name) => (name ? list.code(name) : null),
  decode: (stored) => (stored === null ? null : list.name(stored as string)),
});

/** Several values of an official code list. */
export const codes = <Name extends string>(list: CodeList<Name>): Field<readonly Name[]> => ({
  select: asIs,
  encode: (names) => names.map((name) => list.code(name)),
  decode: (stored) => (stored as string[]).map((item) => list.name(item)),
});

/** The column that keeps a field: `isKeyTarget` → `is_key_target`, `housingAreaM2` → `housing_area_m2`. */
export function columnOf(field: string): string {
  const known = columnNames.get(field);
  if (known !== undefined) return known;
  const column = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  columnNames.set(field, column);
  return column;
}

/** Fields are few and asked for with every row of an import. */
const columnNames = new Map<string, string>();

/** The select list that reads the fields of a table under their own names. */
export function selectList(fields: Fields, alias: string): string {
  return Object.entries(fields)
    .map(([name, field]) => `${field.select(`${alias}.${columnOf(name)}`)} AS "${name}"`)
    .join(', ');
}

/** Turns the row that {@link selectList} read into values. */
export function decode<Of extends Fields>(fields: Of, row: Readonly<Record<string, unknown>>): Values<Of> {
  // A list of a hundred thousand decodes millions of fields: no pairs are made of them.
  const values: Record<string, unknown> = {};
  for (const name in fields) values[name] = fields[name]!.decode(row[name]);
  return values as Values<Of>;
}

/** Columns and stored values of a set of values, in one order, for an INSERT or UPDATE. */
export function encode<Of extends Fields>(
  fields: Of,
  values: Values<Of>,
): { columns: string[]; stored: unknown[] } {
  const columns: string[] = [];
  const stored: unknown[] = [];
  for (const name in fields) {
    columns.push(columnOf(name));
    stored.push(fields[name]!.encode(values[name]));
  }
  return { columns, stored };
}

/**
 * The SET list, with its parameters, that writes some fields of a row and by whom and when; the row gets its next
 * version. Fields that are undefined stay. Throws RangeError for a name that is none of the fields.
 */
export function setClause(
  fields: Fields,
  given: Readonly<Record<string, unknown>>,
  { actor, now }: { actor: string; now: Date },
): { assignments: string; parameters: unknown[] } {
  const parameters: unknown[] = [actor, now];
  const assignments = ['updated_by = $1', 'updated_at = $2', 'version = version + 1'];
  for (const [name, value] of Object.entries(given)) {
    const field = fields[name];
    if (!field) throw new RangeError('A field is written that its record does not have');
    if (value === undefined) continue;
    assignments.push(`${columnOf(name)} = $${parameters.push(field.encode(value))}`);
  }
  return { assignments: assignments.join(', '), parameters };
}

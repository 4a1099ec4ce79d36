import { columnOf, type Field, type Fields, type Values } from '../record-fields';

/** Some fields of a table as they are stored, by column. */
export function stored(fields: Fields, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const contents: Record<string, unknown> = {};
  for (const name in values) contents[columnOf(name)] = fields[name]!.encode(values[name]);
  return contents;
}

/**
 * How a new row is staged: every column of its tables, undefined where it is empty, as most are, and so not told. Copies of
 * one object are all of one shape; built column by column each would be of its own, which took a second of an import.
 */
export class NewRow<Tabs extends readonly Fields[]> {
  private readonly empty: Readonly<Record<string, unknown>>;
  private readonly columns: readonly (readonly { name: string; column: string; field: Field<unknown> }[])[];

  constructor(...tabs: Tabs) {
    this.columns = tabs.map((fields) =>
      Object.entries(fields).map(([name, field]) => ({ name, column: columnOf(name), field })),
    );
    this.empty = Object.fromEntries(this.columns.flat().map(({ column }) => [column, undefined]));
  }

  /** The columns with what is stored in them, from the values of each tab. */
  contentsOf(...tabs: { [Place in keyof Tabs]: Values<Tabs[Place]> }): Record<string, unknown> {
    const contents = { ...this.empty };
    for (const [place, columns] of this.columns.entries()) {
      const values = tabs[place] as Readonly<Record<string, unknown>>;
      for (const { name, column, field } of columns)
        contents[column] = field.encode(values[name]) ?? undefined;
    }
    return contents;
  }
}

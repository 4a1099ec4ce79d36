/** One column of a sheet: how it is called on paper and in code. */
export interface ColumnDefinition<Key extends string = string> {
  key: Key;
  /** The Chinese title of the header row. */
  title: string;
  /** The column must be there and every row must have a value in it. */
  required?: boolean;
  /** The only values allowed, when they are few: `是`, `否`. */
  choices?: readonly string[];
  /** For the instructions sheet of the template. */
  description?: string;
  example?: string;
  /** Width in characters. */
  width?: number;
}

/** A title as it is compared: without blanks of any width and without the star that marks required columns. */
export function normaliseTitle(title: string): string {
  return title.replace(/[\s\u200B-\u200F\u2060\uFEFF*＊]/g, '');
}

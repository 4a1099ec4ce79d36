/** A labelled value; null is printed as nothing, to be filled in by hand. */
export interface Cell {
  label: string;
  value: string | null;
}

/** A table of a form; `wide` names the column that holds long numbers. */
export interface FormTable {
  headers: readonly string[];
  rows: readonly (readonly (string | null)[])[];
  wide?: string;
}

/** A headed part of a form: labelled values, or a table. */
export interface FormSection {
  title: string;
  cells?: readonly Cell[];
  table?: FormTable;
}

/** One form, ready to be laid out. */
export interface FormView {
  heading: string;
  /** Whose form it is: region, numbers, names. */
  facts: readonly Cell[];
  sections: readonly FormSection[];
  /** Who signs. */
  signatures: readonly string[];
}

/** How forms show their values: of one year, or above an empty block for the next (PA-PR-02…04). */
export interface FormYears {
  year: number;
  compared: boolean;
}

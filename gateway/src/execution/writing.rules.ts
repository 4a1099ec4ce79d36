import { type Json, ownValue } from './json.rules';

/** What stands for a null that its parent may not hold. */
export const BUBBLE = Symbol('null where a value is promised');
/** What stands for an entity whose service does not show it to the caller: null where that may stand, a missing value elsewhere. */
export const HIDDEN = Symbol('entity out of sight');

/** The JSON text of a value, or why there is none. */
export type Written = string | typeof BUBBLE | typeof HIDDEN;

/** The state of writing one answer. */
export interface Writing {
  /** Promised values that were not there. Paths are completed on the way up, so that writing needs none. */
  missing: { message: string; path: (string | number)[] }[];
  /** References that a service answered with null. */
  hidden: ReadonlySet<object> | undefined;
  /** Whether no text among the data has a character that JSON escapes. */
  isPlain: boolean;
  /** Lists written already, by the place of the selection: equal entities share theirs. */
  written: (Map<readonly unknown[], string> | undefined)[];
}

export type Writer = (value: unknown, writing: Writing) => Written;
export type ObjectWriter = (value: Json, writing: Writing) => Written;

export interface FieldWriter {
  /** Under which the value was collected. */
  name: string;
  /** Under which the client gets it. */
  responseName: string;
  /** That name as JSON, the comma before and the colon after it included. */
  key: string;
  /** The same with the mark that begins a text. */
  textKey: string;
  inherited: boolean;
  /** Whether it is about the schema: __typename, __schema, __type. */
  isMeta: boolean;
  isPromised: boolean;
  /** What nearly all its values are, and what is written as it stands where it is that. */
  plain: 'text' | 'integer' | undefined;
  write: Writer;
}

/** Puts a name or an index before the paths of what was found missing since `before`. */
export function locate({ missing }: Writing, before: number, key: string | number): void {
  for (let index = before; index < missing.length; index += 1) missing[index]!.path.unshift(key);
}

/** Writes an object field by field, up to the first null that may not stand. */
export function objectWriter(fieldsOf: () => readonly FieldWriter[]): ObjectWriter {
  return (value, writing) => {
    const fields = fieldsOf();
    let text = '{';
    for (let index = 0; index < fields.length; index += 1) {
      const field = fields[index]!;
      const { name, key, plain } = field;
      const inner = field.inherited ? ownValue(value, name) : value[name];
      if (typeof inner === 'string') {
        if (plain === 'text' && writing.isPlain) {
          text = `${text}${field.textKey}${inner}"`;
          continue;
        }
      } else if (plain === 'integer' && Number.isInteger(inner)) {
        text = `${text}${key}${inner as number}`;
        continue;
      }
      const { responseName, isPromised, write } = field;
      if (isPromised && inner === undefined && writing.hidden?.has(value)) return HIDDEN;
      const before = writing.missing.length;
      const written = write(inner, writing);
      if (writing.missing.length > before) locate(writing, before, responseName);
      if (typeof written !== 'string') return written;
      text += key + written;
    }
    return `${text}}`;
  };
}

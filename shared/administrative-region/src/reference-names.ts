import { ancestorsByCode } from './codes';
import { referenceText } from './reference';

/** The names of the national file. */
export interface ReferenceNames {
  /** The name of a region, or null for a code that is not in the file. */
  nameOf(code: string): string | null;
  /** Its names from the province down, joined: 山西省大同市云州区西坪镇; the code where a name is not known. */
  pathOf(code: string): string;
}

const TAB = 0x09;
const NEWLINE = 0x0a;
const DIGITS = 12;

let loaded: ReferenceNames | undefined;

/**
 * The names of the national file, kept as its text (about 30 MB), read on the first call: for exports and forms, which
 * name regions on paper. What is renamed after the file was made is the directory's to say.
 */
export function referenceNames(): ReferenceNames {
  loaded ??= load();
  return loaded;
}

function load(): ReferenceNames {
  const text = referenceText();
  const starts: number[] = [];
  for (let at = 0; at < text.length; at = text.indexOf(NEWLINE, at) + 1) {
    starts.push(at);
    if (text.indexOf(NEWLINE, at) === -1) break;
  }
  const lines = Uint32Array.from(starts);
  const nameOf = (code: string): string | null => {
    const wanted = Buffer.from(code, 'latin1');
    let low = 0;
    let high = lines.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const start = lines[middle]!;
      const order = wanted.compare(text, start, start + DIGITS);
      if (order === 0)
        return text.toString('utf8', start + DIGITS + 1, text.indexOf(TAB, start + DIGITS + 1));
      if (order < 0) high = middle - 1;
      else low = middle + 1;
    }
    return null;
  };
  return {
    nameOf,
    pathOf: (code) => {
      const path = ancestorsByCode(code).map(nameOf);
      if (path.at(-1) === null) return code;
      return path.length === 1 ? path[0]! : path.slice(1).join('');
    },
  };
}

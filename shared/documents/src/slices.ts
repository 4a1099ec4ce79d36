const SLICE = 64 * 1024;

/** A text piece by piece, for parsers that are to rest between them. */
export function* slicesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; start += SLICE) yield text.slice(start, start + SLICE);
}

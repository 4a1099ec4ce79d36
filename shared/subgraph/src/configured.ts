/**
 * A part of the service that comes from outside, or, where it was left out (tests and tools that do not need it), one
 * that throws as soon as anybody uses it.
 */
export function configured<Part extends object>(part: Part | undefined, name: string): Part {
  if (part !== undefined) return part;
  return new Proxy({} as Part, {
    get: () => {
      throw new Error(`the service was started without ${name}`);
    },
  });
}

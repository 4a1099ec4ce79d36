/** A number in [0, 2^32) that the parts decide, and that tells nothing about the parts. */
export function hashOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    const text = typeof part === 'number' ? String(part) : part;
    for (let index = 0; index < text.length; index += 1)
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    hash = Math.imul(hash ^ 0x1f, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Whether something of this likelihood happens to what the hash stands for. */
export const happens = (hash: number, likelihood: number): boolean => hash / 2 ** 32 < likelihood;

/** A sequence of choices that its seed decides (mulberry32). */
export class Dice {
  private state: number;

  constructor(...seed: readonly (string | number)[]) {
    this.state = hashOf(...seed);
  }

  /** From 0 up to and without 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(likelihood: number): boolean {
    return this.next() < likelihood;
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)]!;
  }

  shuffled<T>(list: readonly T[]): T[] {
    const rest = [...list];
    for (let index = rest.length - 1; index > 0; index -= 1) {
      const other = this.between(0, index);
      [rest[index], rest[other]] = [rest[other]!, rest[index]!];
    }
    return rest;
  }

  /** Some of a list in its order, at least `least` of them. */
  some<T>(list: readonly T[], likelihood: number, least = 0): T[] {
    const kept = new Set(list.filter(() => this.chance(likelihood)));
    for (const item of this.shuffled(list)) if (kept.size < least) kept.add(item);
    return list.filter((item) => kept.has(item));
  }
}

import type { CodeRange } from '@junxian/administrative-region';

/** Conditions and their parameters, collected side by side. */
export class SqlParts {
  readonly parameters: unknown[] = [];
  private readonly parts: string[] = [];

  /** Adds a parameter and returns its placeholder. */
  add(value: unknown): string {
    this.parameters.push(value);
    return `$${this.parameters.length}`;
  }

  where(condition: string): void {
    this.parts.push(`(${condition})`);
  }

  conditions(): string {
    return this.parts.join(' AND ');
  }

  /** That a text column begins with a text, as a range, so that its index serves. */
  beginsWith(column: string, text: string): string {
    return `${column} >= ${this.add(text)} AND ${column} < ${this.add(`${text}\u{10ffff}`)}`;
  }

  /** That a region's code lies in one of the ranges. */
  inRanges(ranges: readonly CodeRange[]): string {
    const each = ranges.map(({ low, high }) => `(r.code >= ${this.add(low)} AND r.code < ${this.add(high)})`);
    return `(${each.join(' OR ')})`;
  }
}

import type { Json } from './json.rules';

/** What a service answered to representations, in their order. */
export type Entities = readonly (Json | null)[];

/** Where the answer about an entity stands, or will; undefined when the question failed. */
export interface Known {
  answer: Promise<Entities | undefined>;
  index: number;
}

/** What one operation knows about entities, or is asking for: the same is asked once, wherever in the answer it stands. */
export class KnownEntities {
  private readonly byShape = new Map<string, Map<string, Known>>();

  /** Takes the shape of a fetch; returns what was asked in fetches of that shape, by the text of the representation. */
  of(shape: string): Map<string, Known> {
    let known = this.byShape.get(shape);
    if (known === undefined) {
      known = new Map();
      this.byShape.set(shape, known);
    }
    return known;
  }

  /** Something was written: whatever was read before it is asked for again. */
  forget(): void {
    this.byShape.clear();
  }
}

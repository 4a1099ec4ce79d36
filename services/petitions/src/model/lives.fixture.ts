import fc from 'fast-check';
import { DRAWS } from './situations.fixture';

/** Which item on the stage, which of the moves that its situation suggests, and two numbers for the details. */
export interface Drawn {
  place: number;
  draw: number;
  x: number;
  y: number;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  place: fc.nat({ max: 2 }),
  draw: fc.nat({ max: DRAWS }),
  x: fc.nat({ max: 9_999 }),
  y: fc.nat({ max: 9_999 }),
});

/**
 * Lives of so many moves. One that fails is shrunk by leaving out stretches of it, long ones before short ones and late
 * ones before early ones, so that what led to a failure is kept.
 */
export class Lives extends fc.Arbitrary<Drawn[]> {
  constructor(private readonly moves: number) {
    super();
  }

  generate(random: fc.Random): fc.Value<Drawn[]> {
    const life = Array.from({ length: this.moves }, () => drawn.generate(random, undefined).value);
    return new fc.Value(life, undefined);
  }

  canShrinkWithoutContext(value: unknown): value is Drawn[] {
    return Array.isArray(value);
  }

  shrink(life: Drawn[]): fc.Stream<fc.Value<Drawn[]>> {
    return new fc.Stream(shorter(life)).map((fewer) => new fc.Value(fewer, undefined));
  }
}

function* shorter(life: readonly Drawn[]): Generator<Drawn[], void> {
  for (let size = Math.ceil(life.length / 2); size >= 1; size = Math.floor(size / 2))
    for (let end = life.length; end > 0; end -= size)
      yield [...life.slice(0, Math.max(0, end - size)), ...life.slice(end)];
}

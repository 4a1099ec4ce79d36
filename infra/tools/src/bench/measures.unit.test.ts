import { measuresIn, meetsBar, printMeasures } from './measures';

const output = `loading 1000000 rows
bench {"what":"page under row-level security / without","value":1.12345,"unit":"×","atMost":1.3}
bench {"what":"relay / bare kafkajs","value":0.4,"unit":"×","atLeast":0.5}
bench {"what":"statements per page","value":3,"unit":"statements"}
bench me`;

it('finds the figures among what else is printed', () => {
  expect(measuresIn(output).map((it) => it.value)).toEqual([1.12345, 0.4, 3]);
});

it('refuses a figure that is none', () => {
  expect(() => measuresIn('bench {"what":"x","value":null,"unit":"s"}')).toThrow('not a measure');
});

it.each([
  [{ atMost: 1.3 }, 1.3, true],
  [{ atMost: 1.3 }, 1.31, false],
  [{ atLeast: 0.5 }, 0.49, false],
  [{ atLeast: 1, atMost: 2 }, 1.5, true],
  [{}, 9, undefined],
])('compares with the bar %j: %d → %s', (bar, value, expected) => {
  expect(meetsBar({ what: 'x', unit: '×', value, ...bar })).toBe(expected);
});

it('prints every figure with its verdict', () => {
  const text = printMeasures([{ benchmark: 'lists', measures: measuresIn(output) }]);
  expect(text).toMatch(/1\.123 × {2}at most 1\.3 ok/);
  expect(text).toMatch(/0\.4 × {2}at least 0\.5 MISSED/);
  expect(text).toMatch(/3 statements$/m);
});

import { streamReferenceRegions } from './reference';
import { referenceNames } from './reference-names';

it('names a region and the way down to it', () => {
  const { nameOf, pathOf } = referenceNames();
  expect(nameOf('000000000000')).not.toBeNull();
  expect(nameOf('140000000000')).toBe('山西省');
  expect(pathOf('140215000000')).toBe(`山西省大同市${nameOf('140215000000')}`);
  expect(pathOf('140000000000')).toBe('山西省');
  expect(nameOf('999999999999')).toBeNull();
  expect(pathOf('140215999999')).toBe('140215999999');
  expect(referenceNames()).toBe(referenceNames());
});

it('names every region as the file does', async () => {
  const { nameOf } = referenceNames();
  for await (const { code, name } of streamReferenceRegions()) {
    if (nameOf(code) !== name) throw new Error(`${code} is named ${nameOf(code)}`);
  }
}, 120_000);

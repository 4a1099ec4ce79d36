import { SharedTexts } from './shared-texts';

describe('the shared texts of a workbook', () => {
  it('are found by their numbers, whatever they hold; a number that there is not has none', () => {
    const texts = new SharedTexts();
    const given = ['是', '', '演示甲𠮷', 'x'.repeat(700_000), '140215', 'y'.repeat(700_000), '末'];
    for (const text of given) texts.add(text);
    expect(given.map((_, number) => texts.get(number))).toEqual(given);
    expect([-1, 0.5, given.length, Number.NaN].map((number) => texts.get(number))).toEqual(['', '', '', '']);
  });

  it('are as many as a county needs', () => {
    const texts = new SharedTexts();
    for (let row = 0; row < 300_000; row += 1) texts.add(`演示村${row}号`);
    expect(texts.get(299_999)).toBe('演示村299999号');
  });

  it('are refused when they take too much, also when it is for their number alone', () => {
    const long = new SharedTexts();
    const longText = '长'.repeat(100_000);
    expect(() => {
      for (let row = 0; row < 400; row += 1) long.add(longText);
    }).toThrow(expect.objectContaining({ code: 'FILE_TOO_LARGE' }));
    const empty = new SharedTexts();
    expect(() => {
      for (let row = 0; row < 10_000_000; row += 1) empty.add('');
    }).toThrow(expect.objectContaining({ code: 'FILE_TOO_LARGE' }));
  });
});

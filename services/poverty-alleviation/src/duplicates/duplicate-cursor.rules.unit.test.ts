import { randomBytes } from 'node:crypto';
import { Refusal } from '@junxian/errors';
import { cursorOf, numberAfter } from './duplicate-cursor.rules';

it('a cursor stands for the number it was made of, and nothing else is a cursor', () => {
  const index = randomBytes(32).toString('base64url');
  expect(numberAfter(cursorOf(index))).toBe(index);
  for (const wrong of ['', 'x', index, cursorOf('x'), cursorOf(`${index}'`), `${cursorOf(index)}AAAA`]) {
    expect(() => numberAfter(wrong)).toThrow(Refusal);
  }
});

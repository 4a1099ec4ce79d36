import { rule } from '@junxian/test-kit';
import { plainName, secondsLocked } from './tracking.rules';

const at = (minute: number, second = 0) => new Date(Date.UTC(2026, 2, 2, 9, minute, second));

describe('the lock of an address', () => {
  const table: [string, Date[], Date, number][] = [
    ['four failures lock nothing', [at(0), at(1), at(2), at(3)], at(4), 0],
    [
      'the fifth within 15 minutes locks for 30 from then',
      [at(0), at(1), at(2), at(3), at(14, 59)],
      at(15),
      1799,
    ],
    ['five over more than 15 minutes do not', [at(0), at(1), at(2), at(3), at(15)], at(16), 0],
    ['the last five of more count', [at(0), at(10), at(11), at(12), at(13), at(16)], at(17), 1740],
    ['the lock ends after 30 minutes', [at(0), at(0), at(0), at(0), at(0)], at(30), 0],
    ['and not a second before', [at(0), at(0), at(0), at(0), at(0)], at(29, 59), 1],
  ];
  rule('PT-PUB-18', 'five failures in 15 minutes lock for 30', () => {
    for (const [what, failures, now, seconds] of table)
      expect([what, secondsLocked(failures, now)]).toEqual([what, seconds]);
  });
});

it.each([
  [' 张 三 ', '张三'],
  ['张\u3000三', '张三'],
  ['阿卜杜•热合曼', '阿卜杜·热合曼'],
  ['阿卜杜‧热合曼', '阿卜杜·热合曼'],
])('the name %j is compared as %s', (typed, plain) => {
  expect(plainName(typed)).toBe(plain);
});

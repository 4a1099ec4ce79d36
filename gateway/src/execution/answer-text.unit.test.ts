import { AnswerText, answerBody } from './answer-text';

it.each([
  [{ data: { a: [1, '"'] } }],
  [{ errors: [{ message: 'x', path: ['a', 0] }], data: { a: [null] } }],
  [{ data: { a: 1 }, extensions: { b: 2 } }],
  [{ errors: [{ message: 'x' }], data: null }],
  [{ errors: [{ message: 'x' }] }],
])('%j is the same text prepared or not', (answer) => {
  const { data } = answer as { data?: unknown };
  const prepared = data ? { ...answer, data: new AnswerText(JSON.stringify(data)) } : answer;
  expect(answerBody(prepared)).toBe(JSON.stringify(answer));
  expect(JSON.parse(JSON.stringify(prepared))).toEqual(answer);
});

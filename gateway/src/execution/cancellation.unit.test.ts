import { Cancellation } from './cancellation';

it('tells those who listen in the order they came, once, and nobody who stopped listening', () => {
  const cancellation = new Cancellation();
  const heard: string[] = [];
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => () => heard.push(name));
  for (const listener of [a, b, c]) cancellation.onAbort(listener!);
  cancellation.offAbort(a!);
  cancellation.onAbort(d!);
  cancellation.offAbort(c!);
  cancellation.abort();
  cancellation.abort();
  expect(heard).toEqual(['b', 'd']);
  expect(cancellation.aborted).toBe(true);
});

it('whoever begins to listen afterwards hears nothing', () => {
  const cancellation = new Cancellation();
  const listener = jest.fn();
  cancellation.onAbort(listener);
  cancellation.offAbort(listener);
  cancellation.abort();
  cancellation.onAbort(listener);
  cancellation.abort();
  expect(listener).not.toHaveBeenCalled();
});

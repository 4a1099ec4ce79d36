import { isRefusal } from '@junxian/errors';
import { Cancellation } from '../execution/cancellation';
import { Admission } from './admission';

const options = {
  normal: { running: 2, waiting: 2 },
  expensive: { running: 1, waiting: 1 },
  expensiveFrom: 100,
  longestWaitMilliseconds: 60,
};

const never = new Cancellation();

/** Work that ends when told. */
function job() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: () => ended, end };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: unknown) => (isRefusal(error) ? error.code : String(error)),
  );

it('runs so many, lets so many wait in order, and refuses the next at once', async () => {
  const admission = new Admission(options);
  const jobs = Array.from({ length: 5 }, job);
  const order: number[] = [];
  const results = jobs.map(({ work }, index) =>
    codeOf(
      admission.run(1, never, () => {
        order.push(index);
        return work();
      }),
    ),
  );
  expect(await results[4]).toBe('OVERLOADED');
  expect(admission.occupancy().normal).toEqual({ running: 2, waiting: 2 });
  expect(order).toEqual([0, 1]);
  jobs[1]!.end();
  await results[1];
  await Promise.resolve();
  expect(order).toEqual([0, 1, 2]);
  for (const { end } of jobs) end();
  expect(await Promise.all(results)).toEqual(['done', 'done', 'done', 'done', 'OVERLOADED']);
  expect(admission.occupancy().normal).toEqual({ running: 0, waiting: 0 });
});

it('expensive work never takes the place of normal work', async () => {
  const admission = new Admission(options);
  const blocking = job();
  const running = admission.run(100, never, blocking.work);
  const waiting = codeOf(admission.run(500, never, async () => undefined));
  expect(await codeOf(admission.run(500, never, async () => undefined))).toBe('OVERLOADED');
  expect(await codeOf(admission.run(99, never, async () => undefined))).toBe('done');
  blocking.end();
  await running;
  expect(await waiting).toBe('done');
});

it('refuses after the longest wait, with the time to come back', async () => {
  const admission = new Admission({ ...options, longestWaitMilliseconds: 20 });
  const blocking = job();
  const running = admission.run(100, never, blocking.work);
  const late = admission.run(100, never, async () => undefined);
  await expect(late).rejects.toMatchObject({
    code: 'OVERLOADED',
    details: { retryAfterSeconds: 1 },
    httpStatus: 503,
  });
  expect(admission.occupancy().expensive).toEqual({ running: 1, waiting: 0 });
  blocking.end();
  await running;
  expect(await codeOf(admission.run(100, never, async () => undefined))).toBe('done');
});

it('takes work out of the waiting room when nobody waits for it any more', async () => {
  const admission = new Admission(options);
  const blocking = job();
  const running = admission.run(100, never, blocking.work);
  const client = new Cancellation();
  const work = jest.fn(async () => undefined);
  const waiting = codeOf(admission.run(100, client, work));
  client.abort();
  expect(await waiting).toMatch('operation stopped');
  expect(await codeOf(admission.run(1, client, work))).toMatch('operation stopped');
  blocking.end();
  await running;
  expect(work).not.toHaveBeenCalled();
  expect(admission.occupancy().expensive).toEqual({ running: 0, waiting: 0 });
});

it('gives the place back when work fails', async () => {
  const admission = new Admission(options);
  await expect(admission.run(100, never, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  expect(await codeOf(admission.run(100, never, async () => undefined))).toBe('done');
});

import { createLogger } from '@junxian/observability';
import { Scheduler } from './scheduler';

describe('recurring work', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('runs at once, then by its interval, and goes on after a failure', async () => {
    const scheduler = new Scheduler(createLogger('test', 'silent'));
    let runs = 0;
    scheduler.start([
      {
        name: 'work',
        everySeconds: 1,
        run: async () => {
          runs += 1;
          if (runs === 1) throw new Error('first time fails');
        },
      },
    ]);
    await jest.advanceTimersByTimeAsync(999);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(2);
    expect(runs).toBe(2);
    await scheduler.stop();
    await jest.advanceTimersByTimeAsync(5000);
    expect(runs).toBe(2);
  });

  it('never runs one piece of work twice at once, and stops only when it is done', async () => {
    const scheduler = new Scheduler(createLogger('test', 'silent'));
    let active = 0;
    let most = 0;
    let finished = 0;
    scheduler.start([
      {
        name: 'slow',
        everySeconds: 0.01,
        run: async () => {
          active += 1;
          most = Math.max(most, active);
          await new Promise((resolve) => setTimeout(resolve, 100));
          active -= 1;
          finished += 1;
        },
      },
    ]);
    await jest.advanceTimersByTimeAsync(150);
    expect([most, finished]).toEqual([1, 1]);
    const stopped = scheduler.stop();
    await jest.advanceTimersByTimeAsync(200);
    await stopped;
    expect([active, finished]).toEqual([0, 2]);
  });

  it('runs at once when woken, and once more when woken while it runs', async () => {
    const scheduler = new Scheduler(createLogger('test', 'silent'));
    const started: number[] = [];
    const work = {
      name: 'due changes',
      everySeconds: 60,
      run: async () => {
        started.push(Date.now());
        await new Promise((resolve) => setTimeout(resolve, 100));
      },
    };
    const begin = Date.now();
    scheduler.start([work]);
    await jest.advanceTimersByTimeAsync(1000);
    scheduler.wake(work);
    await jest.advanceTimersByTimeAsync(50);
    scheduler.wake(work);
    scheduler.wake(work);
    await jest.advanceTimersByTimeAsync(1000);
    expect(started.map((at) => at - begin)).toEqual([0, 1000, 1100]);
    await scheduler.stop();
    scheduler.wake(work);
    await jest.advanceTimersByTimeAsync(120_000);
    expect(started).toHaveLength(3);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { createLogger } from '@junxian/observability';
import { parse } from 'graphql';
import { compose } from '../../testing/compose';
import { Contest, type Operation } from '../../testing/differential/contest';
import { randomOperation } from '../../testing/differential/random-operation';
import { randomSubgraphs } from '../../testing/differential/random-supergraph';
import { CALM } from '../../testing/differential/random-weather';
import {
  type SubgraphsOverHttp,
  serveSubgraphs,
  withAccess,
} from '../../testing/differential/subgraphs-over-http';
import { type Answer, startTestGateway, type TestGateway } from '../../testing/test-gateway';
import { PlannerProcess, type PlanOutcome } from './planner-process';

// Operation 83 of the random supergraph 32: it passes every limit, and Apollo's planner never has a
// plan for it, but takes all memory it gets.
const SEED = 32;
const NUMBER = 83;

const texts = randomSubgraphs(SEED).map(withAccess);
let subgraphs: SubgraphsOverHttp;
let endless: Operation;

beforeAll(async () => {
  const contest = await Contest.open(texts);
  endless = randomOperation(contest.schema, SEED, NUMBER)!;
  await contest.close();
  subgraphs = await serveSubgraphs(texts, CALM);
});

afterAll(() => subgraphs.stop());

/** The planner is begun anew in its own time. */
async function eventually(attempt: () => Promise<void>): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(100);
    }
  }
}

/** The planners that this process has started, by their ids. */
const planners = (): number[] =>
  readdirSync('/proc')
    .filter((name) => {
      try {
        const [parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'latin1'))!.slice(1);
        const command = readFileSync(`/proc/${name}/cmdline`, 'latin1');
        return Number(parent) === process.pid && command.includes('planner-child');
      } catch {
        return false;
      }
    })
    .map(Number);

/** Hundredths of a second that the planner of this process has had of the processor. */
function worked(): number {
  const stat = readFileSync(`/proc/${planners()[0]}/stat`, 'latin1');
  const [user, system] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14);
  return Number(user) + Number(system);
}

/** Takes the processor away from the planner of this process, and gives it back. */
async function starved(meanwhile: () => Promise<void>): Promise<void> {
  const [pid] = planners();
  process.kill(pid!, 'SIGSTOP');
  try {
    await meanwhile();
  } finally {
    process.kill(pid!, 'SIGCONT');
  }
}

/** Plannings of a gateway so far that ended like this. */
async function plannings(gateway: TestGateway, outcome: PlanOutcome): Promise<number> {
  const text = await (await fetch(gateway.url.replace('/graphql', '/metrics'))).text();
  return Number(new RegExp(`planning_seconds_count\\{[^}]*"${outcome}"[^}]*\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

const codesOf = ({ errors = [] }: Answer) => errors.map(({ extensions }) => extensions.code);

describe('an operation that is never planned', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    const environment = { PLAN_TIMEOUT_MS: '2000', MAX_WAITING_PLANS: '1' };
    gateway = await startTestGateway(subgraphs.composed, { environment });
  });
  afterAll(() => gateway.stop());

  /** On a machine too busy for a verdict, asks again, as it is told to. */
  const askEndless = async (name = 'Asked', comment = ''): Promise<Answer> => {
    for (;;) {
      const text = endless.text.replace('mutation Asked', `mutation ${name}`) + comment;
      const answer = await gateway.ask(text, { variables: { ...endless.variables }, operationName: name });
      if (!codesOf(answer).includes('OVERLOADED')) return answer;
      await sleep(200);
    }
  };

  it('is refused, and what is planned is answered meanwhile', async () => {
    const known = 'mutation { change67 }';
    expect(codesOf(await gateway.ask(known))).toEqual([]);
    let isOver = false;
    const refused = askEndless().finally(() => {
      isOver = true;
    });
    let [answered, slowest] = [0, 0];
    while (!isOver) {
      const since = performance.now();
      expect(codesOf(await gateway.ask(known))).toEqual([]);
      expect((await gateway.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
      slowest = Math.max(slowest, performance.now() - since);
      answered += 1;
    }
    expect(answered).toBeGreaterThan(2);
    expect(slowest).toBeLessThan(2_500);
    const answer = await refused;
    expect([answer.status, answer.data, codesOf(answer)]).toEqual([
      400,
      undefined,
      ['OPERATION_TOO_COMPLEX'],
    ]);
    expect(answer.errors?.[0]?.message).toMatch('查询过于复杂');
  });

  it('is remembered, whatever stands around it, and not planned again', async () => {
    const before = await plannings(gateway, 'given up');
    expect(before).toBeGreaterThanOrEqual(1);
    for (const comment of ['', ' # once more', '\n\n'])
      expect(codesOf(await askEndless('Asked', comment))).toEqual(['OPERATION_TOO_COMPLEX']);
    expect(await plannings(gateway, 'given up')).toBe(before);
  });

  it('leaves others their plans', async () => {
    await eventually(async () => expect(codesOf(await gateway.ask('mutation New { change67 }'))).toEqual([]));
  });

  it('makes others wait, but not more than may', async () => {
    const before = worked();
    const refused = askEndless('Other');
    await eventually(async () => expect(worked()).toBeGreaterThan(before + 5));
    const answers = ['A', 'B', 'C'].map((name) => gateway.ask(`mutation ${name} { change67 }`));
    const first = await Promise.race(answers);
    expect([first.status, codesOf(first), first.headers['retry-after']]).toEqual([503, ['OVERLOADED'], '4']);
    expect(codesOf(await refused)).toEqual(['OPERATION_TOO_COMPLEX']);
    const turnedAway = (await Promise.all(answers)).filter((answer) =>
      codesOf(answer).includes('OVERLOADED'),
    );
    expect(turnedAway.length).toBeGreaterThanOrEqual(2);
  });
});

it('an operation that takes all memory of the planner is refused, and the next one planned', async () => {
  const ends: PlanOutcome[] = [];
  const { planner, loaded } = await PlannerProcess.start(compose(subgraphs.composed), {
    limitMilliseconds: 90_000,
    waiting: 8,
    memory: 48,
    logger: createLogger('planner', 'silent'),
    observe: (outcome) => ends.push(outcome),
  });
  try {
    expect(loaded.services.map(({ name }) => name)).toEqual(texts.map(({ name }) => name));
    const hopeless = planner.planOf({ text: endless.text, operationName: endless.operationName });
    const next = planner.planOf({ text: 'mutation { change67 }', operationName: undefined });
    await expect(hopeless).rejects.toMatchObject({ code: 'OPERATION_TOO_COMPLEX' });
    const { node } = await next;
    expect(node?.kind === 'Fetch' && parse(node.operation).definitions).toHaveLength(1);
    expect(ends).toEqual(['given up', 'planned']);
  } finally {
    await planner.stop();
  }
});

describe('on a machine that does not let the planner run', () => {
  const ends: PlanOutcome[] = [];
  let planner: PlannerProcess;

  beforeAll(async () => {
    ({ planner } = await PlannerProcess.start(compose(subgraphs.composed), {
      limitMilliseconds: LIMIT,
      waiting: 8,
      memory: 160,
      logger: createLogger('planner', 'silent'),
      observe: (outcome) => ends.push(outcome),
    }));
  });
  afterAll(() => planner.stop());

  const LIMIT = 800;
  const plan = (name: string) =>
    planner.planOf({ text: `mutation ${name} { change67 }`, operationName: undefined });

  it('an operation is planned though it takes longer than the limit by the clock', async () => {
    const before = planners();
    let planned: ReturnType<typeof plan> | undefined;
    await starved(async () => {
      planned = plan('Late');
      await sleep(1.5 * LIMIT);
      expect(ends).toEqual([]);
    });
    expect((await planned)?.node?.kind).toBe('Fetch');
    expect(ends).toEqual(['planned']);
    expect(planners()).toEqual(before);
  });

  it('an operation that never gets its turn is refused, but not as too complex, and planned when it comes again', async () => {
    const [pid] = planners();
    process.kill(pid!, 'SIGSTOP');
    await expect(plan('Never')).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(ends).toEqual(['planned', 'given up']);
    await eventually(async () => expect((await plan('Never')).node?.kind).toBe('Fetch'));
    expect(planners()).not.toContain(pid);
  });
});

describe('while the planner is not let run, at the gateway', () => {
  const LIMIT = 1_500;
  let gateway: TestGateway;

  beforeAll(async () => {
    const environment = { OPERATION_TIMEOUT_MS: String(LIMIT), GATEWAY_COALESCE: 'false' };
    gateway = await startTestGateway(subgraphs.composed, { environment });
  });
  afterAll(() => gateway.stop());

  it.each([
    ['mutation Late { change67 }', '没有生效'],
    ['query Late { common }', '已停止'],
  ])('%s ends with its time and begins nothing; its plan is kept', async (text, said) => {
    const [asked, planned] = [subgraphs.asked, await plannings(gateway, 'planned')];
    await starved(async () => {
      const since = performance.now();
      const answer = await gateway.ask(text);
      expect([answer.status, codesOf(answer)]).toEqual([504, ['OPERATION_TIMEOUT']]);
      expect(JSON.stringify(answer.errors)).toContain(said);
      expect(performance.now() - since).toBeGreaterThan(0.9 * LIMIT);
    });
    await eventually(async () => expect(await plannings(gateway, 'planned')).toBe(planned + 1));
    expect(codesOf(await gateway.ask(text))).toEqual([]);
    expect(await plannings(gateway, 'planned')).toBe(planned + 1);
    // That of the second request.
    expect(subgraphs.asked).toBe(asked + 1);
  });

  it('a mutation whose client leaves is not begun, that of another who waits for the same plan is', async () => {
    const [asked, planned] = [subgraphs.asked, await plannings(gateway, 'planned')];
    const query = 'mutation Left { change67 }';
    let stays: Promise<Answer> | undefined;
    await starved(async () => {
      const leaving = new AbortController();
      const left = fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
        signal: leaving.signal,
      });
      await sleep(200);
      stays = gateway.ask(query);
      leaving.abort();
      await expect(left).rejects.toThrow();
      await sleep(100);
    });
    expect(codesOf((await stays)!)).toEqual([]);
    expect([subgraphs.asked, await plannings(gateway, 'planned')]).toEqual([asked + 1, planned + 1]);
  });
});

it('a supergraph that the planner cannot load is refused with the reason', async () => {
  const options = { limitMilliseconds: 1, waiting: 1, memory: 64, observe: () => undefined };
  const started = PlannerProcess.start('type Query { a: Int }', {
    ...options,
    logger: createLogger('planner', 'silent'),
  });
  await expect(started).rejects.toThrow(/core/);
});

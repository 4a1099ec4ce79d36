import { type ChildProcess, fork } from 'node:child_process';
import { extname, join } from 'node:path';
import type { Refusal } from '@junxian/errors';
import type { Logger } from '@junxian/observability';
import { LRUCache } from 'lru-cache';
import { operationTooComplex, overloaded } from '../errors/refusals';
import { sha256 } from '../limits/operation-library';
import type { QueryPlan } from './plan';
import type { PlannableOperation, Planner } from './planner';
import type { LoadedSupergraph, PlannerAnswer, PlannerTask } from './planner-child';
import { processorMilliseconds } from './processor-time';

export interface PlannerProcessOptions {
  /** Longest planning of one operation, in processor time: on a busy machine it may wait for its turn. */
  limitMilliseconds: number;
  /** Operations that may wait for their plan; one more is refused. */
  waiting: number;
  /** Heap of the process, in MiB. */
  memory: number;
  logger: Logger;
  /** Hears how long each planning took, and how it ended. */
  observe: (outcome: PlanOutcome, seconds: number) => void;
}

export type PlanOutcome = 'planned' | 'failed' | 'given up';

/** How long an operation without a plan in time is refused without another attempt. */
const REMEMBERED_MILLISECONDS = 120_000;
const MOST_REMEMBERED = 1_000;
/** Longest planning by the clock, as a multiple of the processor time that it may take. */
const PATIENCE = 12;
const RESTART_MILLISECONDS = 1_000;
/** Of what the process says when it dies. */
const MOST_LAST_WORDS = 2_000;

// Sources are run as they stand by tests and benchmarks; then the child needs what compiles them.
const SUFFIX = extname(__filename);
const COMPILING = SUFFIX === '.ts' ? ['-r', join(__dirname, '../../../infra/tools/register.cjs')] : [];

interface Waiting {
  operation: PlannableOperation;
  resolve(plan: QueryPlan): void;
  reject(error: Error): void;
  /** Until its turn: ends the wait. Then: looks after the planning. */
  timer: NodeJS.Timeout;
}

interface Planning extends Waiting {
  since: number;
  /** What the process had used before. */
  usedBefore: number;
  /** Whether it was ended without having had the processor for its time. */
  isStarved: boolean;
}

/**
 * Apollo's planner in a process of its own, one operation after the other. Planning can take for ever
 * or all memory there is, with operations that pass every limit; a thread that runs out of memory
 * would take the gateway with it. A process that overruns is killed and begun anew, and the operation
 * refused for a while without being planned.
 */
export class PlannerProcess implements Planner {
  private child: ChildProcess | undefined;
  private isReady = false;
  private isStopped = false;
  private planning: Planning | undefined;
  private readonly queue = new Set<Waiting>();
  private readonly unplannable = new LRUCache<string, true>({
    max: MOST_REMEMBERED,
    ttl: REMEMBERED_MILLISECONDS,
  });
  private restart: NodeJS.Timeout | undefined;

  private constructor(
    private readonly supergraphSdl: string,
    private readonly options: PlannerProcessOptions,
  ) {}

  /** Starts the process and has it load the supergraph. Throws Error where it is invalid. */
  static async start(
    supergraphSdl: string,
    options: PlannerProcessOptions,
  ): Promise<{ planner: PlannerProcess; loaded: LoadedSupergraph }> {
    const planner = new PlannerProcess(supergraphSdl, options);
    try {
      return { planner, loaded: await planner.begin() };
    } catch (error) {
      await planner.stop();
      throw error;
    }
  }

  /** Throws OPERATION_TOO_COMPLEX without a plan in time, OVERLOADED where too many wait or the machine is too busy. */
  planOf(operation: PlannableOperation): Promise<QueryPlan> {
    if (this.unplannable.has(keyOf(operation))) return Promise.reject(operationTooComplex());
    if (this.isStopped || this.queue.size >= this.options.waiting) return Promise.reject(this.tooBusy());
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.queue.delete(entry);
        reject(this.tooBusy());
      };
      const entry = { operation, resolve, reject, timer: setTimeout(giveUp, this.longestWait) };
      this.queue.add(entry);
      this.next();
    });
  }

  /** Ends the process. What still waits for a plan is refused. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.restart);
    const { child } = this;
    if (child !== undefined) {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await ended;
    }
    for (const entry of this.queue) {
      clearTimeout(entry.timer);
      entry.reject(overloaded(1));
    }
    this.queue.clear();
  }

  private next(): void {
    const [entry] = this.queue;
    if (!this.isReady || this.planning !== undefined || entry === undefined) return;
    this.queue.delete(entry);
    clearTimeout(entry.timer);
    const planning: Planning = {
      ...entry,
      timer: setTimeout(() => this.lookAfter(planning), this.options.limitMilliseconds),
      since: performance.now(),
      usedBefore: this.used(),
      isStarved: false,
    };
    this.planning = planning;
    this.send(entry.operation);
  }

  /** Ends a planning whose time is over; comes back when it may be, if not. */
  private lookAfter(planning: Planning): void {
    const { limitMilliseconds } = this.options;
    const left = limitMilliseconds - (this.used() - planning.usedBefore);
    const patience = PATIENCE * limitMilliseconds - (performance.now() - planning.since);
    const next = Math.min(left, patience);
    if (next > 0) {
      planning.timer = setTimeout(() => this.lookAfter(planning), next);
      return;
    }
    planning.isStarved = left > 0;
    // The end of the process settles the planning; till then it is given nothing more.
    this.isReady = false;
    this.child?.kill('SIGKILL');
  }

  /** Processor time of the process; where nobody tells it, the time by the clock. */
  private used(): number {
    return processorMilliseconds(this.child?.pid) ?? performance.now();
  }

  private get longestWait(): number {
    return 2 * this.options.limitMilliseconds;
  }

  private tooBusy(): Refusal {
    return overloaded(Math.ceil(this.longestWait / 1000));
  }

  /** Starts a process; resolves once it has loaded the supergraph. */
  private begin(): Promise<LoadedSupergraph> {
    const child = fork(join(__dirname, `planner-child${SUFFIX}`), {
      execArgv: [`--max-old-space-size=${this.options.memory}`, '--max-semi-space-size=8', ...COMPILING],
      // None of the gateway's secrets.
      env: { NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child = child;
    let lastWords = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-MOST_LAST_WORDS);
    });
    return new Promise((resolve, reject) => {
      let isLoaded = false;
      child.on('message', (answer: PlannerAnswer) => {
        if (isLoaded) {
          if (this.isReady) this.answered(answer);
        } else if ('schemaSdl' in answer) {
          isLoaded = true;
          this.isReady = true;
          resolve(answer);
          this.next();
        } else if ('failed' in answer) reject(new Error(answer.failed));
      });
      child.on('error', (error) => {
        if (child.pid === undefined) this.child = undefined;
        reject(error);
      });
      child.once('exit', (code, signal) => {
        this.child = undefined;
        const how = signal ?? `code ${code}`;
        if (isLoaded) this.ended(how);
        else reject(new Error(`the planner ended with ${how}: ${lastWords}`));
      });
      this.send({ supergraphSdl: this.supergraphSdl });
    });
  }

  /** What does not reach the process is settled by its end. */
  private send(task: PlannerTask): void {
    this.child?.send(task, () => undefined);
  }

  private answered(answer: PlannerAnswer): void {
    if ('plan' in answer) this.settle('planned')?.resolve(answer.plan);
    else if ('failed' in answer) this.settle('failed')?.reject(new Error(answer.failed));
    this.next();
  }

  private settle(outcome: PlanOutcome): Planning | undefined {
    const { planning } = this;
    this.planning = undefined;
    if (planning === undefined) return undefined;
    clearTimeout(planning.timer);
    this.options.observe(outcome, (performance.now() - planning.since) / 1000);
    return planning;
  }

  /**
   * A process that had loaded the supergraph is no more: whatever it planned has cost it its life, unless
   * it never had the processor, or all is over.
   */
  private ended(how: string): void {
    this.isReady = false;
    const planning = this.settle('given up');
    if (planning !== undefined) {
      if (planning.isStarved || this.isStopped) planning.reject(this.tooBusy());
      else {
        this.unplannable.set(keyOf(planning.operation), true);
        planning.reject(operationTooComplex());
      }
    }
    if (this.isStopped) return;
    this.options.logger.warn({ how, planning: planning !== undefined }, 'the planner is begun anew');
    this.beginAnew();
  }

  private beginAnew(): void {
    this.begin().catch((error: unknown) => {
      if (this.isStopped) return;
      this.options.logger.error({ err: error }, 'the planner could not be begun');
      this.restart = setTimeout(() => this.beginAnew(), RESTART_MILLISECONDS);
    });
  }
}

/** Texts may be long, and many are remembered. */
const keyOf = ({ text, operationName }: PlannableOperation): string =>
  sha256(`${operationName ?? ''} ${text}`);

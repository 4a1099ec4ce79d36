import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { processorMilliseconds } from '../../src/execution/processor-time';
import type { Stretch } from './play';
import type { PlayerNews } from './player';
import { Statistics } from './statistics';

export interface LongPlan {
  operations: number;
  operationsPerSupergraph: number;
  processes: number;
  /** Hears how far it is. */
  onProgress: (text: string) => void;
}

export interface LongPlay {
  statistics: Statistics;
  /** Operations that Apollo's planner has no plan for within its bounds; neither executor answers them. */
  unplanned: string[];
  /** The first operation that was answered differently, or that a player died of outside of the planner. */
  failed: { replay: string; why: string } | undefined;
}

/** Planning usually takes milliseconds; what takes a minute of the processor takes for ever, or all memory. */
const LONGEST_OPERATION_MILLISECONDS = 60_000;
const LOOK_MILLISECONDS = 1_000;
const MEMORY = 2_500;
/** What Apollo's gateways leave behind in a process adds up. */
const SUPERGRAPHS_PER_PROCESS = 6;

/**
 * Plays as `play` does, but in processes that may die: a planner that runs on, or out of memory, costs
 * the operation that it planned, and nothing else. Supergraphs are numbered from 1.
 */
export async function playInProcesses(plan: LongPlan): Promise<LongPlay> {
  const result: LongPlay = { statistics: new Statistics(), unplanned: [], failed: undefined };
  let seeds = 0;
  const isOver = () => result.failed !== undefined || result.statistics.operations >= plan.operations;
  const lane = async () => {
    while (!isOver()) {
      const player = new Player();
      for (let played = 0; played < SUPERGRAPHS_PER_PROCESS && player.isAlive; played += 1) {
        if (isOver()) break;
        seeds += 1;
        await playSupergraph(seeds, player, plan, result);
      }
      player.end();
    }
  };
  await Promise.all(Array.from({ length: plan.processes }, lane));
  return result;
}

/** Plays all operations of a supergraph; where the player dies of one, another goes on behind it. */
async function playSupergraph(
  seed: number,
  first: Player,
  { operationsPerSupergraph: to, onProgress }: LongPlan,
  result: LongPlay,
): Promise<void> {
  const { statistics } = result;
  let from = 0;
  for (let player = first; from < to && result.failed === undefined; player = new Player()) {
    const outcome = await player.play({ seed, from, to }, (news) => {
      from = news.number + 1;
      statistics.add(news.statistics);
      if (news.replay !== undefined)
        result.failed ??= { replay: news.replay, why: 'is answered differently' };
    });
    if (outcome === 'not composed') statistics.notComposed += 1;
    if (player !== first) player.end();
    if (outcome === 'played' || outcome === 'not composed') break;
    const replay = `${seed}.${from}`;
    if (outcome === 'died planning') result.unplanned.push(replay);
    else result.failed ??= { replay, why: 'ends the process that answers it, or never ends' };
    from += 1;
  }
  if (from > 0) statistics.supergraphs += 1;
  onProgress(`supergraph ${seed}: ${statistics.operations} operations so far`);
}

type Outcome = Extract<PlayerNews, { ended: unknown }>['ended'] | 'died planning' | 'died';

/** One process that plays; ended where an operation takes too much of the processor. */
class Player {
  private readonly child: ChildProcess;
  isAlive = true;

  constructor() {
    this.child = fork(join(__dirname, 'player.ts'), {
      execArgv: [
        `--max-old-space-size=${MEMORY}`,
        ...['-r', join(__dirname, '../../../infra/tools/register.cjs')],
      ],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.child.once('exit', () => {
      this.isAlive = false;
    });
  }

  play(
    stretch: Stretch,
    onPlayed: (news: Extract<PlayerNews, { number: number }>) => void,
  ): Promise<Outcome> {
    const { child } = this;
    return new Promise((resolve) => {
      let isPlanning = false;
      let usedBefore = this.used();
      const look = setInterval(() => {
        if (this.used() - usedBefore > LONGEST_OPERATION_MILLISECONDS) child.kill('SIGKILL');
      }, LOOK_MILLISECONDS);
      const onExit = () => finish(isPlanning ? 'died planning' : 'died');
      const onMessage = (news: PlayerNews) => {
        if ('planning' in news) isPlanning = news.planning;
        else if ('ended' in news) finish(news.ended);
        else {
          usedBefore = this.used();
          onPlayed(news);
        }
      };
      const finish = (outcome: Outcome) => {
        clearInterval(look);
        child.off('exit', onExit).off('message', onMessage);
        resolve(outcome);
      };
      child.on('exit', onExit).on('message', onMessage);
      child.send(stretch, () => undefined);
    });
  }

  end(): void {
    this.child.kill('SIGKILL');
  }

  private used(): number {
    return processorMilliseconds(this.child.pid) ?? 0;
  }
}

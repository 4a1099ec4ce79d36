import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cpuTimeOfProcess } from '@junxian/test-kit';
import nodeFlags from '../../infra/node-flags.json';

/** Linux only: elsewhere nothing is pinned and no process is measured. */
const TASKSET = '/usr/bin/taskset';
const CAN_PIN = existsSync(TASKSET) && availableParallelism() > 1;
const PAGE_KIB = 4;

/** The core that is the measured gateway's; everything else of a benchmark stays off it. */
const GATEWAY_CORE = String(availableParallelism() - 1);
const OTHER_CORES = `0-${availableParallelism() - 2}`;

export type Place = 'gateway core' | 'other cores';

/** Moves this process off the gateway's core; what it starts from now on stays off it too. */
export function leaveGatewayCore(): void {
  if (CAN_PIN)
    execFileSync(TASKSET, ['-a', '-c', '-p', OTHER_CORES, String(process.pid)], { stdio: 'ignore' });
  else process.stdout.write('no second core or no taskset: nothing is pinned\n');
}

/** A process of the benchmark: a role of `child.ts`, with what it told when it was ready. */
export class Child<Ready = unknown> {
  private constructor(
    private readonly child: ChildProcess,
    readonly ready: Ready,
  ) {}

  /** Starts a role. Throws Error when it ends before it is ready. */
  static async start<Ready>(
    role: string,
    settings: unknown,
    place: Place,
    environment: Record<string, string> = {},
  ) {
    // As ours is deployed; every candidate alike.
    const node = [
      '--expose-gc',
      ...nodeFlags.gateway,
      '-r',
      require.resolve('../../infra/tools/register.cjs'),
    ];
    const core = place === 'gateway core' ? GATEWAY_CORE : OTHER_CORES;
    const pinned = { execPath: TASKSET, execArgv: ['-c', core, process.execPath, ...node] };
    const child = fork(join(__dirname, 'child.ts'), [role, JSON.stringify(settings)], {
      ...(CAN_PIN ? pinned : { execArgv: node }),
      env: {
        NODE_ENV: 'production',
        APOLLO_TELEMETRY_DISABLED: 'true',
        ...environment,
      },
    });
    const ready = await new Promise<Ready>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Ready));
      child.once('exit', (code) => reject(new Error(`${role} ended with ${code} before it was ready`)));
    });
    return new Child<Ready>(child, ready);
  }

  /** Asks the process one of the things that every role answers; one question at a time. Throws Error when it has ended. */
  async ask<Answer = unknown>(what: Question): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const settle = (end: () => void) => {
        this.child.off('message', answered).off('exit', ended);
        end();
      };
      const answered = (message: unknown) => settle(() => resolve(message as Answer));
      const ended = (code: number | null) => settle(() => reject(new Error(`ended with ${code}`)));
      this.child.once('message', answered).once('exit', ended);
      this.child.send(what);
    });
  }

  /** Processor time used so far, in ms; 0 where it cannot be told. */
  cpuMs(): number {
    return CAN_PIN ? cpuTimeOfProcess(this.child.pid!) : 0;
  }

  /** Resident memory in MiB; 0 where it cannot be told. */
  residentMiB(): number {
    if (!CAN_PIN) return 0;
    const pages = Number(readFileSync(`/proc/${this.child.pid}/statm`, 'utf8').split(' ')[1]);
    return (pages * PAGE_KIB) / 1024;
  }

  end(): void {
    this.child.kill('SIGKILL');
  }
}

/** What any process of the benchmark can be asked. */
export type Question =
  | { what: 'requests' }
  | { what: 'heap after collection' }
  | { what: 'heap snapshot'; file: string }
  | { what: 'start profile' }
  | { what: 'end profile' };

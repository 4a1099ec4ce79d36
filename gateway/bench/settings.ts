/** How long and how wide a benchmark of gateways runs; shorter by environment variables. */
export interface ContestSettings {
  rounds: number;
  /** Of each candidate in each round. */
  seconds: number;
  warmUpSeconds: number;
  connections: number;
  /** Names of the other houses' gateways that take part; empty for all. Ours, the stock one and the raw limit always do. */
  only: readonly string[];
  /** The one candidate that takes part to have its processor time looked at, if any; nothing is compared then. */
  profile: string | null;
}

/** BENCH_ROUNDS, BENCH_SECONDS, BENCH_WARM_UP, BENCH_CONNECTIONS, BENCH_CANDIDATES (comma-separated), BENCH_PROFILE. */
export function contestSettings(variables: Readonly<Record<string, string | undefined>>): ContestSettings {
  const number = (name: string, otherwise: number) => Number(variables[name] ?? otherwise);
  return {
    rounds: number('BENCH_ROUNDS', 5),
    seconds: number('BENCH_SECONDS', 4),
    warmUpSeconds: number('BENCH_WARM_UP', 5),
    connections: number('BENCH_CONNECTIONS', 40),
    only: (variables.BENCH_CANDIDATES ?? '').split(',').filter(Boolean),
    profile: variables.BENCH_PROFILE ?? null,
  };
}

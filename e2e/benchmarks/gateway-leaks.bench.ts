import { growth, watchMemory } from '../../gateway/bench/leaks';
import { finish } from './gateway/figures';
import { report } from './support/measure';

const MINUTES = Number(process.env.BENCH_MINUTES ?? 10);
const INTERVAL_SECONDS = Number(process.env.BENCH_INTERVAL ?? 60);
/** A folder for snapshots of the heap, to see what grows. */
const SNAPSHOTS = process.env.BENCH_SNAPSHOTS ?? null;
const NEW_OPERATIONS = Number(process.env.BENCH_NEW_OPERATIONS ?? 5_500);

/**
 * Our gateway's memory under a mixture of operations. Shorter by BENCH_MINUTES, BENCH_INTERVAL (seconds) and
 * BENCH_NEW_OPERATIONS; with fewer than 5,500 of these, caches that are not full yet count as growth. With
 * BENCH_SNAPSHOTS (a folder) the heap after the first look and after the last is kept, to compare what grows.
 */
async function main(): Promise<void> {
  const looks = Math.max(3, Math.round((MINUTES * 60) / INTERVAL_SECONDS));
  const seen = await watchMemory(settings(looks), (look) =>
    console.log(
      `${look.minutes.toFixed(1)} min: heap ${look.heapMiB.toFixed(1)} MiB, resident ${look.residentMiB.toFixed(0)} MiB`,
    ),
  );
  report('growth of the collected heap', growth(seen, 'heapMiB'), 'MiB/min', { atMost: 0.5 });
  report('growth of resident memory', growth(seen, 'residentMiB'), 'MiB/min');
  report('collected heap at the end', seen.at(-1)!.heapMiB, 'MiB');
}

const settings = (looks: number) => ({
  intervalSeconds: INTERVAL_SECONDS,
  looks,
  newBefore: NEW_OPERATIONS,
  snapshots: SNAPSHOTS,
  newEach: Math.ceil(NEW_OPERATIONS / 20),
});

finish(main());

import type { Snapshot, World } from './world.fixture';

/** Thrown by a move that found nothing to do: neither done nor refused. */
export class Idle extends Error {}

/** An item as it stands on the stage, and two numbers by which a move's details are picked. */
export interface Scene {
  world: World;
  now: Snapshot;
  x: number;
  y: number;
}

export const pick = <Value>(values: readonly Value[], number: number): Value =>
  values[number % values.length]!;
export const TEXT = '示例：模型测试。';
export const SERVICE = (day: string) => ({
  serviceMode: 'IN_PERSON' as const,
  servedAt: day,
  receipt: 'SIGNED' as const,
  signedFor: '示例',
});
export const latest = <Row>(rows: readonly Row[]): Row | undefined => rows.at(-1);

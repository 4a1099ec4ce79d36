import { eventually } from '../support/system';
import type { FaultStage } from './fault-stage';

/** Events that come twice. There are events: other tests have run before. */
export function secondDelivery({ system, ready, sql, one, counted, everyEffectArrived }: FaultStage): void {
  /** Events that the service's consumers were given and knew, by its own count. */
  const duplicates = async () => {
    const { origin } = system().process('poverty-alleviation');
    const figures = await (await fetch(`${origin}/metrics`)).text();
    const counts = [
      ...figures.matchAll(/^junxian_events_consumed_total\{[^}]*outcome="duplicate"[^}]*\} (\d+)/gm),
    ];
    return counts.reduce((sum, [, count]) => sum + Number(count), 0);
  };

  it('a second delivery of everything changes nothing', async () => {
    await ready('poverty-alleviation');
    const before = await everyEffectArrived();
    const known = await one(
      `SELECT count(*)::int AS n FROM inbox WHERE event_id IN (SELECT envelope::jsonb ->> 'id' FROM outbox)`,
    );
    expect(known).toBeGreaterThan(60);
    const duplicatesBefore = await duplicates();
    await sql('UPDATE outbox SET published_at = NULL');
    await eventually(
      'the second delivery',
      async () => (await duplicates()) - duplicatesBefore,
      (n) => n >= known,
      60_000,
    );
    expect(await counted(2017)).toEqual(before.counted);
  }, 120_000);
}

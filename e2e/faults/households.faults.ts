import { setTimeout as pause } from 'node:timers/promises';
import { citizenNumber, householdForm, IDENTIFY, places } from '../support/demo';
import { eventually } from '../support/system';
import type { FaultStage } from './fault-stage';

/** Households that officers enter while the service dies. */
export function householdFaults({ officer, kill, ready, one, everyEffectArrived }: FaultStage): void {
  /** Identifies a household as often as it takes: the key makes the repetition harmless. */
  async function identifyUntilAnswered(serial: number): Promise<string> {
    const idNumber = citizenNumber(serial % 1000, `19${80 + Math.floor(serial / 1000)}0101`);
    const input = householdForm({
      villageCode: places.village,
      headName: '示例',
      idNumber,
      idempotencyKey: `fault-${serial}`,
    });
    let last: unknown;
    // Four times a service begins anew, one after the other: on a busy machine each takes twenty seconds.
    for (const until = Date.now() + 180_000; Date.now() < until; await pause(200)) {
      const answer = await officer()
        .query(IDENTIFY, { input })
        .catch((error: Error) => ({ data: null, errors: [error] }));
      if (answer.data?.identifyHousehold) return answer.data.identifyHousehold.id;
      last = answer.errors;
    }
    throw new Error(`household ${serial} was never accepted: ${JSON.stringify(last)}`);
  }

  it('kill −9 of the service again and again while officers write: every household once, every figure right', async () => {
    let writing = true;
    const killer = (async () => {
      for (let round = 0; writing && round < 4; round += 1) {
        await pause(300 + round * 137);
        await ready('poverty-alleviation');
        kill('poverty-alleviation');
      }
    })();
    const serials = Array.from({ length: 60 }, (_, index) => 100 + index);
    const ids: string[] = [];
    for (let start = 0; start < serials.length; start += 6) {
      ids.push(...(await Promise.all(serials.slice(start, start + 6).map(identifyUntilAnswered))));
    }
    writing = false;
    await killer;
    expect(new Set(ids).size).toBe(serials.length);
    expect(
      await eventually(
        'the service',
        () => one('SELECT count(*)::int AS n FROM household WHERE id = ANY($1)', [ids]),
        (n) => n === 60,
      ),
    ).toBe(60);
    const both = await everyEffectArrived();
    expect(both.counted).toEqual(both.recounted);
    expect(
      await one(
        `SELECT count(*)::int AS n FROM (
           SELECT key FROM outbox WHERE envelope::json ->> 'type' LIKE '%household.identified%' GROUP BY key HAVING count(*) > 1) AS twice`,
      ),
    ).toBe(0);
  }, 360_000);
}

import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../support/system';
import type { FaultStage } from './fault-stage';
import { letterTitle, PetitionsAtWork, submissionTitle } from './petitions-at-work';

/** Petitions that citizens submit and officers register while the service dies. */
export function petitionFaults({ system, kill, ready }: FaultStage): void {
  it('kill −9 of petitions while citizens submit and officers register and forward: nothing acknowledged lost, nothing twice', async () => {
    const work = await PetitionsAtWork.begin(system());
    let working = true;
    const killer = (async () => {
      for (let round = 0; working && round < 2; round += 1) {
        await pause(250 + round * 170);
        await ready('petitions');
        kill('petitions');
      }
    })();
    const letters = Array.from({ length: 12 }, (_, serial) => serial);
    const submissions = Array.from({ length: 4 }, (_, serial) => serial);
    const lane = async (serials: number[], work: (serial: number) => Promise<string>) => {
      const ids: string[] = [];
      for (const serial of serials) ids.push(await work(serial));
      return ids;
    };
    const [submitted, ...registered] = await Promise.all([
      lane(submissions, (serial) => work.submission(serial)),
      ...[0, 1, 2].map((rest) =>
        lane(
          letters.filter((serial) => serial % 3 === rest),
          (serial) => work.letter(serial),
        ),
      ),
    ]);
    working = false;
    await killer;
    await ready('petitions');

    const items = await system().adminQuery<{ id: string; title: string }>(
      'petitions',
      `SELECT c.id, c.title, c.state, c.version,
         (SELECT count(*)::int FROM org_task t WHERE t.case_item_id = c.id AND t.custody) AS custodians,
         (SELECT array_agg(o.envelope::jsonb ->> 'type' ORDER BY o.position) FROM outbox o WHERE o.key = c.id::text) AS events,
         (SELECT array_agg(j.action ORDER BY j.id) FROM case_journal j WHERE j.case_item_id = c.id) AS journal
       FROM case_item c WHERE c.title LIKE '示例故障来信%' ORDER BY c.title`,
    );
    expect(items.map(({ title }) => title).sort()).toEqual(letters.map(letterTitle).sort());
    expect(items.map(({ id }) => id).sort()).toEqual(registered.flat().sort());
    for (const item of items)
      expect(item).toMatchObject({
        state: 'IN_HANDLING',
        custodians: 1,
        events: ['junxian.petitions.case.registered.v1', 'junxian.petitions.case.forwarded.v1'],
        journal: ['REGISTER', 'FORWARD'],
      });
    const received = await system().adminQuery<{ id: string; title: string; events: string[] }>(
      'petitions',
      `SELECT s.id, s.title, (SELECT array_agg(o.envelope::jsonb ->> 'type') FROM outbox o WHERE o.key = s.id::text) AS events
       FROM online_submission s WHERE s.title LIKE '示例故障网上信访%' ORDER BY s.title`,
    );
    expect(received.map(({ title }) => title)).toEqual(submissions.map(submissionTitle));
    expect(received.map(({ id }) => id).sort()).toEqual(submitted!.sort());
    for (const { events } of received) expect(events).toEqual(['junxian.petitions.submission.created.v1']);
    await eventually(
      'every event of petitions sent',
      () =>
        system().adminQuery<{ n: number }>(
          'petitions',
          'SELECT count(*)::int AS n FROM outbox WHERE published_at IS NULL',
        ),
      ([left]) => left!.n === 0,
      30_000,
    );
  }, 240_000);
}

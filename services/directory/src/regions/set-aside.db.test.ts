import { ManualClock } from '@junxian/calendar';
import { isRefusal } from '@junxian/errors';
import { naturalVillagesOf } from '../natural-villages/natural-villages.service';
import { applyDueRegionChanges } from './due-region-changes';
import { maintainer, RegionStage, regionDatabase } from './regions.fixture';

const [FULL, GOAL, OTHER, NEIGHBOUR] = ['140215100206', '140215100207', '140215100205', '140215100204'];
let stage: RegionStage;

beforeAll(async () => {
  stage = new RegionStage(await regionDatabase(), new ManualClock('2024-03-01T09:00:00+08:00'));
});
afterAll(() => stage.test.close());

/** Natural villages with the serials from `first` to `last`. */
const plant = (village: string, first: number, last: number) =>
  stage.test.adminQuery(
    `INSERT INTO natural_village (code, village_code, name, valid_from)
     SELECT $1 || lpad(n::text, 2, '0'), $1, $1 || '-' || n, '2024-01-01' FROM generate_series($2::int, $3::int) AS n`,
    [village, first, last],
  );
const merge = (from: string, to: string, effectiveDate: string) =>
  stage.schedule({ kind: 'MERGE', effectiveDate, from: [from], to: [{ code: to }] });
const statusOf = async (id: string) =>
  (await stage.test.adminQuery<{ status: string }>('SELECT status FROM region_change WHERE id = $1', [id]))[0]
    ?.status;
const refusals = () =>
  stage.test.adminQuery<{ id: string; code: string }>(
    `SELECT target_id AS id, after ->> 'refusal' AS code FROM audit_entry WHERE action = 'REGION_CHANGED' AND outcome = 'REFUSED'`,
  );
const apply = () => applyDueRegionChanges(stage.test.database, stage.clock);

describe('a merger for which the serials of natural villages do not suffice', () => {
  it('is refused when it is recorded', async () => {
    await plant(FULL!, 1, 60);
    await plant(GOAL!, 1, 60);
    const outcome = await merge(FULL!, GOAL!, '2024-03-02').catch((error: unknown) => error);
    expect(isRefusal(outcome) && outcome).toMatchObject({ code: 'NO_SERIAL_LEFT', field: 'from' });
  });

  it('is set aside when it came about later: once audited, tried again, and nothing else waits for it', async () => {
    await plant(OTHER!, 1, 30);
    const blocked = await merge(OTHER!, GOAL!, '2024-03-05');
    await plant(GOAL!, 61, 80);
    const builtUpon = await stage.schedule({
      kind: 'RENAME',
      effectiveDate: '2024-03-05',
      from: [GOAL!],
      to: [{ code: GOAL!, name: '合并新村' }],
    });
    const free = await stage.schedule({
      kind: 'RENAME',
      effectiveDate: '2024-03-06',
      from: [NEIGHBOUR!],
      to: [{ code: NEIGHBOUR!, name: '改名村' }],
    });
    stage.clock.set('2024-03-06T00:00:30+08:00');
    expect(await apply()).toBe(1);
    expect(await statusOf(free.id)).toBe('APPLIED');
    expect(await statusOf(blocked.id)).toBe('SCHEDULED');
    expect(await statusOf(builtUpon.id)).toBe('SCHEDULED');
    expect(await refusals()).toEqual([{ id: blocked.id, code: 'NO_SERIAL_LEFT' }]);

    stage.clock.set('2024-03-06T02:00:00+08:00');
    expect(await apply()).toBe(0);
    expect(await refusals()).toHaveLength(1);

    await stage.test.adminQuery(
      `DELETE FROM natural_village WHERE village_code = $1 AND right(code, 2) > '60'`,
      [GOAL],
    );
    expect(await apply()).toBe(0);
    stage.clock.set('2024-03-06T04:00:00+08:00');
    expect(await apply()).toBe(2);
    expect([await statusOf(blocked.id), await statusOf(builtUpon.id)]).toEqual(['APPLIED', 'APPLIED']);
    const merged = await stage.read(maintainer, (tx) => naturalVillagesOf(tx, [GOAL!]));
    expect(merged).toHaveLength(90);
  });
});

import { type CaseStore, following, move, openCases, told } from './cases.fixture';
import { followOneBatch } from './follow';

let store: CaseStore;
beforeEach(async () => {
  store = await openCases();
});
afterEach(() => store.close());

const COUNTY = move('140215000000', '140299000000', 'COUNTY');

it('two region columns of one row follow each by itself, whichever it was found by', async () => {
  const both = await store.add({ region: '140215000000', problem: '140215100001' });
  const registered = await store.add({ region: '140215000000', problem: '140214001002' });
  const problem = await store.add({ region: '140000000000', problem: '140215100001' });
  const neither = await store.add({ region: '140000000000', problem: null });
  await store.receive('RECODE', [COUNTY]);
  expect(await store.follow(1)).toBe(3);
  expect(await store.read(both)).toMatchObject({ region: '140299000000', problem: '140299100001' });
  expect(await store.read(registered)).toMatchObject({ region: '140299000000', problem: '140214001002' });
  expect(await store.read(problem)).toMatchObject({ region: '140000000000', problem: '140299100001' });
  expect(await store.read(neither)).toMatchObject({ region: '140000000000', problem: null });
});

it('columns whose codes are swapped do not mix, though the row is found twice', async () => {
  const swapped = await store.add({
    region: '140214000000',
    problem: '140215100001',
    homes: ['140214001002'],
  });
  await store.receive('RECODE', [
    move('140214000000', '140215000000', 'COUNTY'),
    move('140215000000', '140214000000', 'COUNTY'),
  ]);
  await store.follow(1);
  expect(await store.read(swapped)).toMatchObject({
    region: '140215000000',
    problem: '140214100001',
    homes: ['140215001002'],
  });
});

it('regions of any level follow what they lie in, and only that', async () => {
  const problems = [
    '000000000000',
    '140000000000',
    '140200000000',
    '140215000000',
    '140215100000',
    '140215100001',
    '140215101001',
    '140215200000',
  ];
  const ids: string[] = [];
  for (const problem of problems) ids.push(await store.add({ region: '140000000000', problem }));
  await store.receive('REPARENT', [move('140215100000', '130102900000', 'TOWNSHIP')]);
  await store.follow();
  const followed: (string | null)[] = [];
  for (const id of ids) followed.push((await store.read(id)).problem);
  expect(followed).toEqual([
    '000000000000',
    '140000000000',
    '140200000000',
    '140215000000',
    '130102900000',
    '130102900001',
    '140215101001',
    '140215200000',
  ]);
});

it('the most specific of several moves wins, in every column and every table', async () => {
  const id = await store.add({
    region: '140215000000',
    problem: '140215100001',
    tasks: ['140215100000', '140215100002', '140215300001'],
    homes: ['140215100001', '140215300001'],
  });
  await store.receive('RECODE', [
    COUNTY,
    move('140215100001', '140297300009', 'VILLAGE'),
    move('140215100000', '140298300000', 'TOWNSHIP'),
  ]);
  await store.follow();
  expect(await store.read(id)).toEqual({
    region: '140299000000',
    problem: '140297300009',
    tasks: ['140298300000', '140298300002', '140299300001'],
    homes: ['140297300009', '140299300001'],
  });
});

it('a merger brings rows under one code, and what is booked of them adds up', async () => {
  const first = await store.add({ region: '140214000000', problem: '140214001002' });
  const second = await store.add({ region: '140215000000', problem: '140215100001' });
  await store.add({ region: '140216000000' });
  await store.receive('MERGE', [
    move('140214000000', '140216000000', 'COUNTY'),
    move('140215000000', '140216000000', 'COUNTY'),
  ]);
  await store.follow(1);
  expect(await store.read(first)).toMatchObject({ region: '140216000000', problem: '140216001002' });
  expect(await store.read(second)).toMatchObject({ region: '140216000000', problem: '140216100001' });
  expect(await store.counts()).toEqual({ '140216000000': 3 });
});

it('a row found by its second column is booked without any figure changing', async () => {
  await store.add({ region: '140000000000', problem: '140215000000' });
  await store.receive('RECODE', [COUNTY]);
  await store.follow();
  expect(await store.counts()).toEqual({ '140000000000': 1 });
});

it('rows without an epoch move with their root, and by their own codes where no other code of it moves', async () => {
  const along = await store.add({ region: '140215000000', homes: ['140215100001', '370102001008'] });
  const alone = await store.add({
    region: '370102000000',
    homes: ['140215100001', '140215100002'],
    tasks: ['370102000000'],
  });
  await store.receive('RECODE', [COUNTY]);
  // Swapped, so that whatever moves twice comes back.
  await store.receive('RECODE', [
    move('140299000000', '140298000000', 'COUNTY'),
    move('140298000000', '140299000000', 'COUNTY'),
  ]);
  await store.follow(1);
  expect(await store.read(along)).toMatchObject({
    region: '140298000000',
    homes: ['140298100001', '370102001008'],
  });
  expect(await store.read(alone)).toMatchObject({
    region: '370102000000',
    homes: ['140298100001', '140298100002'],
    tasks: ['370102000000'],
  });
});

it('a part that stands elsewhere than its root follows by its own code', async () => {
  const id = await store.add({ region: '140000000000', tasks: ['140215000000', '140214000000'] });
  await store.receive('RECODE', [COUNTY]);
  await store.follow();
  expect((await store.read(id)).tasks).toEqual(['140299000000', '140214000000']);
});

it('what was written since the change came, with the codes of today, does not move with its root', async () => {
  const id = await store.add({ region: '140215000000' });
  await store.receive('RECODE', [COUNTY, move('140299000000', '140215000000', 'COUNTY')]);
  await store.adminQuery(
    `INSERT INTO task (case_item_id, region_code, region_epoch) VALUES ($1, '140299000000', 1)`,
    [id],
  );
  await store.follow();
  expect(await store.read(id)).toMatchObject({ region: '140299000000', tasks: ['140299000000'] });
});

it('the service is told of each batch, in its transaction, with the roots that moved', async () => {
  const ids = [await store.add({ region: '140215000000' }), await store.add({ region: '140215000000' })];
  await store.add({ region: '140214000000' });
  await store.receive('RECODE', [COUNTY]);
  await store.follow(1);
  expect(told.map(({ length }) => length)).toEqual([1, 1]);
  expect(told.flat().sort()).toEqual([...ids].sort());
});

it('killed before any commit it goes on where it was: an item and what hangs on it never part, none moves twice', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 5; index++) {
    ids.push(
      await store.add({
        region: '140214000000',
        problem: '140215100001',
        tasks: ['140214000000', '140215000000'],
        homes: ['140215100001'],
      }),
    );
  }
  await store.receive('RECODE', [
    move('140214000000', '140215000000', 'COUNTY'),
    move('140215000000', '140214000000', 'COUNTY'),
  ]);
  const before = {
    region: '140214000000',
    problem: '140215100001',
    tasks: ['140214000000', '140215000000'],
    homes: ['140215100001'],
  };
  const after = {
    region: '140215000000',
    problem: '140214100001',
    tasks: ['140215000000', '140214000000'],
    homes: ['140214100001'],
  };
  const crash = new Error('killed');
  const attempt = (fails: boolean) =>
    store.database.write(following.scope, async (tx) => {
      const changed = await followOneBatch(tx, store.clock, following, 2);
      if (fails && changed !== null) throw crash;
      return changed;
    });
  let batches = 0;
  for (;;) {
    await attempt(true).catch((error) => expect(error).toBe(crash));
    for (const id of ids) expect([before, after]).toContainEqual(await store.read(id));
    if ((await attempt(false)) === null) break;
    batches += 1;
  }
  expect(batches).toBeGreaterThan(3);
  for (const id of ids) expect(await store.read(id)).toEqual(after);
  expect(await store.counts()).toEqual({ '140215000000': 5 });
});

it('several processes at once follow without harm', async () => {
  for (let index = 0; index < 6; index++)
    await store.add({ region: '140215000000', tasks: ['140215000000'] });
  await store.receive('RECODE', [COUNTY]);
  const moved = await Promise.all([store.follow(1), store.follow(1), store.follow(1)]);
  expect(moved.reduce((sum, rows) => sum + rows, 0) + (await store.follow(1))).toBe(12);
  expect(await store.counts()).toEqual({ '140299000000': 6 });
});

it('leaves the work to the process that is at it', async () => {
  const id = await store.add({ region: '140215000000' });
  await store.receive('RECODE', [COUNTY]);
  await store.database.write(following.scope, async (tx) => {
    await followOneBatch(tx, store.clock, following, 1);
    expect(await store.follow()).toBe(0);
    expect(await store.read(id)).toMatchObject({ region: '140215000000' });
  });
  expect(await store.read(id)).toMatchObject({ region: '140299000000' });
});

it('a code that a person corrects while its batch runs is not written over', async () => {
  const id = await store.add({ region: '140215000000', problem: '140215100001' });
  await store.receive('RECODE', [COUNTY]);
  const officer = await correct(id, 'problem_region_code', '140214001002');
  const followed = store.follow();
  await waitsForALock();
  await officer.commit();
  await followed;
  expect(await store.read(id)).toMatchObject({ region: '140299000000', problem: '140214001002' });
});

it('rows that the database does not let the service change are not passed by', async () => {
  const id = await store.add({ region: '140215000000', tasks: ['140215000000'] });
  await store.adminQuery('DROP POLICY update_scope ON case_item');
  await store.receive('RECODE', [COUNTY]);
  await expect(store.follow()).rejects.toThrow('case_item: rows stand under moved codes of region_code');
  await store.adminQuery('CREATE POLICY update_scope ON case_item FOR UPDATE USING (junxian.is_service())');
  await store.follow();
  expect(await store.read(id)).toMatchObject({ region: '140299000000', tasks: ['140299000000'] });
});

it('a batch whose rows were all corrected meanwhile does not end the work', async () => {
  const corrected = await store.add({ region: '140215000000' });
  const other = await store.add({ region: '140215000000' });
  await store.adminQuery(`UPDATE case_item SET region_code = '140215000001' WHERE id = $1`, [other]);
  await store.receive('RECODE', [COUNTY]);
  const officer = await correct(corrected, 'region_code', '140214000000');
  const followed = store.follow(1);
  await waitsForALock();
  await officer.commit();
  await followed;
  expect(await store.read(corrected)).toMatchObject({ region: '140214000000' });
  expect(await store.read(other)).toMatchObject({ region: '140299000001' });
});

it('without a callback the rows of a split region stay, and the change is done', async () => {
  const id = await store.add({ region: '140215000000', problem: '140215100001' });
  await store.receive('SPLIT', [], { from: ['140215100001'], to: ['140215100301', '140215100302'] });
  expect(await store.follow()).toBe(0);
  expect(await store.read(id)).toMatchObject({ region: '140215000000', problem: '140215100001' });
  expect(await store.adminQuery('SELECT followed_at IS NOT NULL AS done FROM region_change')).toEqual([
    { done: true },
  ]);
});

/** Another transaction that writes a code and waits with its commit. */
async function correct(id: string, column: string, code: string) {
  const client = await store.appClient();
  await client.query(`BEGIN; SELECT set_config('junxian.actor', 'SERVICE', true), set_config('junxian.region_low', '0', true),
    set_config('junxian.region_high', ':', true)`);
  await client.query(`UPDATE case_item SET ${column} = $2 WHERE id = $1`, [id, code]);
  return {
    commit: async () => {
      await client.query('COMMIT');
      await client.end();
    },
  };
}

async function waitsForALock(): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const [row] = await store.adminQuery<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%UPDATE case_item%'`,
    );
    if (row!.n > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('nobody waits for the row');
}

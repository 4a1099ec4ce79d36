import { NATION_CODE, type RegionLevel } from '@junxian/administrative-region';
import { ANONYMOUS, scopeOf } from '@junxian/identity';
import { type CaseStore, following, move, openCases } from './cases.fixture';
import { PresentRegions } from './present-regions';

const FILE: Record<string, RegionLevel> = {
  [NATION_CODE]: 'NATION',
  '140214000000': 'COUNTY',
  '140215000000': 'COUNTY',
};
let store: CaseStore;
let regions: PresentRegions;
beforeEach(async () => {
  store = await openCases();
  regions = new PresentRegions({ levelOf: (code) => FILE[code] ?? null, childrenOf: () => [] });
});
afterEach(() => store.close());

const codesNow = (scope = following.scope) => store.database.write(scope, (tx) => regions.hold(tx));
const RECODE = move('140215000000', '140299000000', 'COUNTY');

it('knows the codes of today, and gives rows the number of the newest change', async () => {
  const before = await codesNow();
  expect([before.epoch, before.levelOf('140215000000'), before.levelOf('140299000000')]).toEqual([
    0,
    'COUNTY',
    null,
  ]);
  await store.receive('RECODE', [RECODE]);
  const after = await codesNow();
  expect([after.epoch, after.levelOf('140215000000'), after.levelOf('140299000000')]).toEqual([
    1,
    null,
    'COUNTY',
  ]);
  expect([before.epoch, before.levelOf('140215000000')]).toEqual([0, 'COUNTY']);
});

it('knows them for a caller without an account too', async () => {
  await store.receive('RECODE', [RECODE]);
  expect((await codesNow(scopeOf(ANONYMOUS))).epoch).toBe(1);
});

it('says which codes rows are still being moved from, until all have followed', async () => {
  await store.receive('RECODE', [RECODE, move('140299000000', '140215000000', 'COUNTY')]);
  for (let time = 0; time < 2; time++) {
    const { isMoving } = await codesNow();
    expect(['140215100001', '140299000000', '140214000000'].map(isMoving)).toEqual([true, true, false]);
  }
  await store.follow();
  expect((await codesNow()).isMoving('140215100001')).toBe(false);
});

it('says which codes rows are still on their way to, until all have come', async () => {
  await store.receive('MERGE', [move('140214000000', '140215000000', 'COUNTY')]);
  const { isReceiving } = await codesNow();
  expect(['140215000000', '140215100001', '140214000000', '140200000000'].map(isReceiving)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  await store.follow();
  expect((await codesNow()).isReceiving('140215000000')).toBe(false);
});

it('keeps a change out until those who write codes have committed', async () => {
  let finish!: () => void;
  const mayFinish = new Promise<void>((resolve) => (finish = resolve));
  let started!: () => void;
  const isStarted = new Promise<void>((resolve) => (started = resolve));
  const writing = store.database.write(following.scope, async (tx) => {
    await regions.hold(tx);
    started();
    await mayFinish;
    await tx.query(`INSERT INTO case_item VALUES (uuidv7(), '140215000000')`);
  });
  await isStarted;
  const receiving = store.receive('RECODE', [RECODE]);
  const early = await Promise.race([
    receiving.then(() => 'received'),
    new Promise((resolve) => setTimeout(resolve, 200, 'waits')),
  ]);
  expect(early).toBe('waits');
  finish();
  await Promise.all([writing, receiving]);
  expect(await store.follow()).toBe(1);
});

import { ManualClock } from '@junxian/calendar';
import { readSheet } from '@junxian/documents';
import { isRefusal } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import { rule, scenario } from '@junxian/test-kit';
import { applyDueRegionChanges } from '../regions/due-region-changes';
import { officer, RegionStage, regionDatabase } from '../regions/regions.fixture';
import { exportNaturalVillages } from './natural-village-list.service';
import {
  naturalVillagesOf,
  registerNaturalVillage,
  removeNaturalVillages,
  renameNaturalVillage,
} from './natural-villages.service';

const VILLAGE = '140215100201';
const TOWNSHIP = '140215100000';
const villager = officer(VILLAGE, 'VILLAGE', ['ORG_ADMIN']);
const county = officer('140215000000', 'COUNTY', ['ORG_ADMIN']);
const clock = new ManualClock('2024-03-01T09:00:00+08:00');
let stage: RegionStage;

beforeAll(async () => {
  stage = new RegionStage(await regionDatabase(), clock);
});
afterAll(() => stage.test.close());

const register = (name: string, villageCode = VILLAGE, as: Principal = villager) =>
  stage.write(as, (tx) => registerNaturalVillage(tx, { villageCode, name }, stage.context(as)));
const remove = (codes: string[], confirm: boolean, as: Principal = villager) =>
  stage.write(as, (tx) => removeNaturalVillages(tx, { codes, confirm }, stage.context(as)));
const registry = async (villageCode = VILLAGE) =>
  (await stage.read(officer('441900000000', 'CITY'), (tx) => naturalVillagesOf(tx, [villageCode]))).map(
    ({ code, name }) => [code, name],
  );
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: unknown) => (isRefusal(error) ? error.code : Promise.reject(error)),
  );

scenario(
  'directory',
  18,
  'two under a village; none under a township; deletion asks, then announces',
  async () => {
    expect(await register('上庄')).toMatchObject({ code: `${VILLAGE}01`, name: '上庄' });
    expect(await register('下庄', VILLAGE, county)).toMatchObject({ code: `${VILLAGE}02` });
    expect(await refusal(register('中庄', TOWNSHIP, county))).toBe('NOT_A_VILLAGE');
    expect(await refusal(remove([`${VILLAGE}01`], false))).toBe('CONFIRMATION_REQUIRED');
    expect(await registry()).toHaveLength(2);
    expect(await stage.events('natural-village.deleted')).toEqual([]);
    expect(await remove([`${VILLAGE}01`], true)).toEqual([`${VILLAGE}01`]);
    expect(await registry()).toEqual([[`${VILLAGE}02`, '下庄']]);
    expect(await stage.events('natural-village.deleted')).toEqual([
      { code: `${VILLAGE}01`, villageCode: VILLAGE },
    ]);
  },
);

rule(
  'DI-REG-11',
  'listed, added and changed under a village by its administrator or one above; never a region',
  async () => {
    const village = '140215100204';
    const added = await register('前庄', village, county);
    const renamed = await stage.write(county, (tx) =>
      renameNaturalVillage(tx, { code: added.code, name: '后庄', expectedVersion: 1 }, stage.context(county)),
    );
    expect(renamed).toMatchObject({ name: '后庄', version: 2 });
    expect(await registry(village)).toEqual([[`${village}01`, '后庄']]);
    expect(await refusal(register('后庄', village, county))).toBe('NATURAL_VILLAGE_EXISTS');
    expect(await refusal(register('前庄', village, villager))).toBe('OUT_OF_REGION');
    expect(await refusal(register('某庄', '140215100999', county))).toBe('NOT_FOUND');
    expect(
      await refusal(
        stage.write(county, (tx) =>
          renameNaturalVillage(
            tx,
            { code: added.code, name: '新庄', expectedVersion: 1 },
            stage.context(county),
          ),
        ),
      ),
    ).toBe('STALE_VERSION');
    expect(await stage.test.adminQuery('SELECT 1 FROM region WHERE code = $1', [added.code])).toEqual([]);
    expect(
      await refusal(
        stage.schedule({
          kind: 'RENAME',
          effectiveDate: '2024-04-01',
          from: [added.code],
          to: [{ code: added.code, name: '庄' }],
        }),
      ),
    ).toBe('INVALID_REGION_CODE');
  },
);

rule(
  'DI-REG-12',
  'deleting asks for confirmation, is announced, and never gives the serial away again',
  async () => {
    const village = '140215100205';
    const first = await register('东沟', village, county);
    expect(await refusal(remove([first.code], false, county))).toBe('CONFIRMATION_REQUIRED');
    await remove([first.code], true, county);
    expect(await refusal(remove([first.code], true, county))).toBe('NOT_FOUND');
    expect((await register('东沟', village, county)).code).toBe(`${village}02`);
    expect((await stage.events('natural-village.deleted')).at(-1)).toEqual({
      code: first.code,
      villageCode: village,
    });
    const removed = await stage.audited('NATURAL_VILLAGE_REMOVED');
    expect(removed.at(-1)).toEqual({ target_id: first.code });
  },
);

describe('the list for print', () => {
  const print = (regionCode: string, as: Principal = county) =>
    stage.write(as, (tx) => exportNaturalVillages(tx, regionCode, stage.context(as)));

  it('has the natural villages of a township by village, with room for the figures of a year', async () => {
    const [first, second] = ['140215101201', '140215101202'];
    const { code } = await register('南沟', first, county);
    await register('北沟', second, county);
    await register('西沟', first, county);
    await remove([(await register('东沟', first, county)).code], true, county);
    const villages = await stage.test.adminQuery<{ name: string }>(
      'SELECT name FROM region WHERE code = ANY($1) ORDER BY code',
      [[first, second]],
    );
    const [firstName, secondName] = villages.map(({ name }) => name);
    const { content, regionName } = await print('140215101000');
    expect(regionName).toBe((await stage.at('140215101000', '2024-03-01'))?.[0]);
    const sheet = await readSheet({ name: 'a.xlsx', content }, [
      { key: 'village', title: '行政村' },
      { key: 'name', title: '自然村' },
      { key: 'households', title: '户数' },
      { key: 'population', title: '人口' },
    ]);
    expect(sheet.unknownColumns).toEqual([]);
    expect(sheet.rows.map(({ values }) => Object.values(values))).toEqual([
      [firstName, '南沟', '', ''],
      [firstName, '西沟', '', ''],
      [secondName, '北沟', '', ''],
    ]);
    const one = await print(second, officer(second, 'VILLAGE'));
    expect(one.content.length).toBeGreaterThan(0);
    expect(code.slice(0, 12)).toBe(first);
    expect(await stage.audited('EXPORTED')).toEqual([{ target_id: '140215101000' }, { target_id: second }]);
  });

  it('is for at least a township, by its stored level, inside the own area', async () => {
    expect(await refusal(print('140215000000'))).toBe('SCOPE_TOO_WIDE');
    expect(await refusal(print('140214100000'))).toBe('OUT_OF_REGION');
    expect(await refusal(print('140215199000'))).toBe('NOT_FOUND');
    expect(await refusal(print('441900003000', officer('441900000000', 'CITY')))).toBe('accepted');
  });
});

it('gives out different serials to several at once', async () => {
  const village = '140215100208';
  const codes = await Promise.all(
    ['甲庄', '乙庄', '丙庄', '丁庄'].map((name) => register(name, village, county)),
  );
  expect(codes.map(({ code }) => code.slice(12)).sort()).toEqual(['01', '02', '03', '04']);
});

it('lets row-level security refuse what the service would not have been asked', async () => {
  const insert = (as: Principal) =>
    stage.write(as, (tx) =>
      tx.query(`INSERT INTO natural_village (code, village_code, name, valid_from)
                VALUES ('14021510020590', '140215100205', '越界庄', '2024-01-01') RETURNING code`),
    );
  await expect(insert(villager)).rejects.toThrow(/row-level security/);
  await expect(insert(officer('140215000000', 'COUNTY'))).rejects.toThrow(/row-level security/);
  expect(await insert(county)).toEqual([{ code: '14021510020590' }]);
});

rule(
  'DI-REG-08',
  'natural villages follow a merger of their villages, and a new serial is told in the event',
  async () => {
    const [from, to] = ['140215100206', '140215100207'];
    await register('上庄', from, county);
    await register('旧庄', from, county);
    await register('上庄', to, county);
    const change = await stage.schedule({
      kind: 'MERGE',
      effectiveDate: '2024-03-01',
      from: [from],
      to: [{ code: to }],
    });
    expect(await applyDueRegionChanges(stage.test.database, clock)).toBe(1);
    const merged = await registry(to);
    expect(merged.map(([code]) => code)).toEqual([`${to}01`, `${to}02`, `${to}03`]);
    expect(merged.map(([, name]) => name)).toEqual(['上庄', '旧庄', expect.stringMatching(/^上庄（.+）$/)]);
    const [event] = (await stage.events('region.changed')).filter((each) => each.changeId === change.id);
    expect(event!.moves).toEqual([
      { from, to, level: 'VILLAGE' },
      { from: `${from}01`, to: `${to}03`, level: 'VILLAGE' },
    ]);
  },
);

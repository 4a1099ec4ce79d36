import { randomUUID } from 'node:crypto';
import { ancestorsByCode, levelOfCode, NATION_CODE } from '@junxian/administrative-region';
import { scopeOf } from '@junxian/identity';
import type { CloudEvent } from '@junxian/messaging';
import { countStatements, rule, scenario } from '@junxian/test-kit';
import { scopes } from '../service-scopes';
import { surveyYear } from '../survey-years/survey-years.service';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { summaryLoader } from './poverty-summary.loader';
import { statisticConsumers } from './statistics.consumers';
import {
  counters,
  figures,
  identified,
  notDrilledDown,
  rebuilt,
  recounted,
  registeredEarlier,
  sources,
} from './statistics.fixture';
import { STAT_TABLES, type StatTable } from './tables.rules';
import { continueYearCounts, orderUncountedYears } from './year-counts.service';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const SHANXI = '140000000000';
const YUNZHOU = '140215000000';
const TOWN = '140215100000';
const { yunzhou1, yunzhou2, yunzhouOther, yungang, shandong } = VILLAGES;
const set = (ids: readonly string[], assignments: string, year = 2017) =>
  store.adminQuery(
    `UPDATE household_year_record SET ${assignments} WHERE household_id = ANY($1::uuid[]) AND year = $2`,
    [ids, year],
  );
const close = (id: string, status: 'CLOSED' | 'CLEARED', year = 2017) =>
  store.adminQuery('UPDATE household SET file_status = $2, closed_year = $3 WHERE id = $1', [
    id,
    status,
    year,
  ]);
let changes = 0;
/** A natural change of one member, as dynamic management writes it: one row for the household it concerns. */
const change = (
  id: string,
  kind: string,
  direction: 'IN' | 'OUT',
  reason: string | null,
  other: string | null = null,
) =>
  store.adminQuery(
    `INSERT INTO population_change (change_id, household_id, operation_id, year, region_code, kind, direction, member_id,
       from_household_id, to_household_id, reason, change_date, operator, at)
     SELECT $6::uuid, h.id, uuidv7(), 2017, r.region_code, $2, $3, (SELECT member_id FROM member_year_record m WHERE m.household_id = h.id LIMIT 1),
       CASE $3 WHEN 'OUT' THEN h.id ELSE $5::uuid END, CASE $3 WHEN 'IN' THEN h.id ELSE $5::uuid END, $4, '2017-11-01', 'test', now()
     FROM household h JOIN household_year_record r ON r.household_id = h.id AND r.year = 2017 WHERE h.id = $1`,
    [id, kind, direction, reason, other, `00000000-0000-7000-8000-${String(++changes).padStart(12, '0')}`],
  );
const total = (cell: string, region: string, year = 2017) =>
  store
    .adminQuery<{ text: string }>(
      `SELECT count || '/' || trim_scale(amount) AS text FROM statistic_counter WHERE cell = $1 AND region_code = $2 AND year = $3`,
      [cell, region, year],
    )
    .then(([row]) => row?.text ?? '0/0');

describe('counters', () => {
  const ids: string[] = [];

  rule(
    'PA-ST-00',
    'count a household in its village and in every region above, up to the nation',
    async () => {
      ids.push(
        await identified(store, yunzhou1, 3),
        await identified(store, yunzhou2, 2),
        await identified(store, shandong, 1),
      );
      await recounted(store, ids);
      expect(await Promise.all(ancestorsByCode(yunzhou1).map((code) => total('poor', code)))).toEqual([
        '3/6',
        '2/5',
        '2/5',
        '2/5',
        '2/5',
        '1/3',
      ]);
      const rows = await store.adminQuery<{ region_code: string; parent_code: string | null }>(
        'SELECT DISTINCT region_code, parent_code FROM statistic_counter',
      );
      for (const { region_code: code, parent_code: parent } of rows) {
        expect([code, parent]).toEqual([code, ancestorsByCode(code).at(-2) ?? null]);
      }
    },
  );

  it.each(['140215100001', '441900003001', '429004001001', '110101001001', '469001100200'])(
    'SQL and TypeScript name the same ancestors of %s',
    async (code) => {
      expect(await store.adminQuery('SELECT * FROM region_ancestors($1)', [code])).toEqual(
        ancestorsByCode(code).map((ancestor) => ({
          region_code: ancestor,
          region_level: levelOfCode(ancestor),
        })),
      );
    },
  );

  it('take no notice of an event that comes twice, or together with itself', async () => {
    const before = await counters(store);
    await recounted(store, [...ids, ...ids]);
    await Promise.all(Array.from({ length: 8 }, () => recounted(store, ids)));
    expect(await counters(store)).toEqual(before);
  });

  it('so many owners at once that it takes several statements are all counted', async () => {
    const late = [await identified(store, yungang, 2), await identified(store, yungang, 3)];
    const unknown = Array.from({ length: 2_100 }, () => randomUUID());
    const { statements } = await countStatements(store.database, () =>
      recounted(store, [late[0]!, ...unknown, late[1]!]),
    );
    expect(statements).toBeGreaterThan(4);
    expect(await total('poor', '140214000000')).toBe('2/5');
    await store.adminQuery('DELETE FROM household_year_record WHERE household_id = ANY($1::uuid[])', [late]);
    await recounted(store, late);
    expect(await total('poor', '140214000000')).toBe('0/0');
  });

  it('batches that run at the same time add up, and a rebuild gives the same', async () => {
    const more = await Promise.all(Array.from({ length: 12 }, () => identified(store, yunzhouOther, 1)));
    await Promise.all(more.map((id) => recounted(store, [id])));
    expect(await total('poor', '140215102000')).toBe('12/12');
    const before = await counters(store);
    await rebuilt(store, 2017);
    expect(await counters(store)).toEqual(before);
  });

  it('a rebuild repairs figures that went wrong, and is right while events are on their way', async () => {
    const before = await counters(store);
    await store.adminQuery('UPDATE statistic_counter SET count = count + 7');
    await store.adminQuery('DELETE FROM statistic_contribution');
    await rebuilt(store, 2017);
    expect(await counters(store)).toEqual(before);
    const late = await identified(store, yungang, 4);
    await rebuilt(store, 2017);
    await recounted(store, [late]);
    expect(await total('poor', '140214000000')).toBe('1/4');
  });

  it('years that were never counted are counted at the start, the others are left alone', async () => {
    const order = () => store.database.write(scopes.countYears(), orderUncountedYears);
    const count = () => continueYearCounts(store.database, { batchSize: 4 });
    const before = await counters(store);
    expect(await order()).toEqual([]);
    expect(await count()).toBe(0);
    await store.adminQuery('TRUNCATE statistic_counter, statistic_contribution');
    expect(await Promise.all([order(), order()])).toEqual([[2017], [2017]]);
    await Promise.all([count(), count()]);
    expect(await counters(store)).toEqual(before);
    expect(await order()).toEqual([]);
  });

  it('no longer count a closed household, but do so in the years before', async () => {
    await registeredEarlier(store, [ids[2]!]);
    await close(ids[2]!, 'CLOSED');
    await recounted(store, [ids[2]!], 2016);
    expect([await total('poor', '370000000000'), await total('poor', '370000000000', 2016)]).toEqual([
      '0/0',
      '1/1',
    ]);
  });
});

describe('tables of households', () => {
  const ids: string[] = [];
  beforeAll(async () => {
    await store.adminQuery(
      'TRUNCATE statistic_counter, statistic_contribution, population_change, household CASCADE',
    );
    for (const [village, persons] of [
      [yunzhou1, 3],
      [yunzhou1, 4],
      [yunzhou2, 2],
      [yunzhouOther, 5],
      [yungang, 1],
      [shandong, 6],
    ] as const) {
      ids.push(await identified(store, village, persons));
    }
    await registeredEarlier(store, [ids[1]!, ids[2]!, ids[3]!]);
    await set([ids[1]!], `poverty_status = '1', exit_year = 2017, household_attribute = '04'`);
    await set([ids[2]!], `poverty_status = '4', exit_year = 2017`);
    await set([ids[3]!], `identification_standard = '02', household_attribute = '06'`);
    await recounted(store, ids, 2016);
    await recounted(store, ids);
  });

  rule(
    ['PA-ST-00', 'PA-ST-01'],
    '6.1: poor households by attribute, standard and status; a row for each region below, and the total is their sum',
    async () => {
      expect(await figures(store, 'POOR_HOUSEHOLDS', YUNZHOU)).toEqual({
        'poor.h': '2',
        'poor.p': '8',
        'poor.attribute.01.h': '1',
        'poor.attribute.01.p': '3',
        'poor.attribute.06.h': '1',
        'poor.attribute.06.p': '5',
        'poor.standard.01.h': '1',
        'poor.standard.01.p': '3',
        'poor.standard.02.h': '1',
        'poor.standard.02.p': '5',
        'status.0.h': '2',
        'status.0.p': '8',
      });
      await set([ids[3]!], `poverty_status = '3', return_year = 2017, return_reason = '04'`);
      await recounted(store, [ids[3]!]);
      expect(await figures(store, 'POOR_HOUSEHOLDS', YUNZHOU)).toMatchObject({
        'poor.h': '2',
        'status.0.h': '1',
        'status.3.h': '1',
        'status.3.p': '5',
      });
      const nation = await store.database.read(scopeOf(officer(NATION_CODE, 'NATION', 'VIEWER')), (tx) =>
        store.services.statistics.table(tx, { table: 'POOR_HOUSEHOLDS', region: NATION_CODE }),
      );
      expect(nation.year).toBe(2017);
      expect(nation.rows).toHaveLength(32);
      const valuesOf = (kind: string) =>
        nation.rows.filter((row) => row.kind === kind).map(({ figures: [first] }) => Number(first!.value));
      expect(valuesOf('TOTAL')).toEqual([4]);
      expect(valuesOf('CHILD').reduce((sum, value) => sum + value, 0)).toBe(4);
      expect(valuesOf('CHILD').filter((value) => value === 0)).toHaveLength(29);
    },
  );

  rule('PA-ST-02', '6.2: newly identified households by attribute and main cause', async () => {
    await set([ids[0]!], `main_cause = '08'`);
    await recounted(store, [ids[0]!]);
    expect(await figures(store, 'NEWLY_IDENTIFIED', SHANXI)).toEqual({
      'new.h': '2',
      'new.p': '4',
      'new.attribute.01.h': '2',
      'new.attribute.01.p': '4',
      'new.cause.01.h': '1',
      'new.cause.01.p': '1',
      'new.cause.08.h': '1',
      'new.cause.08.p': '3',
    });
  });

  rule('PA-ST-03', '6.3: households that returned in the year, by return reason', async () => {
    expect(await figures(store, 'RETURNED', SHANXI)).toEqual({
      'returned.h': '1',
      'returned.p': '5',
      'returned.reason.04.h': '1',
      'returned.reason.04.p': '5',
    });
  });

  rule('PA-ST-04', '6.4: exited households by status and attribute', async () => {
    expect(await figures(store, 'EXITED', SHANXI)).toEqual({
      'exited.h': '2',
      'exited.p': '6',
      'status.1.h': '1',
      'status.1.p': '4',
      'status.4.h': '1',
      'status.4.p': '2',
      'exited.attribute.01.h': '1',
      'exited.attribute.01.p': '2',
      'exited.attribute.04.h': '1',
      'exited.attribute.04.p': '4',
    });
  });

  rule(
    'PA-ST-05',
    '6.5: persons added and reduced by reason, transferred in and out, households affected; what was rolled back counts no more',
    async () => {
      await change(ids[0]!, 'ADD', 'IN', '01');
      await change(ids[0]!, 'ADD', 'IN', '02');
      await change(ids[3]!, 'REDUCE', 'OUT', '01');
      await change(ids[3]!, 'TRANSFER', 'OUT', '01', ids[4]!);
      await change(ids[4]!, 'TRANSFER', 'IN', '01', ids[3]!);
      await recounted(store, [ids[0]!, ids[3]!, ids[4]!]);
      const expected = {
        'natural.added': '2',
        'natural.added.reason.01': '1',
        'natural.added.reason.02': '1',
        'natural.reduced': '1',
        'natural.reduced.reason.01': '1',
        'natural.out': '1',
        'natural.affected': '2',
      };
      expect(await figures(store, 'NATURAL_CHANGE', YUNZHOU)).toEqual(expected);
      expect(await figures(store, 'NATURAL_CHANGE', SHANXI)).toMatchObject({
        'natural.in': '1',
        'natural.out': '1',
        'natural.net': '1',
        'natural.affected': '3',
      });
      await store.adminQuery(`UPDATE population_change SET rolled_back_by = uuidv7() WHERE reason = '02'`);
      await recounted(store, [ids[0]!]);
      expect(await figures(store, 'NATURAL_CHANGE', YUNZHOU)).toEqual({
        'natural.added': '1',
        'natural.added.reason.01': '1',
        'natural.reduced': '1',
        'natural.reduced.reason.01': '1',
        'natural.out': '1',
        'natural.net': '-1',
        'natural.affected': '2',
      });
    },
  );

  rule(
    ['PA-ST-08', 'PA-ST-10', 'PA-ST-11'],
    '6.8.1, 6.8.3, 6.8.4: relocation households by mode, resettlement and difficulty; those moved; those moved and exited by support',
    async () => {
      await set(
        [ids[1]!],
        `is_relocation_household = true, mode = '01', resettlement = '12', difficulty = '02', relocated_date = '2016-05-01', follow_up_support = '{01,04}'`,
      );
      await set([ids[0]!], `is_relocation_household = true, mode = '02', resettlement = '22'`);
      await set(
        [ids[5]!],
        `is_relocation_household = true, mode = '01', resettlement = '11', relocated_date = '2018-01-01'`,
      );
      await recounted(store, ids);
      expect(await figures(store, 'RELOCATION_BASICS', NATION_CODE)).toEqual({
        'relocation.h': '3',
        'relocation.p': '13',
        'relocation.mode.01.h': '2',
        'relocation.mode.01.p': '10',
        'relocation.mode.02.h': '1',
        'relocation.mode.02.p': '3',
        'relocation.concentrated.h': '2',
        'relocation.concentrated.p': '10',
        'relocation.dispersed.h': '1',
        'relocation.dispersed.p': '3',
        'relocation.difficulty.02.h': '1',
        'relocation.difficulty.02.p': '4',
      });
      expect(await figures(store, 'CONCENTRATED_RESETTLEMENT', NATION_CODE)).toEqual({
        'moved.concentrated.h': '1',
        'moved.concentrated.p': '4',
        'moved.resettlement.12.h': '1',
        'moved.resettlement.12.p': '4',
      });
      expect(await figures(store, 'FOLLOW_UP_SUPPORT', NATION_CODE)).toEqual({
        'movedExited.h': '1',
        'movedExited.p': '4',
        'movedExited.support.01.h': '1',
        'movedExited.support.01.p': '4',
        'movedExited.support.04.h': '1',
        'movedExited.support.04.p': '4',
      });
    },
  );

  rule('PA-ST-00', 'every figure of every table drills down to exactly the rows it counts', async () => {
    for (const region of [NATION_CODE, TOWN]) {
      for (const table of Object.keys(STAT_TABLES) as StatTable[]) {
        expect([table, await notDrilledDown(store, table, region)]).toEqual([table, []]);
      }
    }
    const poor = await sources(store, {
      table: 'POOR_HOUSEHOLDS',
      year: 2017,
      region: YUNZHOU,
      column: 'poor.p',
    });
    expect(poor.map(({ ownerId, amount }) => [ownerId, amount]).sort()).toEqual(
      [
        [ids[0], '3'],
        [ids[3], '5'],
      ].sort(),
    );
  });

  it('needs as many statements for the nation as for a village', async () => {
    const ask = (region: string) =>
      countStatements(store.database, () => figures(store, 'POOR_HOUSEHOLDS', region));
    expect((await ask(NATION_CODE)).statements).toBe((await ask(yunzhou1)).statements);
  });

  it('is refused for a year without data or the table, an unknown region and an unknown column', async () => {
    const codeOf = (promise: Promise<unknown>) =>
      promise.then(
        () => null,
        (error) => [error.code, error.field],
      );
    expect(await codeOf(figures(store, 'NET_DECREASE', SHANXI, { year: 2014 }))).toEqual([
      'INVALID_INPUT',
      'year',
    ]);
    expect(await codeOf(figures(store, 'POOR_HOUSEHOLDS', SHANXI, { year: 2030 }))).toEqual([
      'INVALID_INPUT',
      'year',
    ]);
    expect(await codeOf(figures(store, 'POOR_HOUSEHOLDS', '999999000000'))).toEqual([
      'INVALID_INPUT',
      'region',
    ]);
    const column = { table: 'POOR_HOUSEHOLDS', year: 2017, region: SHANXI, column: 'nonsense' } as const;
    expect(await codeOf(sources(store, column))).toEqual(['INVALID_INPUT', 'column']);
  });
});

rule(
  'PA-ST-00',
  'a region that is no more has every table of a year in which anything is counted of it',
  async () => {
    const gone = '999998000000';
    await store.adminQuery(
      `INSERT INTO statistic_counter (year, region_code, cell, count, amount) VALUES (2017, $1, 'of another table', 1, 1)`,
      [gone],
    );
    expect(await figures(store, 'NET_DECREASE', gone)).toEqual({});
    await store.adminQuery('UPDATE statistic_counter SET count = 0, amount = 0 WHERE region_code = $1', [
      gone,
    ]);
    await expect(figures(store, 'NET_DECREASE', gone)).rejects.toMatchObject({ field: 'region' });
    await store.adminQuery('DELETE FROM statistic_counter WHERE region_code = $1', [gone]);
  },
);

describe('net decrease', () => {
  beforeAll(async () => {
    await store.adminQuery(
      'TRUNCATE statistic_counter, statistic_contribution, population_change, household CASCADE',
    );
  });

  scenario(
    'poverty-alleviation',
    26,
    'opening 1,000, new 50, returned 10, born 5, exited 300, died 8, cleared 2: closing 755, net decrease 245',
    async () => {
      // Ten at a time, or the last ones wait too long for a connection of the pool.
      const families = async (count: number) => {
        const all: string[] = [];
        while (all.length < count) {
          const some = Array.from({ length: Math.min(10, count - all.length) }, () =>
            identified(store, yunzhou1, 10),
          );
          all.push(...(await Promise.all(some)));
        }
        return all;
      };
      const opening = await families(100);
      const exitedBefore = await identified(store, yunzhou1, 10);
      await registeredEarlier(store, opening);
      await registeredEarlier(store, [exitedBefore], '1', 2015);
      const fresh = await families(5);

      await set(opening.slice(0, 30), `poverty_status = '1', exit_year = 2017`);
      await set([exitedBefore], `poverty_status = '3', return_year = 2017, return_reason = '01'`);
      for (let index = 0; index < 5; index++) await change(opening[40 + index]!, 'ADD', 'IN', '01');
      for (let index = 0; index < 8; index++) await change(opening[50 + index]!, 'REDUCE', 'OUT', '01');
      await set(opening.slice(40, 45), 'member_count = 11');
      await set(opening.slice(50, 58), 'member_count = 9');
      await set([opening[60]!], 'member_count = 8'); // Two persons cleared (8.2).
      await recounted(store, [...opening, exitedBefore, ...fresh]);

      const expected = {
        'net.opening': '1000',
        'net.new': '50',
        'net.returned': '10',
        'net.increase': '5',
        'net.exited': '300',
        'net.decrease': '8',
        'net.cleared': '2',
        'net.closing': '755',
        'net.netDecrease': '245',
      };
      for (const region of [yunzhou1, YUNZHOU, NATION_CODE]) {
        expect(await figures(store, 'NET_DECREASE', region)).toEqual(expected);
      }
      expect(
        await sources(store, { table: 'NET_DECREASE', year: 2017, region: YUNZHOU, column: 'net.exited' }),
      ).toHaveLength(30);
    },
  );

  rule(
    'PA-ST-12',
    'whatever happens, in whatever order, opening and flows give the closing in every region, and a recount from the rows gives the counters',
    async () => {
      await store.adminQuery(
        'TRUNCATE statistic_counter, statistic_contribution, population_change, household CASCADE',
      );
      const random = generator(20171120);
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
      const villages = [yunzhou1, yunzhou2, yunzhouOther, yungang, shandong];
      const ids: string[] = [];
      for (let index = 0; index < 24; index++)
        ids.push(await identified(store, pick(villages), 1 + (index % 5)));
      await registeredEarlier(store, ids.slice(0, 12));
      await registeredEarlier(store, ids.slice(12, 18), '1', 2016);
      await recounted(store, ids, 2016);
      await recounted(store, ids);
      const deeds: ((id: string) => Promise<unknown>)[] = [
        (id) => set([id], `poverty_status = '1', exit_year = 2017`),
        (id) => set([id], `poverty_status = '4', exit_year = 2017`),
        (id) => set([id], `poverty_status = '3', return_year = 2017, return_reason = '01'`),
        (id) => set([id], `poverty_status = '0', exit_year = NULL, return_year = NULL`),
        async (id) => {
          await change(id, 'ADD', 'IN', '01');
          await set([id], 'member_count = member_count + 1');
        },
        async (id) => {
          await change(id, 'REDUCE', 'OUT', '01');
          await set([id], 'member_count = greatest(member_count - 1, 0)');
        },
        async (id) => {
          const other = pick(ids);
          if (other === id) return;
          await change(id, 'TRANSFER', 'OUT', '01', other);
          await change(other, 'TRANSFER', 'IN', '01', id);
          await set([id], 'member_count = greatest(member_count - 1, 0)');
          await set([other], 'member_count = member_count + 1');
          await recounted(store, [other]);
        },
        (id) => set([id], 'member_count = greatest(member_count - 1, 0)'),
        (id) => set([id], 'member_count = member_count + 1'),
        (id) => close(id, pick(['CLOSED', 'CLEARED'] as const)),
        (id) =>
          store.adminQuery(`UPDATE household SET file_status = 'ACTIVE', closed_year = NULL WHERE id = $1`, [
            id,
          ]),
        (id) =>
          store.adminQuery('UPDATE population_change SET rolled_back_by = uuidv7() WHERE household_id = $1', [
            id,
          ]),
        (id) => set([id], `region_code = '${pick(villages)}'`),
        (id) => set([id], 'member_count = member_count + 1', 2016),
      ];
      for (let step = 0; step < 100; step++) {
        const id = pick(ids);
        await pick(deeds)(id);
        await recounted(store, [id], pick([2016, 2017]));
        await recounted(store, [id]);
      }
      await recounted(store, ids, 2016);
      const followed = await counters(store);
      await rebuilt(store, 2016);
      await rebuilt(store, 2017);
      expect(followed).toEqual(await counters(store));

      const inFlows = ['net.new', 'net.returned', 'net.increase'];
      const outFlows = ['net.exited', 'net.decrease', 'net.cleared'];
      const regions = new Set(followed.map(({ region_code }) => region_code));
      expect(regions.size).toBeGreaterThan(12);
      for (const region of regions) {
        const row = await figures(store, 'NET_DECREASE', region);
        const of = (key: string) => Number(row[key] ?? 0);
        const sum = (keys: readonly string[]) => keys.reduce((all, key) => all + of(key), 0);
        expect(of('net.opening') + sum(inFlows) - sum(outFlows)).toBe(of('net.closing'));
        expect(of('net.opening') - of('net.closing')).toBe(of('net.netDecrease'));
        const before = await figures(store, 'POOR_HOUSEHOLDS', region, { year: 2016 });
        expect(Number(before['poor.p'] ?? 0)).toBe(of('net.opening'));
        const now = await figures(store, 'POOR_HOUSEHOLDS', region);
        expect(Number(now['poor.p'] ?? 0)).toBe(of('net.closing'));
      }
      expect(Number((await figures(store, 'NET_DECREASE', NATION_CODE))['net.opening'])).toBeGreaterThan(0);
    },
  );
});

describe('summaries', () => {
  const county = officer(YUNZHOU, 'COUNTY', 'VIEWER');
  const load = (keys: { regionCode: string; year: number }[]) =>
    store.database.read(scopeOf(county), (tx) => summaryLoader(async () => tx).loadMany(keys));

  it('come for any number of regions from one statement, and are null outside the region and without data', async () => {
    const keys = [YUNZHOU, TOWN, '140215102000', yunzhou1].map((regionCode) => ({ regionCode, year: 2017 }));
    const one = await countStatements(store.database, () => load(keys.slice(0, 1)));
    const four = await countStatements(store.database, () => load(keys));
    expect(four.statements).toBe(one.statements);
    expect(
      await load([
        { regionCode: SHANXI, year: 2017 },
        { regionCode: YUNZHOU, year: 2013 },
      ]),
    ).toEqual([null, null]);
    const [summary] = (await load(keys)) as {
      poor: { households: number; persons: number };
      incidence: null;
    }[];
    const row = await figures(store, 'POOR_HOUSEHOLDS', YUNZHOU);
    expect([String(summary!.poor.households), String(summary!.poor.persons)]).toEqual([
      row['poor.h'],
      row['poor.p'],
    ]);
    expect(summary!.incidence).toBeNull();
  });
});

describe('a year that was opened', () => {
  const YEAR = 2018;
  const villages = [yunzhou1, yunzhou2, yunzhouOther, yungang, shandong];
  const ids: string[] = [];
  /** The announcement that the year is open, as the transport brings it: once, or again. */
  const told = () => {
    const consumer = statisticConsumers().find(({ name }) => name.endsWith('.count-opened-year'))!;
    return store.database.write(scopes.rebuildCounters(), (tx) =>
      consumer.apply(tx, [{ data: { year: YEAR } } as CloudEvent]),
    );
  };
  const batches = (most: number, batchSize = 3) => {
    let begun = 0;
    return continueYearCounts(store.database, { batchSize, goOn: () => begun++ < most });
  };
  const isBeingCounted = async () =>
    (await store.database.read(scopeOf(officer(YUNZHOU, 'COUNTY', 'VIEWER')), (tx) => surveyYear(tx, YEAR)))
      .isBeingCounted;
  const progress = () =>
    store.adminQuery<{ ledger: string; last_key: string }>('SELECT * FROM year_count ORDER BY ledger');
  const equalsARebuild = async () => {
    const counted = await counters(store);
    for (const year of [2017, YEAR]) await rebuilt(store, year);
    expect(counted).toEqual(await counters(store));
    expect(counted.some((counter) => 'year' in counter && counter.year === YEAR)).toBe(true);
  };

  beforeAll(async () => {
    await store.adminQuery(
      'TRUNCATE statistic_counter, statistic_contribution, population_change, household CASCADE',
    );
    for (let index = 0; index < 20; index++)
      ids.push(await identified(store, villages[index % villages.length]!, 1 + (index % 3)));
    await set([ids[7]!], `poverty_status = '1', exit_year = 2017`);
    await store.adminQuery(
      `INSERT INTO county_year_record (year, region_code, county_attribute, agricultural_population, created_by, created_at, updated_by, updated_at)
       VALUES (2017, $1, '02', 1000, 'x', now(), 'x', now())`,
      [YUNZHOU],
    );
    await recounted(store, ids);
    await rebuilt(store, 2017);
    const keeper = scopeOf(officer(NATION_CODE, 'NATION', 'SYSTEM_ADMIN'));
    await store.database.write(keeper, (tx) => store.services.yearTurn.open(tx, { year: YEAR }));
    await store.services.yearTurn.continueOpening(store.database);
  });
  // Each test begins where the copy has just ended.
  beforeEach(() =>
    store.adminQuery(
      `DELETE FROM statistic_counter WHERE year = ${YEAR}; DELETE FROM statistic_contribution WHERE year = ${YEAR}`,
    ),
  );

  rule(
    'PA-YR-07',
    'is counted in batches, some villages at a time, and says so until all is counted',
    async () => {
      expect(await isBeingCounted()).toBe(false);
      await told();
      expect(await isBeingCounted()).toBe(true);
      for (let counted = 0; (await batches(1)) === 1; ) {
        const [state] = await progress();
        const [now] = await store.adminQuery<{ owners: number; last: string | null }>(
          `SELECT count(*)::int AS owners, max(region_code) AS last FROM statistic_contribution WHERE kind = 'HOUSEHOLD' AND year = ${YEAR}`,
        );
        expect(now!.owners - counted).toBeLessThanOrEqual(3);
        counted = now!.owners;
        // Nobody beyond the village where the last batch ended is counted yet.
        if (state?.ledger === 'HOUSEHOLD') expect(now!.last ?? '').toBe(state.last_key.slice(0, 12));
      }
      expect(await isBeingCounted()).toBe(false);
      expect(await progress()).toEqual([]);
      expect(await total('poor', NATION_CODE, YEAR)).toBe('19/37');
      await equalsARebuild();
    },
  );

  it('is exact whatever is written between two batches, before or behind the place they have come to', async () => {
    await told();
    // Villages of Yunzhou come before Shandong's: by now the former are counted, the latter are not.
    while (!((await total('poor', SHANXI, YEAR)) !== '0/0')) await batches(1);
    await batches(1);
    expect(await total('poor', '370000000000', YEAR)).toBe('0/0');
    const [counted, waiting] = [ids[0]!, ids[4]!];
    await set([counted, waiting], `poverty_status = '1', exit_year = 2018`, YEAR);
    await set([ids[5]!], 'member_count = member_count + 1', 2017);
    await recounted(store, [counted, waiting], YEAR);
    await recounted(store, [ids[5]!], 2017);
    const [late, later] = [await identified(store, yunzhou1, 2), await identified(store, shandong, 2)];
    await recounted(store, [late, later], YEAR);
    // Told of only after all has been counted.
    await set([ids[1]!, ids[9]!], `poverty_status = '3', return_year = 2018, return_reason = '01'`, YEAR);
    await batches(Number.POSITIVE_INFINITY);
    await recounted(store, [ids[1]!, ids[9]!], YEAR);
    await equalsARebuild();
  });

  it('is exact while officers write and several processes count', async () => {
    await told();
    const write = async (some: readonly string[]) => {
      for (const [step, id] of some.entries()) {
        const change = step % 2 === 0 ? 'member_count = member_count + 1' : 'is_relocation_household = true';
        await set([id], change, YEAR);
        await recounted(store, [id], YEAR);
      }
    };
    await Promise.all([
      batches(Number.POSITIVE_INFINITY, 1),
      batches(Number.POSITIVE_INFINITY, 2),
      write(ids.slice(0, 6)),
      write(ids.slice(6, 12)),
    ]);
    expect(await progress()).toEqual([]);
    await equalsARebuild();
  });

  it('goes on where it was after a batch was killed, and a second announcement changes nothing', async () => {
    await told();
    await batches(6);
    const before = { counters: await counters(store), progress: await progress() };
    await store.adminQuery(
      `CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'killed'; END $$;
       CREATE TRIGGER dies BEFORE UPDATE OR DELETE ON year_count FOR EACH STATEMENT EXECUTE FUNCTION dies()`,
    );
    await expect(batches(1)).rejects.toThrow('killed');
    await store.adminQuery('DROP FUNCTION dies() CASCADE');
    expect({ counters: await counters(store), progress: await progress() }).toEqual(before);
    await batches(1);
    expect(await progress()).not.toEqual(before.progress);
    await told();
    await batches(2);
    await told();
    await batches(Number.POSITIVE_INFINITY);
    const counted = await counters(store);
    await equalsARebuild();
    await told();
    expect(await batches(Number.POSITIVE_INFINITY)).toBeGreaterThan(9);
    expect(await counters(store)).toEqual(counted);
  });
});

/** Random numbers that are the same in every run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

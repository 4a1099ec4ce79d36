import { scenario } from '@junxian/test-kit';
import { registered } from '../testing/cases.support.test';
import { ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { countedSums } from './figures.store';
import { rebuildStatistics, recountNoted } from './recount.service';
import { cellsOf, countAll, figuresStored, reportAs } from './statistics.fixture';

let store: TestStore;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store?.close());

const statistician = officer('shandong', 'STATISTICIAN');
const march = { from: '2026-03-01', to: '2026-03-31', region: '370000000000' };
const lixia = officer('lixia', ['LETTER_REGISTRAR', 'HANDLER']);

describe('National Bureau reports', () => {
  it('NR-1 has the region itself, each region below and the total, recomputed from counts', async () => {
    await registered(store);
    await registered(store, { channel: 'VISIT', visitorCount: 6, collective: true }, lixia);
    await registered(store, { channel: 'ONLINE' }, officer('shinan', ['ONLINE_REGISTRAR']));
    store.clock.set('2025-03-10T09:00:00+08:00');
    await registered(store, { receivedAt: store.clock.now() });
    store.clock.set('2026-03-05T09:00:00+08:00');
    await countAll(store);
    const report = await reportAs(store, statistician, { report: 'NR-1', ...march });
    expect(report.rows.map(({ kind, regionCode }) => [kind, regionCode])).toEqual([
      ['OWN', '370000000000'],
      ['CHILD', '370100000000'],
      ['CHILD', '370200000000'],
      ['TOTAL', '370000000000'],
    ]);
    expect(cellsOf(report, ({ kind }) => kind === 'TOTAL')).toMatchObject({
      items: '3',
      persons: '8',
      online: '1',
      letters: '1',
      visitBatches: '1',
      visitPersons: '6',
      collectiveBatches: '1',
      yearOnYear: '200.00',
      simple: '0',
    });
    expect(cellsOf(report, ({ kind }) => kind === 'OWN')).toMatchObject({
      items: '1',
      letters: '1',
      yearOnYear: '0.00',
    });
    expect(cellsOf(report, ({ regionCode }) => regionCode === '370100000000')).toMatchObject({
      items: '1',
      yearOnYear: null,
    });
    const nation = await reportAs(store, officer('nation', 'STATISTICIAN'), {
      report: 'NR-1',
      ...march,
      region: '000000000000',
    });
    expect(
      cellsOf(nation, ({ regionCode, kind }) => kind === 'CHILD' && regionCode === '370000000000'),
    ).toMatchObject({ items: '3' });
  });

  it('NR-2, NR-3, NR-4 list every code with shares, NR-4 opens level by level', async () => {
    await registered(store, { contentCategory: 'LABOUR.WAGES.ARREARS' });
    await registered(store, { purpose: 'SUGGESTION', contentCategory: 'LAND.EXPROPRIATION' });
    await countAll(store);
    const channels = await reportAs(store, statistician, { report: 'NR-2', ...march });
    expect(cellsOf(channels, ({ code }) => code === 'LETTER')).toEqual({
      items: '2',
      share: '100.00',
      first: '2',
      repeat: '0',
      completed: '0',
      open: '2',
    });
    const purposes = await reportAs(store, statistician, { report: 'NR-3', ...march });
    expect(cellsOf(purposes, ({ code }) => code === 'SUGGESTION')).toMatchObject({
      items: '1',
      share: '50.00',
    });
    const categories = await reportAs(store, statistician, { report: 'NR-4', ...march });
    expect(categories.rows.filter(({ kind }) => kind === 'CODE')).toHaveLength(17);
    expect(cellsOf(categories, ({ code }) => code === 'LABOUR')).toMatchObject({ items: '1' });
    const labour = await reportAs(store, statistician, { report: 'NR-4', ...march, category: 'LABOUR' });
    expect(cellsOf(labour, ({ code }) => code === 'LABOUR.WAGES')).toMatchObject({ items: '1' });
    expect(cellsOf(labour, ({ kind }) => kind === 'TOTAL')).toMatchObject({ items: '1' });
  });

  scenario(
    'petitions',
    35,
    '40 decisions due in May, 36 in time, 2 late, 2 undecided: timely acceptance rate 90.00; a unit with 0 due shows no rate',
    async () => {
      const unit = ORGANISATIONS.lixiaUnit.id;
      const decided = (count: number, accepted: string | null) =>
        store.adminQuery(
          `UPDATE case_item SET accept_due_on = '2026-05-20', custodian_organisation_id = $1,
             accepted_at = $3::timestamptz, responsible_organisation_id = CASE WHEN $3::timestamptz IS NULL THEN NULL ELSE $1::uuid END
           WHERE id IN (SELECT id FROM case_item WHERE accept_due_on IS NULL ORDER BY id LIMIT $2)`,
          [unit, count, accepted],
        );
      for (let serial = 0; serial < 41; serial++) await registered(store);
      await decided(36, '2026-05-20T23:59:00+08:00');
      await decided(2, '2026-05-21T00:01:00+08:00');
      await decided(2, null);
      // Due in June, so not in the report of May.
      await store.adminQuery(
        `UPDATE case_item SET accept_due_on = '2026-06-01', custodian_organisation_id = $1 WHERE accept_due_on IS NULL`,
        [ORGANISATIONS.shinanUnit.id],
      );
      store.clock.set('2026-06-10T09:00:00+08:00');
      await countAll(store);
      const may = { report: 'NR-6' as const, from: '2026-05-01', to: '2026-05-31', region: '370102000000' };
      const report = await reportAs(store, officer('lixia', 'STATISTICIAN'), may);
      const expected = { due: '40', inTime: '36', late: '2', undecided: '2', timelyAcceptanceRate: '90.00' };
      expect(cellsOf(report, ({ organisationId }) => organisationId === unit)).toEqual(expected);
      expect(cellsOf(report, ({ kind }) => kind === 'TOTAL')).toEqual(expected);
      const province = await reportAs(store, statistician, { ...may, region: '370000000000' });
      expect(cellsOf(province, ({ regionCode }) => regionCode === '370200000000')).toEqual({
        due: '0',
        inTime: '0',
        late: '0',
        undecided: '0',
        timelyAcceptanceRate: null,
      });
    },
  );

  it('what is not yet over is due, but neither late nor overdue', async () => {
    const item = await registered(store, {}, lixia);
    await store.adminQuery(`UPDATE case_item SET accept_due_on = '2026-03-20' WHERE id = $1`, [item.id]);
    await countAll(store);
    const query = { report: 'NR-6' as const, ...march };
    expect(cellsOf(await reportAs(store, statistician, query), ({ kind }) => kind === 'TOTAL')).toMatchObject(
      { due: '1', undecided: '0' },
    );
    store.clock.set('2026-03-21T00:00:00+08:00');
    expect(cellsOf(await reportAs(store, statistician, query), ({ kind }) => kind === 'TOTAL')).toMatchObject(
      { due: '1', undecided: '1' },
    );
  });

  it('refuses a period that ends before it begins', async () => {
    await expect(
      reportAs(store, statistician, { report: 'NR-1', ...march, to: '2026-02-01' }),
    ).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      field: 'to',
    });
  });
});

describe('the ledger', () => {
  it('counts the same however often, in whatever order, and after a rebuild', async () => {
    const item = await registered(store);
    await countAll(store);
    const once = await figuresStored(store);
    await countAll(store);
    expect(await figuresStored(store)).toEqual(once);
    await store.adminQuery(
      `UPDATE case_item SET purpose = 'OTHER', content_category = 'LAND' WHERE id = $1`,
      [item.id],
    );
    await countAll(store);
    const changed = await figuresStored(store);
    expect(changed).not.toEqual(once);
    expect(await rebuildStatistics(store.database)).toBe(1);
    expect(await figuresStored(store)).toEqual(changed);
    await store.adminQuery('DELETE FROM statistic_contribution; DELETE FROM statistic_counter');
    await rebuildStatistics(store.database);
    expect(await figuresStored(store)).toEqual(changed);
  });

  it('sums any period from months and days as from the contributions themselves', async () => {
    for (const day of [
      '2025-12-31',
      '2026-01-01',
      '2026-01-15',
      '2026-01-31',
      '2026-02-28',
      '2026-03-01',
      '2026-03-02',
    ]) {
      store.clock.set(`${day}T09:00:00+08:00`);
      await registered(store, { receivedAt: store.clock.now() }, day < '2026-02' ? undefined : lixia);
    }
    await countAll(store);
    const periods = [
      ['2026-01-01', '2026-01-31'],
      ['2026-01-02', '2026-02-28'],
      ['2025-12-31', '2026-03-01'],
      ['2025-06-01', '2026-03-31'],
      ['2026-01-15', '2026-01-15'],
      ['2026-01-16', '2026-01-30'],
      ['2026-02-01', '2026-04-10'],
      ['2026-03-10', '2026-03-01'],
    ] as const;
    for (const report of ['NR-1', 'NR-4', 'NR-6', 'NR-7'] as const)
      for (const [from, to] of periods)
        for (const monthly of [false, true]) {
          const region = '370000000000';
          const asked = { report, regions: [region], parents: [], from, to, today: '2026-03-14', monthly };
          const told = await store.readAs(statistician, (tx) => countedSums(tx, asked));
          const [counted] = await store.adminQuery<{ items: string; n4: string }>(
            `SELECT coalesce(sum(n1), 0) AS items,
               coalesce(sum(n4) FILTER (WHERE $1 NOT IN ('NR-6', 'NR-7') OR day < '2026-03-14'), 0) AS n4
             FROM statistic_contribution WHERE report = $1 AND roll_up AND day BETWEEN $2 AND $3`,
            [report, from, to],
          );
          const sum = (place: number) => told.reduce((total, { values }) => total + values[place]!, 0);
          expect([report, from, to, monthly, sum(0), sum(3)]).toEqual([
            report,
            from,
            to,
            monthly,
            Number(counted!.items),
            Number(counted!.n4),
          ]);
        }
  });

  it('follows an organisation into another region', async () => {
    const item = await registered(store, {}, lixia);
    await countAll(store);
    await store.adminQuery(`UPDATE case_item SET region_code = '370112000000' WHERE id = $1`, [item.id]);
    await store.adminQuery('INSERT INTO statistic_recount (subject_id) VALUES ($1)', [item.id]);
    expect(await recountNoted(store.database)).toBe(1);
    const jinan = { report: 'NR-1' as const, ...march, region: '370100000000' };
    const report = await reportAs(store, officer('jinan', 'STATISTICIAN'), jinan);
    expect(
      cellsOf(report, ({ regionCode, kind }) => kind === 'CHILD' && regionCode === '370112000000'),
    ).toMatchObject({ items: '1' });
    expect(
      cellsOf(report, ({ regionCode, kind }) => kind === 'CHILD' && regionCode === '370102000000'),
    ).toMatchObject({ items: '0' });
    expect(cellsOf(report, ({ kind }) => kind === 'TOTAL')).toMatchObject({ items: '1' });
  });
});

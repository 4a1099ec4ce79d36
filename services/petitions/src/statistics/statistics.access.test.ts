import type { Principal } from '@junxian/identity';
import { countStatements, rule, subgraphClient } from '@junxian/test-kit';
import { registered } from '../testing/cases.support.test';
import { citizen, ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { cellsOf, countAll, reportAs } from './statistics.fixture';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
  const lixia = officer('lixia', ['LETTER_REGISTRAR', 'HANDLER']);
  for (let serial = 0; serial < 3; serial++) await registered(store, {}, lixia);
  await registered(
    store,
    { purpose: 'ACCUSATION', accusedOrganisationId: ORGANISATIONS.lixia.id, accusedPerson: '示例李' },
    officer('jinan', ['LETTER_REGISTRAR', 'HANDLER']),
  );
  await countAll(store);
});
const { ask } = graphOver(() => store);
afterAll(() => store?.close());

const SUMMARY = (code: string) =>
  `{ _entities(representations: [{ __typename: "Region", code: "${code}" }]) { ... on Region { petitionSummary(from: "2026-03-01", to: "2026-03-31") { items letters suppressed } } } }`;
const REPORT = (region: string) =>
  `{ nationalReport(report: NR_3, from: "2026-03-01", to: "2026-03-31", region: "${region}") { title rows { kind code label cells } } }`;
const summaryOf = async (by: Parameters<typeof subgraphClient>[2], code: string) =>
  (await ask(by, SUMMARY(code))).data?._entities[0].petitionSummary;

describe('who learns what by a count', () => {
  it('the summary is exact for those who count or supervise, small counts are hidden from other officers, the public gets none', async () => {
    store.clock.set('2026-04-01T09:00:00+08:00');
    expect(await summaryOf(officer('jinan', 'STATISTICIAN'), '370100000000')).toEqual({
      items: 4,
      letters: 4,
      suppressed: false,
    });
    expect(await summaryOf(officer('jinan', 'SUPERVISOR'), '370100000000')).toMatchObject({ items: 4 });
    expect(await summaryOf(officer('jinan', 'HANDLER'), '370100000000')).toEqual({
      items: null,
      letters: null,
      suppressed: true,
    });
    for (const nobody of [citizen(), officer('qingdao', 'STATISTICIAN'), officer('qingdao', 'HANDLER')])
      expect(await summaryOf(nobody, '370100000000')).toBeNull();
  });

  it('nobody else computes a hidden number: not by the region above, nor by a day more or a month that still runs', async () => {
    // Jinan 9 = Lixia 6 + Jinan's own 3: Lixia's is told only where the difference is not.
    store.clock.set('2026-02-10T09:00:00+08:00');
    for (let serial = 0; serial < 6; serial++)
      await registered(store, { receivedAt: store.clock.now() }, officer('lixia', ['LETTER_REGISTRAR']));
    for (let serial = 0; serial < 3; serial++)
      await registered(store, { receivedAt: store.clock.now() }, officer('jinan', ['LETTER_REGISTRAR']));
    store.clock.set('2026-03-02T09:00:00+08:00');
    await countAll(store);
    const summary = async (by: Principal, code: string, from = '2026-02-01', to = '2026-02-28') => {
      const { data, errors } = await ask(
        by,
        SUMMARY(code).replace('2026-03-01', from).replace('2026-03-31', to),
      );
      return errors?.[0]?.extensions?.code ?? data?._entities[0].petitionSummary.items;
    };
    const handler = officer('jinan', 'HANDLER');
    expect(await summary(handler, '370100000000')).toBe(9);
    expect(await summary(handler, '370102000000')).toBeNull();
    expect(await summary(officer('jinan', 'SUPERVISOR'), '370102000000')).toBe(6);
    // Lixia's own officer has nothing to subtract from.
    expect(await summary(officer('lixia', 'HANDLER'), '370102000000')).toBe(6);
    expect(await summary(handler, '370100000000', '2026-02-01', '2026-02-27')).toBe('INVALID_INPUT');
    expect(await summary(handler, '370100000000', '2026-02-02', '2026-02-28')).toBe('INVALID_INPUT');
    expect(await summary(handler, '370100000000', '2026-03-01', '2026-03-31')).toBe('INVALID_INPUT');
    expect(await summary(officer('jinan', 'STATISTICIAN'), '370100000000', '2026-02-02', '2026-02-11')).toBe(
      9,
    );
  });

  rule(
    'PT-HND-08',
    'the accused unit does not learn of an accusation by a count: its figures are those without it',
    async () => {
      const jinan = { report: 'NR-3' as const, from: '2026-03-01', to: '2026-03-31', region: '370100000000' };
      const seen = await reportAs(store, officer('jinan', 'STATISTICIAN'), jinan);
      expect(cellsOf(seen, ({ code }) => code === 'ACCUSATION')).toMatchObject({ items: '1' });
      // A statistician of the accused district bureau, whose appointment is for the whole city.
      const accused = {
        ...officer('lixia', 'STATISTICIAN'),
        regionCode: '370100000000',
        regionLevel: 'CITY' as const,
      };
      const hidden = await reportAs(store, accused, jinan);
      expect(cellsOf(hidden, ({ code }) => code === 'ACCUSATION')).toMatchObject({
        items: '0',
        share: '0.00',
      });
      expect(cellsOf(hidden, ({ kind }) => kind === 'TOTAL')).toMatchObject({ items: '3' });
      expect(await summaryOf(accused, '370100000000')).toMatchObject({ items: 3 });
    },
  );

  rule('PT-HND-08', 'nor does the accused person, whatever unit elsewhere they work at', async () => {
    const person = officer('shandong', 'STATISTICIAN', 'accused');
    const february = {
      report: 'NR-3' as const,
      from: '2026-02-01',
      to: '2026-02-28',
      region: '370000000000',
    };
    store.clock.set('2026-02-11T09:00:00+08:00');
    await registered(
      store,
      {
        purpose: 'ACCUSATION',
        accusedAccountId: person.accountId,
        accusedPerson: '示例王',
        receivedAt: store.clock.now(),
      },
      officer('jinan', ['LETTER_REGISTRAR', 'HANDLER']),
    );
    store.clock.set('2026-03-02T09:00:00+08:00');
    await countAll(store);
    const accusations = async (by: Principal) =>
      cellsOf(await reportAs(store, by, february), ({ code }) => code === 'ACCUSATION').items;
    expect(await accusations(officer('shandong', 'STATISTICIAN'))).toBe('1');
    expect(await accusations(person)).toBe('0');
    const items = async (by: Principal) =>
      (await ask(by, SUMMARY('370100000000').replaceAll('2026-03', '2026-02').replace('02-31', '02-28'))).data
        ?._entities[0].petitionSummary.items;
    expect((await items(officer('shandong', 'STATISTICIAN'))) - (await items(person))).toBe(1);
  });

  rule(
    'PT-HND-08',
    'nor by raw SQL: what is left out is neither told nor to be compared with anything',
    async () => {
      const accused = officer('lixia', ['STATISTICIAN', 'SUPERVISOR', 'ADMIN']);
      const wide = { ...accused, regionCode: '370100000000', regionLevel: 'CITY' as const };
      const seen = (sql: string, by: Principal = wide) => store.readAs(by, (tx) => tx.query(sql));
      expect(await seen('SELECT FROM statistic_counter')).toEqual([]);
      expect(await seen('SELECT FROM statistic_contribution')).toEqual([]);
      const figures = (report: string, monthly: boolean) =>
        `SELECT key FROM pt_hnd_08_figures('${report}', '{370100000000}', '{370100000000}', '2026-03-01', '2026-03-31', '2026-04-01', ${monthly})`;
      expect(await seen(figures('NR-3', false))).not.toContainEqual({ key: 'ACCUSATION' });
      expect(await seen(figures('NR-3', false), officer('jinan', 'STATISTICIAN'))).toContainEqual({
        key: 'ACCUSATION',
      });
      // Others get no more than the summary is made of.
      const handler = officer('jinan', 'HANDLER');
      expect(await seen(figures('NR-3', true), handler)).toEqual([]);
      expect(await seen(figures('NR-1', false), handler)).toEqual([]);
      expect(await seen(figures('NR-1', true), handler)).not.toEqual([]);
      expect(await seen(figures('NR-1', true), officer('qingdao', 'STATISTICIAN'))).toEqual([]);
    },
  );

  it('a report is for one’s own area and for the roles that count', async () => {
    const answer = await ask(officer('lixia', 'STATISTICIAN'), REPORT('370102000000'));
    expect(answer.errors).toBeUndefined();
    expect(answer.data!.nationalReport.title).toBe('信访目的情况');
    expect(answer.data!.nationalReport.rows.map(({ label }: { label: string }) => label)).toEqual([
      '申诉',
      '求决',
      '检举控告',
      '意见建议',
      '其他',
      '合计',
    ]);
    expect(
      (await ask(officer('lixia', 'STATISTICIAN'), REPORT('370202000000'))).errors?.[0]?.extensions?.code,
    ).toBe('OUT_OF_REGION');
    expect(
      (await ask(officer('lixia', 'HANDLER'), REPORT('370102000000'))).errors?.[0]?.extensions?.code,
    ).toBe('FORBIDDEN');
    expect((await ask(citizen(), REPORT('370102000000'))).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  it('the figures of many regions cost as many statements as those of one', async () => {
    const many = (codes: string[]) =>
      `{ _entities(representations: [${codes.map((code) => `{ __typename: "Region", code: "${code}" }`).join(', ')}]) { ... on Region { petitionSummary(from: "2026-03-01", to: "2026-03-31") { items } } } }`;
    const codes = Object.values(ORGANISATIONS).map(({ regionCode }) => regionCode);
    store.clock.set('2026-04-01T09:00:00+08:00');
    for (const nation of [officer('nation', 'STATISTICIAN'), officer('nation', 'HANDLER')]) {
      const one = await countStatements(store.database, () => ask(nation, many(codes.slice(0, 1))));
      const all = await countStatements(store.database, () => ask(nation, many(codes)));
      expect(all.result.errors).toBeUndefined();
      expect(all.statements).toBe(one.statements);
    }
  });
});

import type { RunningSubgraph } from '@junxian/subgraph';
import { countStatements, rule, subgraphClient, testIssuer } from '@junxian/test-kit';
import { registered } from '../testing/cases.support.test';
import { citizen, ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { startTestSubgraph } from '../testing/subgraph.support.test';
import { cellsOf, countAll, reportAs } from './statistics.fixture';

const issuer = testIssuer();
let store: TestStore;
let subgraph: RunningSubgraph;
beforeAll(async () => {
  store = await openStore();
  subgraph = await startTestSubgraph(store, issuer);
  const lixia = officer('lixia', ['LETTER_REGISTRAR', 'HANDLER']);
  for (let serial = 0; serial < 3; serial++) await registered(store, {}, lixia);
  await registered(
    store,
    { purpose: 'ACCUSATION', accusedOrganisationId: ORGANISATIONS.lixia.id, accusedPerson: '示例李' },
    officer('jinan', ['LETTER_REGISTRAR', 'HANDLER']),
  );
  await countAll(store);
});
afterAll(async () => {
  await subgraph?.stop();
  await store?.close();
});

const ask = (by: Parameters<typeof subgraphClient>[2], query: string) =>
  subgraphClient(subgraph.url, issuer, by).query(query);
const SUMMARY = (code: string) =>
  `{ _entities(representations: [{ __typename: "Region", code: "${code}" }]) { ... on Region { petitionSummary(from: "2026-03-01", to: "2026-03-31") { items letters suppressed } } } }`;
const REPORT = (region: string) =>
  `{ nationalReport(report: NR_3, from: "2026-03-01", to: "2026-03-31", region: "${region}") { title rows { kind code label cells } } }`;
const summaryOf = async (by: Parameters<typeof subgraphClient>[2], code: string) =>
  (await ask(by, SUMMARY(code))).data?._entities[0].petitionSummary;

describe('who learns what by a count', () => {
  it('the summary is exact for those who count or supervise, small counts are hidden from other officers, the public gets none', async () => {
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
    for (const nobody of [citizen(), officer('qingdao', 'STATISTICIAN'), null])
      if (nobody !== null) expect(await summaryOf(nobody, '370100000000')).toBeNull();
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
    const nation = officer('nation', 'STATISTICIAN');
    const one = await countStatements(store.database, () => ask(nation, many(codes.slice(0, 1))));
    const all = await countStatements(store.database, () => ask(nation, many(codes)));
    expect(all.result.errors).toBeUndefined();
    expect(all.statements).toBe(one.statements);
  });
});

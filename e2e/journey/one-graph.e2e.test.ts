import { type GraphAnswer, scenario } from '@junxian/test-kit';
import { citizenNumber, householdForm, IDENTIFY, places, SUMMARY } from '../support/demo';
import type { SignedIn } from '../support/signing-in';
import { eventually, type System, startSystem } from '../support/system';

const HOUSEHOLDS = /* GraphQL */ `
  query Households($region: ID, $after: String) {
    households(year: 2017, region: $region, first: 100, after: $after) {
      nodes { householdNo region { code name } }
      endCursor
      hasNextPage
    }
  }
`;

/** The main job: one question, two services, one's own region, a change that another service learns of. */
describe('one graph', () => {
  let system: System;
  let province: SignedIn;
  let county: SignedIn;
  let neighbour: SignedIn;
  let village: SignedIn;

  beforeAll(async () => {
    system = await startSystem();
    [province, county, neighbour, village] = await Promise.all([
      system.signIn('shanxi'),
      system.signIn('yunzhou'),
      system.signIn('yungang'),
      system.signIn('village'),
    ]);
  }, 240_000);
  afterAll(() => system?.stop(), 60_000);

  const poor = async (who: SignedIn, code: string) =>
    (await who.query(SUMMARY, { code })).data?.region.povertySummary?.poor ?? null;

  async function regionsListed(who: SignedIn, region: string | null): Promise<string[]> {
    const codes: string[] = [];
    let after: string | null = null;
    do {
      const answer: GraphAnswer = await who.query(HOUSEHOLDS, { region, after });
      expect(answer.errors).toBeUndefined();
      codes.push(
        ...answer.data!.households.nodes.map((node: { region: { code: string } }) => node.region.code),
      );
      after = answer.data!.households.hasNextPage ? answer.data!.households.endCursor : null;
    } while (after !== null);
    return codes;
  }

  it('two services answer one question together, each for the asker’s own region', async () => {
    const answer = await village.query(/* GraphQL */ `
      { region(code: "${places.village}") { name path { name } povertySummary(year: 2017) { poor { households } } }
        households(year: 2017) { nodes { region { name parent { name } } record(year: 2017) { members { name idNumber } } } } }
    `);
    expect(answer.errors).toBeUndefined();
    expect(answer.data!.region.path.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['山西省', '大同市', '云州区']),
    );
    expect(answer.data!.households.nodes.length).toBeGreaterThan(0);
    for (const node of answer.data!.households.nodes) expect(node.region.name).toBe(answer.data!.region.name);
    for (const { record } of answer.data!.households.nodes) {
      for (const member of record.members) expect(member.idNumber).toMatch(/^\d{6}\*{12}$/);
    }
  });

  it('a county lists its own households and nothing of the county next door, which sees nothing of it', async () => {
    const own = await regionsListed(county, null);
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((code) => !code.startsWith('140215'))).toEqual([]);
    expect((await regionsListed(neighbour, null)).filter((code) => !code.startsWith('140214'))).toEqual([]);
    expect(
      (await neighbour.query(HOUSEHOLDS, { region: places.yunzhou })).errors?.[0]?.extensions?.code,
    ).toBe('OUT_OF_REGION');
    expect(await poor(neighbour, places.yunzhou)).toBeNull();
  });

  it('a village officer identifies a household; province, city and county learn of it by an event, the neighbour does not', async () => {
    const before = await poor(province, places.shanxi);
    const neighbourBefore = await poor(neighbour, places.yungang);
    const input = householdForm({
      villageCode: places.village,
      headName: '示例甲',
      idNumber: citizenNumber(1),
    });
    const answer = await village.query(IDENTIFY, { input });
    expect(answer.errors).toBeUndefined();
    const household = answer.data!.identifyHousehold;
    expect(household.record.incomeAndHealth).toEqual({ netIncome: '5500.00', perCapitaNetIncome: '5500.00' });
    expect(household.region.path.at(-1).name).toBe(household.region.name);

    await eventually(
      'the province’s figure',
      () => poor(province, places.shanxi),
      (now) => now.households === before.households + 1,
    );
    expect(await poor(province, places.yungang)).toEqual(neighbourBefore);
    for (const who of [county, province]) {
      const found = await who.query('query ($id: ID!) { household(id: $id) { householdNo } }', {
        id: household.id,
      });
      expect(found.data!.household.householdNo).toBe(household.householdNo);
    }
    const hidden = await neighbour.query('query ($id: ID!) { household(id: $id) { householdNo } }', {
      id: household.id,
    });
    expect(hidden.data!.household).toBeNull();

    const citizenId = household.record.members[0].citizen.id;
    const membership = (who: SignedIn) =>
      who.query(
        'query ($n: String!) { citizen(idNumber: $n) { id povertyMembership(year: 2017) { name } } }',
        { n: citizenNumber(1) },
      );
    expect((await membership(county)).data!.citizen).toEqual({
      id: citizenId,
      povertyMembership: { name: '示例甲' },
    });
    expect((await membership(neighbour)).data!.citizen).toEqual({ id: citizenId, povertyMembership: null });

    const [ownVillage] = await regionsListed(neighbour, null);
    const twice = await neighbour.query(IDENTIFY, {
      input: householdForm({ villageCode: ownVillage!, headName: '示例乙', idNumber: citizenNumber(1) }),
    });
    expect(twice.errors?.[0]?.extensions).toMatchObject({
      code: 'DUPLICATE_ID',
      field: 'members[0].idNumber',
    });
    expect(JSON.stringify(twice)).not.toContain('140215');
  });

  scenario(
    'directory',
    14,
    'a county is re-coded: rows, figures and scopes of both services go along',
    async () => {
      const maintainer = await system.signIn('maintainer');
      const before = await poor(county, places.yunzhou);
      const provinceBefore = await poor(province, places.shanxi);
      const rowsBefore = await regionsListed(county, null);
      const target = '140299000000';
      const scheduled = await maintainer.query(
        `mutation ($input: ScheduleRegionChangeInput!) { scheduleRegionChange(input: $input) { id status } }`,
        {
          input: {
            kind: 'RECODE',
            effectiveDate: '2026-01-01',
            from: [places.yunzhou],
            to: [{ code: target, name: '云州区', level: 'COUNTY', parentCode: places.datong }],
            basisDocument: '示例文件〔2026〕1号',
          },
        },
      );
      expect(scheduled.errors).toBeUndefined();

      await eventually(
        'the old token being refused',
        () => county.query('{ myAccount { id } }'),
        (answer) => answer.errors !== undefined,
      );
      await county.refresh();
      await eventually(
        'the rows under the new code',
        () => regionsListed(county, null),
        (codes) => codes.length === rowsBefore.length,
        30_000,
      );
      expect((await regionsListed(county, null)).every((code) => code.startsWith('140299'))).toBe(true);
      await eventually(
        'the figure under the new code',
        () => poor(county, target),
        (now) => now !== null && now.households === before.households,
      );
      expect(await poor(province, places.shanxi)).toEqual(provinceBefore);

      const asOf = async (code: string, date: string) =>
        (
          await county.query(
            'query ($code: ID!, $asOf: Date) { region(code: $code, asOf: $asOf) { code predecessors { code } } }',
            { code, asOf: date },
          )
        ).data!.region;
      expect(await asOf(places.yunzhou, '2025-12-31')).toMatchObject({ code: places.yunzhou });
      expect(await asOf(places.yunzhou, '2026-01-01')).toBeNull();
      expect(await asOf(target, '2026-01-01')).toMatchObject({
        code: target,
        predecessors: [{ code: places.yunzhou }],
      });
      expect(await asOf(target, '2025-12-31')).toBeNull();
    },
    120_000,
  );
});

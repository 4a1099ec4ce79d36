import type { Refusal } from '@junxian/errors';
import { type Principal, scopeOf } from '@junxian/identity';
import { countStatements, rule, scenario } from '@junxian/test-kit';
import { listRange } from '../assistance/pairing-lists.service';
import { type Office, openOffice } from '../back-office/back-office.fixture';
import { figures, recounted } from '../statistics/statistics.fixture';
import { refused } from '../testing/refusals.support.test';
import { officer, VILLAGES } from '../testing/store.support.test';
import { villageFigures } from '../villages/village-figures.service';
import { type DuplicateQuery, duplicatesPage } from './duplicates.service';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
beforeEach(() =>
  office.adminQuery('TRUNCATE household, member, statistic_counter, statistic_contribution CASCADE'),
);
afterAll(() => office.close());

const county = officer('140215000000', 'COUNTY');
const province = officer('140000000000', 'PROVINCE', 'MANAGER');
const nation = officer('000000000000', 'NATION', 'MANAGER');
const found = (principal: Principal, query: Partial<DuplicateQuery> & { region?: string } = {}) =>
  office.database.read(scopeOf(principal), (tx) =>
    duplicatesPage(tx, listRange(tx.scope, query.region), { year: 2016, ...query }),
  );
const classes = async (principal: Principal, query: Partial<DuplicateQuery> & { region?: string } = {}) =>
  (await found(principal, query)).nodes.map((group) => group.class).sort();
const deleted = (input: Parameters<Office['functions']['deleteDuplicates']['plan']>[1]) =>
  office.confirmed(office.functions.deleteDuplicates, input);
const statuses = async (id: string, year = 2016) =>
  (await office.file(id, year)).members.map(({ relationToHead, status }) => `${relationToHead} ${status}`);

/** A household with data of 2016 whose member at `place` carries the number that the other does. */
async function copyOf(
  other: { memberId: string },
  village: string,
  place = 1,
  others = [{ relationToHead: 'SON' as const }],
) {
  const household = await office.household(others, village);
  await office.earlierYears(household.id, 2016);
  await office.sameNumber(household.members[place]!.id, other.memberId, 2016);
  return { ...household, memberId: household.members[place]!.id };
}
/** A household with data of 2016, and its son. */
async function original(village: string = VILLAGES.yunzhou1) {
  const household = await office.household([{ relationToHead: 'SON' }, { relationToHead: 'OTHER' }], village);
  await office.earlierYears(household.id, 2016);
  return { ...household, memberId: household.members[1]!.id };
}

rule(
  ['PA-DU-01', 'PA-QY-10'],
  'groups persons by number and says how far apart they live; outside the region only where',
  async () => {
    const own = await original();
    await office.sameNumber(own.members[2]!.id, own.memberId, 2016);
    const inCounty = await original();
    await copyOf(inCounty, VILLAGES.yunzhouOther);
    const inProvince = await original();
    const neighbour = await copyOf(inProvince, VILLAGES.yungang);
    const inCountry = await original();
    const far = await copyOf(inCountry, VILLAGES.shandong, 0);
    const all = ['CROSS_PROVINCE', 'SAME_COUNTY', 'SAME_HOUSEHOLD', 'SAME_PROVINCE'];
    for (const principal of [county, province, nation]) expect(await classes(principal)).toEqual(all);
    expect(await classes(nation, { region: '370000000000' })).toEqual(['CROSS_PROVINCE']);
    expect(await classes(nation, { region: VILLAGES.yungang })).toEqual(['SAME_PROVINCE']);
    expect(await classes(county, { class: 'SAME_HOUSEHOLD' })).toEqual(['SAME_HOUSEHOLD']);
    expect(await classes(county, { year: 2017 })).toEqual([]);

    const [group] = (await found(county, { class: 'CROSS_PROVINCE' })).nodes;
    expect(group!.holders).toMatchObject([
      { regionCode: VILLAGES.yunzhou1, householdId: inCountry.id, memberId: inCountry.memberId },
      { regionCode: VILLAGES.shandong, householdId: null, memberId: null },
    ]);
    const [seen] = (await found(nation, { class: 'CROSS_PROVINCE' })).nodes;
    expect(seen!.holders).toMatchObject([{}, { householdId: far.id, memberId: far.memberId }]);

    // Those who are no longer normal members, and those without a number, are no duplicates.
    await office.adminQuery(
      `UPDATE member_year_record SET status = '3' WHERE member_id = $1 AND year = 2016`,
      [neighbour.memberId],
    );
    await office.adminQuery(
      `UPDATE member_year_record SET id_type = '00', id_number_index = NULL WHERE member_id = $1 AND year = 2016`,
      [far.memberId],
    );
    expect(await classes(province)).toEqual(['SAME_COUNTY', 'SAME_HOUSEHOLD']);
  },
);

it('pages in one order, with as many statements for many groups as for one', async () => {
  for (let index = 0; index < 5; index++) await copyOf(await original(), VILLAGES.yunzhouOther);
  for (const principal of [county, nation]) {
    const seen: (string | null)[] = [];
    let after: string | null = null;
    do {
      const page = await found(principal, { first: 2, after });
      seen.push(...page.nodes.map(({ holders }) => holders[0]!.memberId));
      after = page.hasNextPage ? page.endCursor : null;
    } while (after !== null);
    expect(new Set(seen).size).toBe(5);
  }
  const statements = async (first: number) =>
    (await countStatements(office.database, () => found(county, { first }))).statements;
  expect(await statements(5)).toBe(await statements(1));
  expect(await refused(found(county, { after: 'Zm9v' }))).toEqual(['INVALID_INPUT after']);
});

scenario(
  'poverty-alleviation',
  24,
  'ID X in households A and B of two counties of a province: 6.10 shows 1 number, 2 persons, same province; 8.9 keeping A deletes B’s and the table shows 0',
  async () => {
    const a = await original();
    const b = await copyOf(a, VILLAGES.yungang);
    const table = async () => {
      await recounted(office, [a.id, b.id], 2016);
      return figures(office, 'DUPLICATE_NUMBERS', '140000000000', { year: 2016 });
    };
    expect(await table()).toEqual({
      'duplicate.number': '1',
      'duplicate.number.class.SAME_PROVINCE': '1',
      'duplicate.person': '2',
      'duplicate.person.class.SAME_PROVINCE': '2',
    });
    const line = await deleted({ year: 2016, survivorId: a.memberId, memberIds: [b.memberId] });
    expect((await office.log(line)).function).toBe('8.9');
    expect([await statuses(a.id), await statuses(b.id)]).toEqual([
      ['HEAD NORMAL', 'SON NORMAL', 'OTHER NORMAL'],
      ['HEAD NORMAL', 'SON DELETED'],
    ]);
    expect(await table()).toEqual({});
  },
);

rule('PA-BO-08', 'within one household one copy is kept, and never is the head’s deleted', async () => {
  const { id, members, memberId } = await original();
  const [head, son, other] = members;
  await office.sameNumber(son!.id, head!.id, 2016);
  expect(await refused(deleted({ year: 2016, survivorId: son!.id, memberIds: [head!.id] }))).toEqual([
    'HEAD_NOT_ALLOWED input.memberIds',
  ]);
  expect(await refused(deleted({ year: 2016, survivorId: head!.id, memberIds: [other!.id] }))).toEqual([
    'STATE_CONFLICT input.memberIds',
  ]);
  const line = await office.log(await deleted({ year: 2016, survivorId: head!.id, memberIds: [son!.id] }));
  expect(line).toMatchObject({ function: '8.8', year: 2016, target_id: head!.id });
  expect(await statuses(id)).toEqual(['HEAD NORMAL', 'SON DELETED', 'OTHER NORMAL']);
  // The cycle's record of the same persons is another data set (PA-YR-01).
  expect(await statuses(id, 2017)).toEqual(['HEAD NORMAL', 'SON NORMAL', 'OTHER NORMAL']);
  const { record } = await office.file(id, 2016);
  expect([record.basic.memberCount, record.incomeAndHealth.perCapitaNetIncome]).toEqual([2, '8000.00']);
  expect((await office.events('member.changed')).at(-1)!.data).toMatchObject({
    kind: 'DELETE_DUPLICATE',
    memberId,
    year: 2016,
    perCapitaBefore: '5333.33',
    perCapitaAfter: '8000.00',
  });
});

rule(
  'PA-BO-09',
  'across households the operator picks who is kept; a head is followed by another, an emptied household closed',
  async () => {
    const kept = await original();
    const headCopy = await copyOf(kept, VILLAGES.yunzhouOther, 0);
    const remove = (memberIds: string[], heads?: { householdId: string; newHeadId: string }[], year = 2016) =>
      deleted({ year, survivorId: kept.memberId, memberIds, ...(heads ? { heads } : {}) });
    expect(await refused(remove([headCopy.memberId]))).toEqual(['HEAD_REQUIRED input.heads']);
    const son = headCopy.members[1]!.id;
    await remove([headCopy.memberId], [{ householdId: headCopy.id, newHeadId: son }]);
    expect(await statuses(headCopy.id)).toEqual(['HEAD NORMAL', 'HEAD DELETED']);

    // A household of the copy alone, in the cycle: its file closes.
    const alone = await office.household([], VILLAGES.yungang);
    await office.sameNumber(alone.members[0]!.id, kept.memberId, 2017);
    await remove([alone.members[0]!.id], undefined, 2017);
    const after = await office.file(alone.id);
    expect([
      after.fileStatus,
      after.closedYear,
      after.record.basic.closureYear,
      after.record.basic.memberCount,
    ]).toEqual(['CLOSED', 2017, 2017, 0]);
    expect((await office.events('household.closed')).at(-1)!.data).toMatchObject({
      householdId: alone.id,
      reason: 'DUPLICATES_DELETED',
    });

    // In an earlier year only that year's record says so: the household lives on in the cycle.
    const aloneThen = await office.household([], VILLAGES.yungang);
    await office.earlierYears(aloneThen.id, 2016);
    await office.sameNumber(aloneThen.members[0]!.id, kept.memberId, 2016);
    const county = { region: '140214000000', first: 20 };
    const standing = async (year: number) => {
      await recounted(office, [aloneThen.id], year);
      const [figure] = await office.read((tx) =>
        villageFigures(tx, [{ year, regionCode: VILLAGES.yungang }]),
      );
      const listed = await office.read((tx) =>
        office.services.list.page(tx, office.admin, { year, ...county }),
      );
      const unhelped = await office.read((tx) =>
        office.services.pairingLists.householdsWithoutHelper(tx, office.admin, { year, ...county }, {}),
      );
      const { 'poor.h': poor = '0' } = await figures(office, 'POOR_HOUSEHOLDS', county.region, { year });
      return [poor, figure!.poorHouseholds, listed.nodes.length, unhelped.nodes.length].map(Number);
    };
    expect([await standing(2016), await standing(2017)]).toEqual([
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ]);
    await remove([aloneThen.members[0]!.id]);
    expect((await office.file(aloneThen.id)).fileStatus).toBe('ACTIVE');
    expect((await office.file(aloneThen.id, 2016)).record.basic.closureYear).toBe(2016);
    // A household of nobody is none: not in that year's figures and lists, and nothing of it may be changed.
    expect([await standing(2016), await standing(2017)]).toEqual([
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ]);
    const tab = { householdId: aloneThen.id, year: 2016, expectedVersion: 99 };
    const saved = office.write((tx) => office.services.tabs.saveIncomeAndHealth(tx, tab));
    expect(await refused(saved)).toEqual(['STATE_CONFLICT householdId']);
  },
);

rule(
  'PA-BO-09',
  'of several households without a new head each is named, as is the choice of one that nobody leaves',
  async () => {
    const kept = await original();
    const copies = [
      await copyOf(kept, VILLAGES.yunzhouOther, 0),
      await copyOf(kept, VILLAGES.yunzhouOther, 0),
    ];
    const [first, second] = copies;
    const memberIds = copies.map(({ memberId }) => memberId);
    const remove = (heads: { householdId: string; newHeadId: string }[]) =>
      deleted({ year: 2016, survivorId: kept.memberId, memberIds, heads }).then(
        () => null,
        (error: Refusal) => (error.faults.length > 0 ? error.faults : [error]),
      );
    const head = (copy: typeof first, newHeadId = copy!.members[1]!.id) => ({
      householdId: copy!.id,
      newHeadId,
    });
    const told = await remove([]);
    expect(told!.map(({ code, field, text }) => [code, field, text.zh.split('：')[0]]).sort()).toEqual(
      copies.map(({ householdNo }) => ['HEAD_REQUIRED', 'input.heads', householdNo]).sort(),
    );
    expect(await remove([head(first), head(second, kept.memberId)])).toMatchObject([
      { code: 'NOT_FOUND', field: 'input.heads[1].newHeadId' },
    ]);
    expect(await remove([head(first), head(second), head(kept)])).toMatchObject([
      { code: 'INVALID_INPUT', field: 'input.heads[2].householdId' },
    ]);
    expect(await remove([head(first), head(second)])).toBeNull();
  },
);

rule(
  'PA-BO-09',
  'the one who is kept may stand in another province, where the caller does not look',
  async () => {
    const far = await original(VILLAGES.shandong);
    const near = await copyOf(far, VILLAGES.yunzhou1);
    const lonely = await original();
    expect(await refused(deleted({ year: 2016, memberIds: [lonely.memberId] }))).toEqual([
      'INVALID_INPUT input.survivorId',
    ]);
    expect(
      await refused(deleted({ year: 2016, survivorId: far.memberId, memberIds: [near.memberId] })),
    ).toEqual(['NOT_FOUND input.survivorId']);
    await deleted({ year: 2016, memberIds: [near.memberId] });
    expect(await statuses(near.id)).toEqual(['HEAD NORMAL', 'SON DELETED']);
  },
);

it('what came with old data may repeat a number; once it is alone it obeys the index as new rows do', async () => {
  const kept = await original();
  const copy = await copyOf(kept, VILLAGES.yungang);
  await office.adminQuery('UPDATE member_year_record SET repeats_number = true WHERE member_id = $1', [
    kept.memberId,
  ]);
  await deleted({ year: 2016, survivorId: kept.memberId, memberIds: [copy.memberId] });
  expect(
    await office.adminQuery(
      'SELECT repeats_number FROM member_year_record WHERE member_id = $1 AND year = 2016',
      [kept.memberId],
    ),
  ).toEqual([{ repeats_number: false }]);
  await expect(
    office.adminQuery(
      `UPDATE member_year_record SET status = '1', repeats_number = false WHERE member_id = $1 AND year = 2016`,
      [copy.memberId],
    ),
  ).rejects.toMatchObject({ constraint: 'member_year_record_identity' });
});

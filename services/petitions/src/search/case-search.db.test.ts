import { countStatements, rule, scenario } from '@junxian/test-kit';
import { officerOf } from '../actor';
import { itemAs, registered } from '../testing/cases.support.test';
import { ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { takeTask } from '../work-lists/tasks.service';
import { handedOn, received, sender } from '../work-lists/work-lists.fixture';
import type { CaseFilter } from './case-filter.rules';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());

const find = async (by: typeof sender, filter: CaseFilter, page: { first?: number; after?: string } = {}) =>
  store.readAs(by, (tx) =>
    store.services.search.page(tx, filter, officerOf(by), store.clock.today(), { first: 100, ...page }),
  );
const idsOf = async (by: typeof sender, filter: CaseFilter) =>
  (await find(by, filter)).nodes.map(({ id }) => id);

const NUMBER = '370102198001011236';
const identity = (name: string, idNumber: string | null = null) => ({
  name,
  idType: 'RESIDENT_ID' as const,
  householdAddress: '济南市解放路街',
  idNumberIndex: store.services.personal.index('idNumber', idNumber),
});

describe('searching items', () => {
  rule('PT-QRY-01', 'by every element alone, and by all of them together', async () => {
    const { item, task } = await received(store, 'lixia', {
      draft: {
        petitioner: identity('欧阳三', NUMBER),
        contentCategory: 'LABOUR.WAGES.ARREARS',
        receivedAt: new Date('2026-02-27T15:30:00+08:00'),
      },
    });
    const rest = await registered(
      store,
      {
        channel: 'VISIT',
        purpose: 'SUGGESTION',
        problemRegionCode: '370202001000',
        contentCategory: 'LAND.TITLE',
        petitioner: identity('诸葛四', '370202197501011231'),
      },
      sender,
    );
    const filters: [CaseFilter, CaseFilter][] = [
      [{ itemNo: item.itemNo }, { itemNo: rest.itemNo }],
      [{ itemNo: item.itemNo.toLowerCase() }, { itemNo: `${rest.itemNo} ` }],
      [{ name: '欧阳三' }, { name: '诸葛四' }],
      [{ name: '欧阳' }, { name: '诸葛' }],
      [{ idNumber: ` ${NUMBER}` }, { idNumber: '370202197501011231' }],
      [{ channels: ['LETTER'] }, { channels: ['VISIT', 'ONLINE'] }],
      [{ receivedTo: '2026-02-27' }, { receivedFrom: '2026-02-28' }],
      [
        { receivedFrom: '2026-02-27', receivedTo: '2026-02-27' },
        { receivedFrom: '2026-03-02', receivedTo: '2026-03-02' },
      ],
      [{ problemRegion: '370100000000' }, { problemRegion: '370202001000' }],
      [{ purposes: ['SEEK_SOLUTION'] }, { purposes: ['SUGGESTION', 'OTHER'] }],
      [{ category: 'LABOUR' }, { category: 'LAND.TITLE' }],
      [{ category: 'LABOUR.WAGES' }, { category: 'LAND' }],
      [{ states: ['IN_HANDLING'] }, { states: ['REGISTERED'] }],
      [{ modes: ['FORWARD'] }, { channels: ['VISIT'], modes: [] }],
      [{ destinationOrgId: ORGANISATIONS.lixia.id }, { channels: ['VISIT'] }],
      [{ modes: ['FORWARD'], destinationOrgId: ORGANISATIONS.lixia.id }, { channels: ['VISIT'] }],
    ];
    for (const [first, second] of filters) {
      expect([first, await idsOf(sender, first)]).toEqual([first, [item.id]]);
      expect([second, await idsOf(sender, second)]).toEqual([second, [rest.id]]);
    }
    const together: CaseFilter = Object.assign({}, ...filters.map(([first]) => first));
    expect(await idsOf(sender, together)).toEqual([item.id]);
    for (const none of [
      { modes: ['ASSIGN' as const] },
      { modes: ['FORWARD' as const], destinationOrgId: ORGANISATIONS.jinan.id },
      { destinationOrgId: 'no id' },
      { idNumber: '110101199003070011' },
      { category: 'LAB' },
      { itemNo: '%' },
      { name: '阳三' },
    ])
      expect([none, await idsOf(sender, none)]).toEqual([none, []]);
    expect(await idsOf(sender, {})).toEqual(expect.arrayContaining([item.id, rest.id]));
    expect(task.state).toBe('UNIT_INBOX');
  });

  rule(
    'PT-QRY-01',
    'overdue: each clock on the day after its last, with the result of an assignment',
    async () => {
      const routing = await registered(store, { title: 'routing' }, sender);
      const { item: accepting } = await received(store, 'jinan');
      const { item: awaited } = await received(store, 'lixia', { resultDueAt: '2026-03-12' });
      const overdue = async () => {
        const found = await idsOf(sender, { overdue: true });
        return [routing, accepting, awaited].map(({ id }) => found.includes(id));
      };
      const days: [string, boolean[]][] = [
        ['2026-03-12', [false, false, false]],
        ['2026-03-13', [false, false, true]],
        ['2026-03-17', [false, false, true]],
        ['2026-03-18', [true, true, true]],
      ];
      for (const [day, expected] of days) {
        store.clock.set(`${day}T12:00:00+08:00`);
        expect([day, await overdue()]).toEqual([day, expected]);
      }
      // Completion stops what was supervised; the result is still owed (PT-SUP-05).
      await store.adminQuery(
        `UPDATE case_item SET state = 'COMPLETED', outcome = 'DIRECT_REPLY' WHERE id = $1`,
        [awaited.id],
      );
      expect(await overdue()).toEqual([true, true, false]);
      store.clock.set('2026-03-02T09:00:00+08:00');
    },
  );

  rule(
    'PT-SEC-01',
    'scope: own work, what the organisation held, and for bureaus their subtree',
    async () => {
      const { item, task } = await received(store, 'lixia');
      const [jinan, lixia] = [officer('jinan', 'SUPERVISOR'), officer('lixia', ['RECEIVER', 'HANDLER'])];
      const seen = async (by: typeof sender, scope: CaseFilter['scope']) =>
        (await idsOf(by, { itemNo: item.itemNo, scope })).length === 1;
      expect([await seen(jinan, 'SUBTREE'), await seen(jinan, 'ORGANISATION')]).toEqual([true, false]);
      expect([await seen(lixia, 'ORGANISATION'), await seen(lixia, 'MINE')]).toEqual([true, false]);
      await store.as(lixia, (tx) =>
        takeTask(tx, { taskId: task.id, expectedVersion: task.version }, officerOf(lixia), store.clock.now()),
      );
      expect([await seen(lixia, 'MINE'), await seen(sender, 'MINE')]).toEqual([true, true]);
      const colleague = officer('lixia', 'HANDLER', 'colleague');
      expect([await seen(colleague, 'MINE'), await seen(colleague, 'ORGANISATION')]).toEqual([false, true]);
      // A bureau that saw it from above and then gets it itself holds it.
      const jinanItem = await registered(store, {}, sender);
      await handedOn(store, jinanItem.id, 'lixia');
      expect(await idsOf(jinan, { itemNo: jinanItem.itemNo, scope: 'ORGANISATION' })).toEqual([]);
      expect(await seen(officer('qingdao', 'HANDLER'), 'SUBTREE')).toBe(false);
    },
  );

  rule(
    ['PT-QRY-01', 'PT-HND-08'],
    'a name or number never finds an item whose petitioner the viewer may not know',
    async () => {
      const named = (changes: object) => ({
        draft: { petitioner: identity('司马五', '370102199001011232'), ...changes },
      });
      const { item: open } = await received(store, 'lixia', named({ title: 'ordinary' }));
      const { item: accusation } = await received(store, 'lixia', named({ purpose: 'ACCUSATION' }));
      const { item: confidential } = await received(store, 'lixia', named({ confidential: true }));
      const { item: anonymous } = await received(store, 'lixia', named({ anonymous: true }));
      const all = [open, accusation, confidential, anonymous].map(({ id }) => id);
      const [jinan, lixia] = [officer('jinan', 'SUPERVISOR'), officer('lixia', 'HANDLER')];
      const whole = [{ name: '司马五' }, { idNumber: '370102199001011232' }];
      for (const filter of whole) {
        // Held by Lixia now: Lixia knows all but the anonymous one; the sender and the bureau above only the ordinary one.
        expect(await idsOf(lixia, filter)).toEqual(
          expect.arrayContaining([open.id, accusation.id, confidential.id]),
        );
        expect(await idsOf(lixia, filter)).not.toContain(anonymous.id);
        expect(await idsOf(sender, filter)).toEqual([open.id]);
        expect(await idsOf(jinan, filter)).toEqual([open.id]);
      }
      // Without the name all four are in sight: it is the name that must not tell.
      expect(await idsOf(jinan, {})).toEqual(expect.arrayContaining(all));
      // Who sees the name masked finds nobody by its beginning, which would unmask it sign by sign.
      expect(await idsOf(jinan, { name: '司马' })).toEqual([]);
      await expect(idsOf(lixia, { name: '司' })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        field: 'name',
      });
      expect(await idsOf(lixia, { name: '司马' })).toEqual(
        expect.arrayContaining([open.id, accusation.id, confidential.id]),
      );
    },
  );

  it('hides what accuses the own unit, whatever it is searched by', async () => {
    const item = await registered(
      store,
      {
        purpose: 'ACCUSATION',
        accusedOrganisationId: ORGANISATIONS.lixia.id,
        petitioner: identity('夏侯六'),
      },
      sender,
    );
    await store.adminQuery(
      `INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at) VALUES ($1, $2, 'SUBTREE', now(), now())`,
      [ORGANISATIONS.lixia.id, item.id],
    );
    expect(await idsOf(officer('lixia', ['HANDLER', 'LEADER']), { itemNo: item.itemNo })).toEqual([]);
    expect(await idsOf(sender, { itemNo: item.itemNo })).toEqual([item.id]);
  });

  it('pages by keyset through everything once, in one statement a page', async () => {
    const by = officer('shandongUnit', ['LETTER_REGISTRAR', 'HANDLER']);
    const expected = [];
    for (let n = 0; n < 7; n++) expected.unshift((await registered(store, {}, by)).id);
    const seen: string[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await find(by, {}, { first: 3, ...(after === undefined ? {} : { after }) });
      seen.push(...page.nodes.map(({ id }) => id));
      if (!page.hasNextPage) break;
      after = page.endCursor!;
    }
    expect(seen).toEqual(expected);
    const count = async (first: number) =>
      (await countStatements(store.database, () => find(by, {}, { first }))).statements;
    expect(await count(7)).toBe(await count(1));
  });

  it("pages through what is in one's own hands once, also what is there twice, in the same order", async () => {
    const by = officer('shandongUnit', ['LETTER_REGISTRAR', 'HANDLER'], 'twice');
    const mine: string[] = [];
    for (let n = 0; n < 5; n++) {
      store.clock.set(`2026-03-02T10:0${n}:00+08:00`);
      mine.unshift((await registered(store, {}, by)).id);
    }
    // A further task of the same person, received later, of the item that was registered first.
    await store.adminQuery(
      `INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, holder_id, received_at)
       VALUES ($1, 'REPORT_REVIEW', 'TODO', $2, $3, $4, now())`,
      [mine.at(-1), by.organisationId, by.regionCode, by.accountId],
    );
    const seen: string[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await find(by, { scope: 'MINE' }, { first: 2, ...(after === undefined ? {} : { after }) });
      seen.push(...page.nodes.map(({ id }) => id));
      if (!page.hasNextPage) break;
      after = page.endCursor!;
    }
    expect(seen).toEqual(mine);
    expect((await idsOf(by, {})).filter((id) => mine.includes(id))).toEqual(mine);
    expect(await idsOf(by, { scope: 'MINE', receivedTo: '2026-03-01' })).toEqual([]);
    store.clock.set('2026-03-02T09:00:00+08:00');
  });

  it('a task carries the registration of its item, whatever is written', async () => {
    const { item, task } = await received(store, 'lixia');
    const registrations = () =>
      store.adminQuery<{ same: boolean }>(
        'SELECT t.registered_at = c.registered_at AS same FROM org_task t JOIN case_item c ON c.id = t.case_item_id WHERE c.id = $1',
        [item.id],
      );
    await store.adminQuery(
      `INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, received_at, registered_at)
       VALUES ($1, 'REPORT_REVIEW', 'UNIT_INBOX', $2, '370102000000', now(), '2020-01-01')`,
      [item.id, ORGANISATIONS.lixia.id],
    );
    await store.adminQuery(`UPDATE org_task SET registered_at = '2020-01-01' WHERE case_item_id = $1`, [
      item.id,
    ]);
    expect(await registrations()).toEqual([{ same: true }, { same: true }, { same: true }]);
    await expect(
      store.as(officer('lixia', 'HANDLER'), (tx) =>
        tx.query('UPDATE org_task SET registered_at = now() WHERE id = $1', [task.id]),
      ),
    ).rejects.toThrow('permission denied');
  });

  it('reports all faults of a filter', async () => {
    await expect(
      find(sender, {
        problemRegion: '3701',
        receivedFrom: '2026-03-02',
        receivedTo: '2026-03-01',
        name: '长'.repeat(101),
      }),
    ).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      faults: [{ field: 'name' }, { field: 'problemRegion' }, { field: 'receivedTo' }],
    });
  });

  scenario(
    'petitions',
    36,
    'an officer of Qingdao finds nothing of a Jinan-only item, by any filter',
    async () => {
      const { item } = await received(store, 'lixia', {
        draft: { petitioner: identity('独孤七', '370102198505055551') },
      });
      const qingdao = officer('qingdao', ['HANDLER', 'RECEIVER', 'LEADER', 'SUPERVISOR', 'STATISTICIAN']);
      expect(await itemAs(store, qingdao, item.id)).toBeUndefined();
      const filters: CaseFilter[] = [
        {},
        { itemNo: item.itemNo },
        { name: '独孤七' },
        { idNumber: '370102198505055551' },
        { problemRegion: '370100000000' },
        { destinationOrgId: ORGANISATIONS.lixia.id },
        { overdue: true },
        { scope: 'MINE' },
      ];
      for (const filter of filters) expect(await idsOf(qingdao, filter)).toEqual([]);
    },
  );
});

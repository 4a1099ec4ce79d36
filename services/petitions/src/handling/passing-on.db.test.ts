import { rule, scenario } from '@junxian/test-kit';
import type { CaseItem } from '../cases/case.types';
import { itemAs, registered } from '../testing/cases.support.test';
import { ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { HandlingStage, jinan, lixia, lixiaUnit, shandong } from './handling.fixture';
import { forward, passOnBatch } from './passing-on.service';
import { defaultDestination, destinations } from './routing.service';
import { supervise } from './supervise.service';

let store: TestStore;
let stage: HandlingStage;
beforeAll(async () => {
  store = await openStore();
  stage = new HandlingStage(store);
});
beforeEach(() => stage.at('2026-03-02'));
afterAll(() => store?.close());

const QINGDAO = '370202000000';
const id = (key: keyof typeof ORGANISATIONS) => ORGANISATIONS[key].id;
const batch = (items: readonly CaseItem[], to: keyof typeof ORGANISATIONS, resultDueAt?: string) =>
  stage.act(shandong, (tx, who, at) =>
    passOnBatch(
      tx,
      resultDueAt === undefined ? 'FORWARD' : 'ASSIGN',
      {
        items: items.map(({ id: caseItemId, version }) => ({ caseItemId, expectedVersion: version })),
        destinationOrgId: id(to),
        ...(resultDueAt === undefined ? {} : { resultDueAt }),
      },
      who,
      at,
    ),
  );

describe('where an item may go', () => {
  scenario('petitions', 22, 'the provincial bureau is proposed the city bureau', async () => {
    const item = await stage.register({ problemRegionCode: '370102001000' });
    const proposed = await stage.act(shandong, (tx, who, at) => defaultDestination(tx, item.id, who, at));
    expect(proposed).toMatchObject({ regionCode: '370100000000', isBureau: true });
  });

  rule(
    'PT-HND-02',
    'proposes the next bureau where a level has none, and nothing when the problem lies here',
    async () => {
      const item = await stage.register();
      await store.adminQuery('UPDATE organisation SET removed = true WHERE id = $1', [id('jinan')]);
      const proposal = (by = shandong) =>
        stage.act(by, (tx, who, at) => defaultDestination(tx, item.id, who, at));
      expect(await proposal()).toMatchObject({ id: id('lixia') });
      await store.adminQuery('UPDATE organisation SET removed = false WHERE id = $1', [id('jinan')]);
      const inProvince = await stage.register({ problemRegionCode: '370000000000' });
      expect(
        await stage.act(shandong, (tx, who, at) => defaultDestination(tx, inProvince.id, who, at)),
      ).toBeNull();
      // Out of sight it is as if there were no such item.
      expect(await proposal(officer('qingdao', 'HANDLER'))).toBeNull();
    },
  );

  rule(
    'PT-HND-03',
    'lists, for a region picked, its bureau and then its units, and nothing off the path',
    async () => {
      const item = await stage.register();
      const list = async (regionCode: string) =>
        (
          await stage.act(shandong, (tx, who, at) =>
            destinations(tx, { caseItemId: item.id, regionCode }, who, at),
          )
        ).map((organisation) => organisation.id);
      const [first, ...units] = await list('370102000000');
      expect(first).toBe(id('lixia'));
      expect(units.sort()).toEqual([id('lixiaUnit'), id('lixiaOtherUnit')].sort());
      expect(await list('370000000000')).toEqual([id('shandongUnit')]);
      expect(await list(QINGDAO)).toEqual([]);
    },
  );

  rule('PT-HND-01', 'refuses what is off the path until the problem region is corrected', async () => {
    const item = await stage.register({ problemRegionCode: QINGDAO });
    const before = await stage.footprint();
    await expect(stage.forward(shandong, item.id, 'jinan')).rejects.toMatchObject({
      code: 'DESTINATION_NOT_ON_PATH',
    });
    expect(await stage.footprint()).toEqual(before);
    await store.adminQuery(`UPDATE case_item SET problem_region_code = '370102001000' WHERE id = $1`, [
      item.id,
    ]);
    expect((await stage.forward(shandong, item.id, 'jinan')).item.custodianOrganisationId).toBe(id('jinan'));
  });
});

describe('forwarding and assigning', () => {
  rule(
    ['PT-HND-04', 'PT-REG-03'],
    'a forwarded item lies in the destination’s inbox with its clock; nothing is owed to the sender',
    async () => {
      const registrar = officer('shandong', 'LETTER_REGISTRAR');
      const item = await registered(store, {}, registrar);
      stage.at('2026-03-05', '16:30');
      const { item: sent, record } = await stage.forward(registrar, item.id, 'jinan', ['lixiaOtherUnit']);
      expect(sent).toMatchObject({
        state: 'IN_HANDLING',
        custodianOrganisationId: id('jinan'),
        responsibleOrganisationId: null,
        petitionDeptOrganisationId: id('shandong'),
        routedAt: store.clock.now(),
        acceptReceivedAt: store.clock.now(),
        acceptDueOn: '2026-03-20',
        routeDueOn: '2026-03-17',
        late: false,
      });
      expect(record).toMatchObject({
        mode: 'FORWARD',
        resultRequired: false,
        resultDueOn: null,
        state: 'DONE',
      });
      expect(await stage.taskOf(item.id, 'shandong')).toMatchObject({
        state: 'DONE',
        custody: false,
        resultDueOn: null,
      });
      expect(await stage.taskOf(item.id, 'jinan')).toMatchObject({ state: 'UNIT_INBOX', custody: true });
      // Who gets a copy reads along, and the bureaus above it.
      expect(await itemAs(store, officer('lixiaOtherUnit', 'HANDLER'), item.id)).toBeDefined();
      const events = await stage.events(item.id);
      expect(events.at(-1)).toEqual({
        type: 'forwarded',
        data: expect.objectContaining({ toOrganisationId: id('jinan'), resultDueOn: null, batchId: null }),
      });
    },
  );

  rule('PT-REG-02', 'a registrar handles own items at once or days later, and nobody else’s', async () => {
    const registrar = officer('shandong', 'LETTER_REGISTRAR');
    const item = await registered(store, {}, registrar);
    stage.at('2026-03-09');
    await stage.forward(registrar, item.id, 'jinan');
    const another = await registered(store, {}, registrar);
    const colleague = officer('shandong', 'LETTER_REGISTRAR', 'colleague');
    // The colleague was sent the to-do, but is no handler.
    await store.adminQuery('UPDATE org_task SET holder_id = $2 WHERE case_item_id = $1', [
      another.id,
      colleague.accountId,
    ]);
    await expect(stage.forward(colleague, another.id, 'jinan')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('a bureau that routes becomes the petition department; a unit that passes on does not', async () => {
    const item = await stage.register();
    await stage.forward(shandong, item.id, 'lixia');
    await stage.take(lixia, item.id);
    stage.at('2026-03-18');
    const { item: atUnit } = await stage.forward(lixia, item.id, 'lixiaUnit');
    // Accepting ran from 2 March and is over; the new receiver has its own 15 days.
    expect(atUnit).toMatchObject({
      petitionDeptOrganisationId: id('lixia'),
      acceptDueOn: '2026-04-02',
      late: true,
    });
    expect(atUnit.routedAt).toEqual(new Date('2026-03-02T09:00:00+08:00'));
  });

  it('marks an item late that is routed after the last day', async () => {
    const [onTime, late] = [await stage.register(), await stage.register()];
    stage.at('2026-03-17', '23:59');
    expect((await stage.forward(shandong, onTime.id, 'jinan')).item.late).toBe(false);
    stage.at('2026-03-18', '00:00');
    expect((await stage.forward(shandong, late.id, 'jinan')).item.late).toBe(true);
  });

  rule('PT-HND-05', 'an assignment needs a day that is not past, and keeps the sender waiting', async () => {
    const item = await stage.register();
    await expect(stage.assign(shandong, item.id, 'jinan', '2026-03-01')).rejects.toMatchObject({
      code: 'RESULT_DUE_IN_PAST',
    });
    const { record } = await stage.assign(shandong, item.id, 'jinan', '2026-04-10');
    expect(record).toMatchObject({ mode: 'ASSIGN', resultRequired: true, resultDueOn: '2026-04-10' });
    expect(await stage.taskOf(item.id, 'shandong')).toMatchObject({
      state: 'AWAITING_RESULT',
      custody: false,
      resultDueOn: '2026-04-10',
    });
    expect((await stage.events(item.id)).at(-1)).toMatchObject({
      type: 'assigned',
      data: { resultDueOn: '2026-04-10' },
    });
  });

  it('refuses what is not in the officer’s hands, and what is accepted', async () => {
    const item = await stage.register();
    await stage.forward(shandong, item.id, 'lixia');
    await expect(stage.forward(lixia, item.id, 'lixiaUnit')).rejects.toMatchObject({ code: 'NOT_TAKEN' });
    await expect(stage.forward(shandong, item.id, 'jinan')).rejects.toMatchObject({ code: 'NOT_CUSTODIAN' });
    await stage.take(lixia, item.id);
    await stage.notify(lixia, item.id, 'ACCEPTANCE');
    await expect(stage.forward(lixia, item.id, 'lixiaUnit')).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });
});

describe('an accusation', () => {
  scenario('petitions', 33, 'never goes to the accused unit, whose officers find no such item', async () => {
    const item = await stage.register({
      purpose: 'ACCUSATION',
      accusedPerson: '李某',
      accusedOrganisationId: id('lixiaUnit'),
    });
    await expect(stage.forward(shandong, item.id, 'lixiaUnit')).rejects.toMatchObject({
      code: 'FORBIDDEN_DESTINATION',
      field: 'destinationOrgId',
    });
    expect(await itemAs(store, lixiaUnit, item.id)).toBeUndefined();
    const byNumber = await store.readAs(lixiaUnit, (tx) =>
      tx.query('SELECT id FROM case_item WHERE item_no = $1', [item.itemNo]),
    );
    expect(byNumber).toEqual([]);
    const unknown = '00000000-0000-7000-8000-00000000ffff';
    const refusals = await Promise.all(
      [item.id, unknown].map((caseItemId) =>
        stage
          .act(lixiaUnit, (tx, who, at) =>
            forward(tx, { caseItemId, expectedVersion: 1, destinationOrgId: id('lixiaStreet') }, who, at),
          )
          .catch(({ code, text, field }) => ({ code, text, field })),
      ),
    );
    expect(refusals[0]).toMatchObject({ code: 'NOT_FOUND' });
    expect(refusals[0]).toEqual(refusals[1]);
    // Its own bureau is not the accused and may have it; a copy to the accused is refused there too.
    await stage.forward(shandong, item.id, 'lixia');
    await stage.take(lixia, item.id);
    await expect(stage.forward(lixia, item.id, 'lixiaOtherUnit', ['lixiaUnit'])).rejects.toMatchObject({
      code: 'FORBIDDEN_DESTINATION',
      field: 'copyOrgIds',
    });
  });

  rule(
    'PT-HND-08',
    'keeps away from units below the accused, and from the unit in which the accused person has a post',
    async () => {
      const office = '00000000-0000-7000-8000-000000000077';
      await store.adminQuery(
        `INSERT INTO organisation (id, seal_name, kind, region_code, region_level, superior_id, is_bureau)
       VALUES ($1, '示例单位办公室', 'DEPARTMENT', '370102000000', 'COUNTY', $2, false)`,
        [office, id('lixiaUnit')],
      );
      const accused = await store.appoint(officer('lixiaUnit', 'LEADER', 'accused'));
      for (const changes of [
        { accusedOrganisationId: id('lixiaUnit') },
        { accusedAccountId: accused.accountId },
      ]) {
        const item = await stage.register({ purpose: 'ACCUSATION', ...changes });
        for (const destinationOrgId of [office, id('lixiaUnit')]) {
          const input = { caseItemId: item.id, expectedVersion: item.version, destinationOrgId };
          await expect(
            stage.act(shandong, (tx, who, at) => forward(tx, input, who, at)),
          ).rejects.toMatchObject({ code: 'FORBIDDEN_DESTINATION' });
        }
        const offered = await stage.act(shandong, (tx, who, at) =>
          destinations(tx, { caseItemId: item.id, regionCode: '370102000000' }, who, at),
        );
        expect(offered.map((organisation) => organisation.id)).toEqual([id('lixia'), id('lixiaOtherUnit')]);
      }
      await store.adminQuery('DELETE FROM organisation WHERE id = $1', [office]);
    },
  );

  rule('PT-HND-08', 'against the city bureau proposes nothing rather than the bureau itself', async () => {
    const item = await stage.register({ purpose: 'ACCUSATION', accusedOrganisationId: id('jinan') });
    expect(await stage.act(shandong, (tx, who, at) => defaultDestination(tx, item.id, who, at))).toBeNull();
  });
});

describe('batches', () => {
  scenario('petitions', 23, 'one item off the path, and none moves', async () => {
    const [first, second] = [await stage.register(), await stage.register()];
    const qingdao = await stage.register({ problemRegionCode: QINGDAO });
    const before = await stage.footprint();
    await expect(batch([first, qingdao, second], 'jinan')).rejects.toMatchObject({
      code: 'DESTINATION_NOT_ON_PATH',
      details: {
        items: [{ caseItemId: qingdao.id, itemNo: qingdao.itemNo, code: 'DESTINATION_NOT_ON_PATH' }],
      },
    });
    expect(await stage.footprint()).toEqual(before);
    const { batchId, handled } = await batch([second, first], 'jinan');
    expect(handled.map(({ record }) => record.batchId)).toEqual([batchId, batchId]);
    for (const { id: item } of [first, second])
      expect(await stage.taskOf(item, 'jinan')).toMatchObject({ state: 'UNIT_INBOX', custody: true });
    expect((await stage.events(first.id)).at(-1)).toMatchObject({ type: 'forwarded', data: { batchId } });
  });

  rule('PT-HND-06', 'tells what is wrong with each item: stale, a colleague’s, out of sight', async () => {
    const good = await stage.register();
    const stale = { ...(await stage.register()), version: 9 };
    const colleagues = await stage.register();
    await store.adminQuery('UPDATE org_task SET holder_id = $2 WHERE case_item_id = $1', [
      colleagues.id,
      officer('shandong', 'HANDLER', 'colleague').accountId,
    ]);
    const unseen = { ...good, id: '00000000-0000-7000-8000-00000000eeee' };
    const before = await stage.footprint();
    const refused = await batch([good, stale, colleagues, unseen], 'jinan', '2026-04-10').catch(
      (error) => error,
    );
    const codes = Object.fromEntries(
      refused.details.items.map((item: { caseItemId: string; itemNo: string; code: string }) => [
        item.caseItemId,
        [item.itemNo, item.code],
      ]),
    );
    expect(codes).toEqual({
      [stale.id]: [stale.itemNo, 'STALE_VERSION'],
      [colleagues.id]: [colleagues.itemNo, 'NOT_HOLDER'],
      [unseen.id]: [null, 'NOT_FOUND'],
    });
    expect(await stage.footprint()).toEqual(before);
    const { handled } = await batch([good], 'jinan', '2026-04-10');
    expect(handled[0]!.record).toMatchObject({ mode: 'ASSIGN', resultDueOn: '2026-04-10' });
  });
});

describe('at the same time', () => {
  it('two forwards of one item: one wins, the other is told why', async () => {
    for (let round = 0; round < 5; round++) {
      const item = await stage.register();
      const to = (key: 'jinan' | 'lixia') =>
        stage.act(shandong, (tx, who, at) =>
          forward(
            tx,
            { caseItemId: item.id, expectedVersion: item.version, destinationOrgId: id(key) },
            who,
            at,
          ),
        );
      const outcomes = await Promise.allSettled([to('jinan'), to('lixia')]);
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(lost).toHaveLength(1);
      expect(lost[0]!.reason).toMatchObject({ code: 'STALE_VERSION' });
      const custodies = await store.adminQuery(
        'SELECT id FROM org_task WHERE case_item_id = $1 AND custody',
        [item.id],
      );
      expect(custodies).toHaveLength(1);
      expect((await stage.events(item.id)).map(({ type }) => type)).toEqual(['registered', 'forwarded']);
    }
  });

  it('two batches over the same items in opposite order never wait for each other', async () => {
    const items: CaseItem[] = [];
    for (let count = 0; count < 6; count++) items.push(await stage.register());
    const outcomes = await Promise.allSettled([batch(items, 'jinan'), batch([...items].reverse(), 'lixia')]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [lost] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost!.reason).toMatchObject({ code: 'STALE_VERSION' });
    expect(lost!.reason.details.items).toHaveLength(6);
  });
});

describe('supervising', () => {
  const press = (on: boolean, itemId: string, by = jinan) =>
    stage.act(by, async (tx, who, at) =>
      supervise(
        tx,
        {
          caseItemId: itemId,
          expectedVersion: (await itemAs(store, by, itemId))!.version,
          text: '示例：请尽快受理。',
        },
        { onlineSuggestions: false, supervise: on, departmentLists: false },
        who,
        at,
      ),
    );

  rule(
    'PT-HND-09',
    'is refused while it is off, whatever else; on, the unit finds the demand in its inbox',
    async () => {
      const item = await stage.register();
      await stage.forward(shandong, item.id, 'lixia');
      const before = await stage.footprint();
      await expect(press(false, item.id)).rejects.toMatchObject({ code: 'FEATURE_DISABLED' });
      expect(await stage.footprint()).toEqual(before);
      const { record } = await press(true, item.id);
      expect(record).toMatchObject({ mode: 'SUPERVISE', destinationOrganisationId: id('lixia') });
      const tasks = await store.adminQuery(
        'SELECT state, custody FROM org_task WHERE handling_record_id = $1',
        [record.id],
      );
      expect(tasks).toEqual([{ state: 'UNIT_INBOX', custody: false }]);
      // Neither a unit nor who is not above may press.
      await expect(press(true, item.id, lixia)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    },
  );
});

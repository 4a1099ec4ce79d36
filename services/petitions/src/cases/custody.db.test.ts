import { officerOf } from '../actor';
import { custodyOf, itemAs, registered } from '../testing/cases.support.test';
import { ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { changeCase } from './case-changes.service';
import { custodyForAction, passCustody, recordHandling } from './custody.service';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());

const shandong = officer('shandong', ['LETTER_REGISTRAR', 'HANDLER']);

describe('an item from hand to hand', () => {
  it('is held by its registrar, seen by the bureaus above and by nobody else', async () => {
    const item = await registered(store);
    expect(item).toMatchObject({
      state: 'REGISTERED',
      itemNo: '370000-20260302-L-00001',
      routeDueOn: '2026-03-17',
    });
    expect(await custodyOf(store, shandong, item.id)).toMatchObject({
      state: 'TODO',
      holderId: shandong.accountId,
    });
    expect(await itemAs(store, officer('nation', 'SUPERVISOR'), item.id)).toBeDefined();
    for (const other of ['jinan', 'qingdao', 'lixiaUnit'] as const)
      expect(await itemAs(store, officer(other, 'HANDLER'), item.id)).toBeUndefined();
  });

  it('moves on with its custody', async () => {
    const item = await registered(store);
    const { lixia } = ORGANISATIONS;
    await store.as(shandong, async (tx) => {
      const custody = await custodyForAction(tx, item.id, item.version, officerOf(shandong));
      const at = store.clock.now();
      const record = await recordHandling(tx, {
        item,
        mode: 'FORWARD',
        fromOrganisationId: item.organisationId,
        officerId: shandong.accountId!,
        destinationOrganisationId: lixia.id,
        at,
      });
      await passCustody(tx, custody, {
        organisation: lixia,
        record,
        acceptDueOn: '2026-03-17',
        senderState: 'DONE',
        officer: officerOf(shandong),
        at,
      });
      await changeCase(tx, item, {
        action: 'CORRECT',
        set: { custodianOrganisationId: lixia.id },
        actor: officerOf(shandong),
        at,
      });
    });
    const receiver = officer('lixia', 'RECEIVER');
    expect(await custodyOf(store, receiver, item.id)).toMatchObject({
      state: 'UNIT_INBOX',
      organisationId: lixia.id,
      acceptDueOn: '2026-03-17',
    });
    expect(await itemAs(store, officer('jinan', 'LEADER'), item.id)).toBeDefined();
    expect(await itemAs(store, officer('shinan', 'HANDLER'), item.id)).toBeUndefined();
    expect(await itemAs(store, officer('lixiaOtherUnit', 'HANDLER'), item.id)).toBeUndefined();
    await expect(
      store.as(shandong, (tx) => custodyForAction(tx, item.id, null, officerOf(shandong))),
    ).rejects.toMatchObject({ code: 'NOT_CUSTODIAN' });
  });
});

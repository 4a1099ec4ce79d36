import { randomUUID } from 'node:crypto';
import type { Principal } from '@junxian/identity';
import { rule } from '@junxian/test-kit';
import { caseForChange } from '../cases/case-changes.service';
import { consumers } from '../events';
import { scopes } from '../service-scopes';
import { custodyOf, itemAs, registered } from '../testing/cases.support.test';
import { ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());

/** Hands an event of the directory to the consumer that takes it, as the runner would. */
async function deliver(type: string, data: Record<string, unknown>): Promise<void> {
  const consumer = consumers({ clock: store.clock, regionChangeReceived: () => undefined }).find(
    ({ definitions }) => definitions.has(type),
  )!;
  await store.database.write(scopes.followDirectory(), (tx) =>
    consumer.apply(tx, [{ type, data, time: store.clock.now().toISOString() } as never]),
  );
}

const lixiaHandler = officer('lixia', ['HANDLER', 'LETTER_REGISTRAR']);
const organisation = (id: string, changes: Record<string, unknown> = {}) => ({
  organisationId: id,
  sealName: '示例历城区信访局',
  kind: 'BUREAU',
  regionCode: '370112000000',
  superiorId: null,
  ...changes,
});

describe('organisations follow the directory', () => {
  it('knows a bureau by kind and seal, keeps what an administrator decided, and forgets a removed one', async () => {
    const id = randomUUID();
    const row = async () =>
      (
        await store.adminQuery(
          'SELECT is_bureau, removed, region_level, seal_name FROM organisation WHERE id = $1',
          [id],
        )
      )[0];
    await deliver('junxian.directory.organisation.registered.v1', organisation(id));
    expect(await row()).toMatchObject({ is_bureau: true, removed: false, region_level: 'COUNTY' });
    await store.adminQuery(
      `UPDATE organisation SET is_bureau = false, bureau_decided_by = 'somebody' WHERE id = $1`,
      [id],
    );
    await deliver(
      'junxian.directory.organisation.changed.v1',
      organisation(id, { sealName: '示例历城区信访工作局' }),
    );
    expect(await row()).toMatchObject({ is_bureau: false, seal_name: '示例历城区信访工作局' });
    await deliver('junxian.directory.organisation.removed.v1', organisation(id));
    expect(await row()).toMatchObject({ removed: true });
    await deliver('junxian.directory.organisation.restored.v1', organisation(id));
    expect(await row()).toMatchObject({ removed: false });
  });

  it('a bureau registered later sees what was sent into its subtree before', async () => {
    const item = await registered(store, {}, officer('lixiaStreet', ['LETTER_REGISTRAR', 'HANDLER']));
    const id = randomUUID();
    const newcomer = { ...officer('lixia', 'HANDLER', 'newcomer'), organisationId: id };
    expect(await itemAs(store, newcomer, item.id)).toBeUndefined();
    await deliver(
      'junxian.directory.organisation.registered.v1',
      organisation(id, { regionCode: '370102000000' }),
    );
    expect(await itemAs(store, newcomer, item.id)).toMatchObject({ id: item.id });
    const elsewhere = randomUUID();
    await deliver(
      'junxian.directory.organisation.registered.v1',
      organisation(elsewhere, { regionCode: '370202000000' }),
    );
    expect(await itemAs(store, { ...newcomer, organisationId: elsewhere }, item.id)).toBeUndefined();
  });
});

describe('an administrator decides what is a bureau', () => {
  const { ask } = graphOver(() => store);
  const codeOf = async (answer: ReturnType<typeof ask>) => (await answer).errors?.[0]?.extensions?.code;
  const DESIGNATE = `mutation ($id: ID!, $isBureau: Boolean!, $version: Int!) {
    designateBureau(organisationId: $id, isBureau: $isBureau, expectedVersion: $version) { id isBureau version } }`;
  const { id, regionCode } = ORGANISATIONS.lixiaOtherUnit;
  const admin = officer('jinan', 'ADMIN');
  const designate = (by: Principal | null, changes: Record<string, unknown> = {}) =>
    ask(by, DESIGNATE, { id, isBureau: true, version: 1, ...changes });
  const offered = async () => {
    const { data } = await ask(
      admin,
      'query ($code: ID!) { petitionOrganisations(regionCode: $code) { id isBureau version } }',
      { code: regionCode },
    );
    return data!.petitionOrganisations.find((one: { id: string }) => one.id === id);
  };

  rule('PT-SEC-01', 'of the own area; from then on it sees what is sent there', async () => {
    const item = await registered(store, {}, officer('lixiaStreet', ['LETTER_REGISTRAR', 'HANDLER']));
    const ITEM = 'query ($id: ID!) { caseItem(id: $id) { id } }';
    const seen = async () =>
      (await ask(officer('lixiaOtherUnit', 'HANDLER'), ITEM, { id: item.id })).data!.caseItem;
    expect(await seen()).toBeNull();
    expect(await offered()).toEqual({ id, isBureau: false, version: 1 });
    for (const [by, changes, code] of [
      [null, {}, 'UNAUTHENTICATED'],
      [officer('jinan', ['HANDLER', 'SUPERVISOR']), {}, 'FORBIDDEN'],
      [officer('qingdao', 'ADMIN'), {}, 'OUT_OF_REGION'],
      [officer('lixiaStreet', 'ADMIN'), {}, 'OUT_OF_REGION'],
      [admin, { id: randomUUID() }, 'NOT_FOUND'],
      [admin, { version: 9 }, 'STALE_VERSION'],
    ] as const)
      expect([code, await codeOf(designate(by, changes))]).toEqual([code, code]);
    expect(await offered()).toEqual({ id, isBureau: false, version: 1 });

    const decided = { id, isBureau: true, version: 2 };
    expect((await designate(admin)).data!.designateBureau).toEqual(decided);
    expect(await offered()).toEqual(decided);
    expect(await seen()).toEqual({ id: item.id });
    expect(
      await store.adminQuery('SELECT bureau_decided_by AS by FROM organisation WHERE id = $1', [id]),
    ).toEqual([{ by: admin.accountId }]);
    // What its name says does not count any more.
    await deliver(
      'junxian.directory.organisation.changed.v1',
      organisation(id, { kind: 'DEPARTMENT', sealName: '示例历下区某局', regionCode }),
    );
    expect(await offered()).toMatchObject({ isBureau: true });

    const { version } = await offered();
    expect((await designate(admin, { isBureau: false, version })).data!.designateBureau).toMatchObject({
      isBureau: false,
    });
    await deliver('junxian.directory.organisation.removed.v1', organisation(id, { regionCode }));
    expect(await codeOf(designate(admin, { version: version + 1 }))).toBe('NOT_FOUND');
    await deliver('junxian.directory.organisation.restored.v1', organisation(id, { regionCode }));
  });
});

describe('a to-do whose holder is gone', () => {
  const appointment = (changes: Record<string, unknown> = {}) => ({
    appointmentId: lixiaHandler.appointmentId,
    accountId: lixiaHandler.accountId,
    organisationId: ORGANISATIONS.lixia.id,
    regionCode: ORGANISATIONS.lixia.regionCode,
    regionLevel: 'COUNTY',
    roles: ['petitions:HANDLER'],
    validFrom: '2026-01-01',
    validTo: null,
    ...changes,
  });
  const held = async () => {
    await deliver('junxian.directory.appointment.granted.v1', appointment());
    await store.adminQuery('UPDATE officer_appointment SET ended_on = NULL WHERE id = $1', [
      lixiaHandler.appointmentId,
    ]);
    const item = await registered(store, {}, lixiaHandler);
    expect(await custodyOf(store, lixiaHandler, item.id)).toMatchObject({ state: 'TODO' });
    return item;
  };

  it.each([
    ['the roles are gone', 'appointment.granted', () => appointment({ roles: ['petitions:STATISTICIAN'] })],
    ['the appointment ended', 'appointment.ended', () => ({ ...appointment(), endedOn: '2026-03-01' })],
    ['it has run out', 'appointment.granted', () => appointment({ validTo: '2026-03-01' })],
    [
      'the account is disabled',
      'account.disabled',
      () => ({ accountId: lixiaHandler.accountId, organisationId: ORGANISATIONS.lixia.id }),
    ],
  ])('goes back to the unit inbox when %s, and its clocks go on', async (_why, happened, data) => {
    const item = await held();
    await deliver(`junxian.directory.${happened}.v1`, data());
    expect(await custodyOf(store, lixiaHandler, item.id)).toMatchObject({
      state: 'UNIT_INBOX',
      holderId: null,
    });
    expect(await itemAs(store, lixiaHandler, item.id)).toMatchObject({
      routeDueOn: item.routeDueOn,
      version: item.version,
    });
    const journal = await store.adminQuery(
      'SELECT action FROM case_journal WHERE case_item_id = $1 ORDER BY id',
      [item.id],
    );
    expect(journal).toEqual([{ action: 'REGISTER' }, { action: 'ORPHANED' }]);
    await deliver('junxian.directory.account.activated.v1', {
      accountId: lixiaHandler.accountId,
      organisationId: ORGANISATIONS.lixia.id,
    });
  });

  it('stays with a holder who keeps a role that may hold it', async () => {
    const item = await held();
    await deliver('junxian.directory.appointment.granted.v1', appointment({ roles: ['petitions:RECEIVER'] }));
    expect(await custodyOf(store, lixiaHandler, item.id)).toMatchObject({
      state: 'TODO',
      holderId: lixiaHandler.accountId,
    });
    await expect(store.as(lixiaHandler, (tx) => caseForChange(tx, item.id, 99))).rejects.toMatchObject({
      code: 'STALE_VERSION',
    });
  });
});

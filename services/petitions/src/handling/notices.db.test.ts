import { rule, scenario, testKeys } from '@junxian/test-kit';
import { officerOf } from '../actor';
import { lapseAppeals } from '../review/review-upkeep.service';
import { itemAs, registered } from '../testing/cases.support.test';
import { ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { documentHash } from './document.rules';
import { HandlingStage, lixia, lixiaUnit, shandong, TEXTS, unitLeader } from './handling.fixture';
import type { Notice } from './notice.types';
import { noticeContent } from './notices.rules';
import { Notices, noticesOfItems } from './notices.service';
import { LocalSealService, type SealService } from './seal.service';
import { writtenWithSeal } from './sealing.service';
import { extendHandling, extensionsOfItems } from './self-handling.service';

let store: TestStore;
let stage: HandlingStage;
beforeAll(async () => {
  store = await openStore();
  stage = new HandlingStage(store);
});
beforeEach(() => stage.at('2026-03-02'));
afterAll(() => store?.close());

const update = (notice: Notice, body: string) =>
  stage.act(lixiaUnit, (tx, who, at) =>
    store.services.notices.update(
      tx,
      { noticeId: notice.id, expectedVersion: notice.version, input: { ...TEXTS, body } },
      who,
      at,
    ),
  );
const extend = async (itemId: string, days: number, by = unitLeader, reason = '案情复杂，需补充调查') => {
  const expectedVersion = (await itemAs(store, by, itemId))!.version;
  return stage.act(by, (tx, who, at) =>
    extendHandling(tx, { caseItemId: itemId, expectedVersion, days, reason }, who, at),
  );
};

describe('accepting', () => {
  scenario(
    'petitions',
    25,
    'handling oneself takes a filed acceptance notice; a draft does not do',
    async () => {
      const item = await stage.atUnit();
      await expect(stage.handleSelf(lixiaUnit, item.id)).rejects.toMatchObject({
        code: 'ACCEPTANCE_REQUIRED',
      });
      const { notice } = await stage.draftNotice(lixiaUnit, item.id, 'ACCEPTANCE');
      await expect(stage.handleSelf(lixiaUnit, item.id)).rejects.toMatchObject({
        code: 'ACCEPTANCE_REQUIRED',
      });
      await stage.fileNotice(lixiaUnit, notice);
      const { item: own, record } = await stage.handleSelf(lixiaUnit, item.id);
      expect(own).toMatchObject({ state: 'ACCEPTED', selfHandling: true });
      expect(record.mode).toBe('HANDLE_SELF');
      expect((await stage.events(item.id)).map(({ type }) => type)).toEqual([
        'registered',
        'forwarded',
        'notice-issued',
        'self-handling-started',
      ]);
      await expect(stage.handleSelf(lixiaUnit, item.id)).rejects.toMatchObject({
        code: 'ALREADY_SELF_HANDLING',
      });
    },
  );

  rule('PT-HND-07', 'takes the own organisation’s notice, not another’s', async () => {
    const item = await stage.atUnit();
    await stage.notify(lixiaUnit, item.id, 'ACCEPTANCE');
    // As if a review had given the item to another unit.
    await store.adminQuery(
      'UPDATE org_task SET organisation_id = $2, holder_id = $3 WHERE case_item_id = $1 AND custody',
      [item.id, ORGANISATIONS.lixia.id, lixia.accountId],
    );
    await store.adminQuery(
      `INSERT INTO case_sight SELECT $2, id, 'HELD', registered_at, registered_at FROM case_item WHERE id = $1 ON CONFLICT DO NOTHING`,
      [item.id, ORGANISATIONS.lixia.id],
    );
    await expect(stage.handleSelf(lixia, item.id)).rejects.toMatchObject({ code: 'ACCEPTANCE_REQUIRED' });
  });

  scenario('petitions', 26, 'in time within 15 days, 60 days to handle, one extension of 30', async () => {
    const item = await stage.register();
    stage.at('2026-03-05');
    await stage.forward(shandong, item.id, 'lixiaUnit');
    stage.at('2026-03-10');
    await stage.take(lixiaUnit, item.id);
    const { item: accepted } = await stage.notify(lixiaUnit, item.id, 'ACCEPTANCE');
    expect(accepted).toMatchObject({
      state: 'ACCEPTED',
      acceptDueOn: '2026-03-20',
      acceptedAt: store.clock.now(),
      handleDueOn: '2026-05-09',
      responsibleOrganisationId: ORGANISATIONS.lixiaUnit.id,
      late: false,
    });
    stage.at('2026-05-09');
    await expect(extend(item.id, 31)).rejects.toMatchObject({ code: 'EXTENSION_TOO_LONG', field: 'days' });
    await expect(extend(item.id, 30, unitLeader, ' ')).rejects.toMatchObject({
      code: 'FIELD_REQUIRED',
      field: 'reason',
    });
    const extended = await extend(item.id, 30);
    expect(extended).toMatchObject({ handleDueOn: '2026-06-08', extendedDays: 30 });
    await expect(extend(item.id, 1)).rejects.toMatchObject({ code: 'EXTENSION_USED' });
    expect((await stage.events(item.id)).at(-1)).toMatchObject({
      type: 'extended',
      data: { oldDueOn: '2026-05-09', newDueOn: '2026-06-08' },
    });
    const told = await store.readAs(lixiaUnit, (tx) => extensionsOfItems(tx, [item.id]));
    expect(told).toMatchObject([{ days: 30, reason: '案情复杂，需补充调查', newDueOn: '2026-06-08' }]);
  });

  it('is extended before it expires, by a leader of the organisation that holds it', async () => {
    const item = await stage.atUnit();
    await expect(extend(item.id, 5)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await stage.notify(lixiaUnit, item.id, 'ACCEPTANCE');
    await expect(extend(item.id, 5, officer('jinan', 'LEADER'))).rejects.toMatchObject({
      code: 'NOT_CUSTODIAN',
    });
    await expect(extend(item.id, 5, lixiaUnit)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    stage.at('2026-05-02');
    await expect(extend(item.id, 5)).rejects.toMatchObject({ code: 'EXTENSION_TOO_LATE' });
  });

  it('marks an item late that is accepted after the last day', async () => {
    const item = await stage.atUnit();
    stage.at('2026-03-18');
    const { item: accepted } = await stage.notify(lixiaUnit, item.id, 'ACCEPTANCE');
    expect(accepted).toMatchObject({ late: true, handleDueOn: '2026-05-17' });
  });
});

describe('notices', () => {
  rule('PT-NTC-01', 'are issued by the unit that holds the item, to the petitioner', async () => {
    const item = await stage.atUnit();
    for (const other of [shandong, officer('jinan', 'HANDLER')])
      await expect(stage.draftNotice(other, item.id, 'ACCEPTANCE')).rejects.toMatchObject({
        code: 'NOT_CUSTODIAN',
      });
    await expect(
      stage.draftNotice(officer('lixiaUnit', 'HANDLER', 'b'), item.id, 'ACCEPTANCE'),
    ).rejects.toMatchObject({ code: 'NOT_HOLDER' });
    await stage.notify(lixiaUnit, item.id, 'ACCEPTANCE');
    const [record] = await store.adminQuery(
      `SELECT mode, state, destination_organisation_id AS destination FROM handling_record WHERE case_item_id = $1 ORDER BY seq DESC LIMIT 1`,
      [item.id],
    );
    expect(record).toEqual({ mode: 'INFORM_ACCEPT', state: 'DONE', destination: null });
  });

  rule(
    'PT-NTC-01',
    'drafted and then forwarded, cannot be filed by who no longer holds the item',
    async () => {
      const item = await stage.register();
      await stage.forward(shandong, item.id, 'lixia');
      await stage.take(lixia, item.id);
      const { notice } = await stage.draftNotice(lixia, item.id, 'ACCEPTANCE');
      await stage.forward(lixia, item.id, 'lixiaUnit');
      await expect(stage.fileNotice(lixia, notice)).rejects.toMatchObject({ code: 'NOT_CUSTODIAN' });
    },
  );

  rule(
    'PT-NTC-02',
    'count only when filed: a draft leaves no record, event, number or change of the item',
    async () => {
      const item = await stage.atUnit();
      const { notices: drafts, ...before } = await stage.footprint();
      const { notice } = await stage.draftNotice(lixiaUnit, item.id, 'NON_ACCEPTANCE');
      const { notices, ...after } = await stage.footprint();
      expect(after).toEqual(before);
      expect(Number(notices)).toBe(Number(drafts) + 1);
      expect(notice).toMatchObject({ state: 'DRAFT', docNo: null, seal: null });
      await expect(stage.draftNotice(lixiaUnit, item.id, 'NON_ACCEPTANCE')).rejects.toMatchObject({
        code: 'NOTICE_DRAFT_EXISTS',
      });
      const { notice: changed } = await update(notice, '示例：不属于信访事项。');
      await expect(stage.fileNotice(lixiaUnit, notice)).rejects.toMatchObject({ code: 'STALE_VERSION' });
      const { item: completed } = await stage.fileNotice(lixiaUnit, changed);
      expect(completed).toMatchObject({
        state: 'COMPLETED',
        outcome: 'NOT_ACCEPTED',
        responsibleOrganisationId: ORGANISATIONS.lixiaUnit.id,
        completedAt: store.clock.now(),
      });
      expect(await stage.taskOf(item.id, 'lixiaUnit')).toMatchObject({ state: 'DONE', custody: false });
      expect((await stage.events(item.id)).slice(-2)).toMatchObject([
        { type: 'notice-issued', data: { noticeKind: 'NON_ACCEPTANCE', handleDueOn: null } },
        { type: 'completed', data: { outcome: 'NOT_ACCEPTED', inTime: true } },
      ]);
    },
  );

  rule(
    'PT-NTC-05',
    'are filed with the officer’s confirmation and sealed; without it nothing happens',
    async () => {
      const item = await stage.atUnit();
      const { notice } = await stage.draftNotice(lixiaUnit, item.id, 'ACCEPTANCE');
      const before = await stage.footprint();
      await expect(stage.fileNotice(lixiaUnit, notice, false)).rejects.toMatchObject({
        code: 'SEAL_REQUIRED',
        field: 'sealConfirmation',
      });
      expect(await stage.footprint()).toEqual(before);
      const { notice: filed } = await stage.fileNotice(lixiaUnit, notice);
      const content = noticeContent(filed, {
        docNo: filed.docNo!,
        itemNo: item.itemNo,
        correctsDocNo: null,
        filedAt: filed.filedAt!,
        handleDueOn: '2026-05-01',
      });
      expect(filed.documentHash).toBe(documentHash(content));
      const seals = new LocalSealService(testKeys.blindIndexKey);
      expect(seals.isValid(filed.documentHash!, { sealedBy: filed.sealedBy!, seal: filed.seal! })).toBe(true);
    },
  );

  it('are numbered without gaps by organisation, kind and year, also when filed at the same time', async () => {
    stage.at('2027-01-04');
    const items = [];
    for (let count = 0; count < 4; count++) items.push(await stage.atUnit());
    const filed = await Promise.all(items.map(({ id }) => stage.notify(lixiaUnit, id, 'ACCEPTANCE')));
    expect(filed.map(({ notice }) => notice.docNo).sort()).toEqual(
      [1, 2, 3, 4].map((serial) => `信受告〔2027〕${serial}号`),
    );
    const refused = await stage.atUnit();
    expect((await stage.notify(lixiaUnit, refused.id, 'NON_ACCEPTANCE')).notice.docNo).toBe(
      '信不受告〔2027〕1号',
    );
    stage.at('2028-01-03');
    const next = await stage.atUnit();
    expect((await stage.notify(lixiaUnit, next.id, 'ACCEPTANCE')).notice.docNo).toBe('信受告〔2028〕1号');
  });

  rule(
    'PT-NTC-03',
    'never change once filed, not even past the use cases; a correction refers to the old one',
    async () => {
      const item = await stage.atUnit();
      const { notice } = await stage.notify(lixiaUnit, item.id, 'ACCEPTANCE');
      await expect(update(notice, '改动')).rejects.toMatchObject({ code: 'DOCUMENT_FILED' });
      await expect(stage.fileNotice(lixiaUnit, notice)).rejects.toMatchObject({ code: 'DOCUMENT_FILED' });
      for (const change of [`body = '改动'`, `state = 'DRAFT'`, `doc_no = '伪造'`, 'seal = NULL'])
        await expect(
          store.adminQuery(`UPDATE notice SET ${change} WHERE id = $1`, [notice.id]),
        ).rejects.toThrow('a settled notice does not change');
      await expect(
        store.as(lixiaUnit, (tx) => tx.query('DELETE FROM notice WHERE id = $1', [notice.id])),
      ).rejects.toThrow('permission denied');

      stage.at('2026-03-20');
      const before = await itemAs(store, lixiaUnit, item.id);
      const { notice: draft } = await stage.draftNotice(
        lixiaUnit,
        item.id,
        'ACCEPTANCE',
        { body: '示例：更正。' },
        notice.id,
      );
      const { notice: correction } = await stage.fileNotice(lixiaUnit, draft);
      expect(correction).toMatchObject({ state: 'FILED', correctsId: notice.id });
      // A correction starts no clock and moves nothing.
      expect(await itemAs(store, lixiaUnit, item.id)).toEqual(before);
      expect((await stage.events(item.id)).at(-1)).toMatchObject({
        type: 'notice-issued',
        data: { docNo: correction.docNo, handleDueOn: '2026-05-01' },
      });
      await expect(stage.draftNotice(lixiaUnit, item.id, 'ACCEPTANCE', {}, notice.id)).rejects.toMatchObject({
        code: 'ALREADY_CORRECTED',
      });
      for (const [kind, by] of [
        ['NON_ACCEPTANCE', lixiaUnit],
        ['ACCEPTANCE', shandong],
      ] as const)
        await expect(stage.draftNotice(by, item.id, kind, {}, correction.id)).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
    },
  );

  rule(
    'PT-NTC-04',
    'need not be served without a name or address, and say so; otherwise the way is asked for',
    async () => {
      const known = await stage.atUnit();
      const { notice } = await stage.draftNotice(lixiaUnit, known.id, 'ACCEPTANCE', { serviceMode: null });
      await expect(stage.fileNotice(lixiaUnit, notice)).rejects.toMatchObject({
        code: 'FIELD_REQUIRED',
        field: 'serviceMode',
      });
      for (const petitioner of [{ name: null, householdAddress: '济南市' }, { name: '张三' }]) {
        const item = await stage.atUnit({ petitioner });
        const { notice: unaddressed } = await stage.draftNotice(lixiaUnit, item.id, 'ACCEPTANCE', {
          serviceMode: null,
        });
        const { notice: filed, item: accepted } = await stage.fileNotice(lixiaUnit, unaddressed);
        expect(filed).toMatchObject({ state: 'FILED', serviceOwed: false, servedOn: null });
        expect(accepted.state).toBe('ACCEPTED');
      }
      // Section 6: of a confidential item it need not know who petitions; served it must be all the same.
      const hidden = await stage.atUnit();
      await store.adminQuery(
        'UPDATE case_item SET confidential = true, responsible_organisation_id = custodian_organisation_id WHERE id = $1',
        [hidden.id],
      );
      const { notice: unknown } = await stage.draftNotice(lixiaUnit, hidden.id, 'ACCEPTANCE', {
        serviceMode: null,
      });
      await expect(stage.fileNotice(lixiaUnit, unknown)).rejects.toMatchObject({
        code: 'FIELD_REQUIRED',
        field: 'serviceMode',
      });
    },
  );

  it('record once how they were served', async () => {
    const item = await stage.atUnit();
    const { notice: draft } = await stage.draftNotice(lixiaUnit, item.id, 'ACCEPTANCE');
    const serve = (notice: Notice, servedAt: string) =>
      stage.act(lixiaUnit, (tx, who, at) =>
        store.services.notices.serve(
          tx,
          {
            noticeId: notice.id,
            expectedVersion: notice.version,
            service: { serviceMode: 'POST', servedAt, receipt: 'REFUSED' },
          },
          who,
          at,
        ),
      );
    await expect(serve(draft, '2026-03-02')).rejects.toMatchObject({ code: 'NOT_FILED' });
    const { notice } = await stage.fileNotice(lixiaUnit, draft);
    stage.at('2026-03-04');
    for (const day of ['2026-03-01', '2026-03-05'])
      await expect(serve(notice, day)).rejects.toMatchObject({
        code: 'SERVED_OUT_OF_TIME',
        field: 'servedAt',
      });
    const { notice: served } = await serve(notice, '2026-03-03');
    expect(served).toMatchObject({ servedOn: '2026-03-03', receipt: 'REFUSED', serviceMode: 'POST' });
    await expect(serve(served, '2026-03-04')).rejects.toMatchObject({ code: 'ALREADY_SERVED' });
    await expect(
      store.adminQuery(`UPDATE notice SET served_on = '2026-03-04' WHERE id = $1`, [notice.id]),
    ).rejects.toThrow('a settled notice does not change');
  });

  scenario(
    'petitions',
    32,
    'no longer accepted: nor when it lapsed; never one that was not handled',
    async () => {
      const first = await stage.atUnit();
      const again = async () => {
        const item = await registered(
          store,
          { matterId: first.matterId, receivedAt: store.clock.now() },
          shandong,
        );
        await stage.forward(shandong, item.id, 'lixiaUnit');
        await stage.take(lixiaUnit, item.id);
        return item;
      };
      const { notice } = await stage.draftNotice(lixiaUnit, (await again()).id, 'NO_LONGER_ACCEPTANCE');
      await expect(stage.fileNotice(lixiaUnit, notice)).rejects.toMatchObject({ code: 'MATTER_NOT_ENDED' });
      // The notice of one that is still open, filed as any other; the first is answered, and nobody asks for a review.
      await stage.notify(lixiaUnit, notice.caseItemId, 'NON_ACCEPTANCE');
      await stage.notify(lixiaUnit, first.id, 'ACCEPTANCE');
      await stage.handleSelf(lixiaUnit, first.id);
      await stage.serve((await stage.approvedOpinion(first.id)).opinion, '2026-03-02');
      stage.at('2026-04-02');
      await lapseAppeals(store.database, store.clock);
      const { item: completed } = await stage.notify(lixiaUnit, (await again()).id, 'NO_LONGER_ACCEPTANCE');
      expect(completed).toMatchObject({
        state: 'COMPLETED',
        outcome: 'NO_LONGER_ACCEPTED',
        firstInSystem: false,
      });
    },
  );

  it('asks for a reason where one is due, and reports all faults of a filing', async () => {
    const item = await stage.atUnit();
    const { notice } = await stage.draftNotice(lixiaUnit, item.id, 'NON_ACCEPTANCE', {
      reason: null,
      serviceMode: null,
    });
    const refused = await stage.fileNotice(lixiaUnit, notice, false).catch((error) => error);
    expect(refused.faults.map(({ code, field }: { code: string; field: string }) => [code, field])).toEqual([
      ['FIELD_REQUIRED', 'reason'],
      ['FIELD_REQUIRED', 'serviceMode'],
      ['SEAL_REQUIRED', 'sealConfirmation'],
    ]);
  });

  it('two filings at once: one counts', async () => {
    const item = await stage.atUnit();
    const { notice } = await stage.draftNotice(lixiaUnit, item.id, 'ACCEPTANCE');
    const outcomes = await Promise.allSettled([
      stage.fileNotice(lixiaUnit, notice),
      stage.fileNotice(lixiaUnit, notice),
    ]);
    const [lost] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost!.reason).toMatchObject({ code: 'STALE_VERSION' });
    expect((await stage.events(item.id)).filter(({ type }) => type === 'notice-issued')).toHaveLength(1);
  });

  describe('with a seal from outside', () => {
    /** Files a notice; before its n-th seal is made somebody else does something. */
    const fileSealed = (notice: Notice, meanwhile: (() => Promise<unknown>)[]) => {
      const asked: string[] = [];
      const seals: SealService = {
        outside: true,
        seal: async (hash, who) => {
          asked.push(hash);
          await meanwhile[asked.length - 1]?.();
          return store.services.seals.seal(hash, who);
        },
      };
      const form = { noticeId: notice.id, expectedVersion: notice.version, sealConfirmation: true };
      const filing = writtenWithSeal(
        (work) => store.as(lixiaUnit, work),
        seals,
        (tx, by) => new Notices(by).file(tx, form, officerOf(lixiaUnit), store.clock.now()),
      );
      return filing.then((filed) => ({ ...filed, asked }));
    };
    const drafted = async () => {
      const item = await stage.atUnit();
      return { item, notice: (await stage.draftNotice(lixiaUnit, item.id, 'ACCEPTANCE')).notice };
    };

    rule(
      'PT-NTC-05',
      'nothing is locked while it is made, and what was changed meanwhile is not filed',
      async () => {
        const { item, notice } = await drafted();
        await expect(fileSealed(notice, [() => update(notice, '示例：另一稿')])).rejects.toMatchObject({
          code: 'STALE_VERSION',
        });
        expect(await itemAs(store, lixiaUnit, item.id)).toMatchObject({
          state: 'IN_HANDLING',
          version: item.version,
        });
        const [draft] = await store.readAs(lixiaUnit, (tx) => noticesOfItems(tx, [item.id]));
        expect(draft).toMatchObject({ state: 'DRAFT', docNo: null, body: '示例：另一稿' });
      },
    );

    it('whose number went to a colleague’s notice, is sealed under the next', async () => {
      const [{ notice }, other] = [await drafted(), await drafted()];
      const {
        notice: filed,
        item,
        asked,
      } = await fileSealed(notice, [() => stage.fileNotice(lixiaUnit, other.notice)]);
      expect(asked).toHaveLength(2);
      expect(filed.documentHash).toBe(asked[1]);
      expect(item.state).toBe('ACCEPTED');
      const seals = store.services.seals as LocalSealService;
      expect(seals.isValid(filed.documentHash!, { sealedBy: filed.sealedBy!, seal: filed.seal! })).toBe(true);
      expect((await stage.events(item.id)).filter(({ type }) => type === 'notice-issued')).toHaveLength(1);
    });
  });

  it('drafts are seen by the own organisation and by supervisors, filed ones by everybody who sees the item', async () => {
    const item = await stage.atUnit();
    const { notice } = await stage.draftNotice(lixiaUnit, item.id, 'ACCEPTANCE');
    const seen = (by: typeof shandong) =>
      store.readAs(by, async (tx) => (await noticesOfItems(tx, [item.id])).length);
    const supervisor = officer('shandong', 'SUPERVISOR');
    const neighbour = officer('qingdao', ['HANDLER', 'SUPERVISOR']);
    expect([
      await seen(lixiaUnit),
      await seen(supervisor),
      await seen(shandong),
      await seen(neighbour),
    ]).toEqual([1, 1, 0, 0]);
    await stage.fileNotice(lixiaUnit, notice);
    expect([
      await seen(lixiaUnit),
      await seen(supervisor),
      await seen(shandong),
      await seen(neighbour),
    ]).toEqual([1, 1, 1, 0]);
  });
});

import { contentHash } from '@junxian/documents';
import type { Principal } from '@junxian/identity';
import { rule } from '@junxian/test-kit';
import { lixia, lixiaUnit, shandong } from '../handling/handling.fixture';
import { jinanBench, lixiaBench, ReviewStage } from '../review/review.fixture';
import { printHolderScope } from '../service-scopes';
import { ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import type { PrintKind } from './print.types';
import { articleOf, printsOver, tokenOf } from './prints.fixture';
import type { PrintedDocument, Prints } from './prints.service';

let store: TestStore;
let stage: ReviewStage;
let prints: Prints;
beforeAll(async () => {
  store = await openStore();
  stage = new ReviewStage(store);
  await stage.appointAll();
  prints = printsOver(store);
});
beforeEach(() => stage.at('2026-03-10'));
afterAll(() => store?.close());

const print = (by: Principal, kind: PrintKind, subjectId: string): Promise<PrintedDocument> =>
  stage.act(by, (tx, who, at) => prints.print(tx, { kind, subjectId }, who, at));
const pageOf = (printed: PrintedDocument) => prints.page(tokenOf(printed));
const logOf = (printed: PrintedDocument) =>
  store.adminQuery(
    `SELECT copy_no AS "copyNo", account_id AS "accountId", organisation_id AS "organisationId", at FROM print_log WHERE snapshot_id = $1 ORDER BY copy_no`,
    [printed.snapshot.id],
  );

/** The document of a review's opinion. */
async function opinionId(reviewCaseId: string): Promise<string> {
  const [document] = await store.adminQuery<{ id: string }>(
    `SELECT id FROM review_document WHERE review_case_id = $1 AND kind = 'OPINION'`,
    [reviewCaseId],
  );
  return document!.id;
}

/** An acceptance notice of the unit in Lixia, filed. */
async function accepted(changes: Parameters<ReviewStage['atUnit']>[0] = {}) {
  const item = await stage.atUnit(changes);
  const { notice } = await stage.notify(lixiaUnit, item.id, 'ACCEPTANCE');
  return { item, notice };
}

describe('printing', () => {
  rule(
    'PT-PRT-01',
    'the first print is frozen with number and hash, later ones are copies of it, each is logged',
    async () => {
      const { item, notice } = await accepted();
      const first = await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id);
      expect(first).toMatchObject({ copyNo: 0, snapshot: { docNo: notice.docNo, issuedOn: '2026-03-10' } });
      const page = await pageOf(first);
      expect(contentHash(articleOf(page))).toBe(first.snapshot.contentHash);
      for (const text of ['张三', '2026年5月9日', notice.docNo!, item.itemNo, first.snapshot.contentHash])
        expect(page).toContain(text);
      expect(page).not.toContain('副本');

      stage.at('2026-03-12');
      const colleague = officer('lixiaUnit', 'RECEIVER');
      const second = await print(colleague, 'ACCEPTANCE_NOTICE', notice.id);
      const third = await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id);
      expect([second.snapshot, third.snapshot]).toEqual([first.snapshot, first.snapshot]);
      expect([second.copyNo, third.copyNo]).toEqual([1, 2]);
      const copy = await pageOf(third);
      expect(copy).toContain('副本　第 2 份');
      expect(articleOf(copy)).toBe(articleOf(page));
      expect(await logOf(first)).toEqual([
        expect.objectContaining({ copyNo: 0, accountId: lixiaUnit.accountId }),
        expect.objectContaining({ copyNo: 1, accountId: colleague.accountId, at: store.clock.now() }),
        expect.objectContaining({ copyNo: 2, accountId: lixiaUnit.accountId }),
      ]);
    },
  );

  rule(
    ['PT-PRT-01', 'PT-NTC-03'],
    'what is corrected or extended afterwards leaves the old print as it was',
    async () => {
      const { item, notice } = await accepted();
      const before = await pageOf(await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id));
      await store.adminQuery(
        `UPDATE case_item SET title = '改过的标题', handle_due_on = '2026-06-08' WHERE id = $1`,
        [item.id],
      );
      await store.adminQuery(`UPDATE petitioner SET name = '改名' WHERE case_item_id = $1`, [item.id]);
      stage.at('2026-03-11');
      const { notice: draft } = await stage.draftNotice(
        lixiaUnit,
        item.id,
        'ACCEPTANCE',
        { body: '示例：更正后的内容。' },
        notice.id,
      );
      const { notice: correction } = await stage.fileNotice(lixiaUnit, draft);
      const again = await pageOf(await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id));
      expect(articleOf(again)).toBe(articleOf(before));
      const corrected = await pageOf(await print(lixiaUnit, 'ACCEPTANCE_NOTICE', correction.id));
      expect(corrected).toContain(`更正 ${notice.docNo}`);
      expect(corrected).toContain('示例：更正后的内容。');
    },
  );

  it('tells the handling period that the notice fixed, not one extended before the first print', async () => {
    const { item, notice } = await accepted();
    await store.adminQuery(
      `INSERT INTO handling_extension (case_item_id, organisation_id, days, old_due_on, new_due_on, reason, decided_at, decided_by)
       VALUES ($1, $2, 30, '2026-05-09', '2026-06-08', '示例', $3, $4)`,
      [item.id, ORGANISATIONS.lixiaUnit.id, new Date('2026-04-01T09:00+08:00'), lixiaUnit.accountId],
    );
    await store.adminQuery(`UPDATE case_item SET handle_due_on = '2026-06-08' WHERE id = $1`, [item.id]);
    expect(await pageOf(await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id))).toContain('2026年5月9日');
  });

  rule(
    'PT-PRT-01',
    'two first prints at once freeze one snapshot; nobody changes a snapshot or the log',
    async () => {
      const { notice } = await accepted();
      const both = await Promise.all([
        print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id),
        print(officer('lixiaUnit', 'RECEIVER'), 'ACCEPTANCE_NOTICE', notice.id),
      ]);
      expect(new Set(both.map(({ snapshot }) => snapshot.verificationCode)).size).toBe(1);
      expect(both.map(({ copyNo }) => copyNo).sort()).toEqual([0, 1]);
      for (const statement of [
        'UPDATE print_snapshot SET content_hash = content_hash',
        'DELETE FROM print_snapshot',
        'UPDATE print_log SET copy_no = copy_no',
        'DELETE FROM print_log',
      ])
        await expect(store.as(lixiaUnit, (tx) => tx.query(statement))).rejects.toThrow(/permission denied/);
    },
  );

  it('keeps no name or text in the clear', async () => {
    const { notice } = await accepted();
    const { snapshot } = await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id);
    const [row] = await store.adminQuery('SELECT * FROM print_snapshot WHERE id = $1', [snapshot.id]);
    expect(JSON.stringify(row)).not.toMatch(/张三|拖欠|article/);
    expect(
      await store.readAs(lixiaUnit, (tx) =>
        tx.query('SELECT id FROM print_snapshot WHERE id = $1', [snapshot.id]),
      ),
    ).toHaveLength(1);
  });

  rule(
    'PT-PRT-01',
    'the holder of a link reads one page; a wrong, expired or other link reads none',
    async () => {
      const { notice } = await accepted();
      const printed = await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id);
      const { notice: other } = await accepted();
      await print(lixiaUnit, 'ACCEPTANCE_NOTICE', other.id);
      const seen = await store.database.read(printHolderScope(printed.snapshot.id), (tx) =>
        tx.query(`SELECT id FROM print_snapshot UNION ALL SELECT id FROM case_item UNION ALL SELECT id FROM petitioner
        UNION ALL SELECT id FROM print_log`),
      );
      expect(seen).toEqual([{ id: printed.snapshot.id }]);
      await expect(prints.page(`${tokenOf(printed)}x`)).rejects.toMatchObject({ code: 'LINK_INVALID' });
      store.clock.set('2026-03-10T09:05:01+08:00');
      await expect(pageOf(printed)).rejects.toMatchObject({ code: 'LINK_INVALID' });
    },
  );
});

describe('who prints', () => {
  rule('PT-SEC-01', 'nobody out of sight: neighbours find nothing, nor does the accused', async () => {
    const { notice } = await accepted();
    for (const stranger of [officer('lixiaOtherUnit', 'HANDLER'), officer('qingdao', 'HANDLER')])
      await expect(print(stranger, 'ACCEPTANCE_NOTICE', notice.id)).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    await expect(print(lixiaUnit, 'ACCEPTANCE_NOTICE', 'nonsense')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(print(lixiaUnit, 'NON_ACCEPTANCE_NOTICE', notice.id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  rule('PT-HND-08', 'the accused unit finds neither notice nor slip', async () => {
    const accusation = {
      purpose: 'ACCUSATION',
      accusedOrganisationId: ORGANISATIONS.lixiaOtherUnit.id,
    } as const;
    const item = await stage.atUnit(accusation);
    await store.adminQuery(
      `INSERT INTO case_sight SELECT $2, id, 'HELD', registered_at, registered_at FROM case_item WHERE id = $1`,
      [item.id, ORGANISATIONS.lixiaOtherUnit.id],
    );
    const { notice } = await stage.notify(lixiaUnit, item.id, 'NON_ACCEPTANCE');
    const accused = officer('lixiaOtherUnit', 'HANDLER');
    await expect(print(accused, 'NON_ACCEPTANCE_NOTICE', notice.id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(print(accused, 'QUERY_CODE_SLIP', item.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('only the organisation that issued it, and only who may know the petitioner', async () => {
    const { item, notice } = await accepted();
    await expect(print(shandong, 'ACCEPTANCE_NOTICE', notice.id)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      text: { zh: expect.stringContaining('制作单位') },
    });
    await expect(
      print(officer('lixiaUnit', 'SUPERVISOR'), 'ACCEPTANCE_NOTICE', notice.id),
    ).rejects.toMatchObject({
      code: 'FORBIDDEN',
      text: { en: expect.stringContaining('petitioner') },
    });
    // Marked confidential since, the responsible unit must not know who petitions unless that is flagged.
    await store.adminQuery('UPDATE case_item SET confidential = true WHERE id = $1', [item.id]);
    await expect(print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await store.adminQuery('SELECT FROM print_snapshot WHERE case_item_id = $1', [item.id])).toEqual(
      [],
    );
    await store.adminQuery('UPDATE case_item SET need_to_know = true WHERE id = $1', [item.id]);
    expect((await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id)).named).not.toBeNull();
  });

  it('an anonymous petitioner is printed as such, and nobody’s identity is revealed', async () => {
    const { notice } = await accepted({ anonymous: true });
    const printed = await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id);
    expect(printed.named).toBeNull();
    const page = await pageOf(printed);
    expect(page).toContain('匿名：');
    expect(page).not.toMatch(/张三|解放路街/);
  });

  rule(
    ['PT-PRT-01', 'PT-SEC-02'],
    'what was frozen with a name is not printed again once the item is anonymous: a new snapshot shows 匿名',
    async () => {
      const { item, notice } = await accepted();
      const named = await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id);
      await store.adminQuery('UPDATE case_item SET anonymous = true WHERE id = $1', [item.id]);
      const masked = await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id);
      expect(masked).toMatchObject({ copyNo: 0, named: null, snapshot: { docNo: notice.docNo } });
      expect(masked.snapshot.id).not.toBe(named.snapshot.id);
      expect(await pageOf(masked)).toContain('匿名：');
      expect(await pageOf(masked)).not.toMatch(/张三|解放路街/);
      // It is frozen like the first one, which can still be verified.
      expect((await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id)).copyNo).toBe(1);
      // Named again, the original is what is copied; whom it names is in the audit log.
      await store.adminQuery('UPDATE case_item SET anonymous = false WHERE id = $1', [item.id]);
      const again = await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id);
      expect(again).toMatchObject({ copyNo: 1, snapshot: { id: named.snapshot.id } });
      expect(again.named).toEqual(named.named);
    },
  );

  it('a copy of a page that says 匿名 names nobody, also when the item is anonymous no more', async () => {
    const { item, notice } = await accepted({ anonymous: true });
    const first = await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id);
    await store.adminQuery('UPDATE case_item SET anonymous = false WHERE id = $1', [item.id]);
    const copy = await print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id);
    expect(copy).toMatchObject({ copyNo: 1, named: null, snapshot: { id: first.snapshot.id } });
  });

  it('a draft is not printed', async () => {
    const item = await stage.atUnit();
    const { notice } = await stage.draftNotice(lixiaUnit, item.id, 'ACCEPTANCE');
    await expect(print(lixiaUnit, 'ACCEPTANCE_NOTICE', notice.id)).rejects.toMatchObject({
      code: 'DOCUMENT_NOT_ISSUED',
    });
  });
});

describe('the query-code slip', () => {
  const deliveries = (itemId: string) =>
    store.adminQuery('SELECT means FROM query_code_delivery WHERE case_item_id = $1', [itemId]);

  rule(
    ['PT-REG-06', 'PT-PRT-01'],
    'shows the code; every print is a logged delivery of one frozen slip',
    async () => {
      const item = await stage.register();
      const first = await print(shandong, 'QUERY_CODE_SLIP', item.id);
      const again = await print(shandong, 'QUERY_CODE_SLIP', item.id);
      const code = store.services.personal.open(item.queryCodeSealed, 'case_item.query_code')!;
      const page = await pageOf(first);
      for (const text of [code, '张三', item.itemNo, '370000000000信访局', '30日'])
        expect(page).toContain(text);
      expect([first.copyNo, again.copyNo, again.snapshot.id]).toEqual([0, 1, first.snapshot.id]);
      expect(await deliveries(item.id)).toEqual([{ means: 'PRINT' }, { means: 'PRINT' }]);
    },
  );

  rule(
    ['PT-REG-06', 'PT-PUB-17'],
    'shows the name the code works with: a corrected name makes a new slip, the same name a copy',
    async () => {
      const item = await stage.register();
      const first = await print(shandong, 'QUERY_CODE_SLIP', item.id);
      await store.adminQuery(`UPDATE petitioner SET name = '张叁' WHERE case_item_id = $1`, [item.id]);
      const corrected = await print(shandong, 'QUERY_CODE_SLIP', item.id);
      expect(corrected.copyNo).toBe(0);
      expect(corrected.snapshot.id).not.toBe(first.snapshot.id);
      expect(await pageOf(corrected)).toContain('张叁');
      expect(await pageOf(corrected)).not.toContain('张三');
      expect(await print(shandong, 'QUERY_CODE_SLIP', item.id)).toMatchObject({
        copyNo: 1,
        snapshot: { id: corrected.snapshot.id },
      });
    },
  );

  rule(
    'PT-REG-06',
    'is printed by who may know the code, never for an anonymous item; a refusal logs nothing',
    async () => {
      const { item } = await accepted();
      await expect(print(lixiaUnit, 'QUERY_CODE_SLIP', item.id)).rejects.toMatchObject({
        code: 'QUERY_CODE_NOT_YOURS',
      });
      expect(await deliveries(item.id)).toEqual([]);
      const anonymous = await stage.register({ anonymous: true });
      await expect(print(shandong, 'QUERY_CODE_SLIP', anonymous.id)).rejects.toMatchObject({
        code: 'NO_QUERY_CODE',
      });
    },
  );

  it('whoever the item is passed on to prints no slip: with name and code it could evaluate itself', async () => {
    const item = await stage.register();
    await stage.forward(shandong, item.id, 'lixia');
    await stage.take(lixia, item.id);
    await expect(print(lixia, 'QUERY_CODE_SLIP', item.id)).rejects.toMatchObject({
      code: 'QUERY_CODE_NOT_YOURS',
    });
    const printed = await print(shandong, 'QUERY_CODE_SLIP', item.id);
    expect(printed.snapshot.organisationId).toBe(ORGANISATIONS.shandong.id);
  });
});

describe('opinions', () => {
  it('a handling opinion is printed once approved, to be served, with whom to ask for a review', async () => {
    const { item } = await accepted();
    await stage.handleSelf(lixiaUnit, item.id);
    const { opinion } = await stage.approvedOpinion(item.id);
    const page = await pageOf(await print(lixiaUnit, 'HANDLING_OPINION', opinion.id));
    for (const text of ['予以支持', '示例：查明欠薪三个月。', '30日', ORGANISATIONS.lixia.sealName])
      expect(page).toContain(text);
    const served = await stage.serve(opinion, '2026-03-10');
    expect((await print(lixiaUnit, 'HANDLING_OPINION', served.opinion.id)).copyNo).toBe(1);
  });

  it('a review opinion is printed by the authority, with request, answer, result and the next remedy', async () => {
    const review = await stage.wholeReview(await stage.replied('2026-05-06'), 'UPHOLD');
    const id = await opinionId(review.review.id);
    const printed = await print(lixiaBench.clerk, 'REVIEW_OPINION', id);
    expect(printed.named).not.toBeNull();
    const page = await pageOf(printed);
    const { jinan, lixiaUnit: unit } = ORGANISATIONS;
    for (const text of [
      '请求撤销答复意见',
      '事实不清',
      '意见书正文',
      `维持${unit.sealName}`,
      `向${jinan.sealName}书面申请复核`,
      '已加盖电子签章',
    ])
      expect(page).toContain(text);
    // What the respondent answered, as it was asked.
    expect(page).toMatch(/被申请人意见<\/h2>\s*<p class="text">示例：意见。/);
    await expect(print(lixiaBench.clerk, 'RE_REVIEW_OPINION', id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(print(lixiaUnit, 'REVIEW_OPINION', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });

    const last = await stage.wholeReview(review.item, 'UPHOLD', jinanBench, lixia);
    const final = await pageOf(
      await print(jinanBench.clerk, 'RE_REVIEW_OPINION', await opinionId(last.review.id)),
    );
    expect(final).toContain('本复核意见为信访终结意见');
    expect(final).not.toContain('申请复核的权利');
  });

  it('a no-longer-acceptance notice lists the earlier opinions about the matter', async () => {
    const answered = await stage.replied('2026-05-06');
    const { item } = await stage.wholeReview(answered, 'MODIFY');
    await store.adminQuery(`UPDATE petition_matter SET status = 'FINAL' WHERE id = $1`, [item.matterId]);
    const again = await stage.atUnit();
    await store.adminQuery('UPDATE case_item SET matter_id = $2 WHERE id = $1', [again.id, item.matterId]);
    const { notice } = await stage.notify(lixiaUnit, again.id, 'NO_LONGER_ACCEPTANCE');
    const page = await pageOf(await print(lixiaUnit, 'NO_LONGER_ACCEPTANCE_NOTICE', notice.id));
    const rows = [...page.matchAll(/<tr><td>(.*?)<\/td><td>(.*?)<\/td><td>(.*?)<\/td><td>(.*?)<\/td>/g)];
    const { lixia: bureau, lixiaUnit: unit } = ORGANISATIONS;
    expect(rows.map(([, ...cells]) => cells)).toEqual([
      ['处理', unit.sealName, expect.stringContaining('信答复〔2026〕'), '2026-05-06'],
      ['复查', bureau.sealName, expect.stringContaining('信复查〔2026〕'), '2026-05-06'],
    ]);
    expect(page).toContain('《信访条例》第二十一条');
  });
});

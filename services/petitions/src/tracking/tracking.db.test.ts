import type { Principal } from '@junxian/identity';
import { countStatements, type Json, rule } from '@junxian/test-kit';
import { officerOf } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { recordHandling } from '../cases/custody.service';
import { letSee } from '../cases/sight.service';
import { faultsOf, openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { registerCaseItem } from '../registration/case-registration.service';
import { registeredOnline, submitted } from '../submissions/submissions.fixture';
import { draft } from '../testing/cases.support.test';
import { ORGANISATIONS, officer } from '../testing/store.support.test';

let stage: PublicStage;
beforeAll(async () => {
  stage = await openPublicStage();
});
beforeEach(async () => {
  await stage.store.adminQuery('DELETE FROM public_attempt');
  stage.store.clock.set('2026-03-02T09:00:00+08:00');
});
afterAll(() => stage?.close());

const TRACK = `mutation ($name: String!, $code: String!) { trackPetition(name: $name, queryCode: $code) { token expiresAt } }`;
const FOLLOW = `query ($token: String!) { trackedPetition(token: $token) { itemNo channel state outcome organisation responsibleUnit
  process { date organisation mode destination reply } notices { kind docNo organisation date body }
  opinions { docNo conclusion body remedy date } } }`;
const track = (name: string, code: string, ip?: string) => stage.as(null, TRACK, { name, code }, ip);
const follow = (token: string) => stage.as(null, FOLLOW, { token });
const codeOf = (answer: Awaited<ReturnType<typeof track>>) => faultsOf(answer)[0]?.code ?? 'OK';

const handler = officer('shandong', ['LETTER_REGISTRAR', 'HANDLER']);
const registered = (changes: Parameters<typeof draft>[0] = {}) =>
  stage.store.as(handler, (tx) =>
    registerCaseItem(
      tx,
      stage.store.services.personal,
      draft(changes),
      officerOf(handler),
      stage.store.clock.now(),
    ),
  );

/** Everything that may happen to an item, with internal texts that must never show. */
async function handled(item: CaseItem): Promise<void> {
  const { store } = stage;
  const jinan = officer('jinan', 'HANDLER');
  const recordOf = (by: Principal, index: number, what: Partial<Parameters<typeof recordHandling>[1]>) =>
    store.as(by, (tx) =>
      recordHandling(tx, {
        item,
        mode: 'FORWARD',
        fromOrganisationId: by.organisationId!,
        officerId: by.accountId!,
        opinion: '内部意见：请酌处',
        at: new Date(`2026-03-0${3 + index}T23:30:00+08:00`),
        ...what,
      }),
    );
  for (const [index, state] of (['DONE', 'TAKEN_BACK', 'RETURNED'] as const).entries())
    await recordOf(handler, index, { state, destinationOrganisationId: ORGANISATIONS.jinan.id });
  await store.as(handler, (tx) => letSee(tx, item, ORGANISATIONS.jinan, 'HELD', store.clock.now()));
  await recordOf(jinan, 3, { mode: 'DIRECT_REPLY', reply: '已协调支付工资。' });
  const [record] = await store.adminQuery<{ id: string }>(
    'SELECT id FROM handling_record WHERE case_item_id = $1 LIMIT 1',
    [item.id],
  );
  const at = '2026-03-10T01:00:00+08:00';
  for (const state of ['FILED', 'DRAFT'])
    await store.adminQuery(
      `INSERT INTO notice (case_item_id, organisation_id, handling_record_id, kind, state, doc_no, body, legal_basis, reason,
         document_hash, sealed_by, seal, filed_at, filed_by, service_owed, created_at, created_by, updated_at)
       VALUES ($1, $2, $3, 'ACCEPTANCE', $4, $5, $6, '内部依据', '内部理由', 'hash', '经办人甲', 'seal', $7, $8, true, $7, $8, $7)`,
      [
        item.id,
        ORGANISATIONS.jinan.id,
        record!.id,
        state,
        `${state}-${item.itemNo}`,
        state === 'FILED' ? '予以受理。' : '内部草稿',
        at,
        handler.accountId,
      ],
    );
  await store.adminQuery(
    `INSERT INTO handling_opinion (case_item_id, organisation_id, handling_record_id, state, conclusion, facts, basis, body, remedy_text,
       doc_no, document_hash, decided_at, decided_by, decision_text, service_mode, served_on, receipt, created_at, created_by, updated_at)
     VALUES ($1, $2, $3, 'SERVED', 'SUPPORT', '事实', '依据', '支持您的诉求。', '三十日内可申请复查。', $4, 'hash', $5, $6, '内部批示', 'POST', '2026-03-12',
       'SIGNED', $5, $6, $5)`,
    [item.id, ORGANISATIONS.jinan.id, record!.id, `OP-${item.itemNo}`, at, handler.accountId],
  );
}

describe('who follows an item by name and query code', () => {
  rule('PT-PUB-17', 'one of any of the three channels, without signing in', async () => {
    for (const channel of ['ONLINE', 'LETTER', 'VISIT'] as const) {
      const { item, queryCode } = await registered({ channel });
      const typed = ` ${queryCode.slice(0, 4).toLowerCase()}-${queryCode.slice(4)} `;
      const { data } = await track(' 张 三', typed);
      expect(data!.trackPetition.expiresAt).toBe('2026-03-02T01:15:00.000Z');
      expect((await follow(data!.trackPetition.token)).data!.trackedPetition).toMatchObject({
        itemNo: item.itemNo,
        channel,
        state: 'REGISTERED',
        process: [{ date: '2026-03-02', mode: null, organisation: ORGANISATIONS.shandong.sealName }],
      });
    }
  });

  rule(
    ['PT-PUB-17', 'PT-PUB-18'],
    'is answered alike for a wrong name, a wrong code and an anonymous item',
    async () => {
      const named = await registered();
      const anonymous = await registered({ anonymous: true });
      const answers = [
        await track('李四', named.queryCode, '203.0.113.1'),
        await track('张三', 'AAAAAAAA', '203.0.113.2'),
        await track('张三', anonymous.queryCode, '203.0.113.3'),
        await track('', '', '203.0.113.4'),
        await track('张三'.repeat(500), `${named.queryCode}X`.repeat(50), '203.0.113.5'),
      ];
      expect(answers.map(codeOf)).toEqual(Array.from({ length: 5 }, () => 'TRACKING_FAILED'));
      expect(new Set(answers.map(({ errors }) => JSON.stringify(errors))).size).toBe(1);
    },
  );

  rule(
    'PT-PUB-18',
    'after five failures in 15 minutes is locked out for 30, even with the right code',
    async () => {
      const { queryCode } = await registered();
      const ip = '203.0.113.77';
      for (let minute = 0; minute < 5; minute += 1) {
        expect(codeOf(await track('张三', 'AAAAAAAA', ip))).toBe('TRACKING_FAILED');
        if (minute < 4) stage.store.clock.advance(60_000);
      }
      const locked = await track('张三', queryCode, ip);
      expect(locked.errors![0]!.extensions).toMatchObject({
        code: 'TRACKING_LOCKED',
        details: { retryAfterSeconds: 1800 },
      });
      expect(codeOf(await track('张三', queryCode, '203.0.113.78'))).toBe('OK');
      stage.store.clock.advance(30 * 60_000 - 1000);
      expect(codeOf(await track('张三', queryCode, ip))).toBe('TRACKING_LOCKED');
      stage.store.clock.advance(1000);
      expect(codeOf(await track('张三', queryCode, ip))).toBe('OK');
    },
  );

  rule('PT-PUB-18', 'is counted one by one when many are sent at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => track('张三', 'AAAAAAAA', '203.0.113.90')),
    );
    const codes = answers.map(codeOf);
    expect(codes.filter((code) => code === 'TRACKING_FAILED')).toHaveLength(5);
    expect(codes.filter((code) => code === 'TRACKING_LOCKED')).toHaveLength(7);
  });

  it('is not locked by failures further apart, and never stores the address', async () => {
    for (let index = 0; index < 6; index += 1) {
      expect(codeOf(await track('张三', 'AAAAAAAA', '203.0.113.91'))).toBe('TRACKING_FAILED');
      stage.store.clock.advance(4 * 60_000);
    }
    const rows = await stage.store.adminQuery('SELECT key FROM public_attempt');
    expect(JSON.stringify(rows)).not.toContain('203.0.113');
  });

  it('holds a token for a quarter of an hour, for that item and nothing else', async () => {
    const { item, queryCode } = await registered();
    await registered();
    const { token } = (await track('张三', queryCode)).data!.trackPetition;
    const { tracking } = stage.store.services;
    expect(await tracking.caseOfTrackingToken(token)).toBe(item.id);
    stage.store.clock.advance(15 * 60_000 + 1000);
    for (const wrong of [token, `${token}x`, '', 'a.b.c'])
      expect(faultsOf(await follow(wrong))).toEqual([{ code: 'TRACKING_EXPIRED' }]);
    // A download link is no tracking token.
    const { url } = await stage.files.downloadLink(item.id, { accountId: null });
    expect(faultsOf(await follow(url.split('/').at(-1)!))).toEqual([{ code: 'TRACKING_EXPIRED' }]);
  });
});

describe('what the public view shows', () => {
  rule(
    'PT-PUB-19',
    'date, organisation, mode, destination, notices and reply; nothing internal',
    async () => {
      const { item, queryCode } = await registered();
      await handled(item);
      const { token } = (await track('张三', queryCode)).data!.trackPetition;
      const { data } = await follow(token);
      const { shandong, jinan } = ORGANISATIONS;
      expect(data!.trackedPetition).toMatchObject({
        process: [
          { date: '2026-03-02', organisation: shandong.sealName, mode: null, destination: null, reply: null },
          {
            date: '2026-03-03',
            organisation: shandong.sealName,
            mode: 'FORWARD',
            destination: jinan.sealName,
            reply: null,
          },
          {
            date: '2026-03-06',
            organisation: jinan.sealName,
            mode: 'DIRECT_REPLY',
            destination: null,
            reply: '已协调支付工资。',
          },
        ],
        notices: [
          { kind: 'ACCEPTANCE', organisation: jinan.sealName, date: '2026-03-10', body: '予以受理。' },
        ],
        opinions: [
          {
            conclusion: 'SUPPORT',
            body: '支持您的诉求。',
            remedy: '三十日内可申请复查。',
            date: '2026-03-12',
          },
        ],
      });
      expect(JSON.stringify(data)).not.toMatch(/内部|经办人甲/);
      expect(JSON.stringify(data)).not.toContain(handler.accountId);
    },
  );

  it('has no field for opinions, approvals or officers', async () => {
    const { errors } = await stage.as(
      null,
      `{ trackedPetition(token: "x") { process { opinion officer { id } } } }`,
    );
    expect(errors!.map(({ message }) => message).join()).toMatch(/opinion.*officer/);
  });
});

describe('“my petitions”', () => {
  const MINE = `query ($first: Int, $after: String) { myPetitions(first: $first, after: $after) { endCursor hasNextPage nodes {
    itemNo title process { mode reply destination } notices { body } opinions { body } } } }`;
  const mine = async (who: Principal, first = 20, after: string | null = null): Promise<Json> =>
    (await stage.as(who, MINE, { first, after })).data!.myPetitions;

  rule('PT-PUB-14', 'lists only what staff have registered, with the whole process', async () => {
    const zhang = await stage.citizen();
    const id = await submitted(stage, zhang);
    expect((await mine(zhang)).nodes).toEqual([]);
    const { item } = await registeredOnline(stage, id);
    await handled(item);
    expect((await mine(zhang)).nodes).toMatchObject([
      {
        itemNo: item.itemNo,
        process: [{ mode: null }, { mode: 'FORWARD' }, { mode: 'DIRECT_REPLY', reply: '已协调支付工资。' }],
        notices: [{ body: '予以受理。' }],
        opinions: [{ body: '支持您的诉求。' }],
      },
    ]);
    expect(JSON.stringify(await mine(zhang))).not.toContain('内部');
    expect((await mine(await stage.citizen())).nodes).toEqual([]);
  });

  rule(
    'PT-PUB-14',
    'shows an anonymous account its own, page by page, in as many statements for three as for one',
    async () => {
      const wang = await stage.citizen({ anonymous: true });
      const numbers: string[] = [];
      for (let index = 0; index < 3; index += 1) {
        const { item } = await registeredOnline(stage, await submitted(stage, wang));
        await handled(item);
        numbers.unshift(item.itemNo);
      }
      const page = await mine(wang, 2);
      const rest = await mine(wang, 2, page.endCursor);
      expect([...page.nodes, ...rest.nodes].map(({ itemNo }: Json) => itemNo)).toEqual(numbers);
      expect([page.hasNextPage, rest.hasNextPage]).toEqual([true, false]);
      const cost = async (first: number) =>
        (await countStatements(stage.store.database, () => mine(wang, first))).statements;
      expect(await cost(3)).toBe(await cost(1));
    },
  );
});

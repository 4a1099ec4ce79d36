import type { Principal } from '@junxian/identity';
import { countStatements, rule, scenario } from '@junxian/test-kit';
import { EvaluationStage } from '../evaluation/evaluation.fixture';
import { shandong } from '../handling/handling.fixture';
import { openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { scopes } from '../service-scopes';
import { officer } from '../testing/store.support.test';
import { unpublishReopened } from './unpublish-reopened.service';

let stage: PublicStage;
let zhang: Principal;
let items: EvaluationStage;
beforeAll(async () => {
  stage = await openPublicStage();
  zhang = await stage.citizen();
  items = new EvaluationStage(stage.store, zhang);
});
beforeEach(() => stage.store.adminQuery('DELETE FROM published_case').then(() => items.at('2026-03-02')));
afterAll(() => stage?.close());

const editor = officer('shandong', 'CASE_EDITOR');
const TEXTS = { title: '某工地欠薪案', body: '某公司拖欠张某工资，经协调已付清。' };
const FIELDS = 'id status consentConfirmed publishedAt version title body';
async function call(name: string, args: string, variables: object, by: Principal | null = editor) {
  const { data, errors } = await stage.as(by, `mutation (${args}) { ${name} { ${FIELDS} } }`, {
    ...variables,
  });
  return errors ? { refused: errors[0]!.extensions! } : data![name.split('(')[0]!];
}
const save = (input: object, by?: Principal | null) =>
  call('saveCase(input: $input)', '$input: SaveCaseInput!', { input: { ...TEXTS, ...input } }, by);
const publish = (of: { id: string; version: number }, consent = true, by?: Principal) =>
  call(
    'publishCase(id: $id, consentConfirmed: $consent, expectedVersion: $version)',
    '$id: ID!, $consent: Boolean!, $version: Int!',
    { id: of.id, version: of.version, consent },
    by,
  );
const unpublish = (of: { id: string; version: number }, by?: Principal | null) =>
  call(
    'unpublishCase(id: $id, expectedVersion: $version)',
    '$id: ID!, $version: Int!',
    { id: of.id, version: of.version },
    by,
  );
const PUBLIC = `query ($code: ID, $first: Int, $after: String) { publishedCases(regionCode: $code, first: $first, after: $after) {
  nodes { id title body region { code } publishedAt } endCursor hasNextPage } }`;
const published = async (code: string | null = null, by: Principal | null = null) => {
  const { data, errors } = await stage.as(by, PUBLIC, { code });
  if (errors) throw new Error(JSON.stringify(errors));
  return data!.publishedCases.nodes;
};

scenario(
  'petitions',
  37,
  'an ongoing item is not published, a completed one not without consent',
  async () => {
    const ongoing = await items.register();
    const draft = await save({ caseItemId: ongoing.id });
    expect(draft).toMatchObject({ status: 'DRAFT', version: 1 });
    expect(await publish(draft)).toMatchObject({ refused: { code: 'NOT_COMPLETED' } });
    const completed = await items.answeredByBureau();
    const ready = await save({ caseItemId: completed.id });
    expect(await publish(ready, false)).toMatchObject({ refused: { code: 'CONSENT_REQUIRED' } });
    expect(await published()).toEqual([]);
    expect(await publish(ready)).toMatchObject({ status: 'PUBLISHED', consentConfirmed: true, version: 2 });
    expect((await items.events(completed.id)).at(-1)).toEqual({
      type: 'published',
      data: expect.objectContaining({ publishedCaseId: ready.id }),
    });
  },
);

rule('PT-PBL-01', 'editors add, modify and take back; each change against the version seen', async () => {
  const item = await items.answeredByBureau();
  const draft = await save({ caseItemId: item.id });
  expect(await save({ caseItemId: item.id })).toMatchObject({ refused: { code: 'ALREADY_EXISTS' } });
  expect(await save({ id: draft.id, expectedVersion: 7 })).toMatchObject({
    refused: { code: 'STALE_VERSION' },
  });
  const changed = await save({ id: draft.id, expectedVersion: 1, title: '示例新题' });
  expect(changed).toMatchObject({ title: '示例新题', version: 2 });
  expect(await unpublish(changed)).toMatchObject({ refused: { code: 'NOT_PUBLISHED' } });
  const shown = await publish(changed);
  expect(await publish(shown)).toMatchObject({ refused: { code: 'ALREADY_PUBLISHED' } });
  const corrected = await save({ id: draft.id, expectedVersion: 3, body: '示例更正。' });
  expect(await published()).toMatchObject([{ title: '某工地欠薪案', body: '示例更正。' }]);
  expect(await unpublish({ ...corrected, version: 3 })).toMatchObject({ refused: { code: 'STALE_VERSION' } });
  expect(await unpublish({ ...corrected, id: item.id })).toMatchObject({ refused: { code: 'NOT_FOUND' } });
  for (const [by, code] of [
    [officer('qingdao', 'CASE_EDITOR'), 'NOT_FOUND'],
    [officer('shandong', 'HANDLER'), 'FORBIDDEN'],
    [zhang, 'FORBIDDEN'],
    [null, 'UNAUTHENTICATED'],
  ] as const)
    expect(await unpublish(corrected, by)).toMatchObject({ refused: { code } });
  expect(await published()).toHaveLength(1);
  expect(await unpublish(corrected)).toMatchObject({
    status: 'UNPUBLISHED',
    consentConfirmed: false,
    version: 5,
  });
  expect(await published()).toEqual([]);
  expect(
    await stage.store.adminQuery(
      `SELECT action, account_id, subject_id FROM case_journal WHERE case_item_id = $1 AND action LIKE '%PUBLISH' ORDER BY id`,
      [item.id],
    ),
  ).toEqual(
    ['PUBLISH', 'UNPUBLISH'].map((action) => ({
      action,
      account_id: editor.accountId,
      subject_id: draft.id,
    })),
  );
});

rule('PT-PBL-01', 'a case is taken back when its item is handled anew', async () => {
  const item = await items.answeredByBureau();
  await publish(await save({ caseItemId: item.id }));
  await stage.store.database.write(scopes.followDirectory(), (tx) =>
    unpublishReopened(tx, item.id, stage.store.clock.now()),
  );
  expect(await published()).toEqual([]);
});

rule(
  'PT-PBL-02',
  'accusations, confidential items and those of anonymous petitioners are excluded',
  async () => {
    for (const changes of [
      { purpose: 'ACCUSATION', accusedPerson: '李某' },
      { confidential: true },
      { anonymous: true },
    ] as const) {
      const item = await items.answeredByBureau(changes);
      expect(await save({ caseItemId: item.id })).toMatchObject({ refused: { code: 'NOT_PUBLISHABLE' } });
    }
    // One that became confidential after the draft.
    const item = await items.answeredByBureau();
    const draft = await save({ caseItemId: item.id });
    await stage.store.adminQuery('UPDATE case_item SET confidential = true WHERE id = $1', [item.id]);
    expect(await publish(draft)).toMatchObject({ refused: { code: 'NOT_PUBLISHABLE' } });
  },
);

rule(
  'PT-PBL-02',
  "the text holds nothing of the petitioner's, of those who came along or who are complained of",
  async () => {
    const { personal } = stage.store.services;
    const item = await items.answeredByBureau({
      accusedPerson: '王五',
      petitioner: {
        name: '张三',
        idType: 'RESIDENT_ID',
        idNumberSealed: personal.seal('370102198001011237', 'petitioner.id_number'),
        householdAddress: '济南市解放路街',
        mobileSealed: personal.seal('13800005678', 'petitioner.mobile'),
        phoneSealed: personal.seal('053188887777', 'petitioner.phone'),
      },
    });
    await stage.store.adminQuery(
      `INSERT INTO co_visitor (case_item_id, name, address, id_type, id_number_sealed, source, created_at, created_by) VALUES ($1, '李四', '济南市文化西路', 'PASSPORT', $2, 'MANUAL', now(), $3)`,
      [item.id, personal.seal('E12345678', 'co_visitor.id_number'), shandong.accountId],
    );
    const refusedFor = async (body: string) => (await save({ caseItemId: item.id, body })).refused;
    for (const text of [
      '张三',
      '解放路街',
      '370102198001011237',
      '13800005678',
      '0531-88887777',
      '李四',
      '文化西路',
      'E12345678',
      '王五',
    ]) {
      const refused = await refusedFor(`示例：${text}。`);
      expect([text, refused.code, refused.field]).toEqual([text, 'PERSONAL_DATA_IN_TEXT', 'body']);
      expect(JSON.stringify(refused)).not.toContain(text);
    }
    const draft = await save({ caseItemId: item.id });
    // The name was corrected since: what was harmless is no more.
    await stage.store.adminQuery(`UPDATE petitioner SET name = '某公司' WHERE case_item_id = $1`, [item.id]);
    expect(await publish(draft)).toMatchObject({ refused: { code: 'PERSONAL_DATA_IN_TEXT' } });
  },
);

describe('the public', () => {
  it('reads text, region and date of what is published, by region too, in pages', async () => {
    const ids: string[] = [];
    for (const [index, problemRegionCode] of ['370102001000', '370102002000', '370202001000'].entries()) {
      items.at(`2026-03-0${index + 3}`);
      const { id } = await items.answeredByBureau({ problemRegionCode });
      ids.push((await publish(await save({ caseItemId: id }))).id);
    }
    await save({ caseItemId: (await items.answeredByBureau()).id });
    const idsOf = (nodes: { id: string }[]) => nodes.map(({ id }) => id);
    expect(idsOf(await published())).toEqual([...ids].reverse());
    expect(idsOf(await published('370100000000'))).toEqual([ids[1], ids[0]]);
    expect(await published('370102002000')).toEqual([
      { id: ids[1], ...TEXTS, region: { code: '370102002000' }, publishedAt: '2026-03-04' },
    ]);
    const page = async (after: string | null) =>
      (await stage.as(null, PUBLIC, { first: 2, after })).data!.publishedCases;
    const first = await page(null);
    expect([idsOf(first.nodes), first.hasNextPage]).toEqual([[ids[2], ids[1]], true]);
    expect(idsOf((await page(first.endCursor)).nodes)).toEqual([ids[0]]);
    const ENTITIES = `query ($r: [_Any!]!, $n: Int) { _entities(representations: $r) { ... on Region { publishedCases(first: $n) { id } } } }`;
    const codes = ['370100000000', '370202000000', '370000000000', '110000000000'];
    const ask = (of: string[]) =>
      stage.as(null, ENTITIES, { r: of.map((code) => ({ __typename: 'Region', code })), n: 2 });
    expect((await ask(codes)).data!._entities).toEqual([
      { publishedCases: [{ id: ids[1] }, { id: ids[0] }] },
      { publishedCases: [{ id: ids[2] }] },
      { publishedCases: [{ id: ids[2] }, { id: ids[1] }] },
      { publishedCases: [] },
    ]);
    const cost = async (of: string[]) =>
      (await countStatements(stage.store.database, () => ask(of))).statements;
    expect(await cost(codes)).toBe(await cost(codes.slice(0, 1)));
  });

  it('cannot reach the item, drafts or editing', async () => {
    const { id } = await items.answeredByBureau();
    const draft = await save({ caseItemId: id });
    for (const field of ['caseItem { id }', 'caseItemId', 'organisation { id }', 'status', 'version']) {
      const { errors } = await stage.as(null, `{ publishedCases { nodes { ${field} } } }`);
      expect([field, errors?.[0]?.message]).toEqual([field, expect.stringContaining('Cannot query field')]);
    }
    expect(await published()).toEqual([]);
    expect(await save({ caseItemId: id }, null)).toMatchObject({ refused: { code: 'UNAUTHENTICATED' } });
    for (const by of [zhang, officer('shandong', 'HANDLER')])
      expect(await save({ caseItemId: id }, by)).toMatchObject({ refused: { code: 'FORBIDDEN' } });
    // An editor elsewhere sees neither the item nor the draft.
    const elsewhere = officer('qingdao', 'CASE_EDITOR');
    expect(await save({ caseItemId: id }, elsewhere)).toMatchObject({ refused: { code: 'NOT_FOUND' } });
    expect(await publish(draft, true, elsewhere)).toMatchObject({ refused: { code: 'NOT_FOUND' } });
    const seen = (by: Principal) =>
      stage.store.readAs(by, (tx) => tx.query<{ id: string }>('SELECT id FROM published_case'));
    expect(await seen(zhang)).toEqual([]);
    expect(await seen(officer('nation', 'CASE_EDITOR'))).toEqual([]);
    expect(await seen(editor)).toEqual([{ id: draft.id }]);
    // Row-level security alone: writing needs the role.
    const handler = officer('shandong', ['HANDLER', 'ADMIN']);
    const publishing = `UPDATE published_case SET status = 'PUBLISHED', consent_confirmed = true, published_at = now() RETURNING id`;
    expect(await stage.store.as(handler, (tx) => tx.query(publishing))).toEqual([]);
  });
});

import type { Principal } from '@junxian/identity';
import { officerOf } from '../actor';
import { FEATURES_OFF } from '../features';
import { openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { officer } from '../testing/store.support.test';
import { guidePages, saveGuidePage } from './pages.service';
import { replyToSuggestion, submitSuggestion, suggestions } from './suggestions.service';

let stage: PublicStage;
let zhang: Principal;
beforeAll(async () => {
  stage = await openPublicStage();
  zhang = await stage.citizen();
});
afterAll(() => stage?.close());

const admin = officer('jinan', 'ADMIN');
const GUIDE = `query ($code: ID) { guidePages(regionCode: $code) { kind title region { code } } }`;
const guide = async (code: string | null, by: Principal | null = null) =>
  (await stage.as(by, GUIDE, { code })).data!.guidePages;
const savePage = (input: object, by: Principal | null = admin) =>
  stage.as(
    by,
    `mutation ($input: GuidePageInput!) { saveGuidePage(input: $input) { id version title body } }`,
    { input: { regionCode: '370100000000', kind: 'NOTES', title: '济南须知', body: '示例', ...input } },
  );
const saveLink = (input: object, by: Principal | null = admin) =>
  stage.as(by, `mutation ($input: CityLinkInput!) { saveCityLink(input: $input) { id version url } }`, {
    input: {
      regionCode: '370100000000',
      kind: 'CITY_NAVIGATION',
      title: '济南市信访局',
      url: 'https://jinan.example/xf',
      ...input,
    },
  });
const codeOf = async (answer: ReturnType<typeof savePage>) => (await answer).errors?.[0]?.extensions?.code;

describe('the guide', () => {
  it('has a page of each kind to begin with, and of a region the nearest one', async () => {
    const national = [
      { kind: 'NOTES', title: '注意事项', region: { code: '000000000000' } },
      { kind: 'REGULATION', title: '信访工作条例', region: { code: '000000000000' } },
    ];
    expect(await guide(null)).toEqual(national);
    expect(await codeOf(savePage({}))).toBeUndefined();
    const local = [{ kind: 'NOTES', title: '济南须知', region: { code: '370100000000' } }, national[1]];
    for (const code of ['370100000000', '370102001000']) expect(await guide(code)).toEqual(local);
    for (const code of [null, '370000000000', '370200000000']) expect(await guide(code)).toEqual(national);
  });

  it('is written by administrators of the area, one page of a kind, against the version seen', async () => {
    expect(await codeOf(savePage({}))).toBe('ALREADY_EXISTS');
    const [{ id } = { id: '' }] = await stage.store.adminQuery<{ id: string }>(
      `SELECT id FROM guide_page WHERE region_code = '370100000000'`,
    );
    expect(await codeOf(savePage({ id, expectedVersion: 9 }))).toBe('STALE_VERSION');
    expect((await savePage({ id, expectedVersion: 1, title: ' 新须知 ' })).data!.saveGuidePage).toMatchObject(
      {
        version: 2,
        title: '新须知',
      },
    );
    expect(await codeOf(savePage({ title: ' ', body: '' }))).toBe('FIELD_REQUIRED');
    expect(await codeOf(savePage({ regionCode: '370200000000' }))).toBe('OUT_OF_REGION');
    expect(await codeOf(savePage({ regionCode: '000000000000' }))).toBe('OUT_OF_REGION');
    for (const by of [officer('jinan', 'CASE_EDITOR'), zhang])
      expect(await codeOf(savePage({}, by))).toBe('FORBIDDEN');
    expect(await codeOf(savePage({}, null))).toBe('UNAUTHENTICATED');
    // Row-level security alone.
    const elsewhere = officer('qingdao', 'ADMIN');
    expect(
      await stage.store.as(elsewhere, (tx) => tx.query(`UPDATE guide_page SET title = 'x' RETURNING id`)),
    ).toEqual([]);
  });

  it('has no department lists while they are switched off', async () => {
    expect(await codeOf(savePage({ kind: 'CITY_DEPARTMENTS' }))).toBe('FEATURE_DISABLED');
    const on = { ...FEATURES_OFF, departmentLists: true };
    await stage.store.as(admin, (tx) =>
      saveGuidePage(
        tx,
        { regionCode: '370100000000', kind: 'CITY_DEPARTMENTS', title: '市直部门', body: '示例' },
        on,
        officerOf(admin),
        stage.store.clock.now(),
      ),
    );
    const kinds = (features: typeof on) =>
      stage.store.readAs(zhang, async (tx) =>
        (await guidePages(tx, '370100000000', features)).map(({ kind }) => kind),
      );
    expect(await kinds(on)).toContain('CITY_DEPARTMENTS');
    expect(await kinds(FEATURES_OFF)).toEqual(['NOTES', 'REGULATION']);
    expect((await guide('370100000000')).map(({ kind }: { kind: string }) => kind)).toEqual([
      'NOTES',
      'REGULATION',
    ]);
  });
});

describe('links out', () => {
  const LINKS = `query ($kind: CityLinkKind) { cityLinks(kind: $kind) { nodes { kind title url region { code } } } }`;
  const links = async (kind: string | null = null) =>
    (await stage.as(null, LINKS, { kind })).data!.cityLinks.nodes;

  it('are read by everybody, written by administrators of the area', async () => {
    const { data } = await saveLink({});
    const { id, version } = data!.saveCityLink;
    const province = officer('shandong', 'ADMIN');
    const mailbox = { regionCode: '370000000000', kind: 'GOVERNOR_MAILBOX', title: '省长信箱' };
    expect(await codeOf(saveLink(mailbox))).toBe('OUT_OF_REGION');
    expect(await codeOf(saveLink(mailbox, province))).toBeUndefined();
    expect(await links()).toHaveLength(2);
    expect(await links('CITY_NAVIGATION')).toEqual([
      {
        kind: 'CITY_NAVIGATION',
        title: '济南市信访局',
        url: 'https://jinan.example/xf',
        region: { code: '370100000000' },
      },
    ]);
    const remove = (by: Principal) =>
      stage.as(by, 'mutation ($id: ID!, $v: Int!) { removeCityLink(id: $id, expectedVersion: $v) }', {
        id,
        v: version,
      });
    expect(await codeOf(remove(officer('qingdao', 'ADMIN')))).toBe('STALE_VERSION');
    expect((await remove(admin)).data).toEqual({ removeCityLink: id });
    expect(await links('CITY_NAVIGATION')).toEqual([]);
  });

  it('are web addresses and nothing else', async () => {
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,x',
      '//evil.example',
      'ftp://a.example',
      'https://gov.example@evil.example',
      'x',
    ])
      expect([url, await codeOf(saveLink({ url }))]).toEqual([url, 'INVALID_INPUT']);
    expect(await codeOf(saveLink({ url: ' ' }))).toBe('FIELD_REQUIRED');
  });
});

describe('online suggestions', () => {
  const registrar = officer('jinan', 'ONLINE_REGISTRAR');

  it('are refused while they are switched off', async () => {
    const SUBMIT =
      'mutation { submitSuggestion(regionCode: "370100000000", title: "示例", content: "示例") { id } }';
    expect(await codeOf(stage.as(zhang, SUBMIT))).toBe('FEATURE_DISABLED');
    expect(await codeOf(stage.as(registrar, '{ suggestions { nodes { id } } }'))).toBe('FEATURE_DISABLED');
    expect(await stage.store.adminQuery('SELECT id FROM suggestion')).toEqual([]);
  });

  it('switched on, reach the registrars of the area and come back with a reply', async () => {
    const on = { ...FEATURES_OFF, onlineSuggestions: true };
    const at = stage.store.clock.now();
    const citizen = { ...officerOf(registrar), accountId: zhang.accountId! };
    const input = { regionCode: '370102000000', title: '示例建议', content: '示例内容' };
    const sent = await stage.store.as(zhang, (tx) => submitSuggestion(tx, input, on, citizen, at));
    const seen = async (by: Principal) =>
      (await stage.store.readAs(by, (tx) => suggestions(tx, { first: 10 }, on))).nodes;
    expect(await seen(registrar)).toMatchObject([{ id: sent.id, reply: null }]);
    expect(await seen(officer('qingdao', 'ONLINE_REGISTRAR'))).toEqual([]);
    expect(await seen(officer('jinan', 'HANDLER'))).toEqual([]);
    const reply = (by: Principal, expectedVersion: number) =>
      stage.store.as(by, (tx) =>
        replyToSuggestion(tx, { id: sent.id, reply: '示例答复', expectedVersion }, on, officerOf(by), at),
      );
    await expect(reply(officer('qingdao', 'ONLINE_REGISTRAR'), 1)).rejects.toMatchObject({
      code: 'STALE_VERSION',
    });
    await reply(registrar, 1);
    await expect(reply(registrar, 1)).rejects.toMatchObject({ code: 'STALE_VERSION' });
    expect(await seen(zhang)).toMatchObject([{ reply: '示例答复', version: 2 }]);
  });
});

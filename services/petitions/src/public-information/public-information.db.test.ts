import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Principal } from '@junxian/identity';
import { loadTypeDefs } from '@junxian/subgraph';
import { type GraphAnswer } from '@junxian/test-kit';
import { type ObjectTypeExtensionNode, parse, print } from 'graphql';
import { officerOf } from '../actor';
import { FEATURES_OFF } from '../features';
import { NUMBERS, openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { officer } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { guidePages, saveGuidePage } from './pages.service';

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
    expect(await codeOf(remove(officer('qingdao', 'ADMIN')))).toBe('OUT_OF_REGION');
    expect((await remove(admin)).data).toEqual({ removeCityLink: id });
    expect(await codeOf(remove(admin))).toBe('NOT_FOUND');
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

describe('what is public', () => {
  /** How each root field that needs no signing in is asked for; nothing of it needs to succeed. */
  const ASKED: Readonly<Record<string, () => Promise<GraphAnswer>>> = {
    guidePages: () => from('{ guidePages { kind } }'),
    cityLinks: () => from('{ cityLinks { nodes { id } } }'),
    publishedCases: () => from('{ publishedCases { nodes { id } } }'),
    trackedPetition: () => from('{ trackedPetition(token: "x") { itemNo } }'),
    trackPetition: () => from('mutation { trackPetition(name: "x", queryCode: "x") { token } }'),
    verifyPrint: () => from('{ verifyPrint(code: "x") { genuine } }'),
    evaluateByCode: () =>
      from(
        'mutation { evaluateByCode(token: "x", input: { round: 1, department: { rating: SATISFIED } }) { enabled } }',
      ),
    registerAccount: () => stage.register({}, { ip: ADDRESS }),
  };
  const ADDRESS = '203.0.113.50';
  const from = (document: string, ip = ADDRESS, by: Principal | null = null) =>
    stage.as(by, document, {}, ip);
  const publicFields = () => {
    const roots = parse(loadTypeDefs(join(__dirname, '..')).join('\n')).definitions.filter(
      (definition) => 'name' in definition && /^(Query|Mutation)$/.test(definition.name?.value ?? ''),
    );
    return roots.flatMap((root) =>
      ((root as ObjectTypeExtensionNode).fields ?? []).filter(({ directives = [] }) =>
        directives.some((directive) => print(directive).includes('public: true')),
      ),
    );
  };

  it('is limited by address, each root field, and the limit is met', async () => {
    expect(
      publicFields()
        .map(({ name }) => name.value)
        .sort(),
    ).toEqual(Object.keys(ASKED).sort());
    const codes = async () => {
      const found: Record<string, string | undefined> = {};
      for (const [field, ask] of Object.entries(ASKED))
        found[field] = (await ask()).errors?.[0]?.extensions?.code;
      return found;
    };
    await stage.store.adminQuery('DELETE FROM public_attempt');
    expect(Object.values(await codes())).not.toContain('RATE_LIMITED');
    // What was counted of each, many times over.
    await stage.store.adminQuery(
      'INSERT INTO public_attempt (key, at) SELECT key, at FROM public_attempt, generate_series(2, 120)',
    );
    expect(await codes()).toEqual(
      Object.fromEntries(Object.keys(ASKED).map((field) => [field, 'RATE_LIMITED'])),
    );
    // Neither another address nor somebody who signed in at this one is held up.
    const pages = '{ guidePages { kind } }';
    expect((await from(pages, '203.0.113.51')).errors).toBeUndefined();
    for (const by of [zhang, admin]) expect((await from(pages, ADDRESS, by)).errors).toBeUndefined();
    stage.store.clock.advance(60_001);
    expect((await from(pages)).errors).toBeUndefined();
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

  describe('switched on', () => {
    const features = { ...FEATURES_OFF, onlineSuggestions: true };
    const { ask } = graphOver(() => ({ ...stage.store, services: { ...stage.store.services, features } }));
    const seen = async (by: Principal) =>
      (await ask(by, '{ suggestions { nodes { id title region { code } reply repliedAt version } } }')).data!
        .suggestions.nodes;

    it('reach the registrars of the area and come back with a reply', async () => {
      const SUBMIT = `mutation ($regionCode: ID!, $title: String!) {
        submitSuggestion(regionCode: $regionCode, title: $title, content: "示例内容") { id version reply } }`;
      const sent = await ask(zhang, SUBMIT, { regionCode: '370102000000', title: '示例建议' });
      const { id } = sent.data!.submitSuggestion;
      expect(sent.data!.submitSuggestion).toEqual({ id, version: 1, reply: null });
      expect(await codeOf(ask(registrar, SUBMIT, { regionCode: '370102000000', title: 'x' }))).toBe(
        'FORBIDDEN',
      );
      expect(await seen(registrar)).toMatchObject([{ id, reply: null, region: { code: '370102000000' } }]);
      const elsewhere = officer('qingdao', 'ONLINE_REGISTRAR');
      expect(await seen(elsewhere)).toEqual([]);
      expect(await seen(await stage.citizen({ idNumber: NUMBERS.other }))).toEqual([]);

      const REPLY = `mutation ($id: ID!, $reply: String!, $version: Int!) {
        replyToSuggestion(id: $id, reply: $reply, expectedVersion: $version) { reply repliedAt version } }`;
      const reply = (by: Principal | null, changes: object = {}) =>
        ask(by, REPLY, { id, reply: '示例答复', version: 1, ...changes });
      for (const by of [officer('jinan', 'HANDLER'), zhang])
        expect(await codeOf(reply(by))).toBe('FORBIDDEN');
      expect(await codeOf(reply(null))).toBe('UNAUTHENTICATED');
      // That of another area and one that is not there are answered alike.
      const [foreign, absent] = [await reply(elsewhere), await reply(registrar, { id: randomUUID() })];
      expect(foreign.errors![0]!.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'id' });
      expect(foreign.errors).toEqual(absent.errors);
      expect(await codeOf(reply(registrar, { reply: ' ' }))).toBe('FIELD_REQUIRED');
      expect(await codeOf(reply(registrar, { version: 9 }))).toBe('STALE_VERSION');
      expect(await seen(zhang)).toMatchObject([{ reply: null, version: 1 }]);

      expect((await reply(registrar)).data!.replyToSuggestion).toEqual({
        reply: '示例答复',
        repliedAt: expect.any(String),
        version: 2,
      });
      expect(await codeOf(reply(registrar, { reply: '又一答复' }))).toBe('STALE_VERSION');
      for (const by of [zhang, registrar])
        expect(await seen(by)).toMatchObject([{ id, reply: '示例答复', version: 2 }]);
      expect(await stage.store.adminQuery('SELECT replied_by FROM suggestion')).toEqual([
        { replied_by: registrar.accountId },
      ]);
    });
  });
});

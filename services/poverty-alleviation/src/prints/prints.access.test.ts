import { citizenIdOf, type Principal, scopeOf } from '@junxian/identity';
import { principals, rule, testKeys } from '@junxian/test-kit';
import { county } from '../assistance/assistance.fixture';
import { printHolderScope } from '../service-scopes';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';

const VILLAGE = VILLAGES.yunzhou1;
let store: TestStore;
let household: string;

beforeAll(async () => {
  store = await openStore();
  household = await store.identify(householdForm(VILLAGE, [memberForm(1)]));
});
const { ask, origin } = graphOver(() => store);
afterAll(() => store.close());

const codesOf = ({ errors }: Awaited<ReturnType<typeof ask>>) =>
  (errors ?? []).map(({ extensions }) => extensions?.code);
const PRINT = `mutation ($input: PrintJobInput!) { createPrintJob(input: $input) {
  id kind number forms url verificationCode contentHash popUpHint } }`;
const print = (principal: Principal, changes = {}) =>
  ask(principal, PRINT, {
    input: { kind: 'HOUSEHOLD_INFORMATION', year: 2017, region: VILLAGE, subjects: [household], ...changes },
  });
const get = (path: string) => fetch(new URL(path, origin()));

rule(
  ['PA-PR-05', 'PA-PR-06'],
  'an operator gets a link to a preview page, and what to show when its window is blocked',
  async () => {
    const { data, errors } = await print(county);
    expect(errors).toBeUndefined();
    const { url, popUpHint, contentHash, verificationCode, forms } = data!.createPrintJob;
    expect(forms).toBe(1);
    expect(popUpHint).toMatch(/允许本网站弹出窗口|allow pop-ups/);
    const page = await get(new URL(url).pathname.replace('/files/poverty-alleviation/', '/files/'));
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
    expect(page.headers.get('cache-control')).toBe('private, no-store');
    expect(await page.text()).toContain(contentHash);
    const check = await get(`/files/verify/${verificationCode}`);
    expect(await check.text()).toContain(contentHash);
    expect((await get('/files/prints/nonsense')).status).toBe(404);
    const verified = await ask(
      principals.anonymous(),
      'query ($code: String!) { verifyPrintJob(code: $code) { genuine kind contentHash } }',
      {
        code: verificationCode,
      },
    );
    expect(verified.errors).toBeUndefined();
    expect(verified.data!.verifyPrintJob).toEqual({
      genuine: true,
      kind: 'HOUSEHOLD_INFORMATION',
      contentHash,
    });
  },
);

it('others are refused: by role, by region, by level', async () => {
  expect(codesOf(await print(officer('140215000000', 'COUNTY', 'VIEWER', 'MANAGER')))).toEqual(['FORBIDDEN']);
  expect(codesOf(await print(officer('140214000000', 'COUNTY')))).toEqual(['OUT_OF_REGION']);
  expect(codesOf(await print(county, { region: '140215100000' }))).toEqual(['SCOPE_TOO_WIDE']);
  expect(codesOf(await print(county, { subjects: [] }))).toEqual(['NOTHING_SELECTED']);
});

it('numbers in full are recorded as a reveal of each person before the answer leaves', async () => {
  await store.adminQuery('DELETE FROM outbox');
  const reveals = () =>
    store.adminQuery<{ data: Record<string, unknown> }>(
      `SELECT envelope::jsonb -> 'data' AS data FROM outbox WHERE topic LIKE '%identity%' ORDER BY position`,
    );
  await print(county);
  expect(await reveals()).toEqual([]);
  await print(county, { revealIdNumbers: true });
  expect((await reveals()).map(({ data }) => data)).toMatchObject([
    { field: 'PrintJob.idNumbers', citizenIds: [citizenIdOf(idNumber(1), testKeys.citizenIdKey)] },
  ]);
});

it('with a database prompt a print is read by whoever made it or holds its link, and changed by nobody', async () => {
  const { data } = await print(county);
  const { id } = data!.createPrintJob;
  const count = async (scope: ReturnType<typeof scopeOf>) =>
    (await store.database.read(scope, (tx) => tx.query('SELECT id FROM print_snapshot WHERE id = $1', [id])))
      .length;
  expect(await count(scopeOf(county))).toBe(1);
  expect(await count(printHolderScope(id))).toBe(1);
  expect(await count(printHolderScope(household))).toBe(0);
  expect(await count(scopeOf({ ...county, accountId: '0190c2a0-0000-7000-8000-00000000ffff' }))).toBe(0);
  for (const sql of ['UPDATE print_snapshot SET forms = 2', 'DELETE FROM print_snapshot'])
    await expect(store.database.write(scopeOf(county), (tx) => tx.query(sql))).rejects.toThrow(
      /permission denied/,
    );
});

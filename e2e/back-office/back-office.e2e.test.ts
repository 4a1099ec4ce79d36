import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { rule } from '@junxian/test-kit';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { browserSuite, launchBrowser, watchFaults } from '../support/browser';
import { demoPassword, places } from '../support/demo';
import { eventually, type System, startSystem } from '../support/system';

/** The pages as an officer sees them, in a browser, on a whole system. */
browserSuite('the back office in a browser', () => {
  let system: System;
  let browser: Browser;
  let origin: string;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem(), launchBrowser()]);
    origin = `http://localhost:${new URL(system.gatewayUrl).port}`;
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  }, 60_000);

  beforeEach(async () => {
    context = await browser.newContext({ locale: 'zh-CN' });
    context.setDefaultTimeout(30_000);
    faults = await watchFaults(context, origin);
    page = await context.newPage();
  });

  afterEach(async () => {
    await screenshot('end');
    await context.close();
    expect(faults).toEqual([]);
  });

  /** With SCREENSHOTS naming a folder, pictures for whoever changes the pages. */
  async function screenshot(name: string): Promise<void> {
    const folder = process.env.SCREENSHOTS;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    const test = (expect.getState().currentTestName ?? '').replace(/^.*\) |^.*browser /, '');
    await page.screenshot({ path: join(folder, `${test.replace(/\W+/g, '-')}.${name}.png`) });
  }

  const open = (path: string) => page.goto(`${origin}${path}`);
  const message = () => page.getByRole('alert');

  async function signIn(loginName: string, password = demoPassword): Promise<void> {
    await open('/back-office');
    await page.getByLabel('账号（').fill(loginName);
    await page.getByLabel('密码（').fill(password);
    await page.getByRole('button', { name: '登录' }).click();
  }

  async function inGraphiql(loginName: string): Promise<void> {
    await signIn(loginName);
    await page.waitForURL(`${origin}/graphiql`);
  }

  /** Types an operation into GraphiQL, runs it and returns the answer that is shown. */
  async function ask<Data>(operation: string): Promise<Data> {
    await page.locator('.graphiql-query-editor .CodeMirror').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(operation);
    const answered = page.waitForResponse(
      (response) => response.url() === `${origin}/graphql` && !isIntrospection(response.request().postData()),
    );
    await page.keyboard.press('Control+Enter');
    await answered;
    const shown = page.locator('.result-window .CodeMirror');
    await shown.getByText('data').first().waitFor();
    const text = await page.evaluate<string>(
      `document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()`,
    );
    return JSON.parse(text).data;
  }

  const accessToken = () =>
    page.evaluate<string>(`JSON.parse(sessionStorage.getItem('junxian-session')).accessToken`);

  /** The region the tab's session acts for. */
  const acts = () =>
    page.evaluate<string>(`JSON.parse(sessionStorage.getItem('junxian-session')).appointment.regionCode`);

  /** Until the gateway has word that a session is over. */
  const refused = (token: string) =>
    eventually(
      'the end of the session',
      () => system.client(token).query('{ myAppointments { id } }'),
      ({ errors }) => errors?.[0]?.extensions?.code === 'UNAUTHENTICATED',
    );

  const isIntrospection = (body: string | null) => body?.includes('IntrospectionQuery') ?? false;

  it('a county officer signs in, asks in GraphiQL about the own county and signs out', async () => {
    await inGraphiql('yunzhou');
    await page.getByText('管理员 · 山西省 大同市 云州区').waitFor();
    await screenshot('signed-in');
    const answer = await ask<{
      households: { nodes: { region: { code: string } }[] };
      myAppointments: { regionCode: string }[];
    }>('{ households(year: 2017, first: 100) { nodes { region { code } } } myAppointments { regionCode } }');
    expect(answer.households.nodes.length).toBeGreaterThan(0);
    for (const { region } of answer.households.nodes) expect(region.code).toMatch(/^140215/);
    expect(answer.myAppointments).toEqual([{ regionCode: places.yunzhou }]);
    await screenshot('answer');
    // Nothing outlives the tab, and operations are not collected in a history.
    expect(await page.evaluate('Object.keys(localStorage)')).toEqual([]);
    expect(await page.evaluate(`sessionStorage.getItem('graphiql:queries') ?? ''`)).not.toContain(
      'households',
    );

    const token = await accessToken();
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.getByRole('heading', { name: '后台登录' }).waitFor();
    // The next person at this screen finds neither the session nor what was asked.
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await refused(token);
  });

  it('a wrong password is refused in Chinese, in English after a switch, and what was typed stays', async () => {
    await signIn('shandong', 'Wrong.Password1');
    await message().getByText('账号或密码不正确').waitFor();
    await screenshot('chinese');
    const password = page.getByLabel('密码（');
    expect(await password.inputValue()).toBe('');
    expect(await page.evaluate(`document.activeElement.name === 'password'`)).toBe(true);
    // The reason stands above the button, inside the form.
    const [reasonBox, buttonBox] = await Promise.all([
      message().boundingBox(),
      page.getByRole('button', { name: '登录' }).boundingBox(),
    ]);
    expect(reasonBox!.y + reasonBox!.height).toBeLessThanOrEqual(buttonBox!.y);

    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Back office sign-in' }).waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    expect(await page.getByLabel('Account (').inputValue()).toBe('shandong');
    await page.getByLabel('Password (').fill('Wrong.Password2');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await message().getByText('password').waitFor();
    expect(await message().textContent()).not.toMatch(/\p{Script=Han}/u);
    await page.reload();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByText('郡县', { exact: true }).waitFor();
  });

  it('the keyboard alone is enough, and every field has a label', async () => {
    await open('/back-office');
    await page.getByLabel('账号（').waitFor();
    const labels = await page.evaluate<string[]>(
      `[...document.querySelectorAll('input, select')].map((input) => input.labels[0]?.textContent ?? '')`,
    );
    expect(labels).toHaveLength(5);
    for (const label of labels) expect(label).not.toBe('');
    // The account has the focus at once; module and channel stand at what most people need.
    await page.keyboard.type('yungang');
    await page.keyboard.press('Tab');
    await page.keyboard.type(demoPassword);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('登录');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin}/graphiql`);
    await page.getByText('管理员 · 山西省 大同市 云冈区').waitFor();
  });

  it('somebody with two appointments sees both, changes between them and asks for the other county', async () => {
    await inGraphiql('twoposts');
    const choice = page.getByRole('combobox', { name: '当前岗位' });
    await choice.waitFor();
    expect(await choice.locator('option').allTextContents()).toEqual([
      '科员 · 山西省 大同市 云冈区',
      '挂职副科长 · 山西省 大同市 云州区',
    ]);
    const acting = async () => {
      const { myAppointments } = await ask<{ myAppointments: { regionCode: string; isActing: boolean }[] }>(
        '{ myAppointments { regionCode isActing } }',
      );
      return myAppointments.find(({ isActing }) => isActing)?.regionCode;
    };
    expect(await acting()).toBe(places.yungang);
    await Promise.all([
      page.waitForEvent('load'),
      choice.selectOption({ label: '挂职副科长 · 山西省 大同市 云州区' }),
    ]);
    await choice.waitFor();
    expect(await choice.locator('option:checked').textContent()).toContain('云州区');
    expect(await acting()).toBe(places.yunzhou);

    await open('/back-office');
    await page.getByText('示例双岗').waitFor();
    await screenshot('page');
    await choice.selectOption({ label: '科员 · 山西省 大同市 云冈区' });
    await eventually('the change', acts, (regionCode) => regionCode === places.yungang);
    await page.getByRole('link', { name: '打开查询工具' }).click();
    await choice.waitFor();
    expect(await choice.locator('option:checked').textContent()).toContain('云冈区');
  });

  it('a session ended elsewhere is said to be over, and one signs in again', async () => {
    await inGraphiql('township');
    await page.getByText('西坪镇').waitFor();
    const token = await accessToken();
    expect((await system.client(token).query('mutation { logout { ended } }')).data?.logout.ended).toBe(true);
    await refused(token);
    await open('/back-office');
    await message().getByText('登录已失效，请重新登录').waitFor();
    await page.getByRole('heading', { name: '后台登录' }).waitFor();
    // The browser itself reports answers with status 401 as errors.
    faults = faults.filter((fault) => !fault.includes('status of 401'));
    await inGraphiql('township');
  });

  it('the Party back office shows a captcha with a label; GraphiQL without a session says so', async () => {
    await open('/back-office');
    await page.getByLabel('系统').selectOption({ label: '党建平台 · 后台管理' });
    await page.getByRole('textbox', { name: '验证码' }).waitFor();
    await page.getByRole('img', { name: '验证码' }).waitFor();
    expect(await page.evaluate(`document.querySelector('.captcha img').naturalWidth`)).toBeGreaterThan(0);
    await screenshot('captcha');
    await open('/graphiql');
    await message().getByText('未登录').waitFor();
    await page.getByRole('link', { name: '登录' }).click();
    await page.waitForURL(`${origin}/back-office`);
  });

  rule('DI-LOG-09', 'by address the browser finds no back office', async () => {
    const byAddress = await context.request.get(`${origin.replace('localhost', '127.0.0.1')}/back-office`);
    expect(byAddress.status()).toBe(404);
  });
});

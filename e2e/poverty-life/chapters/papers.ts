import type { Json } from '@junxian/test-kit';
import { launchBrowser, looksWithBrowser, watchFaults } from '../../support/browser';
import { places } from '../../support/demo';
import { type Chapter, download, type Life } from '../life';

const PRINT = `mutation ($input: PrintJobInput!) { createPrintJob(input: $input) {
  kind year number forms contentHash verificationCode url popUpHint } }`;

const job = (life: Life, changes: object = {}) => ({
  input: {
    kind: 'HOUSEHOLD_INFORMATION',
    year: 2017,
    region: places.village,
    subjects: [life.household.id],
    ...changes,
  },
});

/** What the page of a link says and looks like in a browser; every fault the browser told on the way. */
async function inBrowser(urls: readonly string[]): Promise<{ texts: string[]; faults: string[] }> {
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ locale: 'zh-CN' });
    const faults = await watchFaults(context, new URL(urls[0]!).origin);
    const page = await context.newPage();
    const texts: string[] = [];
    for (const url of urls) {
      const answer = await page.goto(url);
      if (answer?.status() !== 200) faults.push(`${answer?.status()} ${url}`);
      texts.push((await page.locator('body').textContent()) ?? '');
    }
    return { texts, faults };
  } finally {
    await browser.close();
  }
}

/** Without a browser the bare page. */
async function asSeen(urls: readonly string[]): Promise<{ texts: string[]; faults: string[] }> {
  if (looksWithBrowser) return inBrowser(urls);
  const pages = await Promise.all(urls.map(download));
  return {
    texts: await Promise.all(pages.map((page) => page.text())),
    faults: pages.filter(({ ok }) => !ok).map(({ status }) => String(status)),
  };
}

/** Forms are printed, looked at and checked. */
export const papers: Chapter = (stage) => {
  stage('forms are printed for a village, frozen, opened by a link and told by their code', async (life) => {
    expect(await life.refused('yunzhou', PRINT, job(life, { region: places.yunzhou }))).toMatchObject({
      code: 'SCOPE_TOO_WIDE',
    });
    expect(
      await life.refused(
        'township',
        PRINT,
        job(life, { kind: 'HOUSEHOLD_COMPARISON', region: places.township }),
      ),
    ).toMatchObject({ code: 'SCOPE_TOO_WIDE' });
    expect(await life.refused('village', PRINT, job(life, { subjects: [] }))).toMatchObject({
      code: 'NOTHING_SELECTED',
    });
    expect(await life.refused('projects-yunzhou', PRINT, job(life))).toMatchObject({ code: 'FORBIDDEN' });

    const sheet = (await life.do('village', PRINT, job(life))).createPrintJob;
    const comparison = (await life.do('yunzhou', PRINT, job(life, { kind: 'HOUSEHOLD_COMPARISON' })))
      .createPrintJob;
    expect(sheet).toMatchObject({ kind: 'HOUSEHOLD_INFORMATION', forms: 1 });
    expect(sheet.popUpHint).toContain('拦截');
    const origin = new URL(life.system.gatewayUrl).origin;
    expect(new URL(sheet.url).origin).toBe(origin);
    const verify = `${origin}/files/poverty-alleviation/verify/${sheet.verificationCode}`;
    const { texts, faults } = await asSeen([sheet.url, comparison.url, verify]);
    expect(faults).toEqual([]);
    const [information, compared, verified] = texts as [string, string, string];
    for (const part of [
      '贫困户信息表',
      life.household.householdNo,
      '示例田大有',
      '示例田小有',
      '3100.00',
      sheet.number,
    ])
      expect(information).toContain(part);
    for (const part of [
      '贫困户信息对照表',
      '2018 年',
      life.household.householdNo,
      '村负责人签字',
      comparison.number,
    ])
      expect(compared).toContain(part);
    for (const number of life.secrets.citizenNumbers) expect(texts.join('')).not.toContain(number);
    // Anybody may hold the paper against the register, and learns no name by it.
    expect(verified).toContain(sheet.contentHash);
    expect(verified).not.toContain('示例田');

    // Frozen: what is changed afterwards does not stand on the paper.
    const { record } = await life.page('village', life.household.id);
    await life.do(
      'village',
      'mutation ($input: SaveHouseholdBasicInput!) { saveHouseholdBasic(input: $input) { version } }',
      {
        input: {
          householdId: life.household.id,
          year: 2017,
          expectedVersion: record.version,
          address: '示例西坪村西头第九户',
        },
      },
    );
    const again = await (await download(sheet.url)).text();
    expect(again).toContain('东头第七户');
    expect(again).not.toContain('西头第九户');
    const { data } = await life.system
      .client()
      .query('query ($code: String!) { verifyPrintJob(code: $code) { genuine number issuedOn } }', {
        code: comparison.verificationCode,
      });
    expect((data as Json).verifyPrintJob).toMatchObject({ genuine: true, number: comparison.number });
  });
};

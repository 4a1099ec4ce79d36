import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, inflateSync } from 'node:zlib';
import { rule } from '@junxian/test-kit';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PRINT_KINDS } from '../../services/petitions/src/prints/print.types';
import {
  PRINT_JOB_KINDS,
  type PrintJobKind,
} from '../../services/poverty-alleviation/src/prints/print.rules';
import { browserSuite, launchBrowser, watchFaults } from '../support/browser';
import { differences, pictureGrid } from './picture-grid';
import { type PrintServer, startPrintServer } from './print-server';

/** Pictures that a person looked at. `SCREENSHOTS=write` makes them anew; look at every one before it is kept. */
const REFERENCES = join(__dirname, 'screenshots');
const WRITE = process.env.SCREENSHOTS === 'write';

/** An A4 sheet at 96 dots an inch. */
const SHEET = { width: 794, height: 1123 };

/** A window that a sheet lying lengthwise fits into. */
const LYING = { width: 1180, height: SHEET.width };
/** How many sheets the samples of poverty alleviation take. */
const POVERTY_SHEETS: Readonly<Record<PrintJobKind, number>> = {
  HOUSEHOLD_INFORMATION: 2,
  HOUSEHOLD_COMPARISON: 3,
  NATURAL_VILLAGE: 1,
  POOR_VILLAGE: 4,
};

/** A compressed stream in plain, or nothing when it is no such stream. */
function inflated(stream: Buffer): string {
  try {
    return inflateSync(stream, { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1');
  } catch {
    return '';
  }
}

/** Whether drawing instructions of a PDF set a colour, to fill or to draw lines with. */
const uses = (drawing: string, colour: readonly number[]) =>
  [...drawing.matchAll(/([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)\b/g)].some((set) =>
    colour.every((part, place) => Math.abs(Number(set[place + 1]) * 255 - part) < 0.6),
  );

browserSuite('printed pages in a browser', () => {
  let server: PrintServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    server = await startPrintServer();
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 860, height: SHEET.height } });
    faults = await watchFaults(context, server.origin);
    page = await context.newPage();
  });
  afterEach(async () => {
    await context.close();
    expect(faults).toEqual([]);
  });

  const open = async (path: string) => {
    const response = await page.goto(`${server.origin}/files/${path}`);
    expect(response!.status()).toBe(200);
  };
  /** Pages of the PDF that printing makes, each with its size in points. */
  async function sheets(): Promise<{ count: number; sizes: string[] }> {
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
    return {
      count: [...pdf.matchAll(/\/Type\s*\/Page\b(?!s)/g)].length,
      sizes: [...new Set([...pdf.matchAll(/\/MediaBox\s*\[([^\]]*)\]/g)].map(([, box]) => box!.trim()))],
    };
  }
  /** The drawing instructions of each sheet of the PDF. */
  async function drawingsOfSheets(): Promise<string[]> {
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    const text = pdf.toString('latin1');
    return [...text.matchAll(/stream\r?\n/g)]
      .filter(({ index }) => text.slice(index - 3, index) !== 'end')
      .map(({ 0: word, index }) => inflated(pdf.subarray(index + word.length)))
      .filter((drawing) => /\bBT\b/.test(drawing));
  }
  /** Where an element is, in CSS pixels. */
  const box = async (selector: string) => (await page.locator(selector).first().boundingBox())!;

  /** What a person would notice between a picture and the one that was looked at. */
  async function differencesTo(name: string, png: Buffer): Promise<string[]> {
    const judge = await context.newPage();
    const seen = await pictureGrid(judge, png);
    const reviewed = await pictureGrid(judge, readFileSync(join(REFERENCES, `${name}.png`)));
    await judge.close();
    return differences(seen, reviewed);
  }

  /** Compares what is seen with the picture a person looked at. */
  async function looksAsReviewed(name: string): Promise<void> {
    const png = await page.screenshot({ fullPage: true });
    if (WRITE) {
      mkdirSync(REFERENCES, { recursive: true });
      writeFileSync(join(REFERENCES, `${name}.png`), png);
    }
    expect(await differencesTo(name, png)).toEqual([]);
  }

  /** Whether the browser has glyphs for the text: what it cannot draw comes out as one and the same box. */
  const drawsChinese = () =>
    page.evaluate<boolean>(`(() => {
      const context = new OffscreenCanvas(40, 40).getContext('2d', { willReadFrequently: true });
      context.font = '32px ' + getComputedStyle(document.querySelector('h1, .text')).fontFamily;
      const drawn = ['信', '访', '受', '理', '\\u{10fffd}'].map((glyph) => {
        context.clearRect(0, 0, 40, 40);
        context.fillText(glyph, 2, 34);
        return context.getImageData(0, 0, 40, 40).data.join();
      });
      return new Set(drawn).size === drawn.length && drawn.every((pixels) => /[1-9]/.test(pixels));
    })()`);

  it.each(PRINT_KINDS)(
    '%s: fits the sheet, draws its glyphs, has its QR code, fetches nothing',
    async (kind) => {
      await open(`prints/${kind}.0`);
      expect(await drawsChinese()).toBe(true);
      // The drawing is there, square and dark enough to be read.
      const qr = await box('.check svg');
      expect(Math.round(qr.width)).toBe(Math.round(qr.height));
      expect(qr.width).toBeGreaterThan(85);
      expect(await page.locator('.check svg path').count()).toBe(2);
      expect(await page.locator('.check b').textContent()).toBe('7K3M-9QRS-TVWX-YZ01');
      // Too small for the picture: who signs stands below the text, at the right.
      const signature = await box('.signature');
      expect(await page.locator('.signature p').first().textContent()).toBe(
        await page.locator('.issuer').textContent(),
      );
      expect(signature.x).toBeGreaterThan(qr.x + qr.width);
      expect(await page.locator('.copy').count()).toBe(0);
      // Nothing is wider than the paper.
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(860);
      const { count, sizes } = await sheets();
      // A review opinion says so much that its receipt strip is a sheet of its own.
      expect(count).toBeLessThanOrEqual(/REVIEW|NO_LONGER/.test(kind) ? 2 : 1);
      // A4 in points: 595 by 842.
      expect(sizes).toEqual([expect.stringMatching(/^0 0 59[45](\.\d+)? 84[12](\.\d+)?$/)]);
      await looksAsReviewed(kind);
    },
  );

  it.each(PRINT_JOB_KINDS)(
    'the form %s of poverty alleviation: fits the sheet lengthwise, draws its glyphs, has its QR code, fetches nothing',
    async (kind) => {
      await page.setViewportSize(LYING);
      await open(`prints/${kind}.0`);
      expect(await drawsChinese()).toBe(true);
      const qr = await box('.check svg');
      expect(Math.round(qr.width)).toBe(Math.round(qr.height));
      expect(qr.width).toBeGreaterThan(60);
      expect(await page.locator('.check p').textContent()).toContain('7K3M-9QRS-TVWX-YZ01');
      // Nothing is wider than the paper, nor is anything in a table wider than its cell.
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
        LYING.width,
      );
      expect(
        await page.evaluate<string[]>(`[...document.querySelectorAll('th, td')]
          .filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map(({ textContent }) => textContent)`),
      ).toEqual([]);
      const { count, sizes } = await sheets();
      expect([kind, count]).toEqual([kind, POVERTY_SHEETS[kind]]);
      // A4 in points, lying: 842 by 595.
      expect(sizes).toEqual([expect.stringMatching(/^0 0 84[12](\.\d+)? 59[45](\.\d+)?$/)]);
      await looksAsReviewed(kind);
    },
  );

  rule('PT-PRT-01', 'a reprint shows 副本 above the document and is otherwise the same', async () => {
    await open('prints/ACCEPTANCE_NOTICE.0');
    const original = await page.locator('article').innerHTML();
    await open('prints/ACCEPTANCE_NOTICE.2');
    expect(await page.locator('.copy').textContent()).toBe('副本　第 2 份');
    expect((await box('.copy')).y).toBeLessThan((await box('.issuer')).y);
    expect(await page.locator('article').innerHTML()).toBe(original);
    await looksAsReviewed('reprint');
  });

  it('a long document flows over several sheets; the foot and the mark of a copy are on each', async () => {
    await open('prints/LONG_NOTICE.1');
    const { count } = await sheets();
    expect(count).toBeGreaterThanOrEqual(4);
    // On paper the foot is bound to the sheet, and room is kept for it at the end of each; so is the mark at the top.
    await page.emulateMedia({ media: 'print' });
    const styles = await page.evaluate<Record<string, string>>(`(() => {
      const of = (selector) => getComputedStyle(document.querySelector(selector));
      return { foot: of('.running').position, room: of('.bottom').display, keeps: of('.bottom').breakInside, mark: of('.top').display, whole: of('.top').breakInside };
    })()`);
    expect(styles).toEqual({
      foot: 'fixed',
      room: 'table-footer-group',
      keeps: 'avoid',
      mark: 'table-header-group',
      whole: 'avoid',
    });
    const [room, foot] = [await box('.running-space'), await box('.running')];
    expect(room.height).toBeGreaterThanOrEqual(foot.height);
    // Each sheet draws the line above the foot, in a colour of its own, and the frame of the mark, in its red.
    const drawings = await drawingsOfSheets();
    for (const [what, colour] of Object.entries({ foot: [0x88, 0x88, 0x88], mark: [0xa8, 0x16, 0x1c] }))
      expect([what, drawings.filter((drawing) => uses(drawing, colour)).length]).toEqual([what, count]);
  });

  it.each([
    ['ACCEPTANCE_NOTICE', '.receipt'],
    ['ACCEPTANCE_NOTICE', '.check svg'],
    ['ACCEPTANCE_NOTICE', '.facts'],
    ['ACCEPTANCE_NOTICE', 'style'],
    ['HOUSEHOLD_INFORMATION', 'tbody'],
    ['HOUSEHOLD_INFORMATION', 'style'],
  ])('of %s the comparison of pictures would notice that %s is missing', async (kind, selector) => {
    if (kind === 'HOUSEHOLD_INFORMATION') await page.setViewportSize(LYING);
    await open(`prints/${kind}.0`);
    await page.evaluate(`document.querySelector('${selector}').remove()`);
    const png = await page.screenshot({ fullPage: true });
    expect(await differencesTo(kind, png)).not.toEqual([]);
  });

  it.each([
    ['verified', '7K3M-9QRS-TVWX-YZ01', '真实存在'],
    ['not-verified', '0000-0000-0000-0000', '没有找到'],
  ])('the page a QR code opens, on a telephone: %s', async (name, code, words) => {
    await page.setViewportSize({ width: 390, height: 720 });
    await open(`verify/${code}`);
    expect(await page.locator('h1').textContent()).toContain(words);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await looksAsReviewed(name);
  });
});

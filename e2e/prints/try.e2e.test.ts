import { writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { SAMPLES } from '../../services/petitions/src/prints/forms/sample-documents.fixture';
import { frozenPage, pageToPrint } from '../../services/petitions/src/prints/page';
it('shoots', async () => {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage({ viewport: { width: 900, height: 1250 } });
  for (const [kind, view] of Object.entries(SAMPLES)) {
    const { html } = await frozenPage(view, { code: '7K3M9QRSTVWXYZ01', url: 'http://127.0.0.1:4000/files/petitions/verify/7K3M-9QRS-TVWX-YZ01' });
    await page.setContent(pageToPrint(html, kind === 'REVIEW_OPINION' ? 2 : 0));
    writeFileSync(`/tmp/p8/${kind}.pdf`, await page.pdf({ preferCSSPageSize: true, printBackground: true }));
    await page.screenshot({ path: `/tmp/p8/${kind}.png`, fullPage: true });
  }
  await browser.close();
});

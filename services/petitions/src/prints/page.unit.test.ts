import { createHash } from 'node:crypto';
import { contentHash, pageHeaders } from '@junxian/documents';
import { rule } from '@junxian/test-kit';
import { noticeForm } from './forms/notice.form';
import { NOTICE, SAMPLES } from './forms/sample-documents.fixture';
import { verificationPage } from './forms/verification.page';
import { frozenPage, pageToPrint } from './page';
import { checkIssuer, checkMayName } from './print.rules';
import { articleOf } from './prints.fixture';

const VERIFICATION = {
  code: '7K3M9QRSTVWXYZ01',
  url: 'https://petitions.example/files/petitions/verify/7K3M-9QRS-TVWX-YZ01',
};

/** A slash is written as an entity, too. */
const escaped = (text: string) => text.replaceAll('/', '&#x2F;');

describe('a page', () => {
  rule(
    'PT-PRT-01',
    'carries number, verification code, QR code and the hash of its document, for every kind',
    async () => {
      for (const view of Object.values(SAMPLES)) {
        const { html, contentHash: hash } = await frozenPage(view, VERIFICATION);
        expect(contentHash(articleOf(html))).toBe(hash);
        for (const part of [view.docNo, view.heading, '7K3M-9QRS-TVWX-YZ01', escaped(VERIFICATION.url), hash])
          expect(html).toContain(part);
        expect(articleOf(html)).toMatch(/<svg [^>]*>.*<\/svg>/s);
      }
    },
  );

  rule(
    'PT-PRT-01',
    'a reprint is marked as a copy outside of what is hashed; the original is not',
    async () => {
      const { html } = await frozenPage(SAMPLES.ACCEPTANCE_NOTICE, VERIFICATION);
      expect(pageToPrint(html, 0)).toBe(html);
      expect(html).not.toContain('副本');
      const copy = pageToPrint(html, 3);
      expect(copy).toContain('副本　第 3 份');
      expect(articleOf(copy)).toBe(articleOf(html));
    },
  );

  it('writes what people typed as text: no mark-up, no second place for the mark, no replacement pattern', async () => {
    const body = `<script>alert(1)</script><!--copy--> $& {{docNo}}`;
    const { html } = await frozenPage(noticeForm({ ...NOTICE, body }), VERIFICATION);
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;&#x2F;script&gt;&lt;!--copy--&gt; $&amp; {{docNo}}');
    expect(pageToPrint(html, 1).match(/class="copy"/g)).toHaveLength(1);
  });

  it('runs no script and fetches nothing: only its own style sheet is allowed, by hash', async () => {
    const { html } = await frozenPage(SAMPLES.ACCEPTANCE_NOTICE, VERIFICATION);
    const [, style] = /<style>([\s\S]*)<\/style>/.exec(html)!;
    const digest = createHash('sha256').update(style!).digest('base64');
    const policy = pageHeaders(html)['content-security-policy']!;
    expect(policy).toContain(`default-src 'none'; style-src 'sha256-${digest}';`);
    expect(policy).toMatch(/sandbox$/);
    expect(html).not.toMatch(/ (src|href|style|on\w+)=/);
  });
});

describe('who prints', () => {
  it('the organisation that issued the document', () => {
    expect(() => checkIssuer('a', 'a')).not.toThrow();
    expect(() => checkIssuer('a', 'b')).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  });

  it.each([
    ['FULL', true],
    ['ANONYMOUS', true],
    ['PARTIAL', false],
    ['NONE', false],
  ] as const)('somebody whose view of the petitioner is %s: %s', (view, may) => {
    const check = () => checkMayName(view);
    if (may) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'FORBIDDEN', httpStatus: 403 }));
  });
});

it('the page of a check shows what was issued, or that nothing was', () => {
  const shown = verificationPage({
    genuine: true,
    kind: 'REVIEW_OPINION',
    docNo: '信复查〔2026〕4号',
    organisation: '示例市<信访局>',
    issuedOn: '2026-07-06',
    contentHash: 'abc',
  });
  for (const part of [
    '信访事项复查意见书',
    'Review opinion',
    '信复查〔2026〕4号',
    '示例市&lt;信访局&gt;',
    '2026年7月6日',
    'abc',
  ])
    expect(shown).toContain(part);
  const none = verificationPage({ genuine: false });
  expect(none).toContain('没有找到');
  expect(none).not.toContain('真实存在');
});

import { contentHash, groupedCode, qrSvg, renderForm } from '@junxian/documents';
import { ARTICLE_TEMPLATE, COPY_PLACE, PAGE_TEMPLATE } from './forms/layout';
import type { ArticleView } from './print.types';

/** A document laid out, to be frozen. */
export interface FrozenPage {
  /** The whole page. */
  html: string;
  /** SHA-256 of the document in it: everything from `<article>` to `</article>`. */
  contentHash: string;
}

/** Lays a document out. Takes the view of its form and the verification code with the address that checks it. */
export async function frozenPage(
  view: ArticleView,
  verification: { code: string; url: string },
): Promise<FrozenPage> {
  const code = groupedCode(verification.code);
  const article = renderForm(ARTICLE_TEMPLATE, {
    ...view,
    hasEarlier: (view.earlier ?? []).length > 0,
    qr: await qrSvg(verification.url),
    verification: { code, url: verification.url },
  });
  const hash = contentHash(article);
  const { heading, docNo } = view;
  return {
    contentHash: hash,
    html: renderForm(PAGE_TEMPLATE, { heading, docNo, code, contentHash: hash, article }),
  };
}

/** A frozen page as it is handed out: the first print as it is, a later one marked 副本. Leaves the document itself untouched. */
export function pageToPrint(html: string, copyNo: number): string {
  // A person's words are escaped, so this comment stands in the page once.
  return copyNo === 0 ? html : html.replace(COPY_PLACE, () => copyBanner(copyNo));
}

const copyBanner = (copyNo: number) => `<p class="copy"><span>副本　第 ${copyNo} 份</span></p>`;

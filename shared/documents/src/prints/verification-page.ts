import type { Bilingual } from '@junxian/errors';
import { renderForm } from './render-form';

/** A line of what is on record about a print. */
export interface VerifiedFact {
  label: Bilingual;
  value: string;
  /** The value in English, where it has one. */
  valueEn?: string;
  /** Whether the value is a digest, to be compared character by character. */
  isDigest?: boolean;
}

/** What the page says about a print that is on record. */
export interface VerifiedPage {
  heading: Bilingual;
  facts: readonly VerifiedFact[];
  /** What to do next. */
  advice: Bilingual;
}

/** What the page says about a code that no print has. */
export interface UnknownPage {
  heading: Bilingual;
  advice: Bilingual;
}

const TEMPLATE = `<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>文书核验 Document check</title>
<style>
body { margin: 0; background: #f2f1ee; color: #1b1b1b; font: 1rem/1.6 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "SimHei", sans-serif; }
main { max-width: 40rem; margin: 2rem auto; padding: 1.5rem; background: #fff; border-top: 0.3rem solid #1f6b3a; overflow-wrap: anywhere; }
main.unknown { border-color: #a8161c; }
h1 { margin: 0 0 0.5rem; font-size: 1.35rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.4rem 1rem; margin: 1.25rem 0; }
dt { color: #555; }
dd { margin: 0; }
code { font-family: Consolas, "DejaVu Sans Mono", monospace; }
small, p.en { color: #555; }
@media (max-width: 32rem) { main { margin: 0; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.6rem; } }
</style></head>
<body>
{{#genuine}}<main>
<h1>{{heading.zh}}</h1>
<p class="en" lang="en">{{heading.en}}</p>
<dl>
{{#facts}}<dt>{{label.zh}} {{label.en}}</dt><dd>{{#isDigest}}<code>{{value}}</code>{{/isDigest}}{{^isDigest}}{{value}}{{#valueEn}} <small lang="en">{{.}}</small>{{/valueEn}}{{/isDigest}}</dd>
{{/facts}}</dl>
<p>{{advice.zh}}</p>
<p class="en" lang="en">{{advice.en}}</p>
</main>{{/genuine}}
{{#unknown}}<main class="unknown">
<h1>{{heading.zh}}</h1>
<p>{{advice.zh}}</p>
<p class="en" lang="en">{{advice.en}}</p>
</main>{{/unknown}}
</body>
</html>
`;

/** The page that the QR code on a print opens, in both languages: what is on record, or that nothing is. */
export function verificationPage(
  found: { genuine: true; page: VerifiedPage } | { genuine: false; page: UnknownPage },
): string {
  return renderForm(TEMPLATE, found.genuine ? { genuine: found.page } : { unknown: found.page });
}

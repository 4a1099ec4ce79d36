import { renderForm } from '@junxian/documents';
import { PRINT_NAMES } from './names';
import { chineseDate } from './words';

interface Verified {
  genuine: boolean;
  kind: keyof typeof PRINT_NAMES | null;
  docNo: string | null;
  organisation: string | null;
  issuedOn: string | null;
  contentHash: string | null;
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
<h1>该验证码对应的文书真实存在</h1>
<p class="en" lang="en">A document with this code was issued.</p>
<dl>
<dt>文种 Kind</dt><dd>{{name.zh}} <small lang="en">{{name.en}}</small></dd>
<dt>文号 Number</dt><dd>{{docNo}}</dd>
<dt>制作机关 Issued by</dt><dd>{{organisation}}</dd>
<dt>日期 Date</dt><dd>{{date}}</dd>
<dt>内容摘要 SHA-256</dt><dd><code>{{contentHash}}</code></dd>
</dl>
<p>请逐项与纸质文书核对：文种、文号、制作机关、日期以及页脚的内容摘要均应一致。核验只确认该文书曾经签发；对正文有疑问的，请向制作机关核实。</p>
<p class="en" lang="en">Compare each line with the paper, the digest with the foot of its pages. This confirms only that the document was issued; if you doubt its text, ask the organisation that issued it.</p>
</main>{{/genuine}}
{{^genuine}}<main class="unknown">
<h1>没有找到该验证码对应的文书</h1>
<p>请核对后重新输入；仍查不到的，请持文书向制作机关核实。</p>
<p class="en" lang="en">No document has this code. Check it and try again, or take the paper to the organisation that is named on it.</p>
</main>{{/genuine}}
</body>
</html>
`;

/** The page that the QR code on a print opens, in both languages. */
export function verificationPage(verified: Verified): string {
  const { genuine, kind, docNo, organisation, issuedOn, contentHash } = verified;
  return renderForm(TEMPLATE, {
    genuine,
    docNo,
    organisation,
    contentHash,
    name: kind === null ? null : PRINT_NAMES[kind],
    date: issuedOn === null ? null : chineseDate(issuedOn),
  });
}

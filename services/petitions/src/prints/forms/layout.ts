/**
 * How every printed document looks: A4 portrait after GB/T 9704, with the typefaces of official documents where they are
 * installed and Noto elsewhere. On a screen it is shown as a sheet of paper.
 */
export const STYLE = `
@page {
  size: A4 portrait;
  margin: 20mm 24mm 14mm 26mm;
  @bottom-right { content: "第 " counter(page) " 页 共 " counter(pages) " 页"; font: 8pt "SimSun", "Noto Serif CJK SC", serif; color: #444; vertical-align: top; }
}
:root { --text: "FangSong", "仿宋", "FangSong_GB2312", "仿宋_GB2312", "STFangsong", "SimSun", "宋体", "Noto Serif CJK SC", "Source Han Serif SC", serif;
  --heading: "FZXiaoBiaoSong-B05S", "方正小标宋简体", "SimSun", "宋体", "Noto Serif CJK SC", "Source Han Serif SC", serif;
  --label: "SimHei", "黑体", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif;
  --red: #a8161c; --line: #444; }
* { box-sizing: border-box; }
html { background: #e8e6e1; }
body { margin: 0; color: #000; font: 13pt/1.65 var(--text); text-align: justify; overflow-wrap: anywhere; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
h1, h2, p, table, dl, dd { margin: 0; }
.sheet { display: table; table-layout: fixed; width: 210mm; min-height: 297mm; margin: 8mm auto; padding: 20mm 24mm 6mm 26mm; background: #fff; box-shadow: 0 1mm 5mm rgb(0 0 0 / 25%); }
.top { display: table-header-group; }
.middle { display: table-row-group; }
.bottom { display: table-footer-group; }
.top > *, .middle > *, .bottom > * { display: table-cell; }
.copy { text-align: right; padding-bottom: 3mm; }
.copy span { display: inline-block; padding: 0.5mm 3mm; border: 0.4mm solid var(--red); color: var(--red); font: 700 11pt/1.5 var(--label); letter-spacing: 0.1em; }
.issuer { padding-bottom: 3mm; border-bottom: 0.6mm solid var(--red); color: var(--red); font: 700 19pt/1.3 var(--heading); letter-spacing: 0.08em; text-align: center; }
h1 { margin: 7mm 0 2mm; font: 700 20pt/1.3 var(--heading); letter-spacing: 0.04em; text-align: center; }
.doc-no { margin-bottom: 5mm; text-align: center; }
.addressee { margin-bottom: 1mm; }
.text { text-indent: 2em; orphans: 2; widows: 2; }
table { width: 100%; margin: 3mm 0; border-collapse: collapse; font-size: 12pt; line-height: 1.5; }
th, td { padding: 1mm 2.5mm; border: 0.25mm solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
th { width: 28mm; font-family: var(--label); font-size: 11pt; white-space: nowrap; }
thead th { width: auto; }
tr { break-inside: avoid; }
h2 { margin-top: 2.5mm; font: 400 13pt/1.65 var(--label); break-after: avoid; }
.code { margin: 6mm 0; padding: 4mm; border: 0.5mm solid #000; text-align: center; font: 700 26pt/1.3 "Consolas", "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; letter-spacing: 0.25em; text-indent: 0.25em; break-inside: avoid; }
.code small { display: block; font: 400 11pt/1.5 var(--label); letter-spacing: 0.1em; text-indent: 0; }
.signature { display: flex; justify-content: flex-end; margin-top: 5mm; break-inside: avoid; }
.signature > div { position: relative; min-width: 62mm; padding: 4mm 0; text-align: center; }
.mark { position: absolute; inset: 0 auto auto 50%; display: grid; place-content: center; width: 24mm; height: 24mm; margin: -3mm 0 0 -12mm; border: 0.3mm dashed #999; border-radius: 50%; color: #999; font: 9pt/1.3 var(--label); }
.electronic { margin-top: 1mm; color: var(--red); font: 9pt/1.4 var(--label); }
.electronic b { display: inline-block; padding: 0 2mm; border: 0.4mm solid var(--red); font-weight: 700; letter-spacing: 0.15em; }
.receipt { margin-top: 5mm; padding-top: 3mm; border-top: 0.3mm dashed var(--line); break-inside: avoid; }
.receipt h2 { margin: 0; text-align: center; letter-spacing: 0.5em; text-indent: 0.5em; font-size: 12pt; }
.receipt table { margin: 1.5mm 0 0; font-size: 10.5pt; }
.receipt th { width: 24mm; font-size: 10pt; }
.receipt .blank { height: 9mm; vertical-align: middle; }
.check { display: flex; gap: 4mm; align-items: center; margin-top: 4mm; font: 9pt/1.5 var(--label); text-align: left; break-inside: avoid; }
.check svg { flex: none; width: 24mm; height: 24mm; }
.check b { font: 700 11pt/1.5 "Consolas", "DejaVu Sans Mono", monospace; letter-spacing: 0.08em; }
.running { display: flex; justify-content: space-between; gap: 4mm; padding-top: 1mm; border-top: 0.2mm solid #888; color: #444; font: 7pt/1.4 var(--label); text-align: left; }
.running-space { height: 9mm; }
@media screen { .running-space { display: none; } .running { width: 160mm; margin: -18mm auto 14mm; } }
@media print {
  html { background: none; }
  .sheet { width: auto; min-height: 0; margin: 0; padding: 0; box-shadow: none; }
  .running { position: fixed; inset: auto 0 0 0; height: 7mm; background: #fff; }
}
`;

/** What is frozen and hashed: the document itself. */
export const ARTICLE_TEMPLATE = `<article>
<p class="issuer">{{issuer}}</p>
<h1>{{heading}}</h1>
<p class="doc-no">{{docNo}}</p>
{{#addressee}}<p class="addressee">{{.}}：</p>{{/addressee}}
{{#lead}}<p class="text">{{.}}</p>{{/lead}}
<table class="facts"><tbody>
{{#facts}}<tr><th scope="row">{{label}}</th><td>{{value}}</td></tr>
{{/facts}}</tbody></table>
{{#code}}<p class="code"><small>查询码</small>{{.}}</p>{{/code}}
{{#sections}}<section><h2>{{title}}</h2>
{{#paragraphs}}<p class="text">{{.}}</p>
{{/paragraphs}}</section>
{{/sections}}
{{#hasEarlier}}<section><h2>此前的意见</h2>
<table class="earlier"><thead><tr><th>级别</th><th>作出机关</th><th>文号</th><th>日期</th></tr></thead><tbody>
{{#earlier}}<tr><td>{{level}}</td><td>{{organisation}}</td><td>{{docNo}}</td><td>{{date}}</td></tr>
{{/earlier}}</tbody></table></section>{{/hasEarlier}}
{{#seal}}<div class="signature"><div>{{^electronic}}<span class="mark">（印章）</span>{{/electronic}}<p>{{organisation}}</p><p>{{date}}</p>
{{#electronic}}<p class="electronic"><b>已加盖电子签章</b><br>文书摘要 {{documentHash}}</p>{{/electronic}}</div></div>{{/seal}}
{{#receipt}}<section class="receipt"><h2>送达回证</h2>
<table><tbody>
<tr><th>送达文书</th><td colspan="3">{{document}}</td></tr>
<tr><th>受送达人</th><td>{{recipient}}</td><th>送达地址</th><td>{{address}}</td></tr>
<tr><th>送达方式</th><td colspan="3">{{#modes}}{{#chosen}}☑{{/chosen}}{{^chosen}}□{{/chosen}}{{label}}　{{/modes}}</td></tr>
<tr><th>签收人</th><td class="blank"></td><th>签收日期</th><td class="blank">　　年　　月　　日</td></tr>
<tr><th>送达人</th><td class="blank"></td><th>拒收记载</th><td class="blank">□拒收　理由：</td></tr>
</tbody></table></section>{{/receipt}}
<aside class="check">{{{qr}}}<p>验证码　<b>{{verification.code}}</b><br>扫描二维码，或打开 {{verification.url}} 核对文书真伪：<br>文种、文号、制作机关、日期和内容摘要应与本件一致。</p></aside>
</article>`;

/** Where a reprint is marked; nothing for the first print. */
export const COPY_PLACE = '<!--copy-->';

/** The page around the document. Its running foot is repeated on every sheet. */
export const PAGE_TEMPLATE = `<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">
<title>{{heading}} {{docNo}}</title>
<style>${STYLE}</style></head>
<body>
<div class="sheet">
<div class="top"><div>${COPY_PLACE}</div></div>
<div class="middle"><div>{{{article}}}</div></div>
<div class="bottom"><div><div class="running-space"></div></div></div>
</div>
<footer class="running"><span>{{docNo}}　验证码 {{code}}</span><span>内容摘要 SHA-256 {{contentHash}}</span></footer>
</body>
</html>
`;

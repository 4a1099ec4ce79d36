/**
 * How every printed document looks: A4 portrait after GB/T 9704, with the typefaces of official documents where they are
 * installed and Noto elsewhere. On a screen it is shown as a sheet of paper.
 */
export const STYLE = `
@page {
  size: A4 portrait;
  margin: 18mm 24mm 13mm 26mm;
  @bottom-right { content: "第 " counter(page) " 页 共 " counter(pages) " 页"; font: 8pt "SimSun", "Noto Serif CJK SC", serif; color: #444; vertical-align: top; }
}
:root { --text: "FangSong", "仿宋", "FangSong_GB2312", "仿宋_GB2312", "STFangsong", "SimSun", "宋体", "Noto Serif CJK SC", "Source Han Serif SC", serif;
  --heading: "FZXiaoBiaoSong-B05S", "方正小标宋简体", "SimSun", "宋体", "Noto Serif CJK SC", "Source Han Serif SC", serif;
  --label: "SimHei", "黑体", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif;
  --red: #a8161c; --line: #444; }
* { box-sizing: border-box; }
html { background: #e8e6e1; }
body { margin: 0; color: #000; font: 12pt/1.5 var(--text); text-align: justify; overflow-wrap: anywhere; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
h1, h2, p, table { margin: 0; }
.sheet { display: table; table-layout: fixed; width: 210mm; min-height: 280mm; margin: 8mm auto 0; padding: 18mm 24mm 4mm 26mm; background: #fff; box-shadow: 0 1mm 5mm rgb(0 0 0 / 25%); }
.top { display: table-header-group; break-inside: avoid; }
.middle { display: table-row-group; }
.bottom { display: table-footer-group; break-inside: avoid; }
.top > *, .middle > *, .bottom > * { display: table-cell; }
.copy { padding-bottom: 2mm; text-align: right; }
.copy span { display: inline-block; padding: 0.5mm 3mm; border: 0.4mm solid var(--red); color: var(--red); font: 700 11pt/1.5 var(--label); letter-spacing: 0.1em; }
.issuer { padding-bottom: 2.5mm; border-bottom: 0.6mm solid var(--red); color: var(--red); font: 700 18pt/1.3 var(--heading); letter-spacing: 0.08em; text-align: center; }
h1 { margin: 4mm 0 1mm; font: 700 19pt/1.3 var(--heading); letter-spacing: 0.04em; text-align: center; }
.doc-no { margin-bottom: 3mm; text-align: center; }
.text { text-indent: 2em; orphans: 2; widows: 2; }
table { width: 100%; margin: 2.5mm 0; border-collapse: collapse; font-size: 11pt; line-height: 1.4; }
th, td { padding: 0.6mm 2.5mm; border: 0.25mm solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
th { width: 28mm; font-family: var(--label); font-size: 10.5pt; white-space: nowrap; }
thead th { width: auto; }
tr { break-inside: avoid; }
h2 { margin-top: 1mm; font: 400 12pt/1.5 var(--label); break-after: avoid; }
.code { margin: 6mm 0; padding: 4mm; border: 0.5mm solid #000; text-align: center; font: 700 26pt/1.3 "Consolas", "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; letter-spacing: 0.25em; text-indent: 0.25em; break-inside: avoid; }
.code small { display: block; font: 400 11pt/1.5 var(--label); letter-spacing: 0.1em; text-indent: 0; }
.end { display: flex; justify-content: space-between; align-items: flex-end; gap: 6mm; margin-top: 3mm; break-inside: avoid; }
.check { display: flex; flex: 0 1 84mm; gap: 2.5mm; align-items: center; font: 8pt/1.5 var(--label); text-align: left; }
.check svg { flex: none; width: 24mm; height: 24mm; }
.check b { font: 700 9.5pt/1.5 "Consolas", "DejaVu Sans Mono", monospace; }
.signature { flex: 0 0 auto; max-width: 72mm; padding-bottom: 1mm; text-align: center; }
.mark { color: #777; font: 9pt/1.6 var(--label); }
.electronic { margin-top: 0.5mm; color: var(--red); font: 6.5pt/1.4 "Consolas", "DejaVu Sans Mono", "Noto Sans CJK SC", monospace; word-break: break-all; }
.electronic b { display: inline-block; padding: 0 2mm; border: 0.4mm solid var(--red); font: 700 9pt/1.5 var(--label); letter-spacing: 0.15em; }
.receipt { margin-top: 3mm; padding-top: 1.5mm; border-top: 0.3mm dashed var(--line); break-inside: avoid; }
.receipt h2 { margin: 0; text-align: center; letter-spacing: 0.5em; text-indent: 0.5em; }
.receipt table { margin: 1mm 0 0; font-size: 10pt; }
.receipt th { width: 22mm; font-size: 9.5pt; }
.receipt .blank { height: 7mm; vertical-align: middle; }
.running { padding-top: 1mm; border-top: 0.2mm solid #888; color: #444; font: 7pt/1.45 var(--label); text-align: left; }
.running span { display: block; }
.running-space { height: 10mm; }
@media screen {
  .running-space { display: none; }
  .running { width: 210mm; margin: 0 auto 8mm; padding: 1mm 24mm 5mm 26mm; border: 0; background: #fff; }
}
@media print {
  html { background: none; }
  .sheet { width: auto; min-height: 0; margin: 0; padding: 0; box-shadow: none; }
  .running { position: fixed; inset: auto 0 0 0; height: 8mm; background: #fff; }
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
{{#hasEarlier}}<section><h2>此前的意见</h2>
<table class="earlier"><thead><tr><th>级别</th><th>作出机关</th><th>文号</th><th>日期</th></tr></thead><tbody>
{{#earlier}}<tr><td>{{level}}</td><td>{{organisation}}</td><td>{{docNo}}</td><td>{{date}}</td></tr>
{{/earlier}}</tbody></table></section>{{/hasEarlier}}
{{#code}}<p class="code"><small>查询码</small>{{.}}</p>{{/code}}
{{#sections}}<section><h2>{{title}}</h2>
{{#paragraphs}}<p class="text">{{.}}</p>
{{/paragraphs}}</section>
{{/sections}}
<div class="end">
<aside class="check">{{{qr}}}<p>验证码<br><b>{{verification.code}}</b><br>扫描二维码，或打开<br>{{verification.url}}<br>核对文种、文号、制作机关、日期和摘要</p></aside>
{{#seal}}<div class="signature"><p>{{organisation}}</p><p>{{date}}</p>
{{#electronic}}<p class="electronic"><b>已加盖电子签章</b><br>文书摘要 {{documentHash}}</p>{{/electronic}}{{^electronic}}<p class="mark">（印章）</p>{{/electronic}}</div>{{/seal}}
</div>
{{#receipt}}<section class="receipt"><h2>送达回证</h2>
<table><tbody>
<tr><th>送达文书</th><td colspan="3">{{document}}</td></tr>
<tr><th>受送达人</th><td>{{recipient}}</td><th>送达地址</th><td>{{address}}</td></tr>
<tr><th>送达方式</th><td colspan="3">{{#modes}}{{#chosen}}☑{{/chosen}}{{^chosen}}□{{/chosen}}{{label}}　{{/modes}}</td></tr>
<tr><th>签收人</th><td class="blank"></td><th>签收日期</th><td class="blank">　　年　　月　　日</td></tr>
<tr><th>送达人</th><td class="blank"></td><th>拒收记载</th><td class="blank">□拒收　理由：</td></tr>
</tbody></table></section>{{/receipt}}
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
<footer class="running"><span>{{heading}} {{docNo}}　验证码 {{code}}</span><span>内容摘要 SHA-256 {{contentHash}}</span></footer>
</body>
</html>
`;

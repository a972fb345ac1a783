/** The look of the page; its digest stands in the page's policy, so nothing else can style it. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#f6f7f9;--card:#fff;--ink:#1b2430;--soft:#5b6878;--line:#dfe4ea;--good:#1a7f4b;--goodbg:#e4f5ec;
--critical:#a4123f;--high:#c2410c;--medium:#9a6700;--low:#3f6790;--none:#6b7785;--shade:0 1px 2px rgba(20,30,45,.06),0 6px 20px rgba(20,30,45,.05)}
@media(prefers-color-scheme:dark){:root{--paper:#10151c;--card:#19212b;--ink:#e7ecf2;--soft:#9aa8b8;--line:#2b3643;--good:#4cc38a;--goodbg:#17352a;
--critical:#ff7a9c;--high:#ff9a62;--medium:#e6b84c;--low:#8ab4e0;--none:#8b98a7;--shade:none}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI","Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR","Noto Sans CJK KR",sans-serif;word-break:keep-all;overflow-wrap:anywhere}
.page{max-width:60rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
.choice{position:absolute;opacity:0;pointer-events:none}
#ko:checked~.page [lang=en],#en:checked~.page [lang=ko]{display:none}
.languages{display:flex;justify-content:flex-end;gap:.25rem}
.languages label{padding:.2rem .8rem;border-radius:99px;color:var(--soft);cursor:pointer;font-size:.875rem}
#en:checked~.page label[for=en],#ko:checked~.page label[for=ko]{background:var(--card);color:var(--ink);box-shadow:var(--shade);font-weight:600}
#en:focus-visible~.page label[for=en],#ko:focus-visible~.page label[for=ko]{outline:2px solid var(--low);outline-offset:2px}
header{display:grid;grid-template-columns:auto 1fr;gap:1.75rem;align-items:center;margin:1rem 0 2rem}
.ring{width:8.5rem;height:8.5rem;display:block}
.ring .way{fill:none;stroke:var(--line);stroke-width:9}
.ring .done{fill:none;stroke-width:9;stroke-linecap:round;stroke:var(--good)}
.ring text{fill:var(--ink);text-anchor:middle;font-family:inherit}
.ring .letter{font-size:38px;font-weight:700}
.ring .points{font-size:10px;fill:var(--soft)}
.gB .done{stroke:var(--medium)}.gC .done,.gD .done{stroke:var(--high)}.gF .done{stroke:var(--critical)}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .3rem;letter-spacing:-.01em}
h2{font-size:1.15rem;margin:2.5rem 0 .9rem}
p{margin:.3rem 0}
.soft{color:var(--soft);font-size:.9rem}
.counts{display:flex;flex-wrap:wrap;gap:.4rem 1.4rem;margin:.9rem 0 0;padding:0;list-style:none}
.counts b{font-size:1.15rem;font-variant-numeric:tabular-nums;margin-right:.3rem}
.five{display:grid;grid-template-columns:repeat(5,1fr);gap:.75rem;margin:0;padding:0;list-style:none}
.five li{background:var(--card);border:1px solid var(--line);border-radius:.8rem;padding:.9rem;box-shadow:var(--shade);font-size:.9rem;line-height:1.4}
.five b{display:block;font-weight:600}
.said{color:var(--good);font-size:.85rem}
.bad .said{color:var(--critical);font-weight:600}
.mark{display:flex;align-items:center;justify-content:center;width:1.7rem;height:1.7rem;border-radius:50%;background:var(--goodbg);color:var(--good);margin-bottom:.6rem}
.mark svg{width:1rem;height:1rem;fill:none;stroke:currentColor;stroke-width:2.4;stroke-linecap:round;stroke-linejoin:round}
.bad .mark{background:var(--critical);color:#fff}
.card{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--none);border-radius:.8rem;padding:1rem 1.2rem;margin:0 0 .9rem;box-shadow:var(--shade);break-inside:avoid}
.critical{border-left-color:var(--critical)}.high{border-left-color:var(--high)}.medium{border-left-color:var(--medium)}.low{border-left-color:var(--low)}
.card h3{font-size:1.02rem;line-height:1.35;margin:.35rem 0 .6rem}
.cross svg{width:.8rem;height:.8rem;margin-right:.45rem;fill:none;stroke-width:2.6;stroke-linecap:round;stroke:var(--none)}
.critical .cross svg{stroke:var(--critical)}.high .cross svg{stroke:var(--high)}.medium .cross svg{stroke:var(--medium)}.low .cross svg{stroke:var(--low)}
.chip{display:inline-block;font-size:.75rem;font-weight:600;padding:.05rem .55rem;border:1px solid currentColor;border-radius:99px;margin-right:.5rem;color:var(--none)}
.critical .chip{color:var(--critical)}.high .chip{color:var(--high)}.medium .chip{color:var(--medium)}.low .chip{color:var(--low)}
code,.id{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.82rem}
.id{color:var(--soft)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0}
dt{color:var(--soft);font-size:.9rem}
dd{margin:0}
.fine{display:flex;gap:.9rem;align-items:center;background:var(--goodbg);border-radius:.8rem;padding:1rem 1.2rem}
.fine .mark{margin:0;background:var(--good);color:var(--card);flex:none}
table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:.8rem;overflow:hidden;box-shadow:var(--shade);table-layout:fixed}
caption{text-align:left;font-weight:600;padding:1.1rem 0 .4rem}
td{padding:.5rem .9rem;border-top:1px solid var(--line);vertical-align:top;font-size:.9rem}
tr:first-child td{border-top:0}
td:first-child{width:8.2rem}
td:last-child{color:var(--soft)}
details>summary{cursor:pointer;color:var(--soft);padding:.4rem 0}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.82rem}
@media(max-width:46rem){header{grid-template-columns:1fr;gap:1rem}.five{grid-template-columns:repeat(2,1fr)}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}td,td:first-child{display:block;width:auto;border-top:0;padding:.1rem .9rem}td:first-child{border-top:1px solid var(--line);padding-top:.6rem}td:last-child{padding-bottom:.6rem}}
@media print{body{background:#fff}.languages{display:none}.card,.five li,table{box-shadow:none}}
`;

// How the page looks: light or dark as its reader likes, and on paper.

export const style = `
:root{--page:#fff;--ink:#1c2430;--dim:#5b6675;--line:#d8dee6;--card:#f6f8fa;--bad:#b42318;--warn:#8a5800;--some:#175cd3;--good:#18794e;--away:#6941c6}
@media (prefers-color-scheme:dark){:root{--page:#12171e;--ink:#e4e9f0;--dim:#9aa6b5;--line:#323c48;--card:#1b222c;--bad:#ff8f85;--warn:#f0b64d;--some:#7db3ff;--good:#5fd19a;--away:#bca4ff}}
*{box-sizing:border-box}
body{margin:0 auto;padding:24px;max-width:1500px;background:var(--page);color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1{font-size:24px;margin:0 0 4px}h2{font-size:17px;margin:32px 0 8px}
p,ul{margin:0}.dim{color:var(--dim);font-weight:normal}em{color:var(--bad);font-style:normal}
code{font:12px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.inputs{list-style:none;padding:0;margin-top:6px}.inputs code{color:var(--dim)}
nav:not([hidden]){position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:6px;align-items:center;padding:10px 0;margin-top:12px;background:var(--page);border-bottom:1px solid var(--line)}
nav input{flex:1 1 200px;max-width:280px;padding:6px 10px;border:1px solid var(--line);border-radius:6px;background:var(--card);color:var(--ink);font:inherit}
button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-align:left}
.flag{border:1px solid var(--line);border-radius:14px;padding:3px 10px;font-size:13px}
.flag.none{color:var(--dim)}.flag[aria-pressed=true]{background:var(--ink);color:var(--page)}
button:focus-visible,input:focus-visible,summary:focus-visible{outline:2px solid var(--some);outline-offset:1px}
.table{overflow-x:auto;border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;vertical-align:top;padding:7px 10px;border-bottom:1px solid var(--line)}
tbody tr:last-child td{border-bottom:0}
th{background:var(--card);font-weight:600;white-space:nowrap}th button{font-weight:600}
th[aria-sort=ascending] button::after{content:" \\2191"}th[aria-sort=descending] button::after{content:" \\2193"}
td ul{list-style:none;padding:0}td{overflow-wrap:anywhere}
.servers td:nth-child(1){min-width:190px;max-width:260px}.servers td:nth-child(2){min-width:170px;max-width:230px}
.servers td:nth-child(4),.servers td:nth-child(5),.servers td:nth-child(6){min-width:140px}.servers td:nth-child(3),.servers td:nth-child(7),.mark{white-space:nowrap}
td li+li{margin-top:3px}
.digest{display:block;font-size:11px}
.release td:first-child{width:260px}
.findings td:nth-child(1),.findings td:nth-child(2),.differences td:nth-child(-n+3){overflow-wrap:normal;min-width:80px}
.findings td:nth-child(3),.findings td:nth-child(4){min-width:220px}.findings td:nth-child(5){min-width:110px;color:var(--dim)}
details summary{cursor:pointer;color:var(--dim)}
img{display:block;max-width:100%;border:1px solid var(--line);border-radius:8px}
.root,.everything,.privileges,.error,.lost{color:var(--bad)}.internet,.unpinned,.warning,.warned,.changed,.open{color:var(--warn)}
.shared,.hosts,.custom{color:var(--some)}.called{color:var(--away)}.nothing,.kept{color:var(--good)}.note{color:var(--dim)}
.flag[aria-pressed=true]{color:var(--page)}.paper{display:none}
@media print{
:root{--page:#fff;--ink:#000;--dim:#444;--line:#bbb;--card:#f2f2f2;--bad:#b42318;--warn:#8a5800;--some:#175cd3;--good:#18794e;--away:#6941c6}
@page{size:A4 landscape;margin:12mm}
body{padding:0;max-width:none;font-size:10px}nav:not([hidden]){display:none}
table{font-size:8.5px}code{font-size:8px}.digest{font-size:7px}th,td{padding:3px 5px}
.table{overflow:visible;border-radius:0}thead{display:table-header-group}tr{break-inside:avoid}
.servers td,.findings td,.differences td{min-width:0!important;max-width:none!important}
.servers table{table-layout:fixed}
.servers th:nth-child(1){width:23%}.servers th:nth-child(3),.servers th:nth-child(7){width:8%}.servers th:nth-child(8){width:7%}.servers th:nth-child(5){width:18%}
.findings td:nth-child(5){width:12%}
th button{display:contents}img.long{display:none}.paper{display:block}
h2{break-after:avoid;font-size:13px;margin-top:16px}
details::details-content{content-visibility:visible;display:block}
}
`;

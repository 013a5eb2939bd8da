// SPDX-License-Identifier: BSD-2-Clause
// The page around the data of html.cpp: style, script, and the four views: counts,
// map of the tree, list, one site with its diff.
#pragma once

#include <string_view>

namespace paravane::port {

inline constexpr std::string_view HTML_BEFORE_DATA = R"PAGE(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>pvport report</title>
<meta name="viewport" content="width=device-width">
<style>
:root{color-scheme:light dark;--line:#8886;--hot:200,60,20}
body{font:14px/1.4 system-ui,sans-serif;margin:1em auto;max-width:100em;padding:0 1em}
h1{font-size:1.3em;margin:.2em 0}
#counts span{display:inline-block;margin-right:1.5em}
#counts b{font-size:1.2em}
#map{display:flex;flex-wrap:wrap;gap:2px;margin:.5em 0}
#map button{border:1px solid var(--line);border-radius:3px;padding:.2em .5em;font:inherit;
 color:inherit;cursor:pointer;min-height:2.6em;text-align:left;overflow:hidden}
#map button small{display:block;opacity:.8}
#bar{position:sticky;top:0;background:Canvas;padding:.5em 0;display:flex;gap:.5em;flex-wrap:wrap}
#search{flex:1;min-width:16em;font:inherit;padding:.3em}
table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid var(--line);padding:.15em .5em;text-align:left;vertical-align:top}
td code,pre{font:12px/1.35 ui-monospace,monospace;white-space:pre-wrap;margin:0}
tr.open{background:#8882}
.silent{color:#c33}.unpredictable{color:#b60}.trapping{color:#37c}.harmless{color:#383}
.unmentioned,.by-hand{font-weight:bold;color:#c33}
.add{color:#383}.del{color:#c33}
</style></head><body>
<h1>pvport: <span id="tree"></span></h1>
<div id="counts"></div>
<nav id="path" aria-label="folder"></nav>
<div id="map" aria-label="map of the tree by density of sites"></div>
<div id="bar"><input id="search" type="search" placeholder="file, function, instruction, rule, class"
 aria-label="search"><select id="class" aria-label="class"></select>
<select id="fate" aria-label="what becomes of it"></select><span id="shown"></span></div>
<table><thead><tr><th>where</th><th>instruction</th><th>class</th><th>handled</th></tr></thead>
<tbody id="list"></tbody></table><button id="more">more</button>
<details><summary>notes</summary><pre id="notes"></pre></details>
<script type="application/json" id="data">)PAGE";

inline constexpr std::string_view HTML_AFTER_DATA = R"PAGE(</script>
<script>
"use strict";
const D=JSON.parse(document.getElementById("data").textContent),S=D.strings,R=D.rows;
const $=id=>document.getElementById(id),el=(n,c,t)=>{const e=document.createElement(n);
 if(c)e.className=c;if(t!==undefined)e.textContent=t;return e};
const FILE=0,LINE=1,FUNC=2,OFF=3,WORD=4,TEXT=5,CLASS=6,FATE=7,LEVEL=8,RULE=9,REASON=10,EDIT=11;
const hex=(n,w)=>"0x"+n.toString(16).padStart(w||0,"0"),fmt=n=>n.toLocaleString("en");
let folder="",limit=200,shown=[];
$("tree").textContent=D.tree||"objects";
document.title="pvport: "+(D.tree||"objects");
$("notes").textContent=D.notes.join("\n")||"none";
const tally=k=>{const m=new Map();for(const r of R)m.set(r[k],(m.get(r[k])||0)+1);return m};
const count=(n,t,c)=>{const s=el("span");s.append(el("b",c,fmt(n))," "+t);$("counts").append(s)};
count(D.files,"files");count(D.instructions,"instructions");count(D.sites,"sites");
for(const k of[CLASS,FATE]){const sel=$(k===CLASS?"class":"fate");
 sel.append(new Option(k===CLASS?"every class":"every outcome",""));
 for(const[i,n]of tally(k)){if(k===FATE)count(n,S[i],S[i]);sel.append(new Option(S[i]+" ("+fmt(n)+")",i))
}
}
const inside = f = > folder == = "" || f == = folder || f.startsWith(folder + "/");
function drawMap() {
    const p = $("path");
    p.replaceChildren();
    const go = (t, to) => {
        const b = el("button", "", t);
        b.onclick = () => {
            folder = to;
            draw()
        };
        p.append(b, " ")
    };
    go("all", "");
    let at = "";
    for (const part of folder ? folder.split("/") : []) {
        at += (at ? "/" : "") + part;
        go(part, at)
    }
    const m = new Map(), skip = folder ? folder.length + 1 : 0;
    for (const r of R) {
        const f = S[r[FILE]];
        if (!inside(f) || f == = folder)
            continue;
        const rest = f.slice(skip), cut = rest.indexOf("/", rest[0] == = "/" ? 1 : 0);
        const name = cut < 0 ? rest : rest.slice(0, cut);
        m.set(name, (m.get(name) || 0) + 1)
    }
    const all = [... m].sort((a, b) = > b[1] - a[1]), top = all.length ? all[0][1] : 1;
    $("map").replaceChildren(... all.map(([ n, c ]) = > {
        const b = el("button", "", n);
        b.append(el("small", "", fmt(c)));
        b.style.background = "rgba(var(--hot)," + (.08 + .72 * Math.sqrt(c / top)).toFixed(2) + ")";
        b.style.flexGrow = Math.ceil(10 * Math.sqrt(c / top));
        b.onclick = () => {
            folder = (folder ? folder + "/" : "") + n;
            draw()
        };
        return b
    }))
}
function where(r) {
    const f = S[r[FUNC]];
    return S[r[FILE]] + (r[LINE] ? ":" + r[LINE] : "") +
           (f ? " " + f + (r[OFF] ? "+" + hex(r[OFF]) : "") : "")
}
function handled(r){return S[r[FATE]] + (r[LEVEL] >= 0 ? ", level " + r[LEVEL] : "") +
                           (S[r[RULE]] ? ", " + S[r[RULE]] : "")} function diff(t) {
    const p = el("pre");
    for (const l of t.split("\n"))
        p.append(el("span", l[0] == = "+" ? "add" : l[0] == = "-" ? "del" : "", l + "\n"));
    return p
}
function open(tr, r) {
    if (tr.className == = "open") {
        tr.nextSibling.remove();
        tr.className = "";
        return
    }
    tr.className = "open";
    const d = el("tr"), c = el("td");
    c.colSpan = 4;
    c.append(el("div", "", S[r[REASON]] || "no reason given"));
    if (S[r[EDIT]])
        c.append(diff(S[r[EDIT]]));
    d.append(c);
    tr.after(d)
}
function row(r) {
    const tr = el("tr"), c = el("td");
    tr.append(el("td", "", where(r)));
    c.append(
        el("code", "", S[r[TEXT]] + (r[WORD] ? "  " + hex(r[WORD], r[WORD] > 65535 ? 8 : 4) : "")));
    tr.append(c, el("td", S[r[CLASS]], S[r[CLASS]]), el("td", S[r[FATE]], handled(r)));
    tr.onclick = () = > open(tr, r);
    return tr
}
function drawList() {
    const q = $("search").value.toLowerCase().split(/\s + /).filter(Boolean), k = $("class").value,
          f = $("fate").value;
    shown = R.filter(r = > inside(S[r[FILE]]) && (k == = "" || r[CLASS] == k) &&
                         (f == = "" || r[FATE] == f) &&
                         (!q.length || (t = > q.every(w = > t.includes(w)))(
                                           (where(r) + " " + S[r[TEXT]] + " " + hex(r[WORD], 8) +
                                            " " + S[r[CLASS]] + " " + handled(r))
                                               .toLowerCase())));
    $("shown").textContent = fmt(shown.length) + " sites";
    $("list").replaceChildren(... shown.slice(0, limit).map(row));
    $("more").hidden = shown.length <= limit
}
function draw() {
    limit = 200;
    drawMap();
    drawList()
}
for (const id of["search", "class", "fate"])
    $(id).addEventListener(
        "input", () = > {
            limit = 200;
            drawList()
        });
$("more").onclick = () => {
    limit += 1000;
    drawList()
};
if (location.hash.length > 1)
    $("search").value = decodeURIComponent(location.hash.slice(1));
draw();
document.body.dataset.ready = String(shown.length);
</script></body></html>
)PAGE";

} // namespace paravane::port

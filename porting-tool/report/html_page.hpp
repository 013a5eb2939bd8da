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

// clang-format off
inline constexpr std::string_view HTML_AFTER_DATA = R"PAGE(</script>
<script>
"use strict";
const D = JSON.parse(document.getElementById("data").textContent), S = D.strings, R = D.rows;
const FILE = 0, LINE = 1, FUNC = 2, OFF = 3, WORD = 4, TEXT = 5, CLASS = 6, FATE = 7, LEVEL = 8,
      RULE = 9, REASON = 10, EDIT = 11, PAGE = 200;
const $ = id => document.getElementById(id);
const el = (name, cls, text) => {
  const e = document.createElement(name);
  if (cls) e.className = cls;
  if (text !== undefined) e.textContent = text;
  return e;
};
const hex = (n, w) => "0x" + n.toString(16).padStart(w || 0, "0");
const fmt = n => n.toLocaleString("en");
let folder = "", limit = PAGE, shown = [];

const count = (n, text, cls) => {
  const s = el("span");
  s.append(el("b", cls, fmt(n)), " " + text);
  $("counts").append(s);
};
const tally = key => {
  const m = new Map();
  for (const r of R) m.set(r[key], (m.get(r[key]) || 0) + 1);
  return m;
};
function head() {
  $("tree").textContent = D.tree || "objects";
  document.title = "pvport: " + (D.tree || "objects");
  $("notes").textContent = D.notes.join("\n") || "none";
  count(D.files, "files");
  count(D.instructions, "instructions");
  count(D.sites, "sites");
  for (const [key, id, all] of [[CLASS, "class", "every class"], [FATE, "fate", "every outcome"]]) {
    $(id).append(new Option(all, ""));
    for (const [i, n] of tally(key)) {
      $(id).append(new Option(S[i] + " (" + fmt(n) + ")", i));
      if (key === FATE) count(n, S[i], S[i]);
    }
  }
}

const inside = f => folder === "" || f === folder || f.startsWith(folder + "/");
function enter(to) { folder = to; draw(); }
function drawPath() {
  $("path").replaceChildren();
  const step = (text, to) => {
    const b = el("button", "", text);
    b.onclick = () => enter(to);
    $("path").append(b, " ");
  };
  step("all", "");
  let at = "";
  for (const [i, part] of folder.split("/").entries()) {
    at += (i ? "/" : "") + part;
    if (part) step(part, at);
  }
}
function drawMap() {
  drawPath();
  const m = new Map(), skip = folder ? folder.length + 1 : 0;
  for (const r of R) {
    const f = S[r[FILE]];
    if (!inside(f) || f === folder) continue;
    const rest = f.slice(skip), cut = rest.indexOf("/", rest[0] === "/" ? 1 : 0);
    const name = cut < 0 ? rest : rest.slice(0, cut);
    m.set(name, (m.get(name) || 0) + 1);
  }
  const all = [...m].sort((a, b) => b[1] - a[1]), top = all.length ? all[0][1] : 1;
  $("map").replaceChildren(...all.map(([name, n]) => {
    const b = el("button", "", name), weight = Math.sqrt(n / top);
    b.append(el("small", "", fmt(n)));
    b.style.background = "rgba(var(--hot)," + (.08 + .72 * weight).toFixed(2) + ")";
    b.style.flexGrow = Math.ceil(10 * weight);
    b.onclick = () => enter((folder ? folder + "/" : "") + name);
    return b;
  }));
}

const where = r => S[r[FILE]] + (r[LINE] ? ":" + r[LINE] : "") +
  (S[r[FUNC]] ? " " + S[r[FUNC]] + (r[OFF] ? "+" + hex(r[OFF]) : "") : "");
const handled = r => S[r[FATE]] + (r[LEVEL] >= 0 ? ", level " + r[LEVEL] : "") +
  (S[r[RULE]] ? ", " + S[r[RULE]] : "");
const word = r => r[WORD] ? hex(r[WORD], r[WORD] > 65535 ? 8 : 4) : "";
function diff(text) {
  const pre = el("pre");
  for (const line of text.split("\n"))
    pre.append(el("span", line[0] === "+" ? "add" : line[0] === "-" ? "del" : "", line + "\n"));
  return pre;
}
function toggle(tr, r) {
  if (tr.className === "open") {
    tr.nextSibling.remove();
    tr.className = "";
    return;
  }
  tr.className = "open";
  const detail = el("tr"), cell = el("td");
  cell.colSpan = 4;
  cell.append(el("div", "", S[r[REASON]] || "no reason given"));
  if (S[r[EDIT]]) cell.append(diff(S[r[EDIT]]));
  detail.append(cell);
  tr.after(detail);
}
function row(r) {
  const tr = el("tr"), cell = el("td");
  cell.append(el("code", "", S[r[TEXT]] + "  " + word(r)));
  tr.append(el("td", "", where(r)), cell, el("td", S[r[CLASS]], S[r[CLASS]]),
            el("td", S[r[FATE]], handled(r)));
  tr.onclick = () => toggle(tr, r);
  return tr;
}
function drawList() {
  const query = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const cls = $("class").value, fate = $("fate").value;
  const found = r => {
    const text = [where(r), S[r[TEXT]], word(r), S[r[CLASS]], handled(r)].join(" ").toLowerCase();
    return query.every(q => text.includes(q));
  };
  shown = R.filter(r => inside(S[r[FILE]]) && (cls === "" || r[CLASS] == cls) &&
                        (fate === "" || r[FATE] == fate) && (!query.length || found(r)));
  $("shown").textContent = fmt(shown.length) + " sites";
  $("list").replaceChildren(...shown.slice(0, limit).map(row));
  $("more").hidden = shown.length <= limit;
}
function draw() {
  limit = PAGE;
  drawMap();
  drawList();
}
for (const id of ["search", "class", "fate"])
  $(id).addEventListener("input", () => { limit = PAGE; drawList(); });
$("more").onclick = () => { limit += 1000; drawList(); };
if (location.hash.length > 1) $("search").value = decodeURIComponent(location.hash.slice(1));
head();
draw();
document.body.dataset.ready = String(shown.length);
</script></body></html>
)PAGE";
// clang-format on

} // namespace paravane::port

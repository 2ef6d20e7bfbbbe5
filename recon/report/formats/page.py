"""The look of report.html and the script that filters it; the page says by their hashes that nothing else may run."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from recon.report.words import COLOURS

_LOOK = """
:root { color-scheme: light; --ink: #1f2a37; --quiet: #5b6673; --line: #d5dbe2; --head: #1f3b57 }
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, "Segoe UI", sans-serif; color: var(--ink); background: #fff; margin: 2rem auto;
  padding: 0 1.5rem; max-width: 90rem }
h1 { font-size: 1.7rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .4rem }
p { margin: .2rem 0 } .quiet { color: var(--quiet); font-size: .87rem } .first { font-size: 1.1rem; font-weight: 600 }
a { color: #1f5fa8 }
.scroll { overflow-x: auto; max-height: 42rem; border: 1px solid var(--line); border-radius: 6px; width: fit-content;
  max-width: 100% }
table { border-collapse: collapse; font-size: .87rem }
th { background: var(--head); color: #fff; text-align: left; font-weight: 600; position: sticky; top: 0 }
th, td { padding: .3rem .55rem; vertical-align: top; border-bottom: 1px solid var(--line); white-space: nowrap }
th { white-space: normal; vertical-align: bottom }
td.prose { white-space: normal; min-width: 15.5rem } td.wrap { white-space: normal; min-width: 9rem } td small { display: block; color: var(--quiet);
  font-size: .8rem } .n { text-align: right; font-variant-numeric: tabular-nums }
tr:last-child td { border-bottom: 0 } tr:target td { outline: 2px solid #1f5fa8; outline-offset: -2px }
#filter { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: .8rem 0 } [hidden] { display: none !important }
#filter label { font-size: .8rem; color: var(--quiet) }
#filter select, #filter input { display: block; font: inherit; font-size: .9rem; height: 2rem; padding: .2rem .4rem;
  max-width: 16rem }
@media screen and (max-width: 600px) {
  #filter { display: grid; grid-template-columns: 1fr 1fr } #filter select, #filter input { width: 100% }
  body { padding: 0 .8rem; margin: 1rem auto } thead { display: none } .scroll { border: 0; max-height: none; width: 100% }
  table, tbody { display: block } tr { display: block; border: 1px solid var(--line); border-radius: 6px; margin: 0 0 .7rem;
    padding: .3rem .2rem }
  td, td.prose, td.wrap { display: flex; gap: .6rem; justify-content: space-between; border: 0; white-space: normal; min-width: 0;
    padding: .15rem .6rem; text-align: right; overflow-wrap: anywhere }
  td:empty { display: none } td::before { content: attr(data-h); color: var(--quiet); text-align: left; flex: none;
    max-width: 45% }
  td.prose { display: block; text-align: left } td.prose::before { display: block; max-width: none }
}
@page { size: A4 landscape; margin: 10mm }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 8pt } .scroll { max-height: none; overflow: visible; border: 0;
    width: 100% }
  table { width: 100%; font-size: 7pt } th { position: static; color: #000; background: #e5e9ee } thead { display: table-header-group }
  th { white-space: normal } td { padding: .1rem .25rem } td.prose { min-width: 14rem } td small { font-size: 6.5pt }
  tr { break-inside: avoid } #filter { display: none }
}
"""
STYLE = _LOOK + "".join(f".{word} {{ background: #{back}; color: #{ink} }}\n" for word, (back, ink) in COLOURS.items())

SCRIPT = """
"use strict";
const form = document.getElementById("filter"), told = document.getElementById("told");
const rows = [...document.querySelectorAll("tr[data-d]")];
const picks = [...form.querySelectorAll("select")], text = form.querySelector("input");
for (const pick of picks) {
  const counts = new Map();
  for (const row of rows) {
    const value = row.dataset[pick.name];
    if (value) counts.set(value, (counts.get(value) || 0) + 1);
  }
  for (const value of [...counts.keys()].sort()) pick.add(new Option(`${value} (${counts.get(value)})`, value));
}
function show() {
  const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const fits = picks.every(pick => !pick.value || row.dataset[pick.name] === pick.value);
    const all = fits && (!words.length || words.every(word => row.textContent.toLowerCase().includes(word)));
    row.hidden = !all;
    shown += all ? 1 : 0;
  }
  told.textContent = `${shown} of ${rows.length} rows`;
}
form.addEventListener("input", show);
form.addEventListener("submit", event => event.preventDefault());
form.hidden = false;
show();
"""


def source(text: str) -> str:
    """Return how a Content-Security-Policy names a style or script that stands in the page."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; style-src {source(STYLE)}; script-src {source(SCRIPT)}; base-uri 'none'; form-action 'none'"
)
"""Content-Security-Policy of the page."""
FILTER = """<form id="filter" hidden>
<label>Decision<select name="d"><option value="">all</option></select></label>
<label>Supplier<select name="s"><option value="">all</option></select></label>
<label>Code<select name="c"><option value="">all</option></select></label>
<label>Text<input type="search" name="t"></label>
<span id="told" class="quiet"></span>
</form>
"""

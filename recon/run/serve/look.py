"""The look of the page and the script that lets it follow what changes; it says by their hashes that nothing else may run."""

from __future__ import annotations

from recon.report.formats.page import STYLE as REPORT
from recon.report.formats.page import source

STYLE = (
    REPORT
    + """
nav { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; border-bottom: 1px solid var(--line); padding-bottom: .5rem; margin-bottom: 1rem }
nav a { text-decoration: none } nav a[aria-current] { color: var(--ink); font-weight: 600 }
.mark { padding: .05rem .45rem; border-radius: 4px } dt { font-weight: 600; margin-top: .6rem } dd { margin: 0 0 0 1rem; overflow-wrap: anywhere }
#filter button { font: inherit; font-size: .9rem; height: 2rem; display: block } main { overflow-wrap: break-word }
"""
)
SCRIPT = """
"use strict";
async function again() {
  const typing = document.activeElement && document.activeElement.form;
  const tried = location.search.includes("clears=tried");
  if (!document.hidden && !typing && !tried) {
    try {
      const answer = await fetch(location.href, {headers: {"accept": "text/html"}});
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const old = document.querySelector("main"), now = page.querySelector("main");
        if (now && old.innerHTML !== now.innerHTML) old.replaceWith(now);
      }
    } catch (error) { /* it is asked again */ }
  }
  setTimeout(again, 3000);
}
setTimeout(again, 3000);
"""
POLICY = (
    f"default-src 'none'; style-src {source(STYLE)}; script-src {source(SCRIPT)}; connect-src 'self'; img-src data:;"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Content-Security-Policy of every page."""

"""The pages: what is on hold, what is committed and accrued, feeds, dead letters; whole without a script, and in step with what changes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

from recon.codes import DECISIONS
from recon.report import money
from recon.report.text import showable
from recon.report.words import STOPPED
from recon.run.serve import explained, views
from recon.run.serve.api import tagged, without_bank
from recon.run.serve.look import POLICY, SCRIPT, STYLE
from recon.run.serve.query import Query
from recon.run.serve.refused import RefusedError
from recon.store.results import decided

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from starlette.requests import Request

    from recon.rules.rule import Rules
    from recon.run.serve.callers import Callers
    from recon.run.serve.reader import Reader
    from recon.store.store import Store

Row = dict[str, Any]
NAMES = (("/", "Invoices"), ("/page/commitments", "Commitments and accrual"), ("/page/feeds", "Feeds"), ("/page/dead", "Dead letters"))  # fmt: skip
SHOWN = (*reversed(DECISIONS), "all")
"""What may be shown: what a person must act on first."""
TITLES = {**STOPPED, DECISIONS[0]: "to pay"}
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Page:
    """A page: its path, the parameters that it takes, its template, and what fills that."""

    path: str
    takes: Sequence[str]
    template: str
    fill: Callable[[Store, Query], Row]


def routes(rules: Rules, callers: Callers, reader: Reader) -> list[Route]:
    """Return the routes of all pages."""
    invoice, order, feeds = explained.invoice(rules), explained.order(rules), views.feeds(rules)
    pages = [
        Page("/", ("decision", "q", "cursor"), "invoices.html", _invoices),
        Page(
            "/page/invoices/{id}", ("clears",), "explained.html", lambda store, asked: _invoice(invoice(store, asked))
        ),
        Page("/page/orders/{po:path}", (), "explained.html", lambda store, asked: _order(order(store, asked))),
        Page("/page/commitments", ("cursor",), "positions.html", _positions),
        Page("/page/feeds", (), "feeds.html", lambda store, asked: _feeds(feeds(store, asked))),
        Page("/page/dead", (), "dead.html", lambda store, asked: {"title": "Dead letters", **views.dead(store, asked)}),
    ]
    return [Route(page.path, _answer(page, callers, reader)) for page in pages]


def _answer(page: Page, callers: Callers, reader: Reader) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            await callers.asked(request, "read")
            asked = Query(dict(request.query_params), request.path_params, page.takes)
            body = await asyncio.to_thread(_filled, page, reader, asked)
        except RefusedError as error:
            error.shown = refused(error)
            raise
        return tagged(request, body, HTML, **{"content-security-policy": POLICY})

    return answer


def _filled(page: Page, reader: Reader, asked: Query) -> bytes:
    with reader.look() as store:
        told = {"waiting": store.log.last() - store.state.applied_seq, "applied": store.state.applied_seq, **without_bank(page.fill(store, asked))}  # fmt: skip
        last = store.state.ticks()[-1:]
    told["at"] = _moment(last[0][0]) if last else "nothing was applied yet"
    return _render(page.template, here=page.path, pages=NAMES, **told)


def refused(error: RefusedError) -> Response:
    """Return a refusal as a page, for whoever reads it in a browser."""
    title = {401: "Who are you?", 403: "You may not see this", 404: "There is nothing here"}.get(error.status, "This cannot be shown")  # fmt: skip
    body = _render("refused.html", title=title, detail=error.detail)
    return Response(body, error.status, {**error.headers, "content-security-policy": POLICY, "cache-control": "no-store"}, HTML)  # fmt: skip


def _render(template: str, **told: Any) -> bytes:
    return _templates().get_template(template).render(style=Markup(STYLE), script=Markup(SCRIPT), **told).encode()  # noqa: S704 -- they are our own


@cache
def _templates() -> Environment:
    folder = FileSystemLoader(Path(__file__).with_name("templates"))
    made = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, finalize=_seen, trim_blocks=True)
    made.filters |= {"amount": _amount, "moment": _moment}
    return made


def _seen(value: Any) -> Any:
    """Return what is written into a page: text with nothing in it that cannot be seen, or should not be."""
    return showable(value, lines=True) if isinstance(value, str) and not isinstance(value, Markup) else value


def _amount(value: Any, currency: str | None) -> str:
    return money.amount(Decimal(str(value)), currency) if value is not None else ""


def _moment(at: str | None) -> str:
    """Return a time as it is here, to the second."""
    return f"{datetime.fromisoformat(at).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else ""


def _invoices(store: Store, asked: Query) -> Row:
    decision, q = asked.word("decision", SHOWN) or SHOWN[0], asked.text("q")
    told = views.invoices_of(store, asked, "") if decision == "all" else views.invoices_at_risk(store, asked, decision)
    title = f"{TITLES[decision].capitalize()} now" if decision in TITLES else "Invoices"
    blank = dict.fromkeys(INVOICE)
    rows = [{**blank, **row} for row in told["invoices"]]
    onward = {"decision": decision, "q": q, "cursor": told["next"]}
    return {"title": title, "rows": rows, "decision": decision, "q": q, "decisions": SHOWN, "count": None if q or decision == "all" else decided(store.state, decision), "next": urlencode(onward) if told["next"] else ""}  # fmt: skip


INVOICE = ("invoice_key", "invoice_number", "supplier_id", "supplier_name", "invoice_date", "currency", "amount", "amount_at_risk", "decision", "codes")  # fmt: skip


def _invoice(told: Row) -> Row:
    row = told["invoice"]
    of = row["supplier_name"] or row["supplier_id"] or "an unknown supplier"
    headline = f"{row['decision']}: {_amount(row['amount'], row['currency'])} {money.currency_name(row['currency'])} of {of}, {f'dated {day}' if (day := row['invoice_date']) else 'without a date'}"  # fmt: skip
    return {"title": f"Invoice {row['invoice_number'] or '(no number)'}", "headline": headline, "findings": told["discrepancies"], "explained": told["explained"], "tried": told["tried"], "path": f"/page/invoices/{row['invoice_key']}"}  # fmt: skip


def _order(told: Row) -> Row:
    lines = ", ".join(f"line {line['po_line']}: {_amount(line['committed'], line['currency'])} {line['currency']} committed, {_amount(line['accrued'], line['currency'])} accrued" for line in told["lines"])  # fmt: skip
    return {
        "title": f"Order {told['po_number']}",
        "headline": lines,
        "findings": [],
        "explained": told["explained"],
        "tried": True,
        "path": "",
    }


def _positions(store: Store, asked: Query) -> Row:
    told = views.positions(store, asked)
    balances = [(name.capitalize(), sorted(amounts.items())) for name, amounts in told["balances"].items()]
    return {"title": "Commitments and accrual now", "balances": balances, "lines": told["lines"], "next": told["next"]}


def _feeds(told: Row) -> Row:
    blank = {"ok_at": None, "failures": 0, "problem": ""}
    figures = {name: f"{told[name]:,.2f}" for name in ("rate", "p50", "p99", "lag")}
    rows = [{**blank, **row} for row in told["feeds"]]
    return {"title": "Feeds", **{name: told[name] for name in ("events", "documents", "unmatched")}, **figures, "feeds": rows, "outbox": sorted(told["outbox"].items())}  # fmt: skip

"""The read API: each path with who may ask it, what it takes and what tells it; answers have a hash, so that they need not be sent twice."""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from recon.report.text import mask_ibans
from recon.result_tables import SUPPLIER_LINKS
from recon.run.serve import explained, views
from recon.run.serve.query import Query
from recon.tables import INVOICE_LINES, ORDER_LINES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from starlette.requests import Request

    from recon.rules.rule import Rules
    from recon.run.serve.callers import Callers
    from recon.run.serve.months import Months
    from recon.run.serve.reader import Reader
    from recon.store.store import Store

    View = Callable[[Store, Query], dict[str, Any]]
    Tell = Callable[[Reader, Query], dict[str, Any]]

BANK = frozenset(
    name
    for table in (INVOICE_LINES, ORDER_LINES, SUPPLIER_LINKS)
    for name in table.columns
    if name.endswith(("iban", "vat_id"))
)
"""Columns that only who may see bank details sees: the others are told that they are there, by nothing."""
PAGED = ("limit", "cursor")


@dataclass(frozen=True)
class Endpoint:
    """A path that is read: what tells it, what it takes, and what it is, in words."""

    path: str
    tell: Tell
    takes: Sequence[str]
    about: str
    scope: str = "read"


def endpoints(rules: Rules, months: Months) -> list[Endpoint]:
    """Return the paths of the API."""
    return [
        Endpoint("/v1/invoices", _at_once(views.invoices), ("decision", "q", *PAGED), "Invoices with what was decided, by key; of one decision, or in which a word stands."),
        Endpoint("/v1/invoices/{id}", _at_once(explained.invoice(rules)), ("clears",), "One invoice by its key, what was found on it, and why; with `clears=tried` how its supplier was recognised, too, and the smallest change that clears each finding, found by matching again (seconds)."),
        Endpoint("/v1/discrepancies", _at_once(views.discrepancies), ("since", "severity", "code", *PAGED), "What was found by matches after an event (`since`), in their order. What is matched again comes again."),
        Endpoint("/v1/orders/{po:path}", _at_once(explained.order(rules)), (), "One order by its number: what its lines commit to, what they came to, and why."),
        Endpoint("/v1/commitments", _at_once(views.commitments), PAGED, "What orders commit to pay now, in all and by order line; an order is in it as soon as it is applied."),
        Endpoint("/v1/accrual", _at_once(views.accrual), PAGED, "What was received and not invoiced now, in all and by order line."),
        Endpoint("/v1/cash", months.frame("cash_out"), ("period",), "What is to be paid when, as month-end says of the period (this month)."),
        Endpoint("/v1/kpis", months.frame("kpis"), ("period",), "Key figures of the period (this month), as month-end says."),
        Endpoint("/v1/changes", _at_once(views.changes), ("after", "outbox", "limit"), "How verdicts turned, in order, after a change: ask again with `next`."),
        Endpoint("/v1/feeds", _at_once(views.feeds(rules)), (), "How far each feed and the whole is, and how fast events become verdicts."),
        Endpoint("/v1/dead", _at_once(views.dead), (), "Documents that could not be applied, and why."),
    ]  # fmt: skip


def _at_once(view: View) -> Tell:
    """Return what tells a view of one moment."""

    def tell(reader: Reader, asked: Query) -> dict[str, Any]:
        with reader.look() as store:
            return view(store, asked)

    return tell


def routes(told: Sequence[Endpoint], callers: Callers, reader: Reader) -> list[Route]:
    """Return the routes of the API and of its description."""
    from recon.run.serve.openapi import description

    text = views.as_json(description(told)).encode()

    async def describe(request: Request) -> Response:
        return tagged(request, text, "application/vnd.oai.openapi+json;version=3.1")

    return [*(Route(each.path, _answer(each, callers, reader)) for each in told), Route("/openapi.json", describe)]


def _answer(endpoint: Endpoint, callers: Callers, reader: Reader) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        caller = await callers.asked(request, endpoint.scope)
        asked = Query(dict(request.query_params), request.path_params, endpoint.takes)
        told = await asyncio.to_thread(_told, endpoint, reader, asked, bank=caller.may("bank"))
        return tagged(request, told, "application/json")

    return answer


def _told(endpoint: Endpoint, reader: Reader, asked: Query, *, bank: bool) -> bytes:
    told = endpoint.tell(reader, asked)
    return views.as_json(told if bank else without_bank(told)).encode()


def without_bank(value: Any) -> Any:
    """Return a value without bank details and VAT ids: their columns are gone, and accounts in running text are masked."""
    if isinstance(value, dict):
        return {name: without_bank(one) for name, one in value.items() if name not in BANK}
    if isinstance(value, list | tuple):
        return [without_bank(one) for one in value]
    return mask_ibans(value) if isinstance(value, str) else value


def tagged(request: Request, body: bytes, kind: str, **headers: str) -> Response:
    """Return a body with its hash as ETag; 304 without it where whoever asks has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    told: Mapping[str, str] = {"etag": tag, "cache-control": "private, no-cache", "vary": "authorization", **headers}
    known = re.findall(r'"[^"]*"', request.headers.get("if-none-match", ""))
    return Response(None, 304, told) if tag in known else Response(body, 200, told, kind)

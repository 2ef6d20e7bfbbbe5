"""One invoice or order with its explanation, from the results that stand: nothing is matched again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.report.text import mask_ibans
from recon.result_tables import SUPPLIER_LINKS
from recon.review.explain import explain_line, explain_order
from recon.review.named import titled
from recon.review.published import Published
from recon.review.told import Known
from recon.rules.file import named_lines
from recon.run.serve.matched_again import CLEARS, told_again
from recon.run.serve.refused import RefusedError
from recon.store.outcome import frames_around
from recon.store.positions import positions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from recon.review.told import Part
    from recon.rules.rule import Rules
    from recon.run.serve.query import Query
    from recon.store.store import Store

Row = dict[str, Any]
FRAMES = ("discrepancies", "invoice_lines", "order_lines", "receipt_lines", "invoices", "allocations")


def invoice(rules: Rules) -> Callable[[Store, Query], Row]:
    """Return what tells an invoice by its key: its row, what was found, and why, line by line."""
    places = _places(rules)

    def tell(store: Store, asked: Query) -> Row:
        key = asked.path["id"]
        frames = frames_around(store.state, "invoices", key)
        own = [row for row in frames["invoices"].to_dicts() if row["invoice_key"] == key] if frames else []
        if not frames or not own:
            raise RefusedError(404, "no invoice has this key; /v1/invoices lists them")
        lines = [row for row in frames["invoice_lines"].sort("source", "row").to_dicts() if row["invoice_key"] == key]
        found = [row for row in frames["discrepancies"].to_dicts() if row["invoice_key"] == key]
        tried = asked.word("clears", CLEARS) == "tried"
        again = told_again(store, rules, places, key, _line) if tried else None
        known = _known(frames, rules, places)
        told = [_line(known, row) for row in lines] if again is None else again
        return {
            "invoice": own[0],
            "lines": lines,
            "discrepancies": found,
            "explained": told,
            "tried": again is not None,
        }

    return tell


def order(rules: Rules) -> Callable[[Store, Query], Row]:
    """Return what tells an order by its number: what each line commits to now, and, where it is matched, what it came to and why."""
    places = _places(rules)

    def tell(store: Store, asked: Query) -> Row:
        number = asked.path["po"]
        lines = positions_of(store.state, number)
        frames = frames_around(store.state, "order_lines", number)
        if not lines and not frames:
            raise RefusedError(404, "no order has this number")
        rows = (
            [row for row in frames["order_lines"].sort("source", "row").to_dicts() if row["po_number"] == number]
            if frames
            else []
        )
        known = _known(frames, rules, places) if frames else None
        told = [_told("order_lines", row, explain_order(known, row)) for row in rows] if known else []
        return {"po_number": number, "lines": lines, "matched": rows, "explained": told}

    return tell


def _line(known: Known, row: Row) -> Row:
    return _told("invoice_lines", row, explain_line(known, row))


def _places(rules: Rules) -> Mapping[str, int]:
    return named_lines(rules) if rules.path.is_file() else {}


def _known(frames: Mapping[str, pl.DataFrame], rules: Rules, places: Mapping[str, int]) -> Known:
    published = Published(**{name: frames[name] for name in FRAMES}, supplier_links=SUPPLIER_LINKS.empty())
    return Known(published, rules=rules, places=places)


def _told(table: str, row: Row, parts: list[Part]) -> Row:
    told = [{"title": part.title, "lines": [mask_ibans(line) for line in part.lines], "data": part.data} for part in parts]  # fmt: skip
    return {"what": titled(table, row), "parts": told}

"""Documents: what lines tell together: signs of credit notes, order rows with one key, and the order of allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.match.heads import with_plans
from recon.match.normalise.order import in_order_of_allocation, numbered
from recon.match.normalise.promised import with_promises
from recon.match.normalise.repeats import with_repeats
from recon.match.normalise.schedules import ORDER_KEY, with_schedules
from recon.match.normalise.signs import signed
from recon.tables import RECEIPT_LINES

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from recon.rules.rule import Rules


def ordered(lines: pl.DataFrame) -> pl.DataFrame:
    """Return order lines with `order_id`, a number in the order of group and key, which of them count, and what they promise and plan."""
    by = lines[["group_id", *ORDER_KEY]].get_columns()
    return with_plans(with_promises(with_schedules(numbered(lines, "order_id", by, ["source", "row"]))))


def received(lines: pl.DataFrame, rules: Rules, absent: AbstractSet[str]) -> pl.DataFrame:
    """Return receipt lines with `receipt_id`: a number in the order of group (none last), date, number and content.

    And which of them count: of rows that repeat one another one does.
    """
    by = ("receipt_date", "receipt_number", "receipt_line")
    others = [c for c in RECEIPT_LINES.columns if c not in (*by, "source", "row")]
    turn = lines.select(pl.col("group_id").is_null().alias("loose"), "group_id", *by).get_columns()
    return with_repeats(numbered(lines, "receipt_id", turn, [*others, "source", "row"]), rules, absent)


def invoiced(lines: pl.DataFrame) -> pl.DataFrame:
    """Return invoice lines with `document_type` and the signs it means, and `line_id`: group by group in the order of allocation."""
    return in_order_of_allocation(signed(lines))

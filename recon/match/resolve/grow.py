"""Grow: parties that were never seen before, added to those that are decided, where nobody else is another through them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.match.resolve.on_file import with_shared_blocks
from recon.match.resolve.parties import GIVEN, KEYS, keyed, know
from recon.match.resolve.resolve import NOBODY, Parties, twin_ties
from recon.match.resolve.supplier_verdicts import verdicts

if TYPE_CHECKING:
    from recon.match.resolve.parties import Known
    from recon.rules.rule import SupplierRules

_OF_GROUPS = ["supplier_key", "supplier_group", "group_id"]


def grown(before: Parties, orders: pl.DataFrame, invoices: pl.DataFrame, suppliers: pl.DataFrame, rules: SupplierRules) -> Parties | None:  # fmt: skip
    """Return what `resolve` makes of the parties before and new ones together, while the new ones name no order number.

    `orders`, `invoices`: `party_mark` and what is given (GIVEN) of the new ones of each side. None where somebody may be
    another through them, or they hang together with somebody: then only `resolve` tells.
    """
    known = _known(before, orders.clear(), suppliers, rules)
    if orders.height and not _same(known, _known(before, orders, suppliers, rules)):
        return None
    of_orders, of_invoices = (verdicts(_numbered(new, old), known, rules, NOBODY) for new, old in ((orders, before.orders), (invoices, before.invoices)))  # fmt: skip
    told = [_grouped(each, before, known) for each in (of_orders, of_invoices)]
    if any(each is None for each in told) or _ties_anew(before, of_invoices, known):
        return None
    more = (pl.concat([old, new.select(old.columns)]) for old, new in zip((before.orders, before.invoices), told, strict=True) if new is not None)  # fmt: skip
    return replace(before, orders=next(more), invoices=next(more))


def _known(before: Parties, orders: pl.DataFrame, suppliers: pl.DataFrame, rules: SupplierRules) -> Known:
    there = before.orders.select(*GIVEN, *KEYS)
    return with_shared_blocks(know(pl.concat([there, keyed(orders.select(GIVEN)).select(there.columns)]), suppliers, rules))  # fmt: skip


def _same(one: Known, other: Known) -> bool:
    by = ["id_key", "supplier_id"]
    return one.evidence.equals(other.evidence) and one.suppliers.sort(by).equals(other.suppliers.sort(by))


def _numbered(new: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:
    return keyed(new.with_row_index("party", offset=int(str(old["party"].max() or 0)) + 1))


def _grouped(decided: pl.DataFrame, before: Parties, known: Known) -> pl.DataFrame | None:
    """Return new parties with the groups of their suppliers; None where one was weighed against others, or is the first of a
    known supplier, who may be a twin of another by name.
    """
    there = pl.concat([before.orders[_OF_GROUPS], before.invoices[_OF_GROUPS]]).unique()
    told = decided.join(there, on="supplier_key", how="left", maintain_order="left")
    first = told.filter(pl.col("group_id").is_null())
    if decided["weighed"].is_not_null().any() or first["supplier_key"].is_in(known.suppliers["supplier_id"].implode()).any():  # fmt: skip
        return None
    return told.with_columns(pl.coalesce(column, "supplier_key").alias(column) for column in _OF_GROUPS[1:])


def _ties_anew(before: Parties, new: pl.DataFrame, known: Known) -> bool:
    """Return whether the new parties of invoices tie suppliers by a VAT id or IBAN."""
    columns = ["supplier_key", "supplier_state", "vat_key", "iban_key"]
    then = before.invoices[columns]
    since = pl.concat([then, new[columns]])
    ties = [set(twin_ties(known, each).iter_rows()) for each in (then, since)]
    return ties[0] != ties[1]

"""Resolve: which known supplier each distinct party on invoices and orders is, how sure that is, and which hang together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.match.groups import chained, components
from recon.match.parties import GIVEN, Known, given, keyed, know
from recon.match.verdicts import verdicts
from recon.tables import AMOUNT, SUPPLIER_LINKS

if TYPE_CHECKING:
    from recon.rules import SupplierRules

_NOBODY = pl.DataFrame(schema={"party": pl.UInt32, "supplier_id": pl.String})
_ANSWERS = [
    "supplier_id",
    "supplier_name",
    "supplier_key",
    "supplier_group",
    "group_id",
    "supplier_state",
    "supplier_reason",
    "supplier_blocked",
    "supplier_payment_terms",
]


@dataclass(frozen=True)
class Resolved:
    """The lines, in the order given, with their suppliers; and one row a distinct party on what was decided and why."""

    order_lines: pl.DataFrame
    invoice_lines: pl.DataFrame
    supplier_links: pl.DataFrame


def resolve(
    order_lines: pl.DataFrame,
    invoice_lines: pl.DataFrame,
    suppliers: pl.DataFrame,
    rules: SupplierRules,
    receipt_lines: pl.DataFrame | None = None,
) -> Resolved:
    """Return both frames with the supplier of every line, and `supplier_links`.

    All lines need `po_key` and `company_key`. Added: `supplier_id` and `supplier_name` as resolved (as given in
    `supplier_id_given`, `supplier_name_given`), `supplier_key` (never null: the id, else `?` and what was given),
    `supplier_state` (null, supplier_uncertain, supplier_unknown) and `supplier_reason`, `supplier_blocked`,
    `supplier_payment_terms`, `supplier_group` (the least key of suppliers that share a VAT id or IBAN) and `group_id`
    (the least key of all that hang together; receipts without a company may tie orders of several).
    """
    orders, order_parties = _numbered(order_lines)
    invoices, invoice_parties = _numbered(invoice_lines)
    ordered, citing = _numbers(orders), _numbers(invoices)
    known = know(order_parties, suppliers, rules)
    of_orders = verdicts(order_parties, known, rules, _NOBODY)
    of_invoices = verdicts(invoice_parties, known, rules, _cited(citing, ordered, of_orders))
    keys = pl.concat([of_orders["supplier_key"], of_invoices["supplier_key"]])
    twins = _twin_ties(known, of_invoices)
    through_orders = _order_ties(_of_suppliers(ordered, of_orders), _of_suppliers(citing, of_invoices), receipt_lines)
    least = {
        "supplier_group": components(keys, twins),
        "group_id": components(keys, pl.concat([twins, _doubts(of_orders), _doubts(of_invoices), *through_orders])),
    }
    links = pl.concat([_links("order", of_orders, orders), _links("invoice", of_invoices, invoices)])
    return Resolved(
        _answered(order_lines, orders["party"], of_orders, least),
        _answered(invoice_lines, invoices["party"], of_invoices, least),
        links.sort(links.columns[:5], nulls_last=True),
    )


def _numbered(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return `party`, `po_key`, `company_key`, `amount` row by row, and the distinct parties in the order of `party`."""
    named = given(lines)
    used = [column for column in GIVEN if named[column].null_count() < named.height] or GIVEN[:1]
    distinct = named.select(used).unique().sort(used, nulls_last=True).with_row_index("party")
    rows = named.select(used).join(distinct, on=used, how="left", nulls_equal=True, maintain_order="left")
    empty = [pl.lit(None, pl.String).alias(column) for column in GIVEN if column not in used]
    narrow = lines.select(rows["party"], "po_key", "company_key", "amount")
    return narrow, keyed(distinct.with_columns(empty).select("party", *GIVEN))


def _numbers(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the distinct `party`, `po_key`, `company_key` of lines that have an order number."""
    return lines.select("party", "po_key", "company_key").drop_nulls("po_key").unique()


def _cited(citing: pl.DataFrame, ordered: pl.DataFrame, of_orders: pl.DataFrame) -> pl.DataFrame:
    """Return `party`, `supplier_id`: the suppliers, where certain, of the orders that the lines of each party cite."""
    sure = of_orders.filter(pl.col("supplier_state").is_null()).select(order_party="party", supplier_id="supplier_id")
    met = _same_company(citing.join(ordered.rename({"party": "order_party"}), on="po_key"))
    return (
        met.select("party", "order_party").unique().join(sure, on="order_party").select("party", "supplier_id").unique()
    )


def _same_company(joined: pl.DataFrame) -> pl.DataFrame:
    """Keep pairs whose companies are equal where both give one."""
    return joined.filter((pl.col("company_key") == pl.col("company_key_right")).fill_null(value=True))


def _of_suppliers(numbers: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    return numbers.join(decided.select("party", "supplier_key"), on="party").drop("party").unique()


def _twin_ties(known: Known, of_invoices: pl.DataFrame) -> pl.DataFrame:
    """Return ties of suppliers that share a VAT id or IBAN.

    Invoices speak only for a supplier of which neither master nor orders give the like, and only where it is certain.
    """
    listed = known.evidence.select("kind", "value", supplier_key="supplier_id")
    sure = of_invoices.filter(pl.col("supplier_state").fill_null("") != "supplier_uncertain")
    rows = [listed.filter(pl.col("kind").is_in(["vat_id", "iban"]))]
    for column, kind in (("vat_key", "vat_id"), ("iban_key", "iban")):
        silent = sure.join(listed.filter(pl.col("kind") == kind), on="supplier_key", how="anti")
        rows.append(silent.select(kind=pl.lit(kind), value=column, supplier_key="supplier_key"))
    return chained(pl.concat(rows), ["kind", "value"])


def _doubts(decided: pl.DataFrame) -> pl.DataFrame:
    """Return ties between a party's supplier and those it was weighed against: apart, they would be decided otherwise."""
    weighed = decided.select(one="supplier_key", other="weighed").explode("other", empty_as_null=True)
    return weighed.filter(pl.col("one") != pl.col("other")).unique()


def _order_ties(orders: pl.DataFrame, invoices: pl.DataFrame, receipts: pl.DataFrame | None) -> list[pl.DataFrame]:
    """Return ties through order numbers: invoice to order, orders of one number, receipts that meet several orders."""
    other = orders.rename({"supplier_key": "other"})
    pairs = [
        _same_company(rows.join(other, on="po_key")).select("supplier_key", "other") for rows in (invoices, orders)
    ]
    ties = [
        pair.unique().filter(pl.col("supplier_key") != pl.col("other")).rename({"supplier_key": "one"})
        for pair in pairs
    ]
    if receipts is None:
        return ties
    received = receipts.select("po_key", "company_key").drop_nulls("po_key").unique().with_row_index("receipt")
    return [*ties, chained(_same_company(received.join(orders, on="po_key")), ["receipt"])]


def _answered(
    lines: pl.DataFrame, party: pl.Series, decided: pl.DataFrame, least: dict[str, pl.DataFrame]
) -> pl.DataFrame:
    """Return the lines with what was decided of their party, and the least member of what that hangs together with."""
    for name, members in least.items():
        joined = decided.join(members.rename({"least": name}), on="supplier_key", how="left", maintain_order="left")
        decided = joined
    answers = decided.select(_ANSWERS)[party]
    before = lines.rename({"supplier_id": "supplier_id_given", "supplier_name": "supplier_name_given"})
    together = pl.concat([before, answers], how="horizontal")
    named = together.with_columns(pl.coalesce("supplier_name", "supplier_name_given").alias("supplier_name"))
    return named.select(*lines.columns, *(column for column in named.columns if column not in lines.columns))


def _links(side: str, decided: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    totals = lines.group_by("party").agg(lines=pl.len().cast(pl.Int64), amount=pl.col("amount").cast(AMOUNT).sum())
    wide = decided.join(totals, on="party", how="inner").with_columns(
        side=pl.lit(side), state="supplier_state", reason="supplier_reason"
    )
    return SUPPLIER_LINKS.cast(wide.select(list(SUPPLIER_LINKS.columns)))

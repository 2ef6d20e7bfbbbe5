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
    "supplier_state",
    "supplier_reason",
    "supplier_blocked",
    "supplier_payment_terms",
]


@dataclass(frozen=True)
class Parties:
    """Per side one row a distinct party, in the order of `party`, on who it is and why."""

    orders: pl.DataFrame
    invoices: pl.DataFrame


@dataclass(frozen=True)
class Resolved:
    """The lines with their `party` (receipts have none) and `group_id`, and what was decided of the parties."""

    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoice_lines: pl.DataFrame
    parties: Parties


def resolve(
    order_lines: pl.DataFrame,
    receipt_lines: pl.DataFrame,
    invoice_lines: pl.DataFrame,
    suppliers: pl.DataFrame,
    rules: SupplierRules,
) -> Resolved:
    """Decide of every distinct party who it is, and of every line in which group it is matched.

    All lines need `po_key` and `company_key`. `group_id` is the least key of all that hang together; a receipt has that
    of the orders it could mean, null where there is none (one without a company may tie orders of several).
    """
    order_party, order_parties = _parties(order_lines)
    invoice_party, invoice_parties = _parties(invoice_lines)
    ordered, citing = _numbers(order_lines, order_party), _numbers(invoice_lines, invoice_party)
    received = receipt_lines.select("po_key", "company_key").drop_nulls("po_key").unique()
    known = know(order_parties, suppliers, rules)
    of_orders = verdicts(order_parties, known, rules, _NOBODY)
    of_invoices = verdicts(invoice_parties, known, rules, _cited(citing, ordered, of_orders))
    keys = pl.concat([of_orders["supplier_key"], of_invoices["supplier_key"]])
    twins = _twin_ties(known, of_invoices)
    through_orders = _order_ties(_of_suppliers(ordered, of_orders), _of_suppliers(citing, of_invoices), received)
    least = {
        "supplier_group": components(keys, twins),
        "group_id": components(keys, pl.concat([twins, _doubts(of_orders), _doubts(of_invoices), *through_orders])),
    }
    of_orders, of_invoices = _with_least(of_orders, least), _with_least(of_invoices, least)
    return Resolved(
        order_lines.with_columns(order_party, of_orders["group_id"][order_party]),
        _grouped(receipt_lines, received, ordered.join(of_orders.select("party", "group_id"), on="party")),
        invoice_lines.with_columns(invoice_party, of_invoices["group_id"][invoice_party]),
        Parties(of_orders, of_invoices),
    )


def answered(lines: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """Return lines with what was decided of their `party`.

    Added: `supplier_id` and `supplier_name` as resolved (as given in `supplier_id_given`, `supplier_name_given`),
    `supplier_key` (never null: the id, else `?` and what was given), `supplier_state` (null, supplier_uncertain,
    supplier_unknown) and `supplier_reason`, `supplier_blocked`, `supplier_payment_terms`, `supplier_group` (the least key
    of suppliers that share a VAT id or IBAN).
    """
    answers = parties.select(_ANSWERS)[lines["party"]]
    before = lines.drop("party").rename({"supplier_id": "supplier_id_given", "supplier_name": "supplier_name_given"})
    together = pl.concat([before, answers], how="horizontal")
    named = together.with_columns(pl.coalesce("supplier_name", "supplier_name_given").alias("supplier_name"))
    first = [column for column in lines.columns if column != "party"]
    return named.select(*first, *(column for column in named.columns if column not in first))


def billed(lines: pl.DataFrame, side: str) -> pl.DataFrame:
    """Return `side`, `party`, `lines`, `amount`: how many lines name each party, and their sum."""
    totals = lines.group_by("party").agg(lines=pl.len().cast(pl.Int64), amount=pl.col("amount").cast(AMOUNT).sum())
    return totals.select(pl.lit(side).alias("side"), "party", "lines", "amount")


def supplier_links(parties: Parties, totals: pl.DataFrame) -> pl.DataFrame:
    """Return SUPPLIER_LINKS: one row a party that lines name, `totals` being those of `billed`, of all parts."""
    summed = totals.group_by("side", "party").agg(pl.col("lines", "amount").sum())
    sides = {"order": parties.orders, "invoice": parties.invoices}
    decided = pl.concat(decided.with_columns(pl.lit(side).alias("side")) for side, decided in sides.items())
    wide = decided.join(summed, on=["side", "party"]).with_columns(state="supplier_state", reason="supplier_reason")
    links = SUPPLIER_LINKS.cast(wide.select(list(SUPPLIER_LINKS.columns)))
    return links.sort(links.columns[:5], nulls_last=True)


def _parties(lines: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
    """Return the `party` of each line, and the distinct parties in the order of `party`."""
    named = given(lines)
    used = [column for column in GIVEN if named[column].null_count() < named.height] or GIVEN[:1]
    distinct = named.select(used).unique().sort(used, nulls_last=True).with_row_index("party")
    rows = named.select(used).join(distinct, on=used, how="left", nulls_equal=True, maintain_order="left")
    empty = [pl.lit(None, pl.String).alias(column) for column in GIVEN if column not in used]
    return rows["party"], keyed(distinct.with_columns(empty).select("party", *GIVEN))


def _numbers(lines: pl.DataFrame, party: pl.Series) -> pl.DataFrame:
    """Return the distinct `party`, `po_key`, `company_key` of lines that have an order number."""
    return lines.select(party, "po_key", "company_key").drop_nulls("po_key").unique()


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


def _order_ties(orders: pl.DataFrame, invoices: pl.DataFrame, received: pl.DataFrame) -> list[pl.DataFrame]:
    """Return ties through order numbers: invoice to order, orders of one number, receipts that meet several orders."""
    other = orders.rename({"supplier_key": "other"})
    pairs = [
        _same_company(rows.join(other, on="po_key")).select("supplier_key", "other") for rows in (invoices, orders)
    ]
    ties = [
        pair.unique().filter(pl.col("supplier_key") != pl.col("other")).rename({"supplier_key": "one"})
        for pair in pairs
    ]
    meant = _same_company(received.with_row_index("receipt").join(orders, on="po_key"))
    return [*ties, chained(meant, ["receipt"])]


def _grouped(receipts: pl.DataFrame, received: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Add `group_id`: that of the orders with the receipt's number, which are all of one."""
    met = _same_company(received.join(orders, on="po_key"))
    groups = met.group_by("po_key", "company_key").agg(pl.col("group_id").min())
    return receipts.join(groups, on=["po_key", "company_key"], how="left", nulls_equal=True, maintain_order="left")


def _with_least(decided: pl.DataFrame, least: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Add to each party the least member of what its supplier hangs together with, by name of the component."""
    for name, members in least.items():
        renamed = members.rename({"least": name})
        decided = decided.join(renamed, on="supplier_key", how="left", maintain_order="left")
    return decided

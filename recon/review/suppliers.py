"""What a person decides about suppliers: which are not certain, by amount, and what in the master contradicts itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import AMOUNT
from recon.match.resolve.groups import chained
from recon.match.resolve.names import normalise_names
from recon.match.resolve.parties import Known, given, keyed, know, ruled
from recon.report.text import mask_iban

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars.datatypes import DataType, DataTypeClass

    from recon.ledger.reconcile import Reconciliation
    from recon.rules.rule import SupplierRules
    from recon.tables import Sources

CHECKS: Mapping[str, DataType | DataTypeClass] = {
    "finding": pl.String,
    "supplier_id": pl.String,
    "supplier_name": pl.String,
    "other_id": pl.String,
    "other_name": pl.String,
    "value": pl.String,
    "lines": pl.Int64,
    "amount": AMOUNT,
    "message": pl.String,
}
"""The columns of `checks`; `lines` and `amount` (as invoiced, currencies apart or not) where invoices show the finding."""
_MESSAGES = {
    "shared_vat_id": "two suppliers have one VAT id",
    "shared_iban": "two suppliers have one bank account",
    "same_name": "two suppliers have one name",
    "iban_of_two": "invoices of two suppliers ask for payment to one bank account",
    "iban_differs": "the invoice's bank account is not the one in the supplier master",
    "alias_contradicts_vat_id": "the name is an alias of one supplier, the VAT id beside it belongs to another",
    "alias_of_nobody": "the alias names a supplier that neither the supplier master nor an order has; it is not used",
}


def review(reconciliation: Reconciliation) -> pl.DataFrame:
    """Return the supplier links that need a person, those with the most money first; bank accounts masked.

    The columns are those of `supplier_links`. `supplier_id` is what was taken for now; where nothing was, the nearest
    is `runner_up_id`. Amounts of different currencies are ordered by their figures.
    """
    open_links = reconciliation.supplier_links.filter(pl.col("state").is_not_null())
    masked = open_links.with_columns(mask_iban(pl.col("given_iban")))
    by_amount = masked.with_columns(size=pl.col("amount").abs()).sort(
        "size",
        "side",
        "given_name",
        "given_id",
        "given_vat_id",
        "given_iban",
        descending=[True] + [False] * 5,
        nulls_last=True,
    )
    return by_amount.drop("size")


def checks(sources: Sources, reconciliation: Reconciliation) -> pl.DataFrame:
    """Return what does not fit together in the supplier data, one row a finding; see `CHECKS`; bank accounts masked.

    Findings: shared_vat_id, shared_iban, same_name (two known suppliers), iban_of_two and iban_differs (on invoices,
    against other invoices and against the master), alias_contradicts_vat_id, alias_of_nobody (where there is a master).
    """
    rules = reconciliation.rules.suppliers
    orders = keyed(given(sources.order_lines).unique())
    known = know(orders, sources.suppliers, rules)
    billed = _billed(reconciliation)
    found = [
        _shared(known, "vat_id", "shared_vat_id"),
        _shared(known, "iban", "shared_iban"),
        _same_name(known),
        _iban_of_two(billed),
        _iban_differs(billed, known),
        _alias_contradicts(billed, known),
    ]
    if sources.suppliers.height:
        found.append(_alias_of_nobody(rules, known))
    named = _named(pl.concat(found, how="diagonal_relaxed"), known)
    account = pl.col("finding").is_in(["shared_iban", "iban_of_two", "iban_differs"])
    masked = named.with_columns(value=pl.when(account).then(mask_iban(pl.col("value"))).otherwise("value"))
    told = masked.with_columns(message=pl.col("finding").replace_strict(_MESSAGES, return_dtype=pl.String))
    return told.select(pl.col(name).cast(kind) for name, kind in CHECKS.items()).sort(pl.all(), nulls_last=True)


def _billed(reconciliation: Reconciliation) -> pl.DataFrame:
    """Return the parties on invoices, their keys, the supplier they were taken for, and their `lines` and `amount`."""
    return keyed(reconciliation.supplier_links.filter(pl.col("side") == "invoice"))


def _shared(known: Known, kind: str, finding: str) -> pl.DataFrame:
    rows = known.of(kind).rename({"supplier_id": "supplier_key"})
    ties = chained(rows, ["value"], keep=["value"])
    return ties.select(finding=pl.lit(finding), supplier_id="one", other_id="other", value="value")


def _same_name(known: Known) -> pl.DataFrame:
    names = known.of("name")
    alike = (
        normalise_names(names["value"])
        .filter("usable")
        .select(value="name", same=pl.concat_str("ordered", "form", separator=" / "))
    )
    ties = chained(names.join(alike, on="value").rename({"supplier_id": "supplier_key"}), ["same"])
    return ties.select(finding=pl.lit("same_name"), supplier_id="one", other_id="other")


def _iban_of_two(billed: pl.DataFrame) -> pl.DataFrame:
    rows = billed.select("lines", "amount", value="iban_key", supplier_key="supplier_id").drop_nulls(
        ["value", "supplier_key"]
    )
    sums = rows.group_by("value").agg(pl.col("lines", "amount").sum())
    ties = chained(rows, ["value"], keep=["value"]).join(sums, on="value")
    return ties.select("value", "lines", "amount", finding=pl.lit("iban_of_two"), supplier_id="one", other_id="other")


def _iban_differs(billed: pl.DataFrame, known: Known) -> pl.DataFrame:
    accounts = known.of("iban")
    paid = billed.drop_nulls(["iban_key", "supplier_id"]).rename({"iban_key": "value"})
    strange = paid.join(accounts, on="supplier_id", how="semi").join(accounts, on=["value", "supplier_id"], how="anti")
    sums = strange.group_by("supplier_id", "value").agg(pl.col("lines", "amount").sum())
    owner = accounts.group_by("value").agg(other_id=pl.col("supplier_id").min())
    return sums.join(owner, on="value", how="left").with_columns(finding=pl.lit("iban_differs"))


def _alias_contradicts(billed: pl.DataFrame, known: Known) -> pl.DataFrame:
    aliases = known.of("alias").select(alias_id="supplier_id", given_name="value")
    owners = known.of("vat_id").select(vat_key="value", other_id="supplier_id")
    told = billed.drop("supplier_id").join(aliases, on="given_name").join(owners, on="vat_key")
    against = told.filter((pl.col("alias_id") != pl.col("other_id")).all().over("given_name", "vat_key", "alias_id"))
    sums = against.group_by("alias_id", "other_id", "given_name").agg(pl.col("lines", "amount").sum())
    return sums.select(
        "other_id",
        "lines",
        "amount",
        finding=pl.lit("alias_contradicts_vat_id"),
        supplier_id="alias_id",
        value="given_name",
    )


def _alias_of_nobody(rules: SupplierRules, known: Known) -> pl.DataFrame:
    nobody = ruled(rules).join(known.suppliers, on="id_key", how="anti")
    return nobody.select("value", finding=pl.lit("alias_of_nobody"), supplier_id="target")


def _named(found: pl.DataFrame, known: Known) -> pl.DataFrame:
    names = known.suppliers.select("supplier_id", "supplier_name")
    others = names.rename({"supplier_id": "other_id", "supplier_name": "other_name"})
    return found.join(names, on="supplier_id", how="left").join(others, on="other_id", how="left")

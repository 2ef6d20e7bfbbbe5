"""Again: which parties may be decided otherwise where something else is known of suppliers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.match.resolve.on_file import with_shared_blocks
from recon.match.resolve.parties import GIVEN, KEYS, know

if TYPE_CHECKING:
    from recon.match.resolve.parties import Known
    from recon.rules.rule import SupplierRules

_NAMED = ["id_key", "supplier_id", "supplier_name"]


def known_by(orders: pl.DataFrame, suppliers: pl.DataFrame, rules: SupplierRules) -> Known:
    """Return what is known of suppliers by the parties of all orders (with GIVEN and KEYS) and the master."""
    return with_shared_blocks(know(orders.select(*GIVEN, *KEYS), suppliers, rules))


def touched(decided: pl.DataFrame, before: Known, since: Known) -> pl.Series:
    """Return the marks of the parties of which something else may be decided than was, by what is known now.

    Those that name, were found to be, or were weighed against, a supplier of whom something else is known; that give a VAT id
    or IBAN which points to others now; and, where names do, all that no known id settles: how rare words are is the pool's.
    """
    suppliers, evidence = _differing(before.suppliers, since.suppliers), _differing(before.evidence, since.evidence)
    if suppliers.is_empty() and evidence.is_empty():
        return decided["party_mark"].clear()
    ids = pl.concat([suppliers["supplier_id"], evidence["supplier_id"]]).unique().implode()
    keys = suppliers["id_key"].implode()
    found = pl.col("supplier_id").is_in(ids) | pl.col("runner_up_id").is_in(ids) | pl.col("id_key").is_in(keys)
    found |= pl.col("weighed").list.eval(pl.element().is_in(ids)).list.any()
    for kind, column in (("vat_id", "vat_key"), ("iban", "iban_key")):
        found |= pl.col(column).is_in(evidence.filter(pl.col("kind") == kind)["value"].implode())
    told = decided.select("party_mark", "id_key", found=found.fill_null(value=False))
    if _names_differ(before, since, evidence):
        both = before.suppliers.join(since.suppliers, on="id_key", how="semi")["id_key"].implode()
        told = told.with_columns(pl.col("found") | ~pl.col("id_key").is_in(both).fill_null(value=False))
    return told.filter("found")["party_mark"]


def _names_differ(before: Known, since: Known, evidence: pl.DataFrame) -> bool:
    named = _differing(before.suppliers[_NAMED], since.suppliers[_NAMED])
    return named.height > 0 or evidence["kind"].is_in(["name", "alias"]).any()


def _differing(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that only one of two frames of distinct rows has."""
    both = pl.concat([one, other.select(one.columns)])
    return both.filter(~both.is_duplicated())

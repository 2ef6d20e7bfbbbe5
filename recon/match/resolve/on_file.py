"""On file: bank accounts and VAT ids that parties give against those known of the supplier they were found to be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import with_columns_of
from recon.match.resolve.groups import chained, components

if TYPE_CHECKING:
    from recon.match.resolve.parties import Known

UNCERTAIN = "supplier_uncertain"


def with_marks_on_file(judged: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Add `bank_details_differ` and, in words, `bank_detail`; a VAT id that is not on file makes a supplier uncertain.

    However it was found: where the supplier has an IBAN (a VAT id) on file, and the party gives another.
    """
    iban, vat = (
        _not_on_file(judged, known, kind, column) for kind, column in (("iban", "iban_key"), ("vat_id", "vat_key"))
    )
    told = with_columns_of(with_columns_of(judged, iban, "party"), vat, "party")
    account = pl.format("account {}, on file is {}", _ending("iban_key"), "iban_on_file")
    other_vat = pl.col("vat_id_on_file").is_not_null()
    said = pl.format("its VAT id is {}, on file is {}", "given_vat_id", "vat_id_on_file")
    return told.with_columns(
        pl.col("iban_on_file").is_not_null().alias("bank_details_differ"),
        account.alias("bank_detail"),
        pl.when(other_vat & pl.col("supplier_state").is_null())
        .then(pl.lit(UNCERTAIN))
        .otherwise("supplier_state")
        .alias("supplier_state"),
        pl.when(other_vat & pl.col("against").is_null()).then(said).alias("vat_said"),
    ).drop("iban_on_file", "vat_id_on_file")


def _not_on_file(judged: pl.DataFrame, known: Known, kind: str, column: str) -> pl.DataFrame:
    """Return `party` and `<kind>_on_file`, in words, where what it gives is not on file for its supplier."""
    on_file = known.of(kind)
    given = judged[["party", "supplier_id", column]].drop_nulls()
    if on_file.is_empty() or given.is_empty():
        return pl.DataFrame(schema={"party": pl.UInt32, f"{kind}_on_file": pl.String})
    strange = given.join(on_file, left_on=["supplier_id", column], right_on=["supplier_id", "value"], how="anti")
    shown = _ending("value") if kind == "iban" else pl.col("value")
    theirs = on_file.group_by("supplier_id").agg(shown.unique().sort().str.join(" or ").alias(f"{kind}_on_file"))
    return strange.join(theirs, on="supplier_id").select("party", f"{kind}_on_file")


def _ending(column: str) -> pl.Expr:
    return pl.format("ending {}", pl.col(column).str.tail(4))


def with_shared_blocks(known: Known) -> Known:
    """Return the known suppliers, those blocked that share a VAT id or IBAN on file with a blocked one."""
    marks = known.evidence.filter(pl.col("kind").is_in(["vat_id", "iban"]))
    ties = chained(marks.rename({"supplier_id": "supplier_key"}), ["kind", "value"])
    if ties.is_empty() or not known.suppliers["supplier_blocked"].any():
        return known
    least = components(known.suppliers["supplier_id"], ties).rename({"supplier_key": "supplier_id"})
    told = with_columns_of(known.suppliers, least, "supplier_id")
    blocked = told.with_columns(pl.col("supplier_blocked").any().over("least")).drop("least")
    return replace(known, suppliers=blocked)

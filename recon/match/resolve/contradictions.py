"""Where the VAT id or IBAN beside an id speaks against it: another supplier's, or not the one on file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.match.resolve.parties import METHODS

if TYPE_CHECKING:
    from recon.match.resolve.parties import Known


def contradictions(exact: pl.DataFrame, parties: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Return `party`, `against`: suppliers that the VAT id or IBAN names and the method before them does not.

    `against` is empty where a VAT id or IBAN is nobody's, but not the one on file for the id.
    """
    if parties["vat_key"].null_count() == parties["iban_key"].null_count() == parties.height:
        return pl.DataFrame(schema={"party": pl.UInt32, "against": pl.List(pl.String)})
    first = exact.filter(pl.col("rank") == pl.col("rank").min().over("party"))
    later = exact.filter(pl.col("rank").is_in([1, 2]))
    agreeing = _agreeing(first, parties, known)
    against = later.join(agreeing, on=["party", "rank"], how="anti").join(first[["party"]].unique(), on="party")
    named = against.group_by("party").agg(against=pl.col("supplier_id").unique().sort())
    strange = _not_on_file(exact, parties, known).join(named, on="party", how="anti")
    return pl.concat([named, strange.select("party", against=pl.lit([], dtype=pl.List(pl.String)))])


def _agreeing(first: pl.DataFrame, parties: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Return `party`, `rank` (of vat_id, iban) where what is given is on file for a supplier the first method found."""
    taken = first[["party", "supplier_id"]].join(parties[["party", "vat_key", "iban_key"]], on="party")
    frames = []
    for kind, column in (("vat_id", "vat_key"), ("iban", "iban_key")):
        on_file = known.of(kind).rename({"value": column})
        same = taken.join(on_file, on=["supplier_id", column])[["party"]].unique()
        frames.append(same.with_columns(rank=pl.lit(METHODS.index(kind), pl.Int8)))
    return pl.concat(frames)


def _not_on_file(exact: pl.DataFrame, parties: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Return `party` of those found by their id that give another VAT id or IBAN than the ones on file for it."""
    by_id = exact.filter(pl.col("rank") == METHODS.index("id"))[["party", "supplier_id"]].join(parties, on="party")
    strangers = []
    for kind, column in (("vat_id", "vat_key"), ("iban", "iban_key")):
        on_file = known.of(kind)
        given = by_id.filter(pl.col(column).is_not_null()).join(on_file, on="supplier_id", how="semi")
        strangers.append(
            given.join(on_file, left_on=["supplier_id", column], right_on=["supplier_id", "value"], how="anti")[
                ["party"]
            ]
        )
    return pl.concat(strangers).unique()
